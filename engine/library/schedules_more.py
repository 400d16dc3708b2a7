"""Schedules that watch a loss, swing the momentum as well, or follow one after the other."""

import math
from bisect import bisect_right
from typing import Any, Final

from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import Class, Instance, Namespace, Value, natives
from engine.library.exchange import item
from engine.library.schedules import RATES, SCHEDULE, begin, groups_of, last_rates
from engine.messages import Message
from engine.tensor import Tensor


def _plateau(
    machine: Machine,
    self: Instance,
    optimizer: Value,
    mode: str = "min",
    factor: float = 0.1,
    patience: int = 10,
    threshold: float = 1e-4,
    threshold_mode: str = "rel",
    cooldown: int = 0,
    min_lr: float = 0.0,
    eps: float = 1e-8,
    verbose: Value = False,
) -> None:
    begin(self, optimizer)
    settings = {"mode": mode, "factor": factor, "patience": patience, "threshold": threshold, "cooldown": cooldown}
    self.attributes |= {**settings, "threshold_mode": threshold_mode, "min_lr": min_lr, "eps": eps}
    self.attributes |= {"best": math.inf if mode == "min" else -math.inf, "num_bad_epochs": 0, "cooldown_counter": 0}


def _better(held: dict[str, Value], loss: float) -> bool:
    sign = 1 if held["mode"] == "min" else -1
    if held["threshold_mode"] == "rel":
        return bool(sign * loss < sign * held["best"] * (1 - sign * held["threshold"]))
    return bool(sign * loss < sign * held["best"] - held["threshold"])


def _plateau_step(machine: Machine, self: Instance, metrics: Value, epoch: Value = None) -> None:
    held = self.attributes
    loss = float(item(metrics)) if isinstance(metrics, Tensor) else float(metrics)
    held["last_epoch"] += 1
    if _better(held, loss):
        held["best"], held["num_bad_epochs"] = loss, 0
    else:
        held["num_bad_epochs"] += 1
    if held["cooldown_counter"] > 0:
        held["cooldown_counter"] -= 1
        held["num_bad_epochs"] = 0
    if held["num_bad_epochs"] > held["patience"]:
        for group in groups_of(held["optimizer"]):
            rate = max(float(group["lr"]) * held["factor"], held["min_lr"])
            if float(group["lr"]) - rate > held["eps"]:
                group["lr"] = rate
        held["cooldown_counter"], held["num_bad_epochs"] = held["cooldown"], 0


# --- one cycle and many


def _swing(group: dict[str, Value], momentum: float) -> None:
    if "betas" in group:
        group["betas"] = (momentum, *group["betas"][1:])
    elif "momentum" in group:
        group["momentum"] = momentum


def _one_cycle(
    machine: Machine,
    self: Instance,
    optimizer: Value,
    max_lr: Value,
    total_steps: Value = None,
    epochs: Value = None,
    steps_per_epoch: Value = None,
    pct_start: float = 0.3,
    anneal_strategy: str = "cos",
    cycle_momentum: Value = True,
    base_momentum: float = 0.85,
    max_momentum: float = 0.95,
    div_factor: float = 25.0,
    final_div_factor: float = 1e4,
) -> None:
    begin(self, optimizer)
    if total_steps is None and (epochs is None or steps_per_epoch is None):
        raise InputError(
            Message("You must define either total_steps OR (epochs AND steps_per_epoch)"),
            hint=Message("write for example OneCycleLR(optimizer, max_lr=0.1, total_steps=100)"),
        )
    total = total_steps if total_steps is not None else epochs * steps_per_epoch
    self.attributes |= {"total_steps": total, "ends": (float(pct_start * total) - 1, total - 1)}
    self.attributes |= {"linear": anneal_strategy == "linear", "swings": bool(cycle_momentum)}
    self.attributes |= {"momenta": (max_momentum, base_momentum, max_momentum)}
    highest = machine.taken(max_lr) if isinstance(max_lr, (list, tuple)) else [max_lr] * len(groups_of(optimizer))
    self.attributes["rates"] = [
        (float(high) / div_factor, float(high), float(high) / div_factor / final_div_factor) for high in highest
    ]
    _one_cycle_set(self)


def _one_cycle_set(self: Instance) -> None:
    held = self.attributes
    step, (peak, last) = held["last_epoch"], held["ends"]
    if step > held["total_steps"]:
        error = InputError(
            Message("Tried to step {step} times. The total number of steps is {total}", step=step, total=last + 1),
            hint=Message("give OneCycleLR as many total_steps as the training has"),
        )
        error.python = "ValueError"
        raise error
    phase = 0 if step <= peak else 1
    share = step / peak if phase == 0 else (step - peak) / (last - peak)

    def between(points: Any) -> float:
        start, end = points[phase], points[phase + 1]
        if held["linear"]:
            return float((end - start) * share + start)
        return float(end + (start - end) / 2.0 * (math.cos(math.pi * share) + 1))

    for group, points in zip(groups_of(held["optimizer"]), held["rates"], strict=True):
        group["lr"] = between(points)
        if held["swings"]:
            _swing(group, between(held["momenta"]))


def _one_cycle_step(machine: Machine, self: Instance, epoch: Value = None) -> None:
    self.attributes["last_epoch"] += 1
    _one_cycle_set(self)


def _cyclic(
    machine: Machine,
    self: Instance,
    optimizer: Value,
    base_lr: float,
    max_lr: float,
    step_size_up: int = 2000,
    step_size_down: Value = None,
    mode: str = "triangular",
    cycle_momentum: Value = True,
    base_momentum: float = 0.8,
    max_momentum: float = 0.9,
) -> None:
    begin(self, optimizer)
    self.attributes |= {"low": base_lr, "high": max_lr, "up": step_size_up, "halves": mode == "triangular2"}
    self.attributes["down"] = step_size_up if step_size_down is None else step_size_down
    self.attributes["momenta"] = (base_momentum, max_momentum) if cycle_momentum else None
    _cyclic_set(self)


def _cyclic_set(self: Instance) -> None:
    held = self.attributes
    whole = held["up"] + held["down"]
    cycle = math.floor(1 + held["last_epoch"] / whole)
    place, ratio = 1.0 + held["last_epoch"] / whole - cycle, held["up"] / whole
    share = place / ratio if place <= ratio else (place - 1) / (ratio - 1)
    if held["halves"]:
        share /= 2.0 ** (cycle - 1)
    for group in groups_of(held["optimizer"]):
        group["lr"] = held["low"] + (held["high"] - held["low"]) * share
        if held["momenta"] is not None:
            low, high = held["momenta"]
            _swing(group, high - (high - low) * share)


def _cyclic_step(machine: Machine, self: Instance, epoch: Value = None) -> None:
    self.attributes["last_epoch"] += 1
    _cyclic_set(self)


# --- one after the other


def _sequence(machine: Machine, self: Instance, optimizer: Value, schedulers: Value, milestones: Value) -> None:
    parts = machine.taken(schedulers)
    begin(self, optimizer)
    self.attributes |= {"schedulers": parts, "milestones": machine.taken(milestones)}
    for group in groups_of(optimizer):
        group["lr"] = group["initial_lr"]
    machine.call(parts[0].kind.find("step"), [parts[0], 0])


def _sequence_step(machine: Machine, self: Instance) -> None:
    held = self.attributes
    held["last_epoch"] += 1
    place = bisect_right(held["milestones"], held["last_epoch"])
    part = held["schedulers"][place]
    begins = place > 0 and held["milestones"][place - 1] == held["last_epoch"]
    machine.call(part.kind.find("step"), [part, 0] if begins else [part])


def _schedule(name: str, init: Any, step: Any) -> Class:
    return Class(name, (SCHEDULE,), natives({"__init__": init, "step": step, "get_last_lr": last_rates}))


SCHEDULES: Final = Namespace(
    "torch.optim.lr_scheduler",
    {
        **RATES,
        "ReduceLROnPlateau": _schedule("ReduceLROnPlateau", _plateau, _plateau_step),
        "OneCycleLR": _schedule("OneCycleLR", _one_cycle, _one_cycle_step),
        "CyclicLR": _schedule("CyclicLR", _cyclic, _cyclic_step),
        "SequentialLR": _schedule("SequentialLR", _sequence, _sequence_step),
    },
)
