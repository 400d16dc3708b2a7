"""Ops that put tensors together, or repeat, border and reorder the elements of one."""

from typing import Any, Final

import numpy as np

from engine import shapes
from engine.errors import InputError, ShapeError
from engine.messages import Message
from engine.ops.indexing import INDEX, narrowed
from engine.ops.row import REQUIRED, Structural
from engine.ops.shaping import RESHAPE, SUM_TO_SIZE
from engine.shapes import Shape


def _joined_shape(*given: Any) -> Shape:
    *sizes, dim = given
    kept = [size for size in sizes if size != (0,)] or sizes[:1]  # PyTorch passes over empty vectors
    if not kept or not kept[0]:
        raise ShapeError(
            Message("cat joins tensors along an axis they have"), hint=Message("stack scalars: torch.stack([a, b])")
        )
    axis = shapes.axis(dim, len(kept[0]))
    for index, size in enumerate(kept):
        if len(size) != len(kept[0]) or any(
            own != first for place, (own, first) in enumerate(zip(size, kept[0], strict=True)) if place != axis
        ):
            raise ShapeError(
                Message(
                    "cat along dim {dim}: tensor {index} is {size}, and the first is {first}",
                    dim=axis,
                    index=index,
                    size=shapes.text(size),
                    first=shapes.text(kept[0]),
                ),
                hint=Message("all sizes but those along that dim must be equal"),
            )
    return (*kept[0][:axis], sum(size[axis] for size in kept), *kept[0][axis + 1 :])


def _joined(*given: Any) -> Any:
    *arrays, dim = given
    kept = [each for each in arrays if each.shape != (0,)] or arrays[:1]
    return np.concatenate(kept, axis=shapes.axis(dim, kept[0].ndim))


def _part(position: int, g: Any, *rest: Any) -> Any:
    *operands, dim, _ = rest
    own = operands[position].shape
    if own == (0,) and len(g.shape) > 1:
        return RESHAPE(INDEX(g, ((0, 0, None),) * len(g.shape)), own)
    axis = shapes.axis(dim, len(g.shape))
    start = sum(each.shape[axis] for each in operands[:position] if each.shape != (0,))
    return narrowed(g, axis, start, start + own[axis])


def _stacked_shape(*given: Any) -> Shape:
    *sizes, dim = given
    if not sizes:
        raise InputError(
            Message("stack needs at least one tensor"), hint=Message("give it a list: torch.stack([a, b])")
        )
    for index, size in enumerate(sizes):
        if size != sizes[0]:
            raise ShapeError(
                Message(
                    "stack: tensor {index} is {size}, and the first is {first}",
                    index=index,
                    size=shapes.text(size),
                    first=shapes.text(sizes[0]),
                ),
                hint=Message("only tensors of one shape can be stacked; cat joins others"),
            )
    axis = shapes.axis(dim, len(sizes[0]) + 1)
    return (*sizes[0][:axis], len(sizes), *sizes[0][axis:])


def _layer(position: int, g: Any, *rest: Any) -> Any:
    return INDEX(g, ((None, None, None),) * shapes.axis(rest[-2], len(g.shape)) + (position,))


def _repeated_shape(given: Shape, repeats: Shape) -> Shape:
    if len(repeats) < len(given) or min(repeats, default=0) < 0:
        raise ShapeError(
            Message("repeat: {repeats} for a tensor of {shape}", repeats=repeats, shape=shapes.text(given)),
            hint=Message("say for each axis how often, new axes in front"),
        )
    padded = (1,) * (len(repeats) - len(given)) + given
    return tuple(count * size for count, size in zip(repeats, padded, strict=True))


def _gathered(g: Any, x: Any, repeats: Shape, out: Any) -> Any:
    """The copies lie behind each other along every axis: a new axis for each, and summed."""
    padded = (1,) * (len(repeats) - len(x.shape)) + x.shape
    apart = RESHAPE(g, tuple(size for pair in zip(repeats, padded, strict=True) for size in pair))
    summed = SUM_TO_SIZE(apart, tuple(size for own in padded for size in (1, own)))
    return RESHAPE(summed, x.shape)


def _bordered_shape(given: Shape, pad: Shape, mode: str, value: float) -> Shape:
    if len(pad) % 2 or len(pad) > 2 * len(given):
        raise ShapeError(
            Message("pad: {pad} for a tensor of {shape}", pad=pad, shape=shapes.text(given)),
            hint=Message("give two numbers for each axis, the last axis first"),
        )
    if mode != "constant":
        raise InputError(
            Message("pad: the mode {mode} is not there", mode=mode), hint=Message("only mode='constant' is")
        )
    borders = _borders(given, pad)
    size = tuple(own + before + after for own, (before, after) in zip(given, borders, strict=True))
    if min(size, default=0) < 0:
        raise ShapeError(
            Message("pad: {pad} takes more away than {shape} has", pad=pad, shape=shapes.text(given)),
            hint=Message("a negative number cuts that many elements off"),
        )
    return size


def _borders(given: Shape, pad: Shape) -> list[tuple[int, int]]:
    named = list(zip(pad[::2], pad[1::2], strict=True))[::-1]
    return [(0, 0)] * (len(given) - len(named)) + named


def _bordered(x: Any, pad: Shape, mode: str, value: float) -> Any:
    borders = _borders(x.shape, pad)
    cut = x[
        tuple(
            slice(max(0, -before), size - max(0, -after))
            for size, (before, after) in zip(x.shape, borders, strict=True)
        )
    ]
    wanted = [(max(0, before), max(0, after)) for before, after in borders]
    return np.pad(cut, wanted, constant_values=value) if any(map(any, wanted)) else cut


def _rolled(x: Any, shifts: Any, dims: Any) -> Any:
    return np.roll(x, shifts) if dims is None else np.roll(x, shifts, tuple(shapes.axes(dims, x.ndim)))


def _negated(shifts: Any) -> Any:
    return -shifts if isinstance(shifts, int) else tuple(-each for each in shifts)


CAT: Final = Structural(
    name="cat",
    glyph="⫴",
    operands=("tensors",),
    attributes={"dim": 0},
    variadic=True,
    promotes=True,
    array=_joined,
    shape=_joined_shape,
    vjp=_part,
    shown=(("G[$me]", r"G_{[$me]}"),),
    linear=True,
    english="Joining is undone by cutting: each tensor gets its own part of the upstream gradient.",
    chinese="拼接的反向是切开：每个张量得到上游梯度中属于自己的那一段。",
)
STACK: Final = Structural(
    name="stack",
    glyph="≣",
    operands=("tensors",),
    attributes={"dim": 0},
    variadic=True,
    promotes=True,
    array=lambda *given: np.stack(given[:-1], axis=shapes.axis(given[-1], given[0].ndim + 1)),
    shape=_stacked_shape,
    vjp=_layer,
    shown=(("G[$me]", r"G_{[$me]}"),),
    linear=True,
    english="Stacking lays tensors on each other along a new axis; each gets its own layer of the upstream gradient.",
    chinese="stack 沿新的轴把张量叠起来；每个张量得到上游梯度中自己的那一层。",
)
REPEAT: Final = Structural(
    name="repeat",
    glyph="⧉⧉",
    attributes={"repeats": REQUIRED},
    array=lambda x, repeats: np.tile(x, repeats),
    shape=_repeated_shape,
    vjp=(_gathered,),
    shown=(("Σ G", r"\sum G"),),
    linear=True,
    english="Each element was repeated, so it gets the sum of the upstream gradients of its repeats.",
    chinese="每个元素被重复了多次，所以得到各次重复的上游梯度之和。",
)
FLIP: Final[Structural] = Structural(
    name="flip",
    glyph="⇋",
    attributes={"dims": REQUIRED},
    array=lambda x, dims: np.flip(x, shapes.axes(dims, x.ndim)) if dims != () else x,
    vjp=(lambda g, x, dims, out: FLIP(g, dims),),
    shown=(("flip(G)", r"\text{flip}(G)"),),
    linear=True,
    english="Flipping reverses the order along an axis; the upstream gradient is flipped back.",
    chinese="flip 沿某个轴颠倒次序；上游梯度再颠倒回来。",
)
ROLL: Final[Structural] = Structural(
    name="roll",
    glyph="↻",
    attributes={"shifts": REQUIRED, "dims": None},
    array=_rolled,
    vjp=(lambda g, x, shifts, dims, out: ROLL(g, _negated(shifts), dims),),
    shown=(("roll⁻¹(G)", r"\text{roll}^{-1}(G)"),),
    linear=True,
    english="Rolling moves elements round in a circle; the upstream gradient is rolled the other way.",
    chinese="roll 让元素循环移动；上游梯度朝相反方向移动。",
)
PAD: Final[Structural] = Structural(
    name="pad",
    glyph="⬚",
    attributes={"pad": REQUIRED, "mode": "constant", "value": 0.0},
    array=_bordered,
    shape=_bordered_shape,
    vjp=(lambda g, x, pad, mode, value, out: PAD(g, _negated(pad), "constant", 0.0),),
    shown=(("unpad(G)", r"\operatorname{unpad}(G)"),),
    linear=False,
    english="Padding adds a border of a fixed number; the upstream gradient loses its border again.",
    chinese="填充在四周加一圈固定的数；上游梯度再去掉这一圈。",
)

TABLE: Final = (CAT, STACK, REPEAT, FLIP, ROLL, PAD)
