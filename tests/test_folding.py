"""A large pass in short: what stands for many nodes has the numbers of those, and every node can be reached."""

import math
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine.folding import LARGE, LARGEST, OP, Folded, fold, is_large
from engine.snapshot import BackwardStep, Edge, SeedStep, Snapshot
from engine.stretches import Stretch

RECURRENT = """
import torch
torch.manual_seed(1)
w = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
b = torch.tensor(0.1, dtype=torch.float64, requires_grad=True)

def cell(h, x):
    return torch.tanh(h * w + x * b)

h = w * 1.0
total = h * 0.0
for k in range({rounds}):
    h = cell(h, k / 10)
    for j in range(2):
        total = total + h * h
loss = total / {rounds}
loss.backward()
"""
TENSORS = """
import torch
torch.manual_seed(1)
W = torch.randn(3, 3, requires_grad=True)
v = torch.randn(3, requires_grad=True)
x = torch.ones(3)
total = torch.tensor(0.0)
for k in range({rounds}):
    x = torch.tanh(x @ W + v)
    total = total + (x * x).sum()
total.backward()
"""


def folded(source: str, first: int = 0, last: int | None = None) -> tuple[Folded, Snapshot]:
    """A part of a program's only pass, and the whole of it."""
    run = engine.run(source)
    return fold(run.passes.records[0], source, 0, first, last), run.passes[0]


def levels(source: str, most: int = 60) -> Iterator[tuple[Folded, Snapshot]]:
    """A pass and the stretches in it, from the outside in."""
    run = engine.run(source)
    record, whole = run.passes.records[0], run.passes[0]
    waiting: list[tuple[int, int]] = [(0, len(record.tensors))]
    while waiting and most:
        view = fold(record, source, 0, *waiting.pop(0))
        yield view, whole
        waiting += [(each.first, each.last) for each in view.stretches.values()]
        most -= 1


def flat(numbers: object) -> list[float]:
    """All numbers of a value in a row."""
    return [float(each) for each in np.ravel(np.asarray(numbers))]


each_program = pytest.mark.parametrize("source", [RECURRENT.format(rounds=70), TENSORS.format(rounds=60)])


@each_program
def test_cards_have_the_numbers_of_the_nodes_they_show(source: str) -> None:
    for view, whole in levels(source):
        nodes = {node.id: node for node in whole.nodes}
        for card in view.snapshot.nodes:
            if card.op == OP or card.id not in nodes:
                continue
            assert flat(card.value) == flat(nodes[card.id].value)
            if card.operands:
                assert flat(card.gradient) == pytest.approx(flat(nodes[card.id].gradient))
                assert card.expression == nodes[card.id].expression
                assert len(card.operands) == len(nodes[card.id].operands)


@each_program
def test_a_folded_pass_is_a_pass(source: str) -> None:
    for view, _ in levels(source):
        snapshot = view.snapshot
        ids = [node.id for node in snapshot.nodes]
        assert len(ids) == len(set(ids)) <= 60
        edges = {edge.id: edge for edge in snapshot.edges}
        last: dict[str, object] = {}
        for number, step in enumerate(snapshot.steps):
            assert step.index == number
            if isinstance(step, SeedStep):
                assert step.node == snapshot.output
                last[step.node] = step.gradient
            if isinstance(step, BackwardStep):
                follows(step, edges, last)
                last[step.node] = step.after
            elif step.phase == "unbroadcast":
                last[step.node] = step.after
        for node in snapshot.nodes:
            assert all(ids.index(operand) < ids.index(node.id) for operand in node.operands)
            if node.gradient is not None and node.id in last:
                assert flat(last[node.id]) == pytest.approx(flat(node.gradient))


def follows(step: BackwardStep, edges: dict[str, Edge], last: dict[str, object]) -> None:
    """upstream × local = contribution, before + contribution = after, and the upstream gradient is the target's."""
    assert edges[step.edge].source == step.node
    if step.local is not None and not step.broadcast:
        product = np.asarray(step.upstream) * np.asarray(step.local)
        assert flat(step.contribution) == pytest.approx(flat(product), rel=1e-5)
    if edges[step.edge].target in last:
        assert flat(step.upstream) == pytest.approx(flat(last[edges[step.edge].target]), rel=1e-5)
    after = np.asarray(step.after)
    if not step.broadcast and np.shape(step.contribution) == after.shape:
        before = np.zeros(after.shape) if step.before is None else np.asarray(step.before)
        assert flat(step.after) == pytest.approx(flat(before + np.asarray(step.contribution)), rel=1e-5)


@each_program
def test_every_node_can_be_reached(source: str) -> None:
    run = engine.run(source)
    record = run.passes.records[0]
    found: list[int] = []

    def look(part: Stretch) -> None:
        view = fold(record, source, 0, part.first, part.last)
        assert (view.trail[-1].first, view.trail[-1].last) == (part.first, part.last)
        inside = [each for each in view.stretches.values() if part.first <= each.first and each.last <= part.last]
        single = {int(node.id[1:]) for node in view.snapshot.nodes if node.id not in view.stretches}
        covered = {place for each in inside for place in range(each.first, each.last)}
        found.extend(place for place in range(part.first, part.last) if place in single and place not in covered)
        for each in inside:
            look(each)

    look(Stretch(0, len(record.tensors), ""))
    assert sorted(found) == list(range(len(record.tensors)))


def test_what_stands_for_many_is_named_after_their_rounds_and_calls() -> None:
    view, whole = folded(RECURRENT.format(rounds=70))
    labels = [each.label for each in view.stretches.values()]
    assert all("k=" in label for label in labels)
    assert {"w", "b", "loss"} <= {node.label for node in view.snapshot.nodes}
    inner = next(iter(view.stretches.values()))
    deeper, _ = folded(RECURRENT.format(rounds=70), inner.first, inner.last)
    assert [each.label for each in deeper.trail] == ["", inner.label]
    assert deeper.snapshot.output == view.snapshot.output == whole.output
    assert deeper.snapshot["loss"].value == whole["loss"].value


def test_of_one_round_there_are_its_operations_with_the_slopes_of_the_whole() -> None:
    source = RECURRENT.format(rounds=70)
    view, whole = folded(source, *_round(whole_of(source), "k=33"))
    steps = {step.edge: step for step in whole.steps if isinstance(step, BackwardStep)}
    told = [step for step in view.snapshot.steps if isinstance(step, BackwardStep) and step.edge in steps]
    assert len(told) >= 8
    for step in told:
        same = steps[step.edge]
        assert (step.local_formula, step.finite_difference) == (same.local_formula, same.finite_difference)
        assert flat([step.upstream, step.local, step.contribution, step.after]) == pytest.approx(
            flat([same.upstream, same.local, same.contribution, same.after])
        )


def whole_of(source: str) -> Snapshot:
    """The pass as it is."""
    return engine.run(source).passes[0]


def _round(whole: Snapshot, name: str) -> tuple[int, int]:
    places = [int(node.id[1:]) for node in whole.nodes if name in node.scope]
    return places[0], places[-1] + 1


def test_a_stretch_nobody_knows_leads_to_the_least_that_holds_it() -> None:
    source = RECURRENT.format(rounds=70)
    view, whole = folded(source)
    inner = list(view.stretches.values())[2]
    assert folded(source, inner.first + 1, inner.first + 3)[0].trail[1] == inner
    assert len(folded(source, 0, 10**6)[0].trail) == 1
    assert len(folded(source, 10**6, 10**6 + 1)[0].trail) == 1
    assert view.steps == len(whole.steps)


def test_what_can_be_seen_whole_is_not_folded() -> None:
    def large(count: int, source: str) -> bool:
        record = engine.run(source.format(count=count)).passes.records[0]
        return is_large(record)

    straight = "y = x * x\n" + "y = y * x\n" * (LARGEST // 2 - 10)
    assert not is_large(engine.run(straight, inputs={"x": 1.0}).passes.records[0])
    looped = "y = x * x\nfor k in range({count}):\n    y = y * x\n"
    run = engine.run(looped.format(count=LARGE + 1), inputs={"x": 1.0})
    assert is_large(run.passes.records[0])
    assert not is_large(engine.run(looped.format(count=LARGE // 2), inputs={"x": 1.0}).passes.records[0])


@settings(max_examples=25, deadline=None)
@given(st.integers(40, 400), st.integers(0, 5), st.integers(0, 2**31))
def test_formulas_without_loops_fold_too(count: int, leaves: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    names = ["x0", *(f"x{k}" for k in range(1, leaves + 1))]
    lines = ["v0 = x0 * x0"]
    for k in range(1, count):
        one, other = f"v{draw.integers(max(0, k - 9), k)}", draw.choice([*names, f"v{k - 1}"])
        lines.append(f"v{k} = sin({one} + {other})")
    source = "\n".join(lines)
    run = engine.run(source, inputs=dict.fromkeys(names, 0.5))
    view = fold(run.passes.records[0], source, 0)
    whole = run.passes[0]
    for name in names:
        if whole[name].requires_grad and any(node.label == name for node in view.snapshot.nodes):
            assert view.snapshot[name].gradient == (
                None if whole[name].gradient is None else pytest.approx(whole[name].gradient)
            )
    assert len(view.snapshot.nodes) <= 60
    assert view.snapshot[whole.nodes[-1].label].value == whole.nodes[-1].value


def test_a_hundred_thousand_operations_are_a_few_cards() -> None:
    source = RECURRENT.format(rounds=9_000)
    run = engine.run(source)
    record = run.passes.records[0]
    assert len(record.tensors) > 80_000
    view = fold(record, source, 0)
    assert len(view.snapshot.nodes) < 60
    depth = 0
    while view.stretches:
        inner = next(iter(view.stretches.values()))
        view = fold(record, source, 0, inner.first, inner.last)
        depth += 1
    assert depth <= math.ceil(math.log(len(record.tensors), 8))
