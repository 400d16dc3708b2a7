"""Layers without weights that keep settings: dropout, flatten, pooling, softmax."""

from collections.abc import Mapping

from engine.language.machine import Machine
from engine.language.values import Class, Instance, Value
from engine.library.exchange import function
from engine.library.functional import FUNCTIONAL
from engine.library.layer import functional, layer
from engine.tensor import Tensor


def made_of(op: str, own: str, settings: tuple[tuple[str, Value], ...] = (), shown: str = "") -> Class:
    """A layer that is one of the functions made of others, with its settings; one without a default has to be given."""

    def init(machine: Machine, self: Instance, *arguments: Value, inplace: Value = False, **named: Value) -> None:
        held = dict(settings) | dict(zip((name for name, _ in settings), arguments, strict=False)) | named
        if missing := [name for name, value in held.items() if value is ...]:
            raise TypeError(f"missing 1 required positional argument: '{missing[0]}'")
        self.attributes |= held

    def forward(machine: Machine, self: Instance, input: Tensor) -> Value:
        return FUNCTIONAL[op].call(machine, input, *(self.attributes[name] for name, _ in settings))

    return layer(own, init, forward, lambda held: shown.format_map(held))


def zero_pad(machine: Machine, self: Instance, padding: Value) -> None:
    """`nn.ZeroPad2d(1)`."""
    self.attributes["padding"] = tuple(padding) if isinstance(padding, (tuple, list)) else (padding,) * 4


def zero_pad_forward(machine: Machine, self: Instance, input: Tensor) -> Value:
    """Zeros around a picture."""
    return function("pad")(input, self.attributes["padding"])


def softmax(op: str, own: str) -> Class:
    """`nn.Softmax(dim)` or `nn.LogSoftmax(dim)`."""
    return functional(op, (("dim", None),), "dim={dim}", own)


def dropout(machine: Machine, self: Instance, p: float = 0.5, inplace: Value = False) -> None:
    """`nn.Dropout(p)`."""
    self.attributes |= {"p": p, "inplace": bool(inplace)}


def dropout_forward(machine: Machine, self: Instance, input: Tensor) -> Value:
    """Drops in training only."""
    if not self.attributes["training"]:
        return input
    return machine.library["dropout"](machine, input, self.attributes["p"])


def flatten(machine: Machine, self: Instance, start_dim: int = 1, end_dim: int = -1) -> None:
    """`nn.Flatten()`."""
    self.attributes |= {"start_dim": start_dim, "end_dim": end_dim}


def pool(op: str, own: str) -> Class:
    """`nn.MaxPool2d(size)` or `nn.AvgPool2d(size)`."""

    def init(machine: Machine, self: Instance, kernel_size: Value, stride: Value = None, padding: Value = 0) -> None:
        self.attributes |= {"kernel_size": kernel_size, "stride": kernel_size if stride is None else stride}
        self.attributes["padding"] = padding

    def forward(machine: Machine, self: Instance, input: Tensor) -> Value:
        held = self.attributes
        more = {"padding": held["padding"]} if held["padding"] else {}
        return function(op)(input, held["kernel_size"], stride=held["stride"], **more)

    def extra(held: Mapping[str, Value]) -> str:
        said = f"kernel_size={held['kernel_size']}, stride={held['stride']}, padding={held['padding']}"
        return said + (", dilation=1, ceil_mode=False" if op.startswith("max") else "")

    return layer(own, init, forward, extra)


def unflatten(machine: Machine, self: Instance, dim: int, unflattened_size: Value) -> None:
    """`nn.Unflatten(dim, sizes)`."""
    self.attributes |= {"dim": dim, "unflattened_size": tuple(unflattened_size)}


def unflatten_forward(machine: Machine, self: Instance, input: Tensor) -> Value:
    """One axis as several."""
    dim = self.attributes["dim"] % input.ndim
    shape = (*input.shape[:dim], *self.attributes["unflattened_size"], *input.shape[dim + 1 :])
    return function("reshape")(input, shape)


def adaptive(machine: Machine, self: Instance, output_size: Value) -> None:
    """`nn.AdaptiveAvgPool2d(size)`."""
    self.attributes["output_size"] = tuple(output_size) if isinstance(output_size, (tuple, list)) else output_size


def adaptive_forward(machine: Machine, self: Instance, input: Tensor) -> Value:
    """Means over as many patches as are wanted."""
    return FUNCTIONAL["adaptive_avg_pool2d"].call(machine, input, self.attributes["output_size"])
