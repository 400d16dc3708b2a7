"""What makes pictures larger: transposed convolution and upsampling, made of products, folding and repeating."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from engine.dtypes import FLOAT32, Array
from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import Instance, Value
from engine.library.data import charge
from engine.library.exchange import function
from engine.library.layer import pair, weights
from engine.messages import Message
from engine.tensor import Tensor, constant


def transposed(
    machine: Machine,
    self: Instance,
    in_channels: int,
    out_channels: int,
    kernel_size: Value,
    stride: Value = 1,
    padding: Value = 0,
    output_padding: Value = 0,
    groups: int = 1,
    bias: Value = True,
) -> None:
    """`nn.ConvTranspose2d(…)`."""
    if groups != 1:
        raise InputError(Message("a transposed convolution has one group here"), hint=Message("leave out groups="))
    self.attributes |= {"in_channels": in_channels, "out_channels": out_channels, "kernel_size": pair(kernel_size)}
    self.attributes |= {"stride": pair(stride), "padding": pair(padding), "dilation": (1, 1), "groups": 1}
    self.attributes |= {"output_padding": pair(output_padding)}
    weights(machine, self, (in_channels, out_channels, *pair(kernel_size)), bias, biases=out_channels)


def transposed_forward(machine: Machine, self: Instance, input: Tensor) -> Tensor:
    """The layer's weights and settings."""
    held = self.attributes
    return conv_transpose2d(
        machine, input, held["weight"], held["bias"], held["stride"], held["padding"], held["output_padding"]
    )


def conv_transpose2d(
    machine: Machine,
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Value = 1,
    padding: Value = 0,
    output_padding: Value = 0,
) -> Tensor:
    """Every pixel lays down its multiple of the kernel, and what overlaps is added. NB: ∂conv2d/∂input."""
    single = input.ndim == 3
    pixels: Any = function("unsqueeze")(input, 0) if single else input
    batch, channels, *size = pixels.shape
    kernel, steps, borders, more = weight.shape[2:], pair(stride), pair(padding), pair(output_padding)
    out = tuple(
        (each - 1) * step - 2 * border + width + extra
        for each, step, border, width, extra in zip(size, steps, borders, kernel, more, strict=True)
    )
    reshape = function("reshape")
    laid = function("transpose")(reshape(weight, (channels, -1)), 0, 1) @ reshape(pixels, (batch, channels, -1))
    made = function("fold")(laid, out, tuple(kernel), padding=borders, stride=steps)
    if bias is not None:
        made = made + reshape(bias, (-1, 1, 1))
    made = made.squeeze(0) if single else made
    machine.library["grad_fns"][made.birth] = "ConvolutionBackward0"
    return made  # type: ignore[no-any-return]


def upsample(
    machine: Machine,
    self: Instance,
    size: Value = None,
    scale_factor: Value = None,
    mode: str = "nearest",
    align_corners: Value = None,
) -> None:
    """`nn.Upsample(scale_factor=2)`."""
    if size is None:
        scale_factor = tuple(map(float, scale_factor)) if isinstance(scale_factor, tuple) else float(scale_factor)
    self.attributes |= {"size": size, "scale_factor": scale_factor, "mode": mode, "align_corners": align_corners}


def upsampling(mode: str, align_corners: Value) -> Any:
    """`nn.UpsamplingBilinear2d(scale_factor=2)` and its like."""

    def start(machine: Machine, self: Instance, size: Value = None, scale_factor: Value = None) -> None:
        upsample(machine, self, size, scale_factor, mode, align_corners)

    return start


def upsample_forward(machine: Machine, self: Instance, input: Tensor) -> Tensor:
    """The layer's settings."""
    return interpolate(
        machine, input, **{name: self.attributes[name] for name in ("size", "scale_factor", "mode", "align_corners")}
    )


def upsample_extra(held: Mapping[str, Value]) -> str:
    """What is printed of it."""
    said = f"scale_factor={held['scale_factor']}" if held["size"] is None else f"size={held['size']}"
    return f"{said}, mode='{held['mode']}'"


def interpolate(
    machine: Machine,
    input: Tensor,
    size: Value = None,
    scale_factor: Value = None,
    mode: str = "nearest",
    align_corners: Value = None,
) -> Tensor:
    """A picture of another size: for each of its pixels the nearest of the picture, or a mean of those around."""
    mixing = _MIXINGS.get(mode)
    if mode != "nearest" and (mixing is None or mixing.axes != input.ndim - 2):
        raise InputError(
            Message("no `interpolate` with mode {mode} for a tensor of {rank} axes here", mode=mode, rank=input.ndim),
            hint=Message("there are 'nearest', 'linear' for 3 axes, 'bilinear' and 'bicubic' for 4"),
        )
    made: Any = input
    for place, length in enumerate(input.shape[2:]):
        factor = _of_axis(scale_factor, place)
        wanted = int(length * factor) if size is None else int(_of_axis(size, place))
        machine.charge(wanted)
        if mixing is None:
            taken = [min(int(each * length / wanted), length - 1) for each in range(wanted)]
            made = made[(*[slice(None)] * (2 + place), taken)]
            continue
        charge((wanted, length))
        scale = length / wanted if size is not None else 1 / factor
        weights = constant(mixing.weights(length, wanted, scale, bool(align_corners)).astype(made.dtype))
        last = place == input.ndim - 3  # rows are mixed from the left, columns from the right
        made = made @ function("transpose")(weights, 0, 1) if last else weights @ made
    name = mode.capitalize()
    machine.library["grad_fns"][made.birth] = f"Upsample{name}{made.ndim - 2}DBackward0"
    return made  # type: ignore[no-any-return]


def _sources(length: int, wanted: int, scale: float, corners: bool) -> Array:
    """Where in the picture each pixel of the result lies."""
    places = np.arange(wanted, dtype=FLOAT32)
    if corners:
        return places * np.float32((length - 1) / (wanted - 1) if wanted > 1 else 0)
    return np.float32(scale) * (places + np.float32(0.5)) - np.float32(0.5)


def _linear(length: int, wanted: int, scale: float, corners: bool) -> Array:
    """How much of each pixel there is in each pixel of the result: of two, the more the nearer."""
    sources = np.maximum(_sources(length, wanted, scale, corners), 0)
    first = np.minimum(sources.astype(int), length - 1)
    part = sources - first.astype(FLOAT32)
    return _mixed(length, {0: 1 - part, 1: part}, first)


def _cubic(length: int, wanted: int, scale: float, corners: bool) -> Array:
    """Of four, on a cubic curve. NB: PyTorch's has a = −0.75."""
    sources = _sources(length, wanted, scale, corners)
    first = np.floor(sources).astype(int)
    part, a = (sources - first).astype(FLOAT32), np.float32(-0.75)

    def near(x: Array) -> Array:
        return ((a + 2) * x - (a + 3)) * x * x + 1

    def far(x: Array) -> Array:
        return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a

    return _mixed(length, {-1: far(part + 1), 0: near(part), 1: near(1 - part), 2: far(2 - part)}, first)


def _mixed(length: int, parts: Mapping[int, Array], first: Array) -> Array:
    """The weights as a matrix; what lies beyond the border is the pixel at the border."""
    made = np.zeros((len(first), length), FLOAT32)
    for step, part in parts.items():
        np.add.at(made, (np.arange(len(first)), np.clip(first + step, 0, length - 1)), part)
    return made


class _Mixing(NamedTuple):
    """How many axes are enlarged, and how much of each pixel there is in each pixel of the result."""

    axes: int
    weights: Callable[[int, int, float, bool], Array]


_MIXINGS: Final = {"linear": _Mixing(1, _linear), "bilinear": _Mixing(2, _linear), "bicubic": _Mixing(2, _cubic)}


def _of_axis(value: Value, place: int) -> Any:
    return value[place] if isinstance(value, (tuple, list)) else value
