"""`nn.MultiheadAttention`, with PyTorch's numbers."""

import math
from typing import Any

import numpy as np

from engine.dtypes import FLOAT32
from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import Class, Instance, Value
from engine.library.data import charge
from engine.library.exchange import function
from engine.library.layer import give
from engine.library.modules import attach
from engine.library.session import session
from engine.messages import Message
from engine.tensor import Tensor


def hold(machine: Machine, self: Instance, name: str, value: Instance) -> Instance:
    """Makes a layer a part of another, under a name."""
    attach(machine, self, name, value)
    self.attributes[name] = value
    return value


def _heads(tensor: Any, count: int) -> Any:
    """(batch, steps, size) → (batch, heads, steps, size of a head)."""
    batch, steps, size = tensor.shape
    return function("transpose")(function("reshape")(tensor, (batch, steps, count, size // count)), 1, 2)


def _added(scores: Any, mask: Value) -> Any:
    """A mask that is true hides; one of numbers is added."""
    if mask is None:
        return scores
    return function("masked_fill")(scores, mask, -math.inf) if mask.dtype.kind == "b" else scores + mask


class Attention:
    """`nn.MultiheadAttention`."""

    def __init__(self, linear: Class) -> None:
        self.linear = linear

    def init(
        self,
        machine: Machine,
        own: Instance,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: Value = True,
        batch_first: Value = False,
    ) -> None:
        if embed_dim % num_heads:
            raise InputError(
                Message("embed_dim must be divisible by num_heads"),
                hint=Message("{size} does not split into {count} heads", size=embed_dim, count=num_heads),
            )
        own.attributes |= {"embed_dim": embed_dim, "num_heads": num_heads, "dropout": dropout}
        own.attributes |= {"batch_first": bool(batch_first), "head_dim": embed_dim // num_heads}
        shape = (3 * embed_dim, embed_dim)
        charge(shape)
        out = machine.call(self.linear, [embed_dim, embed_dim], {"bias": bias})
        bound = math.sqrt(6.0 / sum(shape))
        give(machine, own, "in_proj_weight", session(machine).random.uniform(shape, -bound, bound))
        if bias:
            give(machine, own, "in_proj_bias", np.zeros(3 * embed_dim, FLOAT32))
            out.attributes["bias"].value = np.zeros(embed_dim, FLOAT32)
        else:
            own.attributes["in_proj_bias"] = None
        hold(machine, own, "out_proj", out)

    def forward(
        self,
        machine: Machine,
        own: Instance,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Value = None,
        need_weights: Value = True,
        attn_mask: Value = None,
        average_attn_weights: Value = True,
        is_causal: Value = False,
    ) -> tuple[Value, Value]:
        held, turn = own.attributes, function("transpose")
        flipped = not held["batch_first"] and query.ndim == 3
        given: list[Any] = [turn(each, 0, 1) if flipped else each for each in (query, key, value)]
        if query.ndim == 2:
            given = [function("unsqueeze")(each, 0) for each in given]
        weights, biases = function("chunk")(held["in_proj_weight"], 3), (None,) * 3
        if held["in_proj_bias"] is not None:
            biases = function("chunk")(held["in_proj_bias"], 3)
        parts = [
            _heads(function("linear")(each, *(w for w in pair if w is not None)), held["num_heads"])
            for each, *pair in zip(given, weights, biases, strict=True)
        ]
        scores = (parts[0] * math.sqrt(1.0 / held["head_dim"])) @ turn(parts[1], -2, -1)
        scores = _added(scores, attn_mask)
        if key_padding_mask is not None:
            scores = _added(scores, function("unsqueeze")(function("unsqueeze")(key_padding_mask, 1), 1))
        shares = function("softmax")(scores, dim=-1)
        if held["dropout"] and held["training"]:
            shares = machine.library["dropout"](machine, shares, held["dropout"])
        mixed = turn(shares @ parts[2], 1, 2)
        joined = function("reshape")(mixed, (*mixed.shape[:2], held["embed_dim"]))
        out = machine.call(held["out_proj"], [joined])
        if need_weights and average_attn_weights:
            shares = function("mean")(shares, 1)
        if query.ndim == 2:
            out, shares = out.squeeze(0), shares.squeeze(0)
        return (turn(out, 0, 1) if flipped else out), (shares if need_weights else None)
