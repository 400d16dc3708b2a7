"""Trigonometric and hyperbolic functions."""

import math
from typing import Any, Final

import numpy as np

from engine.ops.arithmetic import SQUARE
from engine.ops.exponentials import RSQRT
from engine.ops.row import Elementwise, functional
from engine.ops.selection import either

SIN: Final = Elementwise(
    name="sin",
    glyph="sin",
    forward=math.sin,
    array=np.sin,
    local=lambda x, out: (COS(x),),
    notation=functional("sin({0})", r"\sin({0})"),
    english="The slope of the sine is the cosine of the same operand.",
    chinese="正弦的斜率是同一操作数的余弦。",
    domain=r"x \in \mathbb{R}",
    analytic=True,
    fractional=True,
)
COS: Final[Elementwise] = Elementwise(
    name="cos",
    glyph="cos",
    forward=math.cos,
    array=np.cos,
    local=lambda x, out: (-SIN(x),),
    notation=functional("cos({0})", r"\cos({0})"),
    english="The slope of the cosine is minus the sine of the same operand.",
    chinese="余弦的斜率是同一操作数的正弦的相反数。",
    domain=r"x \in \mathbb{R}",
    analytic=True,
    fractional=True,
)
TANH: Final = Elementwise(
    name="tanh",
    glyph="tanh",
    forward=math.tanh,
    array=np.tanh,
    local=lambda x, out: (1.0 - SQUARE(out),),
    notation=functional("tanh({0})", r"\tanh({0})"),
    english="The slope of tanh is one minus its result squared: at most 1, and nearly 0 far from the origin.",
    chinese="tanh 的斜率是一减去结果的平方：最大为 1，离原点越远越接近 0。",
    domain=r"x \in \mathbb{R}",
    analytic=True,
    fractional=True,
)
TAN: Final = Elementwise(
    name="tan",
    glyph="tan",
    forward=math.tan,
    array=np.tan,
    local=lambda x, out: (1.0 + SQUARE(out),),
    notation=functional("tan({0})", r"\tan({0})"),
    english="The slope of the tangent is one plus its result squared: never below 1, and huge near its poles.",
    chinese="正切的斜率是一加上结果的平方：不小于 1，靠近极点时非常大。",
    domain=r"x \neq \tfrac{\pi}{2} + k \pi",
    analytic=True,
    fractional=True,
)
ASIN: Final = Elementwise(
    name="asin",
    glyph="asin",
    forward=math.asin,
    array=np.arcsin,
    local=lambda x, out: (RSQRT(1.0 - SQUARE(x)),),
    notation=functional("asin({0})", r"\arcsin({0})"),
    english="The arcsine leads from a sine back to its angle, more and more steeply towards −1 and 1.",
    chinese="反正弦由正弦值求回角度，越靠近 −1 和 1 越陡。",
    domain=r"-1 < x < 1",
    analytic=True,
    fractional=True,
)
ACOS: Final[Elementwise] = Elementwise(
    name="acos",
    glyph="acos",
    forward=math.acos,
    array=np.arccos,
    local=lambda x, out: (-RSQRT(1.0 - SQUARE(x)),),
    notation=functional("acos({0})", r"\arccos({0})"),
    english="The arccosine falls just as the arcsine climbs: its slope is the same with a minus.",
    chinese="反余弦的下降与反正弦的上升对称：斜率相同，只差一个负号。",
    domain=r"-1 < x < 1",
    analytic=True,
    fractional=True,
)
ATAN: Final = Elementwise(
    name="atan",
    glyph="atan",
    forward=math.atan,
    array=np.arctan,
    local=lambda x, out: (1.0 / (SQUARE(x) + 1.0),),
    notation=functional("atan({0})", r"\arctan({0})"),
    english="The arctangent flattens out on both sides: its slope is 1 at 0 and fades like one over x squared.",
    chinese="反正切向两侧趋平：在 0 处斜率为 1，随后按 x 平方的倒数衰减。",
    analytic=True,
    fractional=True,
)


def _by_angle(y: Any, x: Any) -> tuple[Any, Any]:
    """PyTorch takes 0 at the origin, where there is no angle."""
    y, x = (
        np.asarray(each, np.float64) if isinstance(each, (np.ndarray, np.generic)) and each.dtype.kind == "b" else each
        for each in (y, x)  # a truth value beside a fraction
    )
    square = SQUARE(y) + SQUARE(x)
    weight = either(square == 0.0, 0.0, 1.0 / square)
    return x * weight, -y * weight


ATAN2: Final = Elementwise(
    name="atan2",
    glyph="∠",
    operands=("input", "other"),
    forward=math.atan2,
    array=np.arctan2,
    local=lambda y, x, out: _by_angle(y, x),
    shown=(
        ("$1/($0² + $1²)", r"\frac{$1}{$0^{2} + $1^{2}}"),
        ("−$0/($0² + $1²)", r"\frac{-$0}{$0^{2} + $1^{2}}"),
    ),
    english="The angle of the point (other, input) turns the faster, the closer the point is to the origin.",
    chinese="点（other, input）的方位角：点离原点越近，角度转得越快。",
    domain=r"(x, y) \neq (0, 0)",
    kink=("At the origin there is no angle; PyTorch takes the slopes 0.", "原点没有方位角；PyTorch 约定斜率取 0。"),
    fractional=True,
)
SINH: Final[Elementwise] = Elementwise(
    name="sinh",
    glyph="sinh",
    forward=math.sinh,
    array=np.sinh,
    local=lambda x, out: (COSH(x),),
    notation=functional("sinh({0})", r"\sinh({0})"),
    english="The slope of the hyperbolic sine is the hyperbolic cosine, with no change of sign.",
    chinese="双曲正弦的斜率是双曲余弦，不变号。",
    analytic=True,
    fractional=True,
)
COSH: Final[Elementwise] = Elementwise(
    name="cosh",
    glyph="cosh",
    forward=math.cosh,
    array=np.cosh,
    local=lambda x, out: (SINH(x),),
    notation=functional("cosh({0})", r"\cosh({0})"),
    english="The slope of the hyperbolic cosine is the hyperbolic sine: 0 at the bottom, steep on both sides.",
    chinese="双曲余弦的斜率是双曲正弦：在最低点为 0，两侧越来越陡。",
    analytic=True,
    fractional=True,
)
ASINH: Final = Elementwise(
    name="asinh",
    glyph="asinh",
    forward=math.asinh,
    array=np.arcsinh,
    local=lambda x, out: (RSQRT(SQUARE(x) + 1.0),),
    notation=functional("asinh({0})", r"\mathrm{{arsinh}}({0})"),
    english="The inverse hyperbolic sine grows like a logarithm on both sides, and with slope 1 at 0.",
    chinese="反双曲正弦在两侧像对数一样增长，在 0 处斜率为 1。",
    analytic=True,
    fractional=True,
)
ACOSH: Final = Elementwise(
    name="acosh",
    glyph="acosh",
    forward=math.acosh,
    array=np.arccosh,
    local=lambda x, out: (RSQRT(SQUARE(x) - 1.0),),
    notation=functional("acosh({0})", r"\mathrm{{arcosh}}({0})"),
    english="The inverse hyperbolic cosine starts upright at 1 and then grows like a logarithm.",
    chinese="反双曲余弦在 1 处竖直起步，随后像对数一样增长。",
    domain=r"x > 1",
    analytic=True,
    fractional=True,
)
ATANH: Final = Elementwise(
    name="atanh",
    glyph="atanh",
    forward=math.atanh,
    array=np.arctanh,
    local=lambda x, out: (1.0 / (1.0 - SQUARE(x)),),
    notation=functional("atanh({0})", r"\mathrm{{artanh}}({0})"),
    english="The inverse of tanh undoes its squashing, so it has to climb without limit towards −1 and 1.",
    chinese="tanh 的反函数把压缩还原，所以越靠近 −1 和 1 越陡，没有上限。",
    domain=r"-1 < x < 1",
    analytic=True,
    fractional=True,
)

TABLE: Final = (SIN, COS, TAN, ASIN, ACOS, ATAN, ATAN2, SINH, COSH, TANH, ASINH, ACOSH, ATANH)
