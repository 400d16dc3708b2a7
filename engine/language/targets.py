"""What may stand left of `=`: names, attributes, items, and lists of these."""

import ast
from collections.abc import Callable

from engine.errors import SourceError
from engine.language.items import set_item
from engine.language.members import set_member
from engine.language.mishaps import FOREIGN, placed
from engine.language.unit import Unit
from engine.language.values import Frame, Instance, Value
from engine.messages import Message
from engine.tensor import Origin, Tensor

Store = Callable[[Frame, Value], None]


def target(unit: Unit, node: ast.expr) -> Store:
    """A closure that gives the target its value."""
    machine, span = unit.machine, unit.source.span(node)
    match node:
        case ast.Name(id=name):
            return _name(unit, name)
        case ast.Attribute(value=value, attr=attr):
            subject = unit.expression(value)

            def set_attribute(frame: Frame, value: Value) -> None:
                machine.line = span[0]
                try:
                    set_member(machine, subject(frame), attr, value)
                except FOREIGN as error:
                    raise placed(error, span) from None

            return set_attribute
        case ast.Subscript(value=value, slice=index):
            subject, at = unit.expression(value), unit.expression(index)

            def set_at(frame: Frame, value: Value) -> None:
                machine.line = span[0]
                try:
                    set_item(machine, subject(frame), at(frame), value)
                except FOREIGN as error:
                    raise placed(error, span) from None

            return set_at
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return _several(unit, node, parts)
    raise unit.refusal(
        node,
        Message("this cannot be given a value"),
        Message("only a name, an attribute or an item can be given a value"),
    )


def _name(unit: Unit, name: str) -> Store:
    store, christen = unit.store(name), naming(unit, name)

    def set_name(frame: Frame, value: Value) -> None:
        if type(value) is Tensor or type(value) is Instance:
            christen(value)
        store(frame, value)

    return set_name


def naming(unit: Unit, name: str) -> Callable[[Value], None]:
    """Tells a tensor or a layer its name, if it has none yet."""
    machine = unit.machine
    last: list[Origin | None] = [None, None]

    def christen(value: Value) -> None:
        if type(value) is Tensor:
            origin = value.origin
            if origin is None:
                value.origin = Origin("op" if value.op else "leaf", name)
            elif origin.name is None and type(origin) is Origin:
                if last[0] is not origin:
                    last[:] = origin, Origin(origin.kind, name, origin.span, origin.scope)
                value.origin = last[1]
        else:
            machine.library["christen"](machine, value, name)

    return christen


def _several(unit: Unit, node: ast.expr, parts: list[ast.expr]) -> Store:
    machine, span = unit.machine, unit.source.span(node)
    stores = [target(unit, each.value if isinstance(each, ast.Starred) else each) for each in parts]
    stars = [index for index, each in enumerate(parts) if isinstance(each, ast.Starred)]
    if len(stars) > 1:
        raise unit.refusal(
            node, Message("only one name can take all the rest"), Message("leave one of the two stars out")
        )

    def unpack(frame: Frame, value: Value) -> None:
        try:
            values = list(value) if type(value) is tuple else machine.taken(value)
            if stars:
                before, behind = stars[0], len(stores) - stars[0] - 1
                if len(values) >= before + behind:
                    end = len(values) - behind
                    values = [*values[:before], values[before:end], *values[end:]]
            if len(values) != len(stores):
                raise SourceError(
                    Message("{given} values are given to {count} names", given=len(values), count=len(stores)),
                    hint=Message("write as many names on the left as there are values on the right"),
                )
        except FOREIGN as error:
            raise placed(error, span) from None
        for store, each in zip(stores, values, strict=True):
            store(frame, each)

    return unpack
