"""Losses as layers."""

from engine.language.machine import Machine
from engine.language.values import Class, Instance, Value
from engine.library.exchange import function
from engine.library.layer import layer


def loss(op: str, own: str, **settings: Value) -> Class:
    """The class of a loss with its settings and a `reduction`."""

    def init(machine: Machine, self: Instance, *, reduction: str = "mean", **named: Value) -> None:
        for name in named:
            if name not in settings:
                raise TypeError(f"got an unexpected keyword argument '{name}'")
        self.attributes |= {"reduction": reduction, **settings, **named}

    def forward(machine: Machine, self: Instance, input: Value, target: Value) -> Value:
        named = {name: self.attributes[name] for name in settings if self.attributes[name] is not None}
        return function(op)(input, target, **named, reduction=self.attributes["reduction"])

    return layer(own, init, forward, lambda held: "")
