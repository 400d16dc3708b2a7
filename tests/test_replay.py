"""A pass replayed for other leaves is the pass the program itself would have made."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine import recording
from engine.replay import BranchChanged, Guard, Replay
from engine.snapshot import BackwardStep, Snapshot
from engine.tensor import Tensor
from tests.oracle import Program, programs


def numbers(snapshot: Snapshot) -> str:
    """Everything but the source, whose literals a replay does not rewrite."""
    text = snapshot.to_dict()
    return repr({key: value for key, value in text.items() if key != "source"})


@settings(max_examples=100, deadline=None)
@given(programs(), st.data())
def test_a_replay_is_the_run_itself_for_other_inputs(program: Program, data: st.DataObject) -> None:
    recorded = engine.run(program.source, inputs=program.inputs)
    other = {name: data.draw(st.floats(-4, 4), name) for name in recorded.inputs}
    anew = engine.run(program.source, inputs={**program.inputs, **other}).passes[0]
    assert numbers(Replay(recorded.passes[0]).snapshot(other)) == numbers(anew)


@settings(max_examples=60, deadline=None)
@given(programs(), st.data())
def test_a_grid_has_the_value_of_every_point(program: Program, data: st.DataObject) -> None:
    recorded = engine.run(program.source, inputs=program.inputs)
    points = data.draw(st.integers(1, 7))
    grid = {
        name: np.array(data.draw(st.lists(st.floats(-4, 4), min_size=points, max_size=points), name))
        for name in recorded.inputs
    }
    if not grid:
        return
    found, same = Replay(recorded.passes[0]).outputs(grid)
    assert same.all()
    for point in range(points):
        here: Mapping[str, float] = {name: float(values[point]) for name, values in grid.items()}
        alone = engine.run(program.source, inputs={**program.inputs, **here}).passes[0]
        np.testing.assert_allclose(found[point], alone.nodes[-1].value, rtol=1e-12, atol=1e-300)


def layer() -> tuple[Tensor, Tensor, Tensor]:
    """A layer with a broadcast bias and a matrix product, whose mean square is the output; with its leaves."""
    w = engine.tensor([[1.0, -2.0, 0.5], [0.25, 1.0, 2.0]], requires_grad=True, name="w", dtype="float32")
    b = engine.tensor([0.5, -1.0, 2.0], requires_grad=True, name="b", dtype="float32")
    x = engine.tensor([[1.0, 2.0], [3.0, -4.0], [0.5, 0.25]], name="x", dtype="float32")
    hidden = (x @ w + b).relu()
    return (hidden * hidden).mean(), w, b


def test_tensors_are_replayed_in_their_own_type() -> None:
    output, w, _ = layer()
    replay = Replay(engine.snapshot(output))
    moved = replay.snapshot({"w": 2 * np.asarray(w.value)})
    assert moved["w"].dtype == "float32"
    w.become(2 * np.asarray(w.value))
    assert moved["out"].value == pytest.approx(layer_value(w))
    assert any(isinstance(step, BackwardStep) and step.broadcast for step in moved.steps)


def layer_value(w: Tensor) -> float:
    """The layer written out in NumPy."""
    x = np.array([[1.0, 2.0], [3.0, -4.0], [0.5, 0.25]], np.float32)
    hidden = np.maximum(x @ np.asarray(w.value) + np.array([0.5, -1.0, 2.0], np.float32), 0)
    return float(np.mean(hidden * hidden))


def test_a_grid_over_tensors_goes_through_structural_ops() -> None:
    output, w, b = layer()
    replay = Replay(engine.snapshot(output))
    scales = np.linspace(-1, 2, 5).astype(np.float32)
    found, _ = replay.outputs({"w": scales[:, None, None] * np.asarray(w.value)})
    for scale, value in zip(scales, found, strict=True):
        assert value == pytest.approx(
            layer_value(engine.tensor(scale * np.asarray(w.value), dtype="float32")), rel=1e-5
        )
    shifted, _ = replay.outputs({"b": scales[:, None] + np.asarray(b.value)})
    assert shifted.shape == (5,)


def test_a_branch_that_would_go_the_other_way_is_noticed() -> None:
    x = engine.tensor(2.0, requires_grad=True, name="x")
    condition = x > 1.0
    output = x * 3.0 if condition else x * 5.0
    tensors = [x, *condition.operands[1:], condition, *output.operands[1:], output]
    snapshot = recording.record(output, tensors=tensors)
    assert snapshot.nodes[2].op == "gt"
    replay = Replay(snapshot, [Guard("n2", held=True)])
    assert replay.snapshot({"x": 4.0})["out"].value == 12.0
    with pytest.raises(BranchChanged):
        replay.snapshot({"x": 0.0})
    found, same = replay.outputs({"x": np.array([0.0, 1.5, 3.0])})
    assert same.tolist() == [False, True, True]
    assert found[1:].tolist() == [4.5, 9.0]


def test_what_is_no_leaf_or_has_another_shape_is_refused() -> None:
    output, _, _ = layer()
    replay = Replay(engine.snapshot(output))
    with pytest.raises(engine.InputError, match="there is no leaf `v`"):
        replay.snapshot({"v": 1.0})
    with pytest.raises(engine.ShapeError, match="`b` is"):
        replay.snapshot({"b": [1.0, 2.0]})
    with pytest.raises(engine.ShapeError, match="as many values"):
        replay.outputs({"w": np.zeros((3, 2, 3)), "b": np.zeros((4, 3))})
