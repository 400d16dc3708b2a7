"""`torch.nn.init`: how weights are filled before training, with PyTorch's numbers."""

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from engine import mode
from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import Namespace, Native, Value
from engine.library.session import session
from engine.messages import Message
from engine.tensor import Tensor, constant


def _filling(draw: Callable[..., Any]) -> Callable[..., Value]:
    def filled(machine: Machine, tensor: Tensor, *arguments: Value, **named: Value) -> Tensor:
        with mode.no_grad():
            return session(machine).replace(tensor, constant(draw(machine, tensor, *arguments, **named)))

    return filled


def _fans(tensor: Tensor) -> tuple[int, int]:
    if tensor.ndim < 2:
        raise InputError(
            Message("Fan in and fan out can not be computed for tensor with fewer than 2 dimensions"),
            hint=Message("a bias is filled with zeros_ or uniform_"),
        )
    field = math.prod(tensor.shape[2:])
    return tensor.shape[1] * field, tensor.shape[0] * field


def _uniform(machine: Machine, tensor: Tensor, a: float = 0.0, b: float = 1.0) -> Any:
    return session(machine).random.uniform(tensor.shape, float(a), float(b), tensor.dtype)


def _normal(machine: Machine, tensor: Tensor, mean: float = 0.0, std: float = 1.0) -> Any:
    return session(machine).random.normal(tensor.shape, float(mean), float(std), tensor.dtype)


def _gain(nonlinearity: str, a: float = 0.0) -> float:
    return {
        "relu": math.sqrt(2.0),
        "tanh": 5 / 3,
        "leaky_relu": math.sqrt(2 / (1 + (a or 0.01) ** 2)),
        "selu": 0.75,
    }.get(nonlinearity, 1.0)


def _xavier_uniform(machine: Machine, tensor: Tensor, gain: float = 1.0) -> Any:
    bound = math.sqrt(3.0) * gain * math.sqrt(2.0 / sum(_fans(tensor)))
    return _uniform(machine, tensor, -bound, bound)


def _xavier_normal(machine: Machine, tensor: Tensor, gain: float = 1.0) -> Any:
    return _normal(machine, tensor, 0.0, gain * math.sqrt(2.0 / sum(_fans(tensor))))


def _kaiming_gain(a: float, nonlinearity: str) -> float:
    return math.sqrt(2.0 / (1 + a**2)) if nonlinearity == "leaky_relu" else _gain(nonlinearity)


def _kaiming_uniform(
    machine: Machine, tensor: Tensor, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu"
) -> Any:
    std = _kaiming_gain(a, nonlinearity) / math.sqrt(_fans(tensor)[mode == "fan_out"])
    return _uniform(machine, tensor, -math.sqrt(3.0) * std, math.sqrt(3.0) * std)


def _kaiming_normal(
    machine: Machine, tensor: Tensor, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu"
) -> Any:
    return _normal(machine, tensor, 0.0, _kaiming_gain(a, nonlinearity) / math.sqrt(_fans(tensor)[mode == "fan_out"]))


def _constant(machine: Machine, tensor: Tensor, val: float) -> Any:
    return np.full(tensor.shape, val, tensor.dtype)


def _eye(machine: Machine, tensor: Tensor) -> Any:
    return np.eye(*tensor.shape, dtype=tensor.dtype)


_FILLED: Final[dict[str, Callable[..., Any]]] = {
    "uniform_": _uniform,
    "normal_": _normal,
    "constant_": _constant,
    "eye_": _eye,
    "xavier_uniform_": _xavier_uniform,
    "xavier_normal_": _xavier_normal,
    "kaiming_uniform_": _kaiming_uniform,
    "kaiming_normal_": _kaiming_normal,
    "zeros_": lambda machine, tensor: np.zeros(tensor.shape, tensor.dtype),
    "ones_": lambda machine, tensor: np.ones(tensor.shape, tensor.dtype),
}
_calculate_gain = Native(
    "calculate_gain",
    lambda machine, nonlinearity, param=None: _kaiming_gain(0.01 if param is None else param, nonlinearity),
)
INIT: Final = Namespace(
    "torch.nn.init",
    {name: Native(name, _filling(draw)) for name, draw in _FILLED.items()} | {"calculate_gain": _calculate_gain},
    dict.fromkeys(
        ("orthogonal_", "trunc_normal_", "dirac_", "sparse_"),
        Message("the fillings here are uniform_, normal_, constant_, eye_, xavier_… and kaiming_…"),
    ),
)
