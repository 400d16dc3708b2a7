"""Shapes that do not fit, told with the names of the operands: what was written, what each is, what was meant."""

import math
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
    """The refusal with the name of the op and those that the operands have (None: it has none). What a program catches
    speaks in PyTorch's words."""
    made = _told(error, op, given, names)
    made.said = _in_pytorchs_words(op, given) or error.said
    return made


def _in_pytorchs_words(op: Op, given: Sequence[Shape]) -> str | None:
    if len(given) < 2:
        return None
    left, right = given[:2]
    if isinstance(op, Elementwise) and len(given) == 2:
        rank = max(len(left), len(right))
        wide = [(1,) * (rank - len(each)) + each for each in (left, right)]
        for dim in reversed(range(rank)):
            one, other = wide[0][dim], wide[1][dim]
            if one != other and 1 not in (one, other):
                return (
                    f"The size of tensor a ({one}) must match the size of tensor b ({other}) "
                    f"at non-singleton dimension {dim}"
                )
    if op.name == "linear" and len(right) == 2:
        left, right = (math.prod(left[:-1]), left[-1]) if len(left) > 1 else (1, *left), right[::-1]
    elif op.name not in _PRODUCTS:
        return None
    if len(left) == len(right) == 2:
        return f"mat1 and mat2 shapes cannot be multiplied ({_crossed(left)} and {_crossed(right)})"
    if len(left) == len(right) == 1:
        return (
            f"inconsistent tensor size, expected tensor [{left[0]}] and src [{right[0]}] to have the same number of "
            f"elements, but got {left[0]} and {right[0]} elements respectively"
        )
    if len(left) == 2 and len(right) == 1:
        return f"size mismatch, got input ({left[0]}), mat ({_crossed(left)}), vec ({right[0]})"
    return None


def _crossed(shape: Shape) -> str:
    return "x".join(map(str, shape))


def _told(error: ShapeError, op: Op, given: Sequence[Shape], names: Sequence[str | None]) -> ShapeError:
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
