"""Changing numbers on the page, the addresses that keep them, and a server that is slow or gone."""

import re
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Route, expect

from app.render.numbers import short
from tests.pages import Open, drawn, kept, numbers, until

KEPT: Final = re.compile(r"/runs/[a-z2-7]{26}\?lang=en&step=(\d+)$")
PLACES: Final = """(graph) => [...graph.querySelectorAll("[data-node]")].map((card) => {
  const {x, y} = card.getBoundingClientRect();
  return [card.dataset.node, x, y];
})"""


def test_a_dragged_slider_changes_every_number_and_moves_nothing(visit: Open, client: httpx.Client) -> None:
    here = visit()
    here.press("End")
    graph = here.page.locator("#graph")
    places, before = graph.evaluate(PLACES), numbers(here.picture())
    films: list[bool] = []
    here.own.on("response", lambda answer: films.append("svg" in answer.json()) if "/films" in answer.url else None)
    box = here.page.get_by_role("slider", name="w", exact=True).bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    here.page.mouse.move(box["x"] + box["width"] * 0.6, y)
    here.page.mouse.down()
    here.page.mouse.move(box["x"] + box["width"] * 0.8, y, steps=12)
    here.page.mouse.up()
    expect(here.page).to_have_url(KEPT)
    w = float(here.field("w").input_value())
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
    number = here.field("w")
    number.fill("")
    here.press("Tab")
    expect(number).to_have_value("1")
    number.fill("70")
    here.press("Tab")
    expect(here.page.get_by_role("slider", name="w", exact=True)).to_have_value("70")
    expect(here.card("w").locator(".value")).to_have_text("70")


def test_after_a_large_number_a_small_one_can_be_moved_by_hand_again(visit: Open) -> None:
    here = visit()
    slider = here.page.get_by_role("slider", name="w", exact=True)
    here.field("w").fill("1e9")
    here.press("Tab")
    expect(slider).to_have_attribute("max", "2000000000")
    here.field("w").fill("2")
    here.press("Tab")
    expect(slider).to_have_attribute("max", "5")
    slider.press("ArrowRight")
    expect(here.card("w").locator(".value")).to_have_text("2.01")


def test_numbers_that_are_none_are_named_and_can_be_mended(visit: Open, client: httpx.Client) -> None:
    answer = client.post("/api/v1/runs", json={"source": "x * w", "inputs": {"x": "NaN", "w": "-Infinity"}})
    here = visit(f"/runs/{answer.json()['id']}")
    expect(here.card("w").locator(".value")).to_have_text("−∞")
    assert "It began at" not in here.panel()["alarm"]
    here.field("x").fill("0")
    expect(here.card("x").locator(".value")).to_have_text("0")
    assert here.panel()["value"] == "NaN"


def test_steps_played_while_a_hand_holds_a_slider_are_put_in_words_too(visit: Open) -> None:
    here = visit()
    box = here.page.get_by_role("slider", name="w", exact=True).bounding_box()
    assert box is not None
    here.page.get_by_role("combobox", name="Speed").select_option("4×")
    here.page.locator("#play").click()
    here.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    here.page.mouse.down()
    here.page.mouse.move(box["x"] + box["width"] - 1, box["y"] + box["height"] / 2, steps=3)
    here.at(8)
    expect(here.page.locator("#panel .count")).to_have_text("Step 9 of 9")
    expect(here.page.locator("#panel [data-slot=contribution]")).to_have_text("6")
    here.page.mouse.up()


def test_a_typed_number_is_kept_under_an_address_that_brings_it_back_in_both_languages(visit: Open) -> None:
    here = visit()
    here.press(*["ArrowRight"] * 7)
    here.field("w").fill("4")
    here.page.keyboard.press("Enter")
    expect(here.page).to_have_url(KEPT)
    assert KEPT.search(here.page.url)
    for _ in range(2):
        shown = numbers(here.picture())
        here.page.reload()
        here.ready()
        here.at(7)
        assert numbers(here.picture()) == shown
        assert here.field("w").input_value() == "4"
        here.page.locator("#play").focus()
    here.press("l")
    expect(here.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    here.at(7)
    assert here.page.url.endswith("?lang=zh&step=7")
    assert here.field("w").input_value() == "4"
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
    here.own.route("**/api/**", lambda route: route.abort())
    here.field("w").fill("3")
    notice = here.page.locator("#offline")
    expect(notice).to_be_visible()
    here.page.locator("#play").focus()
    here.press("End")
    expect(here.card("w").locator(".gradient")).to_have_text("−2")
    assert here.field("w").input_value() == "3"
    here.page.unroute("**/api/**")
    expect(here.card("w").locator(".gradient")).to_have_text("2")
    expect(notice).to_be_hidden()
    expect(here.page).to_have_url(KEPT)
    here.forgive("ERR_FAILED")


def test_an_answer_nobody_can_read_is_no_answer(visit: Open) -> None:
    here = visit()
    here.own.route("**/api/**", lambda route: route.fulfill(status=502, body="<html>Bad gateway</html>"))
    here.field("w").fill("3")
    expect(here.page.locator("#offline")).to_be_visible()
    expect(here.page.locator("#working")).to_be_hidden()
    here.page.unroute("**/api/**")
    expect(here.page.locator("#offline")).to_be_hidden()
    expect(here.card("w").locator(".value")).to_have_text("3")
    here.forgive("502")


def test_a_long_computation_says_so(visit: Open) -> None:
    here = visit()
    waiting: list[Route] = []
    here.own.route("**/api/v1/films*", lambda route: waiting.append(route))
    here.field("w").fill("3")
    expect(here.page.locator("#working")).to_be_visible()
    expect(here.card("w").locator(".value")).to_have_text("1")
    waiting[0].continue_()
    expect(here.card("w").locator(".value")).to_have_text("3")
    expect(here.page.locator("#working")).to_be_hidden()


def test_a_cell_of_a_tensor_is_edited_and_every_number_follows(visit: Open, client: httpx.Client) -> None:
    here = visit("/examples/two-layers?step=19")
    cell = here.page.get_by_role("textbox", name="W1[1, 0]", exact=True)
    expect(cell).to_have_value("1.5")
    before = numbers(here.picture())
    cell.fill("3")
    expect(here.page).to_have_url(re.compile(r"/runs/[a-z2-7]{26}\?lang=en&step=19$"))
    after = numbers(here.picture())
    assert {slot for slot in after if after[slot] != before[slot]} >= {"n1.title", "n2.title"}
    run = here.page.url.rpartition("/")[2].partition("?")[0]
    assert after == numbers(drawn(client, run, 19))
    fate = here.page.locator("#fate")
    expect(fate.locator("dt").first).to_have_text("W1[1, 0]")
    gradient = -0.0657  # as the example prints it
    assert abs(float((fate.locator(".predicted").text_content() or "").replace("−", "-")) - gradient * 1.5) < 1e-3
    here.page.reload()
    expect(cell).to_have_value("3")


def test_the_cells_are_walked_by_arrows_and_the_chosen_one_has_a_slider(visit: Open) -> None:
    here = visit("/examples/two-layers?step=19")
    here.page.get_by_role("textbox", name="W1[0, 0]", exact=True).focus()
    here.press("ArrowDown", "ArrowRight")
    cell = here.page.get_by_role("textbox", name="W1[1, 1]", exact=True)
    expect(cell).to_be_focused()
    here.press("ArrowRight", "ArrowDown", "ArrowDown", "ArrowUp")
    expect(cell).to_be_focused()
    here.page.get_by_role("slider", name="W1[1, 1]", exact=False).fill("2")
    expect(cell).to_have_value("2")
    expect(here.card("W1").locator("title")).to_have_text(re.compile(r"1\.5.*2"))
    assert here.step == 19


def test_a_source_typed_anew_takes_the_tensors_with_it(visit: Open) -> None:
    here = visit("/examples/two-layers")
    here.page.get_by_role("textbox", name="x[0, 0]", exact=True).fill("7")
    expect(here.page).to_have_url(re.compile("/runs/"))
    here.type_source("import torch\nx = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)\n(x * x).sum()")
    expect(here.page.get_by_role("textbox", name="x[2]", exact=True)).to_have_value("3")
    expect(here.page.get_by_role("textbox", name="x[0]", exact=True)).to_have_value("1")
    here.page.get_by_role("textbox", name="x[0]", exact=True).fill("9")
    expect(here.card("x").locator("title")).to_have_text(re.compile("9 2 3|9, 2, 3"))
    here.type_source("import torch\nx = torch.tensor([1.0, 2.0, 4.0], requires_grad=True)\n(x * x).sum()")
    expect(here.page.get_by_role("textbox", name="x[2]", exact=True)).to_have_value("4")
    expect(here.page.get_by_role("textbox", name="x[0]", exact=True)).to_have_value("1")
    expect(here.page.locator("#problem")).to_be_hidden()


def large(rows: int, columns: int) -> str:
    """A program with one large parameter and a small one."""
    return "\n".join(
        (
            "import torch",
            "torch.manual_seed(0)",
            f"W = torch.randn({rows}, {columns}, requires_grad=True)",
            f"x = torch.randn({columns})",
            "a = torch.tensor(1.0, requires_grad=True)",
            "loss = ((W @ x * a) ** 2).mean()",
            "loss.backward()",
        )
    )


def test_a_large_tensor_is_a_small_picture_whose_cells_can_be_scrolled_and_edited(
    visit: Open, client: httpx.Client
) -> None:
    run = kept(client, large(40, 48), {})
    here = visit(f"/runs/{run}")
    row = here.page.locator(".leaf[data-leaf=W]")
    expect(row.locator(".note")).to_have_text("Each cell stands for 4×4 numbers and shows the one farthest from zero.")
    assert row.locator(".heat .cells path").count() > 5
    row.get_by_role("button", name="Show the numbers").click()
    first = row.get_by_role("textbox", name="W[0, 0]", exact=True)
    expect(first).to_be_focused()
    exact = client.get(f"/api/v1/runs/{run}/passes/0/nodes/W/value").raise_for_status().json()["value"]
    assert float(first.input_value()) == pytest.approx(exact[0][0], rel=1e-6)
    row.locator("div.cells").evaluate("(cells) => cells.scrollTo(cells.scrollWidth, cells.scrollHeight)")
    last = row.get_by_role("textbox", name="W[39, 47]", exact=True)
    expect(last).to_have_value(short(float(f"{exact[39][47]:.3g}")))
    assert row.locator("div.cells input").count() < 100
    last.fill("3")
    expect(here.page).to_have_url(re.compile("/runs/(?!" + run + ")"))
    here.field("a").fill("2")
    expect(here.card("a").locator(".value")).to_have_text("2")
    until(lambda: value(client, here.page.url, "a") == 2, here.page)
    assert value(client, here.page.url, "W")[39][47] == 3
    assert value(client, here.page.url, "W")[0] == exact[0]
    here.page.reload()
    row.locator("div.cells").evaluate("(cells) => cells.scrollTo(cells.scrollWidth, cells.scrollHeight)")
    expect(last).to_have_value("3")


def value(client: httpx.Client, url: str, leaf: str) -> Any:
    """What a leaf holds in the run that an address stands for."""
    run = url.rpartition("/")[2].partition("?")[0]
    return client.get(f"/api/v1/runs/{run}/passes/0/nodes/{leaf}/value").raise_for_status().json()["value"]


def test_arrows_walk_through_a_large_tensor_beyond_what_is_in_view(visit: Open, client: httpx.Client) -> None:
    here = visit(f"/runs/{kept(client, large(40, 48), {})}")
    here.page.get_by_role("button", name="Show the numbers").click()
    expect(here.page.get_by_role("textbox", name="W[0, 0]", exact=True)).to_be_focused()
    here.press(*["ArrowDown"] * 20, *["ArrowRight"] * 9)
    cell = here.page.get_by_role("textbox", name="W[20, 9]", exact=True)
    expect(cell).to_be_focused()
    expect(cell).to_be_in_viewport()
    assert here.step == 0


def test_a_tensor_too_large_to_be_changed_can_be_looked_through(visit: Open, client: httpx.Client) -> None:
    here = visit(f"/runs/{kept(client, large(200, 400), {})}")
    row = here.page.locator(".leaf[data-leaf=W]")
    row.get_by_role("button", name="Show the numbers").click()
    expect(row.locator("div.cells input").first).to_have_js_property("readOnly", True)
    expect(row.locator(".note")).to_contain_text("changed in the source")
    expect(row.locator("input[type=range]")).to_be_hidden()
    row.locator("div.cells").evaluate("(cells) => cells.scrollTo(12_000, 4_000)")
    expect(row.get_by_role("textbox", name="W[160, 225]", exact=True)).to_be_attached()
    assert row.locator("div.cells input").count() < 100
