"""Softmax and its relatives, and layers that bring numbers to mean 0 and variance 1."""

from typing import Any, Final

import numpy as np

from engine import dtypes, shapes
from engine.errors import ShapeError
from engine.messages import Message
from engine.ops.arithmetic import SQUARE
from engine.ops.exponentials import EXP, LOG, RSQRT
from engine.ops.extremes import AMAX
from engine.ops.reductions import MEAN, SUM, fractions, kept
from engine.ops.row import REQUIRED, Structural
from engine.ops.shaping import DETACH, RESHAPE, SUM_TO_SIZE
from engine.shapes import Shape


def _axes(dim: Any, rank: int) -> tuple[int, ...]:
    found = shapes.axes(dim, rank)
    return found if rank else ()


def _shifted(x: Any, dim: Any) -> tuple[Any, Any]:
    """The elements minus the largest along `dim`, so that no exponential overflows, and the axes."""
    axes = _axes(dim, x.ndim)
    top = np.max(x, axis=axes, keepdims=True, initial=-np.inf)
    return x - top, axes


def _softmax(x: Any, dim: int) -> Any:
    made, axes = _shifted(fractions("softmax", x), dim)
    made = np.exp(made, out=dtypes.array(made))
    made /= made.sum(axis=axes, keepdims=True)
    return made


def _log_softmax(x: Any, dim: int) -> Any:
    shifted, axes = _shifted(fractions("log_softmax", x), dim)
    return shifted - np.log(np.exp(shifted).sum(axis=axes, keepdims=True))


def _logsumexp(x: Any, dim: Any, keepdim: bool) -> Any:
    if x.dtype.kind != "f":
        x = x.astype(dtypes.DEFAULT)
    axes = _axes(dim, x.ndim)
    top = np.max(x, axis=axes, keepdims=True, initial=-np.inf)
    top = np.where(np.isinf(top), x.dtype.type(0), top)
    made = np.log(np.exp(x - top).sum(axis=axes, keepdims=True)) + top
    return made if keepdim else made.squeeze(axes)


def _weighted(g: Any, x: Any, dim: int, out: Any) -> Any:
    part = g * out
    return part - out * SUM(part, dim, True)


def _exponentials(x: Any, dim: Any) -> Any:
    return EXP(x - DETACH(AMAX(x, dim, True)))


def _softmax_parts(x: Any, dim: int) -> Any:
    parts = _exponentials(x, dim)
    return parts / SUM(parts, dim, True)


def _log_softmax_parts(x: Any, dim: int) -> Any:
    shifted = x - DETACH(AMAX(x, dim, True))
    return shifted - LOG(SUM(EXP(shifted), dim, True))


def _logsumexp_parts(x: Any, dim: Any, keepdim: bool) -> Any:
    return LOG(SUM(_exponentials(x, dim), dim, keepdim)) + DETACH(AMAX(x, dim, keepdim))


SOFTMAX: Final = Structural(
    name="softmax",
    glyph="softmax",
    attributes={"dim": REQUIRED},
    array=_softmax,
    vjp=(_weighted,),
    shown=(
        (
            "s·(G − Σ G·s), s = softmax($0)",
            r"s \odot \left(G - \textstyle\sum G \odot s\right),\ s = \text{softmax}($0)",
        ),
    ),
    composite=_softmax_parts,
    english="Softmax makes shares of 1: each element gets its share of what its upstream gradient exceeds the mean by.",
    chinese="softmax 把各数变成总和为 1 的份额：每个元素的上游梯度减去按份额的平均，再乘以自己的份额。",
)
LOG_SOFTMAX: Final = Structural(
    name="log_softmax",
    glyph="ln softmax",
    attributes={"dim": REQUIRED},
    array=_log_softmax,
    vjp=(lambda g, x, dim, out: g - EXP(out) * SUM(g, dim, True),),
    shown=(("G − s·Σ G, s = softmax($0)", r"G - s \odot \textstyle\sum G,\ s = \text{softmax}($0)"),),
    composite=_log_softmax_parts,
    english="The logarithm of the shares passes the upstream gradient on, less each share of its sum.",
    chinese="份额的对数把上游梯度原样传回，再减去梯度之和乘以各自的份额。",
)
LOGSUMEXP: Final = Structural(
    name="logsumexp",
    glyph="ln Σeˣ",
    attributes={"dim": REQUIRED, "keepdim": False},
    array=_logsumexp,
    vjp=(lambda g, x, dim, keepdim, out: RESHAPE(g, kept(x.shape, dim)) * EXP(x - RESHAPE(out, kept(x.shape, dim))),),
    shown=(("G·softmax($0)", r"G \cdot \text{softmax}($0)"),),
    composite=_logsumexp_parts,
    english="It is a soft maximum: the upstream gradient is shared out by softmax, most of it to the largest element.",
    chinese="它是柔和的最大值：上游梯度按 softmax 分给各元素，最大的元素得到最多。",
)


# --- to mean 0 and variance 1


def _standard(x: Any, axes: Any, eps: float) -> tuple[Any, Any]:
    """The elements at mean 0 and variance 1 along the axes, and the factor that got them there."""
    centred = x - MEAN(x, axes, True)
    scale = RSQRT(MEAN(SQUARE(centred), axes, True) + eps)
    return centred * scale, scale


def _standard_array(x: Any, axes: tuple[int, ...], eps: float) -> Any:
    made = x - x.mean(axis=axes, keepdims=True)
    made /= np.sqrt(np.square(made).mean(axis=axes, keepdims=True) + x.dtype.type(eps))
    return made


def _through_standard(g: Any, standard: Any, scale: Any, axes: Any) -> Any:
    return scale * (g - MEAN(g, axes, True) - standard * MEAN(g * standard, axes, True))


def _to_size(contribution: Any, like: Any) -> Any:
    return contribution if contribution.shape == like.shape else SUM_TO_SIZE(contribution, like.shape)


def _last(shape: Shape, normalized_shape: Shape) -> tuple[int, ...]:
    count = len(normalized_shape)
    if not count or shape[len(shape) - count :] != normalized_shape:
        raise ShapeError(
            Message(
                "layer_norm: normalized_shape is {wanted}, and the input {shape}",
                wanted=shapes.text(normalized_shape),
                shape=shapes.text(shape),
            ),
            hint=Message("normalized_shape must be the last sizes of the input"),
        )
    return tuple(range(len(shape) - count, len(shape)))


def _layer_norm(*given: Any) -> Any:
    x, *affine, normalized_shape, eps = given
    made = _standard_array(fractions("layer_norm", x), _last(x.shape, normalized_shape), eps)
    for each, name in zip(affine, ("weight", "bias"), strict=False):
        if each.shape != normalized_shape:
            raise ShapeError(
                Message("layer_norm: the {name} is {shape}", name=name, shape=shapes.text(each.shape)),
                hint=Message("it must have the shape {wanted}", wanted=shapes.text(normalized_shape)),
            )
    if affine:
        made *= affine[0]
    return made + affine[1] if len(affine) > 1 else made


def _layer_norm_vjp(index: int, g: Any, *given: Any) -> Any:
    x, *affine, normalized_shape, eps, _ = given
    if index == 2:
        return _to_size(g, affine[1])
    axes = _last(x.shape, normalized_shape)
    standard, scale = _standard(x, axes, eps)
    if index == 1:
        return _to_size(g * standard, affine[0])
    return _through_standard(g * affine[0] if affine else g, standard, scale, axes)


def _layer_norm_parts(*given: Any) -> Any:
    x, *affine, normalized_shape, eps = given
    made = _standard(x, _last(x.shape, normalized_shape), eps)[0]
    made = made * affine[0] if affine else made
    return made + affine[1] if len(affine) > 1 else made


_NORM_SHOWN: Final = (
    (
        "(γG − mean(γG) − x̂·mean(γG·x̂))/σ",
        r"\frac{1}{\sigma} (\gamma G - \overline{\gamma G} - \hat{x} \odot \overline{\gamma G \odot \hat{x}})",
    ),
    ("Σ G·x̂", r"\textstyle\sum G \odot \hat{x}"),
    ("Σ G", r"\textstyle\sum G"),
)
LAYER_NORM: Final = Structural(
    name="layer_norm",
    glyph="LN",
    operands=("input", "weight", "bias"),
    attributes={"normalized_shape": REQUIRED, "eps": 1e-05},
    variadic=True,
    array=_layer_norm,
    vjp=_layer_norm_vjp,
    shown=_NORM_SHOWN,
    composite=_layer_norm_parts,
    english="Layer norm gives each sample mean 0 and variance 1; the gradient loses what would only shift or scale it.",
    chinese="层归一化使每个样本均值为 0、方差为 1；梯度中只会平移或缩放样本的部分被去掉。",
)


def _channels(shape: Shape) -> tuple[tuple[int, ...], Shape]:
    """The axes along which batch norm averages, and the shape of one number per channel beside the input."""
    return (0, *range(2, len(shape))), (1, shape[1], *(1 for _ in shape[2:]))


def _batch_norm(*given: Any) -> Any:
    x, *rest, training, _, eps = given
    axes, column = _channels(x.shape)
    x = fractions("batch_norm", x)
    mean = x.mean(axis=axes) if training else rest[2]
    var = np.square(x - mean.reshape(column)).mean(axis=axes) if training else rest[3]
    slope = 1.0 / np.sqrt(var + x.dtype.type(eps))
    slope = slope * rest[0] if rest else slope
    start = rest[1] - mean * slope if rest else -mean * slope  # as a line for each channel: PyTorch does so too
    made = x * slope.reshape(column) + start.reshape(column)
    return made.astype(x.dtype, copy=False)


def _batch_norm_vjp(index: int, g: Any, *given: Any) -> Any:
    x, *rest, training, _, eps, _ = given
    axes, column = _channels(x.shape)
    if index > 2:
        return None
    if index == 2:
        return SUM(g, axes, False)
    if training:
        standard, scale = _standard(x, axes, eps)
    else:
        scale = RSQRT(RESHAPE(rest[3], column) + eps)
        standard = (x - RESHAPE(rest[2], column)) * scale
    if index == 1:
        return SUM(g * standard, axes, False)
    scale = scale * RESHAPE(rest[0], column) if rest else scale
    return _through_standard(g, standard, scale, axes) if training else g * scale


def _batch_norm_parts(*given: Any) -> Any:
    x, *rest, training, _, eps = given
    axes, column = _channels(x.shape)
    if training:
        made = _standard(x, axes, eps)[0]
    else:
        made = (x - RESHAPE(rest[2], column)) * RSQRT(RESHAPE(rest[3], column) + eps)
    return made * RESHAPE(rest[0], column) + RESHAPE(rest[1], column) if rest else made


BATCH_NORM: Final = Structural(
    name="batch_norm",
    glyph="BN",
    operands=("input", "weight", "bias", "running_mean", "running_var"),
    attributes={"training": False, "momentum": 0.1, "eps": 1e-05},
    variadic=True,
    array=_batch_norm,
    vjp=_batch_norm_vjp,
    shown=(*_NORM_SHOWN, ("0", "0"), ("0", "0")),
    composite=_batch_norm_parts,
    english="Batch norm gives each channel mean 0 and variance 1 over the batch, so every sample's gradient "
    "depends on the others; with running statistics it only scales and shifts.",
    chinese="批归一化使每个通道在整批上均值为 0、方差为 1，所以每个样本的梯度也取决于其他样本；"
    "使用滑动统计量时只做缩放和平移。",
)

TABLE: Final = (SOFTMAX, LOG_SOFTMAX, LOGSUMEXP, LAYER_NORM, BATCH_NORM)
