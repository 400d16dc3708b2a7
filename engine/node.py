"""A place in the graph: a value, the operation that made it, and the operands it was made from."""

from itertools import count
from typing import Any, Final

from engine.dtypes import Value
from engine.ops.row import Op, Traced
from engine.origin import Origin

born: Final = count(0, 2).__next__
"""Numbers nodes as they are made, in twos. Only ever compared, so that a graph can be walked in creation order.
NB: PyTorch calls this the node's sequence number."""


class Node(Traced):
    """`value` is a Python float (a float64 scalar) or a NumPy array, `op` what made it (None: a leaf or a constant),
    `operands` its ordered inputs, `attributes` the op's settings (an exponent, a dim), `grad` the gradient
    accumulated by `backward()` (None: not reached), `pending` what has arrived of it while a sweep goes on.

    Nearly every op has one operand or two, so they lie in the node itself: a tuple per node would be one more object
    for the garbage collector to walk over, a node for each plain number of a program as well. `second` is such a
    number until somebody asks for the operands, and holds all further operands of an op that has more than two.
    """

    __slots__ = ("attributes", "birth", "first", "grad", "op", "origin", "pending", "requires_grad", "second", "value")

    value: Value
    op: Op | None
    first: Any
    second: Any
    requires_grad: bool
    attributes: tuple[Any, ...]
    birth: int
    origin: Origin | None
    grad: Any
    pending: Any

    @property
    def operands(self) -> tuple[Any, ...]:
        """The ordered inputs; a plain number among them is a constant."""
        first, second = self.first, self.second
        if second is None:
            return () if first is None else (first,)
        if type(second) is tuple:
            return (first, *second)
        if type(second) is float:
            self.second = second = self._constant(second)
        return (first, second)

    @operands.setter
    def operands(self, given: tuple[Any, ...]) -> None:
        self.first = given[0] if given else None
        self.second = given[1] if len(given) == 2 else given[1:] or None

    def _constant(self, number: float) -> Any:
        """A plain number as a node, which came into being just before what was made of it."""
        made = type(self)()
        made.value = number
        made.op = made.first = made.second = made.origin = made.grad = made.pending = None
        made.requires_grad = False
        made.attributes = ()
        made.birth = self.birth - 1
        return made

    def become(self, value: Value, *, noticed: bool = True) -> None:
        """Replaces the value, in place: who was made from the old one may need it for `backward`, and will say so,
        unless the change is not `noticed`."""
        self.value = value
        if noticed:
            self.birth = born()
