"""A small product of tensors as the scalar products and sums it is made of."""

import math
from typing import Any, Final

import numpy as np

from engine.errors import LimitError
from engine.messages import Message
from engine.ops.indexing import INDEX
from engine.ops.joining import STACK
from engine.ops.reductions import SUM
from engine.ops.shaping import EXPAND, RESHAPE
from engine.shapes import Shape

LIMIT: Final = 400
"""Scalar nodes: more cannot be followed on a screen."""

Places = Any
"""One row of whole numbers per element of the result: which elements of an operand are multiplied for it, −1: none."""


def unfolded(op: str, a: Any, b: Any, places: tuple[Places, Places], shape: Shape, bias: Any = None) -> Any:
    """Σ a[place]·b[place] for every element of the result, as nodes of their own; `bias` are scalars to add, or None.

    Raises `LimitError`.
    """
    ours, theirs = places
    chosen = [each[ours >= 0] for each in (ours, theirs)]
    check(op, 2 * chosen[0].size - len(ours) + len(set(chosen[0])) + len(set(chosen[1])))
    scalars: dict[tuple[int, int], Any] = {}

    def scalar(which: int, operand: Any, place: int) -> Any:
        if (which, place) not in scalars:
            scalars[which, place] = INDEX(operand, tuple(map(int, np.unravel_index(place, operand.shape))))
        return scalars[which, place]

    results = []
    for element, (row, column) in enumerate(zip(ours.tolist(), theirs.tolist(), strict=True)):
        products = [scalar(0, a, one) * scalar(1, b, other) for one, other in zip(row, column, strict=True) if one >= 0]
        total = products[0] if products else None
        for each in products[1:]:
            total = total + each
        if bias is not None:
            total = bias[element] if total is None else total + bias[element]
        results.append(total)
    if not results or results[0] is None:  # an empty sum is 0
        return EXPAND(SUM(a) * SUM(b), shape)
    return results[0] if not shape else RESHAPE(STACK(*results, 0), shape)


def check(op: str, nodes: int) -> None:
    """Raises `LimitError` if that many scalar nodes are too many."""
    if nodes > LIMIT:
        raise LimitError(
            Message("`{op}` unfolds into {count} scalar nodes; the limit is {limit}", op=op, count=nodes, limit=LIMIT),
            hint=Message("use smaller matrices, for example 3×4 times 4×2"),
        )


def open_product(a: Any, b: Any, shape: Shape) -> Any:
    """`a @ b`, whose result has that shape, as scalar products and sums."""
    inner = a.shape[-1]
    check("matmul", math.prod(shape) * max(2 * inner - 1, 0))
    rows = np.arange(math.prod(a.shape)).reshape(a.shape if len(a.shape) > 1 else (1, inner))
    columns = np.arange(math.prod(b.shape)).reshape(b.shape if len(b.shape) > 1 else (inner, 1)).swapaxes(-1, -2)
    batch = np.broadcast_shapes(rows.shape[:-2], columns.shape[:-2])
    full = (*batch, rows.shape[-2], columns.shape[-2], inner)
    ours = np.broadcast_to(rows[..., :, None, :], full).reshape(-1, inner)
    theirs = np.broadcast_to(columns[..., None, :, :], full).reshape(-1, inner)
    return unfolded("matmul", a, b, (ours, theirs), shape)
