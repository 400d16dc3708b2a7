"""Snapshots kept as files, so that a change of the format is seen; `python -m tests.golden` rewrites them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import engine

DATA: Final = Path(__file__).parent / "data"

CASES: Final[Mapping[str, tuple[str, dict[str, float]]]] = {
    "x_times_x": ("x * x", {"x": 3.0}),
    "lecture_by_hand": ("y_hat = x * w\nr = y_hat - y\nloss = r ** 2", {"x": 1.0, "w": 1.0, "y": 2.0}),
}
"""File name without its ending → source and inputs."""


def snapshot(name: str) -> engine.Snapshot:
    """The case as the engine sees it today."""
    source, inputs = CASES[name]
    return engine.run(source, inputs=inputs).passes[0]


def rewrite() -> None:
    """Writes every case, laid out for reading."""
    for name in CASES:
        text = json.dumps(snapshot(name).to_dict(), ensure_ascii=False, allow_nan=False, indent=1)
        (DATA / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    rewrite()
