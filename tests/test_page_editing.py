"""Changing the program on the page: sources right, wrong and hostile, leaves that are dragged, addresses that keep."""

import re
from typing import Final

import httpx
import pytest
from playwright.sync_api import Dialog, Page, Route, expect

from tests.pages import Open, drawn, kept, numbers, until

KEPT: Final = re.compile(r"/runs/[a-z2-7]{26}\?lang=en&step=(\d+)$")
PLACES: Final = """(graph) => [...graph.querySelectorAll("[data-node]")].map((card) => {
  const {x, y} = card.getBoundingClientRect();
  return [card.dataset.node, x, y];
})"""


def field(page: Page, leaf: str) -> str:
    """What stands in the number field of a leaf."""
    return page.get_by_role("spinbutton", name=leaf, exact=True).input_value()


def test_a_misspelt_operation_is_underlined_explained_and_mended_by_the_hint(visit: Open) -> None:
    here = visit()
    before = here.picture()
    here.type_source("ŷ = x * w\nr = sin2(ŷ)")
    problem = here.page.get_by_role("alert").filter(has_text="`sin2` is not an operation")
    expect(problem).to_contain_text("did you mean `sin`?")
    expect(here.page.locator(".cm-lintRange-error")).to_have_text("sin2")
    assert here.picture() == before
    here.type_source("ŷ = x * w\nr = sin(ŷ)")
    expect(here.card("r").locator(".glyph")).to_have_text("sin")
    expect(problem).to_be_hidden()
    expect(here.page.locator(".cm-lintRange-error")).to_have_count(0)
    here.forgive("422")


def test_while_the_source_is_broken_the_old_graph_can_be_stepped_and_nothing_false_is_lit(visit: Open) -> None:
    here = visit()
    until(lambda: here.lit() == ["x * w"], here.page)
    here.type_source("loss = r **")
    expect(here.page.locator("#problem")).to_be_visible()
    here.press("ArrowRight", "ArrowRight")
    here.at(2)
    assert here.lit() == []
    here.type_source("loss = x ** 2")
    until(lambda: here.lit() == ["x ** 2"], here.page)
    here.forgive("422")


def test_what_is_lit_stays_lit_while_the_cursor_moves_between_brackets(visit: Open) -> None:
    here = visit()
    here.type_source("(x + (y)) * (w + 1)")
    until(lambda: here.lit() == ["x + (y)"], here.page)
    here.press("ArrowRight", "ArrowRight", "e", "End", *["ArrowLeft"] * 12)
    assert here.lit() == ["(x + (y)) * (w + 1)"]


def test_names_nobody_gave_a_value_become_leaves_of_value_1(visit: Open) -> None:
    here = visit()
    here.type_source("p * q + p")
    for name in "pq":
        expect(here.card(name).locator(".value")).to_have_text("1")
        assert field(here.page, name) == "1"
    expect(here.page.locator("#leaves .leaf")).to_have_count(2)
    expect(here.page.locator("#warnings")).to_be_hidden()


def test_the_underline_is_at_the_right_place_in_any_script(visit: Open) -> None:
    here = visit()
    for source, underlined in {
        "a * 😀": "😀",
        "a = 2\n𝑥 * a + sin2(a)": "sin2",
        "变量 = 3\n变量 * 函数(变量)": "函数",
        "ŷ + w.data": "w.data",
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
    here.page.on("dialog", cross)
    problem = here.page.locator("#problem")
    for source in (HOSTILE, f"{HOSTILE}(x)", f"x * '{HOSTILE}'", f"x.{HOSTILE}"):
        here.type_source(source)
        expect(problem).to_be_visible()
        elements = problem.evaluate("(place) => [...place.querySelectorAll('*')].map(({localName}) => localName)")
        assert elements == ["b", "span"]
        here.type_source("x")
        expect(problem).to_be_hidden()
    here.forgive("422")


def test_text_that_looks_like_markup_stays_text_in_a_kept_program(visit: Open, client: httpx.Client) -> None:
    source = f"x * y # {HOSTILE}"
    here = visit(f"/runs/{kept(client, source, {'x': 2.0, 'y': 3.0})}")
    here.page.on("dialog", cross)
    expect(here.page.locator(".cm-content")).to_have_text(source)
    assert here.page.title() == f"{source[:60]} · gradstep"
    expect(here.page.locator("img")).to_have_count(0)
    here.press("ArrowRight")
    expect(here.card("out").locator(".value")).to_have_text("6")


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
    here.press("e", "Control+a")
    here.page.keyboard.type("a = x * e")
    expect(here.page.locator(".cm-tooltip-autocomplete")).to_be_visible()
    here.page.wait_for_timeout(100)  # within 75 ms CodeMirror takes no notice of keys by itself
    here.press("Enter")
    here.page.keyboard.type("a * s")
    expect(here.page.locator(".cm-line")).to_have_text(["a = x * e", "a * s"])


def test_an_operation_is_completed_with_arrow_and_enter(visit: Open) -> None:
    here = visit()
    here.press("e", "Control+a")
    here.page.keyboard.type("sig")
    expect(here.page.locator(".cm-tooltip-autocomplete li").first).to_have_text("sigmoid")
    here.page.wait_for_timeout(100)
    here.press("ArrowDown", "Enter")
    here.page.keyboard.type("x)")
    expect(here.card("out").locator(".glyph")).to_have_text("σ")


def test_a_dragged_slider_changes_every_number_and_moves_nothing(visit: Open, client: httpx.Client) -> None:
    here = visit()
    here.press("End")
    graph = here.page.locator("#graph")
    places, before = graph.evaluate(PLACES), numbers(here.picture())
    films: list[bool] = []
    here.page.on("response", lambda answer: films.append("svg" in answer.json()) if "/films" in answer.url else None)
    box = here.page.get_by_role("slider", name="w", exact=True).bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    here.page.mouse.move(box["x"] + box["width"] * 0.6, y)
    here.page.mouse.down()
    here.page.mouse.move(box["x"] + box["width"] * 0.8, y, steps=12)
    here.page.mouse.up()
    expect(here.page).to_have_url(KEPT)
    w = float(field(here.page, "w"))
    assert w > 2
    run = kept(client, "ŷ = x * w\nr = ŷ - y\nloss = r ** 2", {"x": 1.0, "w": w, "y": 2.0})
    after = numbers(here.picture())
    assert run in here.page.url
    assert after == numbers(drawn(client, run, 8))
    for slot in ("n1.value", "n2.value", "n4.value", "n5.value", "n0.gradient", "n1.gradient", "n2.gradient"):
        assert after[slot] != before[slot]
    assert graph.evaluate(PLACES) == places
    assert films
    assert not any(films)


def test_a_field_left_empty_takes_its_number_back_and_a_large_one_stretches_its_slider(visit: Open) -> None:
    here = visit()
    number = here.page.get_by_role("spinbutton", name="w", exact=True)
    number.fill("")
    here.press("Tab")
    expect(number).to_have_value("1")
    number.fill("70")
    here.press("Tab")
    expect(here.page.get_by_role("slider", name="w", exact=True)).to_have_value("70")
    expect(here.card("w").locator(".value")).to_have_text("70")


def test_numbers_that_are_none_are_named_and_can_be_mended(visit: Open, client: httpx.Client) -> None:
    answer = client.post("/api/v1/runs", json={"source": "x * w", "inputs": {"x": "NaN", "w": "-Infinity"}})
    here = visit(f"/runs/{answer.json()['id']}")
    expect(here.card("w").locator(".value")).to_have_text("−∞")
    assert "It began at" not in here.panel()["alarm"]
    here.page.get_by_role("spinbutton", name="x", exact=True).fill("0")
    expect(here.card("x").locator(".value")).to_have_text("0")
    assert here.panel()["value"] == "NaN"


def test_a_step_taken_while_a_hand_drags_is_soon_in_words_too(visit: Open) -> None:
    here = visit()
    here.page.get_by_role("spinbutton", name="w", exact=True).fill("3")
    expect(here.card("w").locator(".value")).to_have_text("3")
    here.page.locator("#play").focus()
    here.press("End")
    expect(here.page.locator("#panel .count")).to_have_text("Step 9 of 9")
    expect(here.page.locator("#panel [data-slot=contribution]")).to_have_text("2")


def test_a_typed_number_is_kept_under_an_address_that_brings_it_back_in_both_languages(visit: Open) -> None:
    here = visit()
    here.press(*["ArrowRight"] * 7)
    here.page.get_by_role("spinbutton", name="w", exact=True).fill("4")
    here.page.keyboard.press("Enter")
    expect(here.page).to_have_url(KEPT)
    assert KEPT.search(here.page.url)
    for _ in range(2):
        shown = numbers(here.picture())
        here.page.reload()
        here.ready()
        here.at(7)
        assert numbers(here.picture()) == shown
        assert field(here.page, "w") == "4"
        here.page.locator("#play").focus()
    here.press("l")
    expect(here.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    here.at(7)
    assert here.page.url.endswith("?lang=zh&step=7")
    assert field(here.page, "w") == "4"
    here.press("l")
    expect(here.page.locator("html")).to_have_attribute("lang", "en")
    assert KEPT.search(here.page.url)


def test_a_draft_that_was_never_kept_survives_the_change_of_language(visit: Open) -> None:
    here = visit()
    here.type_source("loss = sin2(x)")
    expect(here.page.locator("#problem")).to_contain_text("did you mean")
    here.press("l")
    expect(here.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(here.page.locator(".cm-content")).to_have_text("loss = sin2(x)")
    expect(here.page.locator("#problem")).to_contain_text("是不是想写")
    here.forgive("422")


def test_while_the_server_is_gone_stepping_works_and_the_change_is_made_up_for(visit: Open) -> None:
    here = visit()
    here.page.route("**/api/**", lambda route: route.abort())
    here.page.get_by_role("spinbutton", name="w", exact=True).fill("3")
    notice = here.page.locator("#offline")
    expect(notice).to_be_visible()
    here.page.locator("#play").focus()
    here.press("End")
    expect(here.card("w").locator(".gradient")).to_have_text("−2")
    assert field(here.page, "w") == "3"
    here.page.unroute("**/api/**")
    expect(here.card("w").locator(".gradient")).to_have_text("2")
    expect(notice).to_be_hidden()
    expect(here.page).to_have_url(KEPT)
    here.forgive("ERR_FAILED")


def test_an_answer_nobody_can_read_is_no_answer(visit: Open) -> None:
    here = visit()
    here.page.route("**/api/**", lambda route: route.fulfill(status=502, body="<html>Bad gateway</html>"))
    here.page.get_by_role("spinbutton", name="w", exact=True).fill("3")
    expect(here.page.locator("#offline")).to_be_visible()
    expect(here.page.locator("#working")).to_be_hidden()
    here.page.unroute("**/api/**")
    expect(here.page.locator("#offline")).to_be_hidden()
    expect(here.card("w").locator(".value")).to_have_text("3")
    here.forgive("502")


def test_a_long_computation_says_so(visit: Open) -> None:
    here = visit()
    waiting: list[Route] = []
    here.page.route("**/api/v1/films*", lambda route: waiting.append(route))
    here.page.get_by_role("spinbutton", name="w", exact=True).fill("3")
    expect(here.page.locator("#working")).to_be_visible()
    expect(here.card("w").locator(".value")).to_have_text("1")
    waiting[0].continue_()
    expect(here.card("w").locator(".value")).to_have_text("3")
    expect(here.page.locator("#working")).to_be_hidden()
