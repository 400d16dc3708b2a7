"""Ops that make one number of many, along some axes or all."""

import math
from typing import Any, Final

import numpy as np

from engine import dtypes, shapes
from engine.errors import InputError
from engine.messages import Message
from engine.ops.arithmetic import ABS, ADD, DIV, MUL, SIGN
from engine.ops.joining import FLIP
from engine.ops.row import Structural, Traced
from engine.ops.selection import EQ, NE, WHERE
from engine.ops.shaping import EXPAND, PERMUTE, RESHAPE
from engine.shapes import Shape

_total: Final[Any] = np.add.reduce
"""`np.sum` without its way through Python."""


def kept(shape: Shape, dim: Any) -> Shape:
    """The shape after a reduction that keeps its axes with size 1."""
    reduced = shapes.axes(dim, len(shape))
    return tuple(1 if axis in reduced else size for axis, size in enumerate(shape))


def spread(g: Any, like: Any, dim: Any) -> Any:
    """What came out of a reduction, repeated over the axes it went along."""
    if isinstance(g, (np.ndarray, np.generic)):  # the common case, without the way through the table
        return np.broadcast_to(g.reshape(kept(like.shape, dim)) if g.ndim else g, like.shape)
    return EXPAND(RESHAPE(g, kept(like.shape, dim)), like.shape)


def count(shape: Shape, dim: Any) -> int:
    """How many elements each result of a reduction is made from."""
    return math.prod(shape if dim is None else [shape[axis] for axis in shapes.axes(dim, len(shape))]) if shape else 1


def bare(value: Any) -> Any:
    """The array behind a tensor, for a rule that looks where it is."""
    return dtypes.array(value.value) if isinstance(value, Traced) else value  # type: ignore[attr-defined]


def fractions(op: str, x: Any) -> Any:
    """The operand, if it holds fractions. Raises `InputError`."""
    if x.dtype.kind != "f":
        raise InputError(
            Message("`{op}` works on fractions, and this tensor holds {dtype}", op=op, dtype=x.dtype),
            hint=Message("convert it with .float()"),
        )
    return x


def _whole(x: Any) -> Any:
    """The type sums and products are made in."""
    return x.dtype if x.dtype.kind == "f" else dtypes.INT64


def _sum(x: Any, dim: Any, keepdim: bool) -> Any:
    return _total(x, axis=_axes(dim, x), keepdims=keepdim, dtype=_whole(x))


def _axes(dim: Any, x: Any) -> Any:
    return shapes.axes(dim, x.ndim) if x.ndim else _only(dim)


def _only(dim: Any) -> tuple[()]:
    shapes.axes(dim, 0)  # refuses dims that a scalar has not
    return ()


def _mean(x: Any, dim: Any, keepdim: bool) -> Any:
    total = _total(fractions("mean", x), axis=_axes(dim, x), keepdims=keepdim)
    return total / x.dtype.type(count(x.shape, dim))


def _by_factor(g: Any, x: Any, dim: Any, keepdim: bool, out: Any) -> Any:
    if not (bare(x) == 0).any():
        return DIV(spread(MUL(g, out), x, dim), x)
    if dim is None:
        return RESHAPE(_by_factor(g, RESHAPE(x, (-1,)), 0, False, out), x.shape)
    axis = shapes.axis(dim, len(x.shape))
    return MUL(spread(g, x, dim), _last_to(PROD(without_each(x, axis), axis, False), axis)) if x.shape else g


def without_each(x: Any, axis: int) -> Any:
    """`x` once for each place along an axis, with 1 put there; the places are the new last axis."""
    size = x.shape[axis]
    own = np.eye(size, dtype=bool).reshape(size, *(1,) * (len(x.shape) - axis - 1), size)
    return WHERE(own, 1.0, RESHAPE(x, (*x.shape, 1)))


def _by_deviation(g: Any, x: Any, dim: Any, correction: float, keepdim: bool, out: Any) -> Any:
    """2/(n − c) · (x − mean(x)); of too few numbers that is NaN, as in PyTorch."""
    freedom = count(x.shape, dim) - correction
    return MUL(spread(g, x, dim), (x - MEAN(x, dim, True)) * (2.0 / freedom if freedom else math.inf))


def _by_root(g: Any, x: Any, dim: Any, correction: float, keepdim: bool, out: Any) -> Any:
    halved = WHERE(EQ(out, 0.0), 0.0, DIV(g, MUL(out, 2.0)))
    return _by_deviation(RESHAPE(halved, shapes.of(g)), x, dim, correction, keepdim, out)


def _variance(x: Any, dim: Any, correction: float, keepdim: bool) -> Any:
    freedom = max(count(fractions("var", x).shape, dim) - correction, 0.0)
    centred = x - _mean(x, dim, True)
    return np.sum(centred * centred, axis=_axes(dim, x), keepdims=keepdim) / x.dtype.type(freedom)


def order(p: Any) -> float:
    """The order of a norm as a number. Raises `InputError`."""
    if p in ("fro", None):
        return 2.0
    if isinstance(p, (int, float)):
        return float(p)
    raise InputError(
        Message("norm: the order {p} is not there", p=p), hint=Message("use 1, 2, inf, another number or 'fro'")
    )


def _norm(x: Any, p: Any, dim: Any, keepdim: bool) -> Any:
    degree, axes = order(p), _axes(dim, fractions("norm", x))
    size = np.abs(x)
    if degree == 2:
        return np.sqrt(np.sum(size * size, axis=axes, keepdims=keepdim))
    if degree == 0:
        return np.sum((x != 0).astype(x.dtype), axis=axes, keepdims=keepdim)
    if math.isinf(degree):
        if not count(x.shape, dim):
            raise InputError(Message("norm: there is nothing to compare"), hint=Message("take another p"))
        return (np.max if degree > 0 else np.min)(size, axis=axes, keepdims=keepdim)
    if degree == 1:
        return np.sum(size, axis=axes, keepdims=keepdim)
    return np.sum(size**degree, axis=axes, keepdims=keepdim) ** (1 / degree)


def _by_length(g: Any, x: Any, p: Any, dim: Any, keepdim: bool, out: Any) -> Any:
    degree = order(p)
    upstream, length = spread(g, x, dim), spread(out, x, dim)
    if degree == 0:
        return None
    if degree == 1:
        return MUL(upstream, SIGN(x))
    if degree == 2:
        return MUL(upstream, WHERE(EQ(length, 0.0), 0.0, DIV(x, length)))
    if math.isinf(degree):
        at = ADD(EQ(ABS(x), length), NE(x, x))
        return MUL(MUL(SIGN(x), at), DIV(upstream, SUM(at, dim if dim != () else None, True)))
    scaled = SIGN(x) * ABS(x) ** (degree - 1.0)
    if degree < 1:
        scaled = WHERE(EQ(x, 0.0), 0.0, scaled)
    return MUL(scaled, WHERE(EQ(length, 0.0), 0.0, DIV(upstream, length ** (degree - 1.0))))


def _run(function: Any) -> Any:
    def array(x: Any, dim: int) -> Any:
        axis = shapes.axis(dim, x.ndim)
        return function(x, axis=axis, dtype=_whole(x)) if x.ndim else x.astype(_whole(x))

    return array


def _by_run(g: Any, x: Any, dim: int, out: Any) -> Any:
    """Each element got into every product from its own place on."""
    if not x.shape or x.shape[dim] == 1:
        return g
    if not (bare(x) == 0).any():
        return DIV(_later(MUL(g, out), dim), x)
    axis = shapes.axis(dim, len(x.shape))
    size = x.shape[axis]
    products = CUMPROD(without_each(x, axis), axis)
    reached = np.tri(size, dtype=bool).reshape(size, *(1,) * (len(x.shape) - axis - 1), size)
    slopes = WHERE(reached, MUL(RESHAPE(g, (*x.shape, 1)), products), 0.0)
    return _last_to(SUM(slopes, axis, False), axis)


def _last_to(x: Any, axis: int) -> Any:
    """The last axis moved to `axis`."""
    last = len(x.shape) - 1
    return PERMUTE(x, (*range(axis), last, *range(axis, last)))


def _later(g: Any, dim: int) -> Any:
    """Sums from each place to the end."""
    return FLIP(CUMSUM(FLIP(g, (dim,)), dim), (dim,)) if shapes.of(g) else g


SUM: Final = Structural(
    name="sum",
    glyph="Σ",
    attributes={"dim": None, "keepdim": False},
    array=_sum,
    vjp=(lambda g, x, dim, keepdim, out: spread(g, x, dim),),
    shown=(("expand(G)", r"G\,\mathbf{1}"),),
    linear=True,
    english="A sum hands the upstream gradient unchanged to every element it added up.",
    chinese="求和把上游梯度原样传给相加的每一个元素。",
)
MEAN: Final = Structural(
    name="mean",
    glyph="μ",
    attributes={"dim": None, "keepdim": False},
    array=_mean,
    vjp=(lambda g, x, dim, keepdim, out: spread(g / float(max(count(x.shape, dim), 1)), x, dim),),
    shown=(("expand(G)/n", r"\frac{1}{n} G\,\mathbf{1}"),),
    linear=True,
    english="A mean hands every element the upstream gradient divided by how many elements there are.",
    chinese="求平均把上游梯度除以元素个数，再传给每一个元素。",
)
PROD: Final[Structural] = Structural(
    name="prod",
    glyph="Π",
    attributes={"dim": None, "keepdim": False},
    array=lambda x, dim, keepdim: np.prod(x, axis=_axes(dim, x), keepdims=keepdim, dtype=_whole(x)),
    vjp=(_by_factor,),
    shown=(("G·∏ⱼ≠ᵢ $0ⱼ", r"G \prod_{j \neq i} $0_j"),),
    english="A product along an axis hands each factor the upstream gradient times the product of all the others.",
    chinese="沿轴连乘时，每个因数得到上游梯度乘以其余所有因数之积。",
)
VAR: Final = Structural(
    name="var",
    glyph="σ²",
    attributes={"dim": None, "correction": 1, "keepdim": False},
    array=_variance,
    vjp=(_by_deviation,),
    shown=(("2/(n − c)·($0 − mean($0))·G", r"\frac{2}{n - c} ($0 - \overline{$0})\,G"),),
    english="The variance hands each element the upstream gradient times twice its distance from the mean, "
    "divided by n minus the correction.",
    chinese="方差传给每个元素的是上游梯度乘以（它与均值之差的两倍），再除以（n 减修正值）。",
)
STD: Final = Structural(
    name="std",
    glyph="σₓ",
    attributes={"dim": None, "correction": 1, "keepdim": False},
    array=lambda x, dim, correction, keepdim: np.sqrt(_variance(fractions("std", x), dim, correction, keepdim)),
    vjp=(_by_root,),
    shown=(("($0 − mean($0))/((n − c)·std)·G", r"\frac{$0 - \overline{$0}}{(n - c)\,\sigma}\,G"),),
    english="The standard deviation is the root of the variance: each element gets the upstream gradient times "
    "its distance from the mean, divided by the deviation and by n minus the correction.",
    chinese="标准差是方差的平方根：每个元素得到上游梯度乘以它与均值之差，再除以标准差和（n 减修正值）。",
    kink=(
        "Where all elements are equal the slope does not exist; PyTorch takes 0.",
        "所有元素相等时斜率不存在；PyTorch 约定取 0。",
    ),
)
NORM: Final = Structural(
    name="norm",
    glyph="‖ ‖",
    attributes={"p": "fro", "dim": None, "keepdim": False},
    array=_norm,
    vjp=(_by_length,),
    shown=(("G·$0/‖$0‖", r"G\,\frac{$0}{\lVert $0 \rVert}"),),
    english="The length of a vector grows fastest along the vector itself: "
    "for p = 2 each element gets the upstream gradient times its share of the length.",
    chinese="向量的长度沿向量自身方向增长最快：p = 2 时每个元素得到上游梯度乘以它在长度中的占比。",
    kink=(
        "At the zero vector the slope does not exist; PyTorch takes 0. For p = ∞ elements of equal size share it.",
        "在零向量处斜率不存在；PyTorch 约定取 0。p = ∞ 时大小相同的元素平分梯度。",
    ),
)
CUMSUM: Final[Structural] = Structural(
    name="cumsum",
    glyph="Σ…",
    attributes={"dim": 0},
    array=_run(np.cumsum),
    vjp=(lambda g, x, dim, out: _later(g, dim),),
    shown=(("Σⱼ≥ᵢ Gⱼ", r"\sum_{j \ge i} G_j"),),
    linear=True,
    english="Each element is part of every running sum from its place on, so it gets the sum of their gradients.",
    chinese="每个元素都在它之后的各个累加和里，所以得到这些和的梯度之和。",
)
CUMPROD: Final[Structural] = Structural(
    name="cumprod",
    glyph="Π…",
    attributes={"dim": 0},
    array=_run(np.cumprod),
    vjp=(_by_run,),
    shown=(("Σⱼ≥ᵢ Gⱼ·outⱼ/$0", r"\frac{1}{$0} \sum_{j \ge i} G_j\,\mathrm{out}_j"),),
    english="Each element is a factor of every running product from its place on, and gets a share of each gradient.",
    chinese="每个元素都是它之后各个累乘积的因数，从每个积的梯度中得到一份。",
)

TABLE: Final = (SUM, MEAN, PROD, VAR, STD, NORM, CUMSUM, CUMPROD)
