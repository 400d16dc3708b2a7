"""The op table: one row per operation, with everything the rest of the product knows about it.

A rule is called as `local(*operands, *attributes, out)` and returns the *local derivatives* ∂out/∂operand,
one per operand. It is written with the operations of this table, so it runs on floats and on `Formula`s
alike. The engine, not the rule, multiplies by the upstream gradient.
"""

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from engine.formula import Formula, formula, is_formula

Rule = Callable[..., tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Op:
    """One row. `name` is PyTorch's; `forward` computes on floats; `ieee` is NumPy's version of it, used
    where Python's floats raise (division by zero, overflow, outside the domain). `local` is the rule above,
    `arity` its number of operands. `notation` writes the op as a formula; None where `forward` itself does on formulas.
    `kink` says what happens where the derivative does not exist (None: it always exists in the domain)."""

    name: str
    glyph: str
    arity: int = 1
    forward: Callable[..., float]
    ieee: Callable[..., Any]
    local: Rule
    notation: Callable[..., Formula] | None = None
    english: str
    chinese: str
    domain: str
    kink: tuple[str, str] | None = None

    def __call__(self, *arguments: Any) -> Any:
        """The op on floats (IEEE 754 results, never an exception) or, if its first operand is one, on formulas."""
        if is_formula(arguments[0]):
            return (self.notation or self.forward)(*map(formula, arguments))
        try:
            return self.forward(*arguments)
        except (ArithmeticError, ValueError):
            with np.errstate(all="ignore"):
                return float(self.ieee(*map(np.float64, arguments)))

    def slopes(self, *arguments: Any) -> tuple[Any, ...]:
        """The rule with IEEE 754 results where Python's floats raise."""
        try:
            return self.local(*arguments)
        except (ArithmeticError, ValueError):
            with np.errstate(all="ignore"):
                return tuple(map(float, self.local(*map(np.float64, arguments))))


def _written(plain: str, latex: str) -> Callable[[Formula], Formula]:
    return lambda x: Formula(plain.format(x.plain), latex.format(x.latex))


def _either(condition: Any, exceptional: Any, generic: Any) -> Any:
    """`exceptional` where the condition holds; a formula shows the generic branch."""
    return exceptional if condition is True or (isinstance(condition, np.bool_) and condition) else generic


def _equals(value: Any, number: float) -> Any:
    return value.is_number(number) if is_formula(value) else value == number


def _sign(x: float) -> float:
    return 1.0 if x > 0 else -1.0 if x < 0 else 0.0  # NaN has sign 0, as in PyTorch


def _power_by_base(x: Any, y: Any) -> Any:
    return _either(_equals(y, 0.0), 0.0, y * POW(x, y - 1.0))


def _power_by_exponent(x: Any, y: Any, out: Any) -> Any:
    if is_formula(x) or x > 0:
        return out * LOG(x)
    return 0.0 if x == 0 and y >= 0 else out * LOG(x) if x == 0 else math.nan


ADD = Op(
    name="add",
    glyph="+",
    arity=2,
    forward=operator.add,
    ieee=np.add,
    local=lambda x, y, out: (1.0, 1.0),
    english="A sum passes the upstream gradient on unchanged to each of its terms.",
    chinese="加法把上游梯度原样传给每一个加数。",
    domain=r"x, y \in \mathbb{R}",
)
SUB = Op(
    name="sub",
    glyph="−",
    arity=2,
    forward=operator.sub,
    ieee=np.subtract,
    local=lambda x, y, out: (1.0, -1.0),
    english="A difference passes the upstream gradient on to its first term and flips its sign for the second.",
    chinese="减法把上游梯度原样传给被减数，变号后传给减数。",
    domain=r"x, y \in \mathbb{R}",
)
MUL = Op(
    name="mul",
    glyph="×",
    arity=2,
    forward=operator.mul,
    ieee=np.multiply,
    local=lambda x, y, out: (y, x),
    english="A product hands each factor the upstream gradient scaled by the other factor.",
    chinese="乘法把上游梯度乘以另一个因数，再传给每个因数。",
    domain=r"x, y \in \mathbb{R}",
)
DIV = Op(
    name="div",
    glyph="÷",
    arity=2,
    forward=operator.truediv,
    ieee=np.divide,
    local=lambda x, y, out: (1.0 / y, -out / y),
    english="A quotient divides the upstream gradient by the denominator; "
    "the denominator itself gets it times minus the quotient, divided by the denominator.",
    chinese="除法把上游梯度除以分母后传给分子；传给分母的还要再乘以商并变号。",
    domain=r"y \neq 0",
)
POW = Op(
    name="pow",
    glyph="xʸ",
    arity=2,
    forward=math.pow,
    ieee=np.power,
    local=lambda x, y, out: (_power_by_base(x, y), _power_by_exponent(x, y, out)),
    notation=Formula.power,
    english="A power brings its exponent down in front and lowers it by one.",
    chinese="幂函数求导：指数移到前面作系数，指数再减一。",
    domain=r"x > 0, \text{ or } x \neq 0 \text{ with a whole exponent}",
)
NEG = Op(
    name="neg",
    glyph="−( )",
    forward=operator.neg,
    ieee=np.negative,
    local=lambda x, out: (-1.0,),
    english="A minus sign flips the sign of the upstream gradient.",
    chinese="负号使上游梯度变号。",
    domain=r"x \in \mathbb{R}",
)
EXP = Op(
    name="exp",
    glyph="eˣ",
    forward=math.exp,
    ieee=np.exp,
    local=lambda x, out: (out,),
    notation=_written("exp({0})", "e^{{{0}}}"),
    english="The exponential is its own derivative: the upstream gradient is scaled by the result itself.",
    chinese="指数函数的导数就是它自己：上游梯度乘以它的结果。",
    domain=r"x \in \mathbb{R}",
)
LOG = Op(
    name="log",
    glyph="ln",
    forward=math.log,
    ieee=np.log,
    local=lambda x, out: (1.0 / x,),
    notation=_written("log({0})", r"\ln({0})"),
    english="The natural logarithm divides the upstream gradient by its operand.",
    chinese="自然对数把上游梯度除以它的操作数。",
    domain=r"x > 0",
)
SQRT = Op(
    name="sqrt",
    glyph="√",
    forward=math.sqrt,
    ieee=np.sqrt,
    local=lambda x, out: (1.0 / (2.0 * out),),
    notation=_written("√({0})", r"\sqrt{{{0}}}"),
    english="A square root divides the upstream gradient by twice the root.",
    chinese="平方根把上游梯度除以根的两倍。",
    domain=r"x > 0",
)
SIN = Op(
    name="sin",
    glyph="sin",
    forward=math.sin,
    ieee=np.sin,
    local=lambda x, out: (COS(x),),
    notation=_written("sin({0})", r"\sin({0})"),
    english="The slope of the sine is the cosine of the same operand.",
    chinese="正弦的斜率是同一操作数的余弦。",
    domain=r"x \in \mathbb{R}",
)
COS: Op = Op(
    name="cos",
    glyph="cos",
    forward=math.cos,
    ieee=np.cos,
    local=lambda x, out: (-SIN(x),),
    notation=_written("cos({0})", r"\cos({0})"),
    english="The slope of the cosine is minus the sine of the same operand.",
    chinese="余弦的斜率是同一操作数的正弦的相反数。",
    domain=r"x \in \mathbb{R}",
)
TANH = Op(
    name="tanh",
    glyph="tanh",
    forward=math.tanh,
    ieee=np.tanh,
    local=lambda x, out: (1.0 - SQUARE(out),),
    notation=_written("tanh({0})", r"\tanh({0})"),
    english="The slope of tanh is one minus its result squared: at most 1, and nearly 0 far from the origin.",
    chinese="tanh 的斜率是一减去结果的平方：最大为 1，离原点越远越接近 0。",
    domain=r"x \in \mathbb{R}",
)
SIGMOID = Op(
    name="sigmoid",
    glyph="σ",
    forward=lambda x: 1.0 / (1.0 + math.exp(-x)),
    ieee=lambda x: 1.0 / (1.0 + np.exp(-x)),
    local=lambda x, out: (out * (1.0 - out),),
    notation=_written("σ({0})", r"\sigma({0})"),
    english="The slope of the sigmoid is its result times one minus its result: never more than a quarter.",
    chinese="sigmoid 的斜率是结果乘以（1 减结果），最大不超过四分之一。",
    domain=r"x \in \mathbb{R}",
)
RELU = Op(
    name="relu",
    glyph="ReLU",
    forward=lambda x: 0.0 if x < 0 else x,
    ieee=lambda x: np.where(x < 0, 0.0, x),
    local=lambda x, out: (1.0 * (x > 0 or x != x),),  # NaN passes, as in PyTorch
    notation=_written("relu({0})", r"\mathrm{{ReLU}}({0})"),
    english="ReLU lets the upstream gradient through where its operand is positive and stops it elsewhere.",
    chinese="操作数为正时，ReLU 让上游梯度通过，否则将它截断为 0。",
    domain=r"x \in \mathbb{R}",
    kink=(
        "At exactly 0 the slope jumps from 0 to 1; PyTorch takes 0.",
        "在 0 点斜率从 0 跳到 1；PyTorch 约定取 0。",
    ),
)
ABS = Op(
    name="abs",
    glyph="| |",
    forward=abs,
    ieee=np.abs,
    local=lambda x, out: (SIGN(x),),
    notation=_written("|{0}|", "|{0}|"),
    english="The absolute value keeps the upstream gradient for a positive operand and flips it for a negative one.",
    chinese="操作数为正时，绝对值原样传递上游梯度；为负时使它变号。",
    domain=r"x \in \mathbb{R}",
    kink=(
        "At exactly 0 the slope jumps from −1 to 1; PyTorch takes 0.",
        "在 0 点斜率从 −1 跳到 1；PyTorch 约定取 0。",
    ),
)
SIGN: Op = Op(
    name="sign",
    glyph="sgn",
    forward=_sign,
    ieee=np.sign,
    local=lambda x, out: (0.0,),
    notation=_written("sign({0})", r"\mathrm{{sign}}({0})"),
    english="The sign is flat on both sides of 0, so no gradient passes.",
    chinese="符号函数在 0 的两侧都是平的，梯度无法通过。",
    domain=r"x \in \mathbb{R}",
    kink=(
        "At exactly 0 the value jumps; PyTorch takes the slope 0.",
        "在 0 点函数值跳变；PyTorch 约定斜率取 0。",
    ),
)
SQUARE: Op = Op(
    name="square",
    glyph="( )²",
    forward=lambda x: x * x,
    ieee=np.square,
    local=lambda x, out: (2.0 * x,),
    notation=lambda x: x.power(2.0),
    english="A square scales the upstream gradient by twice its operand.",
    chinese="平方把上游梯度乘以操作数的两倍。",
    domain=r"x \in \mathbb{R}",
)

TABLE: Final[Mapping[str, Op]] = MappingProxyType(
    {
        op.name: op
        for op in (
            *(ADD, SUB, MUL, DIV, POW, NEG),
            *(EXP, LOG, SQRT, SIN, COS, TANH, SIGMOID, RELU, ABS, SIGN, SQUARE),
        )
    }
)
"""Every operation by its PyTorch name, in the order a course meets them."""
