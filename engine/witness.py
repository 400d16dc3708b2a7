"""The third witness of an edge: the slope measured on the operation itself, by finite differences."""

import math
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine import dtypes, mode
from engine.dtypes import Array
from engine.errors import EngineError
from engine.ops import Elementwise, Op
from engine.ops.defined import Defined
from engine.tensor import Tensor

_STEP = sys.float_info.epsilon ** (1 / 3)
"""The step that balances truncation (∝ step²) against rounding (∝ ε/step) in a central difference."""

_JUMP = 1e-3
"""Slopes left and right that differ by more than this (relative to 1 or the larger of them) are a kink."""

_MOST = 4096
"""Elements of a tensor beyond which nothing is measured: it would cost as much as the pass itself."""

_UNLIMITED = 2**62


@dataclass(frozen=True, slots=True)
class Observation:
    """`slope`: central difference, None outside the domain or at a kink; `kink`: slopes left and right.

    Of tensors, `slope` is how fast Σ upstream·result changes when the operand moves along one fixed direction, and
    `expected` what the contribution says of that: Σ contribution·direction. Of scalars `expected` is None: there the
    slope is that of the op alone, and the local derivative says what to expect.
    """

    slope: float | None
    kink: tuple[float, float] | None
    expected: float | None = None


NOTHING = Observation(None, None)


def observe(node: Tensor, operand_index: int, upstream: Any = 1.0, landed: Any = None) -> Observation:
    """∂node/∂operand by evaluating the operation a little to the left and to the right of the operand.

    `landed` is the contribution as the operand got it; without one, tensors are not measured.
    """
    values = [operand.value for operand in node.operands]
    assert node.op is not None
    if isinstance(node.op, Elementwise) and node.dtype.kind == "f" and not any(map(np.ndim, values)):
        numbers = list(map(float, values))
        value = node.value if type(node.value) is float else float(node.op(*numbers, *node.attributes))
        return _of_numbers(_Point(node.op, numbers, node.attributes, value), operand_index)
    if landed is None or node.dtype.kind != "f" or max(np.size(node.value), *map(np.size, values)) > _MOST:
        return NOTHING
    with mode.spending(mode.Budget(_UNLIMITED, _UNLIMITED)):
        return _of_tensors(node, operand_index, np.asarray(upstream, np.float64), np.asarray(landed, np.float64))


def direction(shape: tuple[int, ...]) -> Array:
    """The direction along which a tensor is moved: fixed, and with no two elements alike."""
    return np.asarray(np.cos(np.arange(1.0, 1.0 + math.prod(shape)))).reshape(shape)


# --- tensors


def _of_tensors(node: Tensor, index: int, upstream: Array, landed: Array) -> Observation:
    values = [_exact(operand.value) for operand in node.operands]
    here = values[index]
    op = node.op
    assert op is not None
    if not (np.isfinite(here).all() and np.isfinite(node.value).all() and np.isfinite(upstream).all()):
        return NOTHING
    own = isinstance(op, Defined)
    unit, middle = direction(here.shape), _evaluated(op, values, node.attributes)
    if middle is None or not here.size or (own and not _same(middle, node.value)):
        return NOTHING
    step = float(np.finfo(middle.dtype).eps) ** (1 / 3)

    def sides(step: float) -> tuple[Array, Array] | None:
        low, high = (
            _evaluated(op, [*values[:index], each, *values[index + 1 :]], node.attributes)
            for each in (here - step * along, here + step * along)
        )
        if low is None or high is None or not low.shape == high.shape == middle.shape:
            return None
        return (middle - low) / step, (high - middle) / step

    found: list[tuple[float, Observation]] = []
    relative = [unit * np.abs(here)] if op.kink is None or here.all() else []
    for along in (unit, *relative):
        measured = sides(step)
        if measured is None:
            continue
        left, right = measured
        per = along.item() if own and here.size == 1 else 1.0  # of one number, it is said what one such step makes
        slope = float((upstream * (left + right)).sum() / 2) / per
        seen = Observation(slope, None, float((landed * along).sum()) / per)
        if op.kink is not None:
            kink = _kink(op, left, right, along, upstream)
            halved = sides(step / 2)
            again = slope if halved is None else float((upstream * (halved[0] + halved[1])).sum() / 2) / per
            if own and kink is not None and halved is not None:  # many bent places together look like a kink
                closer = _kink(op, *halved, along, upstream)
                if closer is None or abs(closer[1] - closer[0]) < 0.75 * abs(kink[1] - kink[0]):
                    kink = None
            if kink is not None:
                seen = Observation(None, kink)
            elif abs(again - slope) > _JUMP * max(1.0, abs(again), abs(slope)):
                seen = NOTHING  # the value jumps
        error = float(np.abs(upstream * (right - left)).sum())
        if math.isfinite(error) and math.isfinite(slope):
            found.append((error, seen))
    return min(found, key=lambda each: each[0])[1] if found else NOTHING


def _same(again: Array, value: Any) -> bool:
    """Whether a program's own function, called again, gives what it gave: it may draw random numbers."""
    exact = 1e-4 if dtypes.of(value) == np.float32 else 1e-9
    return again.shape == np.shape(value) and bool(np.allclose(again, value, rtol=exact, atol=exact))


def _kink(op: Op, left: Array, right: Array, along: Array, upstream: Array) -> tuple[float, float] | None:
    """The slopes on the two sides of the first element that is at a kink, or of the whole along the direction."""
    if isinstance(op, Elementwise):
        left, right = (np.atleast_1d(each / np.broadcast_to(along, each.shape)) for each in (left, right))
        forward = np.atleast_1d(np.broadcast_to(along, np.shape(left)) >= 0)
        left, right = np.where(forward, left, right), np.where(forward, right, left)
    else:
        left, right = (np.atleast_1d((upstream * each).sum()) for each in (left, right))
    size = np.maximum(np.abs(left), np.abs(right))
    places = np.argwhere((np.abs(right - left) > _JUMP * np.maximum(1.0, size)) & (size < 1e3))
    if not len(places):
        return None
    place = tuple(places[0])
    return round(float(left[place]), 6) + 0.0, round(float(right[place]), 6) + 0.0


def _exact(value: Any) -> Array:
    """A tensor's value in float64, if it is a fraction at all."""
    made = dtypes.array(value)
    return made.astype(np.float64) if made.dtype == np.float32 else made


def _evaluated(op: Op, values: list[Array], attributes: tuple[Any, ...]) -> Array | None:
    try:
        return dtypes.array(op.compute(list(map(dtypes.normal, values)), attributes))
    except EngineError:
        return None


# --- numbers


@dataclass(frozen=True, slots=True)
class _Point:
    """An op at numbers."""

    op: Elementwise
    values: list[float]
    attributes: tuple[Any, ...]
    value: float


def _of_numbers(node: _Point, operand_index: int) -> Observation:
    here = node.values[operand_index]
    if not math.isfinite(here) or not math.isfinite(node.value):
        return NOTHING
    steps = (each for each in (_STEP, _STEP * abs(here)) if here - each < here < here + each)
    measured = [(each, *_slopes(node, operand_index, each)) for each in steps]
    step, left, right, central = min(measured, key=lambda row: _error(node, *row))
    if not math.isfinite(central):
        return NOTHING
    kinked = node.op.kink is not None
    if kinked and abs(right - left) > _JUMP * max(1.0, abs(left), abs(right)):
        return Observation(None, (left + 0.0, right + 0.0))
    if kinked or step > 1:
        halved = _slopes(node, operand_index, step / 2)[2]
        if abs(halved - central) > _JUMP * max(abs(halved), abs(central)) + 4 * _rounding(node, step):
            return NOTHING  # the value jumps, or waves within the step
    return Observation(central, None)


def _slopes(node: _Point, index: int, step: float) -> tuple[float, float, float]:
    """The slope left of the operand, right of it, and across it."""
    here = node.values[index]
    below, above = here - step, here + step
    arguments = [*node.values, *node.attributes]
    arguments[index] = below
    low = node.op.on_floats(arguments)
    arguments[index] = above
    high = node.op.on_floats(arguments)
    return (
        (node.value - low) / (here - below),
        (high - node.value) / (above - here),
        (high - low) / (above - below),
    )


def _error(node: _Point, step: float, left: float, right: float, _central: float) -> float:
    """How far the central slope may be off: by curvature, and by rounding."""
    error = abs(right - left) + _rounding(node, step)
    return error if math.isfinite(error) else math.inf


def _rounding(node: _Point, step: float) -> float:
    return sys.float_info.epsilon * abs(node.value) / step
