"""The page under a thumb, in Chinese at 390 px: nothing covers what is typed, nothing is too small to be hit."""

import itertools
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import expect

from tests.pages import Open, Visit, kept

SMALL: Final = """(least) => [...document.querySelectorAll("a, button, input, select, summary")]
  .filter((each) => each.checkVisibility({visibilityProperty: true}) && !each.closest("#graph"))
  .map((each) => [each.closest("label")?.matches(".whole") ? each.closest("label") : each, each])
  .map(([box, each]) => [each.outerHTML.slice(0, 70), box.getBoundingClientRect()])
  .filter(([, {width, height}]) => width && (width < least || height < least)).map(([name]) => name)"""


def phone(visit: Open, path: str, **how: Any) -> Visit:
    """The page on a phone, in Chinese."""
    return visit(path, lang="zh", phone=True, width=390, height=844, **how)


@pytest.mark.parametrize("path", ["/", "/examples/training"])
def test_the_completion_list_is_not_covered_by_the_timeline(visit: Open, path: str) -> None:
    here = phone(visit, path)
    here.edit()
    if "training" in path:
        expect(here.page.locator("#printed li").first).to_be_attached()  # comes later, and takes room from the source
    here.page.locator("#editor .cm-line").last.tap()
    here.press("Control+End")
    here.write("\nsi")
    option = here.page.locator("#editor .cm-tooltip-autocomplete li")
    expect(option.first).to_be_visible()
    here.page.wait_for_timeout(300)
    covered = here.page.locator("#editor .cm-tooltip-autocomplete").evaluate(
        """(list) => list.getBoundingClientRect().bottom
          - document.querySelector(".timeline").getBoundingClientRect().top"""
    )
    assert covered <= 0
    option.filter(has_text="sigmoid").first.tap()
    expect(here.page.locator("#editor .cm-line").last).to_have_text("sigmoid(")
    expect(here.page.locator("#problem")).to_be_visible()
    here.forgive("422")


@pytest.mark.parametrize(
    "path",
    [
        "/?step=8",
        "/examples/training?step=4",
        "/examples/momentum?pass=3&lens=landscape",
        "/examples/diamond?step=5&lens=paths",
        "/examples/neuron?step=9&lens=modes",
        "/?step=8&lens=ledger",
        "/examples/two-layers?step=12",
    ],
)
def test_what_is_to_be_hit_is_large_enough_and_nothing_goes_over_the_edge(visit: Open, path: str) -> None:
    here = phone(visit, path)
    here.edit()
    if "lens" in path:
        expect(here.page.locator("#dock").locator(".here, ol li, tbody tr").first).to_be_attached()
    assert here.page.evaluate(SMALL, 24) == []
    assert here.page.evaluate("document.documentElement.scrollWidth") <= 390
    small = here.page.locator(
        ":is(.top, .lenses, .zoom, .timeline .buttons, .dock-head) :is(a, button, select):visible"
    )
    sizes = [box for each in small.all() if (box := each.bounding_box())]
    assert [box for box in sizes if box["height"] < 44 or box["width"] < 44] == []


def test_the_point_of_the_landscape_is_taken_by_a_finger_and_a_swipe_beside_it_scrolls(visit: Open) -> None:
    here = phone(visit, "/?lens=landscape")
    expect(here.page.locator("#dock .here")).to_be_attached()
    before = here.field("w").input_value()
    box = here.page.locator("#dock .here").bounding_box()
    assert box is not None
    wire = here.own.context.new_cdp_session(here.page)
    x, y = box["x"] + 7, box["y"] + 7

    def swipe(*points: tuple[float, float]) -> None:
        for kind, (a, b) in zip(["touchStart", *["touchMove"] * len(points)], points, strict=False):
            wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": a, "y": b}]})
        wire.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    swipe((x, y), (x + 20, y), (x + 40, y))
    expect(here.field("w")).not_to_have_value(before)
    moved = here.field("w").input_value()
    begin = here.page.evaluate("scrollY")
    swipe((x - 60, y - 40), (x - 60, y - 80), (x - 60, y - 120), (x - 60, y - 160))
    here.page.wait_for_timeout(200)
    assert here.field("w").input_value() == moved
    assert here.page.evaluate("scrollY") > begin or here.page.evaluate(
        "scrollY + innerHeight >= document.body.scrollHeight"
    )


def test_it_is_seen_which_pass_it_is_and_the_next_one_is_a_tap_away(visit: Open) -> None:
    here = phone(visit, "/examples/parabola?pass=150&step=4")
    expect(here.page.locator("#passes .loss")).to_be_attached()
    expect(here.page.locator("#turn")).to_have_text("第 151 次传播，共 300 次")
    boxes = here.page.locator(
        ":is(.turns, .curves, #passes, .track, .buttons) > :is(.round, output, .button, svg):visible"
    )
    places = [box for each in boxes.all() if (box := each.bounding_box())]
    for one, other in itertools.combinations(places, 2):
        beside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
        below = one["y"] + one["height"] <= other["y"] + 1 or other["y"] + other["height"] <= one["y"] + 1
        assert beside or below, (one, other)
    here.page.locator("#pass-next").tap()
    expect(here.page.locator("#turn")).to_have_text("第 152 次传播，共 300 次")


@pytest.mark.parametrize("lens", ["ledger", "modes"])
def test_the_tables_are_read_without_scrolling_sideways(visit: Open, lens: str) -> None:
    here = phone(visit, f"/examples/attention?step=12&lens={lens}")
    rows = here.page.locator("#dock .rows")
    expect(rows.locator("tbody tr").first).to_be_attached()
    assert rows.evaluate("(rows) => rows.scrollWidth <= rows.clientWidth")
    cut = "(cells) => cells.filter((cell) => cell.scrollWidth > cell.clientWidth + 1).map((cell) => cell.textContent)"
    assert rows.locator("tbody :is(td, th)").evaluate_all(cut) == []


@pytest.mark.parametrize(("width", "height"), [(740, 360), (720, 430), (844, 390)])
def test_where_there_is_little_height_the_graph_and_the_buttons_are_seen_together(
    visit: Open, width: int, height: int
) -> None:
    here = visit("/examples/training?pass=3&step=6", width=width, height=height)
    expect(here.page.locator("#turn")).to_have_text("Pass 4 of 300")
    bar, button = here.page.locator(".timeline").bounding_box(), here.page.locator("#next").bounding_box()
    stage = here.page.locator("#stage").bounding_box()
    assert bar is not None
    assert button is not None
    assert stage is not None
    assert button["y"] + button["height"] <= height
    assert min(bar["y"], stage["y"] + stage["height"]) - stage["y"] >= 200
    boxes = here.page.locator(".timeline :is(.round, output, select, #blocks):visible").all()
    places = [box for each in boxes if (box := each.bounding_box())]
    for one, other in itertools.combinations(places, 2):
        beside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
        below = one["y"] + one["height"] <= other["y"] + 1 or other["y"] + other["height"] <= one["y"] + 1
        assert beside or below, (one, other)
    assert max(box["x"] + box["width"] for box in places) <= width


def test_a_mistake_in_a_long_program_is_told_in_sight_of_its_line(visit: Open, client: httpx.Client) -> None:
    source = "\n".join([*(f"h{row} = x * {row}" for row in range(40)), "loss = h39 ** 2"])
    here = phone(visit, f"/runs/{kept(client, source, {'x': 2.0})}")
    here.edit()
    here.page.locator("#editor .cm-line").nth(3).tap()
    here.press("End")
    here.write(" + sin2(x)")
    said = here.page.locator("#problem")
    expect(said).to_contain_text("不是运算")
    expect(said).to_be_in_viewport(ratio=1)
    told, bar = said.bounding_box(), here.page.locator(".timeline").bounding_box()
    assert told is not None
    assert bar is not None
    assert told["y"] + told["height"] <= bar["y"]
    here.write(" + si")
    options = here.page.locator("#editor .cm-tooltip-autocomplete")
    expect(options).to_be_visible()
    expect(said).to_contain_text("sin2")
    here.page.wait_for_timeout(400)
    listed, told = options.bounding_box(), said.bounding_box()
    assert listed is not None
    assert told is not None
    assert listed["y"] + listed["height"] <= told["y"]
