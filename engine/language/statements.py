"""Statements as closures. A closure gives None to go on, or what ends the block: BREAK, CONTINUE or (value,)."""

import ast
from typing import Any, Final

from engine.language.assignment import annotated, assign, augmented
from engine.language.branches import if_, with_
from engine.language.classes import class_
from engine.language.definitions import define
from engine.language.deletion import delete
from engine.language.failures import assert_, raise_, try_
from engine.language.imports import import_, import_from
from engine.language.loops import BREAK, CONTINUE, for_, leave, while_
from engine.language.matching import match_
from engine.language.unit import Compile, Unit
from engine.language.values import Closure, Frame, Function, Method
from engine.messages import Message


def _expression(unit: Unit, node: ast.Expr) -> Closure:
    value = unit.expression(node.value)
    machine = unit.machine
    if isinstance(node.value, ast.Attribute):
        return _uncalled(unit, node.value, value)
    if unit.layout is not unit.module or not unit.formula:

        def only(frame: Frame) -> Any:
            value(frame)

        return only

    def run(frame: Frame) -> Any:
        machine.last = value(frame)

    return run


def _uncalled(unit: Unit, node: ast.Attribute, value: Closure) -> Closure:
    """`loss.backward` alone on a line does nothing, and is most likely meant to be called."""
    machine, written, line = unit.machine, unit.source.written(node), unit.source.span(node)[0]
    told: list[bool] = []

    def run(frame: Frame) -> Any:
        machine.last = made = value(frame)
        if isinstance(made, (Method, Function)) and not told:
            told.append(True)
            machine.library["warn"](
                Message("line {line}: `{written}` is not called: write {written}()", line=line, written=written[:60])
            )

    return run


def _return(unit: Unit, node: ast.Return) -> Closure:
    if unit.layout.kind != "function":
        raise unit.refusal(node, Message("`return` stands outside a function"), Message("leave it out"))
    if node.value is None:
        return lambda frame: (None,)
    value = unit.expression(node.value)
    return lambda frame: (value(frame),)


def _nothing(unit: Unit, node: ast.stmt) -> Closure:
    return lambda frame: None


def _nonlocal(unit: Unit, node: ast.Nonlocal) -> Closure:
    for name in node.names:
        if unit.layout.kind == "module" or unit.layout.find(name) is None:
            raise unit.refusal(
                node,
                Message("no function around this one knows `{name}`", name=name),
                Message("use `global` for a name of the program"),
            )
    return lambda frame: None


STATEMENTS: Final[dict[type[ast.stmt], Compile]] = {
    ast.Expr: _expression,
    ast.Assign: assign,
    ast.AugAssign: augmented,
    ast.AnnAssign: annotated,
    ast.If: if_,
    ast.Match: match_,
    ast.While: while_,
    ast.For: for_,
    ast.Return: _return,
    ast.Break: leave(BREAK),
    ast.Continue: leave(CONTINUE),
    ast.Pass: _nothing,
    ast.Global: _nothing,
    ast.Nonlocal: _nonlocal,
    ast.With: with_,
    ast.Import: import_,
    ast.ImportFrom: import_from,
    ast.Delete: delete,
    ast.Assert: assert_,
    ast.Raise: raise_,
    ast.Try: try_,
    ast.FunctionDef: define,
    ast.ClassDef: class_,
}
