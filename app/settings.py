"""What an operator can set, from the environment (`GRADSTEP_*`) or the command line."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from platformdirs import user_data_path

from app.render.layout import Backend

BODY_BYTES = 65_536
"""The largest request body: four times the largest source, since JSON may escape it."""
ANSWER_CACHE_BYTES = 64 * 2**20
"""Finished answers kept in memory; they can always be made again."""
WAITING_JOBS = 64
"""Computations that may wait at once; more would wait longer than a person does."""
JOB_SECONDS = 20.0
"""The longest a request waits for its computation, its turn included."""
COMPUTING_SECONDS = 10.0
"""The longest a computation may keep a worker from others; the largest program's film takes three."""

TICKET_BYTES = 64 * 2**20
"""Answers that wait to be collected; the oldest go first."""
LONGEST_WAIT = 10
"""Seconds a client may ask to be kept waiting before it gets a ticket."""


def _backend() -> Backend:
    return "system" if os.environ.get("GRADSTEP_LAYOUT") == "system" else "embedded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`data`: folder of the run store (None keeps runs in memory); `layout`: which Graphviz draws, the embedded one
    or the system's `dot`; `workers`: processes for computations."""

    data: Path | None = field(
        default_factory=lambda: Path(os.environ.get("GRADSTEP_DATA") or user_data_path("gradstep", appauthor=False))
    )
    layout: Backend = field(default_factory=_backend)
    workers: int = field(default_factory=lambda: int(os.environ.get("GRADSTEP_WORKERS") or os.cpu_count() or 1))
