"""Errors while a program runs: given a place in its source, and those of the host said in words of ours."""

from typing import Final

from engine.errors import EngineError, LimitError, SourceError
from engine.language.reading import Span
from engine.language.values import (
    Value,
    kind_name,
)
from engine.messages import Message


def placed(error: BaseException, span: Span) -> EngineError:
    """The error with a place, if it has none yet; an error of the host in words of ours."""
    if isinstance(error, EngineError):
        if error.line is None:
            error.line, error.column = span[0], span[1] + 1
        if error.hint is None:
            error.hint = Message("change this line and try again")
        return error
    made = foreign(error)
    made.line, made.column = span[0], span[1] + 1
    if isinstance(error, (ZeroDivisionError, OverflowError, KeyError, IndexError, ValueError, TypeError)):
        made.python = type(error).__name__
        if isinstance(error, KeyError) and error.args and isinstance(error.args[0], str):
            made.said = error.args[0]
        elif isinstance(error, (ArithmeticError, IndexError)):
            made.said = str(error)
    return made


def foreign(error: BaseException) -> EngineError:
    """What an error of the host's arithmetic or containers means to the program's author."""
    match error:
        case RecursionError():
            return LimitError(
                Message("too many things wait for each other here"),
                hint=Message("split the line, or call fewer functions inside functions"),
            )
        case MemoryError():
            return LimitError(Message("this needs too much memory"), hint=Message("use smaller tensors or lists"))
        case ZeroDivisionError():
            return SourceError(
                Message("a plain number is divided by zero"),
                hint=Message("a tensor would give infinity; a plain Python number stops the program"),
            )
        case OverflowError():
            return SourceError(Message("this number is too large"), hint=Message("the largest is about 1.8e308"))
        case KeyError(args=[key, *_]):
            return SourceError(
                Message("there is no entry under {key}", key=_short(key)),
                hint=Message("print the dictionary's keys to see what is there"),
            )
        case IndexError():
            return SourceError(
                Message("there is no item at this position"),
                hint=Message("positions count from 0, and the last one is len(…) - 1"),
            )
    return SourceError(
        Message("these values do not go together here"),
        hint=Message("print them before this line to see what they are"),
    )


def _short(value: Value) -> str:
    return repr(value)[:40] if isinstance(value, (int, float, str)) else kind_name(value)


FOREIGN: Final = (
    EngineError,
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    AttributeError,
    RecursionError,
    MemoryError,
    StopIteration,
    AssertionError,
    RuntimeError,
)
"""What may come out of the host while it computes with a program's values."""
