"""Stepping through a pass: what the page shows is what the server paints, and the figures are the lecture's."""

import random
import re
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import expect

import engine
from app.examples import EXAMPLES, Example
from app.render.numbers import short
from tests.pages import Open, drawn, kept, slots, snapshot


def read_off(panel: dict[str, str], step: dict[str, Any], count: int) -> None:
    """Compares the panel, and what a screen reader hears, with a step of the snapshot."""
    assert panel["spoken"].startswith(f"Step {step['index'] + 1} of {count}. {panel['says']}")
    if any(isinstance(each, dict) or (isinstance(each, str) and each.startswith("n_")) for each in step.values()):
        return  # arrays stand there as grids, which the picture's comparison reads
    match step["phase"]:
        case "forward":
            assert panel["value"] == short(step["value"])
        case "seed":
            assert panel["gradient"] == short(step["gradient"])
        case "backward":
            assert panel["upstream"] == short(step["upstream"])
            assert panel["factor"].strip("()") == short(step["local"])
            assert panel["contribution"] == short(step["contribution"])
            assert re.match(rf"{short(step['before'])} .*→ {short(step['after'])}$", panel["sum"])
        case "update":
            assert short(step["after"]) in panel["says"]
        case other:
            raise AssertionError(other)


def test_the_arrow_key_steps_through_the_lectures_example_without_asking_the_server(
    visit: Open, client: httpx.Client
) -> None:
    run = kept(client, EXAMPLES[0].source, EXAMPLES[0].inputs)
    steps = snapshot(client, run)["steps"]
    here = visit()
    here.requests.clear()
    for step in range(9):
        assert here.step == step
        assert here.picture() == drawn(client, run, step)
        read_off(here.panel(), steps[step], 9)
        here.press("ArrowRight")
    assert here.step == here.last == 8
    assert here.requests == []


MANY: Final = frozenset({"training", "forgotten", "slope", "parabola", "momentum", "xor"})
"""Examples of many passes, which are walked through in `test_page_passes`."""
SINGLE: Final = [each for each in EXAMPLES if each.slug not in MANY]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.slug)
def test_an_example_has_one_pass_or_many(example: Example) -> None:
    assert (len(engine.run(example.source, inputs=example.inputs).passes) > 1) == (example.slug in MANY)


@pytest.mark.parametrize("example", SINGLE, ids=lambda example: example.slug)
def test_every_step_of_an_example_is_the_servers_picture_forwards_and_backwards(
    visit: Open, client: httpx.Client, example: Example
) -> None:
    run = kept(client, example.source, example.inputs)
    steps = snapshot(client, run)["steps"]
    count = len(steps)
    pictures = [drawn(client, run, step) for step in range(count)]
    here = visit(f"/examples/{example.slug}")
    if engine.run(example.source, inputs=example.inputs).printed:
        expect(here.page.locator("#printed li").first).to_be_attached()
    here.requests.clear()
    for step, (picture, panel) in enumerate(here.walk("ArrowRight", count)):
        assert (step, picture) == (step, pictures[step])
        read_off(panel, steps[step], count)
    assert here.step == here.last == count - 1
    for step, (picture, _) in zip(reversed(range(count)), here.walk("ArrowLeft", count), strict=True):
        assert (step, picture) == (step, pictures[step])
    chosen = random.Random(0).choices(range(count), k=10)
    for step, (picture, panel) in zip(chosen, here.scrub(chosen), strict=True):
        assert (step, picture) == (step, pictures[step])
        read_off(panel, steps[step], count)
    here.page.locator("#scrub").fill(str(chosen[0]))
    assert here.picture() == pictures[chosen[0]]
    assert here.requests == []


SAID: Final = """async (step) => {
  const shown = (place) => {
    const panel = place.querySelector("#panel");
    const slots = panel.querySelectorAll(`[data-for="${panel.dataset.phase}"] [data-slot]`);
    const formulas = (slot) => slot.getElementsByTagNameNS("http://www.w3.org/1998/Math/MathML", "*").length;
    const markup = (slot) => slot.outerHTML.replaceAll(/ (tabindex|style)="[^"]*"/g, "");
    return [...slots].map((slot) => [slot.dataset.slot, markup(slot), formulas(slot)]);
  };
  const answer = await fetch(`${location.pathname}?step=${step}&lang=${document.documentElement.lang}`);
  return [shown(document), shown(new DOMParser().parseFromString(await answer.text(), "text/html"))];
}"""
"""What the panel says here, and what it says in the server's own page of that step."""


@pytest.mark.parametrize("slug", ["diamond", "two-layers"])
def test_the_panel_says_what_the_servers_page_of_the_step_says(visit: Open, slug: str) -> None:
    here = visit(f"/examples/{slug}")
    for way in (range(here.last + 1), range(here.last, -1, -3)):
        for step in way:
            here.page.evaluate("(step) => gradstep.go(step)", step)
            shown, said = here.page.evaluate(SAID, step)
            assert shown == said
            assert len(said) > 2


@pytest.mark.parametrize(("slug", "leaf", "value"), [("linear", "w", "3"), ("neuron", "x1", "1"), ("relu", "b", "4")])
def test_after_a_leaf_was_changed_every_step_has_the_new_numbers(
    visit: Open, client: httpx.Client, slug: str, leaf: str, value: str
) -> None:
    [example] = [each for each in EXAMPLES if each.slug == slug]
    run = kept(client, example.source, {**example.inputs, leaf: float(value)})
    here = visit(f"/examples/{slug}")
    here.field(leaf).fill(value)
    expect(here.card(leaf).locator(".value")).to_have_text(short(float(value)))
    expect(here.card(leaf).locator("title")).to_have_text(f"{leaf} = {short(float(value))}")
    for step, (picture, _) in enumerate(here.walk("ArrowRight", here.last + 1)):
        assert slots(picture) == slots(drawn(client, run, step))


@pytest.mark.parametrize("path", ["/", "/?lang=zh&step=5", "/examples/quadratic", "/docs"])
def test_the_servers_html_holds_no_code_and_no_styles(client: httpx.Client, path: str) -> None:
    html = client.get(path).text
    assert not re.search(r"<[^>]*\s(style|on\w+)\s*=", html)
    assert "<style" not in html
    for opening in re.findall(r"<script[^>]*>", html):
        assert "src=" in opening or "application/json" in opening


def test_without_javascript_the_links_lead_through_all_steps(visit: Open, client: httpx.Client) -> None:
    run = kept(client, EXAMPLES[0].source, EXAMPLES[0].inputs)
    here = visit(script=False)
    for step in range(9):
        assert here.page.locator("#panel [data-slot=count]").first.inner_text() == f"Step {step + 1} of 9"
        assert here.picture() == drawn(client, run, step)
        expect(here.page.locator("#panel section:visible")).to_have_count(1)
        here.page.get_by_role("link", name="Next step").click()
    assert here.panel()["contribution"] == "−2"
    expect(here.card("w").locator(".gradient")).to_have_text("−2")
    for control in ("play", "scrub", "theme", "help", "fit"):
        expect(here.page.locator(f"#{control}")).to_be_hidden()


def test_the_lectures_three_figures(visit: Open) -> None:
    for path, gradients in (
        ("/", {"w": "−2"}),
        ("/examples/exercise-1", {"w": "−8"}),
        ("/examples/exercise-2", {"w": "2", "b": "2"}),
    ):
        here = visit(path)
        expect(here.card("w").locator(".gradient")).to_have_text("—")
        here.press("End")
        for name, gradient in gradients.items():
            expect(here.card(name).locator(".gradient")).to_have_text(gradient)


def test_x_times_x_has_two_edges_and_counts_from_3_to_6(visit: Open) -> None:
    here = visit("/examples/twice")
    expect(here.page.locator("#graph [data-edge]")).to_have_count(2)
    gradient = here.card("x").locator(".gradient")
    here.press("ArrowRight", "ArrowRight")
    expect(gradient).to_have_text("3")
    here.press("ArrowRight")
    expect(gradient).to_have_text("6")
    assert here.panel()["sum"] == "3 + 3 → 6"


def test_a_neuron_is_typed_and_walked_from_seed_to_leaves_by_keyboard_alone(visit: Open) -> None:
    here = visit()
    here.edit()
    here.press("e", "Control+a")
    here.write("sigmoid(w0*x0 + w1*x1 + w2)")
    expect(here.card("x1")).to_be_visible()
    here.press("Escape")
    if here.page.locator("#editor").evaluate("(editor) => editor.matches(':focus-within')"):
        here.press("Escape")  # the first one closed the completions
    for name, value in {"w0": "2", "x0": "-1", "w1": "-3", "x1": "-2", "w2": "-3"}.items():
        field = here.field(name).element_handle()
        for _ in range(40):
            if field.evaluate("(field) => field.matches(':focus')"):
                break
            here.press("Shift+Tab")
        here.press("Control+a")
        here.page.keyboard.type(value)
        here.press("Enter")
    expect(here.card("out").locator(".value")).to_have_text("—")
    here.press("Tab")
    while here.page.evaluate("document.activeElement.localName") == "input":
        here.press("Tab")
    here.press("End")
    for name, gradient in {"w0": "−0.1966", "x0": "0.3932", "w1": "−0.3932", "x1": "−0.5898", "w2": "0.1966"}.items():
        expect(here.card(name).locator(".gradient")).to_have_text(gradient)
