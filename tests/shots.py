"""Pictures of every state of the page, for looking at: `make shots` writes them to the ignored folder `shots/`."""

import tempfile
from collections.abc import Callable
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench.programs import network
from tests.browser import chromium_options
from tests.conftest import start

PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Mobile"
WIDTHS = {"wide": (1440, 860), "tablet": (1024, 768), "phone": (390, 844)}


def _press(*keys: str) -> Callable[[Page], None]:
    def deed(page: Page) -> None:
        for key in keys:
            page.keyboard.press(key)

    return deed


def _type(source: str) -> Callable[[Page], None]:
    def deed(page: Page) -> None:
        page.locator("#editor .cm-content").fill(source)
        page.wait_for_timeout(900)

    return deed


STATES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "opening": ("/?", _press()),
    "seed": ("/?step=3", _press()),
    "backward": ("/?step=8", _press()),
    "fan-in": ("/examples/twice?step=3", _press()),
    "neuron": ("/examples/neuron?step=8", _press()),
    "kink": ("/examples/relu?step=6", _press()),
    "error": ("/?step=5", _type("ŷ = sin2(x)\nloss = ŷ ** 2")),
    "infinite": ("/?", _type("y = log(x) / 0\nz = y - y")),
    "number": ("/?", _type("42")),
    "long-names": (
        "/?",
        _type("prediction_of_the_model = input_value * weight_of_neuron\nexp(prediction_of_the_model)"),
    ),
    "network": ("/?", _type(network(3, 5)[0])),
    "menu": ("/?step=2", lambda page: page.locator("#examples summary").click()),
    "keys": ("/?step=2", _press("?")),
}


def shoot(browser: Browser, url: str, folder: Path) -> int:
    """One picture per state, theme, language and width; how many."""
    count = 0
    for theme, lang, (width, size) in product(("light", "dark"), ("en", "zh"), WIDTHS.items()):
        phone = width == "phone"
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="light" if theme == "light" else "dark",
            reduced_motion="reduce",
            is_mobile=phone,
            has_touch=phone,
            device_scale_factor=2 if phone else 1,
            user_agent=PHONE if phone else None,
        )
        page = context.new_page()
        for state, (address, deed) in STATES.items():
            page.goto(f"{url}{address}&lang={lang}")
            page.locator("#editor .cm-content").wait_for()
            deed(page)
            page.wait_for_timeout(150)
            page.screenshot(path=folder / f"{state}-{theme}-{lang}-{width}.png")
            count += 1
        context.close()
    return count


def main() -> None:
    """Starts a server of its own and photographs it."""
    folder = Path("shots")
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        process, server = start(Path(data))
        browser = playwright.chromium.launch(**chromium_options())
        try:
            print(shoot(browser, server.url, folder), "pictures in", folder)
        finally:
            browser.close()
            process.terminate()
            process.wait(20)


if __name__ == "__main__":
    main()
