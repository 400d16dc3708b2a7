"""What people give as a tensor's numbers, made into a value or refused."""

from typing import Any

import numpy as np

from engine import dtypes
from engine.dtypes import DType, Value
from engine.errors import InputError
from engine.messages import Message


def value(data: Any, dtype: DType | None) -> Value:
    """A number, an array or nested lists of numbers as a tensor holds it; float64 (truth values: bool) by default."""
    if isinstance(data, (int, float)) and not isinstance(data, bool) and dtype in (None, dtypes.FLOAT64):
        return number(data)
    try:
        made = np.array(data)
    except ValueError:
        raise InputError(
            Message("the rows of this tensor have different lengths"), hint=Message("give every row as many numbers")
        ) from None
    if made.dtype.kind not in "biuf" and made.size:
        raise InputError(
            Message("a tensor holds numbers, and this is {kind}", kind=type(data).__name__),
            hint=Message("write for example tensor(1.0)"),
        )
    if dtype is None:
        dtype = dtypes.BOOL if made.dtype.kind == "b" else dtypes.FLOAT64
    with np.errstate(all="ignore"):
        return dtypes.normal(made.astype(dtype, copy=False))


def number(value: object) -> float:
    """One number as a float."""
    if not isinstance(value, (int, float)):
        raise InputError(
            Message("a tensor holds numbers, and this is {kind}", kind=type(value).__name__),
            hint=Message("write for example tensor(1.0)"),
        )
    try:
        return float(value)
    except OverflowError:
        raise InputError(Message("this number is too large"), hint=Message("the largest is about 1.8e308")) from None
