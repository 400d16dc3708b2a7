"""What stands in square brackets: items of lists, texts, dictionaries and tensors, read, set and deleted."""

import ast

from engine.errors import SourceError
from engine.language import operators
from engine.language.machine import Machine
from engine.language.mishaps import FOREIGN, placed
from engine.language.unit import Unit
from engine.language.values import (
    UNBOUND,
    Class,
    Closure,
    Counts,
    Defaulting,
    Frame,
    Instance,
    Size,
    Value,
    kind_name,
)
from engine.messages import Message
from engine.tensor import Tensor


def subscript(unit: Unit, node: ast.Subscript) -> Closure:
    """`subject[index]`."""
    subject, index, machine, keep = (
        unit.expression(node.value),
        unit.expression(node.slice),
        unit.machine,
        unit.machine.keep,
    )
    origin, span = unit.origin(node), unit.source.span(node)

    def get(frame: Frame) -> Value:
        held, at = subject(frame), index(frame)
        kind = type(held)
        try:
            if (kind is list or kind is tuple) and type(at) is int:
                return held[at]
            return keep(item(machine, held, at), origin)
        except FOREIGN as error:
            raise placed(error, span) from None

    return get


def item(machine: Machine, subject: Value, index: Value) -> Value:
    """What `subject[index]` stands for."""
    match subject:
        case Tensor():
            return machine.library["index"](machine, subject, index)
        case Defaulting(make=make) if make is not None and operators.key(index) not in subject:
            machine.charge(1)
            subject[index] = made = machine.call(make, [])
            return made
        case Counts():
            return subject.get(operators.key(index), 0)
        case dict():
            return subject[operators.key(index)]
        case list() | tuple() | str() | bytes() | range():
            if isinstance(index, slice):
                _check_slice(machine, index)
                machine.charge(1 + len(subject))
                part: Value = subject[index]
                return Size(part) if type(subject) is Size else part
            return subject[_whole(machine, index)]
        case Instance(kind=kind) if (function := kind.find("__getitem__")) is not UNBOUND:
            return machine.call(function, [subject, index])
        case Class(attributes={"__members__": dict() as members}):
            return members[operators.key(index)]
    raise SourceError(
        Message("a value of type `{kind}` has no items", kind=kind_name(subject)),
        hint=Message("square brackets follow lists, tuples, dictionaries, texts and tensors"),
    )


def set_item(machine: Machine, subject: Value, index: Value, value: Value) -> None:
    """`subject[index] = value`."""
    match subject:
        case Tensor():
            machine.library["set_index"](machine, subject, index, value)
        case dict():
            machine.charge(1)
            subject[operators.key(index)] = value
        case list() if isinstance(index, slice):
            _check_slice(machine, index)
            _set_slice(subject, index, machine.taken(value))
        case list():
            subject[_whole(machine, index)] = value
        case Instance(kind=kind) if (function := kind.find("__setitem__")) is not UNBOUND:
            machine.call(function, [subject, index, value])
        case _:
            raise SourceError(
                Message("the items of a value of type `{kind}` cannot be set", kind=kind_name(subject)),
                hint=Message("use a list, a dictionary or a tensor"),
            )


def delete_item(machine: Machine, subject: Value, index: Value) -> None:
    """`del subject[index]`."""
    if isinstance(subject, dict):
        del subject[operators.key(index)]
    elif isinstance(subject, list):
        machine.charge(1 + len(subject))
        if isinstance(index, slice):
            _check_slice(machine, index)
            del subject[index]
        else:
            del subject[_whole(machine, index)]
    else:
        raise SourceError(
            Message("the items of a value of type `{kind}` cannot be deleted", kind=kind_name(subject)),
            hint=Message("use a list or a dictionary"),
        )


def _whole(machine: Machine, index: Value) -> int:
    if type(index) in (int, bool):
        return int(index)
    if type(index) is Tensor and type(number := machine.library["item"](index)) is int:
        return number
    raise SourceError(
        Message("a position is a whole number, and this is a value of type `{kind}`", kind=kind_name(index)),
        hint=Message("positions count from 0; int(…) makes a number whole"),
    )


def _check_slice(machine: Machine, index: slice) -> None:
    for part in (index.start, index.stop, index.step):
        if part is not None:
            _whole(machine, part)
    if index.step is not None and _whole(machine, index.step) == 0:
        raise SourceError(
            Message("a slice cannot go by steps of 0"), hint=Message("leave the second colon out, or write 1 behind it")
        )


def _set_slice(subject: list[Value], index: slice, values: list[Value]) -> None:
    try:
        subject[index] = values
    except ValueError:
        raise SourceError(
            Message(
                "{given} values are given to the {count} places of a slice",
                given=len(values),
                count=len(range(*index.indices(len(subject)))),
            ),
            hint=Message("write as many values as the slice has places"),
        ) from None
