"""Random programs, the same text by PyTorch and by the engine: `python -m tests.fuzz.against [COUNT] [FIRST]`.

`--record` writes the sample that `make test` compares with: data/random_programs.json.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any, Final

from tests.fuzz import report
from tests.fuzz.agreement import Told, by_engine, by_pytorch, differing
from tests.fuzz.sources import random_source

USUAL: Final = 2_000
SAMPLE: Final = range(1_000_000, 1_000_060)
FILE: Final = Path(__file__).parents[1] / "data" / "random_programs.json"

_TOLD: Final = """\
The same text, run by Python with PyTorch and by the engine: loops, functions, closures, classes, modules,
optimizers, comprehensions, conditions on values, changes in place, caught errors, prints of all kinds; every printed
line, and every leaf's gradient after every `backward()`. Where PyTorch ends with an error, the engine refuses too."""


def compared(seed: int) -> str | None:
    """What differs in the program of a seed, None if nothing does."""
    source = random_source(seed)
    ours, theirs = by_engine(source), by_pytorch(source)
    if theirs.ended:
        return None if ours.ended else f"runs, and PyTorch says {theirs.printed.splitlines()[-1]}"
    return differing(ours, theirs)


def record() -> None:
    """Writes one line per program: its seed, its text, what PyTorch prints, the gradients of its leaves."""
    lines = []
    for seed in SAMPLE:
        source = random_source(seed)
        told = by_pytorch(source)
        short = [[[float(f"{number:.6g}") for number in leaf] for leaf in leaves] for leaves in told.gradients]
        lines.append(json.dumps([seed, source, told.printed, short], separators=(",", ":")))
    FILE.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


def recorded() -> list[tuple[int, str, Told]]:
    """Seed, text and PyTorch's answer of the programs on file."""
    kept: list[list[Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return [(seed, source, Told(printed, gradients)) for seed, source, printed, gradients in kept]


def main(count: int = USUAL, first: int = 0) -> int:
    """The exit status: 0 if all agree."""
    started, wrong = time.perf_counter(), 0
    for seed in range(first, first + count):
        difference = compared(seed)
        if difference is not None:
            wrong += 1
            print(f"# program {seed}\n{random_source(seed)}# {difference}\n")
    seconds = time.perf_counter() - started
    verdict = (
        f"{count - wrong:,} of {count:,} random programs print and differentiate as with PyTorch; {seconds:.0f} s."
    )
    print(verdict)
    if (count, first) == (USUAL, 0):
        report.write("Random programs of the language (`make fuzz-programs`)", f"{verdict}\n\n{_TOLD}")
    return 1 if wrong else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--record"]:
        record()
    else:
        sys.exit(main(*map(int, sys.argv[1:])))
