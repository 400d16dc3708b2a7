"""f-strings as closures."""

import ast

from engine.language import formatting
from engine.language.mishaps import FOREIGN, placed
from engine.language.unit import Unit
from engine.language.values import Closure, Frame, Value


def text(unit: Unit, node: ast.JoinedStr) -> Closure:
    """`f"{value:.3f}"`."""
    parts = [_field(unit, each) for each in node.values]
    machine, span = unit.machine, unit.source.span(node)

    def join(frame: Frame) -> Value:
        try:
            said = [part(frame) for part in parts]
            machine.charge_text(sum(map(len, said)))
            return "".join(said)
        except FOREIGN as error:
            raise placed(error, span) from None

    return join


def _field(unit: Unit, node: ast.expr) -> Closure:
    if isinstance(node, ast.Constant):
        said = str(node.value)
        return lambda frame: said
    assert isinstance(node, ast.FormattedValue)
    value = unit.expression(node.value)
    conversion = None if node.conversion < 0 else chr(node.conversion)
    machine = unit.machine
    if node.format_spec is None:
        return lambda frame: formatting.converted(machine, value(frame), conversion, "")
    spec = text(unit, node.format_spec)  # type: ignore[arg-type]
    return lambda frame: formatting.converted(machine, value(frame), conversion, spec(frame))
