"""A tensor: a value that remembers the operation and the operands it came from."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import ClassVar, Final, Literal

from engine import backward, ops
from engine.errors import InputError
from engine.messages import Message
from engine.ops import Op

Span = tuple[int, int, int, int]
"""Where in the source: first line, first column, last line, column after the last; lines from 1, columns
from 0, in characters."""

Kind = Literal["leaf", "parameter", "constant", "op"]
"""leaf: a named input; parameter: a leaf that is trained; constant: a literal; op: a result."""

_birth: Final = count().__next__
"""Numbers tensors as they are made. Only ever compared, so that a graph can be walked in creation order.
NB: PyTorch calls this the node's sequence number."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a program says of a tensor: its kind where no operation made it, its name (None: it has none),
    and its place in the source."""

    kind: Kind = "op"
    name: str | None = None
    span: Span | None = None


class Tensor:
    """A scalar (shape `()`, float64) with its place in the graph. NB: PyTorch's `torch.Tensor`.

    `value` is the number, `op` what made it (None: a leaf or a constant), `operands` its ordered inputs,
    `attributes` the op's fixed numbers (an exponent), `grad` the gradient accumulated by `backward()`
    (None: not reached).
    """

    __slots__ = ("attributes", "birth", "grad", "op", "operands", "origin", "requires_grad", "value")

    def __init__(
        self,
        value: float,
        op: Op | None,
        operands: "tuple[Tensor, ...]",
        requires_grad: bool,
        attributes: tuple[float, ...] = (),
    ) -> None:
        self.value = value
        self.op = op
        self.operands = operands
        self.requires_grad = requires_grad
        self.attributes = attributes
        self.birth = _birth()
        self.origin: Origin | None = None
        self.grad: Tensor | None = None

    def item(self) -> float:
        """The value as a Python float."""
        return self.value

    def backward(self, gradient: "Tensor | float" = 1.0) -> None:
        """Adds ∂self/∂leaf · `gradient` to the `grad` of every leaf that requires one.

        Calling it again adds again, as PyTorch does with `retain_graph=True`.
        """
        if not self.requires_grad:
            raise InputError(
                Message("this tensor depends on no tensor that requires a gradient"),
                hint=Message("make a leaf with requires_grad=True"),
            )
        swept = backward.sweep(self, seed=float(gradient))
        for tensor, total in swept.gradients.items():
            if tensor.op is None:
                tensor.grad = constant(total if tensor.grad is None else tensor.grad.value + total)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __float__(self) -> float:
        return self.value

    def __eq__(self, other: object) -> bool:
        return self.value == (other.value if isinstance(other, Tensor) else other)

    def __lt__(self, other: "Tensor | float") -> bool:
        return self.value < float(other)

    def __le__(self, other: "Tensor | float") -> bool:
        return self.value <= float(other)

    def __gt__(self, other: "Tensor | float") -> bool:
        return self.value > float(other)

    def __ge__(self, other: "Tensor | float") -> bool:
        return self.value >= float(other)

    __hash__ = object.__hash__  # a tensor is itself, whatever its value: gradients are kept per tensor

    def __repr__(self) -> str:
        whole = self.value.is_integer() and abs(self.value) <= 1e8
        number = (
            f"{self.value:.0f}."
            if whole
            else f"{self.value:.4f}"
            if 1e-4 <= abs(self.value) <= 1e8
            else f"{self.value:.4e}"
        )
        if self.op is not None and self.requires_grad:
            return f"tensor({number}, op={self.op.name})"
        return f"tensor({number}, requires_grad=True)" if self.requires_grad else f"tensor({number})"

    def __pow__(self, exponent: "Tensor | float") -> "Tensor":
        return power(self, exponent)

    def __rpow__(self, base: float) -> "Tensor":
        return power(constant(_number(base)), self)

    pow = __pow__

    __add__: ClassVar[Callable[["Tensor", "Tensor | float"], "Tensor"]]
    __radd__: ClassVar[Callable[["Tensor", float], "Tensor"]]
    __sub__: ClassVar[Callable[["Tensor", "Tensor | float"], "Tensor"]]
    __rsub__: ClassVar[Callable[["Tensor", float], "Tensor"]]
    __mul__: ClassVar[Callable[["Tensor", "Tensor | float"], "Tensor"]]
    __rmul__: ClassVar[Callable[["Tensor", float], "Tensor"]]
    __truediv__: ClassVar[Callable[["Tensor", "Tensor | float"], "Tensor"]]
    __rtruediv__: ClassVar[Callable[["Tensor", float], "Tensor"]]
    __neg__: ClassVar[Callable[["Tensor"], "Tensor"]]
    __abs__: ClassVar[Callable[["Tensor"], "Tensor"]]
    add: ClassVar[Callable[["Tensor", "Tensor | float"], "Tensor"]]
    sub: ClassVar[Callable[["Tensor", "Tensor | float"], "Tensor"]]
    mul: ClassVar[Callable[["Tensor", "Tensor | float"], "Tensor"]]
    div: ClassVar[Callable[["Tensor", "Tensor | float"], "Tensor"]]
    neg: ClassVar[Callable[["Tensor"], "Tensor"]]
    exp: ClassVar[Callable[["Tensor"], "Tensor"]]
    log: ClassVar[Callable[["Tensor"], "Tensor"]]
    sqrt: ClassVar[Callable[["Tensor"], "Tensor"]]
    sin: ClassVar[Callable[["Tensor"], "Tensor"]]
    cos: ClassVar[Callable[["Tensor"], "Tensor"]]
    tanh: ClassVar[Callable[["Tensor"], "Tensor"]]
    sigmoid: ClassVar[Callable[["Tensor"], "Tensor"]]
    relu: ClassVar[Callable[["Tensor"], "Tensor"]]
    abs: ClassVar[Callable[["Tensor"], "Tensor"]]
    sign: ClassVar[Callable[["Tensor"], "Tensor"]]
    square: ClassVar[Callable[["Tensor"], "Tensor"]]


def tensor(value: float, *, requires_grad: bool = False, name: str | None = None) -> Tensor:
    """A leaf holding `value` (float64); with `requires_grad` it is a parameter.

    Raises `InputError` if `value` is not a number.
    """
    made = Tensor(_number(value), None, (), requires_grad)
    made.origin = Origin("parameter" if requires_grad else "leaf", name)
    return made


def constant(value: float) -> Tensor:
    """A literal: it takes part in the graph and gets no gradient."""
    return Tensor(float(value), None, (), False)


def apply(op: Op, *operands: Tensor, attributes: tuple[float, ...] = ()) -> Tensor:
    """The op on tensors, recorded. Values follow IEEE 754: 1/0 is infinity, log(−1) is NaN."""
    value = op(*(operand.value for operand in operands), *attributes)
    return Tensor(value, op, operands, any(operand.requires_grad for operand in operands), attributes)


def power(base: Tensor, exponent: Tensor | float) -> Tensor:
    """`base ** exponent`; a number as the exponent is an attribute of the node, not an operand."""
    if isinstance(exponent, Tensor):
        return apply(ops.POW, base, exponent)
    return apply(ops.POW, base, attributes=(_number(exponent),))


def _binary(op: Op) -> Callable[[Tensor, Tensor | float], Tensor]:
    forward = op.forward

    def method(self: Tensor, other: Tensor | float) -> Tensor:
        if type(other) is not Tensor:
            other = constant(_number(other))
        try:
            value = forward(self.value, other.value)
        except (ArithmeticError, ValueError):
            value = op(self.value, other.value)
        return Tensor(value, op, (self, other), self.requires_grad or other.requires_grad)

    return method


def _unary(op: Op) -> Callable[[Tensor], Tensor]:
    forward = op.forward

    def method(self: Tensor) -> Tensor:
        try:
            value = forward(self.value)
        except (ArithmeticError, ValueError):
            value = op(self.value)
        return Tensor(value, op, (self,), self.requires_grad)

    return method


def _reflected(method: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Tensor, float], Tensor]:
    def reflected(self: Tensor, other: float) -> Tensor:
        return method(constant(_number(other)), self)

    return reflected


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InputError(
            Message("a tensor holds one number here, and this is {kind}", kind=type(value).__name__),
            hint=Message("write for example tensor(1.0)"),
        )
    try:
        return float(value)
    except OverflowError:
        raise InputError(Message("this number is too large"), hint=Message("the largest is about 1.8e308")) from None


def _give_methods() -> None:
    """Every row of the table becomes a method under its name; Python's operators are those methods too."""
    for op in ops.TABLE.values():
        if op is not ops.POW:
            setattr(Tensor, op.name, _unary(op) if op.arity == 1 else _binary(op))
    for operator, row in {"add": ops.ADD, "sub": ops.SUB, "mul": ops.MUL, "truediv": ops.DIV}.items():
        setattr(Tensor, f"__{operator}__", _binary(row))
        setattr(Tensor, f"__r{operator}__", _reflected(_binary(row)))
    for row in (ops.NEG, ops.ABS):
        setattr(Tensor, f"__{row.name}__", _unary(row))


_give_methods()
