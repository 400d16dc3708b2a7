"""Texts as bytes and back, as tokenizers go from one to the other."""

from typing import Final

from engine.errors import SourceError
from engine.language.machine import Machine
from engine.language.values import Native, Value, natives
from engine.messages import Message

_CODINGS: Final = frozenset({"utf-8", "utf8", "ascii", "latin-1", "latin1"})
_ERRORS: Final = frozenset({"strict", "replace", "ignore"})


def _check(encoding: Value, errors: Value) -> None:
    if not isinstance(encoding, str) or encoding.lower() not in _CODINGS or errors not in _ERRORS:
        raise SourceError(
            Message("texts are written as bytes in UTF-8, ASCII or Latin-1 here"),
            hint=Message('write text.encode("utf-8") and data.decode("utf-8", errors="replace")'),
        )


def _unfit(error: UnicodeError, encoding: str) -> SourceError:
    made = SourceError(
        Message("this is no text in {encoding}", encoding=encoding),
        hint=Message('errors="replace" puts a sign in the place of what does not fit'),
    )
    made.python, made.said = type(error).__name__, str(error)
    return made


def encoded(machine: Machine, text: Value, encoding: str = "utf-8", errors: str = "strict") -> bytes:
    """`text.encode("utf-8")`."""
    _check(encoding, errors)
    machine.charge_text(len(text))
    try:
        return text.encode(encoding, errors)  # type: ignore[no-any-return]
    except UnicodeError as error:
        raise _unfit(error, encoding) from None


def _decoded(machine: Machine, self: bytes, encoding: str = "utf-8", errors: str = "strict") -> str:
    _check(encoding, errors)
    machine.charge_text(len(self))
    try:
        return self.decode(encoding, errors)
    except UnicodeError as error:
        raise _unfit(error, encoding) from None


def bytes_(machine: Machine, values: Value = (), encoding: str = "utf-8", errors: str = "strict") -> bytes:
    """`bytes([104, 105])`, `bytes(3)` and `bytes("hi", "utf-8")`."""
    if isinstance(values, str):
        return encoded(machine, values, encoding, errors)
    if type(values) is int:
        machine.charge_text(max(0, values))
        return bytes(values)
    return bytes(machine.taken(values))


def _joined(machine: Machine, self: bytes, values: Value) -> bytes:
    parts = machine.taken(values)
    machine.charge_text(sum(map(len, parts)) + len(self) * len(parts))
    return self.join(parts)


def _hex(machine: Machine, self: bytes) -> str:
    machine.charge_text(2 * len(self))
    return self.hex()


BYTES: Final[dict[str, Native]] = natives({"decode": _decoded, "join": _joined, "hex": _hex})
"""Methods of bytes."""
