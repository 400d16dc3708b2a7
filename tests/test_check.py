"""Measured slopes: of every row at its cases, of whole passes, and what is said where there is none."""

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest

import engine
from engine import dtypes, ops
from engine.check import Verdict, check_pass
from engine.ops import Op
from engine.snapshot import BackwardStep, Node
from tests.comparison import node_of
from tests.drawing import Draw, weights
from tests.operations import CASES

ROWS = pytest.mark.parametrize("op", ops.TABLE.values(), ids=ops.TABLE)


BY_CONVENTION = {
    "embedding(i, w, padding_idx=1)": "the padding's row is used and gets no gradient, so that it is never trained",
    "index_put(x, (i,), y)": "of several values put in one place the last one stays; all get its gradient",
}
"""Calls whose gradient is not the slope, in PyTorch as here."""


def _measured(op: Op) -> Iterator[tuple[str, engine.Tensor]]:
    """The op's results that have a slope to be measured, each with its case."""
    for case in CASES.get(op.name, ()):
        node = node_of(op.name, case, Draw(5, dtypes.FLOAT64))
        if node is not None and node.requires_grad and case.call not in BY_CONVENTION:
            yield case.key, node


def _weighed(node: engine.Tensor) -> engine.Tensor:
    """One number of a result, on which each of its elements has a weight of its own."""
    weighed: engine.Tensor = (node * engine.tensor(weights(node.shape, node.dtype, 7))).sum()
    return weighed


@ROWS
def test_every_edge_is_the_slope_measured_on_its_operation(op: Op) -> None:
    for case, node in _measured(op):
        for step in engine.snapshot(_weighed(node)).steps:
            if isinstance(step, BackwardStep) and step.finite_difference is not None:
                expected = step.local if step.expected_difference is None else step.expected_difference
                assert step.finite_difference == pytest.approx(expected, rel=1e-5, abs=1e-5), (case, step.edge)


@ROWS
def test_every_gradient_of_a_row_is_the_measured_slope(op: Op) -> None:
    for case, node in _measured(op):
        verdicts = check_pass(engine.snapshot(_weighed(node)))
        assert [each for each in verdicts if not each.agrees and not each.at_kink] == [], case


def layer(dtype: str = "float64", bias: float = 0.5) -> tuple[engine.Tensor, engine.Tensor]:
    """A layer of two samples and three units; what comes out before and after the kink."""
    w = engine.tensor([[1.0, -2.0, 0.5], [0.25, 1.0, 2.0]], requires_grad=True, name="w", dtype=dtype)
    b = engine.tensor([bias, 1.0, 1.0], requires_grad=True, name="b", dtype=dtype)
    x = engine.tensor([[1.0, 2.0], [0.0, 0.0]], name="x", dtype=dtype)
    linear = x @ w + b
    return linear, linear.relu()


def by_name(output: engine.Tensor) -> dict[str, Verdict]:
    return {verdict.name: verdict for verdict in check_pass(engine.snapshot(output))}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_tensor_is_measured_element_by_element(dtype: str) -> None:
    linear, _ = layer(dtype)
    found = by_name((linear * linear).mean())
    assert set(found) == {"w", "b"}, "x wants no gradient"
    for verdict in found.values():
        assert (verdict.agrees, verdict.method, verdict.directions) == (True, "complex step", 0)
        gradient, measured = np.asarray(verdict.gradient), np.asarray(verdict.finite_difference)
        np.testing.assert_allclose(gradient, measured, rtol=1e-6 if dtype == "float32" else 1e-14)


def test_a_large_tensor_is_measured_along_a_few_directions() -> None:
    w = engine.tensor(np.linspace(-1, 2, 400).reshape(20, 20), requires_grad=True, name="w")
    (verdict,) = check_pass(engine.snapshot((w @ w).relu().sum()))
    assert (verdict.agrees, verdict.method, verdict.directions) == (True, "central differences", 8)
    assert np.shape(verdict.finite_difference) == (8,)


def test_a_kink_is_named_with_the_slopes_of_its_sides() -> None:
    (verdict,) = engine.check("relu(x)", {"x": 0.0})
    assert (verdict.gradient, verdict.finite_difference, verdict.agrees, verdict.at_kink) == (0.0, 0.5, False, True)
    assert verdict.slopes == (0.0, 1.0)
    (kink,) = verdict.kinks
    assert str(kink.message) == "`relu` at exactly 0: left slope 0, right slope 1, PyTorch's convention 0"


def test_a_kink_in_a_tensor_is_named_by_its_element() -> None:
    _, hidden = layer(bias=0.0)
    verdict = by_name(hidden.sum())["b"]
    assert (verdict.agrees, verdict.at_kink) == (False, True)
    assert [(kink.op, kink.at, kink.slopes, kink.taken) for kink in verdict.kinks] == [("relu", 0.0, (0.0, 1.0), 0.0)]


def test_where_two_kinks_cancel_pytorchs_convention_is_called_wrong() -> None:
    # relu(x) − relu(−x) is x itself, of slope 1; at 0 both conventions say 0
    (verdict,) = engine.check("relu(x) - relu(-x)", {"x": 0.0})
    assert verdict.gradient == 0.0
    assert verdict.finite_difference == pytest.approx(1.0)
    assert (verdict.agrees, verdict.at_kink, len(verdict.kinks)) == (False, False, 2)


def test_a_jump_is_called_one() -> None:
    (verdict,) = engine.check("sign(x)", {"x": 0.0})
    assert (verdict.agrees, verdict.at_kink) == (False, True)
    assert str(verdict.kinks[0].message) == "`sign` at exactly 0: the value jumps, PyTorch's convention 0"


@pytest.mark.parametrize("method", ["complex step", "central differences"])
def test_a_wrong_gradient_is_noticed(method: str) -> None:
    linear, hidden = layer()
    snapshot = engine.snapshot((linear if method == "complex step" else hidden).sum())

    def bent(node: Node) -> Node:
        gradient = np.array(node.gradient)
        gradient[0, 1] += 1e-3
        return dataclasses.replace(node, gradient=gradient)

    wrong = dataclasses.replace(
        snapshot, nodes=tuple(bent(node) if node.name == "w" else node for node in snapshot.nodes)
    )
    found = {verdict.name: verdict for verdict in check_pass(wrong)}
    assert (found["w"].method, found["w"].agrees, found["w"].at_kink) == (method, False, False)
    assert found["b"].agrees


def test_a_leaf_that_was_not_reached_moves_nothing() -> None:
    y, x = engine.check("y * 2\nx * 3", {"x": 1.0, "y": 1.0})
    assert (y.gradient, y.finite_difference, y.agrees) == (None, 0.0, True)
    assert x.agrees


def test_at_a_kink_in_a_tensor_the_edge_has_no_slope_but_two() -> None:
    z = engine.tensor([1.0, 0.0, -1.0], requires_grad=True, name="z")
    edges = [step for step in engine.snapshot(z.abs().sum()).steps if isinstance(step, BackwardStep)]
    assert [(each.finite_difference is None, each.kink) for each in edges] == [(False, None), (True, (-1.0, 1.0))]
    (jump,) = (
        step for step in engine.snapshot(z.sign()[1]).steps if isinstance(step, BackwardStep) and step.local is not None
    )
    assert (jump.finite_difference, jump.kink) == (None, None)
