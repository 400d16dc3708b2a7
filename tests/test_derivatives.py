"""Derivatives of derivatives, forward mode, and the backward pass as a graph of its own."""

import itertools
import json
import math
import warnings
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest

import engine
from engine import backward, dtypes, ops
from engine.functions import FUNCTIONS
from engine.ops import Op
from engine.snapshot import BackwardStep, Snapshot, UnbroadcastStep
from engine.tensor import Tensor, constant
from tests.comparison import HAS_TORCH, node_of, torch
from tests.drawing import Draw, weights
from tests.fuzz.programs import random_program
from tests.operations import CASES

needs_torch = pytest.mark.skipif(not HAS_TORCH, reason="PyTorch is not installed: vᵀ(Jv) and closed forms stand for it")
ROWS: Final = pytest.mark.parametrize("op", ops.TABLE.values(), ids=ops.TABLE)


def run(seed: int) -> tuple[Tensor, list[Tensor], str]:
    """A random program's output and leaves."""
    program = random_program(seed)
    leaves = {name: constant(array).requires_grad_() for name, array in program.leaves.items()}
    names: dict[str, Any] = {**FUNCTIONS, **leaves}
    exec(program.source, names)
    return names["out"], list(leaves.values()), program.source


# --- higher derivatives


@pytest.mark.parametrize("order", [1, 2, 3, 4, 5])
def test_a_power_is_differentiated_again_and_again(order: int) -> None:
    x = engine.tensor(1.5, requires_grad=True)
    y = x**5
    for _ in range(order):
        (y,) = engine.grad(y, x, create_graph=True)
    assert y.item() == pytest.approx(math.perm(5, order) * 1.5 ** (5 - order), rel=1e-14)


@pytest.mark.parametrize(
    ("function", "third"),
    [
        (lambda x: x.sin(), lambda x: -math.cos(x)),
        (lambda x: x.exp(), math.exp),
        (lambda x: x.log(), lambda x: 2 / x**3),
        (lambda x: x.tanh(), lambda x: (4 * math.sinh(x) ** 2 - 2) / math.cosh(x) ** 4),
        (lambda x: 1 / x, lambda x: -6 / x**4),
        (lambda x: x.sqrt(), lambda x: 0.375 * x**-2.5),
        (lambda x: x * x * x, lambda x: 6.0),
        (lambda x: x.abs() * x * x, lambda x: 6.0),
    ],
)
def test_third_derivatives_are_those_of_the_book(
    function: Callable[[Tensor], Tensor], third: Callable[[float], float]
) -> None:
    x = engine.tensor(0.7, requires_grad=True)
    y = function(x)
    for _ in range(3):
        (y,) = engine.grad(y, x, create_graph=True)
    assert y.item() == pytest.approx(third(0.7), rel=1e-12)


def test_grad_touches_no_leaf_and_a_leaf_that_was_not_used_is_refused() -> None:
    x, unused = engine.tensor(2.0, requires_grad=True), engine.tensor(1.0, requires_grad=True)
    y = x * x
    assert engine.grad(y, x)[0].item() == 4.0
    assert x.grad is None
    with pytest.raises(engine.InputError, match="not have been used"):
        engine.grad(y, (x, unused))
    assert engine.grad(y, (x, unused), allow_unused=True)[1].item() == 0.0


def test_the_hessian_of_a_quadratic_form_is_its_matrix_and_its_transpose() -> None:
    matrix = np.array([[2.0, 1.0, 0.0], [-1.0, 3.0, 0.5], [4.0, 0.0, 1.0]])
    x = engine.tensor([1.0, -2.0, 0.5], requires_grad=True)
    found = engine.hessian(x @ constant(matrix) @ x, x)
    np.testing.assert_allclose(found, matrix + matrix.T, atol=1e-14)


def test_a_hessian_spans_all_its_inputs_and_is_symmetric() -> None:
    w = engine.tensor([[0.3, -0.2], [0.5, 0.7]], requires_grad=True)
    b = engine.tensor([0.1, -0.4], requires_grad=True)
    found = engine.hessian(((constant(np.array([[1.0, 2.0], [-1.0, 0.5]])) @ w + b).tanh() ** 2).sum(), (w, b))
    assert found.shape == (6, 6)
    np.testing.assert_allclose(found, found.T, rtol=1e-12, atol=1e-14)
    assert np.abs(found).min() < np.abs(found).max()


@needs_torch
def test_a_hessian_is_pytorchs() -> None:
    compared = 0
    for seed in range(150):
        program = random_program(seed)
        if len(program.leaves) != 1 or next(iter(program.leaves.values())).size > 6:
            continue
        output, (leaf,), source = run(seed)
        if not output.requires_grad or all(each is not leaf for each in backward.reachable(output)):
            continue

        def function(given: Any, source: str = source) -> Any:
            names = {name: getattr(torch(), name) for name in FUNCTIONS if hasattr(torch(), name)}
            names |= {"softplus": torch().nn.functional.softplus, "a": given}
            exec(source, names)
            return names["out"]

        theirs = torch().autograd.functional.hessian(function, torch().from_numpy(np.array(leaf.value)))
        found = engine.hessian(output, leaf)
        expected = theirs.numpy(force=True).reshape(found.shape)
        scale = max(1.0, float(np.abs(expected).max(initial=0)))
        np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-10 * scale, err_msg=source)
        compared += 1
    assert compared >= 10


@needs_torch
def test_a_gradient_penalty_has_pytorchs_gradients() -> None:
    compared = 0
    for seed in range(2_000, 2_250):
        output, leaves, source = run(seed)
        if not output.requires_grad:
            continue
        first = engine.grad(output, leaves, create_graph=True, allow_unused=True)
        ours = [each for each in first if each.requires_grad]
        if not ours:
            continue
        penalty = sum(((each * each).sum() for each in ours[1:]), start=(ours[0] * ours[0]).sum())
        found = engine.grad(penalty, leaves, allow_unused=True)
        expected = _penalty(random_program(seed))
        for mine, other in zip(found, expected, strict=True):
            scale = max(1.0, float(np.abs(other).max(initial=0)))
            np.testing.assert_allclose(mine.numpy(), other, rtol=1e-7, atol=1e-9 * scale, err_msg=source)
        compared += 1
    assert compared >= 120


def _penalty(program: Any) -> list[Any]:
    held: dict[str, Any] = {}

    def twice(leaves: Any, code: Any) -> Any:
        held.update({name: torch().from_numpy(array.copy()).requires_grad_() for name, array in leaves.items()})
        names = {name: getattr(torch(), name) for name in FUNCTIONS if hasattr(torch(), name)}
        names |= {"softplus": torch().nn.functional.softplus, **held}
        exec(code, names)
        return names["out"]

    output = program.gradients(twice)
    leaves = list(held.values())
    first = torch().autograd.grad(output, leaves, create_graph=True, allow_unused=True)
    squares = [(each * each).sum() for each in first if each is not None and each.requires_grad]
    second = torch().autograd.grad(sum(squares), leaves, allow_unused=True) if squares else [None] * len(leaves)
    return [
        np.zeros(leaf.shape) if each is None else each.numpy(force=True)
        for leaf, each in zip(leaves, second, strict=True)
    ]


# --- forward mode


@ROWS
def test_forward_mode_is_the_transpose_of_reverse_mode(op: Op) -> None:
    for case in CASES.get(op.name, ()):
        node = node_of(op.name, case, Draw(3, dtypes.FLOAT64))
        if node is None or not node.requires_grad:
            continue
        leaves = [each for each in backward.reachable(node) if each.op is None and each.requires_grad]
        tangents = {leaf: weights(leaf.shape, leaf.dtype, index) for index, leaf in enumerate(leaves)}
        moved, _ = engine.jvp(node, tangents)
        v = weights(node.shape, node.dtype, 9)
        back = engine.grad(node, leaves, constant(v), allow_unused=True)
        expected = sum(float((each.numpy() * tangents[leaf]).sum()) for leaf, each in zip(leaves, back, strict=True))
        near = 1e-11 if node.dtype == np.float64 else 1e-6
        assert float((v * moved).sum()) == pytest.approx(expected, rel=near, abs=near), case.key


def test_forward_mode_agrees_with_reverse_mode_in_any_program() -> None:
    for seed in range(5_000, 5_300):
        output, leaves, source = run(seed)
        tangents = {leaf: weights(leaf.shape, leaf.dtype, index) for index, leaf in enumerate(leaves)}
        moved, every = engine.jvp(output, tangents)
        if not output.requires_grad:
            continue
        back = engine.grad(output, leaves, allow_unused=True)
        expected = [float((each.numpy() * tangents[leaf]).sum()) for leaf, each in zip(leaves, back, strict=True)]
        scale = max(1.0, *map(abs, expected))
        assert float(moved) == pytest.approx(sum(expected), rel=1e-9, abs=1e-11 * scale), source
        assert all(np.shape(tangent) == node.shape for node, tangent in every.items())


@needs_torch
def test_forward_mode_is_pytorchs_forward_mode() -> None:
    compared = 0
    for seed in range(6_000, 6_200):
        output, leaves, source = run(seed)
        program = random_program(seed)
        tangents = {leaf: weights(leaf.shape, leaf.dtype, index) for index, leaf in enumerate(leaves)}
        names = {name: getattr(torch(), name) for name in FUNCTIONS if hasattr(torch(), name)}
        names["softplus"] = torch().nn.functional.softplus
        forward = torch().autograd.forward_ad
        with warnings.catch_warnings(), forward.dual_level():
            warnings.simplefilter("ignore")  # PyTorch calls what it has deprecated itself
            duals = {
                name: forward.make_dual(torch().from_numpy(array.copy()), torch().from_numpy(tangents[leaf]))
                for (name, array), leaf in zip(program.leaves.items(), leaves, strict=True)
            }
            names |= duals
            exec(source, names)
            tangent = forward.unpack_dual(names["out"]).tangent
            theirs = 0.0 if tangent is None else float(tangent)
        moved, _ = engine.jvp(output, tangents)
        assert float(moved) == pytest.approx(theirs, rel=1e-9, abs=1e-9), source
        compared += 1
    assert compared == 200


# --- the backward pass as a graph to step through


def test_the_gradient_of_a_square_is_a_graph() -> None:
    x = engine.tensor(3.0, requires_grad=True, name="x")
    (slope,) = engine.grad(x**2, x, create_graph=True)
    snapshot = engine.snapshot(slope)
    assert well_formed(snapshot) == []
    assert snapshot["x"].gradient == 2.0
    assert [node.value for node in snapshot.nodes if node.id == snapshot.output] == [6.0]


def test_the_backward_pass_of_any_program_is_a_snapshot() -> None:
    stepped = 0
    for seed in range(7_000, 7_080):
        output, leaves, source = run(seed)
        if not output.requires_grad:
            continue
        slopes = engine.grad(output, leaves, create_graph=True, allow_unused=True)
        for slope in slopes:
            if slope.requires_grad:
                snapshot = engine.snapshot(slope.sum() if slope.shape else slope)
                assert well_formed(snapshot) == [], source
                stepped += len(snapshot.steps)
    assert stepped > 2_000


def well_formed(snapshot: Snapshot) -> list[str]:
    """What is wrong with a snapshot, as sentences."""
    wrong = []
    place = {node.id: index for index, node in enumerate(snapshot.nodes)}
    wrong += [
        f"{node.id} before its operand"
        for node in snapshot.nodes
        if any(place[each] >= place[node.id] for each in node.operands)
    ]
    wrong += (
        ["steps are not counted"] if [step.index for step in snapshot.steps] != list(range(len(snapshot.steps))) else []
    )
    after: dict[str, Any] = {}
    for step, following in itertools.zip_longest(snapshot.steps, snapshot.steps[1:]):
        if isinstance(step, BackwardStep):
            if step.broadcast:
                if not isinstance(following, UnbroadcastStep) or following.edge != step.edge:
                    wrong.append(f"step {step.index} is not summed")
                continue
            _land(wrong, after, step, step.contribution)
        elif isinstance(step, UnbroadcastStep):
            _land(wrong, after, step, step.contribution)
    for node in snapshot.nodes:
        if node.id in after and not np.array_equal(
            np.asarray(node.gradient), np.asarray(after[node.id]), equal_nan=True
        ):
            wrong.append(f"{node.id} ends with another gradient")
    json.dumps(snapshot.to_dict(), allow_nan=False)
    return wrong


def _land(wrong: list[str], after: dict[str, Any], step: BackwardStep | UnbroadcastStep, contribution: Any) -> None:
    before = after.get(step.node)
    if (before is None) != (step.before is None) or (
        before is not None and not np.array_equal(before, np.asarray(step.before), equal_nan=True)
    ):
        wrong.append(f"step {step.index} begins otherwise than the last one ended")
    total = np.asarray(contribution) if before is None else before + np.asarray(contribution)
    if not np.array_equal(total, np.asarray(step.after), equal_nan=True):
        wrong.append(f"step {step.index} does not do its sum")
    after[step.node] = np.asarray(step.after)


def test_a_backward_pass_is_a_graph_whose_nodes_are_called_what_they_are() -> None:
    x = engine.tensor(3.0, requires_grad=True, name="x")
    w = engine.tensor(2.0, requires_grad=True, name="w")
    snapshot = engine.gradient_snapshot((x * w).tanh() * w, x)
    slope = 2.0 * 2.0 * (1.0 - math.tanh(6.0) ** 2)
    assert snapshot.output == snapshot["∂out/∂x"].id
    assert snapshot["∂out/∂x"].value == pytest.approx(slope, rel=1e-12)
    assert snapshot["∂out/∂x"].expression == "∂out/∂v1·w"
    assert snapshot["∂out/∂x"].label_latex == r"\frac{\partial \text{out}}{\partial x}"
    # stepped through backward, it gives the second derivative: −2w tanh(xw) · w · slope / w
    assert snapshot["x"].gradient == pytest.approx(-2.0 * 2.0 * math.tanh(6.0) * slope, rel=1e-9)
    _check_invariants(snapshot)


def test_the_gradients_of_all_leaves_are_one_graph_and_so_is_what_grad_gives() -> None:
    x = engine.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True, name="X")
    w = engine.tensor([[1.0, -2.0], [0.5, 4.0]], requires_grad=True, name="W")
    loss = (x @ w).sigmoid().sum()
    snapshot = engine.gradient_snapshot(loss)
    given = engine.grad(loss, [x, w], create_graph=True)
    for name, gradient in zip("XW", given, strict=True):
        np.testing.assert_allclose(np.asarray(snapshot[f"∂out/∂{name}"].value), gradient.numpy())
    assert len(engine.snapshot(given).nodes) == len(snapshot.nodes)
    with pytest.raises(engine.InputError, match="made from none of these"):
        engine.gradient_snapshot(loss, engine.tensor(1.0, requires_grad=True))


def _check_invariants(snapshot: Snapshot) -> None:
    places = {node.id: place for place, node in enumerate(snapshot.nodes)}
    for node in snapshot.nodes:
        assert all(places[each] < places[node.id] for each in node.operands)
    for step in snapshot.steps:
        if isinstance(step, BackwardStep) and not step.broadcast:
            assert step.after == pytest.approx((step.before or 0.0) + step.contribution)
