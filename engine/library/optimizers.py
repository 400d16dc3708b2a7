"""The optimizers of `torch.optim`, step by step as PyTorch computes them, so that they give its numbers."""

import math
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np

from engine import dtypes, mode
from engine.dtypes import Array
from engine.errors import InputError
from engine.language import formatting
from engine.language.machine import Machine
from engine.language.updates import Kept
from engine.language.values import Class, Defaulting, Instance, Native, Value, kind_name, natives
from engine.library.keeping import OF_OPTIMIZERS
from engine.library.session import session
from engine.library.updating import State, drawn, fused, means, products, quotients, written
from engine.messages import Message
from engine.tensor import Tensor

Keeps = Callable[[dict[str, Value], State, State], Iterator[Kept]]
"""Group, state before and after an update → what of it is shown."""
Rule = Callable[[dict[str, Value], State, Array, Array], tuple[Array, str]]
"""Group, state, parameter, gradient → the new parameter, and how it came about."""


def _sgd(group: dict[str, Value], state: State, weight: Array, gradient: Array) -> tuple[Array, str]:
    direction = f"{written(group['lr'])}·{{w}}.grad"
    if group["weight_decay"]:
        gradient = fused(gradient, group["weight_decay"], weight)
        direction = f"{written(group['lr'])}·({{w}}.grad + {written(group['weight_decay'])}·{{w}})"
    if group["momentum"]:
        kept = state.get("momentum")
        if kept is None:
            kept = gradient.copy()
        else:
            kept = fused(kept * weight.dtype.type(group["momentum"]), 1 - group["dampening"], gradient)
        state["momentum"] = kept
        gradient = fused(gradient, group["momentum"], kept) if group["nesterov"] else kept
        direction = f"{written(group['lr'])}·v"
    if group["maximize"]:
        return fused(weight, group["lr"], gradient), f"{{w}} + {direction}"
    return fused(weight, -group["lr"], gradient), f"{{w}} − {direction}"


def _adam(*, decoupled: bool) -> Rule:
    def rule(group: dict[str, Value], state: State, weight: Array, gradient: Array) -> tuple[Array, str]:
        kind: Any = weight.dtype.type
        beta1, beta2 = group["betas"]
        if group["weight_decay"]:
            if decoupled:
                weight = weight * kind(1 - group["lr"] * group["weight_decay"])
            else:
                gradient = fused(gradient, group["weight_decay"], weight)
        state["step"] = step = state.get("step", 0) + 1
        mean = state.get("mean", np.zeros_like(weight))
        square = state.get("square", np.zeros_like(weight))
        mean = drawn(mean, gradient, 1 - beta1)
        square = products(square * kind(beta2), 1 - beta2, gradient, gradient)
        state["mean"], state["square"] = mean, square
        root = math.sqrt(1 - beta2**step)
        if group["amsgrad"]:
            state["largest"] = square = np.maximum(state.get("largest", square), square)
        below = np.sqrt(square) / kind(root) + kind(group["eps"])
        return (
            quotients(weight, -group["lr"] / (1 - beta1**step), mean, below),
            f"{{w}} − {written(group['lr'])}·m̂/(√v̂ + ε)",
        )

    return rule


def _rmsprop(group: dict[str, Value], state: State, weight: Array, gradient: Array) -> tuple[Array, str]:
    kind: Any = weight.dtype.type
    if group["weight_decay"]:
        gradient = fused(gradient, group["weight_decay"], weight)
    square = state.get("square", np.zeros_like(weight)) * kind(group["alpha"])
    state["square"] = square = products(square, 1 - group["alpha"], gradient, gradient)
    if group["centered"]:
        state["mean"] = mean = fused(
            state.get("mean", np.zeros_like(weight)),
            1 - group["alpha"],
            gradient - state.get("mean", np.zeros_like(weight)),
        )
        below = np.sqrt(products(square, -1.0, mean, mean)) + kind(group["eps"])
    else:
        below = np.sqrt(square) + kind(group["eps"])
    said = f"{{w}} − {written(group['lr'])}·{{w}}.grad/(√v + ε)"
    if group["momentum"]:
        kept = state.get("momentum", np.zeros_like(weight)) * kind(group["momentum"])
        state["momentum"] = kept = quotients(kept, 1.0, gradient, below)
        return fused(weight, -group["lr"], kept), said
    return quotients(weight, -group["lr"], gradient, below), said


def _adagrad(group: dict[str, Value], state: State, weight: Array, gradient: Array) -> tuple[Array, str]:
    kind: Any = weight.dtype.type
    state["step"] = step = state.get("step", 0) + 1
    if group["weight_decay"]:
        gradient = fused(gradient, group["weight_decay"], weight)
    rate = group["lr"] / (1 + (step - 1) * group["lr_decay"])
    start = np.full_like(weight, group["initial_accumulator_value"])
    state["square"] = square = products(state.get("square", start), 1.0, gradient, gradient)
    below = np.sqrt(square) + kind(group["eps"])
    return quotients(weight, -rate, gradient, below), f"{{w}} − {written(group['lr'])}·{{w}}.grad/(√v + ε)"


def _velocity(group: dict[str, Value], before: State, after: State) -> Iterator[Kept]:
    if "momentum" in after:
        pull = "{w}.grad" if not group["weight_decay"] else f"({{w}}.grad + {written(group['weight_decay'])}·{{w}})"
        old, fresh = before.get("momentum"), 1 - group["dampening"]
        share = pull if fresh == 1 else f"{written(fresh)}·{pull}"
        yield Kept("v", pull if old is None else f"{written(group['momentum'])}·v + {share}", old, after["momentum"])


def _squares(group: dict[str, Value], before: State, after: State) -> Iterator[Kept]:
    old, keep = before.get("square", np.zeros_like(after["square"])), group["alpha"]
    yield Kept("v", f"{written(keep)}·v + {written(round(1 - keep, 12))}·{{w}}.grad²", old, after["square"])


def _sum_of_squares(group: dict[str, Value], before: State, after: State) -> Iterator[Kept]:
    old = before.get("square", np.full_like(after["square"], group["initial_accumulator_value"]))
    yield Kept("v", "v + {w}.grad²", old, after["square"])


def _start(machine: Machine, self: Instance, params: Value, defaults: dict[str, Value]) -> None:
    """What all optimizers begin with; those of the program call it as `super().__init__(params, defaults)`."""
    groups = machine.taken(params) if not isinstance(params, Tensor) else []
    if not groups:
        raise InputError(
            Message("optimizer got an empty parameter list"),
            hint=Message("give it model.parameters(), or a list such as [w, b]"),
        )
    held = groups if isinstance(groups[0], dict) else [{"params": groups}]
    for group in held:
        group["params"] = [group["params"]] if isinstance(group["params"], Tensor) else machine.taken(group["params"])
        for each in group["params"]:
            _check(each)
    state = Defaulting()
    state.make = Native("dict", lambda machine: {})
    self.attributes |= {
        "number": session(machine).training.optimizer(),
        "param_groups": [{**defaults, **group} for group in held],
        "defaults": defaults,
        "state": state,
    }


def _zero_grad(machine: Machine, self: Instance, set_to_none: Value = True) -> None:
    for group in self.attributes["param_groups"]:
        for weight in group["params"]:
            session(machine).clear(weight, to_none=bool(set_to_none))


OPTIMIZER: Final = Class("Optimizer", (), OF_OPTIMIZERS | natives({"__init__": _start, "zero_grad": _zero_grad}))
"""What all optimizers derive from, those of the program too."""


def optimizer(name: str, rule: Rule, keeps: Keeps, also_said: dict[str, Value], **defaults: Value) -> Class:
    """The class of an optimizer with a rule and its settings; `also_said` are those that change no number here."""
    names = tuple(defaults)

    def init(machine: Machine, self: Instance, params: Value, *arguments: Value, **named: Value) -> None:
        settings = {**defaults, **dict(zip(names, arguments, strict=False))}
        for key, value in named.items():
            if key not in settings and key not in ("foreach", "fused", "capturable", "differentiable", "maximize"):
                raise TypeError(f"got an unexpected keyword argument '{key}'")
            settings[key] = value
        if settings["lr"] is None:
            raise TypeError("missing 1 required positional argument: 'lr'")
        _start(machine, self, params, settings)

    def step(machine: Machine, self: Instance, closure: Value = None) -> Value:
        loss = None
        if closure is not None:
            with mode.enable_grad():
                loss = machine.call(closure, [])
        training = session(machine).training
        training.step(self.attributes["number"])
        training.look_for_gradients(self.attributes["param_groups"], machine.line)
        for group in self.attributes["param_groups"]:
            for weight in group["params"]:
                if weight.grad is None:
                    continue
                machine.charge(1)
                state = self.attributes["state"].setdefault(weight, {})
                before = dict(state)
                value, gradient = dtypes.array(weight.value), dtypes.array(weight.grad.value)
                if group.get("maximize") and rule is not _sgd:
                    gradient = -gradient
                with np.errstate(all="ignore"):
                    made, said = rule(group, state, value, gradient)
                session(machine).update(weight, dtypes.normal(made), said, tuple(keeps(group, before, state)))
        return loss

    def text(machine: Machine, self: Instance) -> str:
        lines = [f"{name} ("]
        for place, group in enumerate(self.attributes["param_groups"]):
            lines += ["", f"Parameter Group {place}"] if place else [f"Parameter Group {place}"]
            said = {**also_said, **{key: value for key, value in group.items() if key != "params"}}
            lines.extend(f"    {key}: {formatting.text(machine, said[key])}" for key in sorted(said))
        return "\n".join([*lines, ")"])

    return Class(
        name,
        (OPTIMIZER,),
        {
            "__init__": Native(name, init),
            "__repr__": Native("repr", text),
            "step": Native("step", step),
        },
    )


def _check(weight: Value) -> None:
    if not isinstance(weight, Tensor):
        raise InputError(
            Message("optimizer can only optimize Tensors, but one of the params is {kind}", kind=kind_name(weight)),
            hint=Message("give it model.parameters(), or a list such as [w, b]"),
        )
    if weight.op is not None and weight.requires_grad:
        raise InputError(
            Message("can't optimize a non-leaf Tensor"),
            hint=Message("give it the tensor that was made with requires_grad=True, not a result of it"),
        )


SAID: Final[dict[str, Value]] = {"differentiable": False, "foreach": None, "maximize": False}
"""Settings that change no number here, and that PyTorch prints with the others."""
CAPTURABLE: Final[dict[str, Value]] = {**SAID, "capturable": False}
_FUSED: Final[dict[str, Value]] = {**SAID, "fused": None}
_ADAM: Final[dict[str, Value]] = {**CAPTURABLE, "fused": None}
OPTIMIZERS: Final[dict[str, Value]] = {
    "Optimizer": OPTIMIZER,
    "SGD": optimizer(
        "SGD",
        _sgd,
        _velocity,
        _FUSED,
        lr=0.001,
        momentum=0,
        dampening=0,
        weight_decay=0,
        nesterov=False,
        maximize=False,
    ),
    "Adam": optimizer(
        "Adam",
        _adam(decoupled=False),
        means,
        {**_ADAM, "decoupled_weight_decay": False},
        lr=0.001,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=0,
        amsgrad=False,
    ),
    "AdamW": optimizer(
        "AdamW",
        _adam(decoupled=True),
        means,
        {**_ADAM, "decoupled_weight_decay": True},
        lr=0.001,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=0.01,
        amsgrad=False,
    ),
    "RMSprop": optimizer(
        "RMSprop",
        _rmsprop,
        _squares,
        CAPTURABLE,
        lr=0.01,
        alpha=0.99,
        eps=1e-8,
        weight_decay=0,
        momentum=0,
        centered=False,
    ),
    "Adagrad": optimizer(
        "Adagrad",
        _adagrad,
        _sum_of_squares,
        _FUSED,
        lr=0.01,
        lr_decay=0,
        weight_decay=0,
        initial_accumulator_value=0,
        eps=1e-10,
    ),
}
