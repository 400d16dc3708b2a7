"""The reference page: every row of the op table, found by words, each with a miniature that answers."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

import httpx
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from app import reference
from app.render.mathml import mathml
from engine.functions import FUNCTIONS
from engine.ops import ROOMS, TABLE, Op
from tests.access import verdict
from tests.browser import tab as new_tab
from tests.conftest import Server
from tests.pages import Homes

Tab = Callable[[str], Page]

ROWS = pytest.mark.parametrize("op", TABLE.values(), ids=TABLE)


@pytest.fixture
def tab(homes: Homes, server: Server) -> Iterator[Tab]:
    """Opens an address of the server in a tab that may not complain of anything."""
    page = new_tab(homes(base_url=server.url, viewport={"width": 1200, "height": 900}))
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def opened(address: str) -> Page:
        page.goto(address)
        return page

    yield opened
    page.close()
    assert complaints == []


@ROWS
def test_every_op_has_a_miniature(op: Op) -> None:
    curve, cells = reference.curve(op), reference.cells(op)
    assert curve or cells
    if curve:
        assert len(curve) == 121
        assert any(value is not None for _, value, _ in curve)


@ROWS
def test_the_weights_of_a_miniature_are_what_a_small_change_does(op: Op) -> None:
    cells = reference.cells(op)
    if reference.curve(op) or cells is None or not cells["weights"]:
        return
    operands, settings = reference.example(op)
    out = np.asarray(op.compute([each.value for each in operands], settings), float)
    step = 1e-6
    for which, operand in enumerate(operands):
        if not operand.requires_grad:
            continue
        for element, place in enumerate(itertools.product(*map(range, operand.shape))):
            moved: list[Any] = [np.array(each.value) for each in operands]
            moved[which][place] += step
            high = np.array(op.compute(moved, settings), float)
            moved[which][place] -= 2 * step
            low = np.array(op.compute(moved, settings), float)
            slopes = ((high - low) / (2 * step)).ravel()
            told = [weights[which][element] for weights in cells["weights"]]
            assert told == pytest.approx(slopes.tolist(), rel=1e-4, abs=1e-4), (operand, place)
    assert out.size == len(cells["weights"])


@ROWS
def test_a_row_of_the_api_is_complete_and_callable_by_its_signature(op: Op) -> None:
    row = reference.row(op)
    assert row["signature"].startswith(f"{op.name}(")
    assert op.name in FUNCTIONS
    assert row["formula"]
    assert len(row["local_derivatives"] or row["vjp"]) == row["operands"]
    assert row["explanation"]["en"] != row["explanation"]["zh"]


@ROWS
def test_every_formula_of_a_row_can_be_set(op: Op) -> None:
    row = reference.row(op)
    for latex in (row["formula"], *row["local_derivatives"], *row["vjp"], op.domain):
        texts = list(ElementTree.fromstring(f"<math>{mathml(latex)}</math>").itertext())
        assert not any(sign in text for text in texts for sign in ("\\", "{cases}")), latex


def test_a_formula_cannot_bring_elements_of_its_own() -> None:
    assert mathml(r"\text{<b>x</b>}") == "<mtext>&lt;b&gt;x&lt;/b&gt;</mtext>"
    assert mathml(r"a < b") == "<mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow>"


def test_every_room_has_a_title_of_its_own() -> None:
    assert set(ROOMS) <= set(reference.TITLES)


def test_the_page_and_the_api_list_the_whole_table(client: httpx.Client) -> None:
    page = client.get("/ops").text
    for name in TABLE:
        assert f'<article class="op" id="{name}"' in page
    assert [row["name"] for row in client.get("/api/v1/ops").json()] == list(TABLE)


@pytest.mark.parametrize(("lang", "word", "hit"), [("en", "matrix product", "matmul"), ("zh", "正弦", "sin")])
def test_an_operation_is_found_by_its_words(tab: Tab, lang: str, word: str, hit: str) -> None:
    page = tab(f"/ops?lang={lang}")
    page.locator("#search").fill(word)
    expect(page.locator(f"#{hit}")).to_be_visible()
    expect(page.locator("#relu")).to_be_hidden()
    page.locator("#search").fill("no such thing")
    expect(page.locator(".op:visible")).to_have_count(0)
    expect(page.locator("#found")).not_to_contain_text("{count}")


def test_a_curve_is_walked_along(tab: Tab) -> None:
    page = tab("/ops#sigmoid")
    card = page.locator("#sigmoid")
    card.scroll_into_view_if_needed()
    card.locator("input").fill("60")
    expect(card.locator("figcaption")).to_have_text("sigmoid(0) = 0.5  ∂z/∂x = 0.25")


def test_pointing_at_a_result_lights_up_its_operands(tab: Tab) -> None:
    page = tab("/ops#matmul")
    card = page.locator("#matmul")
    card.scroll_into_view_if_needed()
    card.locator("td.out button").nth(2).focus()
    lit = card.locator("table").nth(0).locator("td.on")
    expect(lit).to_have_count(3)
    expect(lit.first.locator("small")).to_have_text("×2")


@pytest.mark.long
@pytest.mark.parametrize("address", ["/ops", "/ops?lang=zh"])
def test_axe_finds_nothing(tab: Tab, address: str) -> None:
    assert verdict(tab(address)) == []
