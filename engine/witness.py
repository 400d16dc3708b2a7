"""The third witness of an edge: the slope measured on the operation itself, by finite differences."""

import math
import sys
from dataclasses import dataclass

from engine.tensor import Tensor

_STEP = sys.float_info.epsilon ** (1 / 3)
"""The step that balances truncation (∝ step²) against rounding (∝ ε/step) in a central difference."""

_JUMP = 1e-3
"""Slopes left and right that differ by more than this (relative to 1 or the larger of them) are a kink."""


@dataclass(frozen=True, slots=True)
class Observation:
    """`slope`: central difference, None outside the domain or at a kink; `kink`: slopes left and right."""

    slope: float | None
    kink: tuple[float, float] | None


def observe(node: Tensor, operand_index: int) -> Observation:
    """∂node/∂operand by evaluating the operation a little to the left and to the right of the operand."""
    values = [operand.value for operand in node.operands]
    here = values[operand_index]
    if not math.isfinite(here) or not math.isfinite(node.value):
        return Observation(None, None)
    steps = (each for each in (_STEP, _STEP * abs(here)) if here - each < here < here + each)
    measured = [(each, *_slopes(node, operand_index, values, each)) for each in steps]
    step, left, right, central = min(measured, key=lambda row: _error(node, *row))
    if not math.isfinite(central):
        return Observation(None, None)
    assert node.op is not None
    kinked = node.op.kink is not None
    if kinked and abs(right - left) > _JUMP * max(1.0, abs(left), abs(right)):
        return Observation(None, (left, right))
    if kinked or step > 1:
        halved = _slopes(node, operand_index, values, step / 2)[2]
        if abs(halved - central) > _JUMP * max(abs(halved), abs(central)) + 4 * _rounding(node, step):
            return Observation(None, None)  # the value jumps, or waves within the step
    return Observation(central, None)


def _slopes(node: Tensor, index: int, values: list[float], step: float) -> tuple[float, float, float]:
    """The slope left of the operand, right of it, and across it."""
    here = values[index]
    below, above = here - step, here + step
    assert node.op is not None
    arguments = [*values, *node.attributes]
    arguments[index] = below
    low = node.op(*arguments)
    arguments[index] = above
    high = node.op(*arguments)
    return (
        (node.value - low) / (here - below),
        (high - node.value) / (above - here),
        (high - low) / (above - below),
    )


def _error(node: Tensor, step: float, left: float, right: float, _central: float) -> float:
    """How far the central slope may be off: by curvature, and by rounding."""
    error = abs(right - left) + _rounding(node, step)
    return error if math.isfinite(error) else math.inf


def _rounding(node: Tensor, step: float) -> float:
    return sys.float_info.epsilon * abs(node.value) / step
