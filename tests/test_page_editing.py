"""Typing on the page: sources that are right, wrong, hostile or too long."""

import json
from typing import Final

import httpx
import pytest
from playwright.sync_api import Dialog, expect

from app import jobs
from app.examples import EXAMPLES
from app.programs import program
from app.render.view import View
from tests.pages import Open, kept, until


def test_a_misspelt_operation_is_underlined_explained_and_mended_by_the_hint(visit: Open) -> None:
    here = visit()
    before = here.picture()
    here.type_source("ŷ = x * w\nr = sin2(ŷ)")
    problem = here.page.get_by_role("alert").filter(has_text="sin2 is not an operation")
    expect(problem).to_contain_text("did you mean sin?")
    expect(problem.locator("code")).to_have_text(["sin2", "sin"])
    expect(here.page.locator(".cm-lintRange-error")).to_have_text("sin2")
    assert here.picture() == before
    here.type_source("ŷ = x * w\nr = sin(ŷ)")
    expect(here.card("r").locator(".glyph")).to_have_text("sin")
    expect(problem).to_be_hidden()
    expect(here.page.locator(".cm-lintRange-error")).to_have_count(0)
    here.forgive("422")


def test_what_was_printed_before_the_mistake_is_shown_with_it(visit: Open) -> None:
    here = visit()
    here.type_source("import numpy as np\nW = np.ones((2, 2))\ndW = W.T @ W\nprint(dW)")
    expect(here.page.locator("#problem samp")).to_have_text("[[2. 2.]\n [2. 2.]]\n")
    expect(here.page.locator("#problem")).to_contain_text("NumPy keeps no graph")
    here.type_source("x +")
    expect(here.page.locator("#problem samp")).to_have_count(0)
    here.forgive("422")


def test_while_the_source_is_broken_the_old_graph_can_be_stepped_and_nothing_false_is_lit(visit: Open) -> None:
    here = visit()
    here.edit()
    until(lambda: here.lit() == ["x * w"], here.page)
    here.type_source("loss = r **")
    expect(here.page.locator("#problem")).to_be_visible()
    here.press("ArrowRight", "ArrowRight")
    here.at(2)
    assert here.lit() == []
    here.type_source("loss = x ** 2")
    until(lambda: here.lit() == ["x ** 2"], here.page)
    here.forgive("422")


def test_the_same_piece_is_lit_however_often_one_comes_by(visit: Open) -> None:
    """Spans lie in each other, and each is cut out of the text when it is lit first."""
    here = visit("/examples/neuron?step=4")
    neuron = next(each for each in EXAMPLES if each.slug == "neuron")
    steps = jobs.film_parts(program(neuron.source, neuron.inputs), 0, View())["steps"]
    there = [[neuron.source[step["span"][1] : step["span"][3]]] for step in steps]  # it is one line
    seen = [here.lit()]
    for key in [*["ArrowRight"] * 10, *["ArrowLeft"] * 14, *["ArrowRight"] * 14]:
        here.press(key)
        seen.append(here.lit())
    assert seen == [*there[4:], *there[-2::-1], *there[1:]]


def test_what_is_lit_stays_lit_while_the_cursor_moves_between_brackets(visit: Open) -> None:
    here = visit()
    here.type_source("(x + (y)) * (w + 1)")
    until(lambda: here.lit() == ["x + (y)"], here.page)
    here.press("ArrowRight", "ArrowRight", "e", "End", *["ArrowLeft"] * 12)
    assert here.lit() == ["(x + (y)) * (w + 1)"]


IN_SIGHT: Final = """() => {
  const place = document.getElementById("editor");
  const seen = place.getBoundingClientRect();
  const [range] = [...CSS.highlights.values()].flatMap((lit) => [...lit]);
  const pieces = range ? [range] : [...place.querySelectorAll(":is(.lit-value, .lit-gradient)")];
  const boxes = pieces.map((each) => each.getBoundingClientRect());
  return boxes.length > 0 && boxes.every(({ top, bottom }) => top >= seen.top && bottom <= seen.bottom);
}"""
"""Whether all that is lit can be seen in the editor."""


@pytest.mark.parametrize("edited", [False, True], ids=["text", "editor"])
def test_the_source_scrolls_to_what_is_lit(visit: Open, edited: bool) -> None:
    here = visit("/examples/attention?step=20", width=1440, height=560)
    if edited:
        here.edit()
    until(lambda: here.page.evaluate(IN_SIGHT), here.page)
    for step in (*range(here.last + 1), 0):
        here.page.evaluate("(step) => gradstep.go(step)", step)
        until(lambda: here.page.evaluate(IN_SIGHT), here.page)


def test_names_nobody_gave_a_value_become_leaves_of_value_1(visit: Open) -> None:
    here = visit()
    here.type_source("p * q + p")
    for name in "pq":
        expect(here.card(name).locator(".value")).to_have_text("1")
        assert here.field(name).input_value() == "1"
    expect(here.page.locator("#leaves .leaf")).to_have_count(2)
    expect(here.page.locator("#warnings")).to_be_hidden()


def test_a_number_typed_into_the_source_holds_until_a_hand_drags_it(visit: Open) -> None:
    here = visit()
    for source, value in (("x = 3\nx * w", "3"), ("x = 4\nx * w", "4")):
        here.type_source(source)
        expect(here.card("x").locator(".value")).to_have_text(value)
        expect(here.field("x")).to_have_value(value)
    here.field("x").fill("5")
    expect(here.card("x").locator(".value")).to_have_text("5")
    here.type_source("x = 4\nx * w + 1")
    expect(here.card("x").locator(".value")).to_have_text("4")


def test_the_underline_is_at_the_right_place_in_any_script(visit: Open) -> None:
    here = visit()
    for source, underlined in {
        "a * 😀": "😀",
        "a = 2\n𝑥 * a + sin2(a)": "sin2",
        "变量 = 3\n变量 * 函数(变量)": "函数",
    }.items():
        here.type_source(source)
        expect(here.page.locator(".cm-lintRange-error")).to_have_text(underlined)
        expect(here.page.locator("#problem b")).not_to_be_empty()
    here.forgive("422")


def test_chinese_names_are_names(visit: Open) -> None:
    here = visit(lang="zh")
    here.type_source("预测 = 输入 * 权重\n损失 = (预测 - 目标) ** 2")
    expect(here.card("损失")).to_be_visible()
    here.press("End")
    expect(here.card("损失").locator(".gradient")).to_have_text("1")
    expect(here.card("权重").locator(".gradient")).to_have_text("0")
    assert here.lit() == ["输入 * 权重"]


HOSTILE: Final = '"><img src=x onerror=alert(1)><script>alert(2)</script></title></script>'


def test_text_that_looks_like_markup_stays_text_in_an_error(visit: Open) -> None:
    here = visit()
    here.own.on("dialog", cross)
    problem = here.page.locator("#problem")
    for source in (HOSTILE, f"{HOSTILE}(x)", f"x * '{HOSTILE}'", f"x.{HOSTILE}"):
        here.type_source(source)
        expect(problem).to_be_visible()
        elements = problem.evaluate("(place) => [...place.querySelectorAll('*')].map(({localName}) => localName)")
        assert [each for each in elements if each != "code"] == ["b", "span", "span"]
        here.type_source("x")
        expect(problem).to_be_hidden()
    here.forgive("422")


def test_text_that_looks_like_markup_stays_text_in_a_kept_program(visit: Open, client: httpx.Client) -> None:
    source = f"x * y # {HOSTILE}"
    here = visit(f"/runs/{kept(client, source, {'x': 2.0, 'y': 3.0})}")
    here.edit()
    here.own.on("dialog", cross)
    expect(here.page.locator(".cm-content")).to_have_text(source)
    assert here.page.title() == f"{source[:60]} · gradstep"
    expect(here.page.locator("img")).to_have_count(0)
    here.press("ArrowRight")
    expect(here.card("out").locator(".value")).to_have_text("6")


def test_typing_over_coloured_text_leaves_no_inline_style(visit: Open) -> None:
    here = visit()
    for source in ("2 * x", "x * y"):
        here.type_source(source)
        expect(here.page.locator(".cm-content")).to_have_text(source)
    expect(here.page.locator("#editor [style*=color]")).to_have_count(0)


def test_what_is_kept_is_what_is_shown_not_what_is_being_typed(visit: Open) -> None:
    here = visit(alone=True)
    here.edit()
    here.own.clock.install(time=0)
    here.page.clock.pause_at(1000)
    here.type_source("2 * x")
    with here.page.expect_response("**/api/v1/films*"):
        here.page.clock.run_for(300)
    expect(here.page.locator("#graph [data-node]")).to_have_count(3)
    here.page.clock.run_for(700)
    here.type_source("2 * x * nobody")
    with here.page.expect_request("**/api/v1/runs*") as asked:
        here.page.clock.run_for(200)
    assert json.loads(asked.value.post_data or "")["source"] == "2 * x"


def cross(dialog: Dialog) -> None:
    """Nobody may run code."""
    raise AssertionError(dialog.message)


@pytest.mark.parametrize(
    ("source", "says"), [("x + " * 5_000 + "x", "limit is 16384"), ("x + " * 20_000, "65536 bytes")]
)
def test_a_source_that_is_too_long_is_refused_and_the_page_stays_whole(visit: Open, source: str, says: str) -> None:
    here = visit()
    here.type_source(source)
    expect(here.page.locator("#problem")).to_contain_text(says)
    assert here.page.evaluate("document.documentElement.scrollHeight") == 900
    here.press("End")
    expect(here.card("w").locator(".gradient")).to_have_text("−2")
    here.forgive("Failed to load resource")


def test_enter_ends_a_line_even_if_it_ends_like_an_operation(visit: Open) -> None:
    here = visit()
    here.edit()
    here.press("e", "Control+a")
    here.write("a = x * e")
    expect(here.page.locator(".cm-tooltip-autocomplete")).to_be_visible()
    here.page.wait_for_timeout(100)  # within 75 ms CodeMirror takes no notice of keys by itself
    here.press("Enter")
    here.write("a * s")
    expect(here.page.locator(".cm-line")).to_have_text(["a = x * e", "a * s"])


def test_an_operation_is_completed_with_arrow_and_enter(visit: Open) -> None:
    here = visit()
    here.edit()
    here.press("e", "Control+a")
    here.write("sig")
    expect(here.page.locator(".cm-tooltip-autocomplete li").first).to_have_text("sigmoid")
    here.page.wait_for_timeout(100)
    here.press("ArrowDown", "Enter")
    here.write("x)")
    expect(here.card("out").locator(".glyph")).to_have_text("σ")
