"""Calls as closures: functions, methods, classes, layers, `super()`."""

import ast
import difflib
from collections.abc import Callable
from typing import Final

from engine.errors import EngineError, SourceError
from engine.language.members import member
from engine.language.mishaps import FOREIGN, placed
from engine.language.unit import Unit
from engine.language.values import Class, Closure, Frame, Function, Instance, Method, Native, Super, Value
from engine.messages import Message

Arguments = Callable[[Frame], tuple[list[Value], dict[str, Value] | None]]


def call(unit: Unit, node: ast.Call) -> Closure:
    """A call; one of a method is looked up and made in one go."""
    if isinstance(node.func, ast.Name) and node.func.id == "super" and unit.layout.find("super") is None:
        return _super(unit, node)
    if isinstance(node.func, ast.Attribute):
        return _method(unit, node, node.func)
    if isinstance(node.func, ast.Name):
        _check_known(unit, node.func)
    callee = unit.expression(node.func)
    machine, keep = unit.machine, unit.machine.keep
    origin, span = unit.origin(node), unit.source.span(node)
    if _simple(node):
        parts = [unit.expression(each) for each in node.args]

        def simple(frame: Frame) -> Value:
            function = callee(frame)
            values = [part(frame) for part in parts]
            kind = type(function)
            try:
                if kind is Function:
                    return machine.run(function, values)
                machine.line, machine.called = span[0], span
                if kind is Native:
                    return keep(function.call(machine, *values), origin)
                return keep(machine.call(function, values), origin)
            except FOREIGN as error:
                raise explained(error, function, span) from None

        return simple
    arguments = _arguments(unit, node)

    def general(frame: Frame) -> Value:
        function = callee(frame)
        values, named = arguments(frame)
        try:
            machine.line, machine.called = span[0], span
            return keep(machine.call(function, values, named), origin)
        except FOREIGN as error:
            raise explained(error, function, span) from None

    return general


def _check_known(unit: Unit, func: ast.Name) -> None:
    """A name that is called and that nobody gave a value: most likely a slip in the name of an operation."""
    name = func.id
    if unit.layout.find(name) or name in unit.module.slots or name in unit.builtins:
        return
    if (hint := closed(name)) is not None:
        raise unit.refusal(func, Message("`{name}` is not part of the language", name=name), hint)
    near = difflib.get_close_matches(name, [*unit.module.slots, *unit.builtins], n=1, cutoff=0.6)
    raise unit.refusal(
        func,
        Message("`{name}` is not an operation", name=name),
        Message("did you mean `{name}`?", name=near[0])
        if near
        else Message(
            "the reference page lists all operations; a function of your own begins with def {name}", name=name
        ),
    )


_SAFE: Final = Message("programs are read here and never executed by Python; leave it out")
_CLOSED: Final = {
    **dict.fromkeys(("eval", "exec", "compile", "__import__", "globals", "locals", "vars", "dir", "breakpoint"), _SAFE),
    **dict.fromkeys(("help", "exit", "quit", "delattr", "memoryview", "bytes", "bytearray"), _SAFE),
    "open": Message("there are no files here; write the data as lists"),
    "input": Message("nobody can type while a program runs; give the value as an input or on a line of its own"),
}


def closed(name: str) -> Message | None:
    """Why a name of Python's own is not here, None if it is no such name."""
    return _CLOSED.get(name) or (_SAFE if name.startswith("__") and name.endswith("__") else None)


def _method(unit: Unit, node: ast.Call, func: ast.Attribute) -> Closure:
    of, name = unit.expression(func.value), func.attr
    machine, keep, tables = unit.machine, unit.machine.keep, unit.machine.methods
    origin, span = unit.origin(node), unit.source.span(node)
    arguments = _arguments(unit, node)

    def method(frame: Frame) -> Value:
        subject = of(frame)
        values, named = arguments(frame)
        table = tables.get(type(subject))
        function: Value = None
        try:
            machine.line, machine.called = span[0], span
            if table is not None:
                native = table.get(name)
                if native is not None:
                    function = native
                    return keep(native.call(machine, subject, *values, **(named or {})), origin)
            if type(subject) is Instance and name not in subject.attributes:
                function = subject.kind.find(name)
                if type(function) is Function:
                    called, given = function, [subject, *values]
                    if name == "backward":
                        watch = machine.library["backward_by_hand"]
                        return watch(machine, subject, lambda: machine.run(called, given, named))
                    return machine.run(function, given, named)
            function = member(machine, subject, name)
            return keep(machine.call(function, values, named), origin)
        except FOREIGN as error:
            raise explained(error, function, span) from None

    return method


def _simple(node: ast.Call) -> bool:
    return not node.keywords and not any(isinstance(each, ast.Starred) for each in node.args)


def _arguments(unit: Unit, node: ast.Call) -> Arguments:
    """The values of a call: by position, and by name."""
    if _simple(node):
        parts = [unit.expression(each) for each in node.args]
        if not parts:
            return lambda frame: ([], None)
        if len(parts) == 1:
            (only,) = parts
            return lambda frame: ([only(frame)], None)
        return lambda frame: ([part(frame) for part in parts], None)
    machine, span = unit.machine, unit.source.span(node)
    pieces = [
        (unit.expression(each.value if isinstance(each, ast.Starred) else each), isinstance(each, ast.Starred))
        for each in node.args
    ]
    by_name = [(each.arg, unit.expression(each.value)) for each in node.keywords]

    def values(frame: Frame) -> tuple[list[Value], dict[str, Value] | None]:
        found: list[Value] = []
        named: dict[str, Value] = {}
        for piece, starred in pieces:
            value = piece(frame)
            if starred:
                try:
                    found.extend(machine.taken(value))
                except FOREIGN as error:
                    raise placed(error, span) from None
            else:
                found.append(value)
        for name, piece in by_name:
            value = piece(frame)
            if name is not None:
                named[name] = value
            elif isinstance(value, dict) and all(isinstance(key, str) for key in value):
                named.update(value)
            else:
                raise placed(
                    SourceError(
                        Message("`**` takes a dictionary whose keys are names"),
                        hint=Message('write for example **{{"lr": 0.1}}'),
                    ),
                    span,
                )
        return found, named or None

    return values


def _super(unit: Unit, node: ast.Call) -> Closure:
    owner, span = unit.owner, unit.source.span(node)
    if len(node.args) == 2 and not node.keywords:
        behind, subject = map(unit.expression, node.args)

        def of_two(frame: Frame) -> Value:
            kind, held = behind(frame), subject(frame)
            if isinstance(kind, Class) and isinstance(held, Instance) and held.kind.derives_from(kind):
                return Super(kind, held)
            raise placed(
                SourceError(
                    Message("`super` takes a class and an object of it"), hint=Message("inside a method write super()")
                ),
                span,
            )

        return of_two
    hops = unit.method_hops

    def of_method(frame: Frame) -> Value:
        for _ in range(hops):
            frame = frame[0]
        kind = owner[0]
        if kind is None or len(frame) < 2 or not isinstance(frame[1], Instance):
            raise placed(
                SourceError(
                    Message("`super()` stands outside a method"), hint=Message("use it inside a method of a class")
                ),
                span,
            )
        return Super(kind, frame[1])

    return of_method


_WRONG: Final = (TypeError, ValueError, AttributeError, AssertionError)
"""What the host says when a function of the library is given something it does not know."""


def explained(error: BaseException, function: Value, span: tuple[int, int, int, int]) -> EngineError:
    """What went wrong in a call; wrong arguments of a library function are named."""
    if isinstance(error, _WRONG) and isinstance(function, (Native, Method, Class)):
        name = function.function.name if isinstance(function, Method) else function.name
        text = str(error)
        if "unexpected keyword argument" in text:
            made = SourceError(
                Message("`{name}` has no argument called {argument}", name=name, argument=text.rpartition(" ")[2]),
                hint=Message("look for a slip in its name, or leave it out"),
            )
            return placed(made, span)
        if "missing" in text and "required" in text:
            given = text.rpartition(": ")[2].replace("'self'", "'input'")
            made = SourceError(
                Message("`{name}` is not given {arguments}", name=name, arguments=given),
                hint=Message("put the value into the brackets"),
            )
            return placed(made, span)
        if "positional argument" in text or "multiple values" in text:
            made = SourceError(
                Message("`{name}` is given too many values", name=name),
                hint=Message("leave some out, or give them by name"),
            )
            return placed(made, span)
        made = SourceError(
            Message("`{name}` cannot work with these values", name=name),
            hint=Message("print them before this line to see what they are"),
        )
        return placed(made, span)
    return placed(error, span)
