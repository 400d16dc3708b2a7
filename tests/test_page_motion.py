"""Playing and moving: the film runs to its end, and no movement, finished or cut short, leaves a wrong number."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import httpx
from playwright.sync_api import Route, expect

from app.examples import EXAMPLES
from tests.pages import Open, Visit, drawn, kept, until

MOVING: Final = "document.querySelectorAll('.flying').length + document.getAnimations({subtree: true}).length"

WATCH: Final = """(slot) => {
  window.said = [];
  const text = document.querySelector(`[data-slot="${slot}"]`);
  new MutationObserver(() => window.said.push(text.textContent))
    .observe(text, {childList: true, characterData: true, subtree: true});
}"""


def at_rest(here: Visit) -> None:
    """Waits until nothing moves."""
    until(lambda: here.page.evaluate(MOVING) == 0, here.page)


@contextmanager
def held(here: Visit) -> Iterator[None]:
    """Movements that begin meanwhile stay where they begin, however busy the machine is; then they go on."""
    wire = here.own.context.new_cdp_session(here.page)
    wire.send("Animation.enable")
    wire.send("Animation.setPlaybackRate", {"playbackRate": 0})
    yield
    wire.send("Animation.setPlaybackRate", {"playbackRate": 1})


def said(here: Visit) -> list[str]:
    """What the watched text has said since it was last asked, each text once."""
    texts: list[str] = here.page.evaluate("window.said.splice(0)")
    return [text for text, before in zip(texts, [None, *texts], strict=False) if text != before]


def stopped_clock(here: Visit) -> None:
    """From here on time passes only as `page.clock.run_for` says, however busy the machine is."""
    here.own.clock.install(time=0)
    here.page.clock.pause_at(1000)


def run_of(client: httpx.Client, slug: str) -> str:
    """The id of an example's run."""
    [example] = [each for each in EXAMPLES if each.slug == slug]
    return kept(client, example.source, example.inputs)


def test_play_takes_one_step_a_beat_to_the_end_and_stops_there(visit: Open) -> None:
    here = visit(alone=True)
    stopped_clock(here)
    play = here.page.get_by_role("button", name="Play")
    for speed, beat in {"½×": 1800, "1×": 900, "2×": 450, "4×": 225}.items():
        here.page.get_by_role("combobox", name="Speed").select_option(speed)
        play.click()
        expect(play).to_have_attribute("aria-pressed", "true")
        here.page.clock.run_for(200)
        assert here.step == 1
        here.page.clock.run_for(beat)
        assert here.step == 2
        here.page.clock.run_for(beat * 8)
        assert here.step == here.last == 8
        expect(play).to_have_attribute("aria-pressed", "false")


def test_space_plays_pauses_and_begins_anew_at_the_end(visit: Open) -> None:
    here = visit(alone=True)
    stopped_clock(here)
    here.press("Space")
    here.page.clock.run_for(1200)
    assert here.step == 2
    here.press("Space")
    here.page.clock.run_for(5000)
    assert here.step == 2
    here.press("End", "Space")
    assert here.step == 0
    here.page.clock.run_for(200)
    assert here.step == 1
    here.press("ArrowRight")  # a hand on the keys takes over
    here.page.clock.run_for(5000)
    assert here.step == 2


def test_with_motion_the_number_flies_and_ends_where_the_still_picture_has_it(
    visit: Open, client: httpx.Client
) -> None:
    run = run_of(client, "twice")
    here = visit("/examples/twice", motion=True)
    here.page.evaluate(WATCH, "n0.gradient")
    with held(here):
        here.press("ArrowRight", "ArrowRight")
        assert here.page.locator(".flying").count() == 1
    at_rest(here)
    assert said(here) == ["—", "3"]
    assert here.picture() == drawn(client, run, 2)
    here.press("ArrowRight")
    at_rest(here)
    assert said(here) == ["3", "3 + 3", "6"]
    assert here.picture() == drawn(client, run, 3)
    expect(here.page.locator("#graph [style*=hidden]")).to_have_count(0)


def test_who_wants_no_motion_gets_none(visit: Open) -> None:
    here = visit("/examples/twice")
    for _ in range(3):
        here.press("ArrowRight")
        assert here.page.evaluate(MOVING) == 0


def test_pressing_quickly_never_leaves_a_wrong_number(visit: Open, client: httpx.Client) -> None:
    run = run_of(client, "quadratic")
    here = visit("/examples/quadratic", motion=True)
    for presses in (7, 12, 30):
        here.press("Home", *["ArrowRight"] * presses)
        at_rest(here)
        assert here.step == min(presses, here.last)
        assert here.picture() == drawn(client, run, here.step)


def test_a_movement_cut_short_by_any_other_key_leaves_the_right_picture(visit: Open, client: httpx.Client) -> None:
    run = run_of(client, "quadratic")
    here = visit("/examples/quadratic?step=6", motion=True)
    here.page.get_by_role("combobox", name="Speed").select_option("½×")
    for cut, step in {"ArrowLeft": 6, "Home": 0, "End": 19, "Shift+ArrowRight": 8}.items():
        here.page.locator("#scrub").fill("6")
        here.press("ArrowRight", cut)
        at_rest(here)
        assert here.step == step
        assert here.picture() == drawn(client, run, step)


def test_new_numbers_that_arrive_during_a_movement_are_the_ones_that_stay(visit: Open) -> None:
    here = visit("/examples/twice?step=2", motion=True)
    waiting: list[Route] = []
    here.own.route("**/api/v1/films*", lambda route: waiting.append(route))
    here.page.get_by_role("combobox", name="Speed").select_option("½×")
    here.field("x").fill("1.5")
    here.page.locator("#play").focus()
    with held(here):
        here.press("ArrowRight")
        assert here.page.locator(".flying").count() == 1
        waiting[0].continue_()
        until(lambda: len(waiting) > 1, here.page)
        waiting[1].continue_()
        expect(here.card("x").locator(".value")).to_have_text("1.5")
    at_rest(here)
    expect(here.card("x").locator(".gradient")).to_have_text("3")  # what the old numbers had before the movement


def test_where_two_contributions_meet_their_sum_stands_for_a_moment(visit: Open) -> None:
    here = visit("/examples/diamond?step=6", motion=True)
    before = here.card("a").locator(".gradient").text_content()
    here.page.evaluate(WATCH, "n0.gradient")
    here.press("ArrowRight")
    at_rest(here)
    assert before == "4"
    assert here.page.evaluate("window.said") == ["4", "4 + 6", "10"]


def test_tensors_fly_as_grids_and_what_was_stretched_collapses(visit: Open, client: httpx.Client) -> None:
    run = run_of(client, "classes")
    here = visit("/examples/classes?step=2", motion=True)
    flying = here.page.locator(".flying")
    here.page.evaluate("""() => {
      window.flown = [];
      new MutationObserver((changes) => changes.forEach(({addedNodes}) => addedNodes.forEach((added) => {
        if (!added.classList?.contains("flying")) return;
        const frames = added.getAnimations().flatMap((each) => each.effect.getKeyframes());
        window.flown.push(frames.map(({transform}) => transform).join(" "));
      }))).observe(document.getElementById("graph"), {childList: true, subtree: true});
    }""")
    for step in range(3, 9):
        with held(here):
            here.press("ArrowRight")
            here.at(step)
            assert flying.count() >= 1
        at_rest(here)
        assert here.picture() == drawn(client, run, step)
        expect(here.page.locator("#graph [style*=hidden]")).to_have_count(0)
    flown = here.page.evaluate("window.flown")
    assert [each for each in flown if "scale(1, 0.06)" in each] != []  # the rows of the bias, added up
    assert [each for each in flown if "scale(0.06" in each] == []


def test_an_update_takes_the_gradient_into_the_value(visit: Open, client: httpx.Client) -> None:
    run = run_of(client, "momentum")
    here = visit("/examples/momentum?step=11", motion=True)
    with held(here):
        here.press("ArrowRight")
        assert here.page.locator(".flying").count() == 1
        expect(here.card("a").locator(".value")).to_have_text("4")
    expect(here.card("a").locator(".value")).to_have_text("3.68")
    at_rest(here)
    assert here.picture() == drawn(client, run, 12)


LANDING: Final = """() => {
  const flying = document.querySelector(".flying");
  const {transform} = flying.getAnimations()[0].effect.getKeyframes().at(-1);
  const [, x, y] = /translate\\((.*)px, (.*)px\\)/.exec(transform);
  const end = new DOMPoint(Number(x), Number(y)).matrixTransform(flying.ownerSVGElement.getScreenCTM());
  const edge = document.querySelector(".edge.active .wire");
  const start = edge.getPointAtLength(0).matrixTransform(edge.getScreenCTM());
  const near = (point) => [...document.querySelectorAll("[data-node=n1] .card")].findIndex((card) => {
    const {left, right, top, bottom} = card.getBoundingClientRect();
    return point.x > left - 2 && point.x < right + 2 && point.y > top - 2 && point.y < bottom + 2;
  });
  const shown = [...document.querySelectorAll("[data-node=n1] .gradient")].map((text) => text.textContent);
  return [near(end), near(start), shown];
}"""


def test_a_number_flies_to_that_drawing_of_a_leaf_which_lies_at_its_edge(visit: Open) -> None:
    here = visit(motion=True)
    here.type_source("a = x * w\nb = a * w\nc = b * w\nd = c * w\nd * w")
    expect(here.page.locator("#graph [data-node=n1]")).to_have_count(5)
    here.page.locator("#scrub").fill("6")
    for edge, before in ((4, "—"), (3, "1"), (2, "2")):
        with held(here):
            here.press("ArrowRight")
            assert here.page.evaluate(LANDING) == [edge, edge, [before] * 5]
        at_rest(here)
        here.press("ArrowRight")
