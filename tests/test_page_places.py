"""Where everything stands: every text and box of ten examples at the place it had, to 2 px.

`python -m tests.test_page_places` writes the places anew.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.browser import chromium_options, tab
from tests.conftest import Server, serving
from tests.pages import Homes
from tests.states import context_options

PLACES: Final = Path(__file__).parent / "data" / "places"
TOLERANCE: Final = 2  # px; other builds of Chromium round letters differently by one
EXAMPLES: Final[Mapping[str, str]] = {
    "linear": "/examples/linear?step=8",
    "bias": "/examples/exercise-2?step=4",
    "twice": "/examples/twice?step=3",
    "diamond": "/examples/diamond?step=5",
    "neuron": "/examples/neuron?step=9",
    "quadratic": "/examples/quadratic?step=12",
    "vanishing": "/examples/vanishing?step=9",
    "relu": "/examples/relu?step=7",
    "training": "/examples/training?pass=2&step=7",
    "two-layers": "/examples/two-layers?step=12",
}
"""File → address: ten examples, each at a step where something happens."""
READ: Final = """() => {
  const PLACED = "#graph :is(text, rect), #panel *, .timeline *, .source :is(label, h2), .top a";
  const lines = [];
  const shown = (element) => element.checkVisibility({visibilityProperty: true, opacityProperty: true});
  for (const element of document.querySelectorAll(PLACED)) {
    const own = [...element.childNodes].map((node) => node.nodeType === 3 ? node.data : "").join("").trim();
    const drawn = element.localName === "rect";
    if ((!own && !drawn && element.localName !== "text") || !shown(element)) continue;
    const {x, y, width, height} = element.getBoundingClientRect();
    if (width < 2) continue;
    const called = element.getAttribute("class") ?? element.parentElement.getAttribute("class");
    const name = drawn ? `[${called}]` : element.textContent;
    lines.push([...[x, y, width, height].map(Math.round), name.trim().replace(/\\s+/g, " ")].join(" "));
  }
  return lines;
}"""


def read(page: Page, address: str) -> list[str]:
    """Every text and box that is seen: left, top, width, height in px, and what it is."""
    page.goto(f"{address}&lang=en")
    page.locator("#graph .node").first.wait_for(state="attached")
    if "pass" in address:
        page.locator("#passes .loss").wait_for(state="attached")
    if page.evaluate("JSON.parse(document.getElementById('film').textContent).printed"):
        page.locator("#printed li").first.wait_for()  # comes a little later, and takes room from the source
    page.evaluate(
        "document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))))"
    )
    lines: list[str] = page.evaluate(READ)
    return lines


def differences(kept: list[str], seen: list[str]) -> list[str]:
    """What is elsewhere, larger, smaller, called otherwise, gone or new."""
    found = [f"{len(kept)} things were there, {len(seen)} are"] if len(kept) != len(seen) else []
    for old, new in zip(kept, seen, strict=False):
        (*places, name), (*others, called) = old.split(" ", 4), new.split(" ", 4)
        moved = max(abs(int(place) - int(other)) for place, other in zip(places, others, strict=True))
        if moved > TOLERANCE or name != called:
            found.append(f"{old}  →  {new}")
    return found


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_text_and_box_of_an_example_stands_where_it_stood(homes: Homes, server: Server, name: str) -> None:
    page = tab(homes(base_url=server.url, **context_options("wide")))
    kept = (PLACES / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    found = differences(kept, read(page, EXAMPLES[name]))
    page.close()
    assert found == [], "if this is meant: python -m tests.test_page_places"


def test_a_label_that_moves_by_three_pixels_is_noticed(homes: Homes, server: Server) -> None:
    page = tab(homes(base_url=server.url, **context_options("wide")))
    kept = read(page, EXAMPLES["linear"])
    page.locator("#graph [data-node=n1] .name").evaluate(
        "(name) => name.setAttribute('x', Number(name.getAttribute('x')) + 3.2)"
    )
    moved = differences(kept, page.evaluate(READ))
    page.locator("#panel .count").evaluate("(count) => (count.style.marginTop = '3px')")
    both = differences(kept, page.evaluate(READ))
    page.close()
    assert len(moved) == 1
    assert moved[0].endswith(" w")
    assert len(both) > 5


def rewrite() -> None:
    """Reads the places off a server of its own."""
    PLACES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as data, serving(Path(data)) as (_, server), sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium_options())
        options: dict[str, Any] = context_options("wide")
        page = browser.new_page(base_url=server.url, **options)
        for name, address in EXAMPLES.items():
            (PLACES / f"{name}.txt").write_text("\n".join(read(page, address)) + "\n", encoding="utf-8")
        browser.close()


if __name__ == "__main__":
    rewrite()
