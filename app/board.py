"""What the workers are doing, in memory they share with the server: how far each task is, if it is still wanted."""

from contextvars import ContextVar
from dataclasses import dataclass
from multiprocessing.context import SpawnContext
from typing import Any, Final, Literal

import engine
from engine.errors import Cancelled

Stage = Literal["waiting", "computing", "drawing"]
_STAGES: Final[tuple[Stage, ...]] = ("waiting", "computing", "drawing")
_STOP, _WORKER, _STAGE, _PASSES, _OPERATIONS, _STEPS, _FIELDS = range(7)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a task is. `operations` are recorded results, `steps` those of the interpreter."""

    stage: Stage = "waiting"
    passes: int = 0
    operations: int = 0
    steps: int = 0


class Board:
    """A line of whole numbers for each task. Only the server takes and frees lines; only the worker that has a task
    writes how far it is, so no lock is needed."""

    def __init__(self, context: SpawnContext, lines: int) -> None:
        self._cells: Any = context.RawArray("q", lines * _FIELDS)  # "q": 64 bits, written in one piece
        self.lines = lines

    def clear(self, line: int) -> None:
        """Makes a line ready for a new task."""
        self._cells[line * _FIELDS : (line + 1) * _FIELDS] = [0] * _FIELDS

    def progress(self, line: int) -> Progress:
        """How far the task of a line is."""
        cells = self._cells[line * _FIELDS : (line + 1) * _FIELDS]
        return Progress(_STAGES[cells[_STAGE]], cells[_PASSES], cells[_OPERATIONS], cells[_STEPS])

    def stop(self, line: int) -> int:
        """Says that the task is no longer wanted. The process that works on it, 0 if none has begun."""
        self._cells[line * _FIELDS + _STOP] = 1
        worker: int = self._cells[line * _FIELDS + _WORKER]
        return worker

    def begin(self, line: int, worker: int) -> None:
        """In a worker: it takes up the task of a line. Raises `Cancelled` if nobody wants it by now."""
        self._cells[line * _FIELDS + _WORKER] = worker
        self.obey(line)
        self._cells[line * _FIELDS + _STAGE] = _STAGES.index("computing")

    def obey(self, line: int) -> None:
        """In a worker: raises `Cancelled` if nobody wants the task of a line any more."""
        if self._cells[line * _FIELDS + _STOP]:
            raise Cancelled

    def note(self, line: int, far: engine.Progress) -> None:
        """In a worker: writes how far the task of a line is."""
        self.obey(line)
        first = line * _FIELDS + _PASSES
        self._cells[first : first + 3] = [far.passes, far.operations, far.steps]

    def draw(self, line: int) -> None:
        """In a worker: the program has been run, its picture is being made."""
        self._cells[line * _FIELDS + _STAGE] = _STAGES.index("drawing")


_task: Final[ContextVar[tuple[Board, int] | None]] = ContextVar("task", default=None)
"""The task of this worker. None where computations have no board: on the command line, in tests."""

take_up: Final = _task.set
lay_down: Final = _task.reset


def note(far: engine.Progress) -> None:
    """Writes how far the task in hand is. Raises `Cancelled` if nobody wants it any more."""
    if task := _task.get():
        board, line = task
        board.note(line, far)


def drawing() -> None:
    """Writes that the task in hand is at its picture."""
    if task := _task.get():
        board, line = task
        board.obey(line)
        board.draw(line)


def obey() -> None:
    """Raises `Cancelled` if nobody wants the task in hand any more."""
    if task := _task.get():
        board, line = task
        board.obey(line)
