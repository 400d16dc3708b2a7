"""Element types and how operands of different types come together, as in PyTorch."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from engine.errors import InputError
from engine.messages import Message

Array = npt.NDArray[Any]
DType = np.dtype[Any]
Value = float | Array
"""What a tensor holds: a Python float (a float64 scalar) or a NumPy array of one of the types below."""

BOOL: Final = np.dtype(np.bool_)
INT64: Final = np.dtype(np.int64)
NARROW: Final = {name: np.dtype(name) for name in ("int32", "int16", "int8", "uint8")}
"""Whole numbers of fewer bits; results that count are int64 all the same."""
FLOAT32: Final = np.dtype(np.float32)
FLOAT64: Final = np.dtype(np.float64)
DEFAULT: Final = FLOAT32
"""What whole numbers become where an op needs fractions. NB: `torch.get_default_dtype()`."""

NAMES: Final = {
    "bool": BOOL,
    "int64": INT64,
    "long": INT64,
    "float32": FLOAT32,
    "float": FLOAT32,
    "float64": FLOAT64,
    "double": FLOAT64,
    **NARROW,
    "int": NARROW["int32"],
    "short": NARROW["int16"],
}
_RANK: Final = {"b": 0, "u": 1, "i": 1, "f": 2}


def dtype(name: "str | DType | type") -> DType:
    """The element type of that name. Raises `InputError` if it is not one of the engine's."""
    if isinstance(name, str) and name in NAMES:
        return NAMES[name]
    found = np.dtype(name) if not isinstance(name, str) else None
    if found in (BOOL, INT64, FLOAT32, FLOAT64, *NARROW.values()):
        assert found is not None
        return found
    raise InputError(
        Message("`{name}` is not an element type here", name=name),
        hint=Message("use float32, float64, int64, int32, int16, int8, uint8 or bool"),
    )


@cache
def name(kind: DType) -> str:
    """What an element type is called; NumPy works that out anew each time."""
    return str(kind)


def of(value: Value) -> DType:
    """The element type of a tensor's value."""
    return FLOAT64 if type(value) is float else value.dtype  # type: ignore[union-attr]


def array(value: Value) -> Array:
    """The value as an array (0-dimensional for a float)."""
    return value if isinstance(value, np.ndarray) else np.array(value)


def normal(value: Any) -> Value:
    """A result as tensors hold it: a float64 scalar is a Python float, anything else an array."""
    if type(value) is np.ndarray and value.ndim:
        return value
    if type(value) is float:
        return value
    made = np.asarray(value)
    return made if made.ndim or made.dtype != FLOAT64 else float(made)


def promoted(values: Sequence[Value]) -> DType:
    """The type in which operands are computed together: a scalar tensor gives way to one with dimensions,
    unless its kind (bool < whole < fraction) is higher. NB: PyTorch's `torch.result_type`."""
    if len(values) == 2 and type(values[0]) is type(values[1]) is np.ndarray and values[0].dtype is values[1].dtype:
        return values[0].dtype
    with_axes = scalars = None
    for value in values:
        own = of(value)
        if type(value) is not float and value.ndim:  # type: ignore[union-attr]
            with_axes = joined(with_axes, own)
        else:
            scalars = joined(scalars, own)
    if with_axes is None or scalars is None or _RANK[scalars.kind] > _RANK[with_axes.kind]:
        return scalars or with_axes or FLOAT64
    return with_axes


def joined(one: DType | None, other: DType) -> DType:
    """The smallest type that holds both. NB: int64 with float32 is float32, as in PyTorch, not float64."""
    if one is None or one == other:
        return other
    if _RANK[one.kind] != _RANK[other.kind]:
        return max(one, other, key=lambda each: _RANK[each.kind])
    return np.promote_types(one, other)


def number_type(number: float, beside: DType) -> DType:
    """The type a plain number takes beside a tensor of another type."""
    if type(number) is float and beside.kind != "f":
        return DEFAULT
    if type(number) is int and beside == BOOL:
        return INT64
    return beside
