"""Every leaf's gradient against the slope of the whole pass, measured without any derivative rule.

Central differences, a little to the left and to the right of each element of a leaf, or a tiny way along the imaginary
axis where every op on the way can be computed there.
"""

import math
import sys
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from engine import dtypes, mode
from engine.dtypes import Array
from engine.errors import EngineError
from engine.messages import Message
from engine.program import run
from engine.snapshot import BackwardStep, Node, Shown, Snapshot, shown
from engine.way import STEP, Way

_TOLERANCE: Final = {"float64": 1e-6, "float32": 1e-4}
"""Relative; central differences with a step of ε^(1/3) are good to about 1e-10, kinks miss by far more. A gradient
computed in float32 carries its own rounding."""

ELEMENTS: Final = 64
"""Elements of a leaf up to which each is moved by itself."""
DIRECTIONS: Final = 8
"""Along how many random directions a larger leaf is moved, all elements at once."""

Method = Literal["central differences", "complex step"]


@dataclass(frozen=True, slots=True)
class Kink:
    """An op on the way from the leaf to the output that sits exactly where its slope jumps: the slopes on its two
    sides (None: the value itself jumps), and what is `taken` there, as in PyTorch. `at` is the element of its operand
    that does (None: several at once, as at a tie)."""

    op: str
    at: float | None
    slopes: tuple[float, float] | None
    taken: float

    @property
    def message(self) -> Message:
        """The kink in a sentence."""
        at, taken = "" if self.at is None else f"{self.at:.4g}", f"{self.taken:.4g}"
        if self.slopes is None:
            return Message(
                "`{op}` at exactly {at}: the value jumps, PyTorch's convention {taken}", op=self.op, at=at, taken=taken
            )
        left, right = (f"{each:.4g}" for each in self.slopes)
        if self.at is None:
            return Message(
                "`{op}` at a kink: left slope {left}, right slope {right}", op=self.op, left=left, right=right
            )
        return Message(
            "`{op}` at exactly {at}: left slope {left}, right slope {right}, PyTorch's convention {taken}",
            op=self.op,
            at=at,
            left=left,
            right=right,
            taken=taken,
        )


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A function of the program whose `backward` says something else than central differences of its `forward`: what
    both make of one of its operands (`along`: of all its numbers together, moved along one direction)."""

    function: str
    operand: str
    said: float
    measured: float
    along: bool

    @property
    def message(self) -> Message:
        """The contradiction in a sentence."""
        values = {
            "function": self.function,
            "operand": self.operand,
            "said": f"{self.said:.4g}",
            "measured": f"{self.measured:.4g}",
        }
        if self.along:
            return Message(
                "`{function}`: along one direction of `{operand}` its backward gives {said}, central differences give "
                "{measured}",
                **values,
            )
        return Message("`{function}`: its backward gives {said}, central differences give {measured}", **values)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One leaf: the engine's gradient (None: not reached), the measured one, and whether they agree.

    A tensor has one number per element; with more than 64 elements, one per random direction (`directions` of them),
    along which both are projected. `kinks` are the ops on the way for which there is no slope to be measured, `slopes`
    those of the whole pass to the left and to the right. `at_kink`: they do not agree, and need not, since the gradient
    lies between these slopes. `contradictions` are functions of the program on the way that are not differentiated as
    they are computed.
    """

    name: str
    gradient: Shown | None
    finite_difference: Shown
    agrees: bool
    at_kink: bool = False
    method: Method = "central differences"
    directions: int = 0
    slopes: tuple[float, float] | None = None
    kinks: tuple[Kink, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()


def check(source: str, inputs: Mapping[str, Any] | None = None, *, pass_index: int = 0) -> tuple[Verdict, ...]:
    """Runs `source` and compares the gradient of each of its leaves with measured slopes.

    Raises what `engine.run` raises.
    """
    return check_pass(run(source, inputs=inputs).passes[pass_index])


def check_pass(snapshot: Snapshot) -> tuple[Verdict, ...]:
    """The gradient check of a recorded pass: one verdict per leaf, the first of each name."""
    leaves: dict[str, Node] = {}
    for node in snapshot.nodes:
        if node.op is None and node.requires_grad:
            leaves.setdefault(node.label, node)
    with mode.spending(mode.Budget(2**62, 2**62)):
        return tuple(_verdict(snapshot, Way(snapshot, leaf)) for leaf in leaves.values())


# --- measuring


def _verdict(snapshot: Snapshot, way: Way) -> Verdict:
    leaf, here = way.leaf, way.here
    gradient = np.zeros(here.shape) if leaf.gradient is None else np.asarray(leaf.gradient, np.float64)
    directions, count = _directions(here)
    expected = np.array([float((gradient * each).sum()) for each in directions])
    tolerance = _TOLERANCE.get(leaf.dtype, 1e-6) if snapshot.dtype == "float64" else _TOLERANCE["float32"]

    def agree(measured: Array) -> Any:
        size = np.maximum(np.maximum(np.abs(measured), np.abs(expected)), 1.0)
        return np.abs(measured - expected) <= tolerance * size

    method: Method = "complex step"
    found = _along_imaginary(way, directions)
    if found is None:
        method = "central differences"
        found = np.array([_central(way, each, value) for each, value in zip(directions, expected, strict=True)])
    kinks, slopes = tuple(_kinks(snapshot, way)), None
    agrees = excused = agree(found)
    if kinks and not agrees.all():
        sides = np.array([_sides(way, each) for each in directions])
        low, high = sides.min(axis=1), sides.max(axis=1)
        slack = 1e-3 * np.maximum(1.0, np.maximum(np.abs(low), np.abs(high)))
        between = (low - slack <= expected) & (expected <= high + slack) & (high - low > slack)
        excused = agrees | between | any(kink.slopes is None for kink in kinks)
        left, right = sides[int(np.argmin(agrees))]
        slopes = (round(float(left), 4) + 0.0, round(float(right), 4) + 0.0)
    whole = count == 0
    projected = leaf.gradient if whole else shown(expected)
    return Verdict(
        name=leaf.label,
        gradient=None if leaf.gradient is None else projected,
        finite_difference=shown(dtypes.normal(found.reshape(here.shape))) if whole else shown(found),
        agrees=bool(agrees.all()),
        at_kink=bool(excused.all()) and not agrees.all(),
        method=method,
        directions=count,
        slopes=slopes,
        kinks=kinks,
        contradictions=tuple(_contradictions(snapshot, way)),
    )


def _directions(here: Array) -> tuple[list[Array], int]:
    """Each element by itself, or a few random directions; and how many, 0 for each element."""
    if here.size <= ELEMENTS:
        return [each.reshape(here.shape) for each in np.eye(here.size)], 0
    random = np.random.RandomState(0)
    return [random.standard_normal(here.shape) for _ in range(DIRECTIONS)], DIRECTIONS


def _along_imaginary(way: Way, directions: list[Array]) -> Array | None:
    """The slopes by the complex step: exact to rounding, since nothing is subtracted. None where it cannot be taken."""
    if not way.analytic:
        return None
    step = 1e-30
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            found = np.array([np.imag(way.value(way.here + 1j * step * each)) / step for each in directions])
    except (TypeError, ValueError, EngineError, np.exceptions.ComplexWarning):
        return None
    return found if np.isfinite(found).all() else None


def _central(way: Way, direction: Array, expected: float) -> float:
    """The slope along a direction, by the step that suits it best.

    The usual step is tried first. Where it does not give what is expected, the steps around it are, and the one whose
    slope changes least when it is halved wins, whatever it says.
    """
    size = float(np.abs(way.here * direction).max(initial=0))
    usual = STEP * max(1.0, size)
    measured = _slope(way, direction, usual)
    if abs(measured - expected) <= _TOLERANCE["float64"] * max(1.0, abs(measured), abs(expected)):
        return measured
    best, least = measured, math.inf
    for scale in {1.0, size} - {0.0}:
        for power in range(2, 12):
            step = scale * 8.0**-power
            wide, narrow = _slope(way, direction, step), _slope(way, direction, step / 2)
            change = abs(wide - narrow)
            if math.isfinite(change) and change < least and narrow != 0.0:
                best, least = (4 * narrow - wide) / 3, change
    return best


def _slope(way: Way, direction: Array, step: float) -> float:
    above, below = way.here + step * direction, way.here - step * direction
    width = float(np.abs(above - below).max()) / max(float(np.abs(direction).max()), sys.float_info.min)
    return float((way.value(above) - way.value(below)) / width) if width else 0.0


def _sides(way: Way, direction: Array) -> tuple[float, float]:
    """The slopes on the left and on the right along a direction."""
    step = STEP * max(1.0, float(np.abs(way.here * direction).max(initial=0)))
    middle = way.value(way.here)
    left = (middle - way.value(way.here - step * direction)) / step
    return float(left), float((way.value(way.here + step * direction) - middle) / step)


def _contradictions(snapshot: Snapshot, way: Way) -> Iterator[Contradiction]:
    """The program's own functions on the leaf's way to the output whose rule is not the slope of what they compute."""
    edges = {edge.id: edge for edge in snapshot.edges}
    nodes = {node.id: node for node in snapshot.nodes}
    for step in snapshot.steps:
        if not isinstance(step, BackwardStep) or edges[step.edge].target not in snapshot.rows:
            continue
        said, measured = step.expected_difference, step.finite_difference
        source, target = nodes[step.node], nodes[edges[step.edge].target]
        if said is None or measured is None or source.id not in way.moved:
            continue
        exact = 1e-3 if source.dtype == "float32" else 1e-5
        if abs(said - measured) > exact * max(1.0, abs(said), abs(measured)):
            yield Contradiction(target.op or "", source.label, said, measured, np.size(source.value) > 1)


def _kinks(snapshot: Snapshot, way: Way) -> Iterator[Kink]:
    """The ops on the leaf's way to the output that sit at a kink, or where their value jumps."""
    edges = {edge.id: edge for edge in snapshot.edges}
    nodes = {node.id: node for node in snapshot.nodes}
    for step in snapshot.steps:
        if not isinstance(step, BackwardStep) or step.finite_difference is not None:
            continue
        source, target = nodes[edges[step.edge].source], nodes[edges[step.edge].target]
        row = snapshot.row(target)
        if source.id not in way.moved or row.kink is None or not np.size(source.value) or not way.finite(target):
            continue
        place, at = way.bend(target, edges[step.edge].operand_index)
        taken = 0.0 if step.local is None else float(np.asarray(step.local)[place])
        if at is not None or step.kink is not None:
            yield Kink(row.name, at, step.kink, taken + 0.0)


__all__ = ["Contradiction", "Kink", "Verdict", "check", "check_pass"]
