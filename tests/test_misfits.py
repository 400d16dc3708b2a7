"""Shapes that do not fit: the refusal names the op, the operands, their shapes, and what was meant."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest

import engine
from engine.functions import FUNCTIONS
from engine.tensor import Tensor


def named(name: str | None, *shape: int) -> Tensor:
    """A tensor of ones with a name."""
    return engine.tensor(np.ones(shape), name=name)


def refusal(call: Callable[[], object]) -> str:
    """What the engine says to it."""
    with pytest.raises(engine.ShapeError) as caught:
        call()
    return str(caught.value)


_MEANT: Final[list[tuple[str, Callable[[Any, Any], object], tuple[int, ...], tuple[int, ...]]]] = [
    ("`W @ x`: W is 6×5, x has 6: expected 5 (did you mean `W.T @ x`?)", lambda W, x: W @ x, (6, 5), (6,)),
    ("`W @ x`: W is 5, x is 6×5: expected 5×5 (did you mean `W @ x.T`?)", lambda W, x: W @ x, (5,), (6, 5)),
    ("`W @ x`: W is 2×3, x is 4×2: expected 3×2 (did you mean `x @ W`?)", lambda W, x: W @ x, (2, 3), (4, 2)),
    ("`W @ x`: W is 2×3, x is 2×4: expected 3×4 (did you mean `W.T @ x`?)", FUNCTIONS["mm"], (2, 3), (2, 4)),
    (
        "`W * x`: W is 2×3, x is 3×2: these shapes do not fit (did you mean `W * x.T`?)",
        FUNCTIONS["mul"],
        (2, 3),
        (3, 2),
    ),
    (
        "`W - x`: W is 2×3, x is 2: these shapes do not fit (did you mean `W - x.unsqueeze(1)`?)",
        lambda W, x: W - x,
        (2, 3),
        (2,),
    ),
    (
        "`maximum(W, x)`: W is 2, x is 2×3: these shapes do not fit (did you mean `maximum(W.unsqueeze(1), x)`?)",
        FUNCTIONS["maximum"],
        (2,),
        (2, 3),
    ),
    (
        "`W + x`: W is 3, x is 4: these shapes do not fit (seen from the right, sizes must be equal, or one of them 1)",
        lambda W, x: W + x,
        (3,),
        (4,),
    ),
    (
        (
            "linear: the input is 4×3 and the weight 3×5 — W: 4×3, x: 3×5 "
            "(did you mean the transpose of the weight, .T? It is outputs × inputs)"
        ),
        FUNCTIONS["linear"],
        (4, 3),
        (3, 5),
    ),
]


@pytest.mark.parametrize(("said", "call", "left", "right"), _MEANT, ids=[each[0] for each in _MEANT])
def test_operands_with_names_are_told_by_them_and_what_was_meant_is_written_out(
    said: str, call: Callable[[Any, Any], object], left: tuple[int, ...], right: tuple[int, ...]
) -> None:
    assert refusal(lambda: call(named("W", *left), named("x", *right))) == said


def test_a_program_is_told_with_the_names_it_gave_and_the_place() -> None:
    source = "import torch\nW = torch.ones(6, 5)\nx = torch.ones(6)\ny = 1 + W @ x"
    with pytest.raises(engine.ShapeError) as caught:
        engine.run(source)
    assert str(caught.value) == ("line 4, column 9: `W @ x`: W is 6×5, x has 6: expected 5 (did you mean `W.T @ x`?)")


_UNNAMED: Final[dict[str, tuple[tuple[tuple[int, ...], ...], tuple[Any, ...]]]] = {
    "cat": (((2, 3), (3, 2)), ()),
    "stack": (((2,), (3,)), ()),
    "conv1d": (((1, 3, 8), (4, 2, 3)), ()),
    "conv2d": (((1, 3, 8, 8), (4, 2, 3, 3)), ()),
    "max_pool2d": (((1, 1, 1, 1),), (2,)),
    "reshape": (((2, 3),), (4,)),
    "view": (((2, 3),), (5,)),
    "expand": (((2, 3),), (2, 4)),
    "permute": (((2, 3),), (0, 0)),
    "sum": (((2, 3),), (2,)),
    "softmax": (((2, 3),), (3,)),
    "layer_norm": (((2, 3),), ((4,),)),
    "batch_norm": (((2, 3), (4,), (4,)), ()),
    "mse_loss": (((2, 3), (3, 2)), ()),
    "dot": (((3,), (4,)), ()),
    "outer": (((2, 2), (3,)), ()),
    "bmm": (((2, 3, 4), (2, 3, 4)), ()),
    "diag": (((2, 2, 2),), ()),
    "repeat": (((2, 3),), (2,)),
}


@pytest.mark.parametrize("name", _UNNAMED)
def test_a_refusal_names_the_op_and_a_way_out(name: str) -> None:
    sizes, settings = _UNNAMED[name]
    operands = [named(None, *each) for each in sizes]
    given = [operands] if name in ("cat", "stack") else operands
    said = refusal(lambda: FUNCTIONS[name](*given, *settings))
    assert name.removesuffix("1d").removesuffix("2d").removeprefix("max_") in said or (name == "bmm" and " @ " in said)
    assert said.endswith(")")
    assert any(character.isdigit() for character in said)
