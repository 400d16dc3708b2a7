"""The module `numpy.random`: NumPy's own stream, with NumPy's numbers."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import Namespace, Native, Value, natives
from engine.library.arrays import bare, charge, wrapped
from engine.library.data import shape_of
from engine.messages import Message


def _stream(machine: Machine) -> Any:
    return machine.library.setdefault("numpy_random", np.random.RandomState(0))


def _seed(machine: Machine, seed: int) -> None:
    machine.library["numpy_random"] = np.random.RandomState(int(seed) & 0xFFFFFFFF)


def _of_shape(name: str) -> Native:
    """`rand(2, 3)`: the sizes are the arguments."""

    def called(machine: Machine, *sizes: Value) -> Value:
        charge(shape_of(sizes))
        return wrapped(getattr(_stream(machine), name)(*sizes))

    return Native(name, called)


def _of_size(name: str, settings: int) -> Native:
    """`uniform(low, high, size)`: the size comes after the settings, or by name."""

    def called(machine: Machine, *values: Value, size: Value = None, **named: Value) -> Value:
        if len(values) > settings and size is None:
            *values, size = values  # type: ignore[assignment]
        shape = None if size is None else shape_of((size,))
        charge(shape or ())
        given = [bare(machine, each) for each in values]
        return wrapped(getattr(_stream(machine), name)(*given, size=shape, **named))

    return Native(name, called)


def _choice(machine: Machine, a: Value, size: Value = None, replace: Value = True, p: Value = None) -> Value:
    held = a if type(a) is int else bare(machine, a)
    shape = None if size is None else shape_of((size,))
    charge(shape or ())
    if type(a) is not int and np.ndim(held) != 1:
        raise InputError(
            Message("a must be 1-dimensional"), hint=Message("choose row numbers: np.random.choice(len(a))")
        )
    weights = None if p is None else bare(machine, p)
    return wrapped(_stream(machine).choice(held, size=shape, replace=bool(replace), p=weights))


def _permutation(machine: Machine, x: Value) -> Value:
    held = int(x) if type(x) is int else bare(machine, x)
    charge((held,) if type(x) is int else np.shape(held))
    return wrapped(_stream(machine).permutation(held))


def _shuffle(machine: Machine, x: Value) -> None:
    if isinstance(x, list):
        machine.charge(len(x))
        x[:] = [x[place] for place in _shuffled(machine, len(x))]
    else:
        values = np.array(bare(machine, x))
        _stream(machine).shuffle(values)
        x.attributes["array"].become(values)


def _shuffled(machine: Machine, count: int) -> list[int]:
    order = list(range(count))
    _stream(machine).shuffle(order)
    return order


_DRAWN: Final[dict[str, Callable[..., Any]]] = {
    "seed": _seed,
    "choice": _choice,
    "permutation": _permutation,
    "shuffle": _shuffle,
}
NUMPY_RANDOM: Final = Namespace(
    "numpy.random",
    natives(_DRAWN)
    | {name: _of_shape(name) for name in ("rand", "randn")}
    | {name: _of_size(name, 2) for name in ("randint", "uniform", "normal", "binomial", "beta", "gamma")}
    | {name: _of_size(name, 0) for name in ("random", "random_sample", "standard_normal", "ranf")},
)
