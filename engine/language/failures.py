"""`assert`, `raise` and `try` as closures. What breaks a limit cannot be caught: it ends the program."""

import ast
from typing import Any

from engine.errors import EngineError, LimitError, SourceError
from engine.language import formatting, operators
from engine.language.exceptions import Raised, as_value, caught
from engine.language.machine import Machine
from engine.language.mishaps import FOREIGN, placed
from engine.language.reading import Span
from engine.language.unit import Unit
from engine.language.values import UNBOUND, Class, Closure, Frame, Instance, Value
from engine.messages import Message


def assert_(unit: Unit, node: ast.Assert) -> Closure:
    """`assert test, message`."""
    test, message = unit.expression(node.test), unit.expression(node.msg) if node.msg else None
    machine, span = unit.machine, unit.source.span(node)

    def run(frame: Frame) -> Any:
        try:
            if operators.truth(machine, test(frame)):
                return
            said = formatting.text(machine, message(frame)) if message else ""
        except FOREIGN as error:
            raise placed(error, span) from None
        failed = SourceError(
            Message("the assertion failed: {said}", said=said[:200]) if said else Message("the assertion failed"),
            hint=Message("print what it compares, on the line before"),
        )
        failed.python, failed.said = "AssertionError", said
        raise placed(failed, span)

    return run


def raise_(unit: Unit, node: ast.Raise) -> Closure:
    """`raise ValueError(…)`; alone, inside `except`, it raises again what was caught."""
    what = unit.expression(node.exc) if node.exc else None
    machine, span = unit.machine, unit.source.span(node)

    def run(frame: Frame) -> Any:
        if what is None:
            if machine.handled:
                raise machine.handled[-1]
            raise placed(
                SourceError(Message("there is no error here to raise again"), hint=Message("name one after `raise`")),
                span,
            )
        try:
            held = what(frame)
            if isinstance(held, Class):
                held = machine.call(held, [])
            raised = _raised(machine, held)
        except FOREIGN as error:
            raise placed(error, span) from None
        raise placed(raised, span)

    return run


def _raised(machine: Machine, held: Value) -> SourceError:
    if not isinstance(held, Instance):
        return SourceError(
            Message("only an exception can be raised"), hint=Message('write for example raise Exception("…")')
        )
    text = formatting.text(machine, held) if held.kind.find("__str__") is not UNBOUND else ""
    said = held.kind.name + (f": {text}" if text else "")
    error = Raised(
        Message("the program stops here: {said}", said=said[:200]),
        hint=Message("the line before says when this happens"),
    )
    error.value = held
    return error


def try_(unit: Unit, node: ast.Try) -> Closure:
    """`try: … except ValueError as e: … else: … finally: …`."""
    body, span = unit.block(node.body), unit.source.span(node)
    handlers = [_handler(unit, each) for each in node.handlers]
    otherwise = unit.block(node.orelse) if node.orelse else None
    final = unit.block(node.finalbody) if node.finalbody else None

    def attempt(frame: Frame) -> Any:
        try:
            signal = body(frame)
        except FOREIGN as error:
            found = placed(error, span)
            if not isinstance(found, LimitError):
                for handler in handlers:
                    taken, signal = handler(frame, found)
                    if taken:
                        return signal
            raise found from None
        return otherwise(frame) if otherwise and signal is None else signal

    def run(frame: Frame) -> Any:
        pending: EngineError | None = None
        signal = None
        try:
            signal = attempt(frame)
        except LimitError:
            raise
        except EngineError as error:
            pending = error
        ended = final(frame) if final else None
        if ended is not None:
            return ended
        if pending is not None:
            raise pending
        return signal

    return run if final else attempt


def _handler(unit: Unit, node: ast.ExceptHandler) -> Any:
    """A closure that says whether it catches an error, and what its block gave."""
    machine, span = unit.machine, unit.source.span(node)
    kinds = unit.expression(node.type) if node.type else None
    store = unit.store(node.name) if node.name else None
    body = unit.block(node.body)

    def handle(frame: Frame, error: EngineError) -> tuple[bool, Any]:
        if kinds is not None and not _matches(kinds(frame), error, span):
            return False, None
        if store is not None:
            store(frame, as_value(error))
        machine.handled.append(error)
        try:
            return True, body(frame)
        finally:
            machine.handled.pop()
            if store is not None:
                store(frame, UNBOUND)

    return handle


def _matches(kinds: Value, error: EngineError, span: Span) -> bool:
    found = False
    for kind in kinds if isinstance(kinds, tuple) else (kinds,):
        if not isinstance(kind, Class):
            raise placed(
                SourceError(
                    Message("`except` names a kind of exception"), hint=Message("write for example except Exception:")
                ),
                span,
            )
        found = found or caught(error, kind)
    return found
