"""The examples teach the lecture: each of its rows can be opened, and says what the lecture says."""

import numpy as np
import pytest
from playwright.sync_api import expect

import engine
from app.examples import EXAMPLES, example
from engine.program import Run
from engine.snapshot import UpdateStep
from tests.pages import Open, until


def run(slug: str) -> Run:
    """An example, run."""
    found = example(slug)
    assert found is not None
    return engine.run(found.source, inputs=found.inputs)


def test_every_row_of_the_lecture_has_an_example() -> None:
    assert {row for each in EXAMPLES for row in each.rows} == {f"L{number}" for number in range(1, 13)}


@pytest.mark.parametrize("name", [*(each.slug for each in EXAMPLES), "changed leaf"])
def test_outputs_are_those_of_the_outlines(name: str) -> None:
    leaf = "import torch\nw = torch.tensor(2.0, requires_grad=True)\n"
    found = engine.run(f"{leaf}for k in range(3):\n    w.backward()\n    w.data += 1") if " " in name else run(name)
    whole = found.outlines()
    assert list(map(repr, found.outputs())) == [repr(each.value) for each in whole]
    assert list(map(repr, found.outlines(2))) == list(map(repr, whole[:2]))


def test_the_layers_have_30_42_and_49_weights() -> None:
    snapshot = run("weights").passes[0]
    assert [np.size(snapshot[name].value) for name in ("W1", "W2", "W3")] == [30, 42, 49]


@pytest.mark.parametrize("x", [[[1.0], [2.0]], [[-3.0], [0.5]], [[40.0], [-7.0]]])
def test_two_linear_layers_are_one_for_every_x_and_with_a_sigmoid_they_are_not(x: list[list[float]]) -> None:
    for slug, same in (("collapse", True), ("no-collapse", False)):
        found = example(slug)
        assert found is not None
        snapshot = engine.run(found.source, inputs={"x": x}).passes[0]
        assert (abs(float(np.sum(snapshot["difference"].value))) < 1e-4) == same
        gradient = np.asarray(snapshot["x"].gradient)
        assert (float(abs(gradient).max()) < 1e-5) == same  # what both ways contribute cancels


def test_the_best_w_of_the_search_is_2_and_the_slope_says_so() -> None:
    found = example("search")
    assert found is not None
    losses = {w: engine.run(found.source, inputs={"w": w}).passes[0] for w in np.linspace(0.0, 4.0, 41).tolist()}
    best = min(losses, key=lambda w: float(np.sum(losses[w]["loss"].value)))
    assert best == pytest.approx(2.0)
    assert float(np.sum(losses[best]["w"].gradient or 0.0)) == pytest.approx(0.0, abs=1e-5)


def test_where_a_sigmoid_is_flat_almost_nothing_passes() -> None:
    gradient = np.asarray(run("saturated").passes[0]["x"].gradient)
    assert gradient.round(6).tolist() == pytest.approx([0.000335, 0.104994, 0.25, 0.104994, 0.000335], abs=1e-6)


def test_a_gradient_has_a_gradient() -> None:
    both = run("slope")
    assert both.printed == "12.0\n12.0\n"
    assert len(both.passes) == 2


def test_without_zero_gradients_pile_up_and_are_named() -> None:
    piled, trained = run("forgotten"), run("training")
    [warning] = piled.warnings
    assert warning.template.startswith("pass {index}: the gradient of `{name}` was not set to zero after it was used")
    assert "7.999998569488525" in trained.printed
    assert "7.99" not in piled.printed


def test_the_parabola_is_learned_as_the_lecture_says() -> None:
    short, long = run("parabola"), run("long-training")
    assert [round(float(each.printed.split()[-1]), 5) for each in (short, long)] == [20.97448, 20.99987]
    last = short.passes[-1]
    after = {step.node: step.after for step in last.steps if isinstance(step, UpdateStep)}
    names = {node.id: node.name for node in last.nodes}
    assert {names[node]: round(float(np.sum(value)), 5) for node, value in after.items()} == {
        "w1": 0.98864,
        "w2": 1.05902,
        "b": 0.92014,
    }


def test_xor_is_learned() -> None:
    last = run("xor").passes[-1]
    [predictions] = [np.ravel(node.value) for node in last.nodes if node.op == "sigmoid"]
    assert (predictions.round() == [0, 1, 1, 0]).all()


def test_the_search_opens_with_its_landscape_and_the_link_keeps_it(visit: Open) -> None:
    here = visit("/examples", ready=False)
    here.page.get_by_role("link", name="Searching for the best w").click()
    expect(here.page.locator("#dock .curve")).to_be_attached()
    here.page.keyboard.press("ArrowRight")
    until(lambda: here.page.url.endswith("?lang=en&lens=landscape&step=1"), here.page)
    here.page.get_by_role("button", name="Close").click()
    until(lambda: here.page.url.endswith("?lang=en&step=1"), here.page)
    expect(here.page.locator("#lens-landscape")).to_be_focused()
