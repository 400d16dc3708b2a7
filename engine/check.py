"""Every leaf's gradient against central differences of the whole program."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from engine.program import run

_STEP = sys.float_info.epsilon ** (1 / 3)
_TOLERANCE = 1e-6
"""Relative; central differences with a step of ε^(1/3) are good to about 1e-10, kinks miss by far more."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One leaf: the engine's gradient (None: not reached), the measured one, and whether they agree."""

    name: str
    gradient: float | None
    finite_difference: float
    agrees: bool


def check(source: str, inputs: Mapping[str, float] | None = None) -> tuple[Verdict, ...]:
    """Runs `source` twice per leaf, a little to the left and to the right, and compares the slopes.

    Raises what `engine.run` raises.
    """
    base = run(source, inputs=inputs)
    first = {node.name: node for node in reversed(base.passes[0].nodes) if node.kind == "leaf"}
    return tuple(_verdict(source, base.inputs, name, first[name].gradient) for name in base.inputs)


def _verdict(source: str, inputs: Mapping[str, float], name: str, gradient: float | None) -> Verdict:
    here, expected = inputs[name], gradient or 0.0
    for step in (_STEP * max(1.0, abs(here)), _STEP * abs(here)):  # the second for leaves close to a border
        below, above = here - step, here + step
        if below == above:
            break
        measured = (_value(source, {**inputs, name: above}) - _value(source, {**inputs, name: below})) / (above - below)
        agrees = abs(measured - expected) <= _TOLERANCE * max(1.0, abs(measured), abs(expected))
        if agrees:
            break
    return Verdict(name, gradient, measured, agrees)


def _value(source: str, inputs: Mapping[str, float]) -> float:
    snapshot = run(source, inputs=inputs).passes[0]
    return next(node.value for node in snapshot.nodes if node.id == snapshot.output)
