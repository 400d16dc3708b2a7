"""Hunts for source texts that break the engine: `python -m tests.fuzz.hunt [SECONDS] [WORKERS]`, `make fuzz`.

`--replay` runs all sources that were kept under the full budgets, with the time cut to a second.
What it learns stays in `.fuzz/`: the corpus of sources that reached something new, the findings, and totals over all
stretches. A process that dies is started again, and the input that killed it is a finding.
"""

import dataclasses
import json
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from engine.limits import DEFAULT
from tests.fuzz.claim import finding
from tests.fuzz.mutation import LONGEST, seeds

ROOT: Final = Path(__file__).parents[2] / ".fuzz"
CORPUS, FOUND, DEAD, TOTALS = ROOT / "corpus", ROOT / "found", ROOT / "dead", ROOT / "totals.json"
_DONE: Final = re.compile(r"^Done (\d+) runs in (\d+) second|^#(\d+)\t", re.MULTILINE)


def main(seconds: int = 300, workers: int = 1) -> int:
    """The exit status: 0 if nothing was found in this stretch."""
    for folder in (CORPUS, FOUND, DEAD):
        folder.mkdir(parents=True, exist_ok=True)
    for index, text in enumerate(seeds()):
        (CORPUS / f"seed{index:04}").write_text(text, encoding="utf-8")
    known = {path.name for path in (*FOUND.iterdir(), *DEAD.iterdir())}
    started, runs, again = time.monotonic(), 0, 0
    while (left := round(started + seconds - time.monotonic())) > 5:
        with ThreadPoolExecutor(workers) as pool:
            runs += sum(pool.map(_stretch, [left] * workers, range(workers)))
        again += workers
    found = sorted(path for path in (*FOUND.iterdir(), *DEAD.iterdir()) if path.name not in known)
    totals = json.loads(TOTALS.read_text(encoding="utf-8")) if TOTALS.exists() else {"inputs": 0, "seconds": 0}
    totals["inputs"] += runs
    totals["seconds"] += round(time.monotonic() - started)
    TOTALS.write_text(json.dumps(totals), encoding="utf-8")
    for path in found:
        print(f"--- {path.relative_to(ROOT.parent)}\n{path.read_bytes().decode(errors='replace')[:1_500]}")
    kept = len(list(CORPUS.iterdir()))
    print(
        f"{runs:,} inputs in {seconds} s ({again} processes), {len(found)} new findings; in all {totals['inputs']:,} "
        f"inputs in {totals['seconds']:,} s, {kept:,} sources kept"
    )
    return 1 if found else 0


def _stretch(seconds: int, worker: int) -> int:
    """One process; how many inputs it tried."""
    command = [
        *(sys.executable, "-m", "tests.fuzz.guided", str(FOUND), f"-max_total_time={seconds}", f"-max_len={LONGEST}"),
        *("-timeout=20", "-rss_limit_mb=3000", "-print_final_stats=0", f"-artifact_prefix={DEAD}/", str(CORPUS)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", cwd=ROOT.parent, check=False)
    (ROOT / f"log{worker}").write_text(done.stderr[-200_000:], encoding="utf-8")
    counts = [int(each) for match in _DONE.finditer(done.stderr) for each in (match[1] or match[3],) if each]
    return max(counts, default=0)


def replay() -> int:
    """The exit status: 0 if every source that was kept holds what is claimed, under the full budgets too."""
    limits = dataclasses.replace(DEFAULT, seconds=1.0)
    found, slowest = 0, 0.0
    paths = sorted(CORPUS.iterdir())
    for path in paths:
        text = path.read_bytes().decode("utf-8", "replace")
        started = time.process_time()
        broken = finding(text, limits=limits)
        slowest = max(slowest, time.process_time() - started)
        if broken is not None:
            found += 1
            print(f"--- {broken.where} | {broken.what}\n{text}")
    print(f"{len(paths):,} sources kept, under full budgets: {found} findings, the slowest took {slowest:.2f} s")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(replay() if sys.argv[1:] == ["--replay"] else main(*map(int, sys.argv[1:])))
