"""Layers with weights, initialised with PyTorch's numbers: linear, convolution, embedding."""

from collections.abc import Callable, Mapping

import numpy as np

from engine import dtypes
from engine.dtypes import FLOAT32
from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import Instance, Value, kind_name
from engine.library.data import charge
from engine.library.exchange import function
from engine.library.functional import FUNCTIONAL
from engine.library.layer import give, pair, weights
from engine.library.modules import parameter
from engine.library.session import session
from engine.messages import Message
from engine.tensor import Tensor, constant


def linear(
    machine: Machine,
    self: Instance,
    in_features: int,
    out_features: int,
    bias: Value = True,
    device: Value = None,
    dtype: Value = None,
) -> None:
    """`nn.Linear(in_features, out_features)`."""
    self.attributes |= {"in_features": in_features, "out_features": out_features}
    weights(machine, self, (out_features, in_features), bias)
    if dtype is not None:
        for each in self.attributes.values():
            if type(each) is Tensor:
                each.value = dtypes.normal(np.asarray(each.value).astype(dtype.held))


def linear_forward(machine: Machine, self: Instance, input: Tensor) -> Value:
    """x·Wᵀ + b."""
    held = self.attributes
    if not isinstance(input, Tensor):
        raise InputError(
            Message("linear(): argument 'input' must be Tensor, not {kind}", kind=kind_name(input)),
            hint=Message("write torch.tensor([…]) around the numbers"),
        )
    if held["bias"] is None:
        return function("linear")(input, held["weight"])
    return function("linear")(input, held["weight"], held["bias"])


def convolution(dims: int) -> Callable[..., None]:
    """`nn.Conv1d(…)` or `nn.Conv2d(…)`."""

    def init(
        machine: Machine,
        self: Instance,
        in_channels: int,
        out_channels: int,
        kernel_size: Value,
        stride: Value = 1,
        padding: Value = 0,
        dilation: Value = 1,
        groups: int = 1,
        bias: Value = True,
        padding_mode: str = "zeros",
        device: Value = None,
        dtype: Value = None,
    ) -> None:
        if padding_mode != "zeros":
            raise InputError(
                Message("a convolution fills its borders with zeros here"),
                hint=Message("leave out padding_mode=, or call F.pad before the layer"),
            )
        size, steps, apart = (_sizes(each, dims) for each in (kernel_size, stride, dilation))
        self.attributes |= {"in_channels": in_channels, "out_channels": out_channels, "kernel_size": size}
        self.attributes |= {"stride": steps, "padding": padding if isinstance(padding, str) else _sizes(padding, dims)}
        self.attributes |= {"dilation": apart, "groups": groups}
        weights(machine, self, (out_channels, in_channels // groups, *size), bias)

    return init


def _sizes(value: Value, dims: int) -> tuple[int, ...]:
    return pair(value)[:dims]


def convolution_forward(dims: int) -> Callable[..., Value]:
    """The convolution with the layer's settings."""

    def forward(machine: Machine, self: Instance, input: Tensor) -> Value:
        held = self.attributes
        weighed = [each for each in (held["weight"], held["bias"]) if each is not None]
        settings = {name: held[name] for name in ("stride", "padding", "dilation", "groups")}
        return function(f"conv{dims}d")(input, *weighed, **settings)

    return forward


def convolution_extra(held: Mapping[str, Value]) -> str:
    """What is printed of it."""
    said = f"{held['in_channels']}, {held['out_channels']}, kernel_size={held['kernel_size']}, stride={held['stride']}"
    if isinstance(held["padding"], str) or any(held["padding"]):
        said += f", padding={held['padding']}"
    if any(each != 1 for each in held["dilation"]):
        said += f", dilation={held['dilation']}"
    if any(held.get("output_padding", ())):
        said += f", output_padding={held['output_padding']}"
    if held["groups"] != 1:
        said += f", groups={held['groups']}"
    return said + ("" if held["bias"] is not None else ", bias=False")


def embedding(
    machine: Machine,
    self: Instance,
    num_embeddings: int,
    embedding_dim: int,
    padding_idx: Value = None,
    *,
    device: Value = None,
    dtype: Value = None,
) -> None:
    """`nn.Embedding(count, size)`; the row of `padding_idx` begins with zeros and learns nothing."""
    self.attributes |= {"num_embeddings": num_embeddings, "embedding_dim": embedding_dim, "padding_idx": padding_idx}
    charge((num_embeddings, embedding_dim))
    rows = session(machine).random.normal((num_embeddings, embedding_dim))
    if padding_idx is not None:
        rows[padding_idx] = 0
    give(machine, self, "weight", rows)


def embedding_forward(machine: Machine, self: Instance, input: Tensor) -> Value:
    """The rows of the weight that the input names."""
    return function("embedding")(input, self.attributes["weight"], self.attributes["padding_idx"])


def embedding_extra(held: Mapping[str, Value]) -> str:
    """What is printed of it."""
    said = f"{held['num_embeddings']}, {held['embedding_dim']}"
    return said if held["padding_idx"] is None else f"{said}, padding_idx={held['padding_idx']}"


def from_pretrained(machine: Machine, kind: Value, embeddings: Tensor, freeze: Value = True) -> Value:
    """`nn.Embedding.from_pretrained(rows)`."""
    made = Instance(kind)
    made.attributes |= {"training": True, "padding_idx": None}
    made.attributes |= dict(zip(("num_embeddings", "embedding_dim"), embeddings.shape, strict=True))
    made.attributes["weight"] = parameter(machine, constant(embeddings.value), "weight", not freeze)
    return made


def prelu(machine: Machine, self: Instance, num_parameters: int = 1, init: float = 0.25) -> None:
    """`nn.PReLU()`: the slope below zero is learnt."""
    self.attributes["num_parameters"] = num_parameters
    charge((num_parameters,))
    give(machine, self, "weight", np.full(num_parameters, init, FLOAT32))


def prelu_forward(machine: Machine, self: Instance, input: Tensor) -> Value:
    """x, or the slope times x."""
    return FUNCTIONAL["prelu"].call(machine, input, self.attributes["weight"])
