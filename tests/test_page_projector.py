"""The page in front of a class: the whole graph is seen, and what is said about it stands below, large."""

import pytest
from playwright.sync_api import Page, expect

from tests.pages import Open, until

SEEN = """() => {
  const stage = document.getElementById("stage").getBoundingClientRect();
  return [...document.querySelectorAll("#graph [data-node] .card")].every((card) => {
    const {left, right, top, bottom} = card.getBoundingClientRect();
    return stage.left <= left && right <= stage.right && stage.top <= top && bottom <= stage.bottom;
  });
}"""
CROWDED = """() => {
  const seen = (element) => element.checkVisibility();
  const boxes = [...document.querySelectorAll(".timeline :is(.round, #turn, #blocks span, .said)")].filter(seen)
    .map((element) => [element.id || element.textContent.trim(), element.getBoundingClientRect()]);
  const found = boxes.filter(([, {left, right}]) => left < 4 || right > innerWidth).map(([text]) => text);
  for (const [one, a] of boxes) for (const [other, b] of boxes) {
    const beside = a.left >= b.right || b.left >= a.right || a.top >= b.bottom || b.top >= a.bottom;
    if (one < other && !beside) found.push(`${one} on ${other}`);
  }
  return found;
}"""
PLACES = """() => ["#stage", "#panel", ".timeline", "#graph .card"]
  .map((each) => JSON.stringify(document.querySelector(each).getBoundingClientRect())).join()"""


def size(page: Page, selector: str) -> float:
    """How large the letters of something are on the screen, in px."""
    found: float = page.locator(selector).first.evaluate(
        "(text) => parseFloat(getComputedStyle(text).fontSize) * (text.getScreenCTM ? text.getScreenCTM().a : 1)"
    )
    return found


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1440, 900), (1920, 1080)])
@pytest.mark.parametrize("path", ["/?", "/examples/training?pass=4&", "/examples/exercise-2?"])
def test_the_lectures_graphs_are_seen_whole_and_can_be_read_from_the_last_row(
    visit: Open, path: str, width: int, height: int
) -> None:
    here = visit(f"{path}step=6&projector", width=width, height=height, ready=False)
    expect(here.page.locator("#panel")).to_have_attribute("data-phase", "backward")
    here.page.wait_for_function(f"({SEEN})()")
    assert size(here.page, "#graph .node text.value") > width / 120
    assert size(here.page, "#panel [data-for=backward] .says") > width / 80


def test_nothing_moves_while_a_class_is_led_through_the_steps(visit: Open) -> None:
    here = visit("/?projector", width=1280, height=720, ready=False)
    places = set()
    for step in range(here.last + 1):
        here.at(step)
        places.add(here.page.evaluate(PLACES))
        assert here.page.locator("#panel").evaluate("(panel) => panel.scrollHeight <= panel.clientHeight")
        here.press("ArrowRight")
    assert len(places) == 1


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1440, 900), (1920, 1080)])
def test_what_an_optimizer_keeps_is_seen_without_scrolling(visit: Open, lang: str, width: int, height: int) -> None:
    here = visit(f"/examples/xor?pass=3&step=14&projector&lang={lang}", width=width, height=height, ready=False)
    panel = here.page.locator("#panel")
    for step in (14, 15):
        here.at(step)
        expect(panel.locator(".kept li:visible")).to_have_count(4)
        expect(panel.locator(".part svg:visible")).to_have_count(4)
        until(lambda: bool(panel.evaluate("(panel) => panel.scrollHeight <= panel.clientHeight")), here.page)
        wide = "(lines) => lines.filter(({scrollWidth, clientWidth}) => scrollWidth > clientWidth).length"
        assert panel.locator(".kept li").evaluate_all(wide) == 0
        here.press("ArrowRight")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_controls_and_labels_of_the_passes_lie_beside_each_other(visit: Open, lang: str) -> None:
    here = visit(f"/examples/training?pass=4&step=6&projector&lang={lang}", width=1024, height=768, ready=False)
    here.page.locator("#passes .loss").wait_for(state="attached")
    expect(here.page.locator("#passes .said")).not_to_be_empty()
    assert here.page.evaluate(CROWDED) == []
