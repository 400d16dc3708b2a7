"""Methods and operators that change a tensor in place: `zero_`, `add_`, `+=` and their like."""

import ast
from collections.abc import Callable

import numpy as np

from engine import dtypes, mode
from engine.language import operators
from engine.language.machine import Machine
from engine.language.values import Value
from engine.library.drawn import exponential
from engine.library.exchange import function, item, plain
from engine.library.session import session
from engine.library.updating import fused
from engine.tensor import Tensor, constant


def zero(machine: Machine, self: Tensor) -> Tensor:
    """`x.zero_()`."""
    return session(machine).replace(self, constant(dtypes.normal(np.zeros(self.shape, self.dtype))))


def fill(machine: Machine, self: Tensor, value: Value) -> Tensor:
    """`x.fill_(value)`."""
    number = item(value) if isinstance(value, Tensor) else value
    return session(machine).replace(self, constant(dtypes.normal(np.full(self.shape, number, self.dtype))))


def copy(machine: Machine, self: Tensor, other: Tensor, non_blocking: Value = False) -> Tensor:
    """`x.copy_(other)`."""
    value = np.broadcast_to(np.asarray(other.value), self.shape).astype(self.dtype)
    return session(machine).replace(self, constant(dtypes.normal(value)))


def _is_bare(*tensors: Tensor) -> bool:
    """Whether nothing that is made of the tensors now gets a gradient."""
    return mode.without_gradients() or not any(each.requires_grad for each in tensors)


def changing(name: str) -> Callable[..., Tensor]:
    """The method in place of a row of the table: `add_` of `add`."""

    def changed(machine: Machine, self: Tensor, *arguments: Value, **named: Value) -> Tensor:
        if name in ("add", "sub") and "alpha" in named:
            factor, more = named.pop("alpha"), arguments[0]
            if self.dtype.kind == "f" and isinstance(more, Tensor) and _is_bare(self, more):
                share = float(factor) if name == "add" else -float(factor)
                made = dtypes.normal(fused(np.asarray(self.value), share, np.asarray(more.value)))
                return session(machine).replace(self, constant(made))
            arguments = (times(factor, more),)
        made = function(name)(self, *map(plain, arguments), **{key: plain(each) for key, each in named.items()})
        return session(machine).replace(self, made)

    return changed


def times(factor: Value, value: Value) -> Value:
    """`factor · value`, as `alpha=` asks for."""
    return value * factor


def uniform(machine: Machine, self: Tensor, low: float = 0.0, high: float = 1.0) -> Tensor:
    """`x.uniform_(low, high)`."""
    drawn = session(machine).random.uniform(self.shape, float(low), float(high), self.dtype)
    return session(machine).replace(self, constant(dtypes.normal(drawn)))


def normal(machine: Machine, self: Tensor, mean: float = 0.0, std: float = 1.0) -> Tensor:
    """`x.normal_(mean, std)`."""
    drawn = session(machine).random.normal(self.shape, float(mean), float(std), self.dtype)
    return session(machine).replace(self, constant(dtypes.normal(drawn)))


def bernoulli(machine: Machine, self: Tensor, p: Value = 0.5) -> Tensor:
    """`x.bernoulli_(p)`; NB: a single p is compared with 53 bits, a tensor of them with 24."""
    bar = np.asarray(p.value) if isinstance(p, Tensor) else float(p)
    kind = bar.dtype if isinstance(p, Tensor) else dtypes.FLOAT64  # type: ignore[union-attr]
    drawn = session(machine).random.uniform(self.shape, dtype=kind) < bar
    return session(machine).replace(self, constant(dtypes.normal(drawn.astype(self.dtype))))


def exponential_(machine: Machine, self: Tensor, lambd: float = 1.0) -> Tensor:
    """`x.exponential_(λ)`."""
    drawn = exponential(session(machine).random, self.shape, self.dtype, float(lambd))
    return session(machine).replace(self, constant(dtypes.normal(drawn)))


def random_(machine: Machine, self: Tensor, low: int, high: Value = None) -> Tensor:
    """`x.random_(low, high)`."""
    bounds = (0, int(low)) if high is None else (int(low), int(high))
    drawn = session(machine).random.integers(*bounds, self.shape).astype(self.dtype)
    return session(machine).replace(self, constant(dtypes.normal(drawn)))


def adding_product(divide: bool) -> Callable[..., Tensor]:
    """`x.addcmul_(a, b, value=…)`, or `addcdiv_`."""

    def changed(machine: Machine, self: Tensor, one: Tensor, other: Tensor, *, value: Value = 1) -> Tensor:
        product = one / other if divide else one * other
        return session(machine).replace(self, self + product * value)

    return changed


def in_place(machine: Machine, kind: type[ast.operator], self: Tensor, value: Value) -> Value:
    """`self += value` and its like; an object of the program's may make something else of the two."""
    made = operators.binary(machine, kind, self, value)
    if not isinstance(made, Tensor):
        return made
    return session(machine).replace(self, made)
