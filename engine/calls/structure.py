"""Functions that give tensors other shapes and types, or tell their shape."""

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from engine import dtypes, shapes
from engine.calls.signature import as_tensor, dims, numbers, whole
from engine.errors import InputError
from engine.messages import Message
from engine.ops.diagonals import DIAG, DIAGONAL
from engine.ops.joining import CAT, FLIP, PAD, REPEAT, ROLL, STACK
from engine.ops.shaping import DETACH, EXPAND, PERMUTE, RESHAPE, SUM_TO_SIZE, TO, TRANSPOSE, VIEW
from engine.tensor import Tensor, apply, literal


def _sized(op: Any) -> Callable[..., Tensor]:
    """An op with one tuple of numbers: `view(2, 3)` or `view((2, 3))`."""

    def called(input: Tensor, *size: Any) -> Tensor:
        return apply(op, as_tensor(input), attributes=(numbers(size[0], size[1:]) if size else (),))

    return called


def _as(op: Any) -> Callable[..., Tensor]:
    """An op that takes its new shape from another tensor."""

    def called(input: Tensor, other: Tensor) -> Tensor:
        return apply(op, input, attributes=(other.shape,))

    return called


def _transpose(input: Tensor, dim0: Any, dim1: Any) -> Tensor:
    return apply(TRANSPOSE, input, attributes=(whole(dim0), whole(dim1)))


def _t(input: Tensor) -> Tensor:
    if input.ndim > 2:
        raise InputError(
            Message("t() expects a tensor with at most 2 axes, and this one has {rank}", rank=input.ndim),
            hint=Message("use .mT, .transpose(0, 1) or .permute(...)"),
        )
    return _transpose(input, 0, 1) if input.ndim == 2 else input


def _reversed(input: Tensor) -> Tensor:
    return _t(input) if input.ndim < 3 else apply(PERMUTE, input, attributes=(tuple(range(input.ndim))[::-1],))


def _matrix_transpose(input: Tensor) -> Tensor:
    if input.ndim < 2:
        raise InputError(
            Message("mT needs at least 2 axes, and this tensor has {rank}", rank=input.ndim),
            hint=Message("use unsqueeze to make it a row or a column"),
        )
    return _transpose(input, -2, -1)


def _movedim(input: Tensor, source: Any, destination: Any) -> Tensor:
    one = [
        shapes.axis(whole(each), input.ndim) for each in (source if isinstance(source, (list, tuple)) else (source,))
    ]
    other = destination if isinstance(destination, (list, tuple)) else (destination,)
    order = [axis for axis in range(input.ndim) if axis not in one]
    for place, axis in sorted(zip([shapes.axis(whole(each), input.ndim) for each in other], one, strict=True)):
        order.insert(place, axis)
    return apply(PERMUTE, input, attributes=(tuple(order),))


def _unflatten(input: Tensor, dim: Any, sizes: Any) -> Tensor:
    axis = shapes.axis(whole(dim), input.ndim)
    parts, size = list(map(whole, sizes)), input.shape[axis]
    if parts.count(-1) == 1 and (known := math.prod(each for each in parts if each != -1)) and size % known == 0:
        parts[parts.index(-1)] = size // known
    if math.prod(parts) != size:
        raise InputError(
            Message("unflatten: {sizes} for an axis of {size}", sizes=tuple(sizes), size=size),
            hint=Message("the product of the sizes must be the size of the axis"),
        )
    return apply(RESHAPE, input, attributes=((*input.shape[:axis], *parts, *input.shape[axis + 1 :]),))


def _joining(op: Any) -> Callable[..., Tensor]:
    def called(tensors: Sequence[Any], dim: Any = 0) -> Tensor:
        return apply(op, *_all(tensors), attributes=(whole(dim),))

    return called


def _all(given: Any) -> list[Tensor]:
    """A list of tensors; numbers in it are as PyTorch would take them beside the others."""
    items = list(given)
    beside = next((each for each in items if isinstance(each, Tensor)), None)
    return [each if isinstance(each, Tensor) or beside is None else literal(each, beside) for each in items]


def _stacked(rank: int, dim: int) -> Callable[..., Tensor]:
    """Joined along `dim`, after vectors have been given at least `rank` axes."""

    def called(tensors: Sequence[Tensor]) -> Tensor:
        raised = [
            each.reshape((1,) * (rank - each.ndim) + each.shape) if each.ndim < rank else each for each in tensors
        ]
        return apply(CAT, *raised, attributes=(dim if raised and raised[0].ndim > dim else 0,))

    return called


def _tile(input: Tensor, *dims: Any) -> Tensor:
    repeats = numbers(dims[0], dims[1:])
    return apply(REPEAT, input, attributes=((1,) * (input.ndim - len(repeats)) + repeats,))


def _flip(input: Tensor, *dims: Any) -> Tensor:
    return apply(FLIP, input, attributes=(numbers(dims[0], dims[1:]),))


def _roll(input: Tensor, shifts: Any, dims: Any = None) -> Tensor:
    one, other = _pair(shifts), _pair(dims) if dims is not None else None
    if other is not None and isinstance(one, int) != isinstance(other, int):
        one, other = numbers(one, ()), numbers(other, ())
    return apply(ROLL, input, attributes=(one, other))


def _pair(given: Any) -> Any:
    return dims(given) if not isinstance(given, (list, tuple)) or len(given) != 1 else whole(given[0])


def _pad(input: Tensor, pad: Any, mode: str = "constant", value: Any = None) -> Tensor:
    return apply(PAD, input, attributes=(tuple(map(whole, pad)), mode, 0.0 if value is None else value))


def _meshgrid(*tensors: Any, indexing: str = "ij") -> tuple[Tensor, ...]:
    given = list(tensors[0]) if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)) else list(tensors)
    if indexing not in ("ij", "xy"):
        raise InputError(
            Message("meshgrid: indexing is {indexing}", indexing=indexing), hint=Message("it is 'ij' or 'xy'")
        )
    if indexing == "xy" and len(given) > 1:
        turned = _meshgrid(given[1], given[0], *given[2:])
        return tuple(turned[place] for place in (1, 0, *range(2, len(given))))
    sizes = tuple(math.prod(each.shape) for each in given)
    return tuple(
        each.reshape((1,) * place + (-1,) + (1,) * (len(given) - place - 1)).expand(sizes)
        for place, each in enumerate(given)
    )


def _to(input: Tensor, *to: Any, dtype: Any = None, device: Any = None, copy: bool = False, **_: Any) -> Tensor:
    """Another element type; a device is taken and makes no difference."""
    for each in to:
        if isinstance(each, Tensor):
            dtype = each.dtype
        elif isinstance(each, (np.dtype, type)) or each in dtypes.NAMES:
            dtype = each
    kind = input.dtype if dtype is None else dtypes.dtype(dtype)
    return input if kind == input.dtype else apply(TO, input, attributes=(str(kind),))


def _typed(kind: np.dtype[Any]) -> Callable[[Tensor], Tensor]:
    return lambda input: _to(input, kind)


def _diag(input: Tensor, diagonal: Any = 0) -> Tensor:
    """A vector becomes a matrix, of a matrix the diagonal is taken."""
    offset = whole(diagonal)
    if input.ndim == 2:
        return apply(DIAGONAL, input, attributes=(offset, 0, 1))
    return apply(DIAG, input, attributes=(offset,))


def _detach(input: Tensor) -> Tensor:
    return apply(DETACH, input)


def _size(input: Tensor, dim: Any = None) -> Any:
    return input.shape if dim is None else input.shape[shapes.axis(whole(dim), input.ndim)]


def _numel(input: Tensor) -> int:
    return math.prod(input.shape)


def _self(input: Tensor, *_: Any, **__: Any) -> Tensor:
    """The tensor itself: it lies in memory in order, and on the only device there is."""
    return input


Function = Callable[..., Any]
PROPERTIES: Final[Mapping[str, Callable[[Tensor], Any]]] = MappingProxyType(
    {"T": _reversed, "mT": _matrix_transpose, "H": _t}
)
"""What a tensor has without brackets: `W.T`."""
METHODS: Final[Mapping[str, Function]] = MappingProxyType(
    {
        "reshape": _sized(RESHAPE),
        "view": _sized(VIEW),
        "expand": _sized(EXPAND),
        "broadcast_to": _sized(EXPAND),
        "permute": _sized(PERMUTE),
        "repeat": _sized(REPEAT),
        "sum_to_size": _sized(SUM_TO_SIZE),
        "view_as": _as(VIEW),
        "reshape_as": _as(RESHAPE),
        "expand_as": _as(EXPAND),
        "transpose": _transpose,
        "swapaxes": _transpose,
        "swapdims": _transpose,
        "t": _t,
        "adjoint": _matrix_transpose,
        "movedim": _movedim,
        "moveaxis": _movedim,
        "ravel": lambda input: input.reshape(-1),
        "unflatten": _unflatten,
        "tile": _tile,
        "flip": _flip,
        "fliplr": lambda input: _flip(input, 1),
        "flipud": lambda input: _flip(input, 0),
        "roll": _roll,
        "diag": _diag,
        "to": _to,
        "type": _to,
        "type_as": lambda input, other: _to(input, other),
        "float": _typed(dtypes.FLOAT32),
        "double": _typed(dtypes.FLOAT64),
        "long": _typed(dtypes.INT64),
        "int": _typed(dtypes.NARROW["int32"]),
        "short": _typed(dtypes.NARROW["int16"]),
        "char": _typed(dtypes.NARROW["int8"]),
        "byte": _typed(dtypes.NARROW["uint8"]),
        "bool": _typed(dtypes.BOOL),
        "contiguous": _self,
        "cpu": _self,
        "detach": _detach,
        "size": _size,
        "dim": lambda input: input.ndim,
        "ndimension": lambda input: input.ndim,
        "numel": _numel,
        "nelement": _numel,
        "is_floating_point": lambda input: input.dtype.kind == "f",
        "is_contiguous": lambda input: bool(np.asarray(input.value).flags.c_contiguous),
        "element_size": lambda input: input.dtype.itemsize,
    }
)
"""Methods of a tensor."""
_METHODS_ONLY: Final = {
    *(
        "view",
        "expand",
        "repeat",
        "sum_to_size",
        "view_as",
        "reshape_as",
        "expand_as",
        "to",
        "type",
        "type_as",
        "float",
    ),
    *("double", "long", "int", "bool", "contiguous", "cpu", "size", "dim", "ndimension", "nelement", "is_contiguous"),
    *("element_size",),
}
FUNCTIONS: Final[Mapping[str, Function]] = MappingProxyType(
    {
        **{name: call for name, call in METHODS.items() if name not in _METHODS_ONLY},
        "cat": _joining(CAT),
        "concat": _joining(CAT),
        "concatenate": _joining(CAT),
        "stack": _joining(STACK),
        "vstack": _stacked(2, 0),
        "hstack": _stacked(1, 1),
        "row_stack": _stacked(2, 0),
        "pad": _pad,
        "meshgrid": _meshgrid,
    }
)
"""By PyTorch's name."""
FUNCTIONS_ONLY: Final = frozenset(
    {
        *("cat", "stack", "pad", "index", "zeros_like", "embedding", "one_hot", "einsum", "unfold", "fold"),
        *("conv1d", "conv2d", "max_pool1d", "max_pool2d", "avg_pool1d", "avg_pool2d"),
    }
)
"""Rows of the table that are no methods of a tensor under their name."""
