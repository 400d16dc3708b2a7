"""Losses: how far a prediction is from what was wanted, as one node or as the ops it is made of."""

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from engine import shapes
from engine.errors import InputError, ShapeError
from engine.messages import Message
from engine.ops.activations import LOGSIGMOID, SIGMOID
from engine.ops.arithmetic import ABS, SIGN, SQUARE
from engine.ops.classification import CROSS_ENTROPY, NLL_LOSS
from engine.ops.exponentials import EXP, LOG, LOG1P
from engine.ops.reductions import MEAN, SUM
from engine.ops.row import Structural, Texts, Traced
from engine.ops.selection import CLAMP, MAXIMUM, either
from engine.ops.shaping import SUM_TO_SIZE, ZEROS_LIKE
from engine.shapes import Shape

REDUCTIONS: Final = ("mean", "sum", "none")


def reduced(loss: Any, reduction: str) -> Any:
    """The losses of all elements as their mean, their sum, or as they are."""
    return MEAN(loss, None, False) if reduction == "mean" else SUM(loss, None, False) if reduction == "sum" else loss


def _share(x: Any, y: Any, reduction: str) -> float:
    size = math.prod(np.broadcast_shapes(tuple(x.shape), tuple(y.shape)))
    return 1.0 / size if reduction == "mean" and size else math.nan if reduction == "mean" else 1.0


def _common(x: Shape, y: Shape, *settings: Any) -> Shape:
    try:
        shape = np.broadcast_shapes(x, y)
    except ValueError:
        raise ShapeError(
            Message("the prediction is {one} and the target {other}", one=shapes.text(x), other=shapes.text(y)),
            hint=Message("a loss compares them element by element"),
        ) from None
    return shape if settings and settings[-1] == "none" else ()


def _pointwise(
    name: str,
    glyph: str,
    measure: Callable[..., Any],
    slopes: Callable[..., tuple[Any, Any]],
    shown: Texts,
    said: tuple[str, str],
    *,
    settings: dict[str, Any] | None = None,
    kink: tuple[str, str] | None = None,
    domain: str = r"x, y \in \mathbb{R}",
) -> Structural:
    """A loss that compares element by element, `measure(x, y, *settings)`, with `slopes` along both; then reduced."""

    def whole(x: Any, y: Any, *given: Any) -> Any:
        return reduced(measure(x, y, *given[:-1]), given[-1])

    def part(index: int) -> Callable[..., Any]:
        def vjp(g: Any, x: Any, y: Any, *given: Any) -> Any:
            *own, reduction, _out = given
            slope = slopes(x, y, *own)[index] * _share(x, y, reduction)
            return SUM_TO_SIZE(g * slope, (x, y)[index].shape)

        return vjp

    return Structural(
        name=name,
        glyph=glyph,
        operands=("input", "target"),
        attributes={**(settings or {}), "reduction": "mean"},
        array=whole,
        shape=_common,
        promotes=True,
        vjp=(part(0), part(1)),
        shown=shown,
        composite=whole,
        english=said[0],
        chinese=said[1],
        kink=kink,
        domain=domain,
    )


def _smooth(x: Any, y: Any, beta: float) -> Any:
    gap = ABS(x - y)
    if beta == 0:
        return gap
    far = gap >= beta
    return either(far, gap - 0.5 * beta, _square(gap, far) * (0.5 / beta))


def _square(gap: Any, far: Any) -> Any:
    """The square of what is not far: opened, an infinite gap must not come back through it as 0 · ∞."""
    return SQUARE(either(far, _like(gap, 0.0), gap))


def _smooth_slopes(x: Any, y: Any, beta: float) -> tuple[Any, Any]:
    gap = x - y
    slope = SIGN(gap) if beta == 0 else either(ABS(gap) >= beta, SIGN(gap), gap * (1.0 / beta))  # NaN is no end
    return slope, -slope


def _huber(x: Any, y: Any, delta: float) -> Any:
    gap = ABS(x - y)
    far = gap > delta
    return either(far, (gap - 0.5 * delta) * delta, _square(gap, far) * 0.5)


def _huber_slopes(x: Any, y: Any, delta: float) -> tuple[Any, Any]:
    gap = x - y
    slope = either(ABS(gap) > delta, SIGN(gap) * delta, gap)  # NaN is no end
    return slope, -slope


def _logs(x: Any) -> tuple[Any, Any]:
    """log x and log(1 − x), no lower than −100. NB: PyTorch's bound."""
    return MAXIMUM(LOG(x), _like(x, -100.0)), MAXIMUM(LOG1P(-x), _like(x, -100.0))


def _like(x: Any, number: float) -> Any:
    return np.full_like(x, number) if isinstance(x, np.ndarray) else ZEROS_LIKE(x) + number


def _bce(x: Any, y: Any) -> Any:
    given = np.asarray(x.value if isinstance(x, Traced) else x)  # type: ignore[attr-defined]
    if not ((given >= 0) & (given <= 1)).all():
        raise InputError(
            Message("all elements of input should be between 0 and 1"),
            hint=Message("put a sigmoid before it, or take binary_cross_entropy_with_logits"),
        )
    likely, unlikely = _logs(x)
    return -(y * likely + (1.0 - y) * unlikely)


def _bce_slopes(x: Any, y: Any) -> tuple[Any, Any]:
    likely, unlikely = _logs(x)
    return (x - y) / MAXIMUM((1.0 - x) * x, _like(x, 1e-12)), unlikely - likely


def _logits(x: Any, y: Any) -> Any:
    return (1.0 - y) * x - LOGSIGMOID(x)


def _kl(x: Any, y: Any, log_target: bool) -> Any:
    if log_target:
        return EXP(y) * (y - x)
    return either(y > 0.0, y * (LOG(y) - x), _like(y, 0.0) - y * x)


def _kl_slopes(x: Any, y: Any, log_target: bool) -> tuple[Any, Any]:
    if log_target:
        return _like(x, 0.0) - EXP(y), EXP(y) * (y - x + 1.0)
    return _like(x, 0.0) - y, either(y > 0.0, LOG(y) + 1.0, _like(y, 0.0)) - x


def _hinge(x: Any, y: Any, margin: float) -> Any:
    return either(y > 0.0, x, CLAMP(margin - x, 0.0, None))


def _hinge_slopes(x: Any, y: Any, margin: float) -> tuple[Any, Any]:
    one = _like(x, 1.0)
    return either(y > 0.0, one, either(x <= margin, -one, _like(x, 0.0))), _like(x, 0.0)


MSE_LOSS: Final = _pointwise(
    "mse_loss",
    "MSE",
    lambda x, y: SQUARE(x - y),
    lambda x, y: (2.0 * (x - y), -2.0 * (x - y)),
    (("2($0 − $1)/n·G", r"\frac{2}{n}($0 - $1)\,G"), ("−2($0 − $1)/n·G", r"-\frac{2}{n}($0 - $1)\,G")),
    (
        "The mean squared error pulls each prediction towards its target, twice as hard at twice the distance.",
        "均方误差把每个预测拉向目标：距离加倍，拉力也加倍。",
    ),
)
L1_LOSS: Final = _pointwise(
    "l1_loss",
    "L1",
    lambda x, y: ABS(x - y),
    lambda x, y: (SIGN(x - y), -SIGN(x - y)),
    (("sign($0 − $1)/n·G", r"\frac{1}{n}\mathrm{sign}($0 - $1)\,G"),) * 2,
    (
        "The absolute error pulls each prediction towards its target with the same force at any distance.",
        "绝对误差以同样的力把每个预测拉向目标，与距离无关。",
    ),
    kink=(
        "Where prediction and target are equal the slope jumps from −1 to 1; PyTorch takes 0.",
        "预测与目标相等处，斜率从 −1 跳到 1；PyTorch 约定取 0。",
    ),
)
SMOOTH_L1_LOSS: Final = _pointwise(
    "smooth_l1_loss",
    "sL1",
    _smooth,
    _smooth_slopes,
    (("clamp(($0 − $1)/β, −1, 1)/n·G", r"\frac{1}{n}\mathrm{clamp}(\frac{$0 - $1}{\beta}, -1, 1)\,G"),) * 2,
    (
        "Near the target it is a square, far from it a straight line, so no single error can pull too hard.",
        "靠近目标时是平方，远离时是直线，所以单个误差的拉力不会过大。",
    ),
    settings={"beta": 1.0},
)
HUBER_LOSS: Final = _pointwise(
    "huber_loss",
    "Huber",
    _huber,
    _huber_slopes,
    (("clamp($0 − $1, −δ, δ)/n·G", r"\frac{1}{n}\mathrm{clamp}($0 - $1, -\delta, \delta)\,G"),) * 2,
    (
        "The Huber loss pulls with the distance to the target, but never harder than δ.",
        "Huber 损失的拉力与到目标的距离成正比，但不超过 δ。",
    ),
    settings={"delta": 1.0},
)
BINARY_CROSS_ENTROPY: Final = _pointwise(
    "binary_cross_entropy",
    "BCE",
    _bce,
    _bce_slopes,
    (
        ("($0 − $1)/($0(1 − $0)n)·G", r"\frac{$0 - $1}{n\,$0(1 - $0)}\,G"),
        ("(ln(1 − $0) − ln $0)/n·G", r"\frac{1}{n}(\ln(1 - $0) - \ln $0)\,G"),
    ),
    (
        "It punishes a probability by the logarithm of what it gave to the truth; a sure mistake pulls hardest.",
        "它用给真实答案的概率的对数来惩罚预测；越肯定的错误，拉力越大。",
    ),
    domain=r"0 < x < 1,\ 0 \le y \le 1",
)
BINARY_CROSS_ENTROPY_WITH_LOGITS: Final = _pointwise(
    "binary_cross_entropy_with_logits",
    "BCEσ",
    _logits,
    lambda x, y: (SIGMOID(x) - y, _like(y, 0.0) - x),
    (("(σ($0) − $1)/n·G", r"\frac{1}{n}(\sigma($0) - $1)\,G"), ("−$0/n·G", r"-\frac{1}{n}$0\,G")),
    (
        "Sigmoid and cross-entropy together: what is left is simply the probability minus the target.",
        "sigmoid 与交叉熵合在一起：剩下的就是概率减去目标。",
    ),
    domain=r"x \in \mathbb{R},\ 0 \le y \le 1",
)
KL_DIV: Final = _pointwise(
    "kl_div",
    "KL",
    _kl,
    _kl_slopes,
    (("−$1/n·G", r"-\frac{1}{n}$1\,G"), ("(ln $1 + 1 − $0)/n·G", r"\frac{1}{n}(\ln $1 + 1 - $0)\,G")),
    (
        "It measures how surprising the target is under the predicted log-probabilities, which get minus the target.",
        "它衡量目标分布在预测的对数概率下有多意外；对数概率得到的是目标的相反数。",
    ),
    settings={"log_target": False},
    domain=r"y \ge 0",
)
HINGE_EMBEDDING_LOSS: Final = _pointwise(
    "hinge_embedding_loss",
    "hinge",
    _hinge,
    _hinge_slopes,
    (("±1/n·G or 0", r"\pm\frac{1}{n}G \text{ or } 0"), ("0", "0")),
    (
        "A pair that belongs together is pulled closer; one that does not is pushed away until the margin is reached.",
        "同类的一对被拉近；不同类的被推开，直到间隔足够。",
    ),
    settings={"margin": 1.0},
    kink=(
        "Exactly at the margin the slope jumps from −1 to 0; PyTorch takes −1.",
        "恰在间隔处，斜率从 −1 跳到 0；PyTorch 约定取 −1。",
    ),
    domain=r"y \in \{-1, 1\}",
)
TABLE: Final = (
    *(MSE_LOSS, L1_LOSS, SMOOTH_L1_LOSS, HUBER_LOSS, BINARY_CROSS_ENTROPY, BINARY_CROSS_ENTROPY_WITH_LOGITS),
    *(NLL_LOSS, CROSS_ENTROPY, KL_DIV, HINGE_EMBEDDING_LOSS),
)
