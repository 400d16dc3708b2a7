"""`torch.testing`: `assert_close`, with what it says where two values differ."""

from typing import Any, Final

import numpy as np

from engine import dtypes
from engine.errors import InputError
from engine.language import formatting
from engine.language.machine import Machine
from engine.language.values import NUMBERS, Namespace, Value, kind_name, natives
from engine.messages import Message
from engine.tensor import Tensor

_SLACK: Final = {dtypes.FLOAT32: (1.3e-6, 1e-5), dtypes.FLOAT64: (1e-7, 1e-7)}
"""How much may differ, of the expected value and in all; whole numbers are equal."""


def _assert_close(
    machine: Machine,
    actual: Value,
    expected: Value,
    *,
    allow_subclasses: Value = True,
    rtol: Value = None,
    atol: Value = None,
    equal_nan: Value = False,
    check_device: Value = True,
    check_dtype: Value = True,
    check_layout: Value = True,
    check_stride: Value = False,
    msg: Value = None,
) -> None:
    if (rtol is None) != (atol is None):
        error = InputError(
            Message("rtol and atol must both be given, or neither"), hint=Message("write rtol=1e-4, atol=1e-6")
        )
        error.python = "ValueError"
        raise error
    given = None if rtol is None else (float(rtol), float(atol))
    said = _difference(machine, actual, expected, given, nan=bool(equal_nan), types=bool(check_dtype))
    if said is None:
        return
    said = said if msg is None else formatting.text(machine, msg if isinstance(msg, str) else machine.call(msg, [said]))
    failed = InputError(
        Message("the two are not close: {what}", what=" ".join(said.split())),
        hint=Message("print both, or allow more with rtol= and atol="),
    )
    failed.python, failed.said = "AssertionError", said
    raise failed


def _difference(
    machine: Machine, actual: Value, expected: Value, given: tuple[float, float] | None, *, nan: bool, types: bool
) -> str | None:
    """What PyTorch says of a difference; None if there is none."""
    machine.charge(1)
    if isinstance(actual, dict) and isinstance(expected, dict):
        if actual.keys() != expected.keys():
            return "The keys of the mappings do not match"
        pairs = [(f"[{key!r}]", actual[key], expected[key]) for key in actual]
    elif isinstance(actual, (list, tuple)) and isinstance(expected, (list, tuple)):
        if len(actual) != len(expected):
            return f"The length of the sequences mismatch: {len(actual)} != {len(expected)}"
        pairs = [(f"[{place}]", *pair) for place, pair in enumerate(zip(actual, expected, strict=True))]
    else:
        return _of_numbers(actual, expected, given, nan=nan, types=types)
    for where, one, other in pairs:
        if (said := _difference(machine, one, other, given, nan=nan, types=types)) is not None:
            return f"{said}\n\nThe failure occurred for item {where}"
    return None


def _of_numbers(
    actual: Value, expected: Value, given: tuple[float, float] | None, *, nan: bool, types: bool
) -> str | None:
    both = (actual, expected)
    if all(isinstance(each, Tensor) for each in both):
        if actual.shape != expected.shape:
            return (
                f"The values for attribute 'shape' do not match: torch.Size({list(actual.shape)}) != "
                f"torch.Size({list(expected.shape)})."
            )
        if types and actual.dtype != expected.dtype:
            return f"The values for attribute 'dtype' do not match: torch.{actual.dtype} != torch.{expected.dtype}."
    elif not all(type(each) in NUMBERS for each in both):
        return f"No comparison for {kind_name(actual)} and {kind_name(expected)}"
    one, other = (np.asarray(each.value if isinstance(each, Tensor) else each) for each in both)
    kind = dtypes.FLOAT32 if dtypes.FLOAT32 in (one.dtype, other.dtype) else one.dtype
    relative, absolute = given or _SLACK.get(kind, (0.0, 0.0))
    apart = ~np.isclose(one, other, relative, absolute, equal_nan=nan)
    return _told(one, other, apart, relative, absolute) if apart.any() else None


def _told(one: Any, other: Any, apart: Any, relative: float, absolute: float) -> str:
    """The largest differences, as PyTorch writes them."""
    with np.errstate(all="ignore"):
        far = np.where(apart, np.abs(one - other), 0)
        share = np.where(apart, np.abs((one - other) / other), 0)
    limits = (f" (up to {absolute} allowed)", f" (up to {relative} allowed)")
    if not apart.shape:
        return (
            f"Scalars are not close!\n\nExpected {other.item()} but got {one.item()}.\n"
            f"Absolute difference: {far.item()}{limits[0]}\nRelative difference: {share.item()}{limits[1]}"
        )
    count = int(apart.sum())
    lines = [f"Mismatched elements: {count} / {apart.size} ({count / apart.size:.1%})"]
    for name, differences, limit in zip(("absolute", "relative"), (far, share), limits, strict=True):
        at = np.unravel_index(int(np.argmax(differences)), differences.shape)
        place = tuple(map(int, at))
        lines.append(f"Greatest {name} difference: {differences[at].item()} at index {place}{limit}")
    return "\n".join(["Tensor-likes are not close!\n", *lines])


TESTING: Final = Namespace("torch.testing", natives({"assert_close": _assert_close}))
