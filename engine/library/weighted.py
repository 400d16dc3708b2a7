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
from engine.library.layer import give, weights
from engine.library.session import session
from engine.messages import Message
from engine.tensor import Tensor


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


def _pair(value: Value) -> tuple[int, int]:
    return (value[0], value[1]) if isinstance(value, (tuple, list)) else (value, value)


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
    ) -> None:
        size = _pair(kernel_size) if dims == 2 else (_pair(kernel_size)[0],)
        shown = {"in_channels": in_channels, "out_channels": out_channels, "kernel_size": size}
        steps = _pair(stride) if dims == 2 else (_pair(stride)[0],)
        borders = _pair(padding) if dims == 2 else (_pair(padding)[0],)
        self.attributes |= {**shown, "stride": steps, "padding": borders, "dilation": dilation, "groups": groups}
        weights(machine, self, (out_channels, in_channels // groups, *size), bias)

    return init


def convolution_forward(dims: int) -> Callable[..., Value]:
    """The convolution with the layer's settings."""

    def forward(machine: Machine, self: Instance, input: Tensor) -> Value:
        held = self.attributes
        return (
            function(f"conv{dims}d")(
                input, held["weight"], held["bias"], stride=held["stride"], padding=held["padding"]
            )
            if held["bias"] is not None
            else function(f"conv{dims}d")(input, held["weight"], stride=held["stride"], padding=held["padding"])
        )

    return forward


def convolution_extra(held: Mapping[str, Value]) -> str:
    """What is printed of it."""
    said = f"{held['in_channels']}, {held['out_channels']}, kernel_size={held['kernel_size']}, stride={held['stride']}"
    if any(held["padding"]):
        said += f", padding={held['padding']}"
    return said + ("" if held["bias"] is not None else ", bias=False")


def embedding(machine: Machine, self: Instance, num_embeddings: int, embedding_dim: int) -> None:
    """`nn.Embedding(count, size)`."""
    self.attributes |= {"num_embeddings": num_embeddings, "embedding_dim": embedding_dim}
    charge((num_embeddings, embedding_dim))
    give(machine, self, "weight", session(machine).random.normal((num_embeddings, embedding_dim)))


def prelu(machine: Machine, self: Instance, num_parameters: int = 1, init: float = 0.25) -> None:
    """`nn.PReLU()`: the slope below zero is learnt."""
    self.attributes["num_parameters"] = num_parameters
    charge((num_parameters,))
    give(machine, self, "weight", np.full(num_parameters, init, FLOAT32))


def prelu_forward(machine: Machine, self: Instance, input: Tensor) -> Value:
    """x, or the slope times x."""
    return FUNCTIONAL["prelu"].call(machine, input, self.attributes["weight"])
