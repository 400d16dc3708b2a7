"""Comprehensions as closures; their names live in slots of their own."""

import ast
from collections.abc import Callable
from typing import Any, Final

from engine.language import operators
from engine.language.mishaps import FOREIGN, placed
from engine.language.scopes import bound
from engine.language.targets import target
from engine.language.unit import Compile, Unit
from engine.language.values import Closure, Frame, Once, Value

Emit = Callable[[Value], None]
Loop = Callable[[Frame, Emit], None]


def _loops(unit: Unit, node: Any, emit: Callable[[], Closure]) -> Loop:
    """The loops of a comprehension around what `emit` compiles inside them."""
    layout = unit.layout
    own: dict[str, int] = {}
    machine = unit.machine
    levels = []
    for index, generator in enumerate(node.generators):
        if index == 0:
            source = unit.expression(generator.iter)
            layout.inner.append(own)
        else:
            source = unit.expression(generator.iter)
        for name in bound([ast.Expr(generator.target)]):
            own.setdefault(name, layout.fresh())
        store = target(unit, generator.target)
        tests = [unit.expression(each) for each in generator.ifs]
        levels.append((source, store, tests, unit.source.span(generator.iter)))
    inner = emit()
    layout.inner.pop()

    def last(frame: Frame, give: Emit) -> None:
        give(inner(frame))

    loop: Loop = last
    for source, store, tests, span in reversed(levels):
        loop = _level(machine, source, store, tests, span, loop)
    return loop


def _level(machine: Any, source: Closure, store: Any, tests: list[Closure], span: Any, inner: Loop) -> Loop:
    def loop(frame: Frame, give: Emit) -> None:
        try:
            values = machine.items(source(frame))
            for value in values:
                machine.charge(1)
                store(frame, value)
                for test in tests:
                    if not operators.truth(machine, test(frame)):
                        break
                else:
                    inner(frame, give)
        except FOREIGN as error:
            raise placed(error, span) from None

    return loop


def _list(unit: Unit, node: ast.ListComp | ast.GeneratorExp | ast.SetComp) -> Closure:
    loop = _loops(unit, node, lambda: unit.expression(node.elt))

    def make(frame: Frame) -> Value:
        found: list[Value] = []
        loop(frame, found.append)
        return found

    def make_set(frame: Frame) -> Value:
        return set(map(operators.key, make(frame)))

    if isinstance(node, ast.GeneratorExp):
        return lambda frame: Once("generator", iter(make(frame)))
    return make_set if isinstance(node, ast.SetComp) else make


def _dictionary(unit: Unit, node: ast.DictComp) -> Closure:
    def pair() -> Closure:
        key, value = unit.expression(node.key), unit.expression(node.value)
        return lambda frame: (operators.key(key(frame)), value(frame))

    loop = _loops(unit, node, pair)

    def make(frame: Frame) -> Value:
        found: list[tuple[Value, Value]] = []
        loop(frame, found.append)
        return dict(found)

    return make


COMPREHENSIONS: Final[dict[type[ast.expr], Compile]] = {
    ast.ListComp: _list,
    ast.GeneratorExp: _list,
    ast.SetComp: _list,
    ast.DictComp: _dictionary,
}
