"""How the tests start Chromium."""

from pathlib import Path
from typing import TypedDict

DEBIAN_CHROMIUM = Path("/usr/bin/chromium")

# Without these, Chromium looks for its makers' hosts at every start, refuses to run as root, or waits for
# a graphics card.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class ChromiumOptions(TypedDict, total=False):
    executable_path: Path
    args: list[str]


def chromium_options() -> ChromiumOptions:
    """Keyword arguments for `chromium.launch`: Debian's Chromium where it is, else Playwright's own."""
    options = ChromiumOptions(args=list(ARGUMENTS))
    if DEBIAN_CHROMIUM.exists():
        options["executable_path"] = DEBIAN_CHROMIUM
    return options
