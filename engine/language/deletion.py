"""`del` as closures."""

import ast
from typing import Any

from engine.errors import SourceError
from engine.language.items import delete_item
from engine.language.mishaps import FOREIGN, placed
from engine.language.unit import Unit
from engine.language.values import UNBOUND, Closure, Frame, Instance
from engine.messages import Message


def delete(unit: Unit, node: ast.Delete) -> Closure:
    """`del a, b[0], c.x`."""
    steps = [_one_delete(unit, each) for each in node.targets]

    def run(frame: Frame) -> Any:
        for step in steps:
            step(frame)

    return run


def _one_delete(unit: Unit, node: ast.expr) -> Closure:
    machine, span = unit.machine, unit.source.span(node)
    match node:
        case ast.Name(id=name):
            load, store = unit.load(name, node), unit.store(name)

            def delete_name(frame: Frame) -> Any:
                load(frame)
                store(frame, UNBOUND)

            return delete_name
        case ast.Subscript(value=value, slice=index):
            subject, at = unit.expression(value), unit.expression(index)

            def delete_at(frame: Frame) -> Any:
                try:
                    delete_item(machine, subject(frame), at(frame))
                except FOREIGN as error:
                    raise placed(error, span) from None

            return delete_at
        case ast.Attribute(value=value, attr=attr):
            subject = unit.expression(value)

            def delete_attribute(frame: Frame) -> Any:
                held = subject(frame)
                if not isinstance(held, Instance) or attr not in held.attributes:
                    raise placed(
                        SourceError(
                            Message("there is no `{name}`", name=attr), hint=Message("look for a slip in its name")
                        ),
                        span,
                    )
                del held.attributes[attr]

            return delete_attribute
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            steps = [_one_delete(unit, each) for each in parts]
            return lambda frame: [step(frame) for step in steps] and None
    raise unit.refusal(node, Message("this cannot be deleted"), Message("delete a name or an item"))
