"""Everything the engine can refuse, as one tree.

EngineError            what was asked cannot be done; `message` says what, `hint` what to do
├── SourceError        the source is at fault; `line` and `column` say where (both from 1)
├── InputError         a value given for a leaf or an op is at fault
│   └── ShapeError     shapes do not fit; it names the op, the operands and the mend
└── LimitError         a budget was used up; the message names the limit

Cancelled              whoever watches a run has ended it; no refusal, so nothing in a program can catch it
"""

from engine.messages import Message


class EngineError(Exception):
    """Base of all refusals. `message` is a full sentence, `hint` (or None) the way out. `python` is the exception that
    Python would raise, `said` what it would say (None: neither has one answer), `printed` what the
    program had printed until then."""

    python: str | None = None
    said: str | None = None
    printed: str = ""

    def __init__(
        self,
        message: Message,
        *,
        hint: Message | None = None,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.line = line
        self.column = column

    def __reduce__(self) -> tuple[object, ...]:
        known = type(self), self.message, self.hint, self.line, self.column
        return _rebuild, known, {"printed": self.printed}

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}: " if self.line is not None else ""
        return f"{place}{self.message}" + (f" ({self.hint})" if self.hint else "")


class SourceError(EngineError):
    """The source cannot be read or run as written."""


class InputError(EngineError):
    """A value given for a leaf or an op is missing, unknown or of the wrong kind."""

    python = "RuntimeError"


class ShapeError(InputError):
    """Shapes that do not fit together."""


class LimitError(EngineError):
    """A budget was used up; nothing was computed beyond it."""


class EndOfProgram(LimitError):
    """The program has ended itself, by `sys.exit()`; no `except` of its own catches that."""


class Cancelled(Exception):
    """A run was ended from outside, by its `progress`."""


def _rebuild(
    kind: type[EngineError], message: Message, hint: Message | None, line: int | None, column: int | None
) -> EngineError:
    return kind(message, hint=hint, line=line, column=column)
