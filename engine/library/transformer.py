"""The encoder and the decoder of a transformer, as layers, with PyTorch's numbers."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from engine.dtypes import FLOAT32
from engine.language.machine import Machine
from engine.language.values import Class, Instance, Native, Static, Value
from engine.library.attention import Attention, hold
from engine.library.copying import COPYING
from engine.library.data import charge, leaf
from engine.library.exchange import function
from engine.library.initialisation import INIT
from engine.library.layer import layer
from engine.tensor import Tensor

Masks = dict[str, Value]


class _Layer:
    """`nn.TransformerEncoderLayer`; with `crossed`, which attends to the encoder too, `nn.TransformerDecoderLayer`."""

    def __init__(self, layers: Mapping[str, Class], *, crossed: bool) -> None:
        self.layers = layers
        self.attentions = ("self_attn", "multihead_attn") if crossed else ("self_attn",)

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
        def part(name: str, kind: str, *arguments: Value, **named: Value) -> None:
            hold(machine, own, name, machine.call(self.layers[kind], list(arguments), named))

        for name in self.attentions:
            part(name, "MultiheadAttention", d_model, nhead, dropout=dropout, batch_first=batch_first)
        part("linear1", "Linear", d_model, dim_feedforward)
        part("dropout", "Dropout", dropout)
        part("linear2", "Linear", dim_feedforward, d_model)
        count = len(self.attentions) + 1
        for place in range(count):
            part(f"norm{place + 1}", "LayerNorm", d_model, eps=layer_norm_eps)
        for place in range(count):
            part(f"dropout{place + 1}", "Dropout", dropout)
        own.attributes |= {"activation": activation, "norm_first": bool(norm_first)}

    def encode(
        self,
        machine: Machine,
        own: Instance,
        src: Tensor,
        src_mask: Value = None,
        src_key_padding_mask: Value = None,
        is_causal: Value = False,
    ) -> Value:
        """The forward pass of a layer of the encoder."""
        return self._through(machine, own, src, None, [_masks(src_mask, src_key_padding_mask)])

    def decode(
        self,
        machine: Machine,
        own: Instance,
        tgt: Tensor,
        memory: Tensor,
        tgt_mask: Value = None,
        memory_mask: Value = None,
        tgt_key_padding_mask: Value = None,
        memory_key_padding_mask: Value = None,
        tgt_is_causal: Value = False,
        memory_is_causal: Value = False,
    ) -> Value:
        """The forward pass of a layer of the decoder."""
        masks = [_masks(tgt_mask, tgt_key_padding_mask), _masks(memory_mask, memory_key_padding_mask)]
        return self._through(machine, own, tgt, memory, masks)

    def _through(self, machine: Machine, own: Instance, x: Any, memory: Value, masks: list[Masks]) -> Value:
        held = own.attributes

        def call(name: str, *arguments: Value, **named: Value) -> Any:
            return machine.call(held[name], list(arguments), named)

        def block(place: int, x: Any) -> Any:
            """One attention after the other, and at last the two linear layers."""
            if place == len(self.attentions):
                inner, act = call("linear1", x), held["activation"]
                inner = function(act)(inner) if isinstance(act, str) else machine.call(act, [inner])
                made = call("linear2", call("dropout", inner))
            else:
                other = x if place == 0 else memory
                made = call(self.attentions[place], x, other, other, need_weights=False, **masks[place])[0]
            return call(f"dropout{place + 1}", made)

        for place in range(len(self.attentions) + 1):
            norm = f"norm{place + 1}"
            x = x + block(place, call(norm, x)) if held["norm_first"] else call(norm, x + block(place, x))
        return x


def _masks(mask: Value, padding: Value) -> Masks:
    return {"attn_mask": mask, "key_padding_mask": padding}


def _copies(machine: Machine, self: Instance, layers: Mapping[str, Class], one: Instance, count: int) -> None:
    copies = [machine.call(COPYING.members["deepcopy"], [one]) for _ in range(count)]
    hold(machine, self, "layers", machine.call(layers["ModuleList"], [copies]))


def _encoder(layers: Mapping[str, Class]) -> Class:
    def init(
        machine: Machine, self: Instance, encoder_layer: Instance, num_layers: int, norm: Value = None, **_: Value
    ) -> None:
        _copies(machine, self, layers, encoder_layer, num_layers)
        if norm is not None:
            hold(machine, self, "norm", norm)

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


def _decoder(layers: Mapping[str, Class]) -> Class:
    def init(machine: Machine, self: Instance, decoder_layer: Instance, num_layers: int, norm: Value = None) -> None:
        _copies(machine, self, layers, decoder_layer, num_layers)
        if norm is not None:
            hold(machine, self, "norm", norm)

    def forward(machine: Machine, self: Instance, tgt: Tensor, memory: Tensor, *masks: Value, **named: Value) -> Value:
        x: Value = tgt
        for each in machine.taken(self.attributes["layers"]):
            x = machine.call(each, [x, memory, *masks], named)
        return machine.call(self.attributes["norm"], [x]) if "norm" in self.attributes else x

    return layer("TransformerDecoder", init, forward)


def _whole(layers: Mapping[str, Class]) -> Class:
    def init(
        machine: Machine,
        self: Instance,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Value = "relu",
        custom_encoder: Value = None,
        custom_decoder: Value = None,
        layer_norm_eps: float = 1e-5,
        batch_first: Value = False,
        norm_first: Value = False,
    ) -> None:
        settings = [d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first]
        for name, own, count in (
            ("Encoder", custom_encoder, num_encoder_layers),
            ("Decoder", custom_decoder, num_decoder_layers),
        ):
            if own is None:
                one = machine.call(layers[f"Transformer{name}Layer"], list(settings))
                norm = machine.call(layers["LayerNorm"], [d_model], {"eps": layer_norm_eps})
                own = machine.call(layers[f"Transformer{name}"], [one, count, norm])
            hold(machine, self, name.lower(), own)
        self.attributes |= {"d_model": d_model, "nhead": nhead, "batch_first": bool(batch_first)}
        for each in machine.taken(machine.call(self.kind.find("parameters"), [self])):
            if each.ndim > 1:
                machine.call(INIT.members["xavier_uniform_"], [each])

    def forward(
        machine: Machine,
        self: Instance,
        src: Tensor,
        tgt: Tensor,
        src_mask: Value = None,
        tgt_mask: Value = None,
        memory_mask: Value = None,
        src_key_padding_mask: Value = None,
        tgt_key_padding_mask: Value = None,
        memory_key_padding_mask: Value = None,
        **causal: Value,
    ) -> Value:
        held = self.attributes
        memory = machine.call(held["encoder"], [src, src_mask, src_key_padding_mask])
        masks = [tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask]
        return machine.call(held["decoder"], [tgt, memory, *masks])

    return layer("Transformer", init, forward)


def _later_hidden(machine: Machine, sz: int, **_: Value) -> Tensor:
    """`nn.Transformer.generate_square_subsequent_mask(size)`: −∞ for what comes later."""
    charge((sz, sz))
    return leaf(np.triu(np.full((sz, sz), -np.inf, FLOAT32), 1))


_MASK: Final = Native("generate_square_subsequent_mask", _later_hidden)


def transformers(layers: Mapping[str, Class]) -> dict[str, Class]:
    """The layers of a transformer, made of those that are there."""
    found = dict(layers)
    projection = Class("NonDynamicallyQuantizableLinear", (layers["Linear"],), {})
    attention = Attention(projection)
    found["MultiheadAttention"] = layer("MultiheadAttention", attention.init, attention.forward)
    encoder, decoder = _Layer(found, crossed=False), _Layer(found, crossed=True)
    found["TransformerEncoderLayer"] = layer("TransformerEncoderLayer", encoder.init, encoder.encode)
    found["TransformerDecoderLayer"] = layer("TransformerDecoderLayer", decoder.init, decoder.decode)
    found["TransformerEncoder"] = _encoder(found)
    found["TransformerDecoder"] = _decoder(found)
    found["Transformer"] = _whole(found)
    found["Transformer"].attributes["generate_square_subsequent_mask"] = Static(_MASK)
    return {name: each for name, each in found.items() if name not in layers}
