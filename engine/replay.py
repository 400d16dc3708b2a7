"""A recorded pass evaluated again for other values of its leaves, without reading the source."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine import backward, dtypes, recording, witness
from engine.dtypes import Array, Value
from engine.errors import InputError, ShapeError, SourceError
from engine.messages import Message
from engine.ops import Elementwise, Op
from engine.ops.defined import Defined
from engine.snapshot import BackwardStep, ForwardStep, Node, SeedStep, Snapshot, Step
from engine.swept import Contribution, Sweep
from engine.tensor import Origin, Tensor, apply, constant

_AT_ONCE = 2**22
"""Numbers of a grid that are worked on together: a few arrays of this size fit into any machine's memory."""


class BranchChanged(Exception):
    """A condition of the program comes out differently for these values: it has to be run anew."""


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition the program branched on: a node of the pass, and whether it held."""

    node: str
    held: bool


class Replay:
    """One pass as a flat list of operations. Leaves are named as in `snapshot[name]`, or by their node's id.

    Exact: every operation is the table's own, in the recorded order. A `Guard` that comes out differently raises
    `BranchChanged` (of a grid, marks the point).
    """

    def __init__(self, snapshot: Snapshot, guards: Sequence[Guard] = ()) -> None:
        self.recorded = snapshot
        self._places = {node.id: index for index, node in enumerate(snapshot.nodes)}
        self._operands = [tuple(self._places[each] for each in node.operands) for node in snapshot.nodes]
        self._guards = [(self._places[guard.node], guard.held) for guard in guards]
        self._output = self._places[snapshot.output]

    def tensors(self, leaves: Mapping[str, Any] | None = None) -> dict[str, Tensor]:
        """The pass as tensors again, by their nodes' ids: to be differentiated in other ways."""
        made = self._evaluated(self._given(leaves or {}))
        return {node.id: tensor for node, tensor in zip(self.recorded.nodes, made, strict=True)}

    def snapshot(self, leaves: Mapping[str, Any]) -> Snapshot:
        """The same pass with these values in its leaves. Raises `InputError`, `ShapeError` or `BranchChanged`."""
        made = self._evaluated(self._given(leaves))
        for index, held in self._guards:
            if bool(made[index]) != held:
                raise BranchChanged
        output = made[self._output]
        recorded = self.recorded
        if not output.requires_grad:
            swept = Sweep()
        else:
            ones = 1.0 if type(output.value) is float else np.ones_like(output.value)
            swept = backward.sweep(output, seed=ones)
        return recording.picture(output, made, swept, source=recorded.source, pass_index=recorded.pass_index)

    @property
    def plain(self) -> bool:
        """Whether all numbers of the pass are single ones, so that other leaves change nothing but numbers."""
        return all(node.dtype == "float64" and not node.shape for node in self.recorded.nodes) and all(
            isinstance(step, (ForwardStep, SeedStep)) or (isinstance(step, BackwardStep) and step.local is not None)
            for step in self.recorded.steps
        )

    def renewed(self, leaves: Mapping[str, float], *, measured: int) -> Snapshot:
        """As `snapshot`, of a `plain` pass without guards, in a quarter of the time: what does not depend on numbers is
        taken over, and a finite difference is taken at the step `measured` only."""
        made = self._evaluated({self._place(name): float(value) for name, value in leaves.items()})
        recorded, output = self.recorded, made[self._output]
        swept = backward.sweep(output) if output.requires_grad else Sweep()
        arriving = swept.contributions()
        return Snapshot(
            source=recorded.source,
            pass_index=recorded.pass_index,
            output=recorded.output,
            dtype=recorded.dtype,
            nodes=tuple(
                _renumbered(node, tensor.value, swept.gradients.get(tensor))
                for node, tensor in zip(recorded.nodes, made, strict=True)
            ),
            edges=recorded.edges,
            steps=tuple(self._redone(step, made, arriving, measured) for step in recorded.steps),
        )

    def _redone(self, step: Step, made: list[Tensor], arriving: Iterator[Contribution], measured: int) -> Step:
        if isinstance(step, ForwardStep):
            return ForwardStep(index=step.index, node=step.node, value=made[self._places[step.node]].value)
        if not isinstance(step, BackwardStep):
            return step
        found = next(arriving)
        seen = witness.observe(found.node, found.operand_index) if step.index == measured else witness.NOTHING
        return BackwardStep(
            index=step.index,
            edge=step.edge,
            node=step.node,
            upstream=found.upstream,
            local=found.local,
            local_formula=step.local_formula,
            local_latex=step.local_latex,
            contribution=found.contribution,
            before=found.before,
            after=found.contribution if found.before is None else found.before + found.contribution,
            finite_difference=seen.slope,
            kink=seen.kink,
        )

    def outputs(self, grid: Mapping[str, Any]) -> tuple[Array, Array]:
        """The output for every point of a grid, and whether the program takes the same branches there.

        `grid` gives each leaf as many values as there are points, along the first axis: shape `(points, *leaf.shape)`.
        The result has shape `(points, *output.shape)`. All points are worked on together.
        """
        given = {self._place(name): np.asarray(values) for name, values in grid.items()}
        counts = {len(values) if values.ndim else 0 for values in given.values()}
        if len(counts) != 1 or 0 in counts:
            raise ShapeError(
                Message("every leaf of a grid needs as many values as the others, and at least one"),
                hint=Message("make the grid with numpy.meshgrid and ravel"),
            )
        points = counts.pop()
        numbers = sum(math.prod(node.shape) for node in self.recorded.nodes)
        size = max(1, _AT_ONCE // max(1, numbers))
        parts = [
            self._swept({place: values[start : start + size] for place, values in given.items()})
            for start in range(0, points, size)
        ]
        return np.concatenate([part for part, _ in parts]), np.concatenate([same for _, same in parts])

    def _place(self, name: str) -> int:
        if name in self._places:
            return self._places[name]
        try:
            return self._places[self.recorded[name].id]
        except KeyError:
            raise InputError(Message("there is no leaf `{name}` in this pass", name=name)) from None

    def _given(self, leaves: Mapping[str, Any]) -> dict[int, Value]:
        given: dict[int, Value] = {}
        for name, value in leaves.items():
            place = self._place(name)
            node = self.recorded.nodes[place]
            made = np.asarray(value, node.dtype)
            if made.shape != node.shape:
                raise ShapeError(
                    Message(
                        "`{name}` is {shape} in this pass, and {given} is given",
                        name=name,
                        shape=node.shape,
                        given=made.shape,
                    )
                )
            given[place] = dtypes.normal(made)
        return given

    def _evaluated(self, given: Mapping[int, Value]) -> list[Tensor]:
        made: list[Tensor] = []
        for index, node in enumerate(self.recorded.nodes):
            if node.op is None or index in given:
                tensor = constant(given.get(index, _recorded(node)))
                tensor.requires_grad = node.requires_grad
            else:
                operands = [made[each] for each in self._operands[index]]
                row = self.recorded.row(node)
                tensor = (
                    row.rule.again(operands)
                    if isinstance(row, Defined)
                    else apply(row, *operands, attributes=tuple(node.attributes.values()))
                )
            tensor.origin = Origin(node.kind, node.name, node.span, node.scope)
            made.append(tensor)
        return made

    def _swept(self, given: Mapping[int, Array]) -> tuple[Array, Array]:
        """All nodes for some points: those that depend on the grid have the points as their first axis."""
        points = len(next(iter(given.values())))
        values: list[Any] = []
        varied: list[bool] = []
        for index, node in enumerate(self.recorded.nodes):
            operands = self._operands[index]
            if index in given:
                values.append(np.asarray(given[index], node.dtype))
            elif node.op is None or not any(varied[each] for each in operands):
                values.append(dtypes.array(_recorded(node)))
            else:
                values.append(self._spread(node, [(values[each], varied[each]) for each in operands], points))
            varied.append(index in given or any(varied[each] for each in operands))
        same = np.ones(points, bool)
        for index, held in self._guards:
            if varied[index]:
                same &= values[index].reshape(points, -1).any(axis=1) == held
        found = values[self._output]
        return (found if varied[self._output] else np.broadcast_to(found, (points, *found.shape))), same

    def _spread(self, node: Node, operands: list[tuple[Array, bool]], points: int) -> Array:
        """One operation for all points at once; the table's structural ops, point by point."""
        row, attributes = self.recorded.row(node), tuple(node.attributes.values())
        if isinstance(row, Elementwise):
            rank = len(node.shape)
            aligned = [_aligned(value, rank) if moves else value for value, moves in operands]
            with np.errstate(all="ignore"):
                return np.asarray(row.array(*_typed(row, aligned, node), *attributes))
        each = [
            _computed(
                row, [dtypes.normal(value[point] if moves else value) for value, moves in operands], attributes, node
            )
            for point in range(points)
        ]
        return np.stack([dtypes.array(value) for value in each])


def _computed(row: Op, operands: list[Value], attributes: Sequence[Any], node: Node) -> Value:
    """The value at one point; a function of the program may refuse it, and then there is a hole in the landscape."""
    try:
        return row.compute(operands, attributes)
    except SourceError:
        if not isinstance(row, Defined):
            raise
        return np.full(node.shape, np.nan)


def _aligned(value: Array, rank: int) -> Array:
    """The points stay in front; axes of size 1 are put behind them until the operand has the result's rank."""
    return value.reshape(len(value), *(1,) * (rank + 1 - value.ndim), *value.shape[1:])


def _typed(row: Elementwise, operands: list[Array], node: Node) -> list[Array]:
    """Operands in the type the recorded result has, or (for a comparison) as they are."""
    result = np.dtype(node.dtype)
    if result.kind != "f":
        return operands
    kept = row.selects
    return [*operands[:kept], *(each.astype(result, copy=False) for each in operands[kept:])]


def _renumbered(node: Node, value: Any, gradient: Any) -> Node:
    """NB: `dataclasses.replace` takes three times as long."""
    return Node(
        id=node.id,
        kind=node.kind,
        op=node.op,
        name=node.name,
        label=node.label,
        label_latex=node.label_latex,
        expression=node.expression,
        expression_latex=node.expression_latex,
        operands=node.operands,
        attributes=node.attributes,
        shape=node.shape,
        dtype=node.dtype,
        value=value,
        gradient=gradient,
        requires_grad=node.requires_grad,
        span=node.span,
        scope=node.scope,
    )


def _recorded(node: Node) -> Value:
    return dtypes.normal(np.asarray(node.value, node.dtype))
