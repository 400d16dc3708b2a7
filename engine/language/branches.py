"""`if` and `with` as closures."""

import ast
from typing import Any

from engine.errors import SourceError
from engine.language import operators
from engine.language.guard import Guard
from engine.language.members import member
from engine.language.mishaps import FOREIGN, placed
from engine.language.targets import target
from engine.language.unit import Unit
from engine.language.values import UNBOUND, Closure, Frame, Instance
from engine.messages import Message


def if_(unit: Unit, node: ast.If) -> Closure:
    """`if … elif … else`."""
    branches: list[tuple[Closure, Closure, Any]] = []
    current: ast.If | None = node
    otherwise: Closure | None = None
    while current is not None:
        branches.append((unit.expression(current.test), unit.block(current.body), unit.source.span(current.test)))
        match current.orelse:
            case [ast.If() as following]:
                current = following
            case []:
                current = None
            case rest:
                otherwise, current = unit.block(rest), None
    machine = unit.machine

    def run(frame: Frame) -> Any:
        for test, body, span in branches:
            value = test(frame)
            if value is not True and value is not False:
                try:
                    value = operators.truth(machine, value)
                except FOREIGN as error:
                    raise placed(error, span) from None
            if value:
                return body(frame)
        return otherwise(frame) if otherwise is not None else None

    return run


def with_(unit: Unit, node: ast.With) -> Closure:
    """`with torch.no_grad():`, or an object with `__enter__` and `__exit__`."""
    items = [
        (unit.expression(each.context_expr), target(unit, each.optional_vars) if each.optional_vars else None)
        for each in node.items
    ]
    body, machine, span = unit.block(node.body), unit.machine, unit.source.span(node.items[0].context_expr)

    def enter(frame: Frame, index: int) -> Any:
        if index == len(items):
            return body(frame)
        context, store = items[index]
        value = context(frame)
        if not isinstance(value, Guard):
            if isinstance(value, Instance) and value.kind.find("__enter__") is not UNBOUND:
                held = machine.call(member(machine, value, "__enter__"), [])
                if store is not None:
                    store(frame, held)
                try:
                    return enter(frame, index + 1)
                finally:
                    machine.call(member(machine, value, "__exit__"), [None, None, None])
            raise placed(
                SourceError(
                    Message("`with` cannot open this"), hint=Message("write for example with torch.no_grad():")
                ),
                span,
            )
        with value.enter():
            if store is not None:
                store(frame, value)
            return enter(frame, index + 1)

    return lambda frame: enter(frame, 0)
