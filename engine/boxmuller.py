"""Normal numbers out of uniform ones by Box and Muller, in the arithmetic of PyTorch's CPU kernel: the same bits.

NB: for float32 PyTorch has logarithm, sine and cosine of its own (`avx_mathfun.h`, after Moshier's Cephes library), and
its compiler fuses multiplications with additions. Both show in the last digit, so both are done here.
"""

import math
from typing import Any, Final

import numpy as np

from engine.dtypes import FLOAT32, Array, DType

BLOCK: Final = 16
"""So many numbers are made together: the first half are radii, the second half angles."""
_LOG: Final = (
    *(7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1),
    *(-1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1),
)
_SIN: Final = (-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1)
_COS: Final = (2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2)
_QUARTER: Final = (-0.78515625, -2.4187564849853515625e-4, -3.77489497744594108e-8)
"""−π/4 in three parts, so that what is taken off an angle leaves no error."""
_single: Final = np.float32


def normal(uniform: Array, mean: float, std: float) -> Array:
    """`uniform`, whose size is a multiple of 16, as normal numbers of its element type."""
    blocks = uniform.reshape(-1, BLOCK)
    radii, angles = blocks[:, : BLOCK // 2], blocks[:, BLOCK // 2 :]
    pair = _singles(radii, angles) if uniform.dtype == FLOAT32 else _doubles(radii, angles)
    made = np.concatenate(pair, axis=1).reshape(-1)
    return scaled(made, mean, std, uniform.dtype)


def scaled(standard: Array, mean: float, std: float, dtype: DType) -> Array:
    """`standard · std + mean`."""
    if dtype == FLOAT32:
        return _fused(standard, _single(std), _single(mean))
    return fused_doubles(standard, std, mean)


def _singles(radii: Array, angles: Array) -> tuple[Array, Array]:
    radius = np.sqrt(_single(-2) * _log(_single(1) - radii))
    sine, cosine = _sine_and_cosine(_single(2 * math.pi) * angles)
    return radius * cosine, radius * sine


def _doubles(radii: Array, angles: Array) -> tuple[Array, Array]:
    """NB: by the C library, as PyTorch; NumPy's own logarithm differs from it in the last digit."""
    logarithms = np.array([math.log(each) for each in (1.0 - radii).ravel().tolist()]).reshape(radii.shape)
    radius, theta = np.sqrt(-2.0 * logarithms), 2.0 * math.pi * angles
    cosine = np.array([math.cos(each) for each in theta.ravel().tolist()]).reshape(theta.shape)
    sine = np.array([math.sin(each) for each in theta.ravel().tolist()]).reshape(theta.shape)
    return radius * cosine, radius * sine


def _log(x: Array) -> Array:
    fraction, exponent = np.frexp(x)
    below = fraction < _single(math.sqrt(0.5))
    power = (exponent - below).astype(np.float32)
    x = (fraction - _single(1)) + np.where(below, fraction, _single(0))
    square = x * x
    y = _polynomial(_LOG, x) * x
    y = _fused(y, square, power * _single(-2.12194440e-4))
    y = _fused(square, _single(-0.5), y)
    return _fused(power, _single(0.693359375), x + y)


def _sine_and_cosine(angle: Array) -> tuple[Array, Array]:
    eighth = ((angle * _single(4 / math.pi)).astype(np.int32) + 1) & ~1
    turns = eighth.astype(np.float32)
    x = angle
    for part in _QUARTER:
        x = _fused(turns, _single(part), x)
    square = x * x
    flat = _fused(_polynomial(_COS, square) * square, square, -(square * _single(0.5))) + _single(1)
    steep = _fused(_polynomial(_SIN, square) * square, x, x)
    straight = (eighth & 2) == 0
    sine, cosine = np.where(straight, steep, flat), np.where(straight, flat, steep)
    return np.where(eighth & 4, -sine, sine), np.where(~(eighth - 2) & 4, -cosine, cosine)


def _polynomial(coefficients: tuple[float, ...], x: Array) -> Array:
    y: Array = np.full_like(x, coefficients[0])
    for each in coefficients[1:]:
        y = _fused(y, x, _single(each))
    return y


def _fused(a: Any, b: Any, c: Any) -> Array:
    """a · b + c in float32, rounded once: the product is exact in float64."""
    made: Array = _odd_sum(np.multiply(a, b, dtype=np.float64), np.float64(c)).astype(np.float32)
    return made


def fused_doubles(a: Array, b: float, c: float) -> Array:
    """a · b + c in float64, rounded once (Boldo and Melquiond, 2008)."""
    upper, lower = _product(a, np.float64(b))
    middle, least = _sum(np.float64(c), lower)
    most, rest = _sum(upper, middle)
    made: Array = most + _odd_sum(rest, least)
    return made


def _sum(a: Any, b: Any) -> tuple[Any, Any]:
    """a + b, and what rounding it lost. NB: Knuth's TwoSum."""
    total = a + b
    added = total - a
    return total, (a - (total - added)) + (b - added)


def _product(a: Any, b: Any) -> tuple[Any, Any]:
    """a · b, and what rounding it lost. NB: Dekker's product, by halves of 26 bits."""
    (a_high, a_low), (b_high, b_low) = _halves(a), _halves(b)
    product = a * b
    return product, a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)


def _halves(a: Any) -> tuple[Any, Any]:
    wide = a * (2.0**27 + 1)
    high = wide - (wide - a)
    return high, a - high


def _odd_sum(a: Any, b: Any) -> Any:
    """a + b rounded to odd: rounding that once more is as if it were the only time."""
    total, lost = _sum(a, b)
    bits = np.asarray(total).view(np.int64)
    inexact = (lost != 0) & (bits & 1 == 0)
    return np.where(inexact, np.where((lost > 0) == (total > 0), bits + 1, bits - 1), bits).view(np.float64)
