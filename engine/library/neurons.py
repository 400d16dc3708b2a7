"""`micrograd.nn`: neurons, layers and the MLP of micrograd's demo, with its numbers and its printing."""

import ast
from collections.abc import Callable
from typing import Final

from engine.language import formatting, operators
from engine.language.machine import Machine
from engine.language.values import UNBOUND, Class, Instance, Namespace, Value, natives
from engine.library.micrograd import VALUE
from engine.library.random import uniform


def _scope(machine: Machine, name: str, run: Callable[[], Value]) -> Value:
    outer = machine.scope
    machine.scope = (outer, name)
    try:
        return run()
    finally:
        machine.scope = outer


def _parameters(machine: Machine, self: Instance) -> list[Value]:
    return []


def _zero_grad(machine: Machine, self: Instance) -> None:
    for each in machine.taken(machine.call(self.kind.find("parameters"), [self])):
        setter = each.kind.find("__setattr__") if isinstance(each, Instance) else UNBOUND
        machine.call(setter, [each, "grad", 0])


MODULE: Final = Class("Module", (), natives({"parameters": _parameters, "zero_grad": _zero_grad}))


# --- a neuron


def _neuron_init(machine: Machine, self: Instance, nin: int, nonlin: Value = True) -> None:
    machine.charge(int(nin))
    self.attributes["w"] = [machine.call(VALUE, [uniform(machine, -1, 1)]) for _ in range(nin)]
    self.attributes["b"] = machine.call(VALUE, [0])
    self.attributes["nonlin"] = nonlin


def _neuron_call(machine: Machine, self: Instance, x: Value) -> Value:
    def run() -> Value:
        total = self.attributes["b"]
        for weight, each in zip(self.attributes["w"], machine.items(x), strict=False):
            machine.charge(1)
            total = operators.binary(machine, ast.Add, total, operators.binary(machine, ast.Mult, weight, each))
        return machine.call(VALUE.find("relu"), [total]) if self.attributes["nonlin"] else total

    return _scope(machine, "Neuron", run)


def _neuron_text(machine: Machine, self: Instance) -> str:
    return f"{'ReLU' if self.attributes['nonlin'] else 'Linear'}Neuron({len(self.attributes['w'])})"


NEURON: Final = Class(
    "Neuron",
    (MODULE,),
    natives(
        {
            "__init__": _neuron_init,
            "__call__": _neuron_call,
            "parameters": lambda machine, self: [*self.attributes["w"], self.attributes["b"]],
            "__repr__": _neuron_text,
        }
    ),
)

# --- neurons side by side, layers one after the other


def _layer_init(machine: Machine, self: Instance, nin: int, nout: int, **settings: Value) -> None:
    self.attributes["neurons"] = [machine.call(NEURON, [nin], settings) for _ in range(nout)]


def _layer_call(machine: Machine, self: Instance, x: Value) -> Value:
    def run() -> Value:
        out = [machine.call(each, [x]) for each in self.attributes["neurons"]]
        return out[0] if len(out) == 1 else out

    return _scope(machine, "Layer", run)


def _mlp_init(machine: Machine, self: Instance, nin: int, nouts: list[int]) -> None:
    sizes = [nin, *nouts]
    self.attributes["layers"] = [
        machine.call(LAYER, [sizes[place], sizes[place + 1]], {"nonlin": place != len(nouts) - 1})
        for place in range(len(nouts))
    ]


def _mlp_call(machine: Machine, self: Instance, x: Value) -> Value:
    def run() -> Value:
        value = x
        for each in self.attributes["layers"]:
            value = machine.call(each, [value])
        return value

    return _scope(machine, "MLP", run)


def _all_parameters(of: str) -> Callable[..., list[Value]]:
    def parameters(machine: Machine, self: Instance) -> list[Value]:
        parts = [machine.taken(machine.call(each.kind.find("parameters"), [each])) for each in self.attributes[of]]
        return [each for part in parts for each in part]

    return parameters


def _listed(name: str, of: str) -> Callable[..., str]:
    def text(machine: Machine, self: Instance) -> str:
        parts = [formatting.shown(machine, each) for each in self.attributes[of]]
        return f"{name} of [{', '.join(parts)}]"

    return text


LAYER: Final = Class(
    "Layer",
    (MODULE,),
    natives(
        {
            "__init__": _layer_init,
            "__call__": _layer_call,
            "parameters": _all_parameters("neurons"),
            "__repr__": _listed("Layer", "neurons"),
        }
    ),
)
MLP: Final = Class(
    "MLP",
    (MODULE,),
    natives(
        {
            "__init__": _mlp_init,
            "__call__": _mlp_call,
            "parameters": _all_parameters("layers"),
            "__repr__": _listed("MLP", "layers"),
        }
    ),
)
NEURONS: Final = Namespace("micrograd.nn", {"Module": MODULE, "Neuron": NEURON, "Layer": LAYER, "MLP": MLP})
