"""The page without a mouse: every key, where the focus goes, and that it is seen."""

import re
from typing import Final

from playwright.sync_api import expect

from tests.pages import Open, Visit, until

FOCUS: Final = """() => {
  const element = document.activeElement;
  const area = element.closest("header, section, main, aside, footer, dialog")?.className ?? "";
  return [area, element.id || element.textContent.trim(), element === document.body];
}"""
SEEN: Final = """() => {
  const element = document.activeElement.shadowRoot?.activeElement.closest(".cm-editor") ?? document.activeElement;
  const drawn = element.querySelector(":scope > :is(.card, .wire)");
  if (drawn) return element.matches(":focus-visible") && parseFloat(getComputedStyle(drawn).strokeWidth) >= 3;
  const {outlineStyle, outlineWidth} = getComputedStyle(element);
  return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
}"""


def transform(here: Visit) -> str:
    """Where the camera is."""
    found: str = here.page.locator("#pan").evaluate(
        "(pan) => pan.style.transform + pan.firstElementChild.style.transform"
    )
    return found


def test_the_keys_step_by_edge_by_node_and_to_both_ends(visit: Open) -> None:
    here = visit()
    for key, step in [
        ("ArrowRight", 1),
        ("ArrowRight", 2),
        ("ArrowLeft", 1),
        ("End", 8),
        ("ArrowRight", 8),
        ("Home", 0),
        ("ArrowLeft", 0),
        ("Shift+ArrowRight", 1),
        ("Shift+ArrowRight", 2),
        ("Shift+ArrowRight", 3),
        ("Shift+ArrowRight", 4),
        ("Shift+ArrowRight", 6),
        ("Shift+ArrowRight", 8),
        ("Shift+ArrowLeft", 7),
        ("Shift+ArrowLeft", 5),
    ]:
        here.press(key)
        assert (key, here.step) == (key, step)


def test_a_click_on_a_division_of_the_timeline_goes_to_its_step(visit: Open) -> None:
    here = visit()
    track = here.page.locator("#blocks").bounding_box()
    assert track is not None
    for step in (4, 0, 8, 3, 5, 1, 7, 2, 6):
        for part in (0.15, 0.5, 0.85):
            here.page.mouse.click(track["x"] + (step + part) / 9 * track["width"], track["y"] + track["height"] / 2)
            assert (part, here.step) == (part, step)


def test_the_keys_zoom_and_fit(visit: Open) -> None:
    here = visit()
    assert transform(here) == ""
    here.press("+")
    assert "scale(1.25)" in transform(here)
    here.press("-", "-")
    assert "scale(0.8)" in transform(here)
    here.press("f")
    assert transform(here) == ""


def test_a_node_is_found_by_its_name(visit: Open) -> None:
    here = visit()
    here.press("/")
    here.page.keyboard.type("loss")
    here.press("Enter")
    expect(here.page.locator(".found .name")).to_have_text(re.compile("^loss"))
    expect(here.page.locator("dialog[open]")).to_have_count(0)
    here.press("ArrowRight")
    here.at(1)


def test_the_list_of_keys_opens_holds_the_focus_and_closes(visit: Open) -> None:
    here = visit()
    here.page.locator("#help").focus()
    here.press("?")
    dialog = here.page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    here.press("ArrowRight", "d")
    assert here.step == 0
    here.press("Escape")
    expect(dialog).to_be_hidden()
    expect(here.page.locator("#help")).to_be_focused()


def test_the_menu_of_examples_opens_and_closes_by_keyboard(visit: Open) -> None:
    here = visit()
    summary = here.page.locator("summary")
    summary.focus()
    here.press("Enter", "Tab")
    expect(here.page.get_by_role("link", name="Linear model")).to_be_focused()
    here.press("Escape")
    expect(summary).to_be_focused()
    expect(here.page.get_by_role("link", name="Linear model")).to_be_hidden()
    here.press("Enter", "Tab", "Tab", "Enter")
    expect(here.page.locator("summary")).to_have_text("Exercise: another sample")


def test_while_somebody_types_keys_are_only_letters(visit: Open) -> None:
    here = visit()
    here.edit()
    for place in ("#editor .cm-content", "#leaf-w"):
        here.page.locator(place).focus()
        here.press("d", "l", "f", "/", "?", "Space", "ArrowRight", "ArrowLeft", "Home", "End", "e", "+")
        assert here.step == 0
        assert transform(here) == ""
        expect(here.page.locator("dialog[open]")).to_have_count(0)
        assert here.page.locator("html").get_attribute("data-theme") is None
        expect(here.page.locator("#play")).to_have_attribute("aria-pressed", "false")
    expect(here.page.locator("#problem")).to_be_visible()
    here.forgive("422")


def test_escape_leaves_the_editor_and_space_then_takes_a_step(visit: Open) -> None:
    here = visit()
    here.edit()
    here.press("e")
    expect(here.page.locator("#editor .cm-content")).to_be_focused()
    here.press("Escape")
    expect(here.page.locator("#next")).to_be_focused()
    here.press("Space", "Enter")
    assert here.step == 2
    expect(here.page.locator("#play")).to_have_attribute("aria-pressed", "false")
    here.page.locator("#play").focus()
    here.press("Space")
    expect(here.page.locator("#play")).to_have_attribute("aria-pressed", "true")


def test_tab_goes_through_the_page_as_it_is_read_and_focus_is_always_seen(visit: Open) -> None:
    here = visit()
    here.edit()
    stops: list[tuple[str, str]] = []
    for _ in range(60):
        here.press("Tab")
        area, name, nowhere = here.page.evaluate(FOCUS)
        if nowhere:
            break
        until(lambda: bool(here.page.evaluate(SEEN)), here.page)
        stops.append((area, name))
    areas = [area for index, (area, _) in enumerate(stops) if index == 0 or area != stops[index - 1][0]]
    assert areas == ["top", "source", "stage", "panel", "timeline"]
    names = [name for _, name in stops]
    assert names[:2] == ["gradstep", "Linear model"]
    for control in (
        "language",
        "theme",
        "help",
        "editor",
        "leaf-w",
        "fit",
        "first",
        "back",
        "play",
        "next",
        "speed",
        "scrub",
    ):
        assert control in names


def test_hundreds_of_printed_lines_are_one_stop_on_the_way_of_the_tab_key(visit: Open) -> None:
    here = visit("/examples/training?pass=3")
    lines = here.page.locator("#printed button")
    expect(lines).to_have_count(402)
    here.field("w").focus()
    here.press("Tab")
    expect(lines.nth(5)).to_be_focused()
    here.press("ArrowDown", "Enter")
    expect(lines.nth(6)).to_be_focused()
    expect(here.page.locator("#turn")).to_have_text("Pass 5 of 300")
    here.press("End")
    expect(lines.last).to_be_focused()
    here.press("Shift+Tab")
    expect(here.field("w")).to_be_focused()
    here.press("Tab", "Tab")
    expect(here.page.locator("#lens-landscape")).to_be_focused()
