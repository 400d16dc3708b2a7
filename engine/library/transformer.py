"""Attention with several heads and the encoder of a transformer, as layers, with PyTorch's numbers."""

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from engine.dtypes import FLOAT32
from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import Class, Instance, Native, Static, Value
from engine.library.copying import COPYING
from engine.library.data import charge, leaf
from engine.library.exchange import function
from engine.library.layer import give, layer
from engine.library.modules import attach
from engine.library.session import session
from engine.messages import Message
from engine.tensor import Tensor


def _hold(machine: Machine, self: Instance, name: str, value: Instance) -> Instance:
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


class _Attention:
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
        _hold(machine, own, "out_proj", out)

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


class _EncoderLayer:
    """`nn.TransformerEncoderLayer`."""

    def __init__(self, layers: Mapping[str, Class]) -> None:
        self.layers = layers

    def init(
        self,
        machine: Machine,
        own: Instance,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Value = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: Value = False,
        norm_first: Value = False,
    ) -> None:
        def make(kind: str, *arguments: Value, **named: Value) -> Instance:
            made: Instance = machine.call(self.layers[kind], list(arguments), named)
            return made

        _hold(
            machine,
            own,
            "self_attn",
            make("MultiheadAttention", d_model, nhead, dropout=dropout, batch_first=batch_first),
        )
        _hold(machine, own, "linear1", make("Linear", d_model, dim_feedforward))
        _hold(machine, own, "dropout", make("Dropout", dropout))
        _hold(machine, own, "linear2", make("Linear", dim_feedforward, d_model))
        for name in ("norm1", "norm2"):
            _hold(machine, own, name, make("LayerNorm", d_model, eps=layer_norm_eps))
        for name in ("dropout1", "dropout2"):
            _hold(machine, own, name, make("Dropout", dropout))
        own.attributes |= {"activation": activation, "norm_first": bool(norm_first)}

    def forward(
        self,
        machine: Machine,
        own: Instance,
        src: Tensor,
        src_mask: Value = None,
        src_key_padding_mask: Value = None,
        is_causal: Value = False,
    ) -> Value:
        held = own.attributes

        def call(name: str, *arguments: Value, **named: Value) -> Any:
            return machine.call(held[name], list(arguments), named)

        def attend(x: Any) -> Any:
            masks = {"attn_mask": src_mask, "key_padding_mask": src_key_padding_mask}
            return call("dropout1", call("self_attn", x, x, x, need_weights=False, **masks)[0])

        def feed(x: Any) -> Any:
            inner, act = call("linear1", x), held["activation"]
            inner = function(act)(inner) if isinstance(act, str) else machine.call(act, [inner])
            return call("dropout2", call("linear2", call("dropout", inner)))

        x: Any = src
        if held["norm_first"]:
            x = x + attend(call("norm1", x))
            return x + feed(call("norm2", x))
        x = call("norm1", x + attend(x))
        return call("norm2", x + feed(x))


def _encoder(layers: Mapping[str, Class]) -> Class:
    def init(
        machine: Machine, self: Instance, encoder_layer: Instance, num_layers: int, norm: Value = None, **_: Value
    ) -> None:
        copies = [machine.call(COPYING.members["deepcopy"], [encoder_layer]) for _ in range(num_layers)]
        _hold(machine, self, "layers", machine.call(layers["ModuleList"], [copies]))
        if norm is not None:
            _hold(machine, self, "norm", norm)

    def forward(
        machine: Machine,
        self: Instance,
        src: Tensor,
        mask: Value = None,
        src_key_padding_mask: Value = None,
        is_causal: Value = None,
    ) -> Value:
        x: Value = src
        for each in machine.taken(self.attributes["layers"]):
            x = machine.call(each, [x], {"src_mask": mask, "src_key_padding_mask": src_key_padding_mask})
        return machine.call(self.attributes["norm"], [x]) if "norm" in self.attributes else x

    return layer("TransformerEncoder", init, forward)


def _later_hidden(machine: Machine, sz: int, **_: Value) -> Tensor:
    """`nn.Transformer.generate_square_subsequent_mask(size)`: −∞ for what comes later."""
    charge((sz, sz))
    return leaf(np.triu(np.full((sz, sz), -np.inf, FLOAT32), 1))


def _whole(machine: Machine, self: Instance, *_: Value, **__: Value) -> None:
    raise InputError(
        Message("`torch.nn.Transformer` is not here"),
        hint=Message("build it from TransformerEncoderLayer, MultiheadAttention and Linear"),
    )


_MASK: Final = Native("generate_square_subsequent_mask", _later_hidden)


def transformers(layers: Mapping[str, Class]) -> dict[str, Class]:
    """The layers of a transformer, made of those that are there."""
    found = dict(layers)
    projection = Class("NonDynamicallyQuantizableLinear", (layers["Linear"],), {})
    attention = _Attention(projection)
    found["MultiheadAttention"] = layer("MultiheadAttention", attention.init, attention.forward)
    encoder = _EncoderLayer(found)
    found["TransformerEncoderLayer"] = layer("TransformerEncoderLayer", encoder.init, encoder.forward)
    found["TransformerEncoder"] = _encoder(found)
    found["Transformer"] = layer("Transformer", _whole)
    found["Transformer"].attributes["generate_square_subsequent_mask"] = Static(_MASK)
    return {name: each for name, each in found.items() if name not in layers}
