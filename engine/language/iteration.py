"""Built-in functions that go through values, each charged: `zip`, `sorted`, `sum`, `max` and their like."""

import ast
from collections.abc import Callable, Iterator
from typing import Final

from engine.errors import SourceError
from engine.language import operators
from engine.language.machine import Machine
from engine.language.values import (
    UNBOUND,
    Instance,
    Once,
    Value,
    kind_name,
)
from engine.messages import Message
from engine.tensor import Tensor

MISSING: Final = UNBOUND


def sum_(machine: Machine, values: Value, start: Value = 0) -> Value:
    """`sum(values, start)`."""
    total = start
    for each in machine.items(values):
        machine.charge(1)
        total = machine.keep(operators.binary(machine, ast.Add, total, each), machine.here())
    return total


def extreme(kind: type[ast.cmpop]) -> Callable[..., Value]:
    """`min` or `max`, by the comparison that a better value wins."""

    def extreme(machine: Machine, *values: Value, key: Value = None, default: Value = MISSING) -> Value:
        candidates = machine.items(values[0]) if len(values) == 1 else values
        best: Value = MISSING
        best_key: Value = None
        for each in candidates:
            machine.charge(1)
            own = machine.call(key, [each]) if key is not None else each
            if best is MISSING or operators.truth(machine, operators.compare(machine, kind, own, best_key)):
                best, best_key = each, own
        if best is not MISSING:
            return best
        if default is not MISSING:
            return default
        raise SourceError(Message("there is nothing to choose from"), hint=Message("the list is empty"))

    return extreme


def range_(machine: Machine, *bounds: Value) -> range:
    """`range(start, stop, step)`."""
    return range(*(whole(machine, each) for each in bounds))


def whole(machine: Machine, value: Value) -> int:
    """A whole number, or a tensor that holds one. Raises `SourceError` for anything else."""
    if type(value) in (int, bool):
        return int(value)
    if type(value) is Tensor and value.shape == () and value.item() == int(value.item()):
        return int(value.item())
    raise SourceError(
        Message("a whole number is needed here, and this is a value of type `{kind}`", kind=kind_name(value)),
        hint=Message("int(…) makes a number whole"),
    )


def zip_(machine: Machine, *values: Value, strict: Value = False) -> Once:
    """`zip(a, b)`."""
    return Once("zip", iter(zip(*(machine.items(each) for each in values), strict=bool(strict))))


def enumerate_(machine: Machine, values: Value, start: int = 0) -> Once:
    """`enumerate(values, start)`."""
    return Once("enumerate", enumerate(machine.items(values), start))


def map_(machine: Machine, function: Value, *values: Value) -> Once:
    """`map(function, values)`."""

    def made() -> Iterator[Value]:
        for arguments in zip(*(machine.items(each) for each in values), strict=False):
            machine.charge(1)
            yield machine.call(function, list(arguments))

    return Once("map", made())


def filter_(machine: Machine, function: Value, values: Value) -> Once:
    """`filter(function, values)`."""

    def kept() -> Iterator[Value]:
        for each in machine.items(values):
            machine.charge(1)
            if operators.truth(machine, machine.call(function, [each]) if function is not None else each):
                yield each

    return Once("filter", kept())


def sorted_(machine: Machine, values: Value, *, key: Value = None, reverse: Value = False) -> list[Value]:
    """`sorted(values, key=…, reverse=…)`."""
    found = machine.taken(values)
    machine.charge(len(found) * max(1, len(found).bit_length()))
    keys = [machine.call(key, [each]) for each in found] if key is not None else found
    order = sorted(range(len(found)), key=lambda index: _Comparable(machine, keys[index]), reverse=bool(reverse))
    return [found[index] for index in order]


class _Comparable:
    """A value in the order of the language's own `<`."""

    __slots__ = ("machine", "value")

    def __init__(self, machine: Machine, value: Value) -> None:
        self.machine = machine
        self.value = value

    def __lt__(self, other: "_Comparable") -> bool:
        return operators.truth(self.machine, operators.compare(self.machine, ast.Lt, self.value, other.value))


def reversed_(machine: Machine, values: Value) -> Once:
    """`reversed(values)`."""
    return Once("reversed", reversed(machine.taken(values)))


def all_(machine: Machine, values: Value) -> bool:
    """`all(values)`."""
    return all(operators.truth(machine, each) for each in machine.items(values))


def any_(machine: Machine, values: Value) -> bool:
    """`any(values)`."""
    return any(operators.truth(machine, each) for each in machine.items(values))


def next_(machine: Machine, value: Value, default: Value = MISSING) -> Value:
    """`next(iterator, default)`."""
    if isinstance(value, Instance) and (function := value.kind.find("__next__")) is not UNBOUND:
        return machine.call(function, [value])
    if not isinstance(value, Once):
        raise TypeError
    found = next(value.iterator, default)
    if found is MISSING:
        error = SourceError(Message("nothing is left to take"), hint=Message("make the iterator anew"))
        error.python, error.said = "StopIteration", ""
        raise error
    return found


def iter_(machine: Machine, value: Value) -> Value:
    """`iter(values)`; what can be taken from once is its own iterator."""
    if isinstance(value, Once):
        return value
    if isinstance(value, Instance) and value.kind.find("__next__") is not UNBOUND:
        return value
    return Once("iterator", iter(machine.items(value)))
