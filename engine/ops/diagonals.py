"""Diagonals and triangles of matrices."""

from typing import Any, Final

import numpy as np

from engine import shapes
from engine.errors import ShapeError
from engine.messages import Message
from engine.ops.row import Structural
from engine.ops.shaping import EXPAND, ZEROS_LIKE
from engine.shapes import Shape


def _matrix(op: str, x: Any) -> Any:
    if x.ndim < 2:
        raise ShapeError(
            Message("{op} needs a matrix, and this is {shape}", op=op, shape=shapes.text(x.shape)),
            hint=Message("make it one with reshape or unsqueeze"),
        )
    return x


def _axes(x: Any, dim1: int, dim2: int) -> tuple[int, int]:
    one, other = shapes.axis(dim1, x.ndim), shapes.axis(dim2, x.ndim)
    if one == other or x.ndim < 2:
        raise ShapeError(
            Message("a diagonal runs along two different dims, and these are {one} and {other}", one=dim1, other=dim2),
            hint=Message("a matrix has dims 0 and 1"),
        )
    return one, other


def _placed(x: Any, source: Any, offset: int, dim1: int, dim2: int) -> Any:
    made = x.copy()
    one, other = _axes(made, dim1, dim2)
    view = np.moveaxis(made, (one, other), (-2, -1))
    length = len(np.diagonal(view[(0,) * (view.ndim - 2)], offset)) if view.size else 0
    places = np.arange(length)
    view[..., places + max(0, -offset), places + max(0, offset)] = source
    return made


def _square(given: Shape, diagonal: int) -> Shape:
    if len(given) > 2 or not given:
        raise ShapeError(
            Message("diag: this is {shape}", shape=shapes.text(given)),
            hint=Message("a vector is laid on a diagonal, of a matrix the diagonal is taken"),
        )
    side = given[0] + abs(diagonal) if len(given) == 1 else 0
    return (side, side)


DIAGONAL: Final[Structural] = Structural(
    name="diagonal",
    glyph="⋱",
    attributes={"offset": 0, "dim1": 0, "dim2": 1},
    array=lambda x, offset, dim1, dim2: np.diagonal(x, offset, *_axes(x, dim1, dim2)),
    vjp=(lambda g, x, offset, dim1, dim2, out: DIAGONAL_SCATTER(ZEROS_LIKE(x), g, offset, dim1, dim2),),
    shown=(("diag(G)", r"\operatorname{diag}(G)"),),
    linear=True,
    english="Taking a diagonal puts the upstream gradient back on it; all other elements get 0.",
    chinese="取对角线的反向是把上游梯度放回对角线；其余元素得到 0。",
)
DIAGONAL_SCATTER: Final[Structural] = Structural(
    name="diagonal_scatter",
    glyph="⋱←",
    operands=("input", "src"),
    attributes={"offset": 0, "dim1": 0, "dim2": 1},
    array=_placed,
    vjp=(
        lambda g, x, source, *rest: DIAGONAL_SCATTER(g, 0.0, *rest[:-1]),
        lambda g, x, source, *rest: DIAGONAL(g, *rest[:-1]),
    ),
    shown=(
        ("G − diag(G)", r"G - \operatorname{diag}(G)"),
        ("diag(G)", r"\operatorname{diag}(G)"),
    ),
    linear=True,
    english="What is put on the diagonal gets the upstream gradient from there; what stood there before gets 0.",
    chinese="放上对角线的值得到那里的上游梯度；原来在那里的值得到 0。",
)
DIAG: Final[Structural] = Structural(
    name="diag",
    glyph="⟍",
    attributes={"diagonal": 0},
    array=lambda x, diagonal: np.diag(x, diagonal),
    shape=_square,
    vjp=(lambda g, x, diagonal, out: DIAGONAL(g, diagonal, 0, 1),),
    shown=(("diag(G)", r"\operatorname{diag}(G)"),),
    linear=True,
    english="A vector laid on the diagonal of a matrix gets the diagonal of the upstream gradient.",
    chinese="向量放到矩阵的对角线上，它得到上游梯度的对角线。",
)
TRACE: Final = Structural(
    name="trace",
    glyph="tr",
    array=lambda x: np.trace(_matrix("trace", x)),
    vjp=(lambda g, x, out: DIAGONAL_SCATTER(ZEROS_LIKE(x), EXPAND(g, (min(x.shape),)), 0, 0, 1),),
    shown=(("G·I", r"G\,I"),),
    linear=True,
    english="The trace adds up the diagonal, so each element on it gets the upstream gradient and all others 0.",
    chinese="迹是对角线元素之和，所以对角线上每个元素得到上游梯度，其余得到 0。",
)
TRIL: Final[Structural] = Structural(
    name="tril",
    glyph="◺",
    attributes={"diagonal": 0},
    array=lambda x, diagonal: np.tril(_matrix("tril", x), diagonal),
    vjp=(lambda g, x, diagonal, out: TRIL(g, diagonal),),
    shown=(("tril(G)", r"\operatorname{tril}(G)"),),
    linear=True,
    english="The lower triangle lets the upstream gradient through where it kept elements, and stops it above.",
    chinese="下三角只让保留下来的元素得到上游梯度，上方为 0。",
)
TRIU: Final[Structural] = Structural(
    name="triu",
    glyph="◹",
    attributes={"diagonal": 0},
    array=lambda x, diagonal: np.triu(_matrix("triu", x), diagonal),
    vjp=(lambda g, x, diagonal, out: TRIU(g, diagonal),),
    shown=(("triu(G)", r"\operatorname{triu}(G)"),),
    linear=True,
    english="The upper triangle lets the upstream gradient through where it kept elements, and stops it below.",
    chinese="上三角只让保留下来的元素得到上游梯度，下方为 0。",
)

TABLE: Final = (DIAGONAL, DIAGONAL_SCATTER, DIAG, TRACE, TRIL, TRIU)
