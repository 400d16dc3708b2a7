"""What makes pictures larger: transposed convolution and upsampling, made of products, folding and repeating."""

from collections.abc import Mapping
from typing import Any

from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import Instance, Value
from engine.library.exchange import function
from engine.library.layer import pair, weights
from engine.messages import Message
from engine.tensor import Tensor


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
    self.attributes |= {"size": size, "scale_factor": scale_factor, "mode": mode}


def upsample_forward(machine: Machine, self: Instance, input: Tensor) -> Tensor:
    """The layer's settings."""
    return interpolate(machine, input, **{name: self.attributes[name] for name in ("size", "scale_factor", "mode")})


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
    """Each pixel of the result is the nearest one of the picture."""
    if mode != "nearest":
        raise InputError(
            Message("pictures are enlarged by the nearest pixel here"),
            hint=Message("leave out mode=, or write mode='nearest'"),
        )
    made: Any = input
    for place, length in enumerate(input.shape[2:]):
        factor = _of_axis(scale_factor, place)
        wanted = int(length * factor) if size is None else int(_of_axis(size, place))
        taken = [min(int(each * length / wanted), length - 1) for each in range(wanted)]
        machine.charge(wanted)
        made = made[(*[slice(None)] * (2 + place), taken)]
    machine.library["grad_fns"][made.birth] = f"UpsampleNearest{made.ndim - 2}DBackward0"
    return made  # type: ignore[no-any-return]


def _of_axis(value: Value, place: int) -> Any:
    return value[place] if isinstance(value, (tuple, list)) else value
