"""Prints every row; `python -m tests.bench engine page` prints some."""

import importlib
import sys

GROUPS = ("engine", "language", "render", "http", "page")


def main(groups: list[str]) -> None:
    """One line per row. A missed bar is printed, not an error: machines differ."""
    missed = 0
    for group in groups or GROUPS:
        for row in importlib.import_module(f"tests.bench.{group}").rows():
            print(row, flush=True)
            missed += not row.met
    print(f"{missed} bars missed" if missed else "every bar met")


main(sys.argv[1:])
