"""Ops that only move elements: what goes out comes back the same way."""

import math
from typing import Any, Final

import numpy as np

from engine import shapes
from engine.errors import ShapeError
from engine.formula import Formula
from engine.messages import Message
from engine.ops.row import REQUIRED, Structural
from engine.shapes import Shape


def _summed(array: Any, shape: Shape) -> Any:
    axes = shapes.stretched(array.shape, shape)
    return np.add.reduce(array, axis=axes, keepdims=True).reshape(shape) if axes else array


def _summable(given: Shape, size: Shape) -> Shape:
    fits = len(size) <= len(given) and all(own in (1, old) for own, old in zip(size[::-1], given[::-1], strict=False))
    if not fits:
        raise ShapeError(
            Message("a tensor of {shape} cannot be summed to {size}", shape=shapes.text(given), size=shapes.text(size)),
            hint=Message("an axis either stays, or becomes 1, or is left out in front"),
        )
    return size


def _expanded(given: Shape, size: Shape) -> Shape:
    new = len(size) - len(given)
    filled = tuple(given[axis - new] if each == -1 and axis >= new else each for axis, each in enumerate(size))
    if (
        new < 0
        or min(filled, default=0) < 0
        or any(own not in (1, stretched) for own, stretched in zip(given[::-1], filled[::-1], strict=False))
    ):
        raise ShapeError(
            Message("a tensor of {shape} does not expand to {size}", shape=shapes.text(given), size=shapes.text(size)),
            hint=Message("only axes of size 1 can be stretched, and new ones are put in front"),
        )
    return filled


def reshaped(given: Shape, shape: Shape) -> Shape:
    """The shape with its −1 worked out. Raises `ShapeError`."""
    known = math.prod(each for each in shape if each != -1)
    count = math.prod(given)
    if shape.count(-1) == 1 and known and count % known == 0 and min(shape) >= -1:
        return tuple(count // known if each == -1 else each for each in shape)
    if known != count or any(each < 0 for each in shape):
        error = ShapeError(
            Message(
                "a tensor of {given} does not reshape to {shape}", given=shapes.text(given), shape=shapes.text(shape)
            ),
            hint=Message("it has {count} elements, and the new shape must have as many", count=count),
        )
        error.said = f"shape '{list(shape)}' is invalid for input of size {count}"
        raise error
    return shape


def _flattened(given: Shape, start_dim: int, end_dim: int) -> Shape:
    start, end = shapes.axis(start_dim, len(given)), shapes.axis(end_dim, len(given))
    if start > end:
        raise ShapeError(
            Message("flatten: start_dim {start} comes after end_dim {end}", start=start, end=end),
            hint=Message("the axes from start_dim to end_dim become one"),
        )
    return (*given[:start], math.prod(given[start : end + 1]), *given[end + 1 :])


def _squeezed(given: Shape, dim: Any) -> Shape:
    dropped = shapes.axes(dim, len(given)) if dim != () else ()
    return tuple(size for axis, size in enumerate(given) if size != 1 or axis not in dropped)


def _unsqueezed(given: Shape, dim: int) -> Shape:
    place = shapes.axis(dim, len(given) + 1)
    return (*given[:place], 1, *given[place:])


def _permuted(given: Shape, dims: Shape) -> Shape:
    """The axes in their new order, counted from 0."""
    order = tuple(shapes.axis(each, len(given)) for each in dims)
    if sorted(order) != list(range(len(given))):
        raise ShapeError(
            Message(
                "permute: the dims {dims} do not name each axis of {shape} once", dims=dims, shape=shapes.text(given)
            ),
            hint=Message("give every axis from 0 to {last}, in the new order", last=len(given) - 1),
        )
    return order


def _transposed(part: Formula, dim0: int, dim1: int) -> Formula:
    if {dim0, dim1} in ({0, 1}, {-1, -2}):
        return part.transposed
    return Formula(f"transpose({part.plain}, {dim0}, {dim1})", rf"\text{{transpose}}({part.latex}, {dim0}, {dim1})")


def _reshaping(
    name: str, glyph: str, new_shape: Any, attributes: dict[str, Any], english: str, chinese: str
) -> Structural:
    """An op that gives the same elements another shape; its gradient gets the old one back."""
    return Structural(
        name=name,
        glyph=glyph,
        attributes=attributes,
        array=lambda x, *settings: x.reshape(new_shape(x.shape, *settings)),
        vjp=(lambda g, x, *rest: RESHAPE(g, x.shape),),
        shown=(("reshape(G)", r"\text{reshape}(G)"),),
        linear=True,
        english=english,
        chinese=chinese,
    )


RESHAPE: Final[Structural] = _reshaping(
    "reshape",
    "▭",
    reshaped,
    {"shape": REQUIRED},
    "Reshaping changes no number: the upstream gradient is put back into the old shape.",
    "改变形状不改变任何数：把上游梯度放回原来的形状。",
)
VIEW: Final = _reshaping(
    "view",
    "▯",
    reshaped,
    {"shape": REQUIRED},
    "A view looks at the same numbers in another shape, and the upstream gradient is looked at in the old one.",
    "view 用另一种形状看同样的数，上游梯度则按原来的形状看。",
)
FLATTEN: Final = _reshaping(
    "flatten",
    "▬",
    _flattened,
    {"start_dim": 0, "end_dim": -1},
    "Flattening lays axes out in one row; the upstream gradient is folded back into them.",
    "展平把若干轴排成一行；上游梯度再折回这些轴。",
)
SQUEEZE: Final = _reshaping(
    "squeeze",
    "⇥⇤",
    _squeezed,
    {"dim": None},
    "Squeezing drops axes of size 1; the upstream gradient gets them back.",
    "squeeze 去掉大小为 1 的轴；上游梯度再把它们加回来。",
)
UNSQUEEZE: Final = _reshaping(
    "unsqueeze",
    "⇤⇥",
    _unsqueezed,
    {"dim": REQUIRED},
    "Unsqueezing adds an axis of size 1; the upstream gradient loses it again.",
    "unsqueeze 添加一个大小为 1 的轴；上游梯度再把它去掉。",
)
TRANSPOSE: Final[Structural] = Structural(
    name="transpose",
    glyph="ᵀ",
    attributes={"dim0": REQUIRED, "dim1": REQUIRED},
    array=lambda x, dim0, dim1: x.swapaxes(shapes.axis(dim0, x.ndim), shapes.axis(dim1, x.ndim)) if x.ndim else x,
    notation=_transposed,
    vjp=(lambda g, x, dim0, dim1, out: TRANSPOSE(g, dim0, dim1),),
    shown=(("Gᵀ", r"G^{\top}"),),
    linear=True,
    english="A transpose is undone by transposing the upstream gradient.",
    chinese="转置的反向就是把上游梯度再转置回来。",
)
PERMUTE: Final[Structural] = Structural(
    name="permute",
    glyph="⤨",
    attributes={"dims": REQUIRED},
    array=lambda x, dims: x.transpose(_permuted(x.shape, dims)),
    vjp=(lambda g, x, dims, out: PERMUTE(g, tuple(map(int, np.argsort(_permuted(x.shape, dims))))),),
    shown=(("permute⁻¹(G)", r"\text{permute}^{-1}(G)"),),
    linear=True,
    english="Permuting puts the axes in another order; the upstream gradient is put back in the old order.",
    chinese="permute 改变各轴的次序；上游梯度再按原来的次序排回。",
)
EXPAND: Final[Structural] = Structural(
    name="expand",
    glyph="⤢",
    attributes={"size": REQUIRED},
    array=lambda x, size: np.broadcast_to(x, _expanded(x.shape, size)),
    shape=_expanded,
    vjp=(lambda g, x, size, out: SUM_TO_SIZE(g, x.shape),),
    shown=(("Σ G", r"\sum G"),),
    linear=True,
    english="Expanding repeats values, so the upstream gradients of all copies are summed.",
    chinese="扩展会重复数值，所以把所有副本的上游梯度加起来。",
)
SUM_TO_SIZE: Final[Structural] = Structural(
    name="sum_to_size",
    glyph="Σ↓",
    attributes={"size": REQUIRED},
    array=_summed,
    shape=_summable,
    vjp=(lambda g, x, size, out: EXPAND(g, x.shape),),
    shown=(("expand(G)", r"\text{expand}(G)"),),
    linear=True,
    english="Summing over stretched axes hands each of the copies the same upstream gradient.",
    chinese="沿被拉伸的轴求和时，每一份副本都得到相同的上游梯度。",
)
TO: Final[Structural] = Structural(
    name="to",
    glyph="⇢",
    attributes={"dtype": REQUIRED},
    array=lambda x, dtype: x.astype(dtype),
    vjp=(lambda g, x, dtype, out: TO(g, str(x.dtype)),),
    shown=(("G", "G"),),
    linear=True,
    english="Another element type keeps the numbers, as well as it can; the upstream gradient is converted back.",
    chinese="换一种元素类型会尽量保持数值不变；上游梯度再转换回来。",
)
CLONE: Final[Structural] = Structural(
    name="clone",
    glyph="⧉",
    array=lambda x: x.copy(),
    vjp=(lambda g, x, out: g,),
    shown=(("G", "G"),),
    linear=True,
    english="A clone is a copy of its own; the upstream gradient goes through to the original.",
    chinese="clone 是一份独立的副本；上游梯度原样传给原来的张量。",
)
DETACH: Final[Structural] = Structural(
    name="detach",
    glyph="✂",
    array=lambda x: x,
    vjp=(None,),
    shown=(("0", "0"),),
    differentiable=False,
    english="Detaching cuts the graph: the value goes on, and no gradient comes back.",
    chinese="detach 把计算图剪断：值继续向前，梯度不再传回。",
)
ZEROS_LIKE: Final[Structural] = Structural(
    name="zeros_like",
    glyph="𝟎",
    array=np.zeros_like,
    vjp=(None,),
    shown=(("0", "0"),),
    differentiable=False,
    english="Zeros of the same shape depend on no number, so no gradient passes.",
    chinese="同形状的零与任何数值无关，所以不传梯度。",
)

TABLE: Final = (
    *(RESHAPE, VIEW, FLATTEN, SQUEEZE, UNSQUEEZE, TRANSPOSE, PERMUTE, EXPAND, SUM_TO_SIZE),
    *(TO, CLONE, DETACH, ZEROS_LIKE),
)
