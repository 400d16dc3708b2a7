"""Losses that know the right class by its number: one score per class, one number per sample."""

import math
from typing import Any, Final

import numpy as np

from engine import dtypes, shapes
from engine.errors import InputError, ShapeError
from engine.messages import Message
from engine.ops.normalization import LOG_SOFTMAX, SOFTMAX
from engine.ops.row import Structural, Traced
from engine.ops.shaping import RESHAPE
from engine.shapes import Shape

IGNORED: Final = -100
"""The class that counts for nothing, unless another is named."""


def _classes(x: Shape) -> tuple[int, int]:
    """The axis of the classes and how many there are."""
    axis = 1 if len(x) > 1 else 0
    return axis, x[axis]


def _chosen(x: Any, target: Any, ignore_index: int) -> tuple[Any, Any, float]:
    """1 at the class that was wanted; whether a sample counts (its class axis has size 1); how many do."""
    wanted = np.asarray(target.value if isinstance(target, Traced) else target)  # type: ignore[attr-defined]
    shape = tuple(x.shape)
    axis, count = _classes(shape)
    if wanted.shape != (*shape[:axis], *shape[axis + 1 :]):
        raise ShapeError(
            Message(
                "the input is {one} and the target {other}", one=shapes.text(shape), other=shapes.text(wanted.shape)
            ),
            hint=Message("the target holds one class number per sample"),
        )
    counted = wanted != ignore_index
    if np.any(counted & ((wanted < 0) | (wanted >= count))):
        raise InputError(
            Message(
                "Target {found} is out of bounds", found=int(wanted[counted & ((wanted < 0) | (wanted >= count))][0])
            ),
            hint=Message("there are {count} classes, from 0 on", count=count),
        )
    places = np.arange(count).reshape((-1, *(1,) * (len(shape) - axis - 1)))
    kind = x.dtype
    return (
        (np.expand_dims(np.where(counted, wanted, -1), axis) == places).astype(kind),
        np.expand_dims(counted, axis).astype(kind),
        float(counted.sum()),
    )


def _nll(x: Any, target: Any, ignore_index: int, reduction: str) -> Any:
    chosen, _, count = _chosen(x, target, ignore_index)
    axis, _ = _classes(x.shape)
    losses = -np.sum(np.where(chosen != 0, x, 0), axis=axis, dtype=x.dtype)
    if reduction == "none":
        return losses
    total = losses.sum(dtype=x.dtype)
    return total / x.dtype.type(count) if reduction == "mean" else total


def _per_sample(g: Any, x: Any, count: float, reduction: str) -> Any:
    """The upstream gradient with an axis of size 1 for the classes, divided among the samples of a mean."""
    if reduction == "none":
        axis, _ = _classes(tuple(x.shape))
        return RESHAPE(g, (*x.shape[:axis], 1, *x.shape[axis + 1 :]))
    return g * (1.0 / count if count else math.nan) if reduction == "mean" else g


def _nll_vjp(g: Any, x: Any, target: Any, ignore_index: int, reduction: str, out: Any) -> Any:
    chosen, _, count = _chosen(x, target, ignore_index)
    return _per_sample(g, x, count, reduction) * -chosen


def _entropy_vjp(g: Any, x: Any, target: Any, ignore_index: int, reduction: str, out: Any) -> Any:
    chosen, counted, count = _chosen(x, target, ignore_index)
    axis, _ = _classes(tuple(x.shape))
    return _per_sample(g, x, count, reduction) * (SOFTMAX(x, axis) * counted - chosen)


def _opened_entropy(x: Any, target: Any, ignore_index: int, reduction: str) -> Any:
    return NLL_LOSS(LOG_SOFTMAX(x, _classes(tuple(x.shape))[0]), target, ignore_index, reduction)


def _entropy(x: Any, target: Any, ignore_index: int, reduction: str) -> Any:
    return _nll(dtypes.array(LOG_SOFTMAX(x, _classes(x.shape)[0])), target, ignore_index, reduction)


NLL_LOSS: Final[Structural] = Structural(
    name="nll_loss",
    glyph="NLL",
    operands=("input", "target"),
    attributes={"ignore_index": IGNORED, "reduction": "mean"},
    array=_nll,
    vjp=(_nll_vjp, None),
    shown=(("−[i = $1]/n·G", r"-\frac{1}{n}[i = $1]\,G"), ("0", "0")),
    english="Only the log-probability of the right class gets a gradient, and it is pushed up.",
    chinese="只有正确类别的对数概率得到梯度，并被推高。",
    domain=r"y \in \{0, \dots, C - 1\}",
)
CROSS_ENTROPY: Final = Structural(
    name="cross_entropy",
    glyph="CE",
    operands=("input", "target"),
    attributes={"ignore_index": IGNORED, "reduction": "mean"},
    array=_entropy,
    vjp=(_entropy_vjp, None),
    shown=(
        ("(softmax($0) − [i = $1])/n·G", r"\frac{1}{n}(\text{softmax}($0) - [i = $1])\,G"),
        ("0", "0"),
    ),
    composite=_opened_entropy,
    english="Each score gets its predicted probability, and the right class gets that minus one.",
    chinese="每个得分得到它的预测概率，正确类别得到的再减一。",
    domain=r"x \in \mathbb{R}^{N \times C},\ y \in \{0, \dots, C - 1\}",
)
