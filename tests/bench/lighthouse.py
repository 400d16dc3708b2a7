"""Lighthouse's scores of the opening page and of a training run, on a desk and on its slow phone; `make lighthouse`."""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import sync_playwright

from tests.bench.measure import Row
from tests.browser import ARGUMENTS, chromium_options
from tests.conftest import ROOT, start

_COMMAND: Final = ROOT / ".venv" / "lighthouse" / "node_modules" / "lighthouse" / "cli" / "index.js"
_SCORES: Final = ("performance", "accessibility", "best-practices")
_PAGES: Final = ("/?lang=en", "/examples/training?lang=en")


def rows() -> Iterator[Row]:
    """One per page, device and category; 95 of 100 at least. Of three runs the middle one counts, since a single one
    varies by some points, as Lighthouse's makers say themselves."""
    with tempfile.TemporaryDirectory() as data:
        process, server = start(Path(data))
        try:
            for path in _PAGES:
                for device in ("desktop", "mobile"):
                    report = sorted((_report(f"{server.url}{path}", device) for _ in range(3)), key=_speed)[1]
                    for name in _SCORES:
                        category = report["categories"][name]
                        yield Row(
                            f"Lighthouse {name}, {path}, {device}",
                            100 * category["score"],
                            95,
                            _missed(report, category),
                            unit="",
                            at_least=True,
                        )
        finally:
            process.terminate()
            process.wait(20)


def _speed(report: dict[str, Any]) -> float:
    return float(report["categories"]["performance"]["score"])


def _report(url: str, device: str) -> dict[str, Any]:
    command = [
        *("node", str(_COMMAND), url, "--quiet", "--output=json", f"--only-categories={','.join(_SCORES)}"),
        f"--chrome-flags=--headless=new {' '.join(ARGUMENTS)}",
        *(["--preset=desktop"] if device == "desktop" else []),
    ]
    environment = os.environ | {"CHROME_PATH": _chromium(), "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180, check=False)
    if done.returncode:
        raise AssertionError(f"Lighthouse ended with status {done.returncode}: {done.stderr[-500:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _chromium() -> str:
    """The browser that the tests use."""
    if path := chromium_options(whole=True).get("executable_path"):
        return str(path)
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def _missed(report: dict[str, Any], category: dict[str, Any]) -> str:
    """What costs points, by name."""
    audits = [(report["audits"][each["id"]], each["weight"]) for each in category["auditRefs"]]
    return (
        ", ".join(audit["id"] for audit, weight in audits if weight and (audit["score"] or 0) < 0.9) or "nothing missed"
    )
