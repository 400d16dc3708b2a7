"""micrograd's `Value`: a number that remembers, with micrograd's names and its printing."""

from collections.abc import Callable
from typing import Any, Final

from engine import backward
from engine.language.machine import Machine
from engine.language.values import NUMBERS, Class, Instance, Namespace, Native, Property, Token, Value, natives
from engine.library.session import session
from engine.tensor import Tensor, constant

_GRADIENTS: Final = "micrograd"
_NOT: Final = Token("NotImplemented")


def _made(tensor: Tensor) -> Instance:
    value = Instance(VALUE)
    value.attributes["_tensor"] = tensor
    return value


def _init(
    machine: Machine, self: Instance, data: Value, _children: Value = (), _op: Value = "", label: Value = ""
) -> None:
    if type(data) not in NUMBERS:
        raise TypeError
    leaf = constant(float(data))
    leaf.requires_grad = True
    self.attributes["_tensor"] = machine.keep(leaf, machine.here())


def _tensor(value: Value) -> Any:
    return value.attributes["_tensor"] if isinstance(value, Instance) and "_tensor" in value.attributes else value


def _operator(called: Callable[[Any, Any], Any]) -> Callable[..., Value]:
    def method(machine: Machine, self: Instance, other: Value) -> Value:
        operand = _tensor(other)
        if type(operand) is not Tensor and type(operand) not in NUMBERS:
            return _NOT
        return _made(machine.keep(called(_tensor(self), operand), machine.here()))

    return method


def _unary(called: Callable[[Any], Any]) -> Callable[..., Value]:
    return lambda machine, self: _made(machine.keep(called(_tensor(self)), machine.here()))


def _gradients(machine: Machine) -> dict[Tensor, float]:
    found: dict[Tensor, float] = machine.library.setdefault(_GRADIENTS, {})
    return found


def _backward(machine: Machine, self: Instance) -> None:
    tensor = _tensor(self)
    for each, total in session(machine).hooks.sweep(lambda: backward.sweep(tensor)).gradients.items():
        gradients = _gradients(machine)
        gradients[each] = 1 if each is tensor else gradients.get(each, 0) + total
    session(machine).backward(tensor, retain_graph=True)


def _set(machine: Machine, self: Instance, name: str, value: Value) -> None:
    tensor = _tensor(self)
    if name == "data":
        session(machine).update(tensor, float(value), machine.expression)
    elif name == "grad":
        _gradients(machine)[tensor] = value
        tensor.grad = constant(float(value)) if value else None
    else:
        self.attributes[name] = value


def _repr(machine: Machine, self: Instance) -> str:
    return f"Value(data={_data(machine, self)}, grad={_grad(machine, self)})"


def _data(machine: Machine, self: Instance) -> Value:
    return _tensor(self).value


def _grad(machine: Machine, self: Instance) -> Value:
    return _gradients(machine).get(_tensor(self), 0)


def _compared(called: Callable[[Any, Any], Any]) -> Callable[..., Value]:
    def method(machine: Machine, self: Instance, other: Value) -> bool:
        own, given = _tensor(self), _tensor(other)
        return bool(called(own.value, given.value if type(given) is Tensor else given))

    return method


VALUE: Final = Class(
    "Value",
    (),
    natives(
        {
            "__init__": _init,
            "__repr__": _repr,
            "backward": _backward,
            "__setattr__": _set,
            "__add__": _operator(lambda a, b: a + b),
            "__radd__": _operator(lambda a, b: b + a),
            "__sub__": _operator(lambda a, b: a - b),
            "__rsub__": _operator(lambda a, b: b - a),
            "__mul__": _operator(lambda a, b: a * b),
            "__rmul__": _operator(lambda a, b: b * a),
            "__truediv__": _operator(lambda a, b: a / b),
            "__rtruediv__": _operator(lambda a, b: b / a),
            "__pow__": _operator(lambda a, b: a**b),
            "__neg__": _unary(lambda a: -a),
            "relu": _unary(lambda a: a.relu()),
            "tanh": _unary(lambda a: a.tanh()),
            "exp": _unary(lambda a: a.exp()),
            "__lt__": _compared(lambda a, b: a < b),
            "__gt__": _compared(lambda a, b: a > b),
        }
    )
    | {"data": Property(Native("data", _data)), "grad": Property(Native("grad", _grad))},
)
MODULES: Final = {
    "micrograd": Namespace("micrograd", {}),
    "micrograd.engine": Namespace("micrograd.engine", {"Value": VALUE}),
}
