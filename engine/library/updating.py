"""Arithmetic of optimizers as PyTorch rounds it, and what is shown of what they keep."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from engine import dtypes
from engine.dtypes import Array
from engine.formula import number_text
from engine.language.updates import Kept, bias_corrected
from engine.language.values import Value

State = dict[str, Any]


def fused(base: Array, factor: float, more: Array) -> Array:
    """`base + factor·more` with one rounding, as PyTorch's `add(…, alpha=…)` computes it."""
    if base.dtype == dtypes.FLOAT64:
        return base + factor * more
    exact = base.astype(np.float64) + float(np.float32(factor)) * more.astype(np.float64)
    return exact.astype(base.dtype)


def drawn(mean: Array, value: Array, share: float) -> Array:
    """`lerp`: the mean moved by a share of the way to the value."""
    return fused(mean, share, value - mean) if share < 0.5 else fused(value, share - 1, value - mean)


def products(base: Array, factor: float, left: Array, right: Array) -> Array:
    """`addcmul`: base + factor·left·right."""
    kind: Any = base.dtype.type
    if base.dtype == dtypes.FLOAT64:
        return base + factor * left * right
    return (base.astype(np.float64) + (kind(factor) * left).astype(np.float64) * right).astype(base.dtype)  # type: ignore[no-any-return]


def quotients(base: Array, factor: float, left: Array, right: Array) -> Array:
    """`addcdiv`: base + factor·left/right."""
    kind: Any = base.dtype.type
    return base + kind(factor) * left / right  # type: ignore[no-any-return]


_FEW: Final = 64  # numbers of a parameter whose corrected means are shown too


def means(group: dict[str, Value], before: State, after: State) -> Iterator[Kept]:
    """The two means of Adam and its kin, and what they are made of."""
    for name, key, beta, what in zip("mv", ("mean", "square"), group["betas"], ("", "²"), strict=True):
        rule = f"{written(beta)}·{name} + {written(round(1 - beta, 12))}·{{w}}.grad{what}"
        yield Kept(name, rule, before.get(key, np.zeros_like(after[key])), after[key])
    if after["mean"].size <= _FEW:
        for name, key, beta in zip(("m̂", "v̂"), ("mean", "square"), group["betas"], strict=True):
            yield bias_corrected(name, beta, after["step"], after[key])


def written(rate: Value) -> str:
    """A setting as it stands in a formula."""
    return number_text(float(rate))
