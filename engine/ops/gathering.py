"""Looking elements up by an array of places along one axis, and adding them up at their places."""

from typing import Any, Final

import numpy as np

from engine import dtypes, shapes
from engine.errors import InputError, ShapeError
from engine.messages import Message
from engine.ops.indexing import ALL, ARRAY, outside, scattered
from engine.ops.joining import PAD
from engine.ops.row import REQUIRED, Structural
from engine.ops.selection import EQ, WHERE
from engine.ops.shaping import UNSQUEEZE, ZEROS_LIKE
from engine.shapes import Shape


def _along(given: Shape, index: Any, dim: int, source: Shape | None = None) -> tuple[int, tuple[Any, ...]]:
    """The axis, and the places as NumPy takes them: `index` along the axis, counted numbers along the others."""
    axis = shapes.axis(dim, len(given))
    limits = zip(index.shape, given, source or index.shape, strict=False)
    if len(index.shape) != len(given) or any(
        own > other or (own > limit and place != axis) for place, (own, limit, other) in enumerate(limits)
    ):
        raise ShapeError(
            Message(
                "the index is {index} and does not fit {shape} along dim {dim}",
                index=shapes.text(index.shape),
                shape=shapes.text(given),
                dim=axis,
            ),
            hint=Message("it has as many axes, and is no larger but along that dim"),
        )
    if index.dtype.kind not in "iu":
        raise InputError(
            Message(
                "tensors used as indices must be whole numbers or truth values, and this one is {dtype}",
                dtype=index.dtype,
            ),
            hint=Message("convert it with .long()"),
        )
    if index.size:
        size = given[axis] if given else 1
        low, high = int(index.min()), int(index.max())
        if low < 0 or high >= size:
            raise outside(low if low < 0 else high, axis, size)
    places: list[Any] = list(np.ogrid[tuple(map(slice, index.shape))]) if index.ndim else []
    if places:
        places[axis] = index
    return axis, tuple(places)


def _gathered(x: Any, index: Any, dim: int) -> Any:
    if not index.size:  # PyTorch does not look at the other sizes then
        return np.zeros(index.shape, x.dtype)
    return x[_along(x.shape, index, dim)[1]]


def _scattered(x: Any, index: Any, source: Any, dim: int) -> Any:
    made = x.copy()
    values, places = _values(made, index, source, dim)
    made[places] = values
    return made


def _added(x: Any, index: Any, source: Any, dim: int) -> Any:
    made = x.copy()
    values, places = _values(made, index, source, dim)
    np.add.at(made, places, values)
    return made


def _values(x: Any, index: Any, source: Any, dim: int) -> tuple[Any, tuple[Any, ...]]:
    if not index.size:
        return np.zeros(0, x.dtype), tuple(np.zeros(0, int) for _ in x.shape)
    source = source.astype(x.dtype, copy=False)
    _, places = _along(x.shape, index, dim, source.shape if source.ndim else None)
    return source[tuple(map(slice, index.shape))] if source.ndim else source, places


def _looked_up(g: Any, index: Any, source: Any, dim: int) -> Any:
    """What comes back to a source that may have been larger than the index."""
    shape = shapes.of(source)
    if 0 in shapes.of(index):
        return ZEROS_LIKE(source)
    found = GATHER(g, index, dim)
    if not shape:
        return found.sum() if found.shape else found
    borders = [(0, whole - own) for own, whole in zip(index.shape, shape, strict=True)][::-1]
    return (
        PAD(found, tuple(each for pair in borders for each in pair), "constant", 0.0) if found.shape != shape else found
    )


def _embedded(index: Any, weight: Any, padding_idx: int | None) -> Any:
    if index.size and not 0 <= int(index.min()) <= int(index.max()) < len(weight):
        wrong = int(index.max())
        raise outside(wrong if wrong >= len(weight) else int(index.min()), 0, len(weight))
    return weight[index]


def _by_row(g: Any, index: Any, weight: Any, padding_idx: int | None, out: Any) -> Any:
    if padding_idx is not None:
        row = padding_idx % weight.shape[0]
        g = WHERE(UNSQUEEZE(EQ(index, float(row)), -1), 0.0, g)
    return scattered(g, weight, (index,), (ARRAY, ALL))


def _marked(x: Any, num_classes: int) -> Any:
    if x.dtype.kind not in "iu":
        raise InputError(
            Message("one_hot wants whole numbers, and these are {dtype}", dtype=x.dtype),
            hint=Message("convert it with .long()"),
        )
    classes = num_classes if num_classes >= 0 else int(x.max(initial=-1)) + 1
    if x.size and (int(x.min()) < 0 or int(x.max()) >= classes):
        raise InputError(
            Message("one_hot: a class is not from 0 to {last}", last=classes - 1),
            hint=Message("num_classes must be larger than every class"),
        )
    shapes.charge((*x.shape, classes))
    return (x[..., None] == np.arange(classes)).astype(dtypes.INT64)


GATHER: Final[Structural] = Structural(
    name="gather",
    glyph="⇤[ ]",
    operands=("input", "index"),
    attributes={"dim": REQUIRED},
    array=_gathered,
    shape=lambda given, index, dim: index,
    vjp=(lambda g, x, index, dim, out: SCATTER_ADD(ZEROS_LIKE(x), index, g, dim), None),
    shown=(("zeros[$1] += G", r"\text{zeros}[$1] \;\text{+=}\; G"), ("0", "0")),
    linear=True,
    english="Gathering looks elements up along one axis; their upstream gradients are added up where they came from.",
    chinese="gather 沿一个轴按位置取元素；上游梯度累加回它们原来的位置。",
)
SCATTER_ADD: Final[Structural] = Structural(
    name="scatter_add",
    glyph="⇥[ ]+",
    operands=("input", "index", "src"),
    attributes={"dim": REQUIRED},
    array=_added,
    vjp=(
        lambda g, x, index, source, dim, out: g,
        None,
        lambda g, x, index, source, dim, out: _looked_up(g, index, source, dim),
    ),
    shown=(("G", "G"), ("0", "0"), ("G[$1]", "G[$1]")),
    linear=True,
    english="Each added element gets the upstream gradient of the place it was added to; "
    "the tensor it was added to gets all of it.",
    chinese="加进去的每个元素得到它所在位置的上游梯度；被加的张量得到全部上游梯度。",
)
SCATTER: Final[Structural] = Structural(
    name="scatter",
    glyph="⇥[ ]",
    operands=("input", "index", "src"),
    attributes={"dim": REQUIRED},
    array=_scattered,
    vjp=(
        lambda g, x, index, source, dim, out: SCATTER(g, index, 0.0, dim),
        None,
        lambda g, x, index, source, dim, out: _looked_up(g, index, source, dim),
    ),
    shown=(("G, G[$1] = 0", r"G, \; G[$1] = 0"), ("0", "0"), ("G[$1]", "G[$1]")),
    linear=True,
    english="Scattering overwrites elements: the new ones get the upstream gradient of their place, the old ones 0.",
    chinese="scatter 覆盖一些元素：新元素得到所在位置的上游梯度，旧元素得到 0。",
)
EMBEDDING: Final = Structural(
    name="embedding",
    glyph="▤ᵢ",
    operands=("input", "weight"),
    attributes={"padding_idx": None},
    array=_embedded,
    shape=lambda index, weight, padding_idx: (*index, *weight[1:]),
    vjp=(None, _by_row),
    shown=(("0", "0"), ("zeros[$0] += G", r"\text{zeros}[$0] \;\text{+=}\; G")),
    linear=True,
    english="An embedding looks up rows of its weight; each row gets the sum of the upstream gradients "
    "of all places where it was looked up.",
    chinese="嵌入按编号查出权重的行；每一行得到所有查到它的位置的上游梯度之和。",
)
ONE_HOT: Final = Structural(
    name="one_hot",
    glyph="①",
    attributes={"num_classes": -1},
    array=_marked,
    vjp=(None,),
    shown=(("0", "0"),),
    differentiable=False,
    english="One-hot marks a class by a 1 among zeros; classes are whole numbers, so no gradient passes.",
    chinese="独热编码用一串 0 里的一个 1 表示类别；类别是整数，所以不传梯度。",
)
NONZERO: Final = Structural(
    name="nonzero",
    glyph="≠0",
    array=lambda x: np.argwhere(x).astype(dtypes.INT64),
    vjp=(None,),
    shown=(("0", "0"),),
    differentiable=False,
    english="The places of what is not zero are whole numbers, so no gradient passes.",
    chinese="非零元素的位置是整数，所以不传梯度。",
)

TABLE: Final = (GATHER, SCATTER, SCATTER_ADD, EMBEDDING, ONE_HOT, NONZERO)
