"""A naive second engine: arrays that carry their Jacobian along, forward, one leaf at a time. No graph, no sweep."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from engine.dtypes import Array


@dataclass(frozen=True)
class Carried:
    """A value, and for each leaf it was made from ∂value/∂leaf, of shape `(*value.shape, leaf.size)`."""

    value: Array
    slopes: Mapping[int, Array]


def leaf(number: int, value: Array) -> Carried:
    """A leaf: its own Jacobian is the identity."""
    return Carried(value, {number: np.eye(value.size).reshape(*value.shape, value.size)})


def gradient(output: Carried, number: int, weights: Array) -> Array | None:
    """∂Σ(weights · output)/∂leaf as a flat array; None if the output was not made from it."""
    if number not in output.slopes:
        return None
    return np.asarray(np.einsum("i,ij->j", weights.ravel(), output.slopes[number].reshape(output.value.size, -1)))


def elementwise(value: Callable[..., Any], slopes: Callable[..., tuple[Any, ...]], *operands: Carried) -> Carried:
    """An elementwise op: operands broadcast, each slope is scaled by its local derivative."""
    given = [each.value for each in operands]
    made = np.asarray(value(*given))
    found: dict[int, Array] = {}
    for each, local in zip(operands, slopes(*given), strict=True):
        for number, slope in each.slopes.items():
            stretched = slope.reshape((1,) * (made.ndim - each.value.ndim) + slope.shape)
            part = np.broadcast_to(local, made.shape)[..., None] * np.broadcast_to(
                stretched, (*made.shape, slope.shape[-1])
            )
            found[number] = found[number] + part if number in found else part
    return Carried(made, found)


def moved(how: Callable[[Array], Array], operand: Carried) -> Carried:
    """A linear op on one operand, applied to each column of its Jacobian."""
    return Carried(
        np.asarray(how(operand.value)), {number: _columns(how, slope) for number, slope in operand.slopes.items()}
    )


def product(one: Carried, other: Carried) -> Carried:
    """A matrix product, by the product rule."""
    left: dict[int, Any] = {number: _columns(lambda x: x @ other.value, slope) for number, slope in one.slopes.items()}
    right: dict[int, Any] = {number: _columns(lambda x: one.value @ x, slope) for number, slope in other.slopes.items()}
    both = {number: left.get(number, 0) + right.get(number, 0) for number in {**left, **right}}
    return Carried(np.asarray(one.value @ other.value), both)


def _columns(how: Callable[[Array], Array], slope: Array) -> Array:
    return np.stack([np.asarray(how(slope[..., column])) for column in range(slope.shape[-1])], axis=-1)


UNARY: Final[Mapping[str, tuple[Callable[..., Any], Callable[..., tuple[Any, ...]]]]] = {
    "neg": (np.negative, lambda x: (-1.0,)),
    "tanh": (np.tanh, lambda x: (1 / np.cosh(x) ** 2,)),
    "sin": (np.sin, lambda x: (np.cos(x),)),
    "square": (lambda x: x * x, lambda x: (2 * x,)),
    "relu": (lambda x: np.maximum(x, 0), lambda x: (x > 0,)),
    "sigmoid": (lambda x: 1 / (1 + np.exp(-x)), lambda x: (np.exp(-x) / (1 + np.exp(-x)) ** 2,)),
    "abs": (np.abs, lambda x: (np.sign(x),)),
}
BINARY: Final[Mapping[str, tuple[Callable[..., Any], Callable[..., tuple[Any, ...]]]]] = {
    "add": (np.add, lambda x, y: (1.0, 1.0)),
    "sub": (np.subtract, lambda x, y: (1.0, -1.0)),
    "mul": (np.multiply, lambda x, y: (y, x)),
    "div": (np.divide, lambda x, y: (1 / y, -x / y**2)),
}
