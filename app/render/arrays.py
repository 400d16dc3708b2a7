"""Numbers and arrays of numbers as a snapshot holds them: their shape, how far they reach, whether they are numbers."""

import math

import numpy as np

from engine.snapshot import Shown


def single(value: Shown | None) -> float | None:
    """The number itself where there is only one, whatever its shape; else None."""
    if isinstance(value, np.ndarray):
        return float(value.item()) if value.size == 1 else None
    return value


def one(shape: tuple[int, ...]) -> bool:
    """Whether a value of that shape is a single number, which is shown as such."""
    return math.prod(shape) == 1


def shape(value: Shown) -> tuple[int, ...]:
    """`()` of a number."""
    return value.shape if isinstance(value, np.ndarray) else ()


def shape_text(shape: tuple[int, ...]) -> str:
    """`64×5`, `[6]` of a vector, `[ ]` of a number."""
    return "×".join(map(str, shape)) if len(shape) > 1 else f"[{shape[0] if shape else ' '}]"


def finite(value: Shown) -> bool:
    """Whether no number in it is NaN or infinite."""
    if isinstance(value, np.ndarray):
        return bool(np.isfinite(value).all())
    return math.isfinite(value)


def has_nan(value: Shown) -> bool:
    """Whether any number in it is NaN."""
    return bool(np.isnan(value).any()) if isinstance(value, np.ndarray) else math.isnan(value)


def worst(value: Shown) -> float:
    """NaN if there is one, else the infinity there is, else the number farthest from zero."""
    if isinstance(value, np.ndarray):
        if not value.size:
            return 0.0
        flat = value.astype(np.float64).reshape(-1)
        return float(flat[np.argmax(np.abs(flat))])  # NB: argmax stops at a NaN
    return value


def reach(value: Shown | None) -> float:
    """The largest finite magnitude in it."""
    if value is None:
        return 0.0
    if isinstance(value, np.ndarray):
        magnitude = np.abs(value.astype(np.float64))
        return float(np.max(magnitude, initial=0.0, where=np.isfinite(magnitude)))
    return abs(value) if math.isfinite(value) else 0.0
