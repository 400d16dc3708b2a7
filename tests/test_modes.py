"""Forward and reverse accumulation agree, and what they cost is counted."""

import math

import numpy as np
import pytest
from hypothesis import given, settings

import engine
from engine import modes
from tests.oracle import Program, programs


@settings(max_examples=80, deadline=None)
@given(programs())
def test_the_tangent_of_the_output_is_the_leafs_gradient(program: Program) -> None:
    snapshot = engine.run(program.source, inputs=program.inputs).passes[0]
    compared = modes.compare(snapshot)
    nodes = {node.id: node for node in snapshot.nodes}
    for each in compared.forward:
        gradient = nodes[each.leaf].gradient
        expected = 0.0 if gradient is None else float(gradient)
        assert isinstance(each.derivative, float)
        if math.isfinite(expected) and math.isfinite(each.derivative):
            assert each.derivative == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_forward_mode_sweeps_once_per_leaf_and_reverse_mode_once_in_all() -> None:
    run = engine.run("a = x*w\nb = a + v\nloss = (b - y)**2", inputs={"x": 2.0, "w": 3.0, "v": 1.0, "y": 4.0})
    compared = modes.compare(run.passes[0])
    assert compared.reverse == 7  # edges: 2 of x*w, 2 of a + v, 2 of b - y, 1 of the square
    assert [each.products for each in compared.forward] == [4, 4, 3, 2]
    assert compared.all_forward == 13
    tangents = compared.forward[1].tangents  # along w
    assert [tangents[id] for id in ("n1", "n2", "n4", "n6", "n7")] == [1.0, 2.0, 2.0, 2.0, 12.0]


def test_a_tensor_takes_one_forward_sweep_per_element() -> None:
    w = engine.tensor([[1.0, -2.0], [0.5, 3.0], [1.5, 1.0]], requires_grad=True, name="w")
    x = engine.tensor([2.0, -1.0], name="x")
    snapshot = engine.snapshot(((w @ x).tanh() * 2.0).sum())
    (forward,) = modes.compare(snapshot).forward
    assert forward.sweeps == 6
    gradient = snapshot["w"].gradient
    assert gradient is not None
    assert forward.derivative == pytest.approx(float(np.sum(gradient)), rel=1e-12)
