"""A graph that a program builds with a class of its own is shown, and its gradients are held against the chain rule."""

from typing import Final

import numpy as np
import pytest

import engine
from engine.snapshot import BackwardStep

VALUE: Final = """\
import math


class Value:
    def __init__(self, data, _children=(), _op="", label=""):
        self.data = data
        self.grad = 0.0
        self._backward = lambda: None
        self._prev = set(_children)
        self._op = _op
        self.label = label

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out

    def __pow__(self, k):
        out = Value(self.data**k, (self,), f"**{k}")

        def _backward():
            self.grad += k * self.data ** (k - 1) * out.grad

        out._backward = _backward
        return out

    def tanh(self):
        t = (math.exp(2 * self.data) - 1) / (math.exp(2 * self.data) + 1)
        out = Value(t, (self,), "tanh")

        def _backward():
            self.grad += (1 - t**2) * out.grad

        out._backward = _backward
        return out

    def backward(self):
        order, known = [], set()

        def build(value):
            if value not in known:
                known.add(value)
                for each in value._prev:
                    build(each)
                order.append(value)

        build(self)
        self.grad = 1.0
        for each in reversed(order):
            each._backward()


"""
NEURON: Final = """\
x = Value(2.0, label="x")
w = Value(-3.0)
b = Value(6.88)
wx = w * x
n = wx + b
o = n.tanh() ** 2 + x * x
o.backward()
print(w.grad, x.grad, o.data)
"""


def test_a_class_of_the_programs_own_is_a_graph_with_its_names_and_gradients() -> None:
    run = engine.run(VALUE + NEURON)
    assert run.warnings == ()
    (snapshot,) = run.passes
    told = [float(word) for word in run.printed.split()]
    ours = [snapshot["w"].gradient, snapshot["x"].gradient, snapshot.nodes[-1].value]
    assert [np.asarray(each).item() for each in ours] == pytest.approx(told, rel=1e-12)
    assert [node.op for node in snapshot.nodes if node.op] == ["mul", "add", "tanh", "pow", "mul", "add"]
    assert {node.name for node in snapshot.nodes if node.name} == {"x", "w", "b", "wx", "n", "o"}
    (square,) = [node for node in snapshot.nodes if node.op == "mul" and len(set(node.operands)) == 1]
    assert [step.node for step in snapshot.steps if isinstance(step, BackwardStep)].count(square.operands[0]) == 3


def test_what_it_prints_is_its_own_and_every_backward_is_a_pass() -> None:
    loop = (
        "w = Value(1.0)\nfor k in range(3):\n  loss = (w * 2 + -3.0) ** 2\n  w.grad = 0.0\n  loss.backward()\n"
        "  w.data -= 0.1 * w.grad\n  print(loss.data)\n"
    )
    run = engine.run(VALUE + loop)
    losses = [float(line) for line in run.printed.split()]
    values = [np.asarray(each.nodes[-1].value).item() for each in run.passes]
    assert len(losses) == 3
    assert values == losses
    assert [line.pass_index for line in run.lines] == [0, 1, 2]


def test_the_lectures_famous_mistake_is_found() -> None:
    """`=` in place of `+=`: a value that is used twice has half its gradient."""
    wrong = VALUE.replace("self.grad += out.grad", "self.grad = out.grad").replace(
        "other.grad += out", "other.grad = out"
    )
    run = engine.run(f"{wrong}a = Value(3.0, label='a')\nc = a + a\nc.backward()\nprint(a.grad)\n")
    assert run.printed == "1.0\n"
    (warning,) = run.warnings
    line = wrong.count("\n") + 3
    assert str(warning).startswith(
        f"line {line}: your backward() gives `a` the gradient 1, and by the chain rule it is 2; is one set with ="
    )
    assert engine.run(f"{VALUE}a = Value(3.0)\nc = a + a\nc.backward()\n").warnings == ()


def test_what_is_not_known_or_has_another_value_is_left_to_the_program() -> None:
    unknown = VALUE.replace('"tanh")', '"squash")')
    with pytest.raises(engine.SourceError, match="makes no tensor") as caught:
        engine.run(unknown + NEURON)
    assert len(caught.value.printed.split()) == 3


def test_beside_torch_it_is_not_recorded() -> None:
    run = engine.run(f"import torch\n{VALUE}{NEURON}t = torch.ones(1, requires_grad=True)\n(t * 2).backward()\n")
    assert len(run.passes) == 1
