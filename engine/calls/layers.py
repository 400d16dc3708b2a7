"""Softmax, normalisation and layers as PyTorch's functions: optional operands, running statistics, chance."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Protocol

import numpy as np

from engine import dtypes
from engine.calls.signature import Function, as_tensor, dims, whole
from engine.dtypes import Array, DType
from engine.errors import InputError, ShapeError
from engine.messages import Message
from engine.ops.layers import DROPOUT, LINEAR
from engine.ops.normalization import BATCH_NORM, LAYER_NORM, LOG_SOFTMAX, LOGSUMEXP, SOFTMAX
from engine.ops.row import Op
from engine.ops.shaping import TO
from engine.tensor import Tensor, apply, constant


class Chance(Protocol):
    """Where random numbers come from: `engine.random.Generator`."""

    def uniform(self, shape: tuple[int, ...], low: float = ..., high: float = ..., dtype: DType = ...) -> Array:
        """Numbers between `low` and `high`."""


def _usual_dim(rank: int) -> int:
    """The dim that softmax works along where none is given. NB: PyTorch warns of it."""
    return 0 if rank in (0, 1, 3) else 1


def _shares(op: Op, sign: int = 1) -> Function:
    def called(input: Any, dim: Any = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
        given = as_tensor(input)
        if dtype is not None:
            given = apply(TO, given, attributes=(str(dtypes.dtype(dtype)),))
        axis = _usual_dim(given.ndim) if dim is None else whole(dim)
        return apply(op, given if sign > 0 else -given, attributes=(axis,))

    return called


def _shares_method(op: Op) -> Function:
    called = _shares(op)

    def method(input: Tensor, dim: Any, dtype: Any = None) -> Tensor:
        return called(input, dim, dtype=dtype)  # type: ignore[no-any-return]

    return method


def _logsumexp(input: Any, dim: Any, keepdim: bool = False) -> Tensor:
    return apply(LOGSUMEXP, as_tensor(input), attributes=(dims(dim), bool(keepdim)))


def _affine(weight: Any, bias: Any, size: tuple[int, ...], dtype: DType) -> tuple[Tensor, ...]:
    """Weight and bias, or neither; one that is missing beside the other changes nothing."""
    if weight is None and bias is None:
        return ()
    if weight is None:
        weight = constant(dtypes.normal(np.ones(size, dtype)))
    return (weight,) if bias is None else (weight, bias)


def _layer_norm(
    input: Tensor, normalized_shape: Any, weight: Any = None, bias: Any = None, eps: float = 1e-05
) -> Tensor:
    sizes = tuple(map(whole, normalized_shape))
    operands = _affine(weight, bias, sizes, input.dtype)
    return apply(LAYER_NORM, input, *operands, attributes=(sizes, float(eps)))


@np.errstate(all="ignore")
def _batch_norm(
    input: Tensor,
    running_mean: Any,
    running_var: Any,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-05,
) -> Tensor:
    """While training, the running statistics are moved towards those of the batch, in place."""
    channels = _channels(input, (running_mean, running_var, weight, bias))
    affine = _affine(weight, bias, channels, input.dtype)
    if len(affine) == 1 or (not training and not affine):
        zeros = constant(dtypes.normal(np.zeros(channels, input.dtype)))
        affine = (*(affine or _affine(None, zeros, channels, input.dtype)[:1]), zeros)
    settings = (bool(training), float(momentum), float(eps))
    if not training:
        if running_mean is None or running_var is None:
            raise InputError(
                Message("batch_norm: without training, running_mean and running_var must be given"),
                hint=Message("pass training=True to use the statistics of the batch"),
            )
        return apply(BATCH_NORM, input, *affine, running_mean, running_var, attributes=settings)
    count = input.value.size // max(channels[0], 1)  # type: ignore[union-attr]
    if count < 2:
        raise InputError(
            Message("batch_norm: one value per channel has no variance, and the input is {shape}", shape=input.shape),
            hint=Message("train with at least two samples, or call eval() first"),
        )
    made = apply(BATCH_NORM, input, *affine, attributes=settings)
    axes = (0, *range(2, input.ndim))
    if running_mean is not None:
        _move(running_mean, dtypes.array(input.value).mean(axis=axes), momentum)
    if running_var is not None:
        _move(running_var, dtypes.array(input.value).var(axis=axes, ddof=1), momentum)
    return made


def _channels(input: Tensor, given: tuple[Any, ...]) -> tuple[int, ...]:
    if input.ndim < 2:
        raise ShapeError(
            Message("batch_norm: the input is {shape}, and it needs a batch and channels", shape=input.shape),
            hint=Message("its first size counts samples, its second channels"),
        )
    channels = input.shape[1:2]
    for each in given:
        if each is not None and each.shape != channels:
            raise ShapeError(
                Message(
                    "batch_norm: the input has {count} channels, and one of its numbers per channel is {shape}",
                    count=channels[0],
                    shape=each.shape,
                ),
                hint=Message("the second size of the input counts its channels"),
            )
    return channels


def _move(running: Tensor, statistic: Array, momentum: float) -> None:
    moved = (1.0 - momentum) * dtypes.array(running.value) + momentum * statistic
    running.become(dtypes.normal(moved.astype(running.dtype, copy=False)))


def _dropout(
    input: Any,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    mask: Any = None,
    generator: Chance | None = None,
) -> Tensor:
    """The engine has no chance of its own: what stays is given as a mask, or drawn from a generator as PyTorch does."""
    given = as_tensor(input)
    if not 0 <= p <= 1:
        raise InputError(
            Message("dropout probability has to be between 0 and 1, but got {p}", p=p),
            hint=Message("p is the share of elements to drop"),
        )
    if not training or p == 0:
        return given
    if mask is None:
        if generator is None:
            raise InputError(
                Message("dropout needs to know where its random numbers come from"),
                hint=Message("pass generator=engine.random.Generator(seed), or a mask of what stays"),
            )
        mask = generator.uniform(given.shape, dtype=dtypes.FLOAT64) < 1 - p
    kept = mask if isinstance(mask, Tensor) else constant(np.asarray(mask, bool))
    return apply(DROPOUT, given, kept, attributes=(float(p),))


def _linear(input: Any, weight: Tensor, bias: Any = None) -> Tensor:
    return apply(LINEAR, as_tensor(input), weight, *(() if bias is None else (bias,)))


FUNCTIONS: Final[Mapping[str, Function]] = MappingProxyType(
    {
        "softmax": _shares(SOFTMAX),
        "log_softmax": _shares(LOG_SOFTMAX),
        "softmin": _shares(SOFTMAX, -1),
        "logsumexp": _logsumexp,
        "layer_norm": _layer_norm,
        "batch_norm": _batch_norm,
        "dropout": _dropout,
        "linear": _linear,
    }
)
"""Functions by PyTorch's name."""
METHODS: Final[Mapping[str, Function]] = MappingProxyType(
    {"softmax": _shares_method(SOFTMAX), "log_softmax": _shares_method(LOG_SOFTMAX), "logsumexp": _logsumexp}
)
"""Those that a tensor has as methods; the first argument is the tensor itself."""
FUNCTIONS_ONLY: Final = frozenset(FUNCTIONS) - frozenset(METHODS)
"""Rows that are no methods of a tensor in PyTorch."""
