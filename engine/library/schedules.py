"""`torch.optim.lr_scheduler`: learning rates that change from epoch to epoch."""

import math
from collections.abc import Callable
from typing import Any, Final

from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import Class, Instance, Value, natives
from engine.library.keeping import OF_SCHEDULES
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


def _linear(machine: Machine, held: dict[str, Value], epoch: int, rate: float, start: float) -> float:
    first, total = held["start_factor"], held["total_iters"]
    if epoch == 0:
        return float(rate * first)
    rise = held["end_factor"] - first
    return float(rate if epoch > total else rate * (1.0 + rise / (total * first + (epoch - 1) * rise)))


def _constant(machine: Machine, held: dict[str, Value], epoch: int, rate: float, start: float) -> float:
    if epoch == 0:
        return float(rate * held["factor"])
    return float(rate * (1.0 / held["factor"]) if epoch == held["total_iters"] else rate)


def _polynomial(machine: Machine, held: dict[str, Value], epoch: int, rate: float, start: float) -> float:
    total = held["total_iters"]
    if epoch == 0 or epoch > total:
        return rate
    return float(rate * ((1.0 - epoch / total) / (1.0 - (epoch - 1) / total)) ** held["power"])


def _warm_restarts(machine: Machine, held: dict[str, Value], epoch: int, rate: float, start: float) -> float:
    length, place = held["T_0"], epoch
    while place >= length:
        machine.charge(1)
        place, length = place - length, length * held["T_mult"]
    low = held["eta_min"]
    return float(low + (start - low) * (1 + math.cos(math.pi * place / length)) / 2)


OPENING: Final = (_lambda, _linear, _constant, _polynomial)
"""Rules that set the rate when the schedule is made."""
SCHEDULE: Final = Class("LRScheduler", (), OF_SCHEDULES)
"""What all schedules derive from."""


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
        self.attributes |= settings
        begin(self, optimizer)
        if rule in OPENING:
            for group, start in zip(groups_of(optimizer), self.attributes["base_lrs"], strict=True):
                group["lr"] = rule(machine, self.attributes, 0, float(group["lr"]), start)

    def step(machine: Machine, self: Instance, epoch: Value = None) -> None:
        held = self.attributes
        held["last_epoch"] = held["last_epoch"] + 1 if epoch is None else epoch
        for group, start in zip(groups_of(held["optimizer"]), held["base_lrs"], strict=True):
            machine.charge(1)
            place = held["last_epoch"]
            rate = float(group["lr"]) if place else start
            group["lr"] = rule(machine, held, place, rate, start) if place or rule in OPENING else start

    return Class(name, (SCHEDULE,), natives({"__init__": init, "step": step, "get_last_lr": last_rates}))


def begin(self: Instance, optimizer: Value) -> None:
    """What every schedule keeps: its optimizer, the rates at the start, the number of steps."""
    groups = groups_of(optimizer)
    for group in groups:
        group.setdefault("initial_lr", group["lr"])
    self.attributes |= {"optimizer": optimizer, "last_epoch": 0}
    self.attributes["base_lrs"] = [float(each["initial_lr"]) for each in groups]


def last_rates(machine: Machine, self: Instance) -> list[Value]:
    """`schedule.get_last_lr()`."""
    return [each["lr"] for each in groups_of(self.attributes["optimizer"])]


def groups_of(optimizer: Value) -> list[Any]:
    """The groups of parameters of an optimizer."""
    if isinstance(optimizer, Instance) and isinstance(groups := optimizer.attributes.get("param_groups"), list):
        return groups
    raise InputError(
        Message("a schedule needs an optimizer"), hint=Message("write for example StepLR(optimizer, step_size=10)")
    )


RATES: Final[dict[str, Value]] = {
    "LRScheduler": SCHEDULE,
    "_LRScheduler": SCHEDULE,
    "StepLR": _schedule("StepLR", _step_lr, step_size=..., gamma=0.1),
    "MultiStepLR": _schedule("MultiStepLR", _multi_step, milestones=..., gamma=0.1),
    "ExponentialLR": _schedule("ExponentialLR", _exponential, gamma=...),
    "LambdaLR": _schedule("LambdaLR", _lambda, lr_lambda=...),
    "CosineAnnealingLR": _schedule("CosineAnnealingLR", _cosine, T_max=..., eta_min=0.0),
    "LinearLR": _schedule("LinearLR", _linear, start_factor=1.0 / 3, end_factor=1.0, total_iters=5),
    "ConstantLR": _schedule("ConstantLR", _constant, factor=1.0 / 3, total_iters=5),
    "PolynomialLR": _schedule("PolynomialLR", _polynomial, total_iters=5, power=1.0),
    "CosineAnnealingWarmRestarts": _schedule(
        "CosineAnnealingWarmRestarts", _warm_restarts, T_0=..., T_mult=1, eta_min=0.0
    ),
}
"""Schedules whose rate follows from the epoch and the rate before."""
