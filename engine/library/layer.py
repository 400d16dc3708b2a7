"""How a layer of the library is made: a class with its numbers, its forward function and its text."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from engine.language.machine import Machine
from engine.language.values import Class, Instance, Native, Value
from engine.library.data import charge
from engine.library.exchange import function
from engine.library.modules import MODULE, parameter
from engine.library.session import session
from engine.tensor import Tensor


def layer(
    name: str,
    init: Callable[..., None] | None = None,
    forward: Callable[..., Value] | None = None,
    extra: Callable[[Mapping[str, Value]], str] | None = None,
    **more: Callable[..., Value],
) -> Class:
    """A class of layers. `init` fills its attributes, `extra` says what stands in the brackets when it is printed."""
    attributes: dict[str, Value] = {key: Native(key, method) for key, method in more.items()}
    if init is not None:

        def start(machine: Machine, self: Instance, *arguments: Value, **named: Value) -> None:
            self.attributes["training"] = True
            init(machine, self, *arguments, **named)

        attributes["__init__"] = Native(name, start)
    if forward is not None:
        attributes["forward"] = Native(name, forward)
    if extra is not None:
        attributes["extra_repr"] = Native("extra_repr", lambda machine, self: extra(self.attributes))
    return Class(name, (MODULE,), attributes)


def give(machine: Machine, self: Instance, name: str, value: Any) -> None:
    """Gives a layer a parameter."""
    self.attributes[name] = parameter(machine, value, name)


def _uniform(machine: Machine, shape: tuple[int, ...], bound: float) -> Any:
    charge(shape)
    return session(machine).random.uniform(shape, -bound, bound)


def weights(
    machine: Machine, self: Instance, shape: tuple[int, ...], bias: Value, *, biases: int | None = None
) -> None:
    """Kaiming's uniform numbers with a = √5, as PyTorch's layers begin. NB: `reset_parameters`."""
    fan_in = math.prod(shape[1:])
    gain = math.sqrt(2.0 / (1 + math.sqrt(5) ** 2))
    bound = math.sqrt(3.0) * (gain / math.sqrt(fan_in)) if fan_in else 0.0
    give(machine, self, "weight", _uniform(machine, shape, bound))
    if bias:
        give(
            machine,
            self,
            "bias",
            _uniform(machine, shape[:1] if biases is None else (biases,), 1 / math.sqrt(fan_in) if fan_in else 0.0),
        )
    else:
        self.attributes["bias"] = None


def functional(op: str, settings: tuple[tuple[str, Value], ...] = (), shown: str = "", own: str = "") -> Class:
    """A layer that is one function with some settings."""

    def init(machine: Machine, self: Instance, *arguments: Value, **named: Value) -> None:
        values = dict(settings) | dict(zip((name for name, _ in settings), arguments, strict=False))
        for name, value in named.items():
            if name not in values and name != "inplace":
                raise TypeError(f"got an unexpected keyword argument '{name}'")
            values[name] = value
        values.pop("inplace", None)
        self.attributes |= values

    def forward(machine: Machine, self: Instance, input: Tensor) -> Value:
        named = {name: self.attributes[name] for name, _ in settings if name != "inplace"}
        return function(op)(input, **{key: value for key, value in named.items() if value is not None})

    def extra(held: Mapping[str, Value]) -> str:
        return shown.format_map(held)

    return layer(own, init, forward, extra)


def pair(value: Value) -> tuple[int, int]:
    """One number for both sides, or one for each."""
    return (value[0], value[1]) if isinstance(value, (tuple, list)) else (value, value)
