"""Functions of `torch.nn.functional` and `torch` that are made of several of the table's operations."""

import math
from typing import Final

import numpy as np

from engine.dtypes import INT64
from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import Native, Value, natives
from engine.library.counting import COUNTING
from engine.library.data import charge, leaf
from engine.library.drawn import exponential
from engine.library.exchange import function
from engine.library.in_place import changing
from engine.library.losses import MADE
from engine.library.session import session
from engine.library.upsampling import conv_transpose2d, interpolate
from engine.messages import Message
from engine.tensor import Tensor


def _pow(machine: Machine, input: Value, exponent: Value) -> Tensor:
    """As `**`: a plain exponent belongs to the node, and is no operand of its own."""
    made: Tensor = input**exponent
    return made


def _normalize(machine: Machine, input: Tensor, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> Tensor:
    length = function("norm")(input, p, dim=dim, keepdim=True)
    made: Tensor = input / function("clamp")(length, min=eps)
    return made


def _cosine_similarity(machine: Machine, x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8) -> Tensor:
    norm, clamp = function("norm"), function("clamp")
    wide = np.broadcast_shapes(x1.shape, x2.shape)
    x1, x2 = (each if each.shape == wide else each.expand(wide) for each in (x1, x2))
    lengths = [clamp(norm(each, dim=dim, keepdim=True), min=eps) for each in (x1, x2)]
    made: Tensor = function("sum")((x1 / lengths[0]) * (x2 / lengths[1]), dim=dim)
    return made


def _attention(
    machine: Machine,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Value = None,
    dropout_p: float = 0.0,
    is_causal: Value = False,
    scale: Value = None,
) -> Tensor:
    """softmax(Q·Kᵀ/√d)·V. NB: `scaled_dot_product_attention`."""
    scores = query @ function("transpose")(key, -2, -1) * (scale or 1 / math.sqrt(query.shape[-1]))
    if is_causal:
        size = scores.shape[-2:]
        charge(size)
        attn_mask = leaf(np.tril(np.ones(size, np.bool_)))
    if attn_mask is not None and attn_mask.dtype.kind == "b":
        scores = function("masked_fill")(scores, ~attn_mask, -math.inf)
    elif attn_mask is not None:
        scores = scores + attn_mask
    weights = function("softmax")(scores, dim=-1)
    if dropout_p:
        weights = machine.library["dropout"](machine, weights, dropout_p)
    made: Tensor = weights @ value
    return made


def _glu(machine: Machine, input: Tensor, dim: int = -1) -> Tensor:
    first, second = function("chunk")(input, 2, dim)
    made: Tensor = first * function("sigmoid")(second)
    return made


def _prelu(machine: Machine, input: Tensor, weight: Tensor) -> Tensor:
    made: Tensor = function("where")(input > 0, input, input * weight)
    return made


def _pairwise_distance(machine: Machine, x1: Tensor, x2: Tensor, p: float = 2.0, eps: float = 1e-6) -> Tensor:
    made: Tensor = function("norm")(x1 - x2 + eps, p, dim=-1)
    return made


def _lerp(machine: Machine, input: Tensor, end: Tensor, weight: Value) -> Tensor:
    made: Tensor = input + (end - input) * weight
    machine.library["grad_fns"][made.birth] = "LerpBackward0"
    return made


def _adaptive_pool(machine: Machine, input: Tensor, output_size: Value) -> Tensor:
    size = tuple(output_size) if isinstance(output_size, (tuple, list)) else (output_size, output_size)
    height, width = input.shape[-2:]
    if any(each < 1 for each in size) or height % size[0] or width % size[1]:
        raise InputError(
            Message("an adaptive pool divides the picture evenly here"),
            hint=Message("{height}×{width} into {size}", height=height, width=width, size="×".join(map(str, size))),
        )
    made: Tensor = function("avg_pool2d")(input, (height // size[0], width // size[1]))
    return made


def _unique(machine: Machine, input: Tensor, sorted: Value = True, return_counts: Value = False) -> Value:
    values, counts = np.unique(np.asarray(input.value), return_counts=True)
    return (leaf(values), leaf(counts.astype(INT64))) if return_counts else leaf(values)


def _bincount(machine: Machine, input: Tensor, weights: Value = None, minlength: int = 0) -> Tensor:
    places = np.asarray(input.value)
    if places.ndim != 1 or places.dtype.kind not in "bi" or np.any(places < 0):
        raise InputError(
            Message("bincount only supports 1-d non-negative integral inputs"),
            hint=Message("give it one axis of whole numbers from 0 on"),
        )
    charge((max(int(minlength), int(places.max(initial=0)) + 1),))
    return leaf(np.bincount(places, minlength=int(minlength)).astype(INT64))


def _gumbel_softmax(
    machine: Machine, logits: Tensor, tau: float = 1.0, hard: Value = False, eps: float = 1e-10, dim: int = -1
) -> Tensor:
    charge(logits.shape)
    waits = exponential(session(machine).random, logits.shape, logits.dtype)
    soft: Tensor = function("softmax")((logits - leaf(np.log(waits))) / tau, dim=dim)
    if not hard:
        return soft
    values = np.asarray(soft.value)
    chosen = np.zeros_like(values)
    np.put_along_axis(chosen, np.expand_dims(values.argmax(dim), dim), 1.0, dim)
    made: Tensor = leaf(chosen) - function("detach")(soft) + soft
    return made


def _named(machine: Machine, made: Tensor, grad_fn: str) -> Tensor:
    machine.library["grad_fns"][made.birth] = grad_fn
    return made


def _cdist(machine: Machine, x1: Tensor, x2: Tensor, p: float = 2.0) -> Tensor:
    apart = function("unsqueeze")(x1, -2) - function("unsqueeze")(x2, -3)
    return _named(machine, function("norm")(apart, p, dim=-1), "CdistBackward0")


def _celu(machine: Machine, input: Tensor, alpha: float = 1.0) -> Tensor:
    below = alpha * function("expm1")(function("clamp")(input, max=0.0) / alpha)
    return _named(machine, function("where")(input > 0, input, below), "CeluBackward0")


def _threshold(machine: Machine, input: Tensor, threshold: float, value: float) -> Tensor:
    return _named(machine, function("where")(input > threshold, input, float(value)), "ThresholdBackward0")


def _tanhshrink(machine: Machine, input: Tensor) -> Tensor:
    made: Tensor = input - function("tanh")(input)
    return made


def _group_norm(
    machine: Machine,
    input: Tensor,
    num_groups: int,
    weight: Value = None,
    bias: Value = None,
    eps: float = 1e-5,
) -> Tensor:
    parts = function("reshape")(input, (input.shape[0], num_groups, -1))
    made = function("layer_norm")(parts, parts.shape[-1:], eps=eps)
    made = function("reshape")(made, input.shape)
    along = (1, -1, *(1,) * (input.ndim - 2))
    if weight is not None:
        made = made * function("reshape")(weight, along) + function("reshape")(bias, along)
    return _named(machine, made, "NativeGroupNormBackward0")


def _nan_to_num(
    machine: Machine, input: Tensor, nan: float = 0.0, posinf: Value = None, neginf: Value = None
) -> Tensor:
    most = float(np.finfo(input.dtype).max)
    where, eq = function("where"), function("eq")
    made = where(function("isnan")(input), nan, input)
    made = where(eq(input, math.inf), most if posinf is None else posinf, made)
    made = where(eq(input, -math.inf), -most if neginf is None else neginf, made)
    return _named(machine, made, "NanToNumBackward0")


FUNCTIONAL: Final[dict[str, Native]] = MADE | natives(
    {
        "pow": _pow,
        "normalize": _normalize,
        "cosine_similarity": _cosine_similarity,
        "scaled_dot_product_attention": _attention,
        "glu": _glu,
        "prelu": _prelu,
        "pairwise_distance": _pairwise_distance,
        "lerp": _lerp,
        "adaptive_avg_pool2d": _adaptive_pool,
        "conv_transpose2d": conv_transpose2d,
        "interpolate": interpolate,
        "unique": _unique,
        "bincount": _bincount,
        **COUNTING,
        "gumbel_softmax": _gumbel_softmax,
        "cdist": _cdist,
        "celu": _celu,
        "nan_to_num": _nan_to_num,
        "threshold": _threshold,
        "tanhshrink": _tanhshrink,
        "group_norm": _group_norm,
        "relu_": changing("relu"),
    }
)
