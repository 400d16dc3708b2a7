"""What the engine says a gradient is: known answers, finite differences, and an independent oracle."""

import math
import sys
import threading
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine.snapshot import BackwardStep, Node, SeedStep
from tests.operations import POSITIVE, REAL, UNARY
from tests.oracle import BINARY, Program, programs
from tests.scalars import reached, scalar


def gradients(source: str, **inputs: float) -> dict[str, float | None]:
    """The gradient of every leaf of a source."""
    return {leaf.label: reached(leaf.gradient) for leaf in _pass(source, **inputs).nodes if leaf.kind == "leaf"}


def value(source: str, **inputs: float) -> float:
    """What the last line of a source comes to."""
    return scalar(_output(_pass(source, **inputs)).value)


def _pass(source: str, **inputs: float) -> engine.Snapshot:
    return engine.run(source, inputs=inputs).passes[0]


def _output(snapshot: engine.Snapshot) -> Node:
    return next(node for node in snapshot.nodes if node.id == snapshot.output)


# --- known answers


def test_both_edges_of_x_times_x_bring_a_contribution() -> None:
    assert gradients("x * x", x=3.0) == {"x": 6.0}
    steps = [step for step in _pass("x * x", x=3.0).steps if isinstance(step, BackwardStep)]
    assert [(step.edge, step.contribution, step.before, step.after) for step in steps] == [
        ("n0_n1_0", 3.0, None, 3.0),
        ("n0_n1_1", 3.0, 3.0, 6.0),
    ]


def test_a_value_used_twice_twice_counts_four_times() -> None:
    assert gradients("b = a + a\nc = b + b", a=1.5) == {"a": 4.0}


def test_a_diamond_adds_its_two_ways() -> None:
    # out = (2x)·(x²): 2x·x² = 2x³, so 6x²
    assert gradients("left = 2 * x\nright = x ** 2\nleft * right", x=3.0) == {"x": 54.0}


@pytest.mark.parametrize(
    ("source", "inputs", "expected"),
    [
        ("x", {"x": 2.0}, {"x": 1.0}),
        ("x + y", {"x": 1.0, "y": 2.0}, {"x": 1.0, "y": 1.0}),
        ("x - x", {"x": 2.0}, {"x": 0.0}),
        ("x / x", {"x": 2.0}, {"x": 0.0}),
        ("-x", {"x": 2.0}, {"x": -1.0}),
        ("+x", {"x": 2.0}, {"x": 1.0}),
        ("-x ** 2", {"x": 3.0}, {"x": -6.0}),
        ("(-x) ** 2", {"x": 3.0}, {"x": 6.0}),
        ("2 ** x", {"x": 3.0}, {"x": 8 * math.log(2)}),
        ("x ** y", {"x": 2.0, "y": 3.0}, {"x": 12.0, "y": 8 * math.log(2)}),
        ("x ** 2 ** 3", {"x": 1.0}, {"x": 8.0}),
        ("1 / x", {"x": 4.0}, {"x": -0.0625}),
        ("sqrt(x)", {"x": 4.0}, {"x": 0.25}),
        ("x.sqrt().square()", {"x": 4.0}, {"x": 1.0}),
        ("log(exp(x))", {"x": 2.0}, {"x": 1.0}),
        ("sigmoid(x)", {"x": 0.0}, {"x": 0.25}),
        ("tanh(x)", {"x": 0.0}, {"x": 1.0}),
        ("x = 3\nx * x", {}, {"x": 6.0}),
        ("x = 3\nx * x", {"x": 5.0}, {"x": 10.0}),
        ("w = x\nw * w", {"x": 5.0}, {"x": 10.0}),
    ],
)
def test_textbook_gradients(source: str, inputs: dict[str, float], expected: dict[str, float | None]) -> None:
    assert gradients(source, **inputs) == expected


def test_a_name_that_is_given_a_new_value_keeps_its_old_node() -> None:
    snapshot = _pass("x = x * 2\nx * 3", x=1.0)
    assert [(node.name, node.gradient) for node in snapshot.nodes if node.name] == [("x", 6.0), ("x", 3.0)]
    assert snapshot["x"].gradient == 3.0, "a name means its last node"


def test_inputs_speak_of_the_first_leaf_of_a_name() -> None:
    run = engine.run("x = 1\ny = x * x\nx = 2\ny * x", inputs={"x": 3.0})
    assert run.inputs == {"x": 3.0}
    assert _output(run.passes[0]).value == 18.0
    assert [node.gradient for node in run.passes[0].nodes if node.kind == "leaf"] == [12.0, 9.0]


# --- the lecture (L9)

L9 = "y_hat = x * w\nr = y_hat - y\nloss = r ** 2"


def test_the_lecture_by_hand() -> None:
    snapshot = _pass(L9, x=1.0, w=1.0, y=2.0)
    assert {label: snapshot[label].value for label in ("y_hat", "r", "loss")} == {
        "y_hat": 1.0,
        "r": -1.0,
        "loss": 1.0,
    }
    assert snapshot["loss"].gradient == 1.0
    assert snapshot["r"].gradient == -2.0
    assert snapshot["y_hat"].gradient == -2.0
    assert snapshot["w"].gradient == -2.0
    locals_ = {step.edge: step.local for step in snapshot.steps if isinstance(step, BackwardStep)}
    ids = {label: snapshot[label].id for label in ("x", "w", "y_hat", "y", "r", "loss")}
    assert locals_[f"{ids['r']}_{ids['loss']}_0"] == -2.0, "∂loss/∂r"
    assert locals_[f"{ids['y_hat']}_{ids['r']}_0"] == 1.0, "∂r/∂ŷ"
    assert locals_[f"{ids['w']}_{ids['y_hat']}_1"] == 1.0, "∂ŷ/∂w = x"


def test_the_first_exercise_of_the_lecture() -> None:
    assert gradients(L9, x=2.0, w=1.0, y=4.0)["w"] == -8.0


def test_the_second_exercise_of_the_lecture() -> None:
    found = gradients("y_hat = x * w + b\nloss = (y_hat - y) ** 2", x=1.0, w=1.0, b=2.0, y=2.0)
    assert (found["w"], found["b"]) == (2.0, 2.0)


# --- not reached is not zero


def test_an_input_that_is_not_used_is_no_leaf_and_a_warning() -> None:
    run = engine.run("x * 2", inputs={"x": 1.0, "unused": 1.0})
    assert [node.label for node in run.passes[0].nodes if node.kind == "leaf"] == ["x"]
    assert run.inputs == {"x": 1.0}
    assert [str(warning) for warning in run.warnings] == ["the input `unused` is not used"]


def test_a_leaf_the_output_was_not_made_from_has_no_gradient() -> None:
    assert gradients("y * 2\nx * 3", x=1.0, y=1.0) == {"x": 3.0, "y": None}
    assert gradients("y = 5\nx * 3", x=1.0) == {"x": 3.0, "y": None}


def test_an_unused_line_has_no_gradient() -> None:
    snapshot = _pass("unused = x * x\nx + 1", x=2.0)
    assert snapshot["unused"].gradient is None
    assert snapshot["x"].gradient == 1.0


def test_x_times_zero_has_a_computed_zero() -> None:
    assert gradients("x * 0", x=2.0) == {"x": 0.0}
    assert gradients("x ** 0", x=2.0) == {"x": 0.0}
    assert gradients("sign(x)", x=2.0) == {"x": 0.0}
    assert gradients("relu(x)", x=-2.0) == {"x": 0.0}


def test_a_constant_gets_no_gradient_and_passes_none_on() -> None:
    snapshot = _pass("2 * 3")
    assert _output(snapshot).value == 6.0
    assert [node.gradient for node in snapshot.nodes] == [None, None, None]
    assert not any(isinstance(step, SeedStep | BackwardStep) for step in snapshot.steps)
    constants = [node for node in _pass("2 * x + 1", x=1.0).nodes if node.kind == "constant"]
    assert [node.gradient for node in constants] == [None, None]


# --- NaN and infinity appear; nothing raises


@pytest.mark.parametrize(
    ("source", "inputs", "expected", "slope"),
    [
        ("x * inf", {"x": 0.0, "inf": math.inf}, math.nan, math.inf),
        ("1 / x", {"x": 0.0}, math.inf, -math.inf),
        ("1 / x", {"x": -0.0}, -math.inf, -math.inf),
        ("x / x", {"x": 0.0}, math.nan, math.nan),
        ("x ** 0.5", {"x": -8.0}, math.nan, math.nan),
        ("x ** (1/3)", {"x": -8.0}, math.nan, math.nan),
        ("x ** 3", {"x": -2.0}, -8.0, 12.0),
        ("x ** -1", {"x": 0.0}, math.inf, -math.inf),
        ("x ** 1000", {"x": 10.0}, math.inf, math.inf),
        ("log(x)", {"x": 0.0}, -math.inf, math.inf),
        ("log(x)", {"x": -1.0}, math.nan, -1.0),
        ("sqrt(x)", {"x": 0.0}, 0.0, math.inf),
        ("sqrt(x)", {"x": -1.0}, math.nan, math.nan),
        ("exp(x)", {"x": 1000.0}, math.inf, math.inf),
        ("exp(x)", {"x": -1000.0}, 0.0, 0.0),
        ("sigmoid(x)", {"x": -1000.0}, 0.0, 0.0),
        ("sigmoid(x)", {"x": 1000.0}, 1.0, 0.0),
        ("sin(x)", {"x": math.inf}, math.nan, math.nan),
        ("x * x", {"x": 1e200}, math.inf, 2e200),
        ("relu(x) * 2", {"x": math.nan}, math.nan, 2.0),
    ],
)
def test_values_follow_ieee_754_and_never_raise(
    source: str, inputs: dict[str, float], expected: float, slope: float
) -> None:
    assert value(source, **inputs) == pytest.approx(expected, nan_ok=True)
    assert gradients(source, **inputs)["x"] == pytest.approx(slope, nan_ok=True)


@settings(deadline=None)
@given(
    st.sampled_from(("x + y", "x - y", "x * y", "x / y", "x ** y", "exp(x) + log(x) * tanh(y)", "x ** 3")),
    st.floats(),
    st.floats(),
)
def test_any_two_floats_go_through_any_operation(source: str, x: float, y: float) -> None:
    assert isinstance(value(source, x=x, y=y), float)


# --- eager use


def test_a_chain_of_a_hundred_thousand_operations_needs_no_recursion() -> None:
    x = engine.tensor(1.0, requires_grad=True)
    y = x
    for _ in range(50_000):
        y = -y + x  # both the chain and a leaf used at every step
    y.backward()
    assert x.grad is not None
    assert x.grad.item() == 1.0


def test_backward_twice_accumulates() -> None:
    w = engine.tensor(2.0, requires_grad=True)
    loss = w * w
    loss.backward()
    assert w.grad is not None
    assert w.grad.item() == 4.0
    loss.backward()
    assert w.grad.item() == 8.0
    w.grad = None
    loss.backward(gradient=0.5)
    assert w.grad is not None
    assert w.grad.item() == 2.0


def test_the_seed_may_be_a_tensor() -> None:
    w = engine.tensor(2.0, requires_grad=True)
    (w * w).backward(engine.tensor(3.0))
    assert w.grad is not None
    assert w.grad.item() == 12.0


def test_only_leaves_that_require_a_gradient_get_one() -> None:
    w, x, unused = (
        engine.tensor(3.0, requires_grad=True),
        engine.tensor(2.0),
        engine.tensor(1.0, requires_grad=True),
    )
    (w * x).backward()
    assert w.grad is not None
    assert w.grad.item() == 2.0
    assert x.grad is None
    assert unused.grad is None


def test_backward_without_a_leaf_to_reach_is_refused() -> None:
    with pytest.raises(engine.InputError, match="requires a gradient"):
        (engine.tensor(1.0) * 2).backward()


@pytest.mark.parametrize("held", ["1.0", None, 1j, 10**400, [[1.0], [1.0, 2.0]], ["a"], [None], {}, object()])
def test_a_tensor_holds_numbers(held: object) -> None:
    with pytest.raises(engine.InputError):
        engine.tensor(held)


def test_numbers_may_stand_on_either_side() -> None:
    x = engine.tensor(2.0, requires_grad=True)
    results = [1 + x, x + 1, 1 - x, x - 1, 3 * x, x * 3, 1 / x, x / 4, 2**x, x**2, -x, abs(x), x.pow(2)]
    assert [each.item() for each in results] == [3, 3, -1, 1, 6, 6, 0.5, 0.5, 4, 4, -2, 2, 4]


def test_a_tensor_prints_as_pytorch_prints_it() -> None:
    numbers = {1.0: "1.", -2.5: "-2.5000", 1e-6: "1.0000e-06", 1.5e10: "1.5000e+10", math.inf: "inf"}
    assert [repr(engine.tensor(number)) for number in numbers] == [f"tensor({text})" for text in numbers.values()]
    assert repr(engine.tensor(1.0, requires_grad=True)) == "tensor(1., requires_grad=True)"


def test_two_threads_build_and_sweep_graphs_of_their_own() -> None:
    found: list[float] = []

    def work() -> None:
        x = engine.tensor(1.0, requires_grad=True)
        y = x
        for _ in range(2_000):
            y = y + x
        y.backward()
        assert x.grad is not None
        found.append(x.grad.item())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [2_001.0] * 4


def test_threads_that_sweep_over_the_same_leaf_do_not_mix_their_gradients() -> None:
    """What has arrived of a gradient lies in the node until the sweep ends."""
    shared = engine.tensor(1.0, requires_grad=True)
    found: list[tuple[int, float]] = []

    def work(factor: int) -> None:
        result = shared * 0.0
        for _ in range(500):
            result = result + shared * float(factor)
        for _ in range(20):
            (gradient,) = engine.grad(result, [shared])
            found.append((factor, gradient.item()))

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        threads = [threading.Thread(target=work, args=(factor,)) for factor in (1, 2, 3, 4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert sorted(found) == sorted((factor, 500.0 * factor) for factor in (1, 2, 3, 4) for _ in range(20))


# --- every operation against central differences

DOMAINS: dict[str, tuple[tuple[float, float], ...]] = {
    "add(x, y)": (REAL, REAL),
    "sub(x, y)": (REAL, REAL),
    "mul(x, y)": (REAL, REAL),
    "div(x, y)": (REAL, POSITIVE),
    "div(x, -y)": (REAL, POSITIVE),
    "pow(x, y)": (POSITIVE, (-3.0, 3.0)),
    "pow(x, 3)": (REAL,),
    "pow(x, -2)": (POSITIVE,),
    "pow(-x, -2)": (POSITIVE,),
    "pow(x, 0.5)": (POSITIVE,),
    "pow(2, x)": (REAL,),
    **{source: (domain,) for row in UNARY.values() for source, domain in row.measured.items()},
}


def test_every_operation_has_a_domain_to_be_measured_in() -> None:
    assert {source.partition("(")[0] for source in DOMAINS} == {*UNARY, *BINARY}


@pytest.mark.parametrize("source", DOMAINS)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_every_gradient_is_the_measured_slope(source: str, data: st.DataObject) -> None:
    inputs = {
        name: data.draw(st.floats(*domain), label=name) for name, domain in zip("xy", DOMAINS[source], strict=False)
    }
    assert all(verdict.agrees for verdict in engine.check(source, inputs))


def test_a_wrong_gradient_would_be_noticed() -> None:
    (verdict,) = engine.check("abs(x)", {"x": 0.0})
    assert verdict.agrees, "the mean of the slopes −1 and 1 is PyTorch's 0"
    (verdict,) = engine.check("relu(x)", {"x": 0.0})
    assert (verdict.gradient, verdict.finite_difference, verdict.agrees) == (0.0, 0.5, False)


@pytest.mark.parametrize(
    ("source", "inputs"),
    [
        ("x = x * 2\nx * 3", {"x": 1.0}),
        ("x = 1\ny = x * x\nx = 2\ny * x", {}),
        ("log(x)", {"x": 1e-8}),
        ("relu(x)", {"x": 1e-9}),
        ("x * y", {"x": 1e-320, "y": 1e12}),
        ("y * 2\nx + 1", {"x": 1.0, "y": 1.0}),
    ],
)
def test_the_check_finds_no_fault_where_there_is_none(source: str, inputs: dict[str, float]) -> None:
    assert [verdict for verdict in engine.check(source, inputs) if not verdict.agrees] == []


# --- the slope measured on each edge


def _measured(source: str, **inputs: float) -> list[tuple[float | None, tuple[float, float] | None]]:
    steps = _pass(source, **inputs).steps
    return [(step.finite_difference, step.kink) for step in steps if isinstance(step, BackwardStep)]


def test_a_kink_shows_both_slopes() -> None:
    assert _measured("relu(x)", x=0.0) == [(None, (0.0, 1.0))]
    assert _measured("abs(x)", x=0.0) == [(None, (-1.0, 1.0))]


def test_where_the_value_jumps_there_is_no_slope() -> None:
    assert _measured("sign(x)", x=0.0) == [(None, None)]


@pytest.mark.parametrize("source", ["x ** 1000", "x ** 400 / 7", "exp(x)"])
def test_a_steep_slope_is_no_kink(source: str) -> None:
    assert all(kink is None for _, kink in _measured(source, x=1.0))


@pytest.mark.parametrize("x", [5e-324, 1e-319, 1e-300, 1e-12, 1.0, -3.0, 1e12, -1e12, 1e300, 1.7e308])
@pytest.mark.parametrize("source", ["x + 1", "x * x", "x * 0.5", "relu(x)", "tanh(x)", "log(x)", "sin(x)"])
def test_slopes_are_measured_at_every_size_of_number(source: str, x: float) -> None:
    for step in _pass(source, x=x).steps:
        if isinstance(step, BackwardStep) and step.finite_difference is not None:
            assert step.finite_difference == pytest.approx(step.local, rel=1e-3, abs=1e-3)


# --- any program


@settings(max_examples=400, deadline=None)
@given(programs())
def test_any_program_agrees_with_the_oracle(program: Program) -> None:
    snapshot = engine.run(program.source, inputs=program.inputs).passes[0]
    assert _output(snapshot).value == pytest.approx(program.value, rel=1e-12, abs=1e-12)
    leaves = {node.name: reached(node.gradient) for node in snapshot.nodes if node.kind == "leaf"}
    assert set(leaves) >= program.reached
    for name, found in leaves.items():
        assert name is not None
        assert (found is not None) == (name in program.reached)
        expected = program.gradient(name)
        assert abs((found or 0.0) - expected.slope) <= 1e-9 * expected.scale


FUNCTIONS: dict[str, Callable[[engine.Tensor], engine.Tensor]] = {
    "x * x + 2": lambda x: x * x + 2,
    "(1 - x) / (x ** 2 + 1)": lambda x: (1 - x) / (x**2 + 1),
    "sin(x).exp() - tanh(x)": lambda x: x.sin().exp() - x.tanh(),
    "abs(x) + relu(x) * sigmoid(x)": lambda x: abs(x) + x.relu() * x.sigmoid(),
    "2 ** x - cos(x) + sign(x) + sqrt(square(x)).log()": lambda x: 2**x - x.cos() + x.sign() + x.square().sqrt().log(),
}


@pytest.mark.parametrize("source", FUNCTIONS)
@settings(deadline=None)
@given(x=st.floats(-5, 5).filter(bool))
def test_a_program_and_its_eager_twin_agree_to_the_last_bit(source: str, x: float) -> None:
    leaf = engine.tensor(x, requires_grad=True)
    out = FUNCTIONS[source](leaf)
    out.backward()
    assert leaf.grad is not None
    assert (out.item(), leaf.grad.item()) == (value(source, x=x), gradients(source, x=x)["x"])
