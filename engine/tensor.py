"""A tensor: a value that remembers the operation and the operands it came from."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine import backward, dtypes, misfits, mode, numbers, operators, ops
from engine.dtypes import DType, Value
from engine.errors import InputError, ShapeError
from engine.messages import Message
from engine.node import Node, born
from engine.ops import Op
from engine.ops.conditions import BITWISE_AND, BITWISE_NOT, BITWISE_OR, BITWISE_XOR
from engine.ops.rounding import FLOOR_DIVIDE, REMAINDER
from engine.ops.selection import EQ, GE, GT, LE, LT, NE
from engine.origin import Kind as Kind
from engine.origin import Origin as Origin
from engine.origin import Span as Span

_without_gradients: Final = mode.without_gradients


class Tensor(Node):
    """A value of any shape with its place in the graph. NB: PyTorch's `torch.Tensor`, with its method names."""

    __slots__ = ("__weakref__",)

    first: "Tensor | None"
    second: "Tensor | float | tuple[Tensor, ...] | None"
    grad: "Tensor | None"

    if TYPE_CHECKING:  # every function of `engine.functions` that is a method, under its name

        def __getattr__(self, name: str) -> Any: ...

    @property
    def shape(self) -> tuple[int, ...]:
        """The sizes of its axes; `()` for a scalar."""
        value = self.value
        return () if type(value) is float else value.shape  # type: ignore[union-attr]

    @property
    def dtype(self) -> DType:
        """The element type, a NumPy dtype: float64, float32, int64 or bool."""
        return dtypes.of(self.value)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def is_leaf(self) -> bool:
        """Whether no recorded operation made it, or none that passes a gradient on."""
        return self.op is None or not self.requires_grad

    @property
    def data(self) -> "Tensor":
        """The same value as a leaf of its own, outside the graph; assigning replaces this tensor's value."""
        return constant(self.value)

    @data.setter
    def data(self, other: "Tensor") -> None:
        self.become(other.value, noticed=False)

    def apply_traced(self, op: Op, operands: tuple[Any, ...], attributes: tuple[Any, ...]) -> "Tensor":
        """The op on operands of which at least one is a tensor; plain numbers become constants."""
        for each in operands:
            if type(each) is not Tensor:
                break
        else:
            return apply(op, *operands, attributes=attributes)
        if op is ops.POW and not isinstance(operands[1], Tensor):
            operands, attributes = operands[:1], (operands[1],)
        return apply(
            op, *[each if isinstance(each, Tensor) else literal(each, self) for each in operands], attributes=attributes
        )

    def requires_grad_(self, requires_grad: bool = True) -> "Tensor":
        """Sets whether `backward` is to give it a gradient. Raises `InputError` for whole numbers."""
        if requires_grad and self.dtype.kind != "f":
            raise InputError(
                Message("Only Tensors of floating point and complex dtype can require gradients"),
                hint=Message("write its numbers with a point: 1.0"),
            )
        if not requires_grad and self.op is not None:
            raise InputError(
                Message("a result follows its operands in requiring a gradient"), hint=Message("use .detach()")
            )
        self.requires_grad = requires_grad
        return self

    def item(self) -> float | int | bool:
        """The only element as a Python number. Raises `InputError` if there are more."""
        value = self.value
        if type(value) is float:
            return value
        if value.size != 1:  # type: ignore[union-attr]
            raise InputError(
                Message("a Tensor with {count} elements cannot be converted to Scalar", count=value.size),  # type: ignore[union-attr]
                hint=Message("take one of them, or a sum or mean, before .item()"),
            )
        return value.item()  # type: ignore[union-attr, no-any-return]

    def tolist(self) -> Any:
        """The elements as nested lists of Python numbers."""
        value = self.value
        return value if type(value) is float else value.tolist()  # type: ignore[union-attr]

    def numpy(self) -> Any:
        """The value as a NumPy array of its own."""
        return np.array(self.value)

    def backward(self, gradient: "Tensor | float | None" = None) -> None:
        """Adds ∂self/∂leaf · `gradient` to the `grad` of every leaf that requires one.

        A scalar's gradient is 1 by default; any other shape needs one of its own. Calling it again adds again,
        as PyTorch does with `retain_graph=True`. Raises `InputError`.
        """
        swept = backward.sweep(self, seed=backward.seed(self, gradient))
        for leaf, total in swept.leaves.items():
            leaf.grad = constant(total if leaf.grad is None else leaf.grad.value + total)

    def __bool__(self) -> bool:
        return bool(self.item() if self.shape or type(self.value) is not float else self.value)

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def __index__(self) -> int:
        found = self.item()
        if isinstance(found, float):
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(found)

    def __len__(self) -> int:
        if not self.shape:
            raise InputError(Message("len() of a 0-d tensor"), hint=Message("a scalar has no first axis"))
        return self.shape[0]

    def __iter__(self) -> "Iterator[Tensor]":
        if not self.shape:
            raise InputError(Message("iteration over a 0-d tensor"), hint=Message("a scalar has no first axis"))
        return (self.__getitem__(index) for index in range(len(self)))

    __hash__ = object.__hash__  # a tensor is itself, whatever its value: gradients are kept per tensor

    __add__, __radd__ = operators.binary(ops.ADD)
    __sub__, __rsub__ = operators.binary(ops.SUB)
    __mul__, __rmul__ = operators.binary(ops.MUL)
    __truediv__, __rtruediv__ = operators.binary(ops.DIV)
    __matmul__, __rmatmul__ = operators.binary(ops.MATMUL)
    __mod__, __rmod__ = operators.binary(REMAINDER)
    __floordiv__, __rfloordiv__ = operators.binary(FLOOR_DIVIDE)
    __and__, __rand__ = operators.binary(BITWISE_AND)
    __or__, __ror__ = operators.binary(BITWISE_OR)
    __xor__, __rxor__ = operators.binary(BITWISE_XOR)
    __gt__, __lt__ = operators.binary(GT)[0], operators.binary(LT)[0]
    __ge__, __le__ = operators.binary(GE)[0], operators.binary(LE)[0]
    __eq__, __ne__ = operators.binary(EQ)[0], operators.binary(NE)[0]  # type: ignore[assignment]

    __pow__ = operators.power(ops.POW, lambda base, exponent: power(base, exponent))
    __neg__ = operators.unary(ops.NEG, lambda input: apply(ops.NEG, input))
    __abs__ = operators.unary(ops.ABS, lambda input: apply(ops.ABS, input))

    def __rpow__(self, base: float) -> "Tensor":
        return power(literal(base, self), self)

    def __invert__(self) -> "Tensor":
        return apply(BITWISE_NOT, self)

    def __repr__(self) -> str:
        value = self.value
        if type(value) is float:
            whole = value.is_integer() and abs(value) <= 1e8
            plain = 1e-4 <= abs(value) <= 1e8
            number = f"{value:.0f}." if whole else f"{value:.4f}" if plain else f"{value:.4e}"
        else:
            number = np.array2string(np.asarray(value), precision=4, separator=", ", prefix="tensor(")
        if self.op is not None and self.requires_grad:
            return f"tensor({number}, op={self.op.name})"
        return f"tensor({number}, requires_grad=True)" if self.requires_grad else f"tensor({number})"


def tensor(
    data: Any, *, dtype: DType | str | None = None, requires_grad: bool = False, name: str | None = None
) -> Tensor:
    """A leaf holding `data`, a number or nested lists of numbers; with `requires_grad` it is a parameter.

    float64 unless `dtype` says otherwise (truth values stay bool). Raises `InputError` if `data` is something else.
    """
    given = data.value if isinstance(data, Tensor) else data
    made = constant(numbers.value(given, None if dtype is None else dtypes.dtype(dtype)))
    made.origin = Origin("parameter" if requires_grad else "leaf", name)
    return made.requires_grad_() if requires_grad else made


def constant(value: Value) -> Tensor:
    """A literal: it takes part in the graph and gets no gradient."""
    return result(dtypes.normal(value), None, (), False)


def result(
    value: Value, op: Op | None, operands: tuple[Tensor, ...], requires_grad: bool, attributes: tuple[Any, ...] = ()
) -> Tensor:
    """What an op made of its operands; without an op, a leaf."""
    made = Tensor()
    made.value = value
    made.op = op
    made.operands = operands
    made.requires_grad = requires_grad
    made.attributes = attributes
    made.birth = born()
    made.origin = made.grad = made.pending = None
    return made


def literal(number: Any, beside: Tensor) -> Tensor:
    """A plain number (or array) that meets a tensor, in the type PyTorch would give it. Raises `InputError`."""
    kind = type(number)
    if kind is float or kind is int or kind is bool:
        if type(beside.value) is float:
            return constant(numbers.number(number))
        return constant(dtypes.normal(np.array(number, dtypes.number_type(number, beside.dtype))))
    return constant(numbers.value(number, number.dtype if kind is np.ndarray else None))


def apply(op: Op, *operands: Tensor, attributes: tuple[Any, ...] = ()) -> Tensor:
    """The op on tensors, recorded. Values follow IEEE 754: 1/0 is infinity, log(−1) is NaN."""
    if op.composite is not None and mode.opens(op.name):
        return op.composite(*operands, *attributes)  # type: ignore[no-any-return]
    if attributes and any(type(each) is Tensor for each in attributes):  # a setting is a plain number
        attributes = tuple(each.item() if type(each) is Tensor else each for each in attributes)
    try:
        value = op.compute([operand.value for operand in operands], attributes)
    except ShapeError as error:
        names = [operand.origin.name if operand.origin else None for operand in operands]
        raise misfits.told(error, op, [operand.shape for operand in operands], names) from None
    if _without_gradients():
        return constant(value)
    requires_grad = False
    for operand in operands:
        if operand.requires_grad:
            requires_grad = op.differentiable and dtypes.of(value).kind == "f"
            break
    return result(value, op, operands, requires_grad, attributes)


def power(base: Tensor, exponent: Tensor | float) -> Tensor:
    """`base ** exponent`; a number as the exponent is an attribute of the node, not an operand."""
    if isinstance(exponent, Tensor):
        return apply(ops.POW, base, exponent)
    whole = base.dtype.kind != "f" and type(exponent) is int
    return apply(ops.POW, base, attributes=(exponent if whole else numbers.number(exponent),))
