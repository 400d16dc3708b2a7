"""`torch.optim.LBFGS`: the loss is asked for several times a step, and its curvature is learnt from the gradients."""

from typing import Any, Final

import numpy as np

from engine import dtypes, mode
from engine.dtypes import Array
from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import Class, Instance, Native, Value
from engine.library.exchange import item
from engine.library.line_search import Point, dot, search
from engine.library.optimizers import OPTIMIZERS
from engine.library.session import session
from engine.messages import Message

_SAID: Final = "{w} + t·d"
"""What an update says: the step length times the direction."""


class _Problem:
    """The parameters as one vector, and the loss as a function of them."""

    def __init__(self, machine: Machine, closure: Value, weights: list[Any]) -> None:
        self.machine, self.closure, self.weights = machine, closure, weights

    def loss(self) -> tuple[Value, float]:
        """What the closure gives, and its number."""
        with mode.enable_grad():
            given = self.machine.call(self.closure, [])
        return given, float(given) if isinstance(given, (int, float)) else float(item(given))

    def gradient(self) -> Array:
        """All gradients, one behind the other; a missing one is zero."""
        parts = [
            np.zeros(int(np.size(each.value)), each.dtype)
            if each.grad is None
            else np.asarray(each.grad.value).reshape(-1)
            for each in self.weights
        ]
        return np.concatenate(parts)

    def values(self) -> list[Array]:
        """The parameters as they are."""
        return [np.asarray(each.value) for each in self.weights]

    def move(self, start: list[Array], step: float, direction: Array) -> None:
        """Sets the parameters to `start + step·direction`."""
        place = 0
        for each, before in zip(self.weights, start, strict=True):
            along = direction[place : place + before.size].reshape(before.shape)
            place += before.size
            kind: Any = before.dtype.type
            session(self.machine).update(each, dtypes.normal(before + kind(step) * along), _SAID)


def _direction(state: dict[str, Any], gradient: Array, history: int) -> Array:
    """The inverse of the curvature that was seen so far, times −gradient."""
    if state["count"] == 1:
        state |= {"changes": [], "scale": 1.0}
        return -gradient
    change, moved = gradient - state["gradient"], state["direction"] * gradient.dtype.type(state["step"])
    product = dot(change, moved)
    if product > 1e-10:
        state["changes"] = [*state["changes"], (change, moved, 1.0 / product)][-history:]
        state["scale"] = product / dot(change, change)
    made, shares = -gradient, []
    kind: Any = gradient.dtype.type
    for change, moved, weight in reversed(state["changes"]):
        shares.append(dot(moved, made) * weight)
        made = made - kind(shares[-1]) * change
    made = made * kind(state["scale"])
    for (change, moved, weight), share in zip(state["changes"], reversed(shares), strict=True):
        made = made + kind(share - dot(change, made) * weight) * moved
    return np.asarray(made)


def _step(machine: Machine, self: Instance, closure: Value = None) -> Value:
    if closure is None:
        raise InputError(
            Message("LBFGS asks for the loss several times, so step() needs a closure"),
            hint=Message("put zero_grad(), the loss and backward() in a function that returns the loss: step(closure)"),
        )
    (group,) = self.attributes["param_groups"]
    problem = _Problem(machine, closure, group["params"])
    state: dict[str, Any] = self.attributes["curvature"]
    session(machine).training.step(self.attributes["number"])
    given, loss = problem.loss()
    gradient, asked = problem.gradient(), 1
    most = group["max_eval"] if group["max_eval"] is not None else group["max_iter"] * 5 // 4
    for round_ in range(group["max_iter"]):
        if float(np.abs(gradient).max()) <= group["tolerance_grad"]:
            break
        machine.charge(1 + gradient.size // 16)
        state["count"] += 1
        direction = _direction(state, gradient, group["history_size"])
        first = state["count"] == 1
        step = group["lr"]
        if first:
            step = float(gradient.dtype.type(min(1.0, 1.0 / float(np.abs(gradient).sum())) * step))
        state |= {"gradient": gradient, "direction": direction, "step": step}
        slope, before, start = dot(gradient, direction), loss, problem.values()
        if slope > -group["tolerance_change"]:
            break
        if group["line_search_fn"] is not None:

            def evaluate(length: float, start: list[Array] = start, way: Array = direction) -> Point:
                problem.move(start, length, way)
                found = problem.loss()[1]
                fresh = problem.gradient()
                problem.move(start, 0.0, way)
                return Point(length, found, fresh, dot(fresh, way))

            taken, more = search(evaluate, Point(0, loss, gradient, slope), step, direction, most - asked)
            loss, gradient, step, asked = taken.loss, taken.gradient, taken.step, asked + more
            problem.move(start, step, direction)
        else:
            problem.move(start, step, direction)
            if round_ + 1 < group["max_iter"]:
                loss, asked = problem.loss()[1], asked + 1
                gradient = problem.gradient()
        state["step"] = step
        still = float(np.abs(direction * step).max()) <= group["tolerance_change"]
        if asked >= most or still or abs(loss - before) < group["tolerance_change"]:
            break
    return given


_PLAIN: Final[Any] = OPTIMIZERS["SGD"]
_SETTINGS: Final[dict[str, Value]] = {
    "lr": 1.0,
    "max_iter": 20,
    "max_eval": None,
    "tolerance_grad": 1e-7,
    "tolerance_change": 1e-9,
    "history_size": 100,
    "line_search_fn": None,
}


def _init(machine: Machine, self: Instance, params: Value, *arguments: Value, **named: Value) -> None:
    given = dict(zip(_SETTINGS, arguments, strict=False)) | named
    if unknown := [name for name in given if name not in _SETTINGS]:
        raise TypeError(f"got an unexpected keyword argument '{unknown[0]}'")
    machine.call(_PLAIN.attributes["__init__"], [self, params])
    for group in self.attributes["param_groups"]:
        weights = group["params"]
        group.clear()
        group |= {**_SETTINGS, **given, "params": weights}
    self.attributes |= {"defaults": {**_SETTINGS, **given}, "curvature": {"count": 0}}


LBFGS: Final = Class(
    "LBFGS",
    (OPTIMIZERS["Optimizer"],),
    {
        "__init__": Native("LBFGS", _init),
        "step": Native("step", _step),
    },
)
