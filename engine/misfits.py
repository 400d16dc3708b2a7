"""Shapes that do not fit, told with the names of the operands: what was written, what each is, what was meant."""

from collections.abc import Sequence
from typing import Final

from engine import shapes
from engine.errors import ShapeError
from engine.messages import Message
from engine.ops.row import Elementwise, Op
from engine.shapes import Shape

_PRODUCTS: Final = frozenset({"matmul", "mm", "mv", "bmm"})
_SIGNS: Final = {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "**"}


def told(error: ShapeError, op: Op, given: Sequence[Shape], names: Sequence[str | None]) -> ShapeError:
    """The refusal with the name of the op and those that the operands have (None: it has none)."""
    known = [(name, shape) for name, shape in zip(names, given, strict=True) if name is not None]
    if len(known) == len(given) == 2:
        (one, left), (other, right) = known
        if op.name in _PRODUCTS and left and right:
            return _product(one, left, other, right, error)
        if isinstance(op, Elementwise):
            return _pair(op, one, left, other, right, error)
    what, said = error.message, str(error.message)
    begins = said.partition(":")[0]  # `conv`, `pool`: part of the name
    if op.name not in said and begins not in op.name and not (op.name in _PRODUCTS and "@" in said):
        what = Message("`{op}`: {what}", op=op.name, what=what)
    if known:
        each = ", ".join(dict.fromkeys(f"{name}: {shapes.text(shape)}" for name, shape in known))
        what = Message("{what} — {names}", what=what, names=each)
    return ShapeError(what, hint=error.hint)


def _product(one: str, left: Shape, other: str, right: Shape, error: ShapeError) -> ShapeError:
    written, expected = f"{one} @ {other}", left[-1]
    if len(right) == 1:
        message = Message(
            "`{written}`: {one} is {left}, {other} has {found}: expected {expected}",
            written=written,
            one=one,
            left=shapes.text(left),
            other=other,
            found=right[0],
            expected=expected,
        )
    else:
        message = Message(
            "`{written}`: {one} is {left}, {other} is {right}: expected {expected}",
            written=written,
            one=one,
            left=shapes.text(left),
            other=other,
            right=shapes.text(right),
            expected=shapes.text((*right[:-2], expected, right[-1])),
        )
    inner = right[-2] if len(right) > 1 else right[0]
    if len(left) == 2 and left[0] == inner:
        meant = f"{one}.T @ {other}"
    elif len(right) == 2 and right[1] == expected:
        meant = f"{one} @ {other}.T"
    elif len(left) > 1 and len(right) > 1 and right[-1] == left[-2]:
        meant = f"{other} @ {one}"
    else:
        return ShapeError(message, hint=error.hint)
    return ShapeError(message, hint=Message("did you mean `{name}`?", name=meant))


def _pair(op: Op, one: str, left: Shape, other: str, right: Shape, error: ShapeError) -> ShapeError:
    def written(first: str, second: str) -> str:
        sign = _SIGNS.get(op.name)
        return f"{first} {sign} {second}" if sign else f"{op.name}({first}, {second})"

    message = Message(
        "`{written}`: {one} is {left}, {other} is {right}: these shapes do not fit",
        written=written(one, other),
        one=one,
        left=shapes.text(left),
        other=other,
        right=shapes.text(right),
    )
    if len(left) == len(right) == 2 and left == right[::-1]:
        meant = written(one, f"{other}.T")
    elif len(right) == 1 and len(left) == 2 and right[0] == left[0]:
        meant = written(one, f"{other}.unsqueeze(1)")
    elif len(left) == 1 and len(right) == 2 and left[0] == right[0]:
        meant = written(f"{one}.unsqueeze(1)", other)
    else:
        return ShapeError(message, hint=error.hint)
    return ShapeError(message, hint=Message("did you mean `{name}`?", name=meant))
