"""What layers of a network compute: the linear map, and dropout."""

from typing import Any, Final

import numpy as np

from engine import shapes
from engine.errors import InputError, ShapeError
from engine.formula import Formula
from engine.messages import Message
from engine.ops.products import MATMUL
from engine.ops.row import Elementwise, Structural, functional
from engine.ops.selection import piecewise
from engine.ops.shaping import RESHAPE, SUM_TO_SIZE, TRANSPOSE
from engine.shapes import Shape


def _linear_shape(x: Shape, weight: Shape, bias: Shape | None = None) -> Shape:
    if not x or not 1 <= len(weight) <= 2 or x[-1] != weight[-1]:
        swapped = len(weight) == 2 and bool(x) and x[-1] == weight[0]
        raise ShapeError(
            Message(
                "linear: the input is {shape} and the weight {weight}", shape=shapes.text(x), weight=shapes.text(weight)
            ),
            hint=Message("did you mean the transpose of the weight, .T? It is outputs × inputs")
            if swapped
            else Message("the last size of the input must be that of the weight, which is outputs × inputs"),
        )
    made = (*x[:-1], *weight[:-1])
    if bias is not None and bias not in (weight[:-1], (1,), ()):
        raise ShapeError(
            Message(
                "linear: the bias is {bias} and the weight {weight}", bias=shapes.text(bias), weight=shapes.text(weight)
            ),
            hint=Message("the bias has one number for each output"),
        )
    return made


def _linear(x: Any, weight: Any, bias: Any = None) -> Any:
    if x.dtype != weight.dtype or (bias is not None and bias.dtype != x.dtype):
        raise InputError(
            Message("linear: the input is {one} and the weight {other}", one=x.dtype, other=weight.dtype),
            hint=Message("convert one of them, for example with .float()"),
        )
    flat = x.reshape(-1, x.shape[-1]) if x.ndim > 2 and x.size else x
    made = np.matmul(flat, weight.T)
    if bias is not None:
        made = np.add(made, bias, out=made if isinstance(made, np.ndarray) else None)
    return made.reshape(*x.shape[:-1], *weight.shape[:-1])


def _rows(value: Any, last: Shape) -> Any:
    """All leading axes as one."""
    count = 1
    for size in value.shape[: len(value.shape) - len(last)]:
        count *= size
    return RESHAPE(value, (count, *last))


def _by_input(g: Any, x: Any, weight: Any) -> Any:
    if len(weight.shape) == 1:
        return RESHAPE(g, (*g.shape, 1)) * weight
    if len(x.shape) < 3:
        return MATMUL(g, weight)
    return RESHAPE(MATMUL(_rows(g, weight.shape[:1]), weight), x.shape)


def _by_weight(g: Any, x: Any, weight: Any) -> Any:
    if len(weight.shape) == 1:
        return MATMUL(_rows(g, ()), _rows(x, weight.shape))
    return MATMUL(TRANSPOSE(_rows(g, weight.shape[:1]), 0, 1), _rows(x, weight.shape[1:]))


def _linear_vjp(index: int, g: Any, *given: Any) -> Any:
    x, weight, *rest, _ = given
    if index == 0:
        return _by_input(g, x, weight)
    if index == 1:
        return _by_weight(g, x, weight)
    return g if g.shape == rest[0].shape else SUM_TO_SIZE(g, rest[0].shape)


def _linear_parts(x: Any, weight: Any, bias: Any = None) -> Any:
    made = MATMUL(x, TRANSPOSE(weight, 0, 1) if len(weight.shape) == 2 else weight)
    return made if bias is None else made + bias


def _linear_notation(x: Formula, weight: Formula, bias: Formula | None = None) -> Formula:
    made = x.matmul(weight.transposed)
    return made if bias is None else made + bias


LINEAR: Final = Structural(
    name="linear",
    glyph="xWᵀ+b",
    operands=("input", "weight", "bias"),
    variadic=True,
    array=_linear,
    shape=_linear_shape,
    notation=_linear_notation,
    vjp=_linear_vjp,
    shown=(
        ("G·$1", r"G \, $1"),
        ("Gᵀ·$0", r"G^{\top} $0"),
        ("Σᵢ Gᵢ", r"\sum_i G_i"),
    ),
    composite=_linear_parts,
    english="A linear layer hands back the gradient through its weights; "
    "each weight gets upstream gradient times input, summed over the samples, and the bias the plain sum.",
    chinese="线性层把梯度经权重传回输入；每个权重得到上游梯度乘以输入、对样本求和，偏置得到上游梯度之和。",
    domain=r"x \in \mathbb{R}^{n \times k},\ W \in \mathbb{R}^{m \times k},\ b \in \mathbb{R}^{m}",
)


def _dropped(x: Any, mask: Any, p: float) -> Any:
    return x * (mask / (1.0 - p)) if p < 1.0 else x * 0.0


DROPOUT: Final = Elementwise(
    name="dropout",
    glyph="drop",
    operands=("input", "mask"),
    attributes={"p": 0.5},
    array=_dropped,
    local=lambda x, mask, p, out: (piecewise(x, mask, 1.0 / (1.0 - p) if p < 1.0 else 0.0, 0.0), 0.0),
    shown=(("$1/(1 − $2)", r"\frac{$1}{1 - $2}"), ("0", "0")),
    notation=functional("{0}·{1}/(1 − {2})", r"\frac{{{0} \odot {1}}}{{1 - {2}}}"),
    english="Dropout blocks the elements that chance has picked, and their gradient; the others grow by 1/(1 − p).",
    chinese="dropout 随机挡住一部分元素，也挡住它们的梯度；其余的放大为 1/(1 − p) 倍。",
    domain=r"0 \le p \le 1",
)

TABLE: Final = (LINEAR, DROPOUT)
