"""Layers that go through a sequence: `RNN`, `LSTM`, `GRU` and their cells, made of linear maps, sigmoids and tanhs."""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from engine.dtypes import FLOAT32
from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import Class, Instance, Value
from engine.library.data import charge
from engine.library.exchange import function
from engine.library.layer import give, layer
from engine.library.session import session
from engine.messages import Message
from engine.tensor import Tensor, constant

State = tuple[Tensor, ...]
Cell = Callable[[Tensor, State, Tensor, Tensor | None], State]
"""The input's share of the gates, the state before, the hidden weights and bias → the state after."""


def _simple(act: str) -> Cell:
    def cell(gates: Tensor, state: State, weight: Tensor, bias: Tensor | None) -> State:
        return (function(act)(_linear(state[0], weight, bias) + gates),)

    return cell


def _lstm(gates: Tensor, state: State, weight: Tensor, bias: Tensor | None) -> State:
    hidden, memory = state
    into, forget, new, out = function("chunk")(_linear(hidden, weight, bias) + gates, 4, 1)
    sigmoid, tanh = function("sigmoid"), function("tanh")
    memory = sigmoid(forget) * memory + sigmoid(into) * tanh(new)
    return sigmoid(out) * tanh(memory), memory


def _gru(gates: Tensor, state: State, weight: Tensor, bias: Tensor | None) -> State:
    (hidden,) = state
    reset_in, keep_in, new_in = function("chunk")(gates, 3, 1)
    reset_own, keep_own, new_own = function("chunk")(_linear(hidden, weight, bias), 3, 1)
    reset = function("sigmoid")(reset_own + reset_in)
    keep = function("sigmoid")(keep_own + keep_in)
    new = function("tanh")(new_in + new_own * reset)
    return ((hidden - new) * keep + new,)


def _linear(input: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    made: Tensor = function("linear")(input, weight) if bias is None else function("linear")(input, weight, bias)
    return made


_CELLS: Final[dict[str, tuple[Cell, int, int]]] = {
    "tanh": (_simple("tanh"), 1, 1),
    "relu": (_simple("relu"), 1, 1),
    "LSTM": (_lstm, 4, 2),
    "GRU": (_gru, 3, 1),
}
"""What a kind of cell computes, how many gates it has, and how many tensors its state."""


def _weigh(machine: Machine, self: Instance, sizes: list[tuple[str, int]], gates: int, bias: bool) -> None:
    """Four parameters for each layer, filled as PyTorch fills them; `sizes` are endings of names and input sizes."""
    hidden = self.attributes["hidden_size"]
    bound = 1.0 / math.sqrt(hidden) if hidden > 0 else 0.0
    for ending, size in sizes:
        shapes: list[tuple[str, tuple[int, ...]]] = [
            ("weight_ih", (gates * hidden, size)),
            ("weight_hh", (gates * hidden, hidden)),
        ]
        shapes += [("bias_ih", (gates * hidden,)), ("bias_hh", (gates * hidden,))] if bias else []
        for name, shape in shapes:
            charge(shape)
            give(machine, self, name + ending, session(machine).random.uniform(shape, -bound, bound))


def _parameters(self: Instance, ending: str) -> tuple[Tensor, Tensor, Tensor | None, Tensor | None]:
    held = self.attributes
    return (
        held["weight_ih" + ending],
        held["weight_hh" + ending],
        held.get("bias_ih" + ending),
        held.get("bias_hh" + ending),
    )


def _start(input: Tensor, hidden: int, count: int) -> State:
    """Zeros for a row of input."""
    shape = (input.shape[0], hidden)
    charge((count, *shape))
    return tuple(constant(np.zeros(shape, input.dtype)) for _ in range(count))


def _kind(self: Instance) -> tuple[Cell, int, int]:
    return _CELLS[self.attributes["mode"]]


def _states(given: Value, count: int) -> tuple[Tensor, ...] | None:
    if given is None:
        return None
    found = tuple(given) if isinstance(given, (tuple, list)) else (given,)
    if len(found) != count or any(type(each) is not Tensor for each in found):
        raise InputError(
            Message("the state of this layer is {count} tensors", count=count),
            hint=Message("for an LSTM write (h, c); leave it out to begin with zeros"),
        )
    return found


def _ways(self: Instance) -> tuple[str, ...]:
    """The endings of the parameters of each direction."""
    return ("", "_reverse") if self.attributes["bidirectional"] else ("",)


def _sequence(name: str) -> Class:
    def init(
        machine: Machine,
        self: Instance,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        *,
        nonlinearity: str = "tanh",
        bias: Value = True,
        batch_first: Value = False,
        dropout: float = 0.0,
        bidirectional: Value = False,
    ) -> None:
        self.attributes |= {"input_size": input_size, "hidden_size": hidden_size, "num_layers": num_layers}
        self.attributes |= {"batch_first": bool(batch_first), "mode": nonlinearity if name == "RNN" else name}
        self.attributes |= {"dropout": dropout, "bidirectional": bool(bidirectional)}
        ways = _ways(self)
        sizes = [
            (f"_l{level}{way}", hidden_size * len(ways) if level else input_size)
            for level in range(num_layers)
            for way in ways
        ]
        _weigh(machine, self, sizes, _kind(self)[1], bool(bias))

    def forward(machine: Machine, self: Instance, input: Tensor, hx: Value = None) -> Value:
        held = self.attributes
        cell, _, parts = _kind(self)
        batched = input.ndim == 3
        flip, stack = batched and held["batch_first"], function("stack")
        steps: Any = (
            function("transpose")(input, 0, 1) if flip else input if batched else function("unsqueeze")(input, 1)
        )
        given: Any = _states(hx, parts)
        if given is not None and not batched:
            given = tuple(function("unsqueeze")(each, 1) for each in given)
        ends: list[State] = []
        for level in range(held["num_layers"]):
            if level and held["dropout"] and held["training"]:
                steps = machine.library["dropout"](machine, steps, held["dropout"])
            sides = []
            for way in _ways(self):
                weight_ih, weight_hh, bias_ih, bias_hh = _parameters(self, f"_l{level}{way}")
                gates: Any = _linear(steps, weight_ih, bias_ih)
                state: State = (
                    tuple(each[len(ends)] for each in given) if given else _start(steps[0], held["hidden_size"], parts)
                )
                outputs = []
                for place in reversed(range(len(steps))) if way else range(len(steps)):
                    machine.charge(1)
                    state = cell(gates[place], state, weight_hh, bias_hh)
                    outputs.append(state[0])
                ends.append(state)
                sides.append(stack(outputs[::-1] if way else outputs))
            steps = function("cat")(sides, -1) if len(sides) > 1 else sides[0]
        last = [stack([state[part] for state in ends]) for part in range(parts)]
        if not batched:
            steps, last = steps.squeeze(1), [each.squeeze(1) for each in last]
        output = function("transpose")(steps, 0, 1) if flip else steps
        fused = parts == 2 and batched and output.dtype == FLOAT32  # an LSTM is one operation of oneDNN's there
        if flip:
            machine.library["grad_fns"][output.birth] = "TransposeBackward0" if fused else "TransposeBackward1"
        elif fused:
            machine.library["grad_fns"][output.birth] = "MkldnnRnnLayerBackward0"
        return output, tuple(last) if parts > 1 else last[0]

    def extra(held: Mapping[str, Value]) -> str:
        said = f"{held['input_size']}, {held['hidden_size']}"
        said += f", num_layers={held['num_layers']}" if held["num_layers"] != 1 else ""
        said += ", batch_first=True" if held["batch_first"] else ""
        said += f", dropout={held['dropout']}" if held["dropout"] else ""
        return said + (", bidirectional=True" if held["bidirectional"] else "")

    return layer(name, init, forward, extra)


def _single(name: str) -> Class:
    def init(
        machine: Machine,
        self: Instance,
        input_size: int,
        hidden_size: int,
        bias: Value = True,
        nonlinearity: str = "tanh",
    ) -> None:
        mode = nonlinearity if name == "RNNCell" else name.removesuffix("Cell")
        self.attributes |= {"input_size": input_size, "hidden_size": hidden_size, "mode": mode}
        _weigh(machine, self, [("", input_size)], _kind(self)[1], bool(bias))

    def forward(machine: Machine, self: Instance, input: Tensor, hx: Value = None) -> Value:
        cell, _, parts = _kind(self)
        batched = input.ndim == 2
        rows = input if batched else function("unsqueeze")(input, 0)
        given = _states(hx, parts)
        if given is not None and not batched:
            given = tuple(function("unsqueeze")(each, 0) for each in given)
        weight_ih, weight_hh, bias_ih, bias_hh = _parameters(self, "")
        state = given or _start(rows, self.attributes["hidden_size"], parts)
        made = cell(_linear(rows, weight_ih, bias_ih), state, weight_hh, bias_hh)
        made = made if batched else tuple(each.squeeze(0) for each in made)
        return made if parts > 1 else made[0]

    return layer(name, init, forward, lambda held: f"{held['input_size']}, {held['hidden_size']}")


RECURRENT: Final[dict[str, Value]] = {name: _sequence(name) for name in ("RNN", "LSTM", "GRU")} | {
    name: _single(name) for name in ("RNNCell", "LSTMCell", "GRUCell")
}
