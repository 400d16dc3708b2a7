"""Sums, products, powers, and what is close to them."""

import math
import operator
from typing import Any, Final

import numpy as np

from engine.formula import Formula
from engine.ops.exponentials import LOG
from engine.ops.row import Elementwise, functional
from engine.ops.selection import either, equals


def _sign(x: float) -> float:
    return 1.0 if x > 0 else -1.0 if x < 0 else 0.0  # NaN has sign 0, as in PyTorch


def _power_by_base(x: Any, y: Any) -> Any:
    return either(equals(y, 0.0), 0.0, y * POW(x, y - 1.0))


def _power_by_exponent(x: Any, y: Any, out: Any) -> Any:
    slope = out * LOG(x)
    return either(equals(x, 0.0), either(y >= 0.0, 0.0, slope), slope)


def _powers(x: Any, y: Any) -> Any:
    """NB: a fraction as the exponent makes float32 of whole numbers, as everywhere in PyTorch."""
    return np.power(x.astype(np.float32) if x.dtype.kind != "f" and type(y) is float else x, y)


ADD: Final = Elementwise(
    name="add",
    glyph="+",
    operands=("input", "other"),
    forward=operator.add,
    notation=operator.add,
    array=np.add,
    local=(1.0, 1.0),
    english="A sum passes the upstream gradient on unchanged to each of its terms.",
    chinese="加法把上游梯度原样传给每一个加数。",
    domain=r"x, y \in \mathbb{R}",
    analytic=True,
)
SUB: Final = Elementwise(
    name="sub",
    glyph="−",
    operands=("input", "other"),
    forward=operator.sub,
    notation=operator.sub,
    array=np.subtract,
    local=(1.0, -1.0),
    english="A difference passes the upstream gradient on to its first term and flips its sign for the second.",
    chinese="减法把上游梯度原样传给被减数，变号后传给减数。",
    domain=r"x, y \in \mathbb{R}",
    analytic=True,
)
MUL: Final = Elementwise(
    name="mul",
    glyph="×",
    operands=("input", "other"),
    forward=operator.mul,
    notation=operator.mul,
    array=np.multiply,
    local=lambda x, y, out: (y, x),
    english="A product hands each factor the upstream gradient scaled by the other factor.",
    chinese="乘法把上游梯度乘以另一个因数，再传给每个因数。",
    domain=r"x, y \in \mathbb{R}",
    analytic=True,
)
DIV: Final = Elementwise(
    name="div",
    glyph="÷",
    operands=("input", "other"),
    forward=operator.truediv,
    notation=operator.truediv,
    array=np.divide,
    local=lambda x, y, out: (1.0 / y, -out / y),
    english="A quotient divides the upstream gradient by the denominator; "
    "the denominator itself gets it times minus the quotient, divided by the denominator.",
    chinese="除法把上游梯度除以分母后传给分子；传给分母的还要再乘以商并变号。",
    domain=r"y \neq 0",
    analytic=True,
    fractional=True,
)
POW: Final = Elementwise(
    name="pow",
    glyph="xʸ",
    operands=("input", "exponent"),
    forward=math.pow,
    array=_powers,
    local=lambda x, y, out: (_power_by_base(x, y), _power_by_exponent(x, y, out)),
    notation=Formula.power,
    english="A power brings its exponent down in front and lowers it by one.",
    chinese="幂函数求导：指数移到前面作系数，指数再减一。",
    domain=r"x > 0 \;\lor\; (x \neq 0 \land y \in \mathbb{Z})",
)
NEG: Final = Elementwise(
    name="neg",
    glyph="−( )",
    forward=operator.neg,
    notation=operator.neg,
    array=np.negative,
    local=(-1.0,),
    english="A minus sign flips the sign of the upstream gradient.",
    chinese="负号使上游梯度变号。",
    domain=r"x \in \mathbb{R}",
    analytic=True,
)
ABS: Final = Elementwise(
    name="abs",
    glyph="| |",
    forward=abs,
    array=np.abs,
    local=lambda x, out: (SIGN(x),),
    notation=functional("|{0}|", "|{0}|"),
    english="The absolute value keeps the upstream gradient for a positive operand and flips it for a negative one.",
    chinese="操作数为正时，绝对值原样传递上游梯度；为负时使它变号。",
    domain=r"x \in \mathbb{R}",
    kink=(
        "At exactly 0 the slope jumps from −1 to 1; PyTorch takes 0.",
        "在 0 点斜率从 −1 跳到 1；PyTorch 约定取 0。",
    ),
)
SIGN: Final[Elementwise] = Elementwise(
    name="sign",
    glyph="sgn",
    forward=_sign,
    array=lambda x: np.nan_to_num(np.sign(x)),
    local=(0.0,),
    notation=functional("sign({0})", r"\mathrm{{sign}}({0})"),
    english="The sign is flat on both sides of 0, so no gradient passes.",
    chinese="符号函数在 0 的两侧都是平的，梯度无法通过。",
    domain=r"x \in \mathbb{R}",
    kink=(
        "At exactly 0 the value jumps; PyTorch takes the slope 0.",
        "在 0 点函数值跳变；PyTorch 约定斜率取 0。",
    ),
)
SQUARE: Final[Elementwise] = Elementwise(
    name="square",
    glyph="( )²",
    forward=lambda x: x * x,
    array=np.square,
    local=lambda x, out: (2.0 * x,),
    notation=lambda x: x.power(2.0),
    english="A square scales the upstream gradient by twice its operand.",
    chinese="平方把上游梯度乘以操作数的两倍。",
    domain=r"x \in \mathbb{R}",
    analytic=True,
)
RECIPROCAL: Final = Elementwise(
    name="reciprocal",
    glyph="1/x",
    forward=lambda x: 1.0 / x,
    array=np.reciprocal,
    local=lambda x, out: (-SQUARE(out),),
    notation=lambda x: 1.0 / x,
    english="The reciprocal falls more steeply the closer the operand is to 0: its slope is minus its square.",
    chinese="操作数越接近 0，倒数变化得越陡：斜率是结果平方的相反数。",
    domain=r"x \neq 0",
    analytic=True,
    fractional=True,
)

TABLE: Final = (ADD, SUB, MUL, DIV, POW, NEG, ABS, SIGN, SQUARE, RECIPROCAL)
