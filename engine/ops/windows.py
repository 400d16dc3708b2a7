"""Windows of images laid out in columns, and columns added up into images again."""

import math
from typing import Any, Final

import numpy as np

from engine import shapes
from engine.errors import InputError, ShapeError
from engine.messages import Message
from engine.ops.row import REQUIRED, Structural
from engine.shapes import Shape

Pair = tuple[int, int]


def counts(op: str, size: Pair, kernel: Pair, dilation: Pair, padding: Pair, stride: Pair) -> Pair:
    """How many windows fit, down and across. Raises `ShapeError`."""
    if min(*stride, *dilation, *kernel) < 1 or min(padding) < 0:
        raise InputError(
            Message("{op}: kernel, stride and dilation are at least 1, padding at least 0", op=op),
            hint=Message("leave out what you do not need"),
        )
    spans = [each * (width - 1) + 1 for width, each in zip(kernel, dilation, strict=True)]
    found = [
        (own + 2 * border - span) // step + 1 if own + 2 * border >= span else 0
        for own, border, span, step in zip(size, padding, spans, stride, strict=True)
    ]
    if min(found) < 1:
        raise ShapeError(
            Message(
                "{op}: a window of {kernel} does not fit into {size}",
                op=op,
                kernel=shapes.text(tuple(spans)),
                size=shapes.text(tuple(own + 2 * border for own, border in zip(size, padding, strict=True))),
            ),
            hint=Message("use a smaller kernel or more padding"),
        )
    return found[0], found[1]


def windows(x: Any, kernel: Pair, dilation: Pair, padding: Pair, stride: Pair, border: float = 0.0) -> Any:
    """All windows of images (…, H, W) without copying: (…, down, across, kernel height, kernel width)."""
    counts("unfold", x.shape[-2:], kernel, dilation, padding, stride)
    if any(padding):
        edges = [(0, 0)] * (x.ndim - 2) + [(each, each) for each in padding]
        x = np.pad(x, edges, constant_values=border)
    spans = tuple(each * (width - 1) + 1 for width, each in zip(kernel, dilation, strict=True))
    view = np.lib.stride_tricks.sliding_window_view(x, spans, axis=(-2, -1))
    return view[..., :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]]


def _columns_shape(given: Shape, kernel: Pair, dilation: Pair, padding: Pair, stride: Pair) -> Shape:
    images("unfold", given)
    return (
        given[0],
        given[1] * math.prod(kernel),
        math.prod(counts("unfold", given[2:], kernel, dilation, padding, stride)),  # type: ignore[arg-type]
    )


def images(op: str, given: Shape, rank: int = 4) -> None:
    """Raises `ShapeError` if that is not the shape of images of so many axes."""
    if len(given) != rank:
        raise ShapeError(
            Message(
                "{op} takes images of {rank} axes, and this is {shape}", op=op, rank=rank, shape=shapes.text(given)
            ),
            hint=Message("the axes are sample, channel, height, width; without a height in one dimension"),
        )


def _unfolded(x: Any, kernel: Pair, dilation: Pair, padding: Pair, stride: Pair) -> Any:
    found = windows(x, kernel, dilation, padding, stride)
    columns = found.transpose(0, 1, 4, 5, 2, 3)
    return columns.reshape(_columns_shape(x.shape, kernel, dilation, padding, stride))


def _folded_shape(given: Shape, size: Pair, kernel: Pair, dilation: Pair, padding: Pair, stride: Pair) -> Shape:
    places = counts("fold", size, kernel, dilation, padding, stride)
    if len(given) != 3 or given[1] % math.prod(kernel) or given[2] != math.prod(places):
        raise ShapeError(
            Message(
                "fold: columns of {shape} do not fit {count} windows of {kernel}",
                shape=shapes.text(given),
                count=math.prod(places),
                kernel=shapes.text(kernel),
            ),
            hint=Message("fold takes what unfold gives: sample, channel times kernel, window"),
        )
    return (given[0], given[1] // math.prod(kernel), *size)


def _folded(x: Any, size: Pair, kernel: Pair, dilation: Pair, padding: Pair, stride: Pair) -> Any:
    samples, channels = _folded_shape(x.shape, size, kernel, dilation, padding, stride)[:2]
    down, across = counts("fold", size, kernel, dilation, padding, stride)
    parts = x.reshape(samples, channels, *kernel, down, across)
    made = np.zeros((samples, channels, size[0] + 2 * padding[0], size[1] + 2 * padding[1]), x.dtype)
    for row in range(kernel[0]):
        for column in range(kernel[1]):
            top, left = row * dilation[0], column * dilation[1]
            place = (slice(top, top + down * stride[0], stride[0]), slice(left, left + across * stride[1], stride[1]))
            made[:, :, *place] += parts[:, :, row, column]
    return made[:, :, padding[0] : padding[0] + size[0], padding[1] : padding[1] + size[1]]


UNFOLD: Final[Structural] = Structural(
    name="unfold",
    glyph="▦→",
    attributes={"kernel_size": REQUIRED, "dilation": (1, 1), "padding": (0, 0), "stride": (1, 1)},
    array=_unfolded,
    shape=_columns_shape,
    vjp=(
        lambda g, x, kernel, dilation, padding, stride, out: FOLD(
            g, tuple(x.shape[2:]), kernel, dilation, padding, stride
        ),
    ),
    shown=(("fold(G)", r"\text{fold}(G)"),),
    linear=True,
    english="Unfolding lays every window of an image out as a column; "
    "folding the upstream gradient back adds up where windows overlap.",
    chinese="unfold 把图像的每个窗口排成一列；把上游梯度折回去时，窗口重叠处相加。",
)
FOLD: Final[Structural] = Structural(
    name="fold",
    glyph="→▦",
    attributes={
        "output_size": REQUIRED,
        "kernel_size": REQUIRED,
        "dilation": (1, 1),
        "padding": (0, 0),
        "stride": (1, 1),
    },
    array=_folded,
    shape=_folded_shape,
    vjp=(lambda g, x, size, kernel, dilation, padding, stride, out: UNFOLD(g, kernel, dilation, padding, stride),),
    shown=(("unfold(G)", r"\text{unfold}(G)"),),
    linear=True,
    english="Folding adds columns up into an image; each column gets its window of the upstream gradient.",
    chinese="fold 把各列加回成图像；每一列得到上游梯度中自己的窗口。",
)

TABLE: Final = (UNFOLD, FOLD)
