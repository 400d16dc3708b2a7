"""Numbers as people read them: four significant digits, a true minus sign, never −0."""

import math
from functools import lru_cache

import numpy as np

from engine.snapshot import Shown

NONE = "—"
"""What stands where there is no number yet, or will never be one; a computed zero is `0`."""
LONGEST = 9
"""Characters for which every card has room."""
BRIEFEST = 7
"""Characters for which every cell with a number has room."""


@lru_cache(maxsize=16_384)  # most numbers of a film are written several times
def short(value: float | None) -> str:
    """At most nine characters: `−0.1966`, `1.235e6`, `NaN`, `∞`; whole numbers below a million in full.

    Digits give way to a sign and an exponent that would not fit beside them: `−1.2e−100`.
    """
    return NONE if value is None else _rounded(value, 4, LONGEST)


@lru_cache(maxsize=16_384)
def brief(value: float) -> str:
    """At most seven characters, for the cells of a grid: `−0.197`, `1235`, `1.2e−5`."""
    if 1e3 <= abs(value) < 999_999.5:
        return _signed(f"{value:.0f}")
    return _rounded(value, 3, BRIEFEST)


def extent(value: Shown | None) -> str:
    """What an array holds: from where to where (`−1.2…3.4`), or the one number that all of it is."""
    if not isinstance(value, np.ndarray):
        return short(value)
    if not value.size:
        return "∅"
    low, high = brief(float(value.min())), brief(float(value.max()))
    return low if low == high else f"{low}…{high}"


def _rounded(value: float, digits: int, longest: int) -> str:
    if not math.isfinite(value):
        return full(value)
    if value == int(value) and abs(value) < 1e6:
        return _signed(str(int(value)))
    text = _trimmed(f"{value:.{digits}g}")
    for decimals in range(digits - 1, -1, -1):
        if len(text) <= longest:
            break
        text = _trimmed(f"{value:.{decimals}e}")
    return _signed(text)


def full(value: float | None) -> str:
    """Every digit that distinguishes the number from its neighbours."""
    if value is None:
        return NONE
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return _signed(repr(value + 0.0).removesuffix(".0"))


def _trimmed(text: str) -> str:
    """Without zeros at the end of the mantissa and at the start of the exponent."""
    mantissa, _, exponent = text.partition("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


def _signed(text: str) -> str:
    return "0" if text == "-0" else text.replace("-", "−")
