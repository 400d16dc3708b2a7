"""The backward pass: one reversed sweep over the graph, one contribution per edge."""

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from engine.ops import Op
    from engine.tensor import Tensor

_creation_order = attrgetter("birth")


class Contribution(NamedTuple):
    """What one edge added: `upstream × local = contribution`; `before` is the operand's gradient until
    then, None if nothing had arrived."""

    node: "Tensor"
    operand_index: int
    upstream: float
    local: float
    contribution: float
    before: float | None


@dataclass(frozen=True, slots=True)
class Sweep:
    """The gradient of every tensor that was reached, and the edges' records (the fields of a
    `Contribution`, as plain tuples for speed) in the order they were made."""

    gradients: "dict[Tensor, float]"
    records: "list[tuple[Tensor, int, float, float, float, float | None]]"


def reachable(output: "Tensor") -> "list[Tensor]":
    """Every tensor the output was made from, itself included, in creation order."""
    found = {output}
    queue = [output]
    for node in queue:
        for operand in node.operands:
            if operand not in found:
                found.add(operand)
                queue.append(operand)
    queue.sort(key=_creation_order)
    return queue


def sweep(output: "Tensor", *, seed: float = 1.0) -> Sweep:
    """∂output/∂tensor for every tensor that requires a gradient and that `output` was made from.

    Nodes are visited in reversed creation order and, within a node, its operands in order.
    NB: PyTorch calls the upstream gradient `grad_output`.
    """
    gradients = {output: seed}
    get = gradients.get
    records: list[tuple[Tensor, int, float, float, float, float | None]] = []
    record = records.append
    for node in _differentiable(output):
        operands = node.operands
        upstream = gradients[node]
        op: Op = node.op  # type: ignore[assignment]  # every node of this list has one, and an assert costs 1 %
        try:
            if len(operands) == 2:
                x, y = operands
                slopes = op.local(x.value, y.value, node.value)
            else:
                slopes = op.local(*[x.value for x in operands], *node.attributes, node.value)
        except (ArithmeticError, ValueError):
            slopes = op.slopes(*[x.value for x in operands], *node.attributes, node.value)
        index = 0  # counted by hand: enumerate costs a tenth of the sweep
        for operand in operands:
            if operand.requires_grad:
                local = slopes[index]
                contribution = upstream * local
                before = get(operand)
                gradients[operand] = contribution if before is None else before + contribution
                record((node, index, upstream, local, contribution, before))
            index += 1  # noqa: SIM113
    return Sweep(gradients, records)


def _differentiable(output: "Tensor") -> "list[Tensor]":
    """The results on the way from the leaves that require a gradient to the output, latest first."""
    found = {output}
    queue = [output] if output.operands and output.requires_grad else []
    for node in queue:
        for operand in node.operands:
            if operand.operands and operand not in found and operand.requires_grad:
                found.add(operand)
                queue.append(operand)
    queue.sort(key=_creation_order, reverse=True)
    return queue
