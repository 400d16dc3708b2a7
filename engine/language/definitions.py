"""`def` as a statement: a function with its decorators, under its name."""

import ast
from typing import Any

from engine.language.calls import explained
from engine.language.functions import function
from engine.language.guard import Guard
from engine.language.mishaps import FOREIGN
from engine.language.unit import Unit
from engine.language.values import Closure, Frame, Native, Value


def define(unit: Unit, node: ast.FunctionDef) -> Closure:
    """`def name(…):` under its decorators."""
    make, store = function(unit, node), unit.store(node.name)
    machine = unit.machine
    decorators = [(unit.expression(each), unit.source.span(each)) for each in reversed(node.decorator_list)]

    def run(frame: Frame) -> Any:
        made: Value = make(frame)
        for decorator, span in decorators:
            around = decorator(frame)
            try:
                made = _decorated(machine, around, made)
            except FOREIGN as error:
                raise explained(error, around, span) from None
        store(frame, made)

    return run


def _decorated(machine: Any, decorator: Value, made: Value) -> Value:
    if isinstance(decorator, Guard):

        def guarded(_: Any, *arguments: Value, **named: Value) -> Value:
            with decorator.enter():
                return machine.call(made, list(arguments), named)

        return Native(made.name, guarded)
    return machine.call(decorator, [made])
