"""Pooling: one number for every window of an image."""

import math
from typing import Any, Final

import numpy as np

from engine.errors import InputError
from engine.messages import Message
from engine.ops.arithmetic import DIV
from engine.ops.convolution import on_signals
from engine.ops.extremes import ARGMAX
from engine.ops.gathering import SCATTER_ADD
from engine.ops.joining import FLIP, PAD
from engine.ops.reductions import SUM, bare
from engine.ops.row import REQUIRED, Structural
from engine.ops.selection import GT, NE, WHERE
from engine.ops.shaping import EXPAND, RESHAPE, ZEROS_LIKE
from engine.ops.windows import FOLD, UNFOLD, Pair, counts, windows
from engine.shapes import Shape


def _checked(x: Any, kernel: Pair, padding: Pair) -> Any:
    if any(2 * border > width for border, width in zip(padding, kernel, strict=True)):
        raise InputError(
            Message(
                "pooling: a padding of {padding} is more than half the kernel {kernel}", padding=padding, kernel=kernel
            ),
            hint=Message("a window must hold at least one element"),
        )
    return x


def _pooled_shape(given: Shape, kernel: Pair, stride: Pair, padding: Pair, dilation: Pair = (1, 1)) -> Shape:
    return (*given[:2], *counts("pool", given[2:], kernel, dilation, padding, stride))  # type: ignore[arg-type]


def _largest(x: Any, kernel: Pair, stride: Pair, padding: Pair, dilation: Pair) -> Any:
    low = -math.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    return windows(_checked(x, kernel, padding), kernel, dilation, padding, stride, low).max(axis=(-2, -1))


def _by_largest(g: Any, x: Any, kernel: Pair, stride: Pair, padding: Pair, dilation: Pair, out: Any) -> Any:
    """The windows as columns, the upstream gradient at the first largest of each (the last NaN), folded back."""
    planes, (height, width) = x.shape[0] * x.shape[1], x.shape[2:]
    borders = (padding[1], padding[1], padding[0], padding[0])
    image = PAD(RESHAPE(x, (planes, 1, height, width)), borders, "constant", -math.inf)
    columns = UNFOLD(image, kernel, dilation, (0, 0), stride)
    places = ARGMAX(columns, 1, True)
    if np.isnan(bare(x)).any():
        missing = NE(columns, columns)
        last = math.prod(kernel) - 1 - ARGMAX(FLIP(missing, (1,)), 1, True)
        places = WHERE(GT(SUM(missing, 1, True), 0.0), last, places)
    landed = SCATTER_ADD(ZEROS_LIKE(columns), places, RESHAPE(g, (planes, 1, g.shape[2] * g.shape[3])), 1)
    size = (height + 2 * padding[0], width + 2 * padding[1])
    back = FOLD(landed, size, kernel, dilation, (0, 0), stride)
    return RESHAPE(PAD(back, tuple(-each for each in borders), "constant", 0.0), x.shape)


def _divisor(x: Any, kernel: Pair, stride: Pair, padding: Pair, include: bool, override: int | None) -> Any:
    if override is not None or include or not any(padding):
        return float(override or math.prod(kernel))
    inside = np.ones(x.shape[2:], x.dtype)
    return windows(inside, kernel, (1, 1), padding, stride).sum(axis=(-2, -1))


def _average(x: Any, kernel: Pair, stride: Pair, padding: Pair, include: bool, override: int | None) -> Any:
    if x.dtype.kind != "f":
        raise InputError(
            Message("`{op}` works on fractions, and this tensor holds {dtype}", op="avg_pool", dtype=x.dtype),
            hint=Message("convert it with .float()"),
        )
    total = windows(_checked(x, kernel, padding), kernel, (1, 1), padding, stride).sum(axis=(-2, -1))
    return total / _divisor(x, kernel, stride, padding, include, override)


def _by_average(
    g: Any, x: Any, kernel: Pair, stride: Pair, padding: Pair, include: bool, override: int | None, out: Any
) -> Any:
    planes, count = x.shape[0] * x.shape[1], g.shape[2] * g.shape[3]
    share = RESHAPE(DIV(g, _divisor(x, kernel, stride, padding, include, override)), (planes, 1, count))
    columns = EXPAND(share, (planes, math.prod(kernel), count))
    return RESHAPE(FOLD(columns, tuple(x.shape[2:]), kernel, (1, 1), padding, stride), x.shape)


_KINK: Final = (
    "Where several tie in a window the slope jumps; PyTorch gives it to the first.",
    "窗口内有并列时斜率跳变；PyTorch 取第一个。",
)
MAX_POOL2D: Final = Structural(
    name="max_pool2d",
    glyph="max▦",
    attributes={"kernel_size": REQUIRED, "stride": REQUIRED, "padding": (0, 0), "dilation": (1, 1)},
    array=_largest,
    shape=_pooled_shape,
    vjp=(_by_largest,),
    shown=(("fold([argmax]·G)", r"\text{fold}([\operatorname{argmax}]\,G)"),),
    english="Max pooling keeps the largest of each window, and only that one gets the upstream gradient.",
    chinese="最大池化只保留每个窗口里最大的元素，也只有它得到上游梯度。",
    kink=_KINK,
)
AVG_POOL2D: Final = Structural(
    name="avg_pool2d",
    glyph="μ▦",
    attributes={
        "kernel_size": REQUIRED,
        "stride": REQUIRED,
        "padding": (0, 0),
        "count_include_pad": True,
        "divisor_override": None,
    },
    array=_average,
    shape=lambda given, kernel, stride, padding, *rest: _pooled_shape(given, kernel, stride, padding),
    vjp=(_by_average,),
    shown=(("fold(G/n)", r"\text{fold}(\frac{1}{n} G)"),),
    linear=True,
    english="Average pooling hands every element of a window the upstream gradient divided by the window's size.",
    chinese="平均池化把上游梯度除以窗口大小，传给窗口里的每个元素。",
)
_flat_largest, _flat_largest_back = on_signals(MAX_POOL2D, (1, 1, 0, 1))
_flat_average, _flat_average_back = on_signals(AVG_POOL2D, (1, 1, 0, None, None))
MAX_POOL1D: Final = Structural(
    name="max_pool1d",
    glyph="max▤",
    attributes={"kernel_size": REQUIRED, "stride": REQUIRED, "padding": 0, "dilation": 1},
    array=_flat_largest,
    vjp=(lambda g, *given: _flat_largest_back(0, g, *given),),
    shown=MAX_POOL2D.shown,
    english="Max pooling of a signal keeps the largest of each stretch, and only that one gets the upstream gradient.",
    chinese="一维最大池化只保留每一段里最大的元素，也只有它得到上游梯度。",
    kink=_KINK,
)
AVG_POOL1D: Final = Structural(
    name="avg_pool1d",
    glyph="μ▤",
    attributes={
        "kernel_size": REQUIRED,
        "stride": REQUIRED,
        "padding": 0,
        "count_include_pad": True,
        "divisor_override": None,
    },
    array=_flat_average,
    vjp=(lambda g, *given: _flat_average_back(0, g, *given),),
    shown=AVG_POOL2D.shown,
    linear=True,
    english="Average pooling of a signal hands every element of a stretch the upstream gradient divided by its length.",
    chinese="一维平均池化把上游梯度除以段长，传给这一段里的每个元素。",
)

TABLE: Final = (MAX_POOL1D, MAX_POOL2D, AVG_POOL1D, AVG_POOL2D)
