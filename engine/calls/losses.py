"""Losses as PyTorch's functions: class weights, label smoothing, targets that are probabilities."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from engine.calls.signature import Function, as_tensor
from engine.errors import InputError
from engine.messages import Message
from engine.ops.activations import LOGSIGMOID
from engine.ops.classification import CROSS_ENTROPY, IGNORED, NLL_LOSS
from engine.ops.gathering import GATHER
from engine.ops.losses import (
    BINARY_CROSS_ENTROPY,
    BINARY_CROSS_ENTROPY_WITH_LOGITS,
    HINGE_EMBEDDING_LOSS,
    HUBER_LOSS,
    KL_DIV,
    L1_LOSS,
    MSE_LOSS,
    REDUCTIONS,
    SMOOTH_L1_LOSS,
    reduced,
)
from engine.ops.normalization import LOG_SOFTMAX
from engine.ops.row import Op
from engine.tensor import Tensor, apply, constant


def _way(reduction: str, size_average: Any = None, reduce: Any = None) -> str:
    if size_average is not None or reduce is not None:  # NB: PyTorch's older spelling
        reduction = "none" if reduce is False else "sum" if size_average is False else "mean"
    if reduction not in REDUCTIONS:
        raise InputError(
            Message("{name} is not a valid value for reduction", name=reduction),
            hint=Message("it is 'mean', 'sum' or 'none'"),
        )
    return reduction


def _plain(op: Op) -> Function:
    def called(
        input: Any, target: Any, size_average: Any = None, reduce: Any = None, reduction: str = "mean"
    ) -> Tensor:
        settings = list(op.attributes.values())[:-1]
        way = _way(reduction, size_average, reduce)
        return apply(op, as_tensor(input), as_tensor(target), attributes=(*settings, way))

    return called


def _tuned(op: Op, name: str) -> Function:
    def called(input: Any, target: Any, **named: Any) -> Tensor:
        way = _way(named.pop("reduction", "mean"))
        setting = float(named.pop(name, op.attributes[name]))
        if named:
            raise TypeError(next(iter(named)))
        return apply(op, as_tensor(input), as_tensor(target), attributes=(setting, way))

    return called


def _weighed(op: Op) -> Function:
    def called(input: Any, target: Any, weight: Any = None, reduction: str = "mean", pos_weight: Any = None) -> Tensor:
        x, y, way = as_tensor(input), as_tensor(target), _way(reduction)
        if weight is None and pos_weight is None:
            return apply(op, x, y, attributes=(way,))
        loss = apply(op, x, y, attributes=("none",))
        if pos_weight is not None:  # the part of the positive class counts more
            part = as_tensor(pos_weight) - 1.0
            loss = loss + part * y * _positive(x)
        return reduced(loss if weight is None else loss * as_tensor(weight), way)  # type: ignore[no-any-return]

    return called


def _positive(x: Tensor) -> Tensor:
    """−log σ(x)."""
    return -apply(LOGSIGMOID, x)


def _kl_div(
    input: Any,
    target: Any,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
    log_target: bool = False,
) -> Tensor:
    x, y = as_tensor(input), as_tensor(target)
    if reduction == "batchmean":
        total = apply(KL_DIV, x, y, attributes=(bool(log_target), "sum"))
        return total / (x.shape[0] if x.shape else 1)
    return apply(KL_DIV, x, y, attributes=(bool(log_target), _way(reduction, size_average, reduce)))


def _cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: Any = None,
    ignore_index: int = IGNORED,
    reduce: Any = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    x, y, way = as_tensor(input), as_tensor(target), _way(reduction, size_average, reduce)
    axis = 1 if x.ndim > 1 else 0
    if y.dtype.kind == "f" and y.shape != x.shape:
        raise InputError(
            Message("expected target dtype to be Long or Byte, but got {kind}", kind="Float"),
            hint=Message("class numbers are whole: write them without a point, or call .long()"),
        )
    if y.dtype.kind == "f":
        return _soft(x, y, weight, way, label_smoothing, axis)
    if weight is None and not label_smoothing:
        return apply(CROSS_ENTROPY, x, y, attributes=(int(ignore_index), way))
    logs = apply(LOG_SOFTMAX, x, attributes=(axis,))
    loss = _nll_loss(logs, y, weight, None, ignore_index, None, way)
    if not label_smoothing:
        return loss
    shares = as_tensor(weight) if weight is not None else constant(np.ones(x.shape[axis], x.dtype))
    spread = -(logs * shares.reshape((-1, *(1,) * (x.ndim - axis - 1)))).sum(axis)
    counted = constant((np.asarray(y.value) != ignore_index).astype(x.dtype))
    spread = spread * counted
    if way == "sum":
        spread = spread.sum()
    elif way == "mean":
        spread = spread.sum() / _total(y, weight, int(ignore_index), x)
    return loss * (1.0 - label_smoothing) + spread * (label_smoothing / x.shape[axis])  # type: ignore[no-any-return]


def _soft(x: Tensor, y: Tensor, weight: Any, way: str, smoothing: float, axis: int) -> Tensor:
    """Targets that are probabilities."""
    classes = x.shape[axis]
    if smoothing:
        y = y * (1.0 - smoothing) + smoothing / classes
    parts = apply(LOG_SOFTMAX, x, attributes=(axis,)) * y
    if weight is not None:
        parts = parts * as_tensor(weight).reshape((-1, *(1,) * (x.ndim - axis - 1)))
    losses = -parts.sum(axis)
    if way == "mean":
        return losses.sum() / float(max(1, x.value.size // classes))  # type: ignore[no-any-return, union-attr]
    return losses.sum() if way == "sum" else losses  # type: ignore[no-any-return]


def _total(target: Tensor, weight: Any, ignore_index: int, like: Tensor) -> Tensor:
    """How many samples count, each with the weight of its class."""
    wanted = np.asarray(target.value)
    counted = wanted != ignore_index
    shares = np.asarray(as_tensor(weight).value) if weight is not None else np.ones(int(wanted.max(initial=0)) + 1)
    return constant(np.asarray(shares[np.where(counted, wanted, 0)][counted].sum(), like.dtype))


def _nll_loss(
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: Any = None,
    ignore_index: int = IGNORED,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    x, y, way = as_tensor(input), as_tensor(target), _way(reduction, size_average, reduce)
    if weight is None:
        return apply(NLL_LOSS, x, y, attributes=(int(ignore_index), way))
    losses = apply(NLL_LOSS, x, y, attributes=(int(ignore_index), "none"))
    safe = np.where(np.asarray(y.value) == ignore_index, 0, np.asarray(y.value))
    shares = as_tensor(weight)
    losses = losses * apply(GATHER, shares, constant(safe.reshape(-1)), attributes=(0,)).reshape(losses.shape)
    if way == "mean":
        return losses.sum() / _total(y, weight, int(ignore_index), x)  # type: ignore[no-any-return]
    return losses.sum() if way == "sum" else losses  # type: ignore[no-any-return]


FUNCTIONS: Final[Mapping[str, Function]] = MappingProxyType(
    {
        "mse_loss": _plain(MSE_LOSS),
        "l1_loss": _plain(L1_LOSS),
        "smooth_l1_loss": _tuned(SMOOTH_L1_LOSS, "beta"),
        "huber_loss": _tuned(HUBER_LOSS, "delta"),
        "hinge_embedding_loss": _tuned(HINGE_EMBEDDING_LOSS, "margin"),
        "binary_cross_entropy": _weighed(BINARY_CROSS_ENTROPY),
        "binary_cross_entropy_with_logits": _weighed(BINARY_CROSS_ENTROPY_WITH_LOGITS),
        "kl_div": _kl_div,
        "nll_loss": _nll_loss,
        "cross_entropy": _cross_entropy,
    }
)
"""Functions by PyTorch's name."""
METHODS: Final[Mapping[str, Function]] = MappingProxyType({})
"""PyTorch has no losses as methods."""
FUNCTIONS_ONLY: Final = frozenset(FUNCTIONS)
