"""A program as it is submitted, kept and named: source, inputs and seed, and the id they hash to."""

import base64
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

from app import VERSION
from engine.source import normal_name

_NOT_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """Everything a run depends on besides the version; the same program is the same run.

    Compared as it is written: 0.0 and −0.0 are two programs (1/x tells them apart), NaN and NaN are one.
    """

    source: str
    inputs: tuple[tuple[str, float], ...] = ()
    seed: int = 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Program) and repr(self) == repr(other)

    def __hash__(self) -> int:
        return hash(repr(self))

    @property
    def id(self) -> str:
        """26 letters and digits: 128 bits of SHA-256 over the program and the version."""
        text = json.dumps([VERSION, *self.as_json()])
        return base64.b32encode(hashlib.sha256(text.encode()).digest()[:16]).decode().rstrip("=").lower()

    def as_json(self) -> list[object]:
        """`[source, inputs, seed]` with NaN and infinities as strings."""
        return [self.source, {name: _plain(value) for name, value in sorted(self.inputs)}, self.seed]


def program(source: str, inputs: Mapping[str, float | str], seed: int = 0) -> Program:
    """A program from what JSON brings; NaN and infinities come as strings. The order of the inputs is no part of it."""
    values = {normal_name(name): _float(value) for name, value in sorted(inputs.items())}
    return Program(source.replace("\r\n", "\n").replace("\r", "\n"), tuple(sorted(values.items())), seed)


def _float(value: float | str) -> float:
    return _NOT_FINITE[value] if isinstance(value, str) else float(value)


def _plain(value: float) -> float | str:
    return (
        value
        if math.isfinite(value)
        else next(name for name, other in _NOT_FINITE.items() if repr(other) == repr(value))
    )
