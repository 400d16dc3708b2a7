"""Taking elements out by their places, and putting elements in: each is the other's way back.

An index is kept as a tuple of plain values: whole numbers, slices as `(start, stop, step)`, None for a new axis,
"..." for all other axes, and ARRAY or MASK where an operand with whole numbers or truth values stands.
"""

import math
from typing import Any, Final

import numpy as np

from engine import dtypes, shapes
from engine.errors import InputError, ShapeError
from engine.formula import Formula
from engine.messages import Message
from engine.ops.row import REQUIRED, Structural, Traced
from engine.ops.shaping import ZEROS_LIKE
from engine.shapes import Shape

ARRAY: Final = "array"
MASK: Final = "mask"
REST: Final = "..."
ALL: Final = (None, None, None)
Index = tuple[Any, ...]


def _items(index: Index, arrays: Any) -> list[tuple[Any, Any]]:
    """The parts of an index, those of arrays and masks with what stands for them in `arrays`."""
    waiting = iter(arrays)
    items = [(each, next(waiting)) if each in (ARRAY, MASK) else (each, None) for each in index]
    return items if REST in index else [*items, (REST, None)]


def _width(each: Any, rank: int) -> int:
    """How many axes a part of an index uses up."""
    return 0 if each is None or each == REST else rank if each == MASK else 1


def _free(given: Shape, items: list[tuple[Any, Any]]) -> int:
    """How many axes are left for the "..."."""
    used = sum(_width(each, 0 if array is None else array.ndim) for each, array in items)
    if used > len(given):
        raise ShapeError(
            Message("{count} indices for a tensor of {shape}", count=used, shape=shapes.text(given)),
            hint=Message("it has {rank} axes", rank=len(given)),
        )
    return len(given) - used


def _parted(shape: Shape, arrays: Any, index: Index) -> tuple[Index, Index]:
    """What NumPy does in two steps: whole numbers, slices and new axes, then arrays (empty: there are none).

    In two, since PyTorch does not count a whole number among the arrays, and NumPy does.
    """
    items = _items(index, arrays)
    free = _free(shape, items)
    simple: list[Any] = []
    advanced: list[Any] = []
    axis = 0
    for each, array in items:
        if each is None:
            simple.append(None)
            advanced.append(slice(None))
        elif each == REST:
            simple.extend([slice(None)] * free)
            advanced.extend([slice(None)] * free)
            axis += free
        elif array is not None:
            _check(array, each, shape, axis)
            width = _width(each, array.ndim)
            simple.extend([slice(None)] * width)
            advanced.append(array)
            axis += width
        elif type(each) is int:
            if not -shape[axis] <= each < shape[axis]:
                raise outside(each, axis, shape[axis])
            simple.append(each)
            axis += 1
        else:
            simple.append(slice(*each))
            advanced.append(slice(None))
            axis += 1
    return tuple(simple), tuple(advanced) if arrays else ()


def outside(place: int, axis: int, size: int) -> InputError:
    """An index that is too large."""
    return InputError(
        Message(
            "index {index} is out of bounds for dimension {dim} with size {size}", index=place, dim=axis, size=size
        ),
        hint=Message("the first is 0, the last is the size minus 1"),
    )


def _check(array: Any, kind: str, shape: Shape, axis: int) -> None:
    if kind == MASK:
        if array.shape != shape[axis : axis + array.ndim]:
            raise ShapeError(
                Message(
                    "the mask is {mask} and the tensor {shape}", mask=shapes.text(array.shape), shape=shapes.text(shape)
                ),
                hint=Message("a mask has one truth value for each element it chooses from"),
            )
    elif array.size:
        low, high = int(array.min()), int(array.max())
        if low < -shape[axis] or high >= shape[axis]:
            raise outside(high if high >= shape[axis] else low, axis, shape[axis])


def _taken(x: Any, *rest: Any) -> Any:
    *arrays, index = rest
    simple, advanced = _parted(x.shape, arrays, index)
    return x[simple][advanced] if advanced else x[simple]


def _taken_shape(given: Shape, *rest: Any) -> Shape:
    """How much is charged: nothing for a view; with arrays, what they reach times what stands beside them."""
    *arrays, index = rest
    if not arrays:
        return ()
    sizes: list[int] = []
    reached: list[Shape] = []
    axis = 0
    items = _items(index, arrays)
    rest_width = len(given) - sum(_width(each, len(array or ())) for each, array in items)
    for each, array in items:
        if each == REST:
            sizes.extend(given[axis : axis + rest_width])
            axis += rest_width
            continue
        if each == ARRAY:
            reached.append(array)
        elif each == MASK:
            sizes.append(math.prod(array))
        elif type(each) is tuple:
            sizes.extend(len(range(*slice(*each).indices(size))) for size in given[axis : axis + 1])
        axis += _width(each, len(array or ()))
    try:
        return (*np.broadcast_shapes(*reached), *sizes)
    except ValueError:
        raise ShapeError(
            Message("index arrays of {shapes} do not fit", shapes=", ".join(map(shapes.text, reached))),
            hint=Message("seen from the right, sizes must be equal, or one of them 1"),
        ) from None


def _put(x: Any, values: Any, *rest: Any) -> Any:
    *arrays, index, accumulate = rest
    made = x.copy()
    simple, advanced = _parted(made.shape, arrays, index)
    values = values.astype(made.dtype, copy=False)
    try:
        if not advanced:
            if accumulate:
                made[simple] += values
            else:
                made[simple] = values
        elif accumulate:
            np.add.at(_view(made, simple), advanced, values)
        else:
            _view(made, simple)[advanced] = values
    except ValueError:
        reached = made[simple][advanced] if advanced else made[simple]
        raise ShapeError(
            Message(
                "{values} do not fit into the places of {shape}",
                values=shapes.text(values.shape),
                shape=shapes.text(np.shape(reached)),
            ),
            hint=Message("seen from the right, sizes must be equal, or 1 in what is put in"),
        ) from None
    return made


def _view(array: Any, simple: Any) -> Any:
    """A part of an array that shares its memory, also where it is a single number."""
    part = array[simple]
    return part if isinstance(part, np.ndarray) else array[(*simple, ...)]


def _put_back(position: int, g: Any, *rest: Any) -> Any:
    _x, _values, *arrays, index, accumulate, _out = rest
    if position == 0:
        return g if accumulate else INDEX_PUT(g, 0.0, *arrays, index, False)
    return INDEX(g, *arrays, index) if position == 1 else None


def scattered(g: Any, x: Any, arrays: Any, index: Index) -> Any:
    """Zeros like `x`, with `g` added at the places of an index."""
    if isinstance(g, Traced):
        return INDEX_PUT(ZEROS_LIKE(x), g, *arrays, index, True)
    return _put(np.zeros(x.shape, x.dtype), dtypes.array(g), *arrays, index, True)


def narrowed(x: Any, axis: int, start: int, stop: int) -> Any:
    """The part of `x` from `start` to before `stop` along one axis (counted from 0)."""
    return INDEX(x, (*(ALL,) * axis, (start, stop, None)))


def written(index: Index, names: Any) -> str:
    """An index as Python writes it: `0, 1:3, None, ..., i`."""
    waiting = iter(names)

    def part(each: Any) -> str:
        if each in (ARRAY, MASK):
            return str(next(waiting))
        if type(each) is not tuple:
            return str(each)
        start, stop, step = ("" if value is None else str(value) for value in each)
        return f"{start}:{stop}:{step}" if step else f"{start}:{stop}"

    return ", ".join(map(part, index))


def _at(x: Formula, arrays: Any, index: Index) -> Formula:
    plain = written(index, [each.plain for each in arrays]).replace("-", "−")
    latex = written(index, [each.latex for each in arrays]).replace("...", r"\dots").replace("None", r"\text{None}")
    return Formula(f"{x.plain}[{plain}]", f"{x.latex}[{latex}]")


INDEX: Final[Structural] = Structural(
    name="index",
    glyph="[ ]",
    operands=("input", "indices"),
    attributes={"index": REQUIRED},
    variadic=True,
    array=_taken,
    shape=_taken_shape,
    notation=lambda x, *rest: _at(x, rest[:-1], rest[-1]),
    vjp=lambda position, g, x, *rest: None if position else scattered(g, x, rest[:-2], rest[-2]),
    shown=(("zeros[i] += G", r"\text{zeros}[i] \;\text{+=}\; G"), ("0", "0")),
    linear=True,
    english="Indexing puts the upstream gradient back where the elements came from, "
    "adding up where one was taken twice; all others get 0.",
    chinese="索引把上游梯度放回元素原来的位置，取过多次的就累加；其余位置得到 0。",
)
INDEX_PUT: Final[Structural] = Structural(
    name="index_put",
    glyph="[ ]←",
    operands=("input", "values", "indices"),
    attributes={"index": REQUIRED, "accumulate": False},
    variadic=True,
    array=_put,
    notation=lambda x, values, *rest: Formula(
        f"{_at(x, rest[:-2], rest[-2]).plain} {'+' if rest[-1] else ''}← {values.plain}",
        rf"{_at(x, rest[:-2], rest[-2]).latex} {'+' if rest[-1] else ''}\leftarrow {values.latex}",
    ),
    vjp=_put_back,
    shown=(
        ("G, G[i] = 0", r"G, \; G[i] = 0"),
        ("G[index]", r"G[\text{index}]"),
        ("0", "0"),
    ),
    linear=True,
    english="What is put in gets the upstream gradient of its place; what it replaced gets 0.",
    chinese="放进去的值得到它所在位置的上游梯度；被替换的值得到 0。",
)

TABLE: Final = (INDEX, INDEX_PUT)
