"""Activation functions: what makes a network more than one linear map."""

import math
from typing import Any, Final

import numpy as np

from engine.formula import Formula, is_formula
from engine.ops.arithmetic import ABS, SQUARE
from engine.ops.exponentials import ERF, EXP, by_element
from engine.ops.row import Elementwise, functional
from engine.ops.selection import bounded, chosen, either, piecewise, rejected
from engine.ops.trigonometry import TANH

_SELU_ALPHA: Final = 1.6732632423543772848170429916717
_SELU_SCALE: Final = 1.0507009873554804934193349852946
"""With these, layers keep mean 0 and variance 1. NB: PyTorch's constants."""
_TANH_SCALE: Final = math.sqrt(2.0 / math.pi)
_TANH_CUBE: Final = 0.044715
"""Hendrycks and Gimpel's approximation of the normal distribution, arXiv:1606.08415."""
_BELL: Final = 1.0 / math.sqrt(2.0 * math.pi)


def _sigmoid(x: Any) -> Any:
    made = np.negative(x, out=np.empty_like(x))  # one array instead of four
    np.exp(made, out=made)
    made += 1.0
    return np.divide(1.0, made, out=made)


SIGMOID: Final = Elementwise(
    name="sigmoid",
    glyph="σ",
    forward=lambda x: 1.0 / (1.0 + math.exp(-x)),
    array=_sigmoid,
    local=lambda x, out: (out * (1.0 - out),),
    notation=functional("σ({0})", r"\sigma({0})"),
    english="The slope of the sigmoid is its result times one minus its result: never more than a quarter.",
    chinese="sigmoid 的斜率是结果乘以（1 减结果），最大不超过四分之一。",
    analytic=True,
    fractional=True,
)
RELU: Final = Elementwise(
    name="relu",
    glyph="ReLU",
    forward=lambda x: 0.0 if x < 0 else x,
    # In this order −0.0 stays, as in PyTorch; beside a row of zeros it takes half the time it takes beside one zero.
    array=lambda x: np.maximum(np.zeros(x.shape[-1:], x.dtype), x),
    local=lambda x, out: (chosen(out != 0.0),),  # NaN passes, as in PyTorch
    shown=(("[$0 > 0]", "[$0 > 0]"),),
    notation=functional("relu({0})", r"\mathrm{{ReLU}}({0})"),
    english="ReLU lets the upstream gradient through where its operand is positive and stops it elsewhere.",
    chinese="操作数为正时，ReLU 让上游梯度通过，否则将它截断为 0。",
    kink=(
        "At exactly 0 the slope jumps from 0 to 1; PyTorch takes 0.",
        "在 0 点斜率从 0 跳到 1；PyTorch 约定取 0。",
    ),
)
LEAKY_RELU: Final = Elementwise(
    name="leaky_relu",
    glyph="LReLU",
    attributes={"negative_slope": 0.01},
    forward=lambda x, slope: x if x > 0 else x * slope,
    array=lambda x, slope: np.where(x > 0, x, x * slope),
    local=lambda x, slope, out: (piecewise(x, x > 0.0, 1.0, slope),),
    english="Leaky ReLU passes the upstream gradient where its operand is positive, and a small part of it elsewhere.",
    chinese="操作数为正时，Leaky ReLU 让上游梯度通过；其余处只让一小部分通过。",
    kink=(
        "At exactly 0 the slope jumps to 1; PyTorch takes the small slope of the left side.",
        "在 0 点斜率跳到 1；PyTorch 取左侧的小斜率。",
    ),
    fractional=True,
)
RELU6: Final = Elementwise(
    name="relu6",
    glyph="ReLU6",
    forward=lambda x: 0.0 if x < 0 else 6.0 if x > 6 else x,
    array=lambda x: bounded(x, 0.0, 6.0),
    local=lambda x, out: (rejected(x <= 0.0) * rejected(x >= 6.0),),
    shown=(("[0 < $0 < 6]", "[0 < $0 < 6]"),),
    notation=functional("relu6({0})", r"\mathrm{{ReLU6}}({0})"),
    english="ReLU6 is a ReLU with a ceiling: it passes the upstream gradient between 0 and 6 only.",
    chinese="ReLU6 是带上限的 ReLU：只在 0 与 6 之间让上游梯度通过。",
    kink=("At 0 and at 6 the slope jumps; PyTorch takes 0.", "在 0 和 6 处斜率跳变；PyTorch 约定取 0。"),
)
HARDTANH: Final = Elementwise(
    name="hardtanh",
    glyph="htanh",
    attributes={"min_val": -1.0, "max_val": 1.0},
    forward=lambda x, low, high: low if x < low else min(x, high),
    array=bounded,
    local=lambda x, low, high, out: (rejected(x <= low) * rejected(x >= high),),
    shown=(("[$1 < $0 < $2]", "[$1 < $0 < $2]"),),
    english="Hardtanh is a straight line between two bounds; beyond them it is flat and stops the upstream gradient.",
    chinese="hardtanh 在两个界之间是直线；界外是平的，上游梯度被截断。",
    kink=("At the bounds the slope jumps; PyTorch takes 0.", "在界上斜率跳变；PyTorch 约定取 0。"),
)


def _decay(x: Any) -> Any:
    """eˣ left of 0. Its own slope is 0 at 0, as in PyTorch."""
    return EXP(x if is_formula(x) else -RELU(-x))


ELU: Final = Elementwise(
    name="elu",
    glyph="ELU",
    attributes={"alpha": 1.0},
    forward=lambda x, alpha: alpha * math.expm1(x) if x <= 0 else x,
    array=lambda x, alpha: np.where(x <= 0, alpha * np.expm1(x), x),
    local=lambda x, alpha, out: (piecewise(x, x <= 0.0, alpha * _decay(x), 1.0),),
    english="ELU is the identity for positive operands; for negative ones its slope fades like an exponential.",
    chinese="操作数为正时，ELU 是恒等函数；为负时，斜率按指数衰减。",
    kink=(
        "At exactly 0 the slope jumps if alpha is not 1; PyTorch takes the left one, alpha.",
        "若 alpha 不为 1，在 0 点斜率跳变；PyTorch 取左侧的 alpha。",
    ),
    fractional=True,
)
SELU: Final = Elementwise(
    name="selu",
    glyph="SELU",
    forward=lambda x: _SELU_SCALE * (_SELU_ALPHA * math.expm1(x) if x <= 0 else x),
    array=lambda x: np.where(x <= 0, _SELU_SCALE * _SELU_ALPHA * np.expm1(x), _SELU_SCALE * x),
    local=lambda x, out: (piecewise(x, x <= 0.0, _SELU_SCALE * _SELU_ALPHA * _decay(x), _SELU_SCALE),),
    shown=(
        (
            "1.758·exp($0) if $0 ≤ 0 else 1.051",
            r"\begin{cases} 1.758 \, e^{$0} & $0 \le 0 \\ 1.051 & \text{else} \end{cases}",
        ),
    ),
    english="SELU is an ELU scaled so that the results of a deep network keep mean 0 and variance 1.",
    chinese="SELU 是缩放过的 ELU，使深层网络的结果保持均值 0、方差 1。",
    kink=(
        "At exactly 0 the slope jumps from 1.758 to 1.051; PyTorch takes the left one.",
        "在 0 点斜率从 1.758 跳到 1.051；PyTorch 取左侧的值。",
    ),
    fractional=True,
)


def _gelu(x: Any, approximate: str, tanh: Any, erf: Any) -> Any:
    if approximate == "tanh":
        return 0.5 * x * (1.0 + tanh(_TANH_SCALE * (x + _TANH_CUBE * (x * x * x))))
    return x * 0.5 * (1.0 + erf(x * math.sqrt(0.5)))


def _gelu_slope(x: Any, approximate: str) -> Any:
    if is_formula(x):
        return _gelu_text(x, approximate)
    if approximate == "tanh":
        inner = _TANH_SCALE * (x + _TANH_CUBE * (x * x * x))
        squashed = TANH(inner)
        steepness = _TANH_SCALE * (1.0 + 3.0 * _TANH_CUBE * (x * x))
        return 0.5 * (1.0 + squashed) + 0.5 * x * (1.0 - SQUARE(squashed)) * steepness
    return 0.5 * (1.0 + ERF(x * math.sqrt(0.5))) + x * (EXP(-0.5 * (x * x)) * _BELL)


def _gelu_text(x: Formula, approximate: str) -> Formula:
    if approximate == "tanh":
        return Formula(
            f"½(1 + tanh u) + ½{x.plain}(1 − tanh² u)·u′, u = 0.7979({x.plain} + 0.0447{x.plain}³)",
            rf"\tfrac{{1}}{{2}} (1 + \tanh u) + \tfrac{{1}}{{2}} {x.latex} (1 - \tanh^{{2}} u) \, u', "
            rf"\ u = \sqrt{{\tfrac{{2}}{{\pi}}}} ({x.latex} + 0.0447 {x.latex}^{{3}})",
            0,
        )
    return Formula(
        f"Φ({x.plain}) + {x.plain}·φ({x.plain})", rf"\Phi({x.latex}) + {x.latex} \cdot \varphi({x.latex})", 0
    )


GELU: Final = Elementwise(
    name="gelu",
    glyph="GELU",
    attributes={"approximate": "none"},
    forward=lambda x, approximate: _gelu(x, approximate, math.tanh, math.erf),
    array=lambda x, approximate: _gelu(x, approximate, np.tanh, by_element(math.erf)),
    local=lambda x, approximate, out: (_gelu_slope(x, approximate),),
    english="GELU weighs its operand by the share Φ of the normal distribution below it; "
    "to the slope the bell curve φ adds its part.",
    chinese="GELU 用正态分布在操作数以下的比例 Φ 给操作数加权；斜率中还要加上钟形曲线 φ 的一份。",
    fractional=True,
)
SILU: Final = Elementwise(
    name="silu",
    glyph="SiLU",
    forward=lambda x: x / (1.0 + math.exp(-x)),
    array=lambda x: x / (1.0 + np.exp(-x)),
    local=lambda x, out: (_swish_slope(x, SIGMOID(x)),),
    shown=(("σ($0)·(1 + $0·(1 − σ($0)))", r"\sigma($0) (1 + $0 (1 - \sigma($0)))"),),
    notation=functional("{0}·σ({0})", r"{0} \cdot \sigma({0})"),
    english="SiLU is the operand times its sigmoid: smooth like it, and even a little negative left of 0.",
    chinese="SiLU 是操作数乘以它的 sigmoid：处处光滑，在 0 的左侧略微为负。",
    analytic=True,
    fractional=True,
)


def _swish_slope(x: Any, gate: Any) -> Any:
    return gate * (1.0 + x * (1.0 - gate))


def _softplus(x: Any, beta: float, threshold: float) -> Any:
    scaled = x * beta
    return np.where(scaled > threshold, x, np.log1p(np.exp(scaled)) / beta)


SOFTPLUS: Final = Elementwise(
    name="softplus",
    glyph="softplus",
    attributes={"beta": 1.0, "threshold": 20.0},
    forward=lambda x, beta, threshold: x if x * beta > threshold else math.log1p(math.exp(x * beta)) / beta,
    array=_softplus,
    local=lambda x, beta, threshold, out: (either(x * beta > threshold, 1.0, SIGMOID(x * beta)),),
    english="Softplus is a ReLU with its corner rounded off; its slope is the sigmoid.",
    chinese="softplus 是把拐角磨圆的 ReLU；它的斜率就是 sigmoid。",
    fractional=True,
)
SOFTSIGN: Final = Elementwise(
    name="softsign",
    glyph="softsign",
    forward=lambda x: x / (1.0 + abs(x)),
    array=lambda x: x / (1.0 + np.abs(x)),
    local=lambda x, out: ((1.0 - ABS(out)) / (1.0 + ABS(x)),),
    shown=(("1/(1 + |$0|)²", r"\frac{1}{(1 + |$0|)^{2}}"),),
    english="Softsign squashes like tanh but approaches −1 and 1 far more slowly, so more gradient is left far out.",
    chinese="softsign 像 tanh 一样压缩，但趋近 −1 和 1 慢得多，所以远处保留的梯度更多。",
    fractional=True,
)
LOGSIGMOID: Final = Elementwise(
    name="logsigmoid",
    glyph="ln σ",
    forward=lambda x: (x if x < 0 else 0.0 * x) - math.log1p(math.exp(-abs(x))),
    array=lambda x: np.minimum(x.dtype.type(0), x) - np.log1p(np.exp(-np.abs(x))),
    local=lambda x, out: (SIGMOID(-x),),
    notation=functional("logsigmoid({0})", r"\ln \sigma({0})"),
    english="The logarithm of the sigmoid is near 0 for large operands; its slope is the sigmoid of minus the operand.",
    chinese="操作数很大时，sigmoid 的对数接近 0；它的斜率是操作数取负后的 sigmoid。",
    fractional=True,
)
HARDSIGMOID: Final = Elementwise(
    name="hardsigmoid",
    glyph="hσ",
    forward=lambda x: min(max(x + 3.0, 0.0), 6.0) / 6.0,
    array=lambda x: bounded(x + 3.0, 0.0, 6.0) / 6.0,
    local=lambda x, out: (piecewise(x, chosen(x > -3.0) * chosen(x < 3.0), 1.0 / 6.0, 0.0),),
    shown=(("[−3 < $0 < 3]/6", r"\tfrac{1}{6} [-3 < $0 < 3]"),),
    english="Hardsigmoid replaces the S of the sigmoid by three straight lines, the middle one of slope 1/6.",
    chinese="hardsigmoid 用三段直线代替 sigmoid 的 S 形，中间一段的斜率为 1/6。",
    kink=("At −3 and 3 the slope jumps; PyTorch takes 0.", "在 −3 和 3 处斜率跳变；PyTorch 约定取 0。"),
    fractional=True,
)
HARDSWISH: Final = Elementwise(
    name="hardswish",
    glyph="hswish",
    forward=lambda x: x * min(max(x + 3.0, 0.0), 6.0) / 6.0,
    array=lambda x: x * bounded(x + 3.0, 0.0, 6.0) / 6.0,
    local=lambda x, out: (piecewise(x, x <= -3.0, 0.0, piecewise(x, x < 3.0, x / 3.0 + 0.5, 1.0)),),
    shown=(
        (
            "0 if $0 ≤ −3 else $0/3 + ½ if $0 < 3 else 1",
            r"\begin{cases} 0 & $0 \le -3 \\ \frac{$0}{3} + \frac{1}{2} & -3 < $0 < 3 \\ 1 & \text{else} \end{cases}",
        ),
    ),
    english="Hardswish is the operand times its hardsigmoid: a parabola between −3 and 3, straight outside.",
    chinese="hardswish 是操作数乘以它的 hardsigmoid：在 −3 与 3 之间是抛物线，之外是直线。",
    kink=(
        "At −3 and 3 the slope jumps; PyTorch takes the one outside: 0 and 1.",
        "在 −3 和 3 处斜率跳变；PyTorch 取外侧的 0 和 1。",
    ),
    fractional=True,
)


def _mish_slope(x: Any) -> Any:
    gate = TANH(SOFTPLUS(x, 1.0, math.inf))
    return gate + x * SIGMOID(x) * (1.0 - SQUARE(gate))


MISH: Final = Elementwise(
    name="mish",
    glyph="Mish",
    forward=lambda x: x * math.tanh(math.log1p(math.exp(x))),
    array=lambda x: x * np.tanh(np.log1p(np.exp(x))),
    local=lambda x, out: (_mish_slope(x),),
    shown=(
        (
            "t + $0·σ($0)·(1 − t²), t = tanh(softplus($0))",
            r"t + $0 \, \sigma($0) (1 - t^{2}), \ t = \tanh \ln(1 + e^{$0})",
        ),
    ),
    english="Mish is the operand times the tanh of its softplus: a smooth gate that dips a little below 0.",
    chinese="Mish 是操作数乘以其 softplus 的 tanh：一道光滑的门，在 0 以下略微下探。",
    fractional=True,
)

TABLE: Final = (
    *(SIGMOID, RELU, LEAKY_RELU, RELU6, HARDTANH, ELU, SELU, GELU, SILU, SOFTPLUS, SOFTSIGN, LOGSIGMOID),
    *(HARDSIGMOID, HARDSWISH, MISH),
)
