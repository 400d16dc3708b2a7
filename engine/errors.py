"""Everything the engine can refuse, as one tree.

EngineError            what was asked cannot be done; `message` says what, `hint` what to do
├── SourceError        the source is at fault; `line` and `column` say where (both from 1)
├── InputError         a value given for a leaf is at fault
└── LimitError         a budget was used up; the message names the limit
"""

from engine.messages import Message


class EngineError(Exception):
    """Base of all refusals. `message` is a full sentence, `hint` (or None) the way out."""

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
        return _rebuild, (type(self), self.message, self.hint, self.line, self.column)

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}: " if self.line is not None else ""
        return f"{place}{self.message}" + (f" ({self.hint})" if self.hint else "")


class SourceError(EngineError):
    """The source cannot be read or run as written."""


class InputError(EngineError):
    """A value given for a leaf is missing, unknown or not a number."""


class LimitError(EngineError):
    """A budget was used up; nothing was computed beyond it."""


def _rebuild(
    kind: type[EngineError], message: Message, hint: Message | None, line: int | None, column: int | None
) -> EngineError:
    return kind(message, hint=hint, line=line, column=column)
