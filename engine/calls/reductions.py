"""Reductions as PyTorch writes them: element types, corrections, and pairs of values and indices."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from engine import dtypes, ops
from engine.calls.signature import as_tensor, dims, whole
from engine.errors import InputError
from engine.messages import Message
from engine.ops.extremes import ARGMAX, ARGMIN, ARGSORT, MAX, MEDIAN, MIN, SORT, TOPK, middle_place, top_places
from engine.ops.reductions import CUMPROD, CUMSUM, MEAN, NORM, PROD, STD, SUM, VAR
from engine.ops.row import Op
from engine.tensor import Tensor, apply, literal


class Selected(NamedTuple):
    """Elements and where they stood. NB: `torch.return_types.max` and its like."""

    values: Tensor
    indices: Tensor


def _converted(input: Any, dtype: Any) -> Tensor:
    given = as_tensor(input)
    return given if dtype is None else given.to(dtype)


def _total(op: Op) -> Callable[..., Tensor]:
    def called(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None, axis: Any = None) -> Tensor:
        dim = axis if dim is None else dim
        return apply(op, _converted(input, dtype), attributes=(dims(dim), bool(keepdim)))

    return called


def _run(op: Op) -> Callable[..., Tensor]:
    def called(input: Tensor, dim: Any, *, dtype: Any = None) -> Tensor:
        return apply(op, _converted(input, dtype), attributes=(whole(dim),))

    return called


def _prod(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    return apply(PROD, _converted(input, dtype), attributes=(None if dim is None else whole(dim), bool(keepdim)))


def _deviation(op: Op) -> Callable[..., Tensor]:
    def called(
        input: Tensor, dim: Any = None, unbiased: Any = None, keepdim: bool = False, *, correction: Any = None
    ) -> Tensor:
        if isinstance(dim, bool):  # x.var(False): the older way of writing it
            dim, unbiased = None, dim
        less = int(unbiased is not False) if correction is None else correction
        return apply(op, input, attributes=(dims(dim), less, bool(keepdim)))

    return called


def _norm(input: Tensor, p: Any = "fro", dim: Any = None, keepdim: bool = False, dtype: Any = None) -> Tensor:
    kept = p if isinstance(p, str) or p is None else float(p)
    return apply(NORM, _converted(input, dtype), attributes=(kept, dims(dim), bool(keepdim)))


def _extreme(op: Op, places: Op, between: str) -> Callable[..., Any]:
    def called(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
        if isinstance(dim, Tensor):
            return apply(ops.TABLE[between], input, dim)
        if dim is None:
            return apply(op, input, attributes=(None, False))
        settings = (whole(dim), bool(keepdim))
        return Selected(apply(op, input, attributes=settings), apply(places, input, attributes=settings))

    return called


def _median(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    if dim is None:
        return apply(MEDIAN, input, attributes=(None, False))
    axis = whole(dim)
    found = apply(MEDIAN, input, attributes=(axis, bool(keepdim)))
    places = middle_place(input.detach(), axis, found.detach())
    return Selected(found, places if keepdim else places.squeeze(axis))


def _sort(input: Tensor, dim: Any = -1, descending: bool = False, stable: bool = False) -> Selected:
    settings = (whole(dim), bool(descending))
    return Selected(apply(SORT, input, attributes=settings), apply(ARGSORT, input, attributes=settings))


def _argsort(input: Tensor, dim: Any = -1, descending: bool = False, stable: bool = False) -> Tensor:
    return apply(ARGSORT, input, attributes=(whole(dim), bool(descending)))


def _topk(input: Tensor, k: Any, dim: Any = -1, largest: bool = True, sorted: bool = True) -> Selected:
    settings = (whole(k), whole(dim), bool(largest))
    return Selected(apply(TOPK, input, attributes=settings), top_places(input, *settings))


def _argument(op: Op) -> Callable[..., Tensor]:
    def called(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
        if as_tensor(input).dtype == dtypes.BOOL:
            raise InputError(
                Message("`{op}` does not compare truth values", op=op.name), hint=Message("convert them with .int()")
            )
        return apply(op, as_tensor(input), attributes=(None if dim is None else whole(dim), bool(keepdim)))

    return called


def _count_nonzero(input: Tensor, dim: Any = None) -> Tensor:
    return (input != literal(0, input)).sum(dim)  # type: ignore[no-any-return]


def _diff(input: Tensor, n: Any = 1, dim: Any = -1) -> Tensor:
    for _ in range(whole(n)):
        size = input.size(dim)
        input = input.narrow(dim, 1, size - 1) - input.narrow(dim, 0, size - 1)
    return input


Function = Callable[..., Any]
METHODS: Final[Mapping[str, Function]] = MappingProxyType(
    {
        "sum": _total(SUM),
        "mean": _total(MEAN),
        "prod": _prod,
        "var": _deviation(VAR),
        "std": _deviation(STD),
        "norm": _norm,
        "max": _extreme(MAX, ARGMAX, "maximum"),
        "min": _extreme(MIN, ARGMIN, "minimum"),
        "argmax": _argument(ARGMAX),
        "argmin": _argument(ARGMIN),
        "median": _median,
        "sort": _sort,
        "argsort": _argsort,
        "topk": _topk,
        "cumsum": _run(CUMSUM),
        "cumprod": _run(CUMPROD),
        "count_nonzero": _count_nonzero,
        "diff": _diff,
    }
)
"""Methods of a tensor, and functions."""
FUNCTIONS: Final = METHODS
