"""Layers that hold layers: `Sequential` and `ModuleList`."""

from collections.abc import Callable
from typing import Final

from engine.language import formatting
from engine.language.machine import Machine
from engine.language.values import Instance, Once, Value
from engine.library.modules import attach, parameter
from engine.tensor import constant


def sequential(machine: Machine, self: Instance, *layers: Value) -> None:
    """`nn.Sequential(…)`, of layers or of one dictionary."""
    pairs = layers[0].items() if len(layers) == 1 and isinstance(layers[0], dict) else enumerate(layers)
    for name, each in pairs:
        attach(machine, self, str(name), each)
        self.attributes[str(name)] = each


def _held(self: Instance) -> list[Value]:
    return [value for name, value in self.attributes.items() if name != "training"]


def sequential_forward(machine: Machine, self: Instance, input: Value) -> Value:
    """One layer after the other."""
    for each in _held(self):
        input = machine.keep(machine.call(each, [input]), machine.here())
    return input


def module_list(machine: Machine, self: Instance, modules: Value = ()) -> None:
    """`nn.ModuleList([…])`."""
    sequential(machine, self, *machine.taken(modules))


def _append(machine: Machine, self: Instance, module: Value) -> Instance:
    name = str(len(_held(self)))
    attach(machine, self, name, module)
    self.attributes[name] = module
    return self


def _replace(machine: Machine, self: Instance, index: Value, module: Value) -> None:
    """`model[2] = nn.Linear(8, 2)`."""
    name = [name for name in self.attributes if name != "training"][index]
    attach(machine, self, name, module)
    self.attributes[name] = module


LISTS: Final[dict[str, Callable[..., Value]]] = {
    "__len__": lambda machine, self: len(_held(self)),
    "__getitem__": lambda machine, self, index: _held(self)[index],
    "__iter__": lambda machine, self: Once("iterator", iter(_held(self))),
    "__setitem__": _replace,
    "append": _append,
}


def list_repr(machine: Machine, self: Instance) -> str:
    """Layers that print alike are counted, as PyTorch does in a ModuleList."""
    said = [formatting.shown(machine, each).replace("\n", "\n  ") for each in _held(self)]
    lines: list[str] = []
    start = 0
    for place in range(1, len(said) + 1):
        if place == len(said) or said[place] != said[start]:
            count = place - start
            lines.append(
                f"({start}): {said[start]}" if count == 1 else f"({start}-{place - 1}): {count} x {said[start]}"
            )
            start = place
    return f"{self.kind.name}(\n  " + "\n  ".join(lines) + "\n)" if lines else f"{self.kind.name}()"


def module_dict(machine: Machine, self: Instance, modules: Value = None) -> None:
    """`nn.ModuleDict({…})`."""
    for name, each in (modules or {}).items():
        attach(machine, self, str(name), each)
        self.attributes[str(name)] = each


def _entries(self: Instance) -> dict[str, Value]:
    return {name: value for name, value in self.attributes.items() if name != "training"}


def _set_entry(machine: Machine, self: Instance, name: str, module: Value) -> None:
    attach(machine, self, str(name), module)
    self.attributes[str(name)] = module


DICTIONARY: Final[dict[str, Callable[..., Value]]] = {
    "__len__": lambda machine, self: len(_entries(self)),
    "__getitem__": lambda machine, self, name: _entries(self)[name],
    "__setitem__": _set_entry,
    "__contains__": lambda machine, self, name: name in _entries(self),
    "__iter__": lambda machine, self: list(_entries(self)),
    "keys": lambda machine, self: list(_entries(self)),
    "values": lambda machine, self: list(_entries(self).values()),
    "items": lambda machine, self: list(_entries(self).items()),
}


def parameter_list(machine: Machine, self: Instance, values: Value = ()) -> None:
    """`nn.ParameterList([…])`."""
    for place, each in enumerate(machine.taken(values)):
        made = each if each in machine.library["parameters"] else parameter(machine, constant(each.value), "")
        attach(machine, self, str(place), made)
        self.attributes[str(place)] = made


def parameters_repr(machine: Machine, self: Instance) -> str:
    """Each parameter by its size, as PyTorch prints a ParameterList."""
    lines = [
        f"    ({name}): Parameter containing: [torch.float32 of size {'x'.join(map(str, each.shape))}]"
        for name, each in _entries(self).items()
    ]
    return "ParameterList(\n" + "\n".join(lines) + "\n)"
