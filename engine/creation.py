"""Makes tensors out of nothing: their element types are PyTorch's, float32 where fractions are meant."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from engine import dtypes, shapes
from engine.calls.signature import numbers, whole
from engine.dtypes import Array, DType
from engine.errors import InputError
from engine.messages import Message
from engine.tensor import Origin, Tensor, constant, tensor


def _leaf(array: Any, requires_grad: bool) -> Tensor:
    made = constant(dtypes.normal(array))
    made.origin = Origin("parameter" if requires_grad else "leaf")
    return made.requires_grad_() if requires_grad else made


def _type(dtype: Any, default: DType = dtypes.DEFAULT) -> DType:
    return default if dtype is None else dtypes.dtype(dtype)


def _bare(data: Any) -> Any:
    """Nested lists without tensors in them."""
    if isinstance(data, Tensor):
        return np.asarray(data.value)
    return [_bare(each) for each in data] if isinstance(data, (list, tuple, range)) else data


def _kind(data: Any) -> DType:
    """What PyTorch makes of plain data: true/false bool, whole numbers int64, anything with a fraction float32."""
    if isinstance(data, Tensor):
        return data.dtype
    bare = _bare(data)
    if isinstance(bare, np.ndarray):
        return dtypes.of(dtypes.normal(bare)) if bare.dtype.kind in "biuf" else dtypes.DEFAULT
    waiting, found = [bare], None
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting.extend(each)
        elif isinstance(each, np.ndarray):
            found = dtypes.joined(found, each.dtype)
        else:
            own = dtypes.BOOL if isinstance(each, bool) else dtypes.INT64 if isinstance(each, int) else dtypes.DEFAULT
            found = dtypes.joined(found, own)
    return found or dtypes.DEFAULT


def _tensor(data: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A leaf that holds a copy of `data`. NB: `torch.tensor`."""
    kind = _type(dtype, _kind(data))
    made = tensor(_bare(data), dtype=kind if kind.kind not in "iu" else None)
    if kind.kind in "iu":  # whole numbers beyond 2⁵³ must not go through fractions
        try:
            made = constant(np.array(_bare(data)).astype(kind))
        except (OverflowError, ValueError):
            raise InputError(
                Message("this number is too large for int64"), hint=Message("the largest is about 9.2e18")
            ) from None
    shapes.charge(made.shape)
    return _leaf(made.value, requires_grad)


def _as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Tensor:
    """The tensor itself if it is one of that type already."""
    if isinstance(data, Tensor):
        return data if dtype is None or data.dtype == _type(dtype) else data.to(dtype)
    return _tensor(data, dtype)


def _legacy(kind: DType) -> Callable[..., Tensor]:
    def made(*data: Any) -> Tensor:
        """Data, or sizes. NB: `torch.Tensor([1., 2.])`, `torch.Tensor(2, 3)`."""
        if len(data) == 1 and not isinstance(data[0], int):
            return _tensor(data[0], kind)
        return _full(data or (0,), 0, dtype=kind)

    return made


def _full(size: Any, fill_value: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """All elements the same number."""
    value = fill_value.item() if isinstance(fill_value, Tensor) else fill_value
    shape = _size((size,))
    return _leaf(np.full(shape, value, _type(dtype, _kind(value))), requires_grad)


def _size(size: tuple[Any, ...]) -> tuple[int, ...]:
    """A shape, charged to the budget. Raises `InputError` if a size is negative."""
    shape = numbers(size[0], size[1:]) if size else ()
    if min(shape, default=0) < 0:
        raise InputError(
            Message("a size cannot be negative: {shape}", shape=shapes.text(shape)), hint=Message("sizes are 0 or more")
        )
    shapes.charge(shape)
    return shape


def _filled(number: int) -> Callable[..., Tensor]:
    def made(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
        """Sizes as numbers or as one tuple."""
        return _leaf(np.full(_size(size), number, _type(dtype)), requires_grad)

    return made


def _filled_like(number: int) -> Callable[..., Tensor]:
    def made(input: Tensor, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
        """The shape and type of another tensor."""
        return _leaf(np.full(_size((input.shape,)), number, _type(dtype, input.dtype)), requires_grad)

    return made


def _full_like(input: Tensor, fill_value: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """The shape and type of another tensor, all elements the same number."""
    return _full(input.shape, fill_value, _type(dtype, input.dtype), requires_grad=requires_grad)


def _eye(n: Any, m: Any = None, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones on the diagonal, zeros elsewhere."""
    rows, columns = _size((n, n if m is None else m))
    return _leaf(np.eye(rows, columns, dtype=_type(dtype)), requires_grad)


def _triangle(of: Callable[..., Any]) -> Callable[..., Tensor]:
    """The places of a triangle of a matrix: a row of rows, and a row of columns."""

    def called(row: Any, col: Any, offset: Any = 0, *, dtype: Any = None, device: Any = None) -> Tensor:
        rows, columns = _size((row, col))
        return _leaf(np.stack(of(rows, whole(offset), columns)).astype(_type(dtype, dtypes.INT64)), False)

    return called


def _arange(
    start: Any, end: Any = None, step: Any = 1, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """start, start + step, … before end."""
    begin, stop, width = (
        each.item() if isinstance(each, Tensor) else each
        for each in ((0, start) if end is None else (start, end)) + (step,)
    )
    if width == 0 or (stop - begin) * width < 0 or not math.isfinite((stop - begin) / width):
        raise InputError(
            Message("arange: no steps of {step} lead from {start} to {end}", step=width, start=begin, end=stop),
            hint=Message("the step must not be 0 and must point from start to end"),
        )
    (count,) = _size((math.ceil((stop - begin) / width),))
    kind = _type(dtype, dtypes.INT64 if all(isinstance(each, int) for each in (begin, stop, width)) else dtypes.DEFAULT)
    return _leaf((begin + np.arange(count) * width).astype(kind), requires_grad)


def _linspace(
    start: Any, end: Any, steps: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """So many numbers at equal distances, both ends included."""
    return _leaf(_even(float(start), float(end), steps, _type(dtype)), requires_grad)


def _even(start: float, end: float, steps: Any, kind: DType) -> Array:
    """From both ends to the middle, each in the type of the result, as PyTorch rounds."""
    (count,) = _size((steps,))
    first, last = np.array(start, kind), np.array(end, kind)
    if count < 2:
        return np.full(count, first)
    width = (last - first) / kind.type(count - 1)
    places = np.arange(count)
    rising, falling = first + width * places.astype(kind), last - width * (count - 1 - places).astype(kind)
    return np.asarray(np.where(places < count // 2, rising, falling), kind)


def _logspace(start: Any, end: Any, steps: Any, base: float = 10.0, dtype: Any = None, device: Any = None) -> Tensor:
    """`base` to the power of so many exponents at equal distances."""
    return _leaf(
        np.power(float(base), _even(float(start), float(end), steps, dtypes.FLOAT64)).astype(_type(dtype)), False
    )


def _new(fill: Callable[..., Tensor]) -> Callable[..., Tensor]:
    def made(input: Tensor, *size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
        """As the function without `new_`, in the type of this tensor."""
        return fill(*size, dtype=_type(dtype, input.dtype), requires_grad=requires_grad)

    return made


FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType(
    {
        "tensor": _tensor,
        "as_tensor": _as_tensor,
        "asarray": _as_tensor,
        "from_numpy": _as_tensor,
        "Tensor": _legacy(dtypes.FLOAT32),
        "FloatTensor": _legacy(dtypes.FLOAT32),
        "DoubleTensor": _legacy(dtypes.FLOAT64),
        "LongTensor": _legacy(dtypes.INT64),
        "BoolTensor": _legacy(dtypes.BOOL),
        "zeros": _filled(0),
        "ones": _filled(1),
        "empty": _filled(0),
        "full": _full,
        "zeros_like": _filled_like(0),
        "ones_like": _filled_like(1),
        "empty_like": _filled_like(0),
        "full_like": _full_like,
        "eye": _eye,
        "tril_indices": _triangle(np.tril_indices),
        "triu_indices": _triangle(np.triu_indices),
        "arange": _arange,
        "linspace": _linspace,
        "logspace": _logspace,
        "scalar_tensor": _tensor,
    }
)
"""By PyTorch's name."""
METHODS: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType(
    {
        "new_zeros": _new(FUNCTIONS["zeros"]),
        "new_ones": _new(FUNCTIONS["ones"]),
        "new_empty": _new(FUNCTIONS["empty"]),
        "new_full": _new(_full),
        "new_tensor": _new(_tensor),
    }
)
"""Those that take the type of the tensor they are a method of."""
