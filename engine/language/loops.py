"""`for`, `while`, `break` and `continue` as closures. A closure gives BREAK or CONTINUE to end the round."""

import ast
from typing import Any, Final

from engine.language import operators
from engine.language.mishaps import FOREIGN, placed
from engine.language.scopes import bound
from engine.language.targets import target
from engine.language.unit import Compile, Unit
from engine.language.values import Closure, Frame
from engine.language.whereabouts import round_of
from engine.messages import Message

BREAK: Final = "break"
CONTINUE: Final = "continue"


def while_(unit: Unit, node: ast.While) -> Closure:
    """`while test: … else: …`."""
    test, body, span = unit.expression(node.test), _loop_body(unit, node.body), unit.source.span(node.test)
    otherwise = unit.block(node.orelse) if node.orelse else None
    machine = unit.machine

    def run(frame: Frame) -> Any:
        try:
            while operators.truth(machine, test(frame)):
                signal = body(frame)
                if signal is not None and signal is not CONTINUE:
                    return None if signal is BREAK else signal
        except FOREIGN as error:
            raise placed(error, span) from None
        return otherwise(frame) if otherwise else None

    return run


def for_(unit: Unit, node: ast.For) -> Closure:
    """`for target in values: … else: …`; each round is a scope."""
    source, store, span = unit.expression(node.iter), target(unit, node.target), unit.source.span(node.iter)
    body = _loop_body(unit, node.body)
    otherwise = unit.block(node.orelse) if node.orelse else None
    machine = unit.machine
    name = ", ".join(bound([ast.Expr(node.target)])) or "_"

    slot = unit.own_slot(node.target)

    def run(frame: Frame) -> Any:
        outer, count = machine.scope, 0
        try:
            for value in machine.items(source(frame)):
                kind = type(value)
                if kind is int and slot:
                    machine.scope = (outer, name, value, count)
                    frame[slot] = value
                else:
                    machine.scope = round_of(outer, name, value, count)
                    store(frame, value)
                signal = body(frame)
                if signal is not None and signal is not CONTINUE:
                    return None if signal is BREAK else signal
                count += 1
        except FOREIGN as error:
            raise placed(error, span) from None
        finally:
            machine.scope, machine.line = outer, span[0]
        return otherwise(frame) if otherwise else None

    return run


def _loop_body(unit: Unit, body: list[ast.stmt]) -> Closure:
    unit.loops += 1
    made = unit.block(body, also=1)  # a round is a step
    unit.loops -= 1
    return made


def leave(signal: str) -> Compile:
    """`break` or `continue`, which must stand in a loop."""

    def compiled(unit: Unit, node: ast.stmt) -> Closure:
        if unit.loops == 0:
            raise unit.refusal(
                node, Message("`{word}` stands outside a loop", word=signal), Message("leave it out, or indent it")
            )
        return lambda frame: signal

    return compiled
