"""The largest and the smallest, their places, and elements in order."""

import math
from typing import Any, Final

import numpy as np

from engine import dtypes, shapes
from engine.errors import InputError
from engine.messages import Message
from engine.ops.arithmetic import DIV, MUL
from engine.ops.gathering import SCATTER_ADD
from engine.ops.indexing import narrowed
from engine.ops.reductions import SUM, bare, count, kept, spread
from engine.ops.row import REQUIRED, Structural
from engine.ops.selection import EQ, NE, WHERE
from engine.ops.shaping import RESHAPE, TO, ZEROS_LIKE


def _reduced(name: str, function: Any) -> Any:
    def array(x: Any, dim: Any, keepdim: bool) -> Any:
        axes = shapes.axes(dim, x.ndim)
        axes = axes if x.ndim else ()
        if not count(x.shape, dim):
            raise InputError(
                Message(
                    "{op}: there is nothing to choose from in a tensor of {shape}", op=name, shape=shapes.text(x.shape)
                ),
                hint=Message("that axis has size 0"),
            )
        return function(x, axis=axes, keepdims=keepdim)

    return array


def _shared(g: Any, x: Any, dim: Any, keepdim: bool, out: Any) -> Any:
    """Elements that tie share the gradient evenly."""
    at = EQ(x, RESHAPE(out, kept(x.shape, dim)))
    return MUL(at, DIV(spread(g, x, dim), SUM(at, dim if dim != () else None, True)))


def _all_shared(g: Any, x: Any, out: Any) -> Any:
    """As `_shared`; if the largest of all is NaN, all that are NaN share."""
    at = NE(x, x) if np.isnan(bare(x)).any() else EQ(x, out)
    return WHERE(at, DIV(spread(g, x, None), SUM(at, None, False)), 0.0)


def _chosen(places: Any) -> Any:
    """One place gets it all: the one whose index `max(dim)` returns."""

    def rule(g: Any, x: Any, dim: Any, keepdim: bool, out: Any) -> Any:
        if dim is None:
            return _all_shared(g, x, out)
        size = kept(x.shape, dim)
        return SCATTER_ADD(ZEROS_LIKE(x), places(x, dim, out), RESHAPE(g, size), dim) if x.shape else g

    return rule


def _place(function: Any) -> Any:
    def array(x: Any, dim: Any, keepdim: bool) -> Any:
        place = None if dim is None else shapes.axis(dim, x.ndim)
        if not (x.shape[place] if place is not None and x.ndim else x.size):
            raise InputError(
                Message("there is no largest or smallest of no numbers"), hint=Message("that axis has size 0")
            )
        return np.asarray(function(x, axis=place if x.ndim else None, keepdims=keepdim), dtypes.INT64)

    return array


def _middle(x: Any, dim: Any, keepdim: bool) -> Any:
    """The lower one of two in the middle; NaN if there is one."""
    axis = None if dim is None else shapes.axis(dim, x.ndim)
    flat = np.sort(x.reshape(-1) if axis is None or not x.ndim else np.moveaxis(x, axis, -1))
    size = flat.shape[-1]
    if not size:
        if axis is not None or x.dtype.kind != "f":
            raise InputError(Message("there is no median of no numbers"), hint=Message("that axis has size 0"))
        return np.asarray(math.nan, x.dtype)
    found = flat[..., (size - 1) // 2]
    if x.dtype.kind == "f":
        found = np.where(np.isnan(flat[..., -1]), np.asarray(math.nan, x.dtype), found)
    return np.reshape(found, kept(x.shape, dim)) if keepdim else np.asarray(found)


def middle_place(x: Any, dim: int, out: Any) -> Any:
    """Where the median stands along an axis."""
    value = RESHAPE(out, kept(x.shape, dim))
    at = WHERE(NE(value, value), NE(x, x), EQ(x, value))
    return ARGMAX(TO(at, "int64"), dim, True)


def _order(x: Any, dim: int, descending: bool) -> Any:
    """Stable, with NaN as the largest of all."""
    if not x.ndim:
        return np.zeros((), dtypes.INT64)
    axis = shapes.axis(dim, x.ndim)
    if not descending:
        return np.argsort(x, axis=axis, kind="stable")
    flipped = np.flip(np.argsort(np.flip(x, axis), axis=axis, kind="stable"), axis)
    return x.shape[axis] - 1 - flipped


def _sorted(x: Any, dim: int, descending: bool) -> Any:
    return np.take_along_axis(x, _order(x, dim, descending), shapes.axis(dim, x.ndim)) if x.ndim else x


def _top(x: Any, k: int, dim: int, largest: bool) -> Any:
    axis = shapes.axis(dim, x.ndim)
    size = x.shape[axis] if x.ndim else 1
    if not 0 <= k <= size:
        raise InputError(
            Message("topk: {k} of {size} elements", k=k, size=size), hint=Message("k is at most the size of that axis")
        )
    return narrowed(_sorted(x, axis, largest), axis, 0, k) if x.ndim else x


def _by_order(g: Any, x: Any, dim: int, descending: bool, out: Any) -> Any:
    return SCATTER_ADD(ZEROS_LIKE(x), ARGSORT(x, dim, descending), g, dim) if x.shape else g


def top_places(x: Any, k: int, dim: int, largest: bool) -> Any:
    """Where the k largest (smallest) stand along an axis."""
    return narrowed(ARGSORT(x, dim, largest), shapes.axis(dim, len(x.shape)), 0, k)


def _by_top(g: Any, x: Any, k: int, dim: int, largest: bool, out: Any) -> Any:
    return SCATTER_ADD(ZEROS_LIKE(x), top_places(x, k, dim, largest), g, dim) if x.shape else g


_SHARED: Final = (("[$0 = max]/#·G", r"\frac{[$0 = \max]}{\#}\,G"),)
_TIE: Final = (
    "Where several tie the slope jumps; PyTorch shares the gradient evenly among them.",
    "若有多个并列，斜率跳变；PyTorch 让它们平分梯度。",
)
_FIRST: Final = (
    "Where several tie the slope jumps; PyTorch gives it to the first along a dim, and shares it without one.",
    "若有多个并列，斜率跳变；指定 dim 时 PyTorch 取第一个，不指定则平分。",
)
ARGMAX: Final = Structural(
    name="argmax",
    glyph="⤒",
    attributes={"dim": None, "keepdim": False},
    array=_place(np.argmax),
    vjp=(None,),
    shown=(("0", "0"),),
    differentiable=False,
    english="The place of the largest element is a whole number, so no gradient passes.",
    chinese="最大元素的位置是整数，所以不传梯度。",
)
ARGMIN: Final = Structural(
    name="argmin",
    glyph="⤓",
    attributes={"dim": None, "keepdim": False},
    array=_place(np.argmin),
    vjp=(None,),
    shown=(("0", "0"),),
    differentiable=False,
    english="The place of the smallest element is a whole number, so no gradient passes.",
    chinese="最小元素的位置是整数，所以不传梯度。",
)
MAX: Final = Structural(
    name="max",
    glyph="max",
    attributes={"dim": None, "keepdim": False},
    array=_reduced("max", np.max),
    vjp=(_chosen(lambda x, dim, out: ARGMAX(x, dim, True)),),
    shown=(("[i = argmax $0]·G", r"[i = \operatorname{argmax} $0]\,G"),),
    english="The maximum hands the upstream gradient to the element that was the largest; all others get 0.",
    chinese="最大值把上游梯度交给最大的那个元素，其余得到 0。",
    kink=_FIRST,
)
MIN: Final = Structural(
    name="min",
    glyph="min",
    attributes={"dim": None, "keepdim": False},
    array=_reduced("min", np.min),
    vjp=(_chosen(lambda x, dim, out: ARGMIN(x, dim, True)),),
    shown=(("[i = argmin $0]·G", r"[i = \operatorname{argmin} $0]\,G"),),
    english="The minimum hands the upstream gradient to the element that was the smallest; all others get 0.",
    chinese="最小值把上游梯度交给最小的那个元素，其余得到 0。",
    kink=_FIRST,
)
AMAX: Final = Structural(
    name="amax",
    glyph="max⫽",
    attributes={"dim": (), "keepdim": False},
    array=_reduced("amax", np.max),
    vjp=(_shared,),
    shown=_SHARED,
    english="The upstream gradient goes to the largest element, in equal shares where several tie.",
    chinese="amax 把上游梯度交给最大的元素，并列时平分。",
    kink=_TIE,
)
AMIN: Final = Structural(
    name="amin",
    glyph="min⫽",
    attributes={"dim": (), "keepdim": False},
    array=_reduced("amin", np.min),
    vjp=(_shared,),
    shown=(("[$0 = min]/#·G", r"\frac{[$0 = \min]}{\#}\,G"),),
    english="The upstream gradient goes to the smallest element, in equal shares where several tie.",
    chinese="amin 把上游梯度交给最小的元素，并列时平分。",
    kink=_TIE,
)
MEDIAN: Final = Structural(
    name="median",
    glyph="½",
    attributes={"dim": None, "keepdim": False},
    array=_middle,
    vjp=(_chosen(middle_place),),
    shown=(("[$0 = median]·G", r"[$0 = \text{median}]\,G"),),
    english="The median is the element in the middle (the lower of two), and that one gets the upstream gradient.",
    chinese="中位数是排在中间的元素（两个时取较小者），由它得到上游梯度。",
    kink=(
        "Where elements change places the slope jumps; PyTorch gives it to the one that is in the middle now.",
        "元素交换次序处斜率跳变；PyTorch 把梯度给当前排在中间的那个。",
    ),
)
ALL_OF: Final = Structural(
    name="all",
    glyph="∀",
    attributes={"dim": None, "keepdim": False},
    array=lambda x, dim, keepdim: np.all(x, axis=shapes.axes(dim, x.ndim) if x.ndim else (), keepdims=keepdim),
    vjp=(None,),
    shown=(("0", "0"),),
    differentiable=False,
    english="Whether all hold is true or false, so no gradient passes.",
    chinese="是否全部成立只有真假，所以不传梯度。",
)
ANY_OF: Final = Structural(
    name="any",
    glyph="∃",
    attributes={"dim": None, "keepdim": False},
    array=lambda x, dim, keepdim: np.any(x, axis=shapes.axes(dim, x.ndim) if x.ndim else (), keepdims=keepdim),
    vjp=(None,),
    shown=(("0", "0"),),
    differentiable=False,
    english="Whether any holds is true or false, so no gradient passes.",
    chinese="是否有一个成立只有真假，所以不传梯度。",
)
SORT: Final = Structural(
    name="sort",
    glyph="⇅",
    attributes={"dim": -1, "descending": False},
    array=_sorted,
    vjp=(_by_order,),
    shown=(("G[argsort⁻¹]", r"G[\operatorname{argsort}^{-1}]"),),
    english="Sorting only reorders: each element gets the upstream gradient of the place it went to.",
    chinese="排序只改变次序：每个元素得到它新位置的上游梯度。",
    kink=(
        "Where elements tie the slope jumps; PyTorch keeps them in their old order.",
        "元素相等处斜率跳变；PyTorch 保持它们原来的次序。",
    ),
)
ARGSORT: Final = Structural(
    name="argsort",
    glyph="⇅#",
    attributes={"dim": -1, "descending": False},
    array=_order,
    vjp=(None,),
    shown=(("0", "0"),),
    differentiable=False,
    english="The order of the elements is made of whole numbers, so no gradient passes.",
    chinese="元素的次序由整数组成，所以不传梯度。",
)
TOPK: Final = Structural(
    name="topk",
    glyph="⊤ₖ",
    attributes={"k": REQUIRED, "dim": -1, "largest": True},
    array=_top,
    vjp=(_by_top,),
    shown=(("[i ∈ topk]·G", r"[i \in \operatorname{topk}]\,G"),),
    english="Only the k chosen elements get an upstream gradient, each that of the place it went to.",
    chinese="只有选中的 k 个元素得到上游梯度，各自取它新位置上的那一份。",
    kink=(
        "Where the k-th and the next tie the slope jumps; PyTorch promises no order among them.",
        "第 k 个与下一个相等处斜率跳变；PyTorch 不保证它们的次序。",
    ),
)

TABLE: Final = (MAX, MIN, AMAX, AMIN, ARGMAX, ARGMIN, MEDIAN, SORT, ARGSORT, TOPK, ALL_OF, ANY_OF)
