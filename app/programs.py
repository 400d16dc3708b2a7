"""A program as it is submitted, kept and named: source, inputs and seed, and the id they hash to."""

import base64
import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from app import VERSION
from engine.language.reading import normal_name

Given: TypeAlias = "float | tuple[Given, ...]"
"""The value of a leaf: a number, or for a tensor nested tuples of them."""
Told: TypeAlias = "float | str | Sequence[Told]"
"""The same as JSON brings it: NaN and infinities are strings."""

_NOT_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """Everything a run depends on besides the version; the same program is the same run.

    Compared as it is written: 0.0 and −0.0 are two programs (1/x tells them apart), NaN and NaN are one.
    """

    source: str
    inputs: tuple[tuple[str, Given], ...] = ()
    seed: int = 0
    opened: tuple[str, ...] = ()
    """Composite ops that run as the primitives they are made of, in alphabetical order."""
    _written: str = field(init=False, repr=False, default="")
    """What it is compared by: caches ask for it again and again."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_written", repr(self))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Program) and self._written == other._written

    def __hash__(self) -> int:
        return hash(self._written)

    @property
    def id(self) -> str:
        """26 letters and digits: 128 bits of SHA-256 over the program and the version."""
        text = json.dumps([VERSION, *self.as_json()])
        return base64.b32encode(hashlib.sha256(text.encode()).digest()[:16]).decode().rstrip("=").lower()

    @property
    def written_inputs(self) -> dict[str, object]:
        """The inputs as they cross JSON, in alphabetical order."""
        return {name: _plain(value) for name, value in sorted(self.inputs)}

    def as_json(self) -> list[object]:
        """`[source, inputs, seed]` with NaN and infinities as strings, and what is opened, if anything is."""
        return [self.source, self.written_inputs, self.seed, *([list(self.opened)] if self.opened else [])]


def program(source: str, inputs: Mapping[str, Told], seed: int = 0, opened: Iterable[str] = ()) -> Program:
    """A program from what JSON brings; NaN and infinities come as strings. The order of the inputs is no part of it."""
    values = {normal_name(name): _given(value) for name, value in sorted(inputs.items())}
    text = source.replace("\r\n", "\n").replace("\r", "\n")
    return Program(text, tuple(sorted(values.items())), seed, tuple(sorted(set(opened))))


def _given(value: Told) -> Given:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(map(_given, value))
    return _NOT_FINITE[value] if isinstance(value, str) else float(value)


def _plain(value: Given) -> object:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return (
        value
        if math.isfinite(value)
        else next(name for name, other in _NOT_FINITE.items() if repr(other) == repr(value))
    )
