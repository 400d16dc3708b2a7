"""`torch.optim.lr_scheduler`: learning rates that change from epoch to epoch."""

import math
from collections.abc import Callable
from typing import Any, Final

from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import Class, Instance, Namespace, Value, natives
from engine.messages import Message

Rate = Callable[[Machine, dict[str, Value], int, float, float], float]
"""Machine, settings, epoch, the rate until now, the rate at the start → the rate of the epoch."""


def _step_lr(machine: Machine, held: dict[str, Value], epoch: int, rate: float, start: float) -> float:
    return float(rate * held["gamma"] if epoch % held["step_size"] == 0 else rate)


def _multi_step(machine: Machine, held: dict[str, Value], epoch: int, rate: float, start: float) -> float:
    return float(rate * held["gamma"] ** machine.taken(held["milestones"]).count(epoch))


def _exponential(machine: Machine, held: dict[str, Value], epoch: int, rate: float, start: float) -> float:
    return float(rate * held["gamma"])


def _lambda(machine: Machine, held: dict[str, Value], epoch: int, rate: float, start: float) -> float:
    return start * float(machine.call(held["lr_lambda"], [epoch]))


def _cosine(machine: Machine, held: dict[str, Value], epoch: int, rate: float, start: float) -> float:
    span, low = held["T_max"], held["eta_min"]
    if (epoch - 1 - span) % (2 * span) == 0:
        return float(rate + (start - low) * (1 - math.cos(math.pi / span)) / 2)
    above = 1 + math.cos(math.pi * epoch / span)
    return float(above / (1 + math.cos(math.pi * (epoch - 1) / span)) * (rate - low) + low)


def _schedule(name: str, rule: Rate, **defaults: Value) -> Class:
    """A class of schedules; a setting without a default has to be given."""

    def init(machine: Machine, self: Instance, optimizer: Value, *arguments: Value, **named: Value) -> None:
        settings = {**defaults, **dict(zip(defaults, arguments, strict=False)), **named}
        settings.pop("last_epoch", None)
        for key, value in settings.items():
            if key not in defaults:
                raise TypeError(f"got an unexpected keyword argument '{key}'")
            if value is ...:
                raise TypeError(f"missing 1 required positional argument: '{key}'")
        groups = _groups(optimizer)
        self.attributes |= {**settings, "optimizer": optimizer, "last_epoch": 0}
        self.attributes["base_lrs"] = [float(each["lr"]) for each in groups]
        if rule is _lambda:
            for group, start in zip(groups, self.attributes["base_lrs"], strict=True):
                group["lr"] = rule(machine, self.attributes, 0, start, start)

    def step(machine: Machine, self: Instance, *_: Value) -> None:
        held = self.attributes
        held["last_epoch"] += 1
        for group, start in zip(_groups(held["optimizer"]), held["base_lrs"], strict=True):
            machine.charge(1)
            group["lr"] = rule(machine, held, held["last_epoch"], float(group["lr"]), start)

    def last(machine: Machine, self: Instance) -> list[Value]:
        return [each["lr"] for each in _groups(self.attributes["optimizer"])]

    return Class(name, (), natives({"__init__": init, "step": step, "get_last_lr": last}))


def _groups(optimizer: Value) -> list[Any]:
    if isinstance(optimizer, Instance) and isinstance(groups := optimizer.attributes.get("param_groups"), list):
        return groups
    raise InputError(
        Message("a schedule needs an optimizer"), hint=Message("write for example StepLR(optimizer, step_size=10)")
    )


SCHEDULES: Final = Namespace(
    "torch.optim.lr_scheduler",
    {
        "StepLR": _schedule("StepLR", _step_lr, step_size=..., gamma=0.1),
        "MultiStepLR": _schedule("MultiStepLR", _multi_step, milestones=..., gamma=0.1),
        "ExponentialLR": _schedule("ExponentialLR", _exponential, gamma=...),
        "LambdaLR": _schedule("LambdaLR", _lambda, lr_lambda=...),
        "CosineAnnealingLR": _schedule("CosineAnnealingLR", _cosine, T_max=..., eta_min=0.0),
    },
)
