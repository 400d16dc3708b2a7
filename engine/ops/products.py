"""Products of matrices and vectors."""

from typing import Any, Final

import numpy as np

from engine import dtypes, shapes
from engine.errors import InputError, ShapeError
from engine.formula import Formula
from engine.messages import Message
from engine.ops.arithmetic import MUL
from engine.ops.row import Structural
from engine.ops.shaping import RESHAPE, SUM_TO_SIZE, TRANSPOSE
from engine.ops.unfolding import open_product


def _product_shape(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    if not a or not b:
        raise ShapeError(
            Message("`@` multiplies matrices and vectors, and one operand is a scalar"),
            hint=Message("write * to multiply by a number"),
        )
    if len(a) == len(b) == 2 and a[1] == b[0]:
        return (a[0], b[1])
    rows, columns = a[:-1] if len(a) > 1 else (), b[-1:] if len(b) > 1 else ()
    inner = b[-2] if len(b) > 1 else b[0]
    try:
        if a[-1] == inner:
            batch = np.broadcast_shapes(a[:-2], b[:-2])
            return (*batch, *rows[-1:], *columns)
    except ValueError:
        pass
    raise ShapeError(
        Message(
            "`{one} @ {other}` does not fit: {expected} on the left meets {found} on the right",
            one=shapes.text(a),
            other=shapes.text(b),
            expected=a[-1],
            found=inner,
        ),
        hint=_mend(a, b),
    )


def _mend(a: tuple[int, ...], b: tuple[int, ...]) -> Message:
    inner = b[-2] if len(b) > 1 else b[0]
    if len(a) == 2 and a[0] == inner:
        return Message("did you mean the transpose of the left one, .T? It is {shape}", shape=shapes.text(a[::-1]))
    if len(b) == 2 and b[1] == a[-1]:
        return Message("did you mean the transpose of the right one, .T? It is {shape}", shape=shapes.text(b[::-1]))
    if len(a) > 1 and len(b) > 1 and b[-1] == a[-2]:
        return Message("did you mean to swap the two?")
    return Message("the last size on the left must equal the first size of the matrix on the right")


def _matmul(a: Any, b: Any) -> Any:
    if a.dtype != b.dtype:
        raise InputError(
            Message("`@` needs equal element types, and these are {one} and {other}", one=a.dtype, other=b.dtype),
            hint=Message("convert one of them, for example with .float()"),
        )
    return np.matmul(a, b) if a.dtype.kind == "f" else np.matmul(a.astype(dtypes.INT64), b).astype(a.dtype)


def _by_left(g: Any, a: Any, b: Any, out: Any) -> Any:
    if type(g) is np.ndarray and a.ndim == b.ndim == 2:  # the common case, without the way through the table
        return np.matmul(g, b.T)
    if len(b.shape) == 1:
        return RESHAPE(g, (*g.shape, 1)) * b if len(a.shape) > 1 else g * b
    if len(a.shape) == 1:
        full = MATMUL(RESHAPE(g, (*g.shape[:-1], 1, g.shape[-1])), TRANSPOSE(b, -1, -2))
        return SUM_TO_SIZE(RESHAPE(full, (*g.shape[:-1], a.shape[0])), a.shape)
    return _fit(MATMUL(g, TRANSPOSE(b, -1, -2)), a)


def _by_right(g: Any, a: Any, b: Any, out: Any) -> Any:
    if type(g) is np.ndarray and a.ndim == b.ndim == 2:
        return np.matmul(a.T, g)
    if len(a.shape) == 1:
        if len(b.shape) == 1:
            return g * a
        return _fit(MATMUL(RESHAPE(a, (a.shape[0], 1)), RESHAPE(g, (*g.shape[:-1], 1, g.shape[-1]))), b)
    if len(b.shape) == 1:
        full = MATMUL(TRANSPOSE(a, -1, -2), RESHAPE(g, (*g.shape, 1)))
        return SUM_TO_SIZE(RESHAPE(full, full.shape[:-1]), b.shape)
    return _fit(MATMUL(TRANSPOSE(a, -1, -2), g), b)


def _fit(contribution: Any, operand: Any) -> Any:
    """Sums over a batch that only the other operand had."""
    return contribution if contribution.shape == operand.shape else SUM_TO_SIZE(contribution, operand.shape)


def _vectors(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    if len(a) != 1 or a != b:
        raise ShapeError(
            Message(
                "dot multiplies two vectors of one length, and these are {one} and {other}",
                one=shapes.text(a),
                other=shapes.text(b),
            ),
            hint=Message("use @ for matrices"),
        )
    return ()


def _outer_shape(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    if len(a) != 1 or len(b) != 1:
        raise ShapeError(
            Message(
                "outer multiplies two vectors, and these are {one} and {other}",
                one=shapes.text(a),
                other=shapes.text(b),
            ),
            hint=Message("make them vectors with .flatten()"),
        )
    return (*a, *b)


MATMUL: Final[Structural] = Structural(
    name="matmul",
    glyph="@",
    operands=("input", "other"),
    array=_matmul,
    shape=_product_shape,
    notation=Formula.matmul,
    vjp=(_by_left, _by_right),
    shown=(("G·$1ᵀ", r"G\,$1^{\top}"), ("$0ᵀ·G", r"$0^{\top} G")),
    linear=True,
    composite=lambda a, b: open_product(a, b, _product_shape(a.shape, b.shape)),
    english="A matrix product hands each matrix the upstream gradient times the other one, transposed.",
    chinese="矩阵乘法把上游梯度与另一个矩阵的转置相乘，传给每个矩阵。",
    domain=r"X \in \mathbb{R}^{n \times k},\ W \in \mathbb{R}^{k \times m}",
)
DOT: Final = Structural(
    name="dot",
    glyph="•",
    operands=("input", "tensor"),
    array=_matmul,
    shape=_vectors,
    vjp=(lambda g, a, b, out: MUL(g, b), lambda g, a, b, out: MUL(g, a)),
    shown=(("G·$1", "G\\,$1"), ("G·$0", "G\\,$0")),
    linear=True,
    composite=lambda a, b: open_product(a, b, _vectors(a.shape, b.shape)),
    english="A dot product hands each vector the upstream gradient times the other vector.",
    chinese="点积把上游梯度乘以另一个向量，传给每个向量。",
    domain=r"x, y \in \mathbb{R}^{n}",
)
OUTER: Final = Structural(
    name="outer",
    glyph="⊗",
    operands=("input", "vec2"),
    array=np.multiply.outer,
    shape=_outer_shape,
    vjp=(lambda g, a, b, out: MATMUL(g, b), lambda g, a, b, out: MATMUL(a, g)),
    shown=(("G·$1", "G\\,$1"), ("Gᵀ·$0", r"G^{\top} $0")),
    linear=True,
    promotes=True,
    english="An outer product multiplies every pair of elements; each vector gets the upstream matrix times the other.",
    chinese="外积把每一对元素相乘；每个向量得到上游梯度矩阵与另一个向量的乘积。",
    domain=r"x \in \mathbb{R}^{n},\ y \in \mathbb{R}^{m}",
)

TABLE: Final = (MATMUL, DOT, OUTER)
