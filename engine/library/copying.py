"""The module `copy`: containers, tensors, arrays and whole models."""

import copy
from typing import Final

import numpy as np

from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import NUMBERS, Class, Function, Instance, Namespace, Native, Size, Token, Value, natives
from engine.library.attributes import detach
from engine.library.modules import parameter
from engine.messages import Message
from engine.tensor import Tensor, constant


def _copy(machine: Machine, value: Value) -> Value:
    """`copy.copy`, of containers and objects."""
    match value:
        case list() | dict() | set():
            machine.charge(1 + len(value))
            return _like(value, value)
        case Instance():
            made = Instance(value.kind)
            made.name, made.attributes = value.name, dict(value.attributes)
            return made
    return value


def _like(value: Value, items: Value) -> Value:
    """A container of the kind of another, with its settings."""
    made = copy.copy(value)
    if isinstance(made, list):
        made[:] = items
    else:
        made.clear()
        made.update(items)
    return made


def _deep_copy(machine: Machine, value: Value, memo: Value = None) -> Value:
    return _copied(machine, value, {}, 0)


def _copied(machine: Machine, value: Value, known: dict[int, Value], depth: int) -> Value:
    """`known`: what has been copied already, since what is shared stays shared."""
    machine.charge(1)
    if depth > machine.limits.nesting:
        raise InputError(Message("this is nested too deep to be copied"), hint=Message("copy a part of it"))
    if id(value) in known:
        return known[id(value)]
    match value:
        case Tensor():
            made = known[id(value)] = _tensor(machine, value)
            return made
        case Size() | str() | None | Token() | Class() | Function() | Native() | range():
            return value
        case tuple():
            return tuple(_copied(machine, each, known, depth + 1) for each in value)
        case list():
            return _like(value, [_copied(machine, each, known, depth + 1) for each in value])
        case set():
            return set(value)
        case dict():
            pairs = [(_copied(machine, key, known, depth + 1), each) for key, each in value.items()]
            return _like(value, [(key, _copied(machine, each, known, depth + 1)) for key, each in pairs])
        case Instance():
            twin = known[id(value)] = Instance(value.kind)
            twin.name = value.name
            for key, each in value.attributes.items():
                twin.attributes[key] = _copied(machine, each, known, depth + 1)
            return twin
    if type(value) in NUMBERS or isinstance(value, np.ndarray):
        return value
    raise InputError(
        Message("`{name}` cannot be copied here", name=type(value).__name__.lower()),
        hint=Message("copy its numbers: copy.deepcopy(model.state_dict())"),
    )


def _tensor(machine: Machine, value: Tensor) -> Tensor:
    if value.requires_grad and value.op is not None:
        raise InputError(
            Message("Only Tensors created explicitly by the user support the deepcopy protocol at the moment"),
            hint=Message("copy x.detach() instead"),
        )
    if value in machine.library["parameters"]:
        name = value.origin.name if value.origin is not None and value.origin.name else ""
        made = parameter(machine, constant(value.value), name, value.requires_grad)
    else:
        made = detach(machine, value).clone()
        if value.requires_grad:
            made.requires_grad_()
    if value.grad is not None:
        made.grad = constant(value.grad.value)
    return made


COPYING: Final = Namespace("copy", natives({"copy": _copy, "deepcopy": _deep_copy}))
