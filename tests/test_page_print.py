"""A printed page is a hand-out: the graph at this step, what is said of it, source, nodes, link; in light colours."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.pages import Open, Visit

BOXES = """() => {
  const [stage, width] = [document.querySelector("#graph"), document.documentElement.clientWidth];
  const cards = [...stage.querySelectorAll("[data-node]")].map((card) => card.getBoundingClientRect());
  return {
    width, left: Math.min(...cards.map(({left}) => left)), right: Math.max(...cards.map(({right}) => right)),
    below: document.querySelector("#panel").getBoundingClientRect().top - Math.max(...cards.map(({bottom}) => bottom)),
  };
}"""


def printed(page: Page) -> None:
    """Lays the page out as on paper 700 px wide, as the browser does before it prints."""
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print", color_scheme="dark")


@pytest.mark.parametrize("path", ["/?step=8", "/examples/attention?step=12", "/examples/training?pass=4&step=6"])
def test_the_whole_graph_stands_over_the_whole_width_and_the_panel_right_below(visit: Open, path: str) -> None:
    here = visit(path, width=980, dark=True)
    expect(here.page.locator("#graph .node.active, #graph .edge.active").first).to_be_attached()
    printed(here.own)
    found: dict[str, Any] = here.page.evaluate(BOXES)
    assert found["left"] >= 0
    assert found["right"] <= found["width"]
    assert found["right"] - found["left"] > 0.9 * found["width"]
    assert 0 < found["below"] < 120
    ink = here.page.evaluate("getComputedStyle(document.querySelector('#graph text.name')).fill")
    assert ink == "rgb(29, 33, 41)"
    assert here.page.evaluate("getComputedStyle(document.body).colorScheme") == "light"


def test_nothing_that_fades_on_the_screen_lies_on_the_paper(visit: Open) -> None:
    here = visit("/?step=8")
    fades = """() => ["#stage", "#graph"].flatMap((place) => ["::before", "::after"]
      .map((side) => getComputedStyle(document.querySelector(place), side).content))"""
    assert here.page.evaluate(fades) == ['""'] * 4
    printed(here.own)
    assert here.page.evaluate(fades) == ["none"] * 4


def rows(here: Visit) -> list[str]:
    """The table of the hand-out."""
    return [" ".join(row.split()) for row in here.page.locator("#handout tbody tr").all_inner_texts()]


def test_source_nodes_and_link_are_those_of_the_step(visit: Open) -> None:
    here = visit("/?step=7")
    printed(here.own)
    assert here.page.locator("#handout .line").all_text_contents() == ["ŷ = x * w", "r = ŷ - y", "loss = r ** 2"]
    assert rows(here) == ["x 1 −2", "w 1 —", "ŷ x·w 1 −2", "y 2 2", "r ŷ − y −1 −2", "loss r² 1 1"]
    here.press("ArrowRight")
    printed(here.own)
    assert "w 1 −2" in rows(here)
    expect(here.page.locator("#handout a")).to_have_attribute("href", re.compile(r"/\?.*step=[78]"))
    for hidden in (".timeline", ".lenses", ".zoom", "#editor", "#leaves", ".hint"):
        expect(here.page.locator(hidden).first).to_be_hidden()


def test_small_tensors_are_written_out_and_a_pass_is_named(visit: Open) -> None:
    here = visit("/examples/attention?step=12")
    printed(here.own)
    assert "Wq 2×2 0.5 −0.2; 0.1 0.8 —" in rows(here)
    here = visit("/examples/training?pass=4&step=6", lang="zh")
    printed(here.own)
    expect(here.page.locator("#handout .when")).to_contain_text("第 5 次传播，共 300 次")


def test_numbers_in_neighbouring_columns_keep_apart_and_rows_of_a_tensor_are_not_broken(visit: Open) -> None:
    here = visit("/examples/attention?step=14", lang="zh", width=794, height=1123)
    printed(here.own)
    gaps = here.page.locator("#handout tbody tr").evaluate_all(
        """(rows) => rows.map((row) => {
          const [left, right] = [...row.querySelectorAll("td.number")].map((cell) => {
            const range = document.createRange();
            range.selectNodeContents(cell);
            return range.getBoundingClientRect();
          });
          return right.left - left.right;
        })"""
    )
    assert min(gaps) > 5
    pieces = here.page.locator("#handout .row")
    assert "0.5 −0.2;" in pieces.all_text_contents()
    assert pieces.evaluate_all("(all) => Math.max(...all.map((each) => each.getBoundingClientRect().height))") < 24


def test_a_lecture_example_is_one_page_and_printing_asks_the_server_nothing(visit: Open) -> None:
    here = visit("/?step=8", lang="zh", dark=True)
    here.requests.clear()
    here.own.emulate_media(media="print")
    pdf = here.page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    assert here.requests == []
    expect(here.page.locator("#handout .line")).to_have_count(3)
