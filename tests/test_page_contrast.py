"""Forced colours and more contrast: what is said by colour is still there, and every small text can be read."""

from typing import Final

import pytest
from playwright.sync_api import expect

from tests.pages import Open

RATIO: Final = """([text, ground]) => {
  const square = Object.assign(document.createElement("canvas"), {width: 1, height: 1});
  const canvas = square.getContext("2d", {willReadFrequently: true});
  const light = (colour) => {
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((each) => each / 255)
      .map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4))
      .reduce((sum, each, index) => sum + each * [0.2126, 0.7152, 0.0722][index], 0);
  };
  const probe = document.body.appendChild(document.createElement("i"));
  const [a, b] = [text, ground].map((name) => {
    probe.style.color = `var(${name})`;
    return light(getComputedStyle(probe).color);
  });
  probe.remove();
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}"""


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("path", ["/", "/examples", "/ops"])
def test_who_asks_for_more_contrast_gets_seven_to_one(visit: Open, path: str, dark: bool) -> None:
    here = visit(path, dark=dark, ready=False)
    here.own.emulate_media(contrast="more")
    for text in ("--ink", "--muted", "--value", "--gradient", "--local", "--check", "--alarm"):
        for ground in ("--paper", "--panel"):
            assert (text, ground, here.page.evaluate(RATIO, [text, ground]) >= 7) == (text, ground, True)
    for line in ("--outline", "--wire", "--line"):
        assert (line, here.page.evaluate(RATIO, [line, "--panel"]) >= 3) == (line, True)


@pytest.mark.parametrize("dark", [False, True])
def test_under_forced_colours_the_landscape_stands_on_its_lines(visit: Open, dark: bool) -> None:
    here = visit("/examples/momentum?pass=3&lens=landscape", dark=dark)
    expect(here.page.locator("#dock .here")).to_be_attached()
    here.own.emulate_media(forced_colors="active")
    page = here.page.evaluate("getComputedStyle(document.body).backgroundColor")
    found = here.page.locator("#dock .ground").evaluate(
        """(ground) => ({map: getComputedStyle(ground.querySelector("canvas")).visibility,
          lines: ["contour", "trained", "down"]
            .map((name) => getComputedStyle(ground.querySelector(`.${name}`)).stroke),
          strip: getComputedStyle(ground.querySelector(".scale")).fill})"""
    )
    assert found["map"] == "hidden"
    assert found["strip"] == page
    assert page not in found["lines"]


def test_under_forced_colours_the_step_is_seen_in_the_table_and_on_the_timeline(visit: Open) -> None:
    here = visit("/examples/neuron?step=9&lens=modes", dark=True)
    row = here.page.locator("#dock tr.here, #dock tr.giving").first
    expect(row).to_be_attached()
    here.own.emulate_media(forced_colors="active")
    seen = row.evaluate(
        """(row) => [...row.querySelectorAll("td, th, button")].map((cell) => {
          const behind = cell.matches("button") ? cell.closest("th") : cell;
          return [getComputedStyle(cell).color, getComputedStyle(behind).backgroundColor];
        })"""
    )
    plain = here.page.evaluate(
        "getComputedStyle(document.querySelector('#dock tbody tr:not([class])')).backgroundColor"
    )
    assert all(text != ground and ground != plain for text, ground in seen)


def test_a_theme_chosen_here_gives_way_to_forced_colours(visit: Open) -> None:
    here = visit("/?step=8")
    here.press("d")
    expect(here.page.locator("html")).to_have_attribute("data-theme", "dark")
    here.own.emulate_media(forced_colors="active", color_scheme="light")
    assert here.page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light dark"
