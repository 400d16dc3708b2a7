"""Functions with `yield`: their statements as host generators, so that they rest between two values."""

import ast
from collections.abc import Callable, Generator, Iterator
from typing import Any, Final

from engine.errors import LimitError
from engine.language import operators
from engine.language.grammar import INSIDE
from engine.language.loops import BREAK, CONTINUE
from engine.language.machine import Machine
from engine.language.matching import chosen
from engine.language.mishaps import FOREIGN, placed
from engine.language.scopes import bound
from engine.language.targets import target
from engine.language.unit import Unit
from engine.language.values import Closure, Frame, Once, Value
from engine.language.whereabouts import round_of
from engine.messages import Message

Rest = Generator[Value, None, Any]
Steps = Callable[[Frame], Rest]
"""A compiled statement that rests: it yields the function's values and returns what ends the block, or None."""
_OWN: Final = (ast.FunctionDef, ast.ClassDef, ast.Lambda)


def rests(body: list[ast.stmt]) -> bool:
    """Whether there is a `yield` among the statements, inner functions left aside."""
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(node, _OWN):
            waiting.extend(ast.iter_child_nodes(node))
    return False


def generator(unit: Unit, body: list[ast.stmt]) -> Closure:
    """The body of a function with `yield`: a call runs nothing yet, and gives what can be gone through."""
    steps, machine = _block(unit, body), unit.machine
    return lambda frame: (Once("generator", _driven(machine, steps(frame))),)


def _driven(machine: Machine, steps: Rest) -> Iterator[Value]:
    """The values one by one; results that are made on the way belong to the function's scope."""
    scope = machine.scope

    def driven() -> Iterator[Value]:
        nonlocal scope
        while True:
            machine.charge(1)
            if machine.depth >= machine.limits.calls:
                raise LimitError(
                    Message("more than {limit} calls wait for each other", limit=machine.limits.calls),
                    hint=Message("does a function with `yield` go through itself without an end?"),
                )
            outer, machine.scope = machine.scope, scope
            machine.depth += 1
            try:
                value = next(steps)
            except StopIteration:
                return
            finally:
                machine.depth -= 1
                scope, machine.scope = machine.scope, outer
            yield value

    return driven()


def _block(unit: Unit, body: list[ast.stmt]) -> Steps:
    parts = [_statement(unit, each) if rests([each]) else _at_once(unit.statement(each)) for each in body]
    machine = unit.machine

    def run(frame: Frame) -> Rest:
        for step in parts:
            machine.charge(1)
            signal = yield from step(frame)
            if signal is not None:
                return signal
        return None

    return run


def _at_once(step: Closure) -> Steps:
    def run(frame: Frame) -> Rest:
        return step(frame)
        yield

    return run


def _statement(unit: Unit, node: ast.stmt) -> Steps:
    match node:
        case ast.Expr(value=ast.Yield() | ast.YieldFrom() as given):
            return _given(unit, given)
        case ast.Assign(targets=[place], value=ast.Yield() | ast.YieldFrom() as given):
            return _stored(unit, place, _given(unit, given))
        case ast.If():
            return _if(unit, node)
        case ast.Match():
            return _match(unit, node)
        case ast.While(orelse=[]):
            return _while(unit, node)
        case ast.For(orelse=[]):
            return _for(unit, node)
        case ast.FunctionDef() | ast.ClassDef():
            return _at_once(unit.statement(node))
    raise unit.refusal(
        next(each for each in ast.walk(node) if isinstance(each, (ast.Yield, ast.YieldFrom))),
        *INSIDE,
    )


def _given(unit: Unit, node: ast.Yield | ast.YieldFrom) -> Steps:
    machine, span = unit.machine, unit.source.span(node)
    value = unit.expression(node.value) if node.value else (lambda frame: None)
    if isinstance(node, ast.Yield):

        def one(frame: Frame) -> Rest:
            yield value(frame)

        return one

    def all_(frame: Frame) -> Rest:
        try:
            for each in machine.items(value(frame)):
                machine.charge(1)
                yield each
        except FOREIGN as error:
            raise placed(error, span) from None

    return all_


def _stored(unit: Unit, place: ast.expr, given: Steps) -> Steps:
    """`x = yield value`: nothing is ever sent in, so x is None."""
    store = target(unit, place)

    def run(frame: Frame) -> Rest:
        yield from given(frame)
        store(frame, None)

    return run


def _if(unit: Unit, node: ast.If) -> Steps:
    test, span = unit.expression(node.test), unit.source.span(node.test)
    body, otherwise, machine = _block(unit, node.body), _block(unit, node.orelse), unit.machine

    def run(frame: Frame) -> Rest:
        try:
            value = operators.truth(machine, test(frame))
        except FOREIGN as error:
            raise placed(error, span) from None
        return (yield from (body if value else otherwise)(frame))

    return run


def _match(unit: Unit, node: ast.Match) -> Steps:
    choose, bodies = chosen(unit, node), [_block(unit, each.body) for each in node.cases]

    def run(frame: Frame) -> Rest:
        place = choose(frame)
        return None if place is None else (yield from bodies[place](frame))

    return run


def _while(unit: Unit, node: ast.While) -> Steps:
    test, span, machine = unit.expression(node.test), unit.source.span(node.test), unit.machine
    body = _loop_body(unit, node.body)

    def run(frame: Frame) -> Rest:
        try:
            while operators.truth(machine, test(frame)):
                signal = yield from body(frame)
                if signal is not None and signal is not CONTINUE:
                    return None if signal is BREAK else signal
        except FOREIGN as error:
            raise placed(error, span) from None
        return None

    return run


def _for(unit: Unit, node: ast.For) -> Steps:
    source, store, span = unit.expression(node.iter), target(unit, node.target), unit.source.span(node.iter)
    body, machine = _loop_body(unit, node.body), unit.machine
    name = ", ".join(bound([ast.Expr(node.target)])) or "_"

    def run(frame: Frame) -> Rest:
        outer: Any = machine.scope
        try:
            for count, value in enumerate(machine.items(source(frame))):
                machine.scope = round_of(outer, name, value, count)
                store(frame, value)
                signal = yield from body(frame)
                if signal is not None and signal is not CONTINUE:
                    machine.scope = outer
                    return None if signal is BREAK else signal
        except FOREIGN as error:
            raise placed(error, span) from None
        machine.scope, machine.line = outer, span[0]
        return None

    return run


def _loop_body(unit: Unit, body: list[ast.stmt]) -> Steps:
    unit.loops += 1
    made = _block(unit, body)
    unit.loops -= 1
    return made
