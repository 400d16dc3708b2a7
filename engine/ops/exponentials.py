"""Exponentials, logarithms, roots, and the error function."""

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from engine.ops.row import Elementwise, functional

LN2: Final = math.log(2.0)
LN10: Final = math.log(10.0)


def by_element(function: Callable[[float], float]) -> Callable[[Any], Any]:
    """A function of Python's `math` that NumPy does not have, on arrays."""
    return lambda x: np.array([function(each) for each in x.ravel().tolist()], x.dtype).reshape(x.shape)


EXP: Final = Elementwise(
    name="exp",
    glyph="eˣ",
    forward=math.exp,
    array=np.exp,
    local=lambda x, out: (out,),
    notation=functional("exp({0})", "e^{{{0}}}"),
    english="The exponential is its own derivative: the upstream gradient is scaled by the result itself.",
    chinese="指数函数的导数就是它自己：上游梯度乘以它的结果。",
    domain=r"x \in \mathbb{R}",
    analytic=True,
    fractional=True,
)
LOG: Final = Elementwise(
    name="log",
    glyph="ln",
    forward=math.log,
    array=np.log,
    local=lambda x, out: (1.0 / x,),
    notation=functional("log({0})", r"\ln({0})"),
    english="The natural logarithm divides the upstream gradient by its operand.",
    chinese="自然对数把上游梯度除以它的操作数。",
    domain=r"x > 0",
    analytic=True,
    fractional=True,
)
SQRT: Final = Elementwise(
    name="sqrt",
    glyph="√",
    forward=math.sqrt,
    array=np.sqrt,
    local=lambda x, out: (1.0 / (2.0 * out),),
    notation=functional("√({0})", r"\sqrt{{{0}}}"),
    english="A square root divides the upstream gradient by twice the root.",
    chinese="平方根把上游梯度除以根的两倍。",
    domain=r"x > 0",
    analytic=True,
    fractional=True,
)
RSQRT: Final[Elementwise] = Elementwise(
    name="rsqrt",
    glyph="1/√",
    forward=lambda x: 1.0 / math.sqrt(x),
    array=lambda x: 1.0 / np.sqrt(x),
    local=lambda x, out: (-0.5 * (out * out * out),),
    shown=(("−½·$out³", r"-\tfrac{1}{2} $out^{3}"),),
    notation=functional("1/√({0})", r"\frac{{1}}{{\sqrt{{{0}}}}}"),
    english="One over a square root scales the upstream gradient by minus half its result cubed.",
    chinese="平方根的倒数把上游梯度乘以结果立方的一半，再变号。",
    domain=r"x > 0",
    analytic=True,
    fractional=True,
)
EXP2: Final[Elementwise] = Elementwise(
    name="exp2",
    glyph="2ˣ",
    forward=math.exp2,
    array=np.exp2,
    local=lambda x, out: (out * LN2,),
    shown=(("ln 2·$out", r"\ln 2 \cdot $out"),),
    notation=functional("exp2({0})", "2^{{{0}}}"),
    english="A power of two grows in proportion to itself: its slope is its result times ln 2.",
    chinese="以 2 为底的幂与自身成比例地增长：斜率是结果乘以 ln 2。",
    analytic=True,
    fractional=True,
)
EXPM1: Final[Elementwise] = Elementwise(
    name="expm1",
    glyph="eˣ−1",
    forward=math.expm1,
    array=np.expm1,
    local=lambda x, out: (out + 1.0,),
    notation=functional("expm1({0})", "e^{{{0}}} - 1"),
    english="It is the exponential minus 1, exact near 0 too; its slope is the exponential: the result plus 1.",
    chinese="它是指数减 1，在 0 附近也精确；斜率仍是指数，即结果加 1。",
    analytic=True,
    fractional=True,
)
LOG1P: Final[Elementwise] = Elementwise(
    name="log1p",
    glyph="ln(1+x)",
    forward=math.log1p,
    array=np.log1p,
    local=lambda x, out: (1.0 / (x + 1.0),),
    notation=functional("log1p({0})", r"\ln(1 + {0})"),
    english="It is the logarithm of 1 plus the operand, exact near 0 too; the upstream gradient is divided by that.",
    chinese="它是 1 加操作数之和的对数，在 0 附近也精确；上游梯度除以这个和。",
    domain=r"x > -1",
    analytic=True,
    fractional=True,
)
LOG2: Final[Elementwise] = Elementwise(
    name="log2",
    glyph="log₂",
    forward=math.log2,
    array=np.log2,
    local=lambda x, out: (1.0 / (x * LN2),),
    shown=(("1/($0·ln 2)", r"\frac{1}{$0 \ln 2}"),),
    notation=functional("log2({0})", r"\log_2({0})"),
    english="The logarithm to base 2 counts doublings; it divides the upstream gradient by the operand times ln 2.",
    chinese="以 2 为底的对数数的是翻倍的次数；上游梯度除以操作数与 ln 2 的积。",
    domain=r"x > 0",
    analytic=True,
    fractional=True,
)
LOG10: Final[Elementwise] = Elementwise(
    name="log10",
    glyph="log₁₀",
    forward=math.log10,
    array=np.log10,
    local=lambda x, out: (1.0 / (x * LN10),),
    shown=(("1/($0·ln 10)", r"\frac{1}{$0 \ln 10}"),),
    notation=functional("log10({0})", r"\log_{{10}}({0})"),
    english="The logarithm to base 10 counts digits; it divides the upstream gradient by the operand times ln 10.",
    chinese="以 10 为底的对数反映位数；上游梯度除以操作数与 ln 10 的积。",
    domain=r"x > 0",
    analytic=True,
    fractional=True,
)
ERF: Final[Elementwise] = Elementwise(
    name="erf",
    glyph="erf",
    forward=math.erf,
    array=by_element(math.erf),
    local=lambda x, out: (2.0 / math.sqrt(math.pi) * EXP(-(x * x)),),
    shown=(("2/√π·exp(−$0²)", r"\frac{2}{\sqrt{\pi}} e^{-$0^{2}}"),),
    notation=functional("erf({0})", r"\mathrm{{erf}}({0})"),
    english="The error function climbs from −1 to 1; its slope is a bell curve, highest at 0.",
    chinese="误差函数从 −1 升到 1；斜率是一条钟形曲线，在 0 处最高。",
    fractional=True,
)

TABLE: Final = (EXP, LOG, SQRT, RSQRT, EXP2, EXPM1, LOG1P, LOG2, LOG10, ERF)
