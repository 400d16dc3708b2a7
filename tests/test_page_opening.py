"""Composite operations opened in the page into what they are made of, and closed again."""

import re
from typing import Final

import httpx
import numpy as np
from playwright.sync_api import expect

import engine
from app.examples import EXAMPLES
from engine import mode
from tests.pages import Open, kept

TWO_LAYERS: Final = next(each for each in EXAMPLES if each.slug == "two-layers")
ATTENTION: Final = next(each for each in EXAMPLES if each.slug == "attention")


def test_products_of_one_line_are_unfolded_alone_and_change_no_gradient() -> None:
    whole = engine.run(TWO_LAYERS.source).passes[0]
    with mode.opening(["matmul:10"]):
        unfolded = engine.run(TWO_LAYERS.source).passes[0]
    assert [node.op for node in whole.nodes].count("matmul") == 2
    assert [node.expression for node in unfolded.nodes if node.op == "matmul"] == ["W1 @ x"]
    for name in ("W1", "b1", "W2", "b2"):
        np.testing.assert_allclose(np.asarray(unfolded[name].gradient), np.asarray(whole[name].gradient), rtol=1e-5)


def test_softmax_is_opened_by_a_key_and_its_gradients_stay_the_same(visit: Open, client: httpx.Client) -> None:
    here = visit("/examples/attention?step=6")
    switch = here.page.locator("#panel .opens button")
    expect(switch).to_contain_text("Open softmax")
    before = here.card("a").text_content() or ""
    assert "softmax" in before
    here.press("o")
    expect(here.card("v7")).to_contain_text("exp(v6)")
    assert here.step == 6
    assert here.panel()["expression"].startswith("amax(")
    expect(here.page).to_have_url(re.compile(r"/runs/[a-z2-7]{26}\?lang=en&step=6$"))
    here.page.reload()
    expect(here.card("v7")).to_contain_text("exp(v6)")
    here.press("o")
    expect(here.page.locator("#opened")).to_be_hidden()
    assert here.panel()["expression"].startswith("softmax(")
    expect(here.page).to_have_url(re.compile(kept(client, ATTENTION.source, {})))


def test_a_product_on_the_way_back_is_unfolded_where_one_stands_and_closed_above_the_graph(visit: Open) -> None:
    here = visit("/examples/two-layers?step=14&lang=zh", lang="zh")
    switch = here.page.locator("#panel .opens button")
    expect(switch).to_contain_text("把 W2 @ h 展开成标量乘积")
    switch.click()
    close = here.page.get_by_role("button", name="重新合上 第 10 行的 matmul")
    expect(close).to_be_visible()
    expect(here.page.locator("#graph text.name", has_text="W2[0, 2]")).to_have_count(1)
    assert here.page.locator("#panel").get_attribute("data-phase") == "vjp"
    close.click()
    expect(close).to_have_count(0)
    expect(here.page.locator("#panel .opens button")).to_contain_text("W2 @ h")


def test_what_is_too_large_to_unfold_says_so_and_nothing_is_lost(visit: Open, client: httpx.Client) -> None:
    source = "import torch\nA = torch.ones(12, 12, requires_grad=True)\nloss = (A @ A).sum()\nloss.backward()"
    here = visit(f"/runs/{kept(client, source, {})}")
    here.press("o")
    expect(here.page.locator("#panel .refused")).to_contain_text("the limit is 400")
    expect(here.page.locator("#problem")).to_be_hidden()
    here.press("ArrowRight")
    here.at(1)
    expect(here.page.locator("#panel .refused")).to_be_hidden()
    here.forgive("422")


def test_the_other_views_are_of_the_opened_graph(visit: Open) -> None:
    here = visit("/examples/two-layers?step=3")
    here.press("o")
    here.page.get_by_role("button", name="Table", exact=True).click()
    expect(here.page.locator("#dock tbody")).to_contain_text("W2[0, 2]")
