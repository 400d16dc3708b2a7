"""Convolutions, as products with the windows of an image laid out in columns."""

import math
from typing import Any, Final

import numpy as np

from engine import shapes
from engine.errors import InputError, ShapeError
from engine.messages import Message
from engine.ops.indexing import INDEX
from engine.ops.products import MATMUL
from engine.ops.reductions import SUM
from engine.ops.row import Structural
from engine.ops.shaping import RESHAPE, TRANSPOSE
from engine.ops.unfolding import check, unfolded
from engine.ops.windows import FOLD, UNFOLD, Pair, counts, images
from engine.shapes import Shape


def _convolved_shape(*given: Any) -> Shape:
    image, weight, *bias, stride, padding, dilation, groups = given
    images("conv", image)
    images("conv", weight)
    if image[1] != weight[1] * groups or weight[0] % groups:
        raise ShapeError(
            Message(
                "conv: the weight {weight} is for {expected} channels, and the input {image} has {found}",
                weight=shapes.text(weight),
                expected=weight[1] * groups,
                image=shapes.text(image),
                found=image[1],
            ),
            hint=Message("the weight's second size times groups is the number of channels of the input"),
        )
    if bias and bias[0] != (weight[0],):
        raise ShapeError(
            Message(
                "conv: the bias is {bias}, and the weight has {count} filters",
                bias=shapes.text(bias[0]),
                count=weight[0],
            ),
            hint=Message("a bias has one number for each filter"),
        )
    return (image[0], weight[0], *counts("conv", image[2:], weight[2:], dilation, padding, stride))


def _convolved(*given: Any) -> Any:
    x, weight, *bias, stride, padding, dilation, groups = given
    if len({each.dtype for each in (x, weight, *bias)}) > 1:
        raise InputError(
            Message("conv: the element types of input, weight and bias differ"),
            hint=Message("convert one of them, for example with .float()"),
        )
    shape = _convolved_shape(x.shape, weight.shape, *[each.shape for each in bias], *given[2 + len(bias) :])
    columns = _grouped(x, weight, stride, padding, dilation, groups)
    made = (weight.reshape(groups, weight.shape[0] // groups, -1) @ columns).reshape(shape)
    return made + bias[0][:, None, None] if bias else made


def _grouped(x: Any, weight: Any, stride: Pair, padding: Pair, dilation: Pair, groups: int) -> Any:
    """The windows as columns, by group: sample, group, window elements, window."""
    columns = UNFOLD(x, tuple(weight.shape[2:]), dilation, padding, stride)
    elements = columns.shape[1] // groups
    return RESHAPE(columns, (columns.shape[0], groups, elements, columns.shape[2]))


def _convolution_back(position: int, g: Any, *given: Any) -> Any:
    x, weight, *_, stride, padding, dilation, groups, _ = given
    if position == 2:
        return SUM(g, (0, 2, 3), False)
    filters, elements = weight.shape[0] // groups, math.prod(weight.shape[1:])
    upstream = RESHAPE(g, (g.shape[0], groups, filters, g.shape[2] * g.shape[3]))
    if position == 1:
        columns = _grouped(x, weight, stride, padding, dilation, groups)
        return RESHAPE(SUM(MATMUL(upstream, TRANSPOSE(columns, -1, -2)), 0, False), weight.shape)
    turned = TRANSPOSE(RESHAPE(weight, (groups, filters, elements)), -1, -2)
    columns = RESHAPE(MATMUL(turned, upstream), (g.shape[0], groups * elements, g.shape[2] * g.shape[3]))
    return FOLD(columns, tuple(x.shape[2:]), tuple(weight.shape[2:]), dilation, padding, stride)


def _opened(*given: Any) -> Any:
    x, weight, *bias, stride, padding, dilation, groups = given
    shape = _convolved_shape(x.shape, weight.shape, *[each.shape for each in bias], *given[2 + len(bias) :])
    elements = math.prod(weight.shape[1:])
    check("conv2d", math.prod(shape) * (2 * elements - 1))
    numbered = np.arange(math.prod(x.shape)).reshape(x.shape) + 1  # a border's place is 0 before 1 is taken off
    columns = _grouped(numbered, weight, stride, padding, dilation, groups) - 1
    filters = weight.shape[0] // groups
    ours = np.repeat(columns.transpose(0, 1, 3, 2), filters, axis=1).reshape(-1, elements)
    own = np.arange(math.prod(weight.shape)).reshape(1, weight.shape[0], 1, elements)
    theirs = np.broadcast_to(own, (shape[0], shape[1], shape[2] * shape[3], elements)).reshape(-1, elements)
    scalars = None
    if bias:
        each = [INDEX(bias[0], (index,)) for index in range(shape[1])]
        scalars = [each[index // (shape[2] * shape[3]) % shape[1]] for index in range(math.prod(shape))]
    return unfolded("conv2d", x, weight, (ours, theirs), shape, scalars)


def raised(x: Any) -> Any:
    """A signal as an image of one row."""
    size = shapes.of(x)
    return RESHAPE(x, (*size[:2], 1, *size[2:])) if len(size) == 3 else x


def on_signals(op: Structural, beside: tuple[int | None, ...]) -> tuple[Any, Any]:
    """The forward function and the rule of an op on images, for signals: `beside` are its settings across the row,
    each with the neutral number that stands for the height (None: a setting without one)."""
    count = len(op.attributes)

    def settings(given: Any) -> tuple[Any, ...]:
        return tuple(each if high is None else (high, each) for each, high in zip(given, beside, strict=True))

    def array(*given: Any) -> Any:
        return np.squeeze(op.array(*map(raised, given[:-count]), *settings(given[-count:])), 2)

    def rule(position: int, g: Any, *given: Any) -> Any:
        *given_, out = given
        operands = given_[:-count]
        back = op.contribution(position, raised(g), list(map(raised, operands)), settings(given_[-count:]), raised(out))
        return RESHAPE(back, shapes.of(operands[position]))

    return array, rule


CONV2D: Final[Structural] = Structural(
    name="conv2d",
    glyph="∗",
    operands=("input", "weight", "bias"),
    attributes={"stride": (1, 1), "padding": (0, 0), "dilation": (1, 1), "groups": 1},
    variadic=True,
    array=_convolved,
    shape=_convolved_shape,
    vjp=_convolution_back,
    shown=(
        ("fold($1ᵀ·G)", r"\text{fold}($1^{\top} G)"),
        ("G·unfold($0)ᵀ", r"G\,\text{unfold}($0)^{\top}"),
        ("Σ G", r"\sum_{n, i, j} G"),
    ),
    linear=True,
    composite=_opened,
    english="A convolution lays one filter over every window: the filter gets the sum of all windows times their "
    "upstream gradients, the image gets the filter back at every place.",
    chinese="卷积把同一个滤波器放到每个窗口上：滤波器得到所有窗口与其上游梯度乘积之和，图像在每个位置得到滤波器乘以上游梯度。",
)
_signals, _signals_back = on_signals(CONV2D, (1, 0, 1, None))


def _signals_shape(*given: Any) -> Shape:
    image, weight, *bias, stride, padding, dilation, groups = given
    images("conv1d", image, 3)
    images("conv1d", weight, 3)
    found = _convolved_shape(
        (*image[:2], 1, image[2]), (*weight[:2], 1, weight[2]), *bias, (1, stride), (0, padding), (1, dilation), groups
    )
    return (*found[:2], found[3])


def _signals_opened(*given: Any) -> Any:
    x, weight, *bias, stride, padding, dilation, groups = given
    found = _opened(raised(x), raised(weight), *bias, (1, stride), (0, padding), (1, dilation), groups)
    return RESHAPE(found, (*found.shape[:2], found.shape[3]))


CONV1D: Final[Structural] = Structural(
    name="conv1d",
    glyph="∗₁",
    operands=("input", "weight", "bias"),
    attributes={"stride": 1, "padding": 0, "dilation": 1, "groups": 1},
    variadic=True,
    array=_signals,
    shape=_signals_shape,
    vjp=_signals_back,
    shown=CONV2D.shown,
    linear=True,
    composite=_signals_opened,
    english="A convolution of signals slides one filter along: the filter gets the sum of all windows times their "
    "upstream gradients, the signal gets the filter back at every place.",
    chinese="一维卷积让同一个滤波器滑过信号：滤波器得到所有窗口与其上游梯度乘积之和，信号在每个位置得到滤波器乘以上游梯度。",
)

TABLE: Final = (CONV1D, CONV2D)
