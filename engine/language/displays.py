"""Lists, tuples, sets and dictionaries written out, as closures."""

import ast
from typing import Any

from engine.errors import SourceError
from engine.language import operators
from engine.language.machine import Machine
from engine.language.mishaps import FOREIGN, placed
from engine.language.unit import Unit
from engine.language.values import Closure, Frame, Value, kind_name
from engine.messages import Message


def sequence(unit: Unit, node: ast.List | ast.Tuple | ast.Set) -> Closure:
    """`[a, *b]`, `(a, b)`, `{a, b}`."""
    parts = [
        (unit.expression(each.value if isinstance(each, ast.Starred) else each), isinstance(each, ast.Starred))
        for each in node.elts
    ]
    machine, span = unit.machine, unit.source.span(node)
    whole: Any = {ast.List: list, ast.Tuple: tuple, ast.Set: set}[type(node)]
    check = operators.key if whole is set else (lambda value: value)
    if all(isinstance(each, ast.Constant) for each in node.elts):
        machine = unit.machine

    def make(frame: Frame) -> Value:
        machine.charge(len(parts))
        found: list[Value] = []
        try:
            for part, starred in parts:
                value = part(frame)
                if starred:
                    found.extend(machine.taken(value))
                else:
                    found.append(check(value))
            return found if whole is list else whole(found)
        except FOREIGN as error:
            raise placed(error, span) from None

    return make


def dictionary(unit: Unit, node: ast.Dict) -> Closure:
    """`{key: value, **more}`."""
    pairs = [
        (unit.expression(key) if key is not None else None, unit.expression(value))
        for key, value in zip(node.keys, node.values, strict=True)
    ]
    machine, span = unit.machine, unit.source.span(node)

    def make(frame: Frame) -> Value:
        machine.charge(len(pairs))
        found: dict[Value, Value] = {}
        for key, value in pairs:
            try:
                if key is None:
                    found.update(_pairs(machine, value(frame)))
                else:
                    found[operators.key(key(frame))] = value(frame)
            except FOREIGN as error:
                raise placed(error, span) from None
        return found

    return make


def _pairs(machine: Machine, value: Value) -> dict[Value, Value]:
    """What `**value` puts into a dictionary."""
    if not isinstance(value, dict):
        raise SourceError(
            Message("`**` takes a dictionary here, and this is a value of type `{kind}`", kind=kind_name(value)),
            hint=Message("write for example {{**defaults, 'lr': 0.1}}"),
        )
    machine.charge(len(value))
    return value
