"""The page without eyes, and in Chinese: what is said, axe's verdict, and a frame that may store nothing."""

import re
from collections.abc import Mapping
from typing import Final

import pytest
from playwright.sync_api import Browser, expect

from tests.access import verdict, violations
from tests.conftest import Server
from tests.pages import Open, until


def test_every_step_is_said_to_who_listens(visit: Open) -> None:
    here = visit()
    spoken = here.page.locator("#spoken")
    expect(spoken).to_have_attribute("aria-live", "polite")
    here.press("End")
    expect(spoken).to_have_text(re.compile(r"^Step 9 of 9\. So w receives −2 × 1 = −2\."))
    expect(here.page.get_by_role("slider", name="Step")).to_have_attribute("aria-valuetext", "Step 9 of 9")


def test_a_screen_reader_is_told_what_everything_is(visit: Open) -> None:
    here = visit("/?step=8")
    here.edit()
    expect(here.page.locator("body")).to_match_aria_snapshot("""
      - banner:
        - link "gradstep"
        - group: /Linear model/
        - navigation "Settings":
          - link "API"
          - 'button "Projector: large and without controls"'
          - link "中文"
          - button "Light or dark"
          - button "Keys"
      - region "Source":
        - heading "Source" [level=2]
        - textbox "Source"
        - slider "w": "1"
        - spinbutton "w": "1"
      - main "Computation graph":
        - heading "Watch backpropagation happen, one edge at a time." [level=1]
        - group "Other views":
          - button "Landscape"
          - button "Paths"
          - button "Table"
        - group /loss = r/:
          - button /ŷ = x·w = 1/
        - button "Zoom out"
        - button "fit"
        - button "Zoom in"
      - complementary "What just happened":
        - 'heading "Backward: one edge" [level=2]'
        - math: ∂ loss ∂ w ← ∂ loss ∂ y ^ · ∂ y ^ ∂ w
        - table:
          - rowgroup:
            - row "−2 upstream how fast loss changes with ŷ"
            - row "× 1 local how fast ŷ changes with w"
            - row "= −2 contribution what w gets through this edge"
      - contentinfo "Timeline":
        - button "First step"
        - button "Previous step"
        - button "Play"
        - button "Next step" [disabled]
        - button "Last step" [disabled]
        - combobox "Speed"
        - slider "Step": "8"
    """)


MET: Final[Mapping[str, tuple[str, ...]]] = {
    "wide": ("opening", "forward", "seed", "backward", "error", "menu", "keys", "search", "ledger", "landscape-one"),
    "tablet": ("paths", "tensors-back", "update", "offline"),
    "phone": ("backward", "attention", "number", "gallery", "unknown", "operations"),
}
"""Width → the states that are judged in every run; `make access` judges all of them everywhere."""


@pytest.mark.long
@pytest.mark.parametrize("width", MET)
def test_axe_finds_nothing_in_any_state_and_no_other_host_is_asked(
    browser: Browser, server: Server, width: str
) -> None:
    assert violations(browser, server.url, width, MET[width]) == []


@pytest.mark.long
def test_axe_finds_nothing_beside_tensors_modes_and_optimizers(visit: Open) -> None:
    here = visit("/examples/two-layers?lens=modes")
    expect(here.page.locator("#dock tbody tr").first).to_be_attached()
    assert verdict(here.page) == []
    here.page.goto("/examples/attention?step=6")
    here.press("o")
    expect(here.page.locator("#opened button")).to_be_visible()
    assert verdict(here.page) == []
    here.page.goto("/examples/xor?pass=3&step=14")
    expect(here.page.locator("#panel .kept li").first).to_be_attached()
    assert verdict(here.page) == []


def test_the_walk_in_chinese_shows_no_english_sentence(visit: Open) -> None:
    here = visit(lang="zh")
    expect(here.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    seen = ""
    for step in range(9):
        here.at(step)
        seen += here.page.locator("body").inner_text() + here.page.locator("#spoken").inner_text()
        here.press("ArrowRight")
    here.press("?")
    seen += "\n".join(here.page.locator("#keys :is(dd, h2, button)").all_inner_texts())
    here.press("Escape")
    here.page.locator("summary").click()
    seen += here.page.locator("nav").first.inner_text()
    here.type_source("sin2(x)")
    expect(here.page.locator("#problem")).to_be_visible()
    seen += here.page.locator("#problem").inner_text()
    here.forgive("422")
    seen += here.page.locator("body").evaluate(
        """(body) => [...body.querySelectorAll("[aria-label], [title], [placeholder], svg title, option, .toast")]
          .flatMap((each) => [each.ariaLabel, each.title, each.placeholder, each.textContent]).join("\\n")"""
    )
    assert "第 9 步" in seen
    assert re.findall(r"[A-Za-z]{3,}[ ,.:;]+[A-Za-z]{2,}(?:[ ,.:;]+[A-Za-z]+)*", seen) == []


def test_where_nothing_may_be_stored_the_page_works_all_the_same(visit: Open) -> None:
    here = visit()
    here.own.add_init_script(
        """for (const name of ["localStorage", "sessionStorage"])
          Object.defineProperty(window, name, {get() { throw new DOMException("forbidden", "SecurityError"); }})"""
    )
    here.page.reload()
    here.edit()
    here.press("d", "ArrowRight")
    expect(here.page.locator("html")).to_have_attribute("data-theme", "dark")
    assert here.step == 1
    here.press("l")
    expect(here.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    until(lambda: here.step == 1, here.page)
