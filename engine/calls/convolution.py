"""Convolutions and pooling as PyTorch writes them: one number or a pair, samples one by one or in batches."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from engine.calls.indexing import get
from engine.calls.signature import whole
from engine.errors import InputError
from engine.messages import Message
from engine.ops.convolution import CONV1D, CONV2D
from engine.ops.joining import PAD, STACK
from engine.ops.pooling import AVG_POOL1D, AVG_POOL2D, MAX_POOL1D, MAX_POOL2D
from engine.ops.row import Op
from engine.ops.windows import FOLD, UNFOLD
from engine.tensor import Tensor, apply


def _pair(setting: Any) -> tuple[int, int]:
    """One number for both axes, or two."""
    if isinstance(setting, (tuple, list)):
        first, last = setting if len(setting) == 2 else setting * 2
        return whole(first), whole(last)
    return whole(setting), whole(setting)


def _one(setting: Any) -> int:
    return whole(setting[0]) if isinstance(setting, (tuple, list)) else whole(setting)


def _batched(op: Op, rank: int, input: Tensor, rest: tuple[Tensor, ...], settings: tuple[Any, ...]) -> Tensor:
    """The op on a batch; a single sample is made a batch of one."""
    if input.ndim != rank - 1:
        return apply(op, input, *rest, attributes=settings)
    return apply(op, input.unsqueeze(0), *rest, attributes=settings).squeeze(0)  # type: ignore[no-any-return]


def _convolution(op: Op, rank: int, setting: Callable[[Any], Any]) -> Callable[..., Tensor]:
    def called(
        input: Tensor,
        weight: Tensor,
        bias: Tensor | None = None,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: Any = 1,
    ) -> Tensor:
        if isinstance(padding, str):
            input, padding = _bordered(input, weight, padding, stride, dilation)
        settings = (setting(stride), setting(padding), setting(dilation), whole(groups))
        if settings[3] < 1:
            raise InputError(Message("conv: groups is at least 1"), hint=Message("leave it out"))
        return _batched(op, rank, input, (weight,) if bias is None else (weight, bias), settings)

    return called


def _bordered(input: Tensor, weight: Tensor, padding: str, stride: Any, dilation: Any) -> tuple[Tensor, int]:
    """PyTorch's words for a padding: "valid" is none, "same" keeps the size."""
    if padding not in ("valid", "same") or (padding == "same" and _pair(stride) != (1, 1)):
        raise InputError(
            Message("conv: padding is {padding} with stride {stride}", padding=padding, stride=stride),
            hint=Message("'same' needs stride 1; otherwise give numbers"),
        )
    if padding == "valid":
        return input, 0
    widths = [
        each * (size - 1) for each, size in zip(_pair(dilation)[-(weight.ndim - 2) :], weight.shape[2:], strict=True)
    ]
    borders = [side for width in reversed(widths) for side in (width // 2, width - width // 2)]
    return apply(PAD, input, attributes=(tuple(borders), "constant", 0.0)), 0


def _no_more(name: str, **settings: Any) -> None:
    for setting, value in settings.items():
        if value:
            raise InputError(
                Message("{op}: {setting}=True is not there", op=name, setting=setting), hint=Message("leave it out")
            )


def _max_pool(op: Op, rank: int, setting: Callable[[Any], Any]) -> Callable[..., Tensor]:
    def called(
        input: Tensor,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
        return_indices: bool = False,
    ) -> Tensor:
        _no_more(op.name, ceil_mode=ceil_mode, return_indices=return_indices)
        step = kernel_size if stride is None or stride == [] else stride
        return _batched(op, rank, input, (), tuple(map(setting, (kernel_size, step, padding, dilation))))

    return called


def _avg_pool(op: Op, rank: int, setting: Callable[[Any], Any]) -> Callable[..., Tensor]:
    def called(
        input: Tensor,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: Any = None,
    ) -> Tensor:
        _no_more(op.name, ceil_mode=ceil_mode)
        step = kernel_size if stride is None or stride == [] else stride
        divisor = None if divisor_override is None else whole(divisor_override)
        settings = (*map(setting, (kernel_size, step, padding)), bool(count_include_pad), divisor)
        return _batched(op, rank, input, (), settings)

    return called


def _adaptive(input: Tensor, output_size: Any) -> Tensor:
    """So many windows as wanted, as wide as they must be. NB: PyTorch's windows may overlap by one element."""
    height, width = input.shape[-2:]
    given = output_size if isinstance(output_size, (tuple, list)) else (output_size, output_size)
    down, across = (size if each is None else whole(each) for each, size in zip(given, (height, width), strict=True))
    if (down, across) == (1, 1):
        return input.mean((-2, -1), True)  # type: ignore[no-any-return]
    if height % down == 0 and width % across == 0:
        return FUNCTIONS["avg_pool2d"](input, (height // down, width // across))  # type: ignore[no-any-return]
    rows = [
        apply(STACK, *[get(input, (..., top, left)).mean((-2, -1)) for left in _spans(width, across)], attributes=(-1,))
        for top in _spans(height, down)
    ]
    return apply(STACK, *rows, attributes=(-2,))


def _spans(size: int, count: int) -> list[slice]:
    """Where the windows begin and end."""
    return [slice(index * size // count, -(-(index + 1) * size // count)) for index in range(count)]


def _unfold(input: Tensor, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Tensor:
    return _batched(UNFOLD, 4, input, (), tuple(map(_pair, (kernel_size, dilation, padding, stride))))


def _fold(
    input: Tensor, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
) -> Tensor:
    settings = tuple(map(_pair, (output_size, kernel_size, dilation, padding, stride)))
    return _batched(FOLD, 3, input, (), settings)


FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType(
    {
        "conv1d": _convolution(CONV1D, 3, _one),
        "conv2d": _convolution(CONV2D, 4, _pair),
        "max_pool1d": _max_pool(MAX_POOL1D, 3, _one),
        "max_pool2d": _max_pool(MAX_POOL2D, 4, _pair),
        "avg_pool1d": _avg_pool(AVG_POOL1D, 3, _one),
        "avg_pool2d": _avg_pool(AVG_POOL2D, 4, _pair),
        "adaptive_avg_pool2d": _adaptive,
        "unfold": _unfold,
        "fold": _fold,
    }
)
"""By PyTorch's name; none is a method of a tensor."""
METHODS: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType({})
