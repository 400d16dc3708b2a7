"""Passes with tensors in them, made with the engine as a notebook would, for the tests of the picture."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

import engine
from engine.functions import FUNCTIONS
from engine.snapshot import Snapshot


def leaf(name: str, data: Any, *, grad: bool = True, dtype: Any = None, scale: float = 1.0) -> Any:
    """A named leaf; `data` is a list, or the shape of random numbers."""
    if isinstance(data, tuple):
        seed = sum(map(ord, name))
        data = (scale * np.random.default_rng(seed).normal(size=data)).tolist()
    return engine.tensor(data, dtype=dtype, requires_grad=grad, name=name)


def two_layers(samples: int = 4, inputs: int = 3, hidden: int = 5, outputs: int = 2, scale: float = 1.0) -> Snapshot:
    """The lecture's network: matrix products, biases added to every row, a sigmoid, the mean squared error."""
    x, y = leaf("X", (samples, inputs), grad=False), leaf("Y", (samples, outputs), grad=False)
    w1, b1 = leaf("W1", (inputs, hidden), scale=scale), leaf("b1", (hidden,))
    w2, b2 = leaf("W2", (hidden, outputs)), leaf("b2", (outputs,))
    h = FUNCTIONS["sigmoid"](x @ w1 + b1)
    return engine.snapshot((((h @ w2 + b2) - y) ** 2).mean())


def one_number() -> Snapshot:
    """Shapes of one number, as in the lecture's `torch.tensor([1.0])`."""
    w, x, y = leaf("w", [1.0]), leaf("x", [2.0], grad=False), leaf("y", [4.0], grad=False)
    return engine.snapshot(((w * x - y) ** 2).sum())


def vectors() -> Snapshot:
    """A scalar product."""
    return engine.snapshot((leaf("a", [1.0, -2.0, 3.0]) @ leaf("b", [0.5, 0.25, -1.0])) * 2)


def matrix_and_vector() -> Snapshot:
    """A result that is used twice, so that gradients are added up."""
    z = leaf("M", (3, 3)) @ leaf("v", [1.0, 2.0, -1.0])
    return engine.snapshot((z * z).sum())


def used_twice() -> Snapshot:
    """A leaf whose gradient is complete only with its second contribution."""
    w = leaf("w", (3, 4))
    return engine.snapshot((w * w).sum())


def stretched() -> Snapshot:
    """A column, a row and a number, all stretched to a matrix."""
    whole = leaf("c", (4, 1)) * leaf("r", (1, 3)) + leaf("s", 0.5)
    return engine.snapshot(whole.sum())


def three_dimensions() -> Snapshot:
    """Two slices, and more than there is room for."""
    return engine.snapshot((leaf("c", (2, 3, 4)) ** 2).sum() + (leaf("images", (8, 3, 28, 28)) ** 2).sum())


def not_finite() -> Snapshot:
    """log(0) and log(−1), among numbers that are fine."""
    return engine.snapshot((FUNCTIONS["log"](leaf("z", [1.0, 0.0, -1.0, 2.0])) * 2).sum())


def nothing() -> Snapshot:
    """A tensor without any numbers."""
    return engine.snapshot((leaf("e", (0, 3)) * 2).sum())


def single_precision() -> Snapshot:
    """float32 in a column."""
    return engine.snapshot((leaf("w", (9, 1), dtype="float32") * leaf("x", (9, 1), grad=False, dtype="float32")).mean())


PASSES: Final[Mapping[str, Callable[[], Snapshot]]] = {
    made.__name__: made
    for made in (
        two_layers,
        one_number,
        vectors,
        matrix_and_vector,
        used_twice,
        stretched,
        three_dimensions,
        not_finite,
        nothing,
        single_precision,
    )
}
