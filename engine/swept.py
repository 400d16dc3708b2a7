"""What a backward pass went through: gradients, and one contribution per edge."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from engine.tensor import Tensor


class Contribution(NamedTuple):
    """What one edge added: `upstream × local = contribution`; `before` is the operand's gradient until then, None
    if nothing had arrived. `local` is None where the op gives a vector–Jacobian product as a whole. A contribution
    larger than the operand was broadcast: its sum over the stretched axes is what is added."""

    node: "Tensor"
    operand_index: int
    upstream: Any
    local: Any
    contribution: Any
    before: Any


@dataclass(frozen=True)
class Sweep:
    """What a sweep went through, in its order: each node, its upstream gradient, and what it handed to its operands.
    Those are flat lists, since a tuple per edge would keep the garbage collector busy. Of floats, `handed` has a local
    derivative for each operand, whose product with the upstream gradient is the contribution; of all else one list for
    the node, with the local derivative for each operand, the contribution (None: it gets none) and that as it landed.

    `leaves` are the leaves that were reached, with the gradients they have from here. `earlier` has what gradients were
    left from a backward pass before: contributions add to that.
    """

    nodes: "list[Tensor]" = field(default_factory=list)
    upstreams: list[Any] = field(default_factory=list)
    handed: list[Any] = field(default_factory=list)
    leaves: "dict[Tensor, Any]" = field(default_factory=dict)
    earlier: "Mapping[Tensor, Any]" = field(default_factory=dict)

    @cached_property
    def gradients(self) -> "dict[Tensor, Any]":
        """The gradient of every tensor that was reached, results first."""
        found = dict(zip(self.nodes, self.upstreams, strict=True)) | self.leaves
        for each in found.keys() & self.earlier.keys():
            found[each] = found[each] + self.earlier[each]
        return found

    @property
    def oldest(self) -> float:
        """The birth of the first result that was made, the last to hand something on."""
        return self.nodes[-1].birth if self.nodes else inf

    def contributions(self) -> Iterator[Contribution]:
        """One per edge, in the order they were made."""
        totals = dict(self.earlier)
        for node, upstream, index, local, contribution, landed in self._edges():
            if contribution is not None:
                operand = node.operands[index]
                before = totals.get(operand)
                totals[operand] = landed if before is None else before + landed
                yield Contribution(node, index, upstream, local, contribution, before)

    def _edges(self) -> "Iterator[tuple[Tensor, Any, int, Any, Any, Any]]":
        handed = iter(self.handed)
        for node, upstream in zip(self.nodes, self.upstreams, strict=True):
            given = next(handed)
            if type(given) is list:
                for index, fields in enumerate(given):
                    yield node, upstream, index, *fields
                continue
            for index, operand in enumerate(node.operands):
                local = given if index == 0 else next(handed)
                contribution = upstream * local if operand.requires_grad else None
                yield node, upstream, index, local, contribution, contribution
