"""The module `math`."""

import math
from collections.abc import Callable
from typing import Any, Final

from engine.errors import InputError, LimitError
from engine.language import operators
from engine.language.machine import Machine
from engine.language.values import (
    NUMBERS,
    Namespace,
    Native,
    Value,
    kind_name,
)
from engine.messages import Message
from engine.tensor import Tensor


def _float(value: Value) -> float:
    if type(value) in NUMBERS or type(value) is Tensor:
        return float(value)
    raise InputError(
        Message("a number is needed here, and this is a value of type `{kind}`", kind=kind_name(value)),
        hint=Message("math works on one number; for tensors there is torch.exp and its like"),
    )


def _math(name: str) -> Native:
    host: Callable[..., Any] = getattr(math, name)
    return Native(name, lambda machine, *values: host(*map(_float, values)))


def _factorial(machine: Machine, n: int) -> int:
    if n > 800:
        raise LimitError(
            Message("this whole number needs more than {limit} bits", limit=machine.limits.whole_bits),
            hint=Message("use math.lgamma"),
        )
    return math.factorial(n)


def _comb(machine: Machine, n: int, k: int) -> int:
    if n > 800:
        raise LimitError(
            Message("this whole number needs more than {limit} bits", limit=machine.limits.whole_bits),
            hint=Message("use math.lgamma"),
        )
    return math.comb(n, k)


MATH: Final = Namespace(
    "math",
    {
        name: _math(name)
        for name in (
            *("exp", "log", "log2", "log10", "log1p", "expm1", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan"),
            *("atan2", "sinh", "cosh", "tanh", "fabs", "hypot", "erf", "erfc", "gamma", "lgamma", "degrees", "radians"),
            *("isnan", "isinf", "isfinite", "copysign", "fmod", "pow", "floor", "ceil", "trunc", "dist"),
        )
        if name != "dist"
    }
    | {
        "factorial": Native("factorial", _factorial),
        "isclose": Native(
            "isclose",
            lambda machine, a, b, *, rel_tol=1e-9, abs_tol=0.0: math.isclose(a, b, rel_tol=rel_tol, abs_tol=abs_tol),
        ),
        "gcd": Native("gcd", lambda machine, a, b: math.gcd(a, b)),
        "comb": Native("comb", _comb),
        "fsum": Native("fsum", lambda machine, values: math.fsum(machine.taken(values))),
        "prod": Native("prod", lambda machine, values: _prod(machine, values)),
        "pi": math.pi,
        "e": math.e,
        "tau": math.tau,
        "inf": math.inf,
        "nan": math.nan,
    },
)


def _prod(machine: Machine, values: Value) -> Value:
    import ast

    total: Value = 1
    for each in machine.items(values):
        machine.charge(1)
        total = operators.binary(machine, ast.Mult, total, each)
    return total
