"""How the tests start Chromium, and how long they wait for it."""

import os
from pathlib import Path
from typing import Any, Final, TypedDict

from playwright.sync_api import Browser, BrowserContext, Page

PATIENCE: Final = 30_000
"""Milliseconds the tests wait for anything: what nobody has to wait for costs nothing."""

SLOWER: Final = float(os.environ.get("GRADSTEP_SLOWER", "1"))
"""How many times as slow as it is Chromium's processor is made: `make races`."""

DEBIAN_CHROMIUM: Final = Path("/usr/bin/chromium")
DEBIAN_SHELL: Final = Path("/usr/bin/chromium-headless-shell")
"""The same browser without its windows, which nobody sees: a tab costs a fifth. Playwright's own is one too."""

# Without these, Chromium looks for its makers' hosts at every start, refuses to run as root, or waits for
# a graphics card; and without its windows it would set letters on whole pixels.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
]


class ChromiumOptions(TypedDict, total=False):
    executable_path: Path
    args: list[str]


def chromium_options(*, whole: bool = False) -> ChromiumOptions:
    """Keyword arguments for `chromium.launch`: Debian's Chromium where it is, else Playwright's own; the `whole` of it,
    as people have it, or what is enough for a page."""
    options = ChromiumOptions(args=list(ARGUMENTS))
    for each in (DEBIAN_CHROMIUM,) if whole else (DEBIAN_SHELL, DEBIAN_CHROMIUM):
        if each.exists():
            options["executable_path"] = each
            break
    return options


def home(browser: Browser, **options: Any) -> BrowserContext:
    """A context that is patient."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    return context


def tab(context: BrowserContext) -> Page:
    """A tab, as slow as the campaign wants it."""
    page = context.new_page()
    if SLOWER > 1:
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return page
