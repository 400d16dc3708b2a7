"""Random programs with PyTorch's gradients; `python -m tests.record_programs` writes data/programs.json."""

import json
from pathlib import Path
from typing import Final

from tests.comparison import Answer, packed
from tests.fuzz.programs import by_pytorch, random_program

FILE: Final = Path(__file__).parent / "data" / "programs.json"


def record() -> None:
    """Writes one line per program: its seed, its lines, the gradients of its leaves."""
    lines = []
    for seed in range(1_000_000, 1_000_240):
        program = random_program(seed)
        gradients = packed(Answer(gradients=program.gradients(by_pytorch)))
        lines.append(json.dumps([seed, program.lines, gradients], separators=(",", ":")))
    FILE.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    record()
