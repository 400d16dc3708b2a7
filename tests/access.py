"""What axe finds wrong with the page: `make access` asks it about every state in three looks; the tests about some."""

import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium_options, home, tab
from tests.conftest import start
from tests.states import STATES, WIDTHS, context_options

AXE: Final = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"
LOOKS: Final[Mapping[str, tuple[bool, str]]] = {"wide": (False, "en"), "tablet": (True, "en"), "phone": (True, "zh")}
"""Width → whether it is dark there, and the language."""


def verdict(page: Page) -> list[str]:
    """What axe finds wrong, and where.

    Left out: Swagger's part of a page, and CodeMirror's completions, which its arrow keys scroll without the focus.
    """
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        """axe.run(
            {exclude: ["#swagger", {fromShadowDom: ["#editor", ".cm-tooltip-autocomplete"]}]},
            {resultTypes: ["violations"], reporter: "no-passes"},
          ).then(({violations}) => violations.map(({id, help, nodes}) => [id, help, nodes.map((node) => node.html)]))"""
    )
    return [f"{name}: {text}: {places}" for name, text, places in found]


def violations(browser: Browser, url: str, width: str, names: Iterable[str]) -> list[str]:
    """Goes through states in the look of a width; what axe finds in each, and who else was asked for anything."""
    dark, lang = LOOKS[width]
    options: dict[str, Any] = context_options(width, dark=dark)
    page = tab(home(browser, base_url=url, **options))
    found: list[str] = []
    page.on("request", lambda request: found.extend(_stranger(request.url, url)))
    with httpx.Client(base_url=url, timeout=60) as client:
        for name in names:
            state = STATES[name]
            media: dict[str, Any] = {"media": "screen", "forced_colors": "none", **state.media}
            page.emulate_media(**media)
            state.enter(page, state.address(client), lang)
            found += [f"{name} ({width}): {wrong}" for wrong in verdict(page)]
            page.unroute_all(behavior="ignoreErrors")
    page.context.close()
    return found


def _stranger(asked: str, url: str) -> list[str]:
    return [] if asked.startswith((url, "data:", "blob:")) else [f"another host was asked: {asked}"]


def main(words: list[str]) -> None:
    """Every state, or those whose name holds one of these words."""
    names = [name for name in STATES if not words or any(word in name for word in words)]
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        process, server = start(Path(data))
        browser = playwright.chromium.launch(**chromium_options())
        try:
            found = [wrong for width in WIDTHS for wrong in violations(browser, server.url, width, names)]
        finally:
            browser.close()
            process.terminate()
            process.wait(20)
    print(*found, f"{len(names)} states in {len(WIDTHS)} looks: {len(found)} found wrong", sep="\n")
    sys.exit(bool(found))


if __name__ == "__main__":
    main(sys.argv[1:])
