"""Layers that normalise: over a sample's features, or over the batch."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.dtypes import FLOAT32
from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import Instance, Value
from engine.library.data import charge
from engine.library.exchange import function
from engine.library.functional import FUNCTIONAL
from engine.library.layer import give
from engine.messages import Message
from engine.tensor import Tensor, constant


def layer_norm(
    machine: Machine, self: Instance, normalized_shape: Value, eps: float = 1e-5, elementwise_affine: Value = True
) -> None:
    """`nn.LayerNorm(shape)`."""
    shape = tuple(normalized_shape) if isinstance(normalized_shape, (tuple, list)) else (normalized_shape,)
    self.attributes |= {"normalized_shape": shape, "eps": eps, "elementwise_affine": bool(elementwise_affine)}
    for name, number in (("weight", 1.0), ("bias", 0.0)):
        if elementwise_affine:
            charge(shape)
            give(machine, self, name, np.full(shape, number, FLOAT32))
        else:
            self.attributes[name] = None


def layer_norm_forward(machine: Machine, self: Instance, input: Tensor) -> Value:
    """Normalises over the last axes."""
    held = self.attributes
    affine = (held["weight"], held["bias"]) if held["weight"] is not None else ()
    return function("layer_norm")(input, held["normalized_shape"], *affine, eps=held["eps"])


def group_norm(
    machine: Machine, self: Instance, num_groups: int, num_channels: int, eps: float = 1e-5, affine: Value = True
) -> None:
    """`nn.GroupNorm(groups, channels)`."""
    self.attributes |= {"num_groups": num_groups, "num_channels": num_channels, "eps": eps, "affine": bool(affine)}
    charge((num_channels,))
    for name, number in (("weight", 1.0), ("bias", 0.0)):
        if affine:
            give(machine, self, name, np.full(num_channels, number, FLOAT32))
        else:
            self.attributes[name] = None


def group_norm_forward(machine: Machine, self: Instance, input: Tensor) -> Value:
    """Normalises groups of channels of each sample."""
    held = self.attributes
    called = FUNCTIONAL["group_norm"].call
    return called(machine, input, held["num_groups"], held["weight"], held["bias"], held["eps"])


def batch_norm(
    machine: Machine, self: Instance, num_features: int, eps: float = 1e-5, momentum: float = 0.1, affine: Value = True
) -> None:
    """`nn.BatchNorm1d(features)` and `BatchNorm2d`."""
    self.attributes |= {"num_features": num_features, "eps": eps, "momentum": momentum, "affine": bool(affine)}
    charge((num_features,))
    give(machine, self, "weight", np.ones(num_features, FLOAT32))
    give(machine, self, "bias", np.zeros(num_features, FLOAT32))
    self.attributes["running_mean"] = constant(np.zeros(num_features, FLOAT32))
    self.attributes["running_var"] = constant(np.ones(num_features, FLOAT32))
    self.attributes["num_batches_tracked"] = constant(np.array(0))
    self.attributes["_buffers"] = dict.fromkeys(("running_mean", "running_var", "num_batches_tracked"), True)


def batch_norm_forward(machine: Machine, self: Instance, input: Tensor) -> Value:
    """Normalises over the batch in training, by the running numbers else."""
    held = self.attributes
    mean, var, momentum = held["running_mean"], held["running_var"], held["momentum"]
    if held["training"]:
        axes = (0, *range(2, input.ndim))
        values = np.asarray(input.value)
        count = values.size // max(1, values.shape[1])
        if count <= 1:
            raise InputError(
                Message(
                    "Expected more than 1 value per channel when training, got input size {shape}", shape=input.shape
                ),
                hint=Message("give a batch of two samples or more, or call .eval() first"),
            )
        kind: Any = values.dtype.type
        held["num_batches_tracked"].become(np.asarray(held["num_batches_tracked"].value) + 1)
        now = values.mean(axes, dtype=values.dtype)
        spread = values.var(axes, dtype=values.dtype) * kind(count / (count - 1))
        mean.become((kind(1 - momentum) * mean.value + kind(momentum) * now).astype(values.dtype))
        var.become((kind(1 - momentum) * var.value + kind(momentum) * spread).astype(values.dtype))
    running = (None, None) if held["training"] else (mean, var)
    return function("batch_norm")(
        input, *running, held["weight"], held["bias"], training=held["training"], eps=held["eps"]
    )


def batch_norm_extra(held: Mapping[str, Value]) -> str:
    """What is printed of it."""
    said = f"{held['num_features']}, eps={held['eps']}, momentum={held['momentum']}"
    return f"{said}, affine=True, bias=True, track_running_stats=True"
