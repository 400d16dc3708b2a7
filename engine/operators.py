"""Ops on plain floats, the commonest case by far: computed and recorded without any detour."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from engine import mode
from engine.node import Node, born
from engine.ops.row import Elementwise, Op

if TYPE_CHECKING:
    from engine.tensor import Tensor

Method = Callable[..., Any]

_without_gradients: Final = mode.without_gradients
_EXACT: Final = 2**53
"""Whole numbers up to this one are floats without a loss."""


def binary(op: Op) -> "tuple[Callable[[Tensor, Tensor | float], Tensor], Callable[[Tensor, float], Tensor]]":
    """An op of two operands as Python's operator, and the same with a plain number on its left."""
    forward = _forward(op)

    def method(self: Any, other: Any) -> Any:
        kind = type(self)
        x = self.value
        requires_grad = self.requires_grad
        if type(other) is kind:
            y = other.value
            requires_grad = requires_grad or other.requires_grad
        else:
            y = _number(other)
        if type(x) is type(y) is float:
            try:
                value = forward(x, y)
            except (ArithmeticError, ValueError):
                return self.apply_traced(op, (self, other), ())
            if requires_grad and _without_gradients():
                return result(kind, value)
            made = kind()  # filled here, since a call costs a third of the whole
            made.value = value
            made.op = op
            made.first = self
            made.second = other if type(other) is kind else y
            made.requires_grad = requires_grad
            made.birth = born()
            made.attributes = ()
            made.origin = made.grad = made.pending = None
            return made
        return self.apply_traced(op, (self, other), ())

    def reflected(self: Any, other: Any) -> Any:
        number = _number(other)
        if type(self.value) is type(number) is float:
            return method(result(type(self), number), self)
        return self.apply_traced(op, (other, self), ())

    return method, reflected


def unary(op: Op, call: "Callable[..., Tensor]") -> "Callable[..., Tensor]":
    """A call of an op of one operand, by a shorter way where that is a float."""
    forward = _forward(op)

    @wraps(call)
    def method(self: Any, *arguments: Any, **named: Any) -> "Tensor":
        if isinstance(self, Node) and type(self.value) is float and not arguments and not named:
            try:
                value = forward(self.value)
            except (ArithmeticError, ValueError):
                return call(self)
            return result(type(self), value, op, self)
        return call(self, *arguments, **named)

    return method


def power(op: Op, call: Method) -> "Callable[[Tensor, Tensor | float], Tensor]":
    """`**`: a number as the exponent is an attribute of the node, not an operand."""
    forward = _forward(op)

    def method(self: Any, exponent: Any) -> Any:
        number = _number(exponent)
        if type(self.value) is type(number) is float:
            try:
                value = forward(self.value, number)
            except (ArithmeticError, ValueError):
                return call(self, exponent)
            return result(type(self), value, op, self, (number,))
        return call(self, exponent)

    return method


def result(
    kind: Any, value: float, op: Op | None = None, operand: Any = None, attributes: tuple[Any, ...] = ()
) -> "Tensor":
    """What an op made of one operand; without an op, a constant."""
    made: Tensor = kind()
    if _without_gradients():
        op, operand, attributes = None, None, ()
    made.requires_grad = operand is not None and operand.requires_grad
    made.value = value
    made.op = op
    made.first = operand
    made.second = None
    made.birth = born()
    made.attributes = attributes
    made.origin = made.grad = made.pending = None
    return made


def _forward(op: Op) -> Callable[..., float]:
    return op.forward if isinstance(op, Elementwise) and op.differentiable and op.forward is not None else _none


def _none(*_: float) -> float:
    raise ValueError


def _number(given: Any) -> Any:
    """A plain number as a float; what is none, or loses by it, as it is."""
    return float(given) if type(given) is int and -_EXACT <= given <= _EXACT else given
