"""A step length that fulfils the strong Wolfe conditions, found between brackets by cubic interpolation."""

import math
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np

from engine.dtypes import Array

_DECREASE: Final = 1e-4
_CURVATURE: Final = 0.9
_NARROW: Final = 1e-9


class Point(NamedTuple):
    """A step length, the loss there, its gradient, and the slope along the direction."""

    step: float
    loss: float
    gradient: Array
    slope: float


Evaluate = Callable[[float], Point]


def _between(one: Point, other: Point, bounds: tuple[float, float] | None = None) -> float:
    """Where the cubic through two points with their slopes is lowest, within the bounds."""
    low, high = bounds or (min(one.step, other.step), max(one.step, other.step))
    first = one.slope + other.slope - 3 * (one.loss - other.loss) / (one.step - other.step)
    square = first**2 - one.slope * other.slope
    near, far = (one, other) if one.step <= other.step else (other, one)
    root = math.sqrt(max(square, 0.0))
    below = far.slope - near.slope + 2 * root
    if square < 0 or not below:
        return (low + high) / 2.0
    lowest = far.step - (far.step - near.step) * (far.slope + root - first) / below
    kind = one.gradient.dtype.type
    return float(kind(min(max(lowest, low), high)))


def search(evaluate: Evaluate, start: Point, step: float, direction: Array, most: int) -> tuple[Point, int]:
    """The point that is taken, and how often the loss was asked for."""
    length = float(np.abs(direction).max())
    new, asked, before = evaluate(step), 1, start
    rounds, done = 0, False
    bracket: list[Point] = []
    while rounds < most:
        too_high = new.loss > start.loss + _DECREASE * new.step * start.slope
        if too_high or (rounds > 1 and new.loss >= before.loss):
            bracket = [before, new]
            break
        if abs(new.slope) <= -_CURVATURE * start.slope:
            bracket, done = [new], True
            break
        if new.slope >= 0:
            bracket = [before, new]
            break
        bounds = (new.step + 0.01 * (new.step - before.step), new.step * 10)
        before, new = new, evaluate(_between(before, new, bounds))
        asked, rounds = asked + 1, rounds + 1
    if rounds == most:
        bracket = [start, new]
    return _narrowed(evaluate, start, bracket, length, most, asked, rounds, done=done)


def _narrowed(
    evaluate: Evaluate,
    start: Point,
    bracket: list[Point],
    length: float,
    most: int,
    asked: int,
    rounds: int,
    *,
    done: bool,
) -> tuple[Point, int]:
    low, high = (0, len(bracket) - 1) if bracket[0].loss <= bracket[-1].loss else (1, 0)
    slow = False
    while not done and rounds < most and abs(bracket[1].step - bracket[0].step) * length >= _NARROW:
        step, slow = _kept_inside(_between(bracket[0], bracket[1]), [each.step for each in bracket], slow)
        new = evaluate(step)
        asked, rounds = asked + 1, rounds + 1
        if new.loss > start.loss + _DECREASE * step * start.slope or new.loss >= bracket[low].loss:
            bracket[high] = new
            low, high = (0, 1) if bracket[0].loss <= bracket[1].loss else (1, 0)
            continue
        if abs(new.slope) <= -_CURVATURE * start.slope:
            done = True
        elif new.slope * (bracket[high].step - bracket[low].step) >= 0:
            bracket[high] = bracket[low]
        bracket[low] = new
    return bracket[low], asked


def _kept_inside(step: float, ends: list[float], slow: bool) -> tuple[float, bool]:
    """Away from the ends of the bracket, if it has come close to them twice."""
    low, high = min(ends), max(ends)
    margin = 0.1 * (high - low)
    if min(high - step, step - low) >= margin:
        return step, False
    if not (slow or step >= high or step <= low):
        return step, True
    return (high - margin if abs(step - high) < abs(step - low) else low + margin), False


def dot(one: Any, other: Any) -> float:
    """The scalar product, in the type of the numbers."""
    return float(np.dot(one, other))
