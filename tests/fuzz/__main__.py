"""Compares random programs with PyTorch: `python -m tests.fuzz [COUNT] [FIRST]`, 20,000 from 0 on if nothing is said.

Prints what differs, and how many agree; all of the usual 20,000 agreeing is written down in docs/fuzz.md.
"""

import platform
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Final

import numpy as np

from tests.comparison import torch
from tests.fuzz import report
from tests.fuzz.lines import called
from tests.fuzz.programs import by_engine, by_pytorch, differing, random_program

USUAL: Final = 20_000


def compare(seeds: range, say: Callable[[str], None], until: float = float("inf")) -> tuple[int, int, Counter[str]]:
    """How many programs were compared (all of `seeds`, or as many as fit), in how many something differed, and how
    often each operation was called."""
    compared = wrong = 0
    used: Counter[str] = Counter()
    for seed in seeds:
        if time.perf_counter() > until:
            break
        program = random_program(seed)
        difference = differing(program.gradients(by_engine), program.gradients(by_pytorch))
        compared += 1
        used.update(called(program.source))
        if difference is not None:
            wrong += 1
            shapes = {name: array.shape for name, array in program.leaves.items()}
            say(f"# program {seed}, leaves {shapes}\n{program.source}\n# {difference}\n")
    return compared, wrong, used


def main(count: int = USUAL, first: int = 0) -> int:
    """The exit status: 0 if all agree."""
    started = time.perf_counter()
    compared, wrong, used = compare(range(first, first + count), print)
    seconds = time.perf_counter() - started
    verdict = f"{compared - wrong:,} of {compared:,} random programs agree with PyTorch in every leaf's gradient"
    print(f"{verdict}; {seconds:.0f} s.")
    if (count, first) == (USUAL, 0):
        times = ", ".join(f"`{name}` {number:,}" for name, number in used.most_common())
        report.write(
            "Random tensor programs (`make fuzz-engine`)",
            f"{verdict}.\n\n"
            f"With PyTorch {torch().__version__}, NumPy {np.__version__} and Python {platform.python_version()}. "
            f"Gradients may differ by 1e-9 of themselves, 1e-11 of a leaf's largest.\n\n"
            f"Calls by name, besides operators and indexing: {times}.",
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
