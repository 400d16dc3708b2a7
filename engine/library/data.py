"""Nested lists of a program as arrays, their element types and shapes; charged before they are made."""

from typing import Any

import numpy as np

from engine import dtypes, mode
from engine.dtypes import BOOL, FLOAT32, FLOAT64, INT64, Array, DType
from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import NUMBERS, Instance, Native, Once, Size, Token, Value, kind_name
from engine.messages import Message
from engine.tensor import Tensor, constant


def leaf(value: Array, requires_grad: Value = False) -> Tensor:
    """A leaf that holds the array."""
    made = constant(dtypes.normal(value))
    return made.requires_grad_() if requires_grad else made


def charge(shape: tuple[int, ...]) -> None:
    """Charges an array before it is made."""
    budget = mode.budget()
    if budget is not None:
        budget.charge(shape)


def element_type(dtype: Value, otherwise: DType) -> DType:
    """The element type a program asked for."""
    if dtype is None:
        return otherwise
    if isinstance(dtype, Token) and isinstance(dtype.held, np.dtype):
        kind: DType = np.dtype(dtype.held.name)
        return kind
    by_name: dict[str, DType] = {"float": FLOAT32, "int": INT64, "bool": BOOL}
    if isinstance(dtype, Token) and isinstance(dtype.held, Native) and dtype.held.name in by_name:
        return by_name[dtype.held.name]
    return dtypes.dtype(str(dtype))


def data(machine: Machine, held: Value, *, single: bool = False) -> tuple[Any, DType]:
    """Nested lists of a program as nested lists of numbers, and the element type PyTorch gives them. `single`: a tensor
    among them stands for its only number."""
    kinds: set[str] = set()
    doubles: list[bool] = []

    def plain(value: Value, depth: int) -> Any:
        machine.charge(1)
        if type(value) in NUMBERS:
            kinds.add("b" if type(value) is bool else "i" if type(value) is int else "f")
            return value
        if isinstance(value, Tensor):
            kinds.add(value.dtype.kind)
            doubles.append(value.dtype == FLOAT64)
            if single and depth and np.size(value.value) != 1:
                error = InputError(
                    Message("only one element tensors can be converted to Python scalars"),
                    hint=Message("write torch.stack([…]) to put tensors together"),
                )
                error.python = "ValueError"
                raise error
            return value.item() if single and depth else value.tolist()
        if isinstance(value, (list, tuple, range, Once)) and depth < 16:
            return [plain(each, depth + 1) for each in machine.items(value)]
        if isinstance(value, Instance) and "array" in value.attributes:
            kinds.add(value.attributes["array"].dtype.kind)
            doubles.append(value.attributes["array"].dtype == FLOAT64)
            return value.attributes["array"].tolist()
        raise InputError(
            Message("a tensor holds numbers, and this is a value of type `{kind}`", kind=kind_name(value)),
            hint=Message("write for example torch.tensor([1.0, 2.0])"),
        )

    numbers = plain(held, 0)
    if "f" in kinds or not kinds:
        return numbers, FLOAT64 if doubles and all(doubles) else FLOAT32
    return numbers, INT64 if "i" in kinds else BOOL


def array(machine: Machine, held: Value, dtype: DType | None = None, *, single: bool = False) -> Array:
    """The array of nested lists. Raises `InputError` if they are no box of numbers."""
    numbers, own = data(machine, held, single=single)
    try:
        made = np.array(numbers, FLOAT64 if own.kind == "f" else own)
    except (ValueError, TypeError):
        raise InputError(
            Message("the rows of this tensor have different lengths"), hint=Message("give every row as many numbers")
        ) from None
    charge(made.shape)
    with np.errstate(all="ignore"):
        return made.astype(dtype or own)


def shape_of(size: tuple[Value, ...]) -> tuple[int, ...]:
    """`zeros(2, 3)` and `zeros((2, 3))` mean the same."""
    if len(size) == 1 and isinstance(size[0], (list, tuple, Size)):
        size = tuple(size[0])
    shape = tuple(each.__index__() for each in size)
    if any(each < 0 for each in shape):
        raise InputError(
            Message("Trying to create tensor with negative dimension"), hint=Message("sizes are 0 or more")
        )
    if len(shape) > 6:
        raise InputError(Message("a tensor has at most 6 axes here"), hint=Message("use fewer axes"))
    return shape
