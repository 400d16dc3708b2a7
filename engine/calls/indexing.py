"""Indexing as Python writes it, and PyTorch's functions that take elements by their places."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from engine import dtypes, shapes
from engine.calls.signature import as_tensor, whole
from engine.errors import InputError
from engine.messages import Message
from engine.ops.gathering import EMBEDDING, GATHER, NONZERO, ONE_HOT, SCATTER, SCATTER_ADD
from engine.ops.indexing import ALL, ARRAY, INDEX, INDEX_PUT, MASK, REST
from engine.tensor import Tensor, apply, constant, literal

Function = Callable[..., Any]


def encoded(index: Any) -> tuple[list[Tensor], tuple[Any, ...]]:
    """An index as Python gives it to `__getitem__`: its arrays, and the rest as plain values."""
    arrays: list[Tensor] = []
    parts: list[Any] = []
    for each in index if isinstance(index, tuple) else (index,):
        if each is None:
            parts.append(None)
        elif each is ...:
            if REST in parts:
                raise InputError(
                    Message("an index can have one ellipsis ('...')"), hint=Message("write : for the other axes")
                )
            parts.append(REST)
        elif isinstance(each, slice):
            parts.append(_slice(each))
        elif type(each) is int:
            parts.append(each)
        elif isinstance(each, Tensor) and not each.shape and each.dtype.kind in "iu":
            parts.append(whole(each))
        else:
            arrays.append(_array(each))
            parts.append(MASK if arrays[-1].dtype.kind == "b" else ARRAY)
    return arrays, tuple(parts)


def _slice(given: slice) -> tuple[int | None, int | None, int | None]:
    start, stop, step = (None if each is None else whole(each) for each in (given.start, given.stop, given.step))
    if step is not None and step <= 0:
        raise InputError(
            Message("slice step must be greater than zero"), hint=Message("reverse an axis with .flip(dim)")
        )
    return start, stop, None if step == 1 else step


def _array(given: Any) -> Tensor:
    """Places as a tensor: whole numbers or truth values."""
    made = given if isinstance(given, Tensor) else None
    if made is None:
        bare = (
            np.asarray([each.value if isinstance(each, Tensor) else each for each in given])
            if isinstance(given, (list, range))
            else np.asarray(given)
        )
        made = constant(bare.astype(dtypes.INT64) if not bare.size or bare.dtype.kind in "iu" else bare)
    if made.dtype.kind == "f":
        raise InputError(
            Message(
                "tensors used as indices must be whole numbers or truth values, and this one is {dtype}",
                dtype=made.dtype,
            ),
            hint=Message("convert it with .long()"),
        )
    return made


def get(x: Tensor, index: Any) -> Tensor:
    """`x[index]`."""
    arrays, parts = encoded(index)
    return apply(INDEX, x, *arrays, attributes=(parts,))


def put(x: Tensor, index: Any, value: Any, accumulate: bool = False) -> Tensor:
    """What `x[index] = value` makes of x, as a new result; `x` itself stays."""
    arrays, parts = encoded(index)
    placed = value if isinstance(value, Tensor) else literal(value, x)
    return apply(INDEX_PUT, x, placed, *arrays, attributes=(parts, bool(accumulate)))


def _index_put(input: Tensor, indices: Any, values: Any, accumulate: bool = False) -> Tensor:
    return put(input, tuple(indices), values, accumulate)


def _along(input: Tensor, dim: Any, part: Any) -> Tensor:
    axis = shapes.axis(whole(dim), input.ndim)
    arrays, parts = encoded(part)
    return apply(INDEX, input, *arrays, attributes=((ALL,) * axis + parts,))


def _index_select(input: Tensor, dim: Any, index: Any) -> Tensor:
    return _along(input, dim, as_tensor(index).reshape(-1))


def _select(input: Tensor, dim: Any, index: Any) -> Tensor:
    return _along(input, dim, whole(index))


def _narrow(input: Tensor, dim: Any, start: Any, length: Any) -> Tensor:
    axis, begin, count = shapes.axis(whole(dim), input.ndim), whole(start), whole(length)
    size = input.shape[axis]
    begin += size if begin < 0 else 0
    if count < 0 or not 0 <= begin <= size - count:
        raise InputError(
            Message(
                "narrow: {count} elements from {start} on, along an axis of {size}", count=count, start=begin, size=size
            ),
            hint=Message("start + length must not be larger than the size"),
        )
    return _along(input, axis, slice(begin, begin + count))


def _split(tensor: Tensor, split_size_or_sections: Any, dim: Any = 0) -> tuple[Tensor, ...]:
    size = tensor.shape[shapes.axis(whole(dim), tensor.ndim)]
    if isinstance(split_size_or_sections, (list, tuple)):
        sizes = list(map(whole, split_size_or_sections))
        fits = sum(sizes) == size and min(sizes, default=0) >= 0
    else:
        each = whole(split_size_or_sections)
        fits = each > 0 or each == size == 0
        sizes = [min(each, size - start) for start in range(0, size, each)] if fits and size else [0]
    if not fits:
        raise InputError(
            Message("split: {sections} for an axis of {size}", sections=split_size_or_sections, size=size),
            hint=Message("sections add up to the size; one number is the size of each part"),
        )
    starts = [sum(sizes[:index]) for index in range(len(sizes))]
    return tuple(_narrow(tensor, dim, start, count) for start, count in zip(starts, sizes, strict=True))


def _chunk(input: Tensor, chunks: Any, dim: Any = 0) -> tuple[Tensor, ...]:
    size, count = input.shape[shapes.axis(whole(dim), input.ndim)], whole(chunks)
    if count <= 0:
        raise InputError(Message("chunk: there must be at least one"), hint=Message("write chunk(2)"))
    if not size:
        return _split(input, [0] * count, dim)
    return _split(input, -(-size // count), dim)


def _unbind(input: Tensor, dim: Any = 0) -> tuple[Tensor, ...]:
    axis = shapes.axis(whole(dim), input.ndim)
    return tuple(_select(input, axis, index) for index in range(input.shape[axis]))


def _masked_select(input: Tensor, mask: Tensor) -> Tensor:
    shape = np.broadcast_shapes(input.shape, mask.shape)
    return get(_wide(input, shape), _wide(mask, shape))


def _take(input: Tensor, index: Tensor) -> Tensor:
    return get(input.reshape(-1), index)


def _repeat_interleave(input: Tensor, repeats: Any, dim: Any = None) -> Tensor:
    given = input.reshape(-1) if dim is None else input
    axis = shapes.axis(0 if dim is None else whole(dim), given.ndim)
    counts = np.asarray(repeats.value if isinstance(repeats, Tensor) else repeats)
    shapes.charge((int(counts.sum()) * (given.shape[axis] if counts.size == 1 else 1),))
    return _along(given, axis, constant(np.repeat(np.arange(given.shape[axis]), counts)))


def _gather(input: Tensor, dim: Any, index: Tensor, *, sparse_grad: bool = False) -> Tensor:
    return apply(GATHER, input, index, attributes=(whole(dim),))


def _take_along_dim(input: Tensor, indices: Tensor, dim: Any = None) -> Tensor:
    if dim is None:
        return _gather(input.reshape(-1), 0, indices.reshape(-1))
    axis = shapes.axis(whole(dim), input.ndim)
    one, other = list(input.shape), list(indices.shape)
    one[axis] = other[axis] = 1
    common = list(np.broadcast_shapes(tuple(one), tuple(other)))
    common[axis] = input.shape[axis]
    wide = list(common)
    wide[axis] = indices.shape[axis]
    return _gather(_wide(input, tuple(common)), axis, _wide(indices, tuple(wide)))


def _wide(x: Tensor, shape: tuple[int, ...]) -> Tensor:
    return x if x.shape == shape else x.expand(shape)


def _scattering(op: Any) -> Function:
    def called(input: Tensor, dim: Any, index: Tensor, src: Any = None, value: Any = None) -> Tensor:
        given = value if src is None else src
        placed = given if isinstance(given, Tensor) else literal(given, input)
        if placed.dtype != input.dtype:
            raise InputError(
                Message("scatter: the element types {one} and {other} differ", one=input.dtype, other=placed.dtype),
                hint=Message("convert one of them, for example with .float()"),
            )
        return apply(op, input, index, placed, attributes=(whole(dim),))

    return called


def _one_hot(tensor: Tensor, num_classes: Any = -1) -> Tensor:
    return apply(ONE_HOT, tensor, attributes=(whole(num_classes),))


def _nonzero(input: Tensor, as_tuple: bool = False) -> Any:
    places = apply(NONZERO, input)
    return tuple(_unbind(places, 1)) if as_tuple else places


def _embedding(input: Tensor, weight: Tensor, padding_idx: Any = None) -> Tensor:
    return apply(EMBEDDING, input, weight, attributes=(None if padding_idx is None else whole(padding_idx),))


METHODS: Final[Mapping[str, Function]] = MappingProxyType(
    {
        "__getitem__": get,
        "index_put": _index_put,
        "index_select": _index_select,
        "select": _select,
        "narrow": _narrow,
        "split": _split,
        "chunk": _chunk,
        "unbind": _unbind,
        "masked_select": _masked_select,
        "take": _take,
        "repeat_interleave": _repeat_interleave,
        "gather": _gather,
        "scatter": _scattering(SCATTER),
        "scatter_add": _scattering(SCATTER_ADD),
        "take_along_dim": _take_along_dim,
        "nonzero": _nonzero,
        "argwhere": _nonzero,
    }
)
"""Methods of a tensor; all but `__getitem__` are functions too."""
FUNCTIONS: Final[Mapping[str, Function]] = MappingProxyType(
    {
        **{name: call for name, call in METHODS.items() if not name.startswith("_")},
        "one_hot": _one_hot,
        "embedding": _embedding,
    }
)
"""By PyTorch's name."""
