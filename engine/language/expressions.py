"""Expressions as closures, and the table of them all: names, literals, `:=`, slices."""

import ast
from typing import Final

from engine.language.arithmetic import binary, unary
from engine.language.calls import call
from engine.language.comprehensions import COMPREHENSIONS
from engine.language.displays import dictionary, sequence
from engine.language.functions import lambda_
from engine.language.grammar import INSIDE
from engine.language.items import subscript
from engine.language.logic import choice, compare, either
from engine.language.members import attribute
from engine.language.texts import text
from engine.language.unit import Compile, Unit
from engine.language.values import Closure, Frame, Value
from engine.messages import Message


def _name(unit: Unit, node: ast.Name) -> Closure:
    return unit.load(node.id, node)


def _constant(unit: Unit, node: ast.Constant) -> Closure:
    value = node.value
    if unit.pure and isinstance(value, (int, float)) and not isinstance(value, bool):
        return unit.machine.library["constant"](unit.machine, float(value), unit.source.span(node))  # type: ignore[no-any-return]
    return lambda frame: value


def _named(unit: Unit, node: ast.NamedExpr) -> Closure:
    value = unit.expression(node.value)
    store = unit.store(node.target.id)

    def make(frame: Frame) -> Value:
        made = value(frame)
        store(frame, made)
        return made

    return make


def _out_of_place(unit: Unit, node: ast.expr) -> Closure:
    raise unit.refusal(
        node,
        Message("`*` stands for several values and has no place here"),
        Message("use it in a list or in the brackets of a call"),
    )


def _yield(unit: Unit, node: ast.Yield | ast.YieldFrom) -> Closure:
    if unit.layout.kind != "function":
        raise unit.refusal(
            node, Message("`yield` stands outside a function"), Message("write it in the body of a `def`")
        )
    raise unit.refusal(node, *INSIDE)


def _slice(unit: Unit, node: ast.Slice) -> Closure:
    parts = [
        unit.expression(each) if each is not None else (lambda frame: None)
        for each in (node.lower, node.upper, node.step)
    ]
    start, stop, step = parts
    return lambda frame: slice(start(frame), stop(frame), step(frame))


EXPRESSIONS: Final[dict[type[ast.expr], Compile]] = {
    ast.Name: _name,
    ast.Constant: _constant,
    ast.BinOp: binary,
    ast.UnaryOp: unary,
    ast.BoolOp: either,
    ast.Compare: compare,
    ast.IfExp: choice,
    ast.List: sequence,
    ast.Tuple: sequence,
    ast.Set: sequence,
    ast.Dict: dictionary,
    ast.JoinedStr: text,
    ast.NamedExpr: _named,
    ast.Starred: _out_of_place,
    ast.Slice: _slice,
    ast.Yield: _yield,
    ast.YieldFrom: _yield,
    ast.Call: call,
    ast.Attribute: attribute,
    ast.Subscript: subscript,
    ast.Lambda: lambda_,
    **COMPREHENSIONS,
}
