"""What a snapshot promises to everyone who shows one, for any program."""

import copy
import dataclasses
import json
import math
import pickle
import re
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine.folding import fold
from engine.snapshot import BackwardStep, ForwardStep, Node, SeedStep
from tests import golden
from tests.oracle import Program, programs
from tests.scalars import scalar

any_program = settings(max_examples=80, deadline=None)


def _pass(source: str, **inputs: float) -> engine.Snapshot:
    return engine.run(source, inputs=inputs).passes[0]


def _snapshot(program: Program) -> engine.Snapshot:
    return engine.run(program.source, inputs=program.inputs).passes[0]


def _backward(snapshot: engine.Snapshot) -> list[BackwardStep]:
    return [step for step in snapshot.steps if isinstance(step, BackwardStep)]


def strict(text: str) -> Any:
    """JSON as every other language reads it: no NaN, no Infinity."""

    def refuse(constant: str) -> float:
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse)


# --- order


@any_program
@given(programs())
def test_every_operand_precedes_its_user(program: Program) -> None:
    snapshot = _snapshot(program)
    position = {node.id: index for index, node in enumerate(snapshot.nodes)}
    assert list(position) == [f"n{index}" for index in range(len(snapshot.nodes))]
    for node in snapshot.nodes:
        assert all(position[operand] < position[node.id] for operand in node.operands)


@any_program
@given(programs())
def test_edges_are_the_operands_in_order(program: Program) -> None:
    snapshot = _snapshot(program)
    expected = [(operand, node.id, index) for node in snapshot.nodes for index, operand in enumerate(node.operands)]
    assert [(edge.source, edge.target, edge.operand_index) for edge in snapshot.edges] == expected
    assert [edge.id for edge in snapshot.edges] == ["_".join(map(str, each)) for each in expected]
    assert len({edge.id for edge in snapshot.edges}) == len(expected)


@any_program
@given(programs())
def test_steps_are_counted_forward_then_seed_then_backward(program: Program) -> None:
    snapshot = _snapshot(program)
    assert [step.index for step in snapshot.steps] == list(range(len(snapshot.steps)))
    phases = "".join(step.phase[0] for step in snapshot.steps)
    assert re.fullmatch("f+(sb*)?", phases)
    forward = [step for step in snapshot.steps if isinstance(step, ForwardStep)]
    made = [node for node in snapshot.nodes if node.op is not None]
    assert [(step.node, repr(step.value)) for step in forward] == [(node.id, repr(node.value)) for node in made]


@any_program
@given(programs())
def test_backward_visits_nodes_in_reversed_creation_order_and_operands_in_order(program: Program) -> None:
    snapshot = _snapshot(program)
    edges = {edge.id: edge for edge in snapshot.edges}
    visited = [(-int(edges[step.edge].target[1:]), edges[step.edge].operand_index) for step in _backward(snapshot)]
    assert visited == sorted(set(visited)), "each edge once, later nodes first"
    assert all(step.node == edges[step.edge].source for step in _backward(snapshot))


@any_program
@given(programs())
def test_every_edge_that_can_carry_a_gradient_does(program: Program) -> None:
    snapshot = _snapshot(program)
    nodes = {node.id: node for node in snapshot.nodes}
    carrying = {
        edge.id
        for edge in snapshot.edges
        if nodes[edge.target].gradient is not None and nodes[edge.source].requires_grad
    }
    assert {step.edge for step in _backward(snapshot)} == carrying


# --- arithmetic, to the last bit


@any_program
@given(programs())
def test_each_step_does_its_sum_and_the_last_sum_is_the_gradient(program: Program) -> None:
    snapshot = _snapshot(program)
    targets = {edge.id: edge.target for edge in snapshot.edges}
    gradients = {step.node: scalar(step.gradient) for step in snapshot.steps if isinstance(step, SeedStep)}
    for step in _backward(snapshot):
        assert step.upstream == gradients[targets[step.edge]]
        assert step.contribution == scalar(step.upstream) * scalar(step.local)
        assert step.before == gradients.get(step.node)
        assert step.after == (step.contribution if step.before is None else step.before + step.contribution)
        gradients[step.node] = scalar(step.after)
    assert gradients == {node.id: node.gradient for node in snapshot.nodes if node.gradient is not None}


@any_program
@given(programs())
def test_each_local_derivative_is_the_slope_measured_on_its_edge(program: Program) -> None:
    for step in _backward(_snapshot(program)):
        assert step.kink is None
        assert step.finite_difference == pytest.approx(step.local, rel=1e-5, abs=1e-5)


@any_program
@given(programs())
def test_constants_get_no_gradient(program: Program) -> None:
    for node in _snapshot(program).nodes:
        assert not (node.kind == "constant" and (node.requires_grad or node.gradient is not None))
        assert (node.kind == "op") == (node.op is not None) == bool(node.operands)


# --- the same in, the same out


@any_program
@given(programs())
def test_the_same_source_and_inputs_give_the_same_bytes(program: Program) -> None:
    assert _snapshot(program).to_json() == _snapshot(program).to_json()


@any_program
@given(programs())
def test_json_is_strict_and_says_all(program: Program) -> None:
    snapshot = _snapshot(program)
    read = strict(snapshot.to_json())
    assert read == json.loads(json.dumps(snapshot.to_dict()))
    assert list(read) == ["format", "source", "pass", "output", "dtype", "nodes", "edges", "steps"]
    assert read["format"] == "gradstep/1"
    assert [node["gradient"] for node in read["nodes"]] == [node.gradient for node in snapshot.nodes]


@pytest.mark.parametrize("x", [math.nan, math.inf, -math.inf])
def test_numbers_that_json_does_not_have_cross_as_strings(x: float) -> None:
    text = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[repr(x)]
    read = strict(_pass("y = x + 1\ny ** x", x=x).to_json())
    assert read["nodes"][0]["value"] == text
    assert read["steps"][0]["value"] == text
    assert read["nodes"][0]["gradient"] in ("NaN", "Infinity", "-Infinity", 0.0)


@pytest.mark.parametrize(
    ("leaf", "loss"),
    [
        ("torch.ones(2)", "((torch.full((3, 2), 3e38) * w) * 1.0).sum()"),
        ("torch.tensor(3e38)", "(torch.tensor([1e200, 2.0], dtype=torch.float64) * w).sum()"),
    ],
    ids=["stretched", "of another type"],
)
def test_a_sum_that_overflows_is_infinite_without_a_warning(leaf: str, loss: str) -> None:
    source = f"import torch\nw = {leaf}.requires_grad_()\nloss = {loss}\nloss.backward()"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = engine.run(source)
        folded = fold(run.passes.records[0], source, 0).snapshot
        for snapshot in (run.passes[0], folded):
            assert np.isinf(snapshot["w"].gradient).all()  # type: ignore[arg-type]


def test_nothing_reached_is_null_and_a_computed_zero_is_zero() -> None:
    read = strict(_pass("y * 2\nx * 0", x=1.0, y=1.0).to_json())
    gradients = {node["name"]: node["gradient"] for node in read["nodes"] if node["kind"] == "leaf"}
    assert gradients == {"x": 0.0, "y": None}


@pytest.mark.parametrize("name", golden.CASES)
def test_the_format_is_the_one_on_file(name: str) -> None:
    kept = strict((golden.DATA / f"{name}.json").read_text(encoding="utf-8"))
    assert strict(golden.snapshot(name).to_json()) == kept, "if this is meant: python -m tests.golden"


def test_a_snapshot_is_frozen_and_travels_between_processes() -> None:
    snapshot = _pass("x * x", x=3.0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        snapshot.output = "n0"  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        snapshot.nodes[0].value = 1.0  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(snapshot)) == snapshot == copy.deepcopy(snapshot)


# --- names, labels, spans


@pytest.mark.parametrize(
    ("call", "shown"),
    [
        ("leaky_relu(x)", "leaky_relu(x)"),
        ("leaky_relu(x, 0.01)", "leaky_relu(x)"),
        ("leaky_relu(x, -0.2)", "leaky_relu(x, negative_slope=−0.2)"),
        ("clamp(x, -1, 1)", "clamp(x, min=−1, max=1)"),
        ("x.clamp(min=0.5)", "clamp(x, min=0.5)"),
    ],
)
def test_a_setting_is_shown_in_the_call_and_is_no_node(call: str, shown: str) -> None:
    made = engine.run(f"y = {call}", inputs={"x": -2.0}).passes[0]
    assert [node.expression for node in made.nodes] == [None, shown]


def test_an_exponent_is_an_attribute_and_a_leaf_as_exponent_an_operand() -> None:
    (power,) = (node for node in _pass("x ** 2", x=3.0).nodes if node.op)
    assert (dict(power.attributes), power.operands) == ({"exponent": 2.0}, ("n0",))
    (power,) = (node for node in _pass("x ** n", x=3.0, n=2.0).nodes if node.op)
    assert (dict(power.attributes), power.operands) == ({}, ("n0", "n1"))


@pytest.mark.parametrize(
    ("source", "labels"),
    [
        ("x * w + 2", ["x", "w", "v1", "2", "out"]),
        ("v1 * v2 + 1", ["v1", "v2", "v3", "1", "out"]),
        ("out = x + 1\nout * 2", ["x", "1", "out", "2", "v1"]),
        ("out + 1", ["out", "1", "v1"]),
        ("-2 * x", ["−2", "x", "out"]),
        ("x = 2\ny = x * 0.5\ny", ["x", "0.5", "y"]),
        ("损失 = 𝓍 * 2", ["x", "2", "损失"]),
    ],
)
def test_labels(source: str, labels: list[str]) -> None:
    names = dict.fromkeys(engine.free_names(source), 1.0)
    assert [node.label for node in engine.run(source, inputs=names).passes[0].nodes] == labels


@any_program
@given(programs(), st.sampled_from(["v1", "out", "v2", "a"]))
def test_no_two_results_share_a_label(program: Program, leaf: str) -> None:
    source = program.source.replace("x", leaf).replace(f"e{leaf}p", "exp")
    inputs = {leaf if name == "x" else name: value for name, value in program.inputs.items()}
    nodes = engine.run(source, inputs=inputs).passes[0].nodes
    made_up = [node.label for node in nodes if node.name is None and node.kind != "constant"]
    named = {node.name for node in nodes if node.name is not None}
    assert len(set(made_up)) == len(made_up)
    assert named.isdisjoint(made_up)


def test_nodes_are_found_by_name_and_by_label() -> None:
    snapshot = _pass("y = x * 2\ny + 1", x=1.0)
    assert (snapshot["x"].value, snapshot["y"].value, snapshot["out"].value) == (1.0, 2.0, 3.0)
    with pytest.raises(KeyError):
        snapshot["2"]


def _spanned(source: str, node: Node) -> str:
    """The characters of the source that a node points at."""
    assert node.span is not None
    first, start, last, end = node.span
    lines = source.split("\n")[first - 1 : last]
    lines[-1] = lines[-1][:end]
    lines[0] = lines[0][start:]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("source", "pointed"),
    [
        ("x * w + 2", ["x", "w", "x * w", "2", "x * w + 2"]),
        ("(x + w) ** 2", ["x", "w", "x + w", "(x + w) ** 2"]),
        ("sin(x).exp()", ["x", "sin(x)", "sin(x).exp()"]),
        ("损失 = 学习 * étape + 2", ["学习", "étape", "学习 * étape", "2", "学习 * étape + 2"]),
        ("# 注释 é\n  \ny = -x  # 😀\ny*y", ["x", "-x", "y*y"]),
        ("x = 2.5\nx*x", ["2.5", "x*x"]),
        ("y = (x +\n  学 *\n  x)", ["x", "学", "学 *\n  x", "x +\n  学 *\n  x"]),
        ("甲 = x; 乙 = 甲 * x", ["x", "甲 * x"]),
        ("\tx".strip() + "\t*\tx", ["x", "x\t*\tx"]),
        ("𝓍 + 𝓍", ["𝓍", "𝓍 + 𝓍"]),
    ],
)
def test_spans_point_at_the_characters(source: str, pointed: list[str]) -> None:
    names = dict.fromkeys(engine.free_names(source), 1.0)
    run = engine.run(source, inputs=names)
    assert [_spanned(run.source, node) for node in run.passes[0].nodes] == pointed


@any_program
@given(programs(), st.sampled_from(["", "# 注释\n", "é = 1; ", "变量 = 2 # 😀\n\n", "学 = 1 ;\t"]))
def test_a_span_read_again_gives_the_node_again(program: Program, before: str) -> None:
    source = before + program.source
    for node in engine.run(source, inputs=program.inputs).passes[0].nodes:
        text = _spanned(source, node)
        if node.kind == "constant" or (node.kind == "leaf" and node.name not in program.inputs):
            assert float(text) == node.value
        elif node.kind == "leaf":
            assert text == node.name
        else:
            known = dict.fromkeys(engine.free_names(text), 1.0)
            again = engine.run(text, inputs=known).passes[0]
            assert again.nodes[-1].op == node.op


# --- eager use


def test_an_eager_result_has_a_snapshot_too() -> None:
    w = engine.tensor(1.0, requires_grad=True, name="w")
    loss = (w * 2 - 3) ** 2
    snapshot = engine.snapshot(loss)
    assert [(node.kind, node.label) for node in snapshot.nodes] == [
        ("parameter", "w"),
        ("constant", "2"),
        ("op", "v1"),
        ("constant", "3"),
        ("op", "v2"),
        ("op", "out"),
    ]
    assert snapshot["w"].gradient == -4.0
    assert w.grad is None, "looking changes nothing"


def test_an_eager_graph_holds_what_the_output_was_made_from_in_creation_order() -> None:
    x = engine.tensor(2.0, requires_grad=True, name="x")
    aside = x * 5
    square = x * x
    snapshot = engine.snapshot(square)
    assert [node.value for node in snapshot.nodes] == [2.0, 4.0]
    assert aside.item() not in [node.value for node in snapshot.nodes]
    strict(engine.snapshot(engine.tensor(math.inf, name="x") * math.nan).to_json())


def test_a_long_eager_chain_has_a_snapshot() -> None:
    x = y = engine.tensor(1.0, requires_grad=True, name="x")
    for _ in range(5_000):
        y = y + x
    assert engine.snapshot(y)["x"].gradient == 5_001.0
