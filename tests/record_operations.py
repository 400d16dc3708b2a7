"""PyTorch's answers to every case of `operations`; `python -m tests.record_operations` writes data/operations.json."""

import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from engine import dtypes
from tests.comparison import packed, theirs
from tests.drawing import Draw
from tests.operations import CASES, Case

FILE: Final = Path(__file__).parent / "data" / "operations.json"


def recorded_draws(case: Case) -> Iterator[Draw]:
    """What PyTorch was asked: always the same numbers for the same case."""
    seed = zlib.crc32(case.key.encode()) % 2**20
    yield Draw(seed, dtypes.FLOAT64, "border", "columns")
    yield Draw(seed + 1, dtypes.FLOAT32, "plain", "every other")
    if case.wild:
        yield Draw(seed + 2, dtypes.FLOAT64, "wild")


def record() -> None:
    """Writes one line per case; says which PyTorch could not answer."""
    lines = {}
    for case in (each for row in CASES.values() for each in row):
        try:
            answers = [packed(theirs(case, draw)) for draw in recorded_draws(case)]
        except Exception as error:  # whatever PyTorch raises: the case is at fault, the others are not
            print(f"{case.key}: {error}".splitlines()[0])
            continue
        lines[case.key] = f"{json.dumps(case.key, ensure_ascii=False)}: {json.dumps(answers, separators=(',', ':'))}"
    FILE.write_text("{\n" + ",\n".join(lines[key] for key in sorted(lines)) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    record()
