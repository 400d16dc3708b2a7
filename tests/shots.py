"""Pictures of every state of the page, for looking at: `make shots` writes them to the ignored folder `shots/`.

`make shots ONLY="landscape phone"` takes those whose name holds all of these words. `shots/sheet-….png` show many of
them at once.
"""

import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterable
from itertools import product
from pathlib import Path
from typing import Any, Final

import httpx
from playwright.sync_api import Browser, sync_playwright

from tests.browser import chromium_options
from tests.conftest import start
from tests.states import STATES, WIDTHS, context_options

FOLDER: Final = Path("shots")
_MANY: Final = {"wide": (2, 692), "tablet": (2, 692), "phone": (5, 272)}  # pictures in a row of a sheet, px of each


def shoot(browser: Browser, url: str, words: list[str]) -> Iterable[str]:
    """One picture per state, theme, language and width; their names as they come."""
    client = httpx.Client(base_url=url, timeout=60)
    for theme, lang, width in product(("light", "dark"), ("en", "zh"), WIDTHS):
        named = {f"{state}-{theme}-{lang}-{width}": state for state in STATES}
        wanted = {name: state for name, state in named.items() if all(word in f"-{name}-" for word in words)}
        if not wanted:
            continue
        options: dict[str, Any] = context_options(width, dark=theme == "dark")
        context = browser.new_context(base_url=url, **options)
        context.set_default_timeout(8_000)
        for name, state in wanted.items():
            page = context.new_page()
            try:
                page.emulate_media(**{"media": "screen", **STATES[state].media})  # type: ignore[arg-type]
                STATES[state].enter(page, STATES[state].address(client), lang)
                page.wait_for_timeout(80)
                page.screenshot(path=FOLDER / f"{name}.png", full_page="print" in state)
            except Exception as error:  # the other pictures are wanted all the same
                print("no picture of", name, "·", str(error).splitlines()[0], flush=True)
            page.unroute_all(behavior="ignoreErrors")
            page.close()
            yield name
        context.close()


def sheets(browser: Browser, names: list[str]) -> None:
    """Puts many pictures on one, those of a width together."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    for width, (row, size) in _MANY.items():
        mine = [name for name in names if name.endswith(width) and (FOLDER / f"{name}.png").exists()]
        for number, first in enumerate(range(0, len(mine), 2 * row)):
            figures = "".join(
                f"<figure><img width={size} src=data:image/png;base64,{_base64(name)}><figcaption>{name}</figure>"
                for name in mine[first : first + 2 * row]
            )
            page.set_content(
                f"<style>body{{margin:8px;display:grid;grid-template-columns:repeat({row},{size}px);gap:8px;background:#888;"
                f"font:13px sans-serif}}figure{{margin:0}}img{{display:block}}</style>{figures}"
            )
            page.screenshot(path=FOLDER / f"sheet-{width}-{number}.png", full_page=True)


def _base64(name: str) -> str:
    return b64encode((FOLDER / f"{name}.png").read_bytes()).decode()


def main(words: list[str]) -> None:
    """Starts a server of its own and photographs it."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("sheet-*.png"):
        old.unlink()
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        process, server = start(Path(data))
        browser = playwright.chromium.launch(**chromium_options())
        try:
            names = list(shoot(browser, server.url, words))
            sheets(browser, names)
            print(f"{len(names)} pictures in {FOLDER}, {time.monotonic() - begin:.0f} s")
        finally:
            browser.close()
            process.terminate()
            process.wait(20)


if __name__ == "__main__":
    main(sys.argv[1:])
