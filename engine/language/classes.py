"""`class` as a closure that makes a class."""

import ast
from typing import Any

from engine.errors import SourceError
from engine.language.absent import Absent
from engine.language.calls import explained
from engine.language.machine import Machine
from engine.language.mishaps import FOREIGN, placed
from engine.language.scopes import Layout, bound
from engine.language.unit import Unit
from engine.language.values import UNBOUND, Class, ClassMethod, Closure, Frame, Native, Token, Value
from engine.messages import Message
from engine.origin import Span


def class_(unit: Unit, node: ast.ClassDef) -> Closure:
    """`class name(bases): …`."""
    bases = [(unit.expression(each), unit.source.span(each)) for each in node.bases]
    decorators = [(unit.expression(each), unit.source.span(each)) for each in reversed(node.decorator_list)]
    annotated = tuple(
        each.target.id for each in node.body if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
    )
    store = unit.store(node.name)
    names = list(dict.fromkeys(bound(node.body)))
    outer, owner = unit.layout, unit.owner
    around = unit.layout
    layout = Layout("class", around.around if around.kind == "class" else around, names)
    loops, unit.loops = unit.loops, 0
    unit.layout, unit.owner = layout, [None]
    body, own = unit.block(node.body), unit.owner
    unit.layout, unit.owner, unit.loops = outer, owner, loops
    slots, machine = {name: layout.slots[name] for name in names}, unit.machine
    nested = around.kind == "class"

    def make(frame: Frame) -> Any:
        held: list[Class] = []
        for base, span in bases:
            value = base(frame)
            if not isinstance(value, Class):
                raise placed(_no_base(value), span)
            held.append(value)
        inner: list[Value] = [frame[0] if nested else frame, *[UNBOUND] * (layout.size - 1)]
        body(inner)
        made = Class(
            node.name,
            tuple(held),
            {name: inner[slot] for name, slot in slots.items() if inner[slot] is not UNBOUND},
            "__main__",
            sealed=False,
            annotated=annotated,
        )
        own[0] = made
        machine.charge(1)
        around = made.find("__init_subclass__", made)
        if around is not UNBOUND:
            machine.call(around.function if isinstance(around, ClassMethod) else around, [made])
        store(frame, _decorated(machine, frame, made, decorators))

    return make


def _no_base(value: Value) -> SourceError:
    if isinstance(value, Absent):
        return value.refusal()
    if isinstance(value, Token) and isinstance(value.held, Native):
        return SourceError(
            Message("no class derives from `{name}` here", name=value.held.name),
            hint=Message("keep one in an attribute: self.values = {name}()", name=value.held.name),
        )
    return SourceError(Message("a class derives from a class"), hint=Message("write for example class Net(nn.Module):"))


def _decorated(machine: Machine, frame: Frame, made: Value, decorators: list[tuple[Closure, Span]]) -> Value:
    for decorator, span in decorators:
        around = decorator(frame)
        try:
            made = machine.call(around, [made])
        except FOREIGN as error:
            raise explained(error, around, span) from None
    return made
