"""The tests in a browser where there is no time for them: `python -m tests.fuzz.races [ROUNDS]`, 4 if nothing is said.

By turns Chromium's processor is a quarter as fast as it is, and every core has something else to do. What fails then
fails some day on any machine: the test does not wait for what it is about, or a reader with a slow phone meets it too.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from tests.conftest import ROOT
from tests.fuzz import report

USUAL: Final = 4
SLOWER: Final = 4
TESTS: Final = [*sorted(str(file) for file in (ROOT / "tests").glob("test_page_*.py")), "tests/test_reference.py"]

_TOLD: Final = f"""\
Every test in a browser, by turns in a Chromium whose processor is {SLOWER} times as slow, and beside as many busy
processes as there are cores. Claimed of each: it waits for what the page announces, however long that takes."""


@contextmanager
def burning(count: int) -> Iterator[None]:
    """As many processes beside this that do nothing, as fast as they can."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


def lap(number: int) -> tuple[int, list[str]]:
    """How many tests a round had, and which of them failed."""
    throttled = number % 2 == 0
    environment = os.environ | ({"GRADSTEP_SLOWER": str(SLOWER)} if throttled else {})
    with tempfile.TemporaryDirectory() as folder, burning(0 if throttled else os.cpu_count() or 2):
        told = Path(folder) / "told.xml"
        how = ["--numprocesses=2", "--dist=worksteal", "--timeout=600", "--quiet", f"--junit-xml={told}"]
        subprocess.run([sys.executable, "-m", "pytest", *how, *TESTS], cwd=ROOT, env=environment, check=False)
        cases = list(ElementTree.parse(told).iter("testcase"))
    failed = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
    return len(cases), [f"{case.get('classname')}::{case.get('name')}" for case in failed]


def main(rounds: int = USUAL) -> int:
    """The exit status: 0 if nothing failed in any round."""
    started, tests, found = time.monotonic(), 0, Counter[str]()
    for number in range(rounds):
        count, failed = lap(number)
        tests += count
        found.update(failed)
    print(*(f"{times} × {name}" for name, times in found.most_common()), sep="\n")
    verdict = (
        f"{rounds} rounds, {tests:,} tests, {found.total()} failed; {(time.monotonic() - started) / 60:.0f} minutes."
    )
    print(verdict)
    if rounds == USUAL and not found:
        report.write("The page where there is no time for it (`make races`)", f"{verdict}\n\n{_TOLD}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
