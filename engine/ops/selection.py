"""Choosing between values: comparisons, `where` and bounds, and what rules are written with at borders."""

from typing import Any, Final

import numpy as np

from engine.formula import Formula, is_formula
from engine.ops.row import Elementwise, Traced, functional


def _comparison(name: str, glyph: str, array: Any, english: str, chinese: str) -> Elementwise:
    return Elementwise(
        name=name,
        glyph=glyph,
        operands=("input", "other"),
        array=array,
        local=(0.0, 0.0),
        notation=lambda x, y: Formula(f"[{x.plain} {glyph} {y.plain}]", f"[{x.latex} {_LATEX[glyph]} {y.latex}]"),
        english=f"It is 1 where {english} and 0 elsewhere; such a jump passes no gradient.",
        chinese=f"{chinese}处为 1，其余为 0；这种跳变不传梯度。",
        domain=r"x, y \in \mathbb{R}",
        differentiable=False,
    )


_LATEX: Final = {">": ">", "≥": r"\ge", "<": "<", "≤": r"\le", "=": "=", "≠": r"\ne"}
GT: Final = _comparison("gt", ">", np.greater, "the first operand is larger", "第一个操作数较大")
GE: Final = _comparison(
    "ge", "≥", np.greater_equal, "the first operand is at least as large", "第一个操作数不小于第二个"
)
LT: Final = _comparison("lt", "<", np.less, "the first operand is smaller", "第一个操作数较小")
LE: Final = _comparison("le", "≤", np.less_equal, "the first operand is at most as large", "第一个操作数不大于第二个")
EQ: Final = _comparison("eq", "=", np.equal, "both operands are equal", "两个操作数相等")
NE: Final = _comparison("ne", "≠", np.not_equal, "the operands differ", "两个操作数不等")


WHERE: Final = Elementwise(
    name="where",
    glyph="?:",
    operands=("condition", "input", "other"),
    selects=True,
    array=lambda condition, x, y: np.where(condition, x, y),
    local=lambda condition, x, y, out: (0.0, chosen(condition), rejected(condition)),
    shown=(("0", "0"), ("[$0]", "[$0]"), ("[not $0]", r"[\lnot $0]")),
    notation=functional("where({0}, {1}, {2})", r"\text{{where}}({0}, {1}, {2})"),
    english="Where the condition holds, the first value gets the upstream gradient; elsewhere the second one does.",
    chinese="条件成立处，上游梯度传给第一个值；其余处传给第二个值。",
    domain=r"x, y \in \mathbb{R}",
)
MASKED_FILL: Final = Elementwise(
    name="masked_fill",
    glyph="▦",
    operands=("input", "mask", "value"),
    array=lambda x, mask, value: np.where(mask, value, x),
    local=lambda x, mask, value, out: (rejected(mask), 0.0, chosen(mask)),
    shown=(("[not $1]", r"[\lnot $1]"), ("0", "0"), ("[$1]", "[$1]")),
    english="Where the mask holds, the value stands in and takes the upstream gradient; the rest goes to the input.",
    chinese="掩码成立处换成给定的值，上游梯度也归它；其余处的上游梯度传给输入。",
)


def _extremum(name: str, glyph: str, sign: str, array: Any, before: Any, told: tuple[str, str]) -> Elementwise:
    """`before(x, y)`: where x is not the one that is taken."""

    def share(x: Any, y: Any) -> Any:
        return piecewise(x, x == y, 0.5, rejected(before(x, y)))

    return Elementwise(
        name=name,
        glyph=glyph,
        operands=("input", "other"),
        array=array,
        forward=_larger if name == "maximum" else _smaller,
        local=lambda x, y, out: (share(x, y), share(y, x)),
        shown=((f"[$0 {sign} $1]", f"[$0 {sign} $1]"), (f"[$1 {sign} $0]", f"[$1 {sign} $0]")),
        english=f"Only the {told[0]} of the two operands counts, so it alone gets the upstream gradient.",
        chinese=f"只有两个操作数中{told[1]}的那个起作用，上游梯度只传给它。",
        domain=r"x, y \in \mathbb{R}",
        kink=(
            f"Where both are equal, either might be the {told[0]} one; PyTorch gives half to each.",
            f"两者相等时，无法说哪个{told[1]}；PyTorch 约定各得一半。",
        ),
    )


def _larger(x: float, y: float) -> float:
    return x if x >= y or x != x else y


def _smaller(x: float, y: float) -> float:
    return x if x <= y or x != x else y


MAXIMUM: Final = _extremum("maximum", "max( )", ">", np.maximum, lambda x, y: x < y, ("larger", "较大"))
MINIMUM: Final = _extremum("minimum", "min( )", "<", np.minimum, lambda x, y: x > y, ("smaller", "较小"))


def _clamped(x: float, low: float | None, high: float | None) -> float:
    made = low if low is not None and x < low else x
    return float(high if high is not None and made > high else made)


def _within(x: Any, low: Any, high: Any) -> Any:
    above = 1.0 if low is None else chosen(x >= low)
    below = 1.0 if high is None else chosen(x <= high)
    return above if high is None else below if low is None else above * below


def bounded(x: Any, low: float | None, high: float | None) -> Any:
    """An array between two bounds. In this order of operands −0.0 stays at a bound of 0, as in PyTorch."""
    made = x if low is None else np.maximum(x.dtype.type(low), x)
    return made if high is None else np.minimum(x.dtype.type(high), made)


CLAMP: Final = Elementwise(
    name="clamp",
    glyph="clamp",
    attributes={"min": None, "max": None},
    forward=_clamped,
    array=bounded,
    local=lambda x, low, high, out: (_within(x, low, high),),
    english="Clamping passes the upstream gradient where the operand lies between the bounds and stops it outside.",
    chinese="操作数在上下界之间时，clamp 让上游梯度通过；在界外则截断为 0。",
    kink=(
        "At a bound the slope jumps between 0 and 1; PyTorch takes 1 there.",
        "在边界上斜率在 0 与 1 之间跳变；PyTorch 约定取 1。",
    ),
)


def either(condition: Any, then: Any, otherwise: Any) -> Any:
    """`then` where the condition holds; on a formula the generic case, `otherwise`, is shown."""
    if condition is True:
        return then
    if condition is False or is_formula(condition):
        return otherwise
    return WHERE(condition, then, otherwise) if isinstance(condition, Traced) else np.where(condition, then, otherwise)


def piecewise(x: Any, condition: Any, then: Any, otherwise: Any) -> Any:
    """`then` where the condition on `x` holds; a formula shows both cases. Numbers are taken in the type of `x`."""
    if is_formula(condition):
        return _cases(condition, then, otherwise)
    return either(condition, _typed(then, x), _typed(otherwise, x))


def _typed(number: Any, like: Any) -> Any:
    return np.array(number, like.dtype) if type(number) is float and type(like) is not float else number


def _cases(condition: Formula, then: Any, otherwise: Any) -> Formula:
    one, other = [each if is_formula(each) else Formula(*_number(each)) for each in (then, otherwise)]
    plain, latex = condition.plain[1:-1], condition.latex[1:-1]
    return Formula(
        f"{one.plain} if {plain} else {other.plain}",
        rf"\begin{{cases}} {one.latex} & {latex} \\ {other.latex} & \text{{else}} \end{{cases}}",
        0,
    )


def _number(value: float) -> tuple[str, str]:
    text = f"{value:.4g}"
    return text.replace("-", "−"), text


def chosen(condition: Any) -> Any:
    """1 where the condition holds, 0 elsewhere (NaN compares as false)."""
    return float(condition) if type(condition) in (bool, np.bool_) else condition


def rejected(condition: Any) -> Any:
    """0 where the condition holds, 1 elsewhere."""
    if type(condition) in (bool, np.bool_):
        return 0.0 if condition else 1.0
    if is_formula(condition):
        return condition.negated
    return EQ(condition, 0.0) if isinstance(condition, Traced) else np.logical_not(condition)


def equals(value: Any, number: float) -> Any:
    """Where a value is exactly that number; of a formula, whether it is just that number."""
    return value.is_number(number) if is_formula(value) else value == number


TABLE: Final = (*(GT, GE, LT, LE, EQ, NE, WHERE, MASKED_FILL, MAXIMUM, MINIMUM, CLAMP),)
