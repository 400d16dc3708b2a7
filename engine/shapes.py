"""Shapes: how they are written, how they broadcast, and what to say when they do not fit."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine import mode
from engine.errors import ShapeError
from engine.messages import Message

Shape = tuple[int, ...]


def of(value: Any) -> Shape:
    """The shape of a float, an array or a tensor."""
    return () if isinstance(value, (float, int)) else tuple(value.shape)


def text(shape: Shape) -> str:
    """`6×5`; a scalar is called that."""
    return "×".join(map(str, shape)) if shape else "scalar"


def charge(shape: Shape) -> None:
    """Charges a result of that shape to the budget, if there is one."""
    spending = mode.budget()
    if spending is not None:
        spending.charge(shape)


def charge_broadcast(operands: Sequence[Any]) -> None:
    """Charges the common shape of elementwise operands. Raises `ValueError` if they have none."""
    spending = mode.budget()
    if spending is not None:
        spending.charge(np.broadcast_shapes(*map(of, operands)))


def stretched(result: Shape, operand: Shape) -> tuple[int, ...]:
    """The axes of `result` along which an operand was repeated to fit."""
    extra = len(result) - len(operand)
    if not extra and result == operand:
        return ()
    return (
        *range(extra),
        *(extra + axis for axis, size in enumerate(operand) if size == 1 and result[extra + axis] != 1),
    )


def axes(dim: Any, rank: int) -> tuple[int, ...]:
    """The axes that PyTorch's `dim` names (None: all), counted from 0. Raises `ShapeError`; `TypeError` for no dim."""
    if dim is None or dim == ():
        return tuple(range(rank))
    if not isinstance(dim, (int, tuple, list)):
        raise TypeError
    given = (dim,) if isinstance(dim, int) else tuple(dim)
    return tuple(axis(each, rank) for each in given)


def axis(dim: int, rank: int) -> int:
    """One axis, counted from 0. Raises `ShapeError`."""
    size = max(rank, 1)
    if not -size <= dim < size:
        raise ShapeError(
            Message("there is no dim {dim}: the tensor has {rank}", dim=dim, rank=rank),
            hint=Message("dims go from {first} to {last}", first=-size, last=size - 1),
        )
    return dim % size


def mismatch(op: str, glyph: str, operands: Sequence[Any]) -> ShapeError:
    """Elementwise operands whose shapes do not broadcast."""
    given = [of(each) for each in operands]
    shown = ", ".join(map(text, given))
    return ShapeError(
        Message("`{op}`: the shapes {shapes} do not fit", op=op, shapes=shown),
        hint=_mend(given),
    )


def _mend(given: Sequence[Shape]) -> Message:
    if len(given) == 2:
        one, other = given
        for first, second, message in (
            (one, other, Message("make the second a column with unsqueeze(1): {shape}", shape=_column(other))),
            (other, one, Message("make the first a column with unsqueeze(1): {shape}", shape=_column(one))),
        ):
            if len(second) == 1 and len(first) == 2 and second[0] == first[0]:
                return message
        if len(one) == len(other) == 2 and one == other[::-1]:
            return Message("did you mean the transpose of one of them, .T?")
    return Message("seen from the right, sizes must be equal, or one of them 1")


def _column(shape: Shape) -> str:
    return text((shape[0], 1)) if shape else ""
