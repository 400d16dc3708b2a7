"""The engine gives PyTorch's values and gradients: figures on file, and live ones where there is torch."""

import importlib.util
import json
import math
from collections.abc import Callable
from typing import Any, Final

import pytest

import engine
from tests import record_pytorch
from tests.scalars import reached, scalar

Answer = tuple[float, dict[str, float | None]]

RECORDED: Final[dict[str, Any]] = json.loads(record_pytorch.FILE.read_text(encoding="utf-8"))
CASES: Final = dict(record_pytorch.cases())

DELIBERATE: Final[dict[str, Callable[[float], bool]]] = {
    # PyTorch's pow takes a square root for an exponent of ±½, which differs from IEEE 754's pow at −0 and −∞
    "out = x ** 0.5": lambda x: repr(x) in ("-0.0", "-inf"),
    "out = x ** -0.5": lambda x: repr(x) in ("-0.0", "-inf"),
    "out = x ** 1.5": lambda x: repr(x) in ("-0.0", "-inf"),
    # ∞ · 0 is NaN; PyTorch does not multiply at a relu, a sign or an exponent of 0, it writes 0
    "out = 1 / relu(x)": lambda x: x <= 0,
    "out = log(sign(x))": lambda x: not x > 0,  # NaN has the sign 0; below 0 only the sign of the zero differs
    "out = log(x ** 0 - 1)": lambda x: True,
}
"""Where the engine differs from PyTorch on purpose: source → at which x."""

SATURATED: Final = {"tanh": 1e-15, "sigmoid": 1e-15}
"""1 − tanh² and σ·(1 − σ) are differences of nearly equal numbers: one unit in the last place of a value."""

needs_torch = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None,
    reason="PyTorch is not installed: the figures on file stand for it",
)


def answer(source: str, inputs: dict[str, float]) -> Answer:
    """The engine's value and gradients, in the shape of the recorded ones."""
    snapshot = engine.run(source, inputs=inputs).passes[0]
    (value,) = (node.value for node in snapshot.nodes if node.id == snapshot.output)
    return scalar(value), {node.label: reached(node.gradient) for node in snapshot.nodes if node.kind == "leaf"}


def differences(source: str, inputs: dict[str, float], torch: Answer) -> list[str]:
    """What the engine has otherwise than PyTorch, as sentences."""
    if source in DELIBERATE and DELIBERATE[source](inputs["x"]):
        return []
    value, gradients = answer(source, inputs)
    slack = max((each for op, each in SATURATED.items() if op in source), default=0.0)
    found = [] if _same(value, torch[0], slack) else [f"{source} at {inputs}: {value}, PyTorch {torch[0]}"]
    return found + [
        f"∂/∂{name} of {source} at {inputs}: {gradients.get(name)}, PyTorch {theirs}"
        for name, theirs in torch[1].items()
        if not _same(gradients.get(name), theirs, slack)
    ]


def _all_same(ours: Answer, theirs: Answer) -> bool:
    same = (_same(ours[1].get(name), each, 0.0) for name, each in theirs[1].items())
    return _same(ours[0], theirs[0], 0.0) and all(same)


def _same(ours: float | None, theirs: float | None, slack: float) -> bool:
    if ours is None or theirs is None:
        return ours is theirs
    if math.isnan(ours) or math.isnan(theirs):
        return math.isnan(ours) and math.isnan(theirs)
    if ours == theirs == 0:
        return math.copysign(1, ours) == math.copysign(1, theirs)
    return math.isclose(ours, theirs, rel_tol=1e-12, abs_tol=slack)


def _read(point: list[Any]) -> tuple[dict[str, float], Answer]:
    inputs, value, gradients = point
    return (
        {name: float(each) for name, each in inputs.items()},
        (float(value), {name: None if each is None else float(each) for name, each in gradients.items()}),
    )


def test_the_figures_on_file_answer_the_questions_asked_today() -> None:
    asked = {source: [repr(inputs) for inputs in points] for source, points in CASES.items()}
    on_file = {source: [repr(_read(point)[0]) for point in points] for source, points in RECORDED["answers"].items()}
    assert on_file == asked, "run python -m tests.record_pytorch"


@pytest.mark.parametrize("source", CASES)
def test_recorded_answers(source: str) -> None:
    points = map(_read, RECORDED["answers"][source])
    assert [line for inputs, torch in points for line in differences(source, inputs, torch)] == []


@needs_torch
@pytest.mark.parametrize("source", CASES)
def test_live_answers(source: str) -> None:
    points = ((inputs, record_pytorch.answer(source, inputs)) for inputs in CASES[source])
    assert [line for inputs, torch in points for line in differences(source, inputs, torch)] == []


@pytest.mark.parametrize("source", DELIBERATE)
def test_every_deliberate_difference_is_one(source: str) -> None:
    excused = [_read(point) for point in RECORDED["answers"][source]]
    excused = [(inputs, torch) for inputs, torch in excused if DELIBERATE[source](inputs["x"])]
    compared = [_all_same(answer(source, inputs), torch) for inputs, torch in excused]
    assert not all(compared)


@needs_torch
def test_backward_twice_accumulates_as_in_pytorch() -> None:
    torch: Any = importlib.import_module("torch")
    ours = engine.tensor(3.0, requires_grad=True)
    theirs = torch.tensor(3.0, dtype=torch.float64, requires_grad=True)
    for leaf, keep in ((ours, {}), (theirs, {"retain_graph": True})):
        loss: Any = (leaf * 2 - 1) ** 2 * leaf
        loss.backward(**keep)
        loss.backward(**keep)
    assert ours.grad is not None
    assert ours.grad.item() == theirs.grad.item()


@needs_torch
@pytest.mark.parametrize("number", [0.0, -0.0, 1.0, -2.5, 1e-6, 123456.789, 1e8, 1.5e10, math.inf, math.nan])
def test_a_tensor_prints_as_in_pytorch(number: float) -> None:
    torch: Any = importlib.import_module("torch")
    theirs = repr(torch.tensor(number, dtype=torch.float64)).replace(", dtype=torch.float64", "")
    assert repr(engine.tensor(number)) == theirs
