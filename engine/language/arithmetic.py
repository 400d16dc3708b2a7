"""Operators between and before values as closures: `+ - * / ** @` and their like."""

import ast
from collections.abc import Callable, Mapping
from typing import Any, Final

from engine.language import operators
from engine.language.machine import Machine
from engine.language.mishaps import FOREIGN, placed
from engine.language.unit import Unit
from engine.language.values import NUMBERS, Closure, Frame, Value
from engine.origin import Origin
from engine.tensor import Tensor

_PLAIN: Final = frozenset({ast.Add, ast.Sub, ast.Mult})
"""What two floats are joined by without a look at their values."""
_OWN: Final[dict[type[ast.operator], Callable[[Tensor, Any], Any]]] = {
    ast.Add: Tensor.__add__,
    ast.Sub: Tensor.__sub__,
    ast.Mult: Tensor.__mul__,
    ast.Div: Tensor.__truediv__,
    ast.Pow: Tensor.__pow__,
    ast.MatMult: Tensor.__matmul__,
}
"""What a tensor on the left does itself, called without Python's search for who is to do it."""
_LONG: Final = 8
"""Chains longer than this are folded in a loop."""


def binary(unit: Unit, node: ast.BinOp) -> Closure:
    """`a + b`; a chain of any length is read without recursion."""
    chain: list[ast.BinOp] = []
    first: ast.expr = node
    while isinstance(first, ast.BinOp):
        chain.append(first)
        first = first.left
    if len(chain) <= _LONG:
        made, slot = unit.expression(first), unit.own_slot(first)
        for each in reversed(chain):
            made, slot = _join(unit, each, made, slot), 0
        return made
    start = unit.expression(first)
    joins = [_joiner(unit, each) for each in reversed(chain)]

    def fold(frame: Frame) -> Value:
        value = start(frame)
        for join in joins:
            value = join(frame, value)
        return value

    return fold


def _join(unit: Unit, node: ast.BinOp, left: Closure, slot: int = 0) -> Closure:
    """One operator. What stands in a slot of the frame is taken from there without a call; if it is not the tensor or
    number that is expected, the closures say what it is, or what is missing."""
    if exponent := _literal_exponent(unit, node):
        return exponent(left)
    machine, keep, note, kind = unit.machine, unit.machine.keep, unit.machine.note, type(node.op)
    host, origin, span = operators.BINARY[kind][2], unit.origin(node), unit.source.span(node)
    own, plain, slow = _OWN.get(kind), kind in _PLAIN, operators.binary
    if own is not None and kind is ast.MatMult:
        host, own = _on_line(machine, span[0], host), _on_line(machine, span[0], own)
    if (
        own is not None
        and isinstance(node.right, ast.Constant)
        and type(node.right.value) in (float, int)
        and not unit.pure
    ):
        number: Any = node.right.value

        def with_number(frame: Frame) -> Value:
            a = frame[slot] if slot else left(frame)
            try:
                if type(a) is Tensor:
                    made = own(a, number)
                    if made.origin is None:
                        made.origin = origin
                        note(made)
                    return made
                if plain and type(a) is float:
                    return host(a, number)
                return keep(slow(machine, kind, left(frame) if slot else a, number), origin)
            except FOREIGN as error:
                raise placed(error, span) from None

        return with_number

    right, other = unit.expression(node.right), unit.own_slot(node.right)
    left_name, right_name = _called(unit, node.left), _called(unit, node.right)

    def join(frame: Frame) -> Value:
        a = frame[slot] if slot else left(frame)
        b = frame[other] if other else right(frame)
        kind_a, kind_b = type(a), type(b)
        try:
            if own is not None and kind_a is Tensor:
                if kind_b is Tensor:
                    made = own(a, b)
                    if made.origin is None:
                        made.origin = origin
                        note(made)
                    return made
                if kind_b is float or kind_b is int:
                    made = own(a, b)
                    if right_name and made.operands:
                        made.operands[-1].origin = right_name
                    return keep(made, origin)
            if plain and kind_a is float and kind_b is float:
                return host(a, b)
            if own is not None and kind_b is Tensor and (kind_a is float or kind_a is int):
                made = host(a, b)
            else:
                made = slow(machine, kind, left(frame) if slot else a, right(frame) if other else b)
            if kind_b is Tensor and kind_a in NUMBERS and left_name and len(made.operands) == 2:
                made.operands[0].origin = left_name
                if (called := _TURNED.get(kind)) is not None:
                    machine.library["grad_fns"][made.birth] = called
            return keep(made, origin)
        except FOREIGN as error:
            raise placed(error, span) from None

    return join


_TURNED: Final = {ast.Sub: "RsubBackward1", ast.Pow: "PowBackward2"}
"""What PyTorch calls the backward function where a number stands before a tensor."""


def _called(unit: Unit, operand: ast.expr) -> Origin | None:
    """A plain number that comes in under a name keeps it in the graph: `x * w`, not `3.0 * w`."""
    return Origin("leaf", operand.id, unit.source.span(operand)) if isinstance(operand, ast.Name) else None


def _on_line(machine: Machine, line: int, host: Callable[[Value, Value], Value]) -> Callable[[Value, Value], Value]:
    """A product knows its line, since those of one line can be unfolded alone."""

    def product(a: Value, b: Value) -> Value:
        machine.line = line
        return host(a, b)

    return product


def _joiner(unit: Unit, node: ast.BinOp) -> Callable[[Frame, Value], Value]:
    """The same for a long chain: what is left of the mark is handed in."""
    waiting: list[Value] = [None]
    join = _join(unit, node, lambda frame: waiting[-1])

    def joined(frame: Frame, left: Value) -> Value:
        waiting.append(left)
        try:
            return join(frame)
        finally:
            waiting.pop()

    return joined


def _literal_exponent(unit: Unit, node: ast.BinOp) -> Callable[[Closure], Closure] | None:
    """In a formula, `x ** 2` has its exponent as an attribute, not as a constant of the graph."""
    number = literal(node.right)
    if not (unit.pure and isinstance(node.op, ast.Pow) and number is not None):
        return None
    exponent, keep, origin, span = float(number), unit.machine.keep, unit.origin(node), unit.source.span(node)

    def of(left: Closure) -> Closure:
        def power(frame: Frame) -> Value:
            try:
                return keep(left(frame) ** exponent, origin)
            except FOREIGN as error:
                raise placed(error, span) from None

        return power

    return of


def literal(node: ast.expr) -> float | None:
    """The value of a number that is written out, with its sign; None if this is something else."""
    sign = 1
    while isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        sign = -sign if isinstance(node.op, ast.USub) else sign
        node = node.operand
    match node:
        case ast.Constant(value=bool()):
            return None
        case ast.Constant(value=int() | float() as value):
            return sign * value
    return None


_UNARY: Final[Mapping[type[ast.unaryop], Any]] = {
    ast.USub: operators.negative,
    ast.UAdd: operators.positive,
    ast.Invert: operators.inverted,
}


def unary(unit: Unit, node: ast.UnaryOp) -> Closure:
    """`-a`, `~a`, `not a`; a literal with its sign is one number."""
    chain: list[ast.UnaryOp] = []
    inner: ast.expr = node
    while isinstance(inner, ast.UnaryOp):
        chain.append(inner)
        inner = inner.operand
    machine, keep = unit.machine, unit.machine.keep
    if (
        isinstance(inner, ast.Constant)
        and isinstance(chain[-1].op, ast.USub)
        and (number := literal(chain[-1])) is not None
    ):
        chain.pop()  # −2 is one number
        if unit.pure:
            start = unit.machine.library["constant"](machine, float(number), unit.source.span(node))
        else:
            start = lambda frame: number  # noqa: E731
    else:
        start = unit.expression(inner)
    marks = [(type(each.op), unit.origin(each), unit.source.span(each)) for each in reversed(chain)]

    def apply(frame: Frame) -> Value:
        value = start(frame)
        for kind, origin, span in marks:
            try:
                if kind is ast.Not:
                    value = not operators.truth(machine, value)
                elif kind is not ast.UAdd or type(value) is not Tensor:
                    value = keep(_UNARY[kind](machine, value), origin)
            except FOREIGN as error:
                raise placed(error, span) from None
        return value

    return apply if marks else start
