"""The loss as a landscape over one leaf or two, with the path that training took through it."""

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from app import jobs
from app.leaves import scalar, scalars, single
from app.programs import Program
from engine.errors import InputError
from engine.messages import Message
from engine.program import Run
from engine.replay import Replay
from engine.snapshot import BackwardStep, Snapshot, number

POINTS: Final = {1: 201, 2: 49}
"""Points along each axis, by the number of leaves."""
_SAMPLES: Final = 64
"""Different samples whose losses are averaged at most."""
_LOOKED_AT: Final = 256
"""Passes that are looked through for them."""
_REACH: Final = 2.5
"""How far to look on both sides of a small value."""
_WIDE: Final = 8
"""Ranges so many times as wide as they need be are too wide to be kept."""

Ranges = Sequence[tuple[float, float]]


def landscape_json(
    program: Program,
    index: int,
    names: Sequence[str],
    around: Ranges | None,
    all_samples: bool,
    *,
    loose: bool = False,
    at: Sequence[float] | None = None,
) -> bytes:
    """The output of a pass for other values of one or two scalars, everything else being as it was.

    `around` gives the ranges (those that are `loose` only as long as the point and the path are within them), else they
    hold the value, its surroundings and the path of training. `at` is another point than that of the pass. With
    `all_samples` it is the mean over the passes whose data differ: what training tries to lower. `round` says after how
    many passes the same data come again.
    """
    run = jobs.evaluate(program)
    here = jobs.pass_of(program, index)
    trained = [_leaf(here, name) for name in names]
    point = list(at or trained)
    path = _path(run, names)
    ranges = _ranges(trained, point, path, around, loose)
    axes = [np.linspace(low, high, POINTS[len(names)]) for low, high in ranges]
    samples = _samples(run, here)
    passes = samples if all_samples else [here]
    heights = _mean(passes, names, axes)
    exact = len(passes) == 1 and point == trained and not any(_piled(here, name) for name in names)
    slopes = [scalar(here[name].gradient) for name in names] if exact else _slopes(passes, names, point)
    answer: dict[str, Any] = {
        "axes": [
            {"name": name, "low": low, "high": high, "value": number(value), "gradient": slope}
            for name, value, slope, (low, high) in zip(names, point, slopes, ranges, strict=True)
        ],
        "heights": [[_finite(height) for height in row] for row in heights.reshape(-1, len(axes[0]))],
        "value": _finite(_mean(passes, names, [np.array([each]) for each in point])[0]),
        "samples": len(passes),
        "round": len(samples) if len(path) > 2 * len(samples) else 1,
        "path": [[number(value) for value in each] for each in path],
    }
    return json.dumps(answer, allow_nan=False, separators=(",", ":")).encode()


def _piled(snapshot: Snapshot, name: str) -> bool:
    """Whether a gradient was left from a pass before: then what the leaf shows is not the slope of this one."""
    arrived = (each for each in snapshot.steps if isinstance(each, BackwardStep) and each.node == snapshot[name].id)
    first = next(arrived, None)
    return first is not None and first.before is not None


def _ranges(
    trained: Sequence[float],
    point: Sequence[float],
    path: Sequence[Sequence[float]],
    around: Ranges | None,
    loose: bool,
) -> Ranges:
    if around and not loose:
        return around
    new = [_range(value, [each[axis] for each in path]) for axis, value in enumerate(trained)]
    there = [point, *(each for each in path if all(map(math.isfinite, each)))]
    fits = around and all(
        all(low <= each[axis] <= high for each in there) and high - low <= _WIDE * (new[axis][1] - new[axis][0])
        for axis, (low, high) in enumerate(around)
    )
    return around if around and fits else new


def _leaf(snapshot: Snapshot, name: str) -> float:
    at = single(snapshot[name].value) if name in scalars(snapshot) else None
    if at is None:
        raise InputError(
            Message("there is no landscape over `{name}`", name=name),
            hint=Message("choose a leaf that is a single number"),
        )
    return at


def _mean(passes: Sequence[Snapshot], names: Sequence[str], axes: Sequence[Any]) -> Any:
    """All points at once; the first axis changes fastest."""
    heights: Any = np.mean([_heights(each, names, axes) for each in passes], axis=0)
    return heights


def _heights(snapshot: Snapshot, names: Sequence[str], axes: Sequence[Any]) -> Any:
    """The output of one pass; that of a tensor is summed, as a seed of ones does."""
    points = [each.ravel() for each in np.meshgrid(*axes)]
    grid = {name: each.reshape(-1, *snapshot[name].shape) for name, each in zip(names, points, strict=True)}
    outputs, _ = Replay(snapshot).outputs(grid)
    return outputs.reshape(len(outputs), -1).sum(axis=1, dtype=float)


def _slopes(passes: Sequence[Snapshot], names: Sequence[str], here: Sequence[float]) -> list[float | None]:
    """How fast the mean rises along each axis, by central differences."""
    slopes: list[float | None] = []
    for axis, at in enumerate(here):
        step = 1e-4 * max(1.0, abs(at))
        pairs = [np.array([each - step, each + step]) if k == axis else np.array([each]) for k, each in enumerate(here)]
        below, above = _mean(passes, names, pairs)
        slopes.append(_finite(float(above - below) / (2 * step)))
    return slopes


def _range(value: float, path: Sequence[float]) -> tuple[float, float]:
    known = [each for each in (value, *path) if math.isfinite(each)] or [0.0]
    low, high = min(known), max(known)
    reach = max(0.4 * (high - low), 1.5 * abs(value) if not path else 0.0, _REACH if high == low else 0.5)
    return low - reach, high + reach


def _path(run: Run, names: Sequence[str]) -> list[list[float]]:
    """Where training took these leaves, pass by pass."""
    if len(run.passes) < 2:
        return []
    points = zip(*run.series(names).values(), strict=True)
    known = ([single(value) for value in point] for point in points)
    return [[value for value in point if value is not None] for point in known if None not in point]


def _samples(run: Run, here: Snapshot) -> list[Snapshot]:
    """Of the passes that compute the same as this one, one for each different set of data, all with the parameters
    that this pass has: the landscape is that of one moment of training."""
    found: dict[str, Snapshot] = {}
    for each in run.passes[:_LOOKED_AT]:
        if _skeleton(each) == _skeleton(here):
            data = [node.value for node in each.nodes if not node.operands and not node.requires_grad]
            found.setdefault(repr(data), each)
        if len(found) == _SAMPLES:
            break
    return [_at_the_time_of(here, each) for each in found.values()]


def _at_the_time_of(here: Snapshot, other: Snapshot) -> Snapshot:
    """A pass with its own data and the parameters of another one."""
    nodes = [
        replace(node, value=now.value) if node.requires_grad and not node.operands else node
        for node, now in zip(other.nodes, here.nodes, strict=True)
    ]
    return replace(other, nodes=tuple(nodes))


def _skeleton(snapshot: Snapshot) -> list[object]:
    """What is computed of what, whatever the numbers."""
    return [(node.op, node.operands, node.shape, node.name if node.requires_grad else None) for node in snapshot.nodes]


def _finite(value: float) -> float | None:
    return float(f"{value:.6g}") if math.isfinite(value) else None
