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
    operand: "Tensor"
    upstream: Any
    local: Any
    contribution: Any
    before: Any


@dataclass(frozen=True)
class Sweep:
    """What a sweep went through, as one flat list, since a tuple per edge would keep the garbage collector busy.

    `records` has of each node, in the order of the way back, the node itself, its upstream gradient, and what it handed
    to its operands. Of floats that is a local derivative for each, whose product with the upstream gradient is the
    contribution; of all else one list, for each operand its local derivative, its contribution (None: it gets none)
    and that as it landed. `leaves` are the leaves that were reached, with the gradients they have from here. `earlier`
    has what gradients were left from a backward pass before: contributions add to that.
    """

    records: list[Any] = field(default_factory=list)
    leaves: "dict[Tensor, Any]" = field(default_factory=dict)
    oldest: float = inf
    """The birth of the first result that was made, the last to hand something on."""
    earlier: "Mapping[Tensor, Any]" = field(default_factory=dict)

    @cached_property
    def gradients(self) -> "dict[Tensor, Any]":
        """The gradient of every tensor that was reached, results first."""
        found = {node: upstream for node, upstream, _ in self._visits()} | self.leaves
        for each in found.keys() & self.earlier.keys():
            found[each] = found[each] + self.earlier[each]
        return found

    @property
    def empty(self) -> bool:
        """Whether nothing was reached."""
        return not self.records and not self.leaves

    @property
    def nodes(self) -> "list[Tensor]":
        """The results that were gone through, latest first."""
        return [node for node, _, _ in self._visits()]

    def contributions(self) -> Iterator[Contribution]:
        """One per edge, in the order they were made."""
        totals = dict(self.earlier)
        made = tuple.__new__  # as fast as it gets: of a long program there are a hundred thousand
        for node, upstream, handed in self._visits():
            for index, operand in enumerate(node.operands):
                if type(handed) is list:
                    local, contribution, landed = handed[index]
                    if contribution is None:
                        continue
                elif operand.requires_grad:
                    local = handed[index]
                    contribution = landed = upstream * local
                else:
                    continue
                before = totals.get(operand)
                totals[operand] = landed if before is None else before + landed
                yield made(Contribution, (node, index, operand, upstream, local, contribution, before))

    def _visits(self) -> "Iterator[tuple[Tensor, Any, list[tuple[Any, Any, Any]] | tuple[float, ...]]]":
        fields = iter(self.records)
        for node in fields:
            upstream, handed = next(fields), next(fields)
            if type(handed) is not list:
                handed = (handed,) if node.second is None else (handed, next(fields))
            yield node, upstream, handed
