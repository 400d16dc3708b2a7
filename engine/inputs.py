"""The values that leaves are given from outside: numbers, or nested lists of them for tensors."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from engine import dtypes
from engine.dtypes import Array, Value
from engine.errors import InputError, LimitError, ShapeError
from engine.language.reading import normal_name
from engine.limits import Limits
from engine.messages import Message
from engine.shapes import Shape

Given = float | Sequence[Any] | Array
"""A number, nested sequences of numbers of one shape, or an array."""

_RANK: Final = 6


def checked(inputs: Mapping[str, Given], limits: Limits) -> dict[str, Value]:
    """The values by their normal names, as floats and float64 arrays. Raises `InputError` or `LimitError`."""
    if len(inputs) > limits.inputs:
        raise LimitError(
            Message("there are {count} inputs; the limit is {limit}", count=len(inputs), limit=limits.inputs)
        )
    found: dict[str, Value] = {}
    for name, value in inputs.items():
        normal = normal_name(name)
        if not normal.isidentifier() or len(normal) > limits.name_characters:
            shown = name if name.isprintable() and len(name) <= limits.name_characters else "…"
            raise InputError(Message("`{name}` cannot be the name of an input", name=shown))
        found[normal] = (
            _array(normal, value, limits) if isinstance(value, (list, tuple, np.ndarray)) else _number(normal, value)
        )
    return found


def fitted(name: str, given: Value, shape: Shape, dtype: np.dtype[Any]) -> Value:
    """The value given to a leaf that the program makes in that shape and type. Raises `ShapeError`.

    A single number fits a leaf of one element, whatever its shape.
    """
    array = np.asarray(given)
    if array.shape != shape and not (array.size == 1 and np.prod(shape) == 1):
        raise ShapeError(
            Message(
                "the input `{name}` has the shape {given}, but here `{name}` has the shape {shape}",
                name=name,
                given=array.shape,
                shape=shape,
            ),
            hint=Message("give numbers as nested lists of the shape {shape}", shape=shape),
        )
    return dtypes.normal(array.reshape(shape).astype(dtype))


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InputError(
            Message("the input `{name}` is not a number", name=name),
            hint=Message("inputs are numbers such as 1.0, or for tensors lists of them such as `[[1.0, 2.0]]`"),
        )
    try:
        return float(value)
    except OverflowError:
        raise InputError(Message("the input `{name}` is too large", name=name)) from None


def _array(name: str, value: Sequence[Any] | Array, limits: Limits) -> Array:
    if isinstance(value, np.ndarray):
        return value.astype(np.float64)
    shape = _shape(name, value)
    flat = _flat(value, len(shape))
    if len(flat) > limits.elements:
        raise LimitError(
            Message(
                "the input `{name}` has {count} elements; the limit is {limit}",
                name=name,
                count=len(flat),
                limit=limits.elements,
            )
        )
    return np.array([_number(name, each) for each in flat], np.float64).reshape(shape)


def _shape(name: str, value: Sequence[Any]) -> Shape:
    """The shape of nested lists. Raises `ShapeError` where one is longer than its neighbours."""
    shape: list[int] = []
    level: list[Any] = [value]
    while level and isinstance(level[0], (list, tuple)):
        lengths = {len(each) if isinstance(each, (list, tuple)) else -1 for each in level}
        if len(lengths) > 1 or len(shape) == _RANK:
            raise ShapeError(
                Message("the lists of the input `{name}` are not equally long, or nested too deep", name=name),
                hint=Message("each row of a matrix has as many numbers as the others"),
            )
        shape.append(lengths.pop())
        level = [each for part in level for each in part]
    return tuple(shape)


def _flat(value: Sequence[Any], depth: int) -> list[Any]:
    level = list(value)
    for _ in range(depth - 1):
        level = [each for part in level for each in part]
    return level
