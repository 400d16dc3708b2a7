"""The element types of PyTorch's results; `python -m tests.record_types` writes data/types.json."""

import itertools
import json
import warnings
from pathlib import Path
from typing import Any, Final

import numpy as np

import engine
from engine import dtypes
from engine.functions import FUNCTIONS
from engine.tensor import constant
from tests.comparison import torch

FILE: Final = Path(__file__).parent / "data" / "types.json"

_KINDS: Final = (dtypes.FLOAT64, dtypes.FLOAT32, dtypes.INT64, dtypes.BOOL)
_LETTERS: Final = {"float64": "D", "float32": "F", "int64": "L", "bool": "B"}
TYPES: Final = tuple(itertools.product(itertools.product(_KINDS, ((2,), ())), repeat=2))
"""Type and shape of x, and of y: tensors with axes outrank scalars of the same kind."""

CALLS: Final = (
    *("add(x, y)", "sub(x, y)", "mul(x, y)", "div(x, y)", "pow(x, y)", "maximum(x, y)", "minimum(x, y)"),
    *("gt(x, y)", "ge(x, y)", "lt(x, y)", "le(x, y)", "eq(x, y)", "ne(x, y)", "where(x > 0, x, y)", "atan2(x, y)"),
    *("remainder(x, y)", "fmod(x, y)", "floor_divide(x, y)"),
    *("bitwise_and(x, y)", "bitwise_or(x, y)", "bitwise_xor(x, y)"),
    *("logical_and(x, y)", "logical_or(x, y)", "logical_xor(x, y)"),
    *("x + 1", "x + 1.5", "x * 2", "x / 2", "x ** 2", "x ** 0.5", "2 ** x", "2.5 * x", "1 / x", "x - 1", "-x", "x > 1"),
    *("exp(x)", "log(x)", "sqrt(x)", "sin(x)", "tanh(x)", "sigmoid(x)", "abs(x)", "sign(x)", "square(x)", "relu(x)"),
    *("sum(x)", "mean(x)", "x.sum(dim=0)", "prod(x)", "cumsum(x, dim=0)", "argmax(x)", "x.amax()", "floor(x)"),
    *("cat([x.reshape(-1), y.reshape(-1)])", "stack([x.reshape(-1), x.reshape(-1)])", "x.reshape(-1) @ y.reshape(-1)"),
)


def _asked(call: str, kinds: Any) -> dict[str, Any]:
    return {name: np.asarray(np.full(shape, 2), kind) for name, (kind, shape) in zip("xy", kinds, strict=True)}


def by_engine(call: str, kinds: Any) -> str:
    """The engine's type of a call's result as a letter; `-` for a refusal."""
    names = {name: constant(array) for name, array in _asked(call, kinds).items()}
    try:
        found = str(eval(call, {**FUNCTIONS, **names}).dtype)
        return _LETTERS.get(found, f"[{found}]")
    except engine.EngineError:
        return "-"


def by_pytorch(call: str, kinds: Any) -> str:
    """PyTorch's type of a call's result."""
    names = {name: torch().from_numpy(array) for name, array in _asked(call, kinds).items()}
    functions = {name: getattr(torch(), name) for name in FUNCTIONS if hasattr(torch(), name)}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _LETTERS[str(eval(call, {**functions, **names}).dtype).removeprefix("torch.")]
    except (RuntimeError, TypeError, IndexError):
        return "-"


def answers() -> dict[str, str]:
    """One letter per pair of types, for every call."""
    return {call: "".join(by_pytorch(call, kinds) for kinds in TYPES) for call in CALLS}


if __name__ == "__main__":
    FILE.write_text(json.dumps(answers(), indent=0) + "\n", encoding="utf-8")
