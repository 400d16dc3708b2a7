"""`=`, `+=` and their like as closures, and how the new value of a leaf is written."""

import ast
import re
from typing import Any

from engine.language import operators
from engine.language.arithmetic import literal
from engine.language.items import item, set_item
from engine.language.members import member, set_member
from engine.language.mishaps import FOREIGN, placed
from engine.language.targets import naming, target
from engine.language.unit import Unit
from engine.language.values import UNBOUND, Closure, Frame, Instance, Value
from engine.messages import Message
from engine.tensor import Tensor


def assign(unit: Unit, node: ast.Assign) -> Closure:
    """`a = b = value`."""
    outside = unit.layout is unit.module
    if outside and unit.formula and len(node.targets) > 1 and literal(node.value) is not None:
        return _each_a_leaf(unit, node)
    if isinstance(node.targets[0], ast.Name):
        unit.called[node.value] = node.targets[0].id
    value = unit.expression(node.value)
    stores = [target(unit, each) for each in node.targets]
    if (expression := written_update(unit, node)) is not None:
        return _updating(unit, value, stores, expression)
    if outside and unit.formula:
        return _last(unit, _leaf(unit, node) or value, stores)
    if len(node.targets) == 1 and isinstance(node.targets[0], ast.Name) and (slot := unit.own_slot(node.targets[0])):
        return _own(unit, node.targets[0].id, slot, value, outside=outside)

    def run(frame: Frame) -> Any:
        made = value(frame)
        for store in stores:
            store(frame, made)

    return run


def _own(unit: Unit, name: str, slot: int, value: Closure, *, outside: bool) -> Closure:
    """A name of the frame that is being run, by far the most common target. A leaf tensor of the program itself may
    be given another value from outside."""
    christen = naming(unit, name)
    replaced = unit.machine.library.get("replaced") if outside else None

    def run(frame: Frame) -> Any:
        made = value(frame)
        kind = type(made)
        if kind is Tensor:
            if replaced is not None and made.first is None:
                made = replaced(name, made)
            origin = made.origin
            if origin is None or origin.name is None:
                christen(made)
        elif kind is Instance:
            christen(made)
        frame[slot] = made

    return run


def _last(unit: Unit, value: Closure, stores: list[Any]) -> Closure:
    """In a formula, the value of the last line is the output."""
    machine = unit.machine

    def run(frame: Frame) -> Any:
        machine.last = made = value(frame)
        for store in stores:
            store(frame, made)

    return run


def written_update(unit: Unit, node: ast.Assign | ast.AugAssign) -> str | None:
    """How a leaf's new value is written: `w − 0.01·w.grad` for `w.data -= 0.01 * w.grad.data`."""
    match node:
        case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=name), attr="data")]):
            text = unit.source.written(node.value)
        case ast.AugAssign(target=ast.Attribute(value=ast.Name(id=name), attr="data") | ast.Name(id=name)):
            value = unit.source.written(node.value)
            if not isinstance(node.op, (ast.Add, ast.Sub, ast.Mult, ast.Div)):
                return None
            low = isinstance(node.value, ast.BinOp) and isinstance(node.value.op, (ast.Add, ast.Sub))
            text = f"{name} {operators.BINARY[type(node.op)][0]} {f'({value})' if low else value}"
        case _:
            return None
    if len(text) > 80 or not text.isprintable():
        return None
    text = text.replace(".data", "").replace(" * ", "·").replace("*", "·").replace(" - ", " − ")
    return re.sub(rf"\b{re.escape(name)}\b", "{w}", text.replace("{", "").replace("}", ""))


def _updating(unit: Unit, value: Closure, stores: list[Any], expression: str) -> Closure:
    machine = unit.machine

    def run(frame: Frame) -> Any:
        made = value(frame)
        machine.expression = expression
        for store in stores:
            store(frame, made)
        machine.expression = None

    return run


def _each_a_leaf(unit: Unit, node: ast.Assign) -> Closure:
    """`x = y = 1.0` in a formula sets a leaf for each name."""
    parts = [ast.copy_location(ast.Assign(targets=[each], value=node.value), node) for each in node.targets]
    steps = [assign(unit, each) for each in parts]

    def run(frame: Frame) -> Any:
        for step in steps:
            step(frame)

    return run


def _leaf(unit: Unit, node: ast.Assign) -> Closure | None:
    """`x = 1.0` in a formula sets a leaf."""
    number = literal(node.value)
    match node.targets:
        case [ast.Name(id=name)] if number is not None:
            span, make = unit.source.span(node.value), unit.machine.library["leaf"]
            return lambda frame: make(name, span, float(number))
    return None


def augmented(unit: Unit, node: ast.AugAssign) -> Closure:
    """`a += value`, `a.x *= value`, `a[i] -= value`; tensors and lists change in place."""
    machine, keep, kind = unit.machine, unit.machine.keep, type(node.op)
    origin, span = unit.origin(node), unit.source.span(node)
    right = unit.expression(node.value)
    expression = written_update(unit, node)

    def joined(old: Value, value: Value) -> Value:
        """`old` changed where it can be (lists, tensors), or the new value."""
        if type(old) is Tensor and not unit.formula:
            machine.line, machine.expression = span[0], expression
            try:
                return keep(machine.library["in_place"](machine, kind, old, value), origin)
            finally:
                machine.expression = None
        if type(old) is list and kind is ast.Add:
            old.extend(machine.taken(value))
            return old
        if isinstance(old, Instance):
            function = old.kind.find(f"__i{operators.BINARY[kind][1]}__")
            if function is not UNBOUND:
                return machine.call(function, [old, value])
        if type(old) is float and type(value) is float and kind in (ast.Add, ast.Sub, ast.Mult):
            return operators.BINARY[kind][2](old, value)
        return keep(operators.binary(machine, kind, old, value), origin)

    match node.target:
        case ast.Name(id=name):
            load = unit.load(name, node.target)
            store = target(unit, node.target)

            def name_(frame: Frame) -> Any:
                old, value = load(frame), right(frame)
                try:
                    made = joined(old, value)
                except FOREIGN as error:
                    raise placed(error, span) from None
                store(frame, made)
                machine.last = made

            return name_
        case ast.Attribute(value=subject_node, attr=attr):
            subject = unit.expression(subject_node)

            def attribute(frame: Frame) -> Any:
                held = subject(frame)
                try:
                    set_member(machine, held, attr, joined(member(machine, held, attr), right(frame)))
                except FOREIGN as error:
                    raise placed(error, span) from None

            return attribute
        case ast.Subscript(value=subject_node, slice=index_node):
            subject, index = unit.expression(subject_node), unit.expression(index_node)

            def subscript(frame: Frame) -> Any:
                held, at = subject(frame), index(frame)
                try:
                    set_item(machine, held, at, joined(item(machine, held, at), right(frame)))
                except FOREIGN as error:
                    raise placed(error, span) from None

            return subscript
    raise unit.refusal(node, Message("this cannot be given a value"), Message("give it to a name"))


def annotated(unit: Unit, node: ast.AnnAssign) -> Closure:
    """`a: float = value`; the annotation is not looked at."""
    if node.value is None:
        return lambda frame: None
    plain = ast.Assign(targets=[node.target], value=node.value)
    return assign(unit, ast.copy_location(plain, node))
