"""PyTorch's values and gradients; `python -m tests.record_pytorch` writes them to data/pytorch.json."""

import importlib
import itertools
import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tests.operations import UNARY

FILE: Final = Path(__file__).parent / "data" / "pytorch.json"

POINTS: Final = (
    *(0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -3.0, 0.3, 5.0, -5.0, 30.0, -30.0, 710.0, -745.0),
    *(1e-8, -1e-8, 1e-300, -1e-300, 1e8, -1e8, 1e200, -1e200, 5e-324, math.inf, -math.inf, math.nan),
)
PAIRED: Final = (0.0, -0.0, 1.0, -1.0, 2.0, -3.0, 0.5, 1e-200, -1e200, math.inf, -math.inf, math.nan)
MODEST: Final = (0.7, -1.3, 2.0)

EXPONENTS: Final = ("0", "1", "2", "3", "-1", "-2", "0.5", "-0.5", "1.5", "0.3333333333333333", "10", "-7")

PROGRAMS: Final = (
    # one value used many times
    "out = x * x",
    "out = x * x * x - x",
    "b = x + x\nout = b + b",
    "a = x * 2\nout = (a + y) * (a - y)",
    "a = x * y\nb = sin(a) + cos(a)\nout = a * b + x / y",
    "out = x ** 2 + x ** 3 - x ** 0 + 2 ** x",
    "out = (x - y) ** 2 + (x + y) ** 2 + abs(x * y)",
    # chains
    "out = x.sin().cos().tanh().sigmoid().exp().log().square()",
    "a = sigmoid(x)\na = sigmoid(a * 3 - y)\na = sigmoid(a * 3 - y)\nout = a.sigmoid()",
    "out = log(exp(x) + exp(y))",
    "out = relu(x) - 0.1 * relu(-x) + relu(x * y)",
    "out = sqrt(square(x) + square(y))",
    "out = (x ** 2 + y ** 2) ** 0.5 / (1 + abs(x))",
    "out = x / (1 + exp(-x)) - tanh(y)",
    "out = sign(x) * abs(x) - neg(y)",
    "out = (abs(x) + 0.1) ** y",
    # written as functions and methods
    "out = add(x, y) * sub(x, y) / div(x, 4) + mul(x, pow(y, 2))",
    "out = x.add(y).mul(x.sub(2)).div(3).pow(2).neg()",
    "out = x.abs().add(1).log().mul(y).relu()",
    # zero, infinity and NaN on the way
    "out = 1 / relu(x)",
    "out = log(sign(x))",
    "out = log(x ** 0 - 1)",
    "out = abs(x) * x",
    "out = (x - x) * y",
    "out = relu(log(x))",
    "out = sqrt(abs(x))",
    "out = exp(x * 1000) / exp(x * 1000)",
)
"""Programs in x and perhaps y."""


def cases() -> Iterator[tuple[str, list[dict[str, float]]]]:
    """Every source with the points it is asked at."""
    ones = [{"x": x} for x in POINTS]
    pairs = [{"x": x, "y": y} for x, y in itertools.product(PAIRED, PAIRED)]
    modest = [{"x": x, "y": y} for x, y in itertools.product(MODEST, (*MODEST, 0.0))]
    few = [{"x": x} for x in PAIRED]
    for op in UNARY:
        yield f"out = {op}(x)", ones
        yield f"out = x.{op}()", [{"x": 0.5}]
    for op, mark in (("add", "+"), ("sub", "-"), ("mul", "*"), ("div", "/"), ("pow", "**")):
        yield f"out = x {mark} y", pairs
        yield f"out = {op}(x, y)", [{"x": 0.5, "y": 2.0}]
        yield f"out = x.{op}(y)", [{"x": 0.5, "y": 2.0}]
        yield f"out = x {mark} 2", few
        yield f"out = 2 {mark} x", few
    for exponent in EXPONENTS:
        yield f"out = x ** {exponent}", few
    for base in ("0", "(-2)", "0.5"):
        yield f"out = {base} ** x", few
    for program in PROGRAMS:
        both = modest if "y" in program else [{"x": each["x"]} for each in modest]
        yield program, both + (few if "y" not in program else [])


def answer(source: str, inputs: Mapping[str, float]) -> tuple[float, dict[str, float | None]]:
    """PyTorch's value of `out` and the gradient of every input (None: not reached), in float64."""
    torch: Any = importlib.import_module("torch")
    leaves = {name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in inputs.items()}
    functions = {name: getattr(torch, name) for name in (*UNARY, "add", "sub", "mul", "div", "pow")}
    names: dict[str, Any] = {**functions, **leaves}
    exec(source, names)  # sources of this file only
    names["out"].backward()
    return names["out"].item(), {name: None if leaf.grad is None else leaf.grad.item() for name, leaf in leaves.items()}


def record() -> None:
    """Writes one line per point: inputs, value, gradients."""
    lines = [
        f"{json.dumps(source)}: [\n"
        + ",\n".join(f"  {json.dumps(_point(source, inputs))}" for inputs in points)
        + "\n ]"
        for source, points in cases()
    ]
    version = importlib.import_module("torch").__version__
    FILE.write_text(f'{{\n"torch": "{version}",\n"answers": {{\n ' + ",\n ".join(lines) + "\n}\n}\n", encoding="utf-8")


def _point(source: str, inputs: Mapping[str, float]) -> list[object]:
    value, gradients = answer(source, inputs)
    return [
        {name: _json(each) for name, each in inputs.items()},
        _json(value),
        {name: None if each is None else _json(each) for name, each in gradients.items()},
    ]


def _json(value: float) -> float | str:
    return value if math.isfinite(value) else repr(value)


if __name__ == "__main__":
    record()
