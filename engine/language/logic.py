"""`and`, `or`, comparisons and `a if b else c` as closures."""

import ast

from engine.language import operators
from engine.language.mishaps import FOREIGN, placed
from engine.language.unit import Unit
from engine.language.values import Closure, Frame, Value


def either(unit: Unit, node: ast.BoolOp) -> Closure:
    """`a and b`, `a or b`."""
    parts = [unit.expression(each) for each in node.values]
    wanted = isinstance(node.op, ast.Or)
    machine, span = unit.machine, unit.source.span(node)

    def choose(frame: Frame) -> Value:
        for part in parts[:-1]:
            value = part(frame)
            try:
                if operators.truth(machine, value) == wanted:
                    return value
            except FOREIGN as error:
                raise placed(error, span) from None
        return parts[-1](frame)

    return choose


def compare(unit: Unit, node: ast.Compare) -> Closure:
    """`a < b <= c`."""
    first = unit.expression(node.left)
    rest = [(type(mark), unit.expression(each)) for mark, each in zip(node.ops, node.comparators, strict=True)]
    machine, keep, origin, span = unit.machine, unit.machine.keep, unit.origin(node), unit.source.span(node)
    kind, second = rest[0]
    host = operators.COMPARISONS[kind][2] if kind in operators.COMPARISONS else None

    def single(frame: Frame) -> Value:
        a, b = first(frame), second(frame)
        kind_a, kind_b = type(a), type(b)
        if host is not None and (kind_a is int or kind_a is float) and (kind_b is int or kind_b is float):
            return host(a, b)
        try:
            return keep(operators.compare(machine, kind, a, b), origin)
        except FOREIGN as error:
            raise placed(error, span) from None

    def chained(frame: Frame) -> Value:
        a = first(frame)
        value: Value = True
        for each, part in rest:
            b = part(frame)
            try:
                value = keep(operators.compare(machine, each, a, b), origin)
                if not operators.truth(machine, value):
                    return value
            except FOREIGN as error:
                raise placed(error, span) from None
            a = b
        return value

    return single if len(rest) == 1 else chained


def choice(unit: Unit, node: ast.IfExp) -> Closure:
    """`a if test else b`."""
    test, then, otherwise = map(unit.expression, (node.test, node.body, node.orelse))
    machine, span = unit.machine, unit.source.span(node.test)

    def choose(frame: Frame) -> Value:
        try:
            chosen = operators.truth(machine, test(frame))
        except FOREIGN as error:
            raise placed(error, span) from None
        return then(frame) if chosen else otherwise(frame)

    return choose
