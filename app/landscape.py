"""The loss, or another result, as a landscape over one number of the leaves or two, with the path of training."""

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from app import cells, jobs, maps
from app.cells import Cell
from app.programs import Program
from engine.errors import InputError
from engine.messages import Message
from engine.program import Run
from engine.replay import Replay
from engine.snapshot import BackwardStep, Node, Snapshot, number

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
    of: str | None = None,
    loose: bool = False,
    at: Sequence[float] | None = None,
) -> bytes:
    """The output of a pass, or the number `of` another result, for other values of one or two numbers of its leaves,
    everything else being as it was.

    `around` gives the ranges (those that are `loose` only as long as the point and the path are within them), else they
    hold the value, its surroundings and the path of training. `at` is another point than that of the pass. With
    `all_samples` it is the mean over the passes whose data differ: what training tries to lower. `round` says after how
    many passes the same data come again. Where the axes are two columns of one sample, `rows` has all samples.
    """
    run = jobs.evaluate(program)
    here = jobs.pass_of(program, index)
    leaves = [cells.leaf(here, name) for name in names]
    height = _height(here, of)
    trained = [leaf.of(leaf.node.value) for leaf in leaves]
    point = list(at or trained)
    path, rows = _path(run, leaves), maps.rows(here, leaves)
    ranges = _ranges(trained, point, [*path, *(row[:2] for row in rows)], around, loose)
    axes = [np.linspace(low, high, POINTS[len(names)]) for low, high in ranges]
    samples = _samples(run, here)
    passes = samples if all_samples and height is None else [here]
    heights = _mean(passes, names, axes, height)
    exact = len(passes) == 1 and point == trained and height is None and not any(_piled(here, leaf) for leaf in leaves)
    slopes = [_arrived(leaf) for leaf in leaves] if exact else _slopes(passes, names, point, height)
    answer: dict[str, Any] = {
        "axes": [
            {"name": name, "low": low, "high": high, "value": number(value), "gradient": slope}
            for name, value, slope, (low, high) in zip(names, point, slopes, ranges, strict=True)
        ],
        "of": of,
        "heights_of": maps.heights(here, leaves),
        "maps": maps.of_samples(here),
        "heights": [[_finite(height) for height in row] for row in heights.reshape(-1, len(axes[0]))],
        "value": _finite(_mean(passes, names, [np.array([each]) for each in point], height)[0]),
        "samples": len(passes),
        "round": len(samples) if len(path) > 2 * len(samples) else 1,
        "path": [[number(value) for value in each] for each in path],
        "rows": rows,
    }
    return json.dumps(answer, allow_nan=False, separators=(",", ":")).encode()


def _height(snapshot: Snapshot, of: str | None) -> Cell | None:
    """The number whose height is drawn; None for the output as a whole. Raises `InputError`."""
    found = None if of is None else cells.find(snapshot, of)
    if of is not None and found is None:
        raise InputError(
            Message("there is no number `{name}` in this pass", name=of),
            hint=Message("name a result that is a single number, or a cell of one: `v1[0, 1]`"),
        )
    return found


def _arrived(leaf: Cell) -> float | str | None:
    return None if leaf.node.gradient is None else number(leaf.of(leaf.node.gradient))


def _piled(snapshot: Snapshot, leaf: Cell) -> bool:
    """Whether a gradient was left from a pass before: then what the leaf shows is not the slope of this one."""
    arrived = (each for each in snapshot.steps if isinstance(each, BackwardStep) and each.node == leaf.node.id)
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


def _mean(passes: Sequence[Snapshot], names: Sequence[str], axes: Sequence[Any], height: Cell | None) -> Any:
    """All points at once; the first axis changes fastest."""
    heights: Any = np.mean([_heights(each, names, axes, height) for each in passes], axis=0)
    return heights


def _heights(snapshot: Snapshot, names: Sequence[str], axes: Sequence[Any], height: Cell | None) -> Any:
    """The output of one pass; that of a tensor is summed, as a seed of ones does."""
    points = [each.ravel() for each in np.meshgrid(*axes)]
    grid = cells.changed(snapshot, dict(zip(names, points, strict=True)))
    drawn = snapshot if height is None else replace(snapshot, output=height.node.id)
    outputs, _ = Replay(drawn).outputs(grid)
    numbers = outputs.reshape(len(outputs), -1)
    return numbers.sum(axis=1, dtype=float) if height is None else numbers[:, height.place].astype(float)


def _slopes(
    passes: Sequence[Snapshot], names: Sequence[str], here: Sequence[float], height: Cell | None
) -> list[float | None]:
    """How fast the mean rises along each axis, by central differences; what rounds more needs a larger step."""
    slopes: list[float | None] = []
    for axis, at in enumerate(here):
        step = (1e-4 if passes[0].dtype == "float64" else 3e-3) * max(1.0, abs(at))
        pairs = [np.array([each - step, each + step]) if k == axis else np.array([each]) for k, each in enumerate(here)]
        below, above = _mean(passes, names, pairs, height)
        slopes.append(_finite(float(above - below) / (2 * step)))
    return slopes


def _range(value: float, path: Sequence[float]) -> tuple[float, float]:
    known = [each for each in (value, *path) if math.isfinite(each)] or [0.0]
    low, high = min(known), max(known)
    reach = max(0.4 * (high - low), 1.5 * abs(value) if not path else 0.0, _REACH if high == low else 0.5)
    return low - reach, high + reach


def _path(run: Run, leaves: Sequence[Cell]) -> list[list[float]]:
    """Where training took these numbers, pass by pass; nowhere, if they are data that stay as they are."""
    if len(run.passes) < 2:
        return []
    names = [leaf.node.name or leaf.node.label for leaf in leaves]
    taken = run.series(list(dict.fromkeys(names)))
    points = [
        [leaf.of(value) for leaf, value in zip(leaves, point, strict=True)]
        for point in zip(*(taken[name] for name in names), strict=True)
        if all(
            value is not None and np.shape(value) == leaf.node.shape for leaf, value in zip(leaves, point, strict=True)
        )
    ]
    still = not any(leaf.node.requires_grad for leaf in leaves) and all(point == points[0] for point in points)
    return [] if still else points


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
    """A pass with its own data and the parameters of another one, and with all that follows from both."""
    if other is here:
        return here
    leaves = {node.id: now.value for node, now in zip(other.nodes, here.nodes, strict=True) if _is_parameter(node)}
    made = Replay(other).tensors(leaves)
    return replace(other, nodes=tuple(replace(node, value=made[node.id].value) for node in other.nodes))


def _is_parameter(node: Node) -> bool:
    return node.requires_grad and not node.operands


def _skeleton(snapshot: Snapshot) -> list[object]:
    """What is computed of what, whatever the numbers."""
    return [(node.op, node.operands, node.shape, node.name if node.requires_grad else None) for node in snapshot.nodes]


def _finite(value: float) -> float | None:
    return float(f"{value:.6g}") if math.isfinite(value) else None
