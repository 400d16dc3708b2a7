"""Built-in types, which make values of one kind from another: `float`, `int`, `str`, `list` and their like."""

from collections.abc import Callable
from typing import Any, Final

from engine.errors import SourceError
from engine.language import formatting, operators
from engine.language.encodings import bytes_
from engine.language.iteration import range_, whole
from engine.language.machine import Machine
from engine.language.values import (
    NUMBERS,
    Native,
    Token,
    Value,
)
from engine.messages import Message
from engine.tensor import Tensor


def _float(machine: Machine, value: Value = 0.0) -> float:
    if type(value) in NUMBERS or type(value) is Tensor:
        return float(value)
    if isinstance(value, str):
        try:
            return float(value[:400])
        except ValueError:
            pass
    raise _no_number(machine, value, "float")


def _int(machine: Machine, value: Value = 0) -> int:
    if type(value) in NUMBERS or type(value) is Tensor:
        return int(value)
    if isinstance(value, str) and len(value) <= machine.limits.digits + 2:
        try:
            return int(value)
        except ValueError:
            pass
    raise _no_number(machine, value, "int")


def _no_number(machine: Machine, value: Value, kind: str) -> SourceError:
    shown = formatting.shown(machine, value)[:40]
    error = SourceError(Message("{value} is not a number", value=shown), hint=Message("a text must look like 1.5"))
    if isinstance(value, str):
        error.python = "ValueError"
        error.said = (
            f"could not convert string to float: {shown}"
            if kind == "float"
            else f"invalid literal for int() with base 10: {shown}"
        )
    return error


def _bool(machine: Machine, value: Value = False) -> bool:
    return operators.truth(machine, value)


def str_(machine: Machine, value: Value = "") -> str:
    """`str(value)`."""
    return formatting.text(machine, value)


def _list(machine: Machine, values: Value = ()) -> list[Value]:
    return machine.taken(values)


def _tuple(machine: Machine, values: Value = ()) -> tuple[Value, ...]:
    return tuple(machine.taken(values))


def _set(machine: Machine, values: Value = ()) -> set[Value]:
    return set(map(operators.key, machine.taken(values)))


def _dict(machine: Machine, values: Value = (), **named: Value) -> dict[Value, Value]:
    if isinstance(values, dict):
        machine.charge(len(values))
        return {**values, **named}
    pairs = [machine.taken(each) for each in machine.taken(values)]
    return {**{operators.key(key): value for key, value in pairs}, **named}


def _slice(machine: Machine, *parts: Value) -> slice:
    return slice(*(None if each is None else whole(machine, each) for each in parts))


def _type_token(name: str, make: Callable[..., Any]) -> Token:
    return Token(f"<class '{name}'>", Native(name, make))


TYPES: Final[dict[str, Value]] = {
    name: _type_token(name, make)
    for name, make in (
        *(("float", _float), ("int", _int), ("bool", _bool), ("str", str_)),
        *(("list", _list), ("tuple", _tuple), ("set", _set), ("dict", _dict)),
    )
} | {name: _type_token(name, make) for name, make in (("range", range_), ("bytes", bytes_), ("slice", _slice))}
