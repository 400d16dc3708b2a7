"""The module `numpy.random`: NumPy's own stream, with NumPy's numbers."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import Class, Instance, Namespace, Native, Value, natives
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
    return Native(
        name, lambda machine, *values, **named: _sized(machine, _stream(machine), name, settings, values, named)
    )


def _sized(
    machine: Machine, stream: Any, name: str, settings: int, values: tuple[Value, ...], named: dict[str, Value]
) -> Value:
    size = named.pop("size", None)
    if len(values) > settings and size is None:
        *values, size = values  # type: ignore[assignment]
    shape = None if size is None else shape_of((size,))
    charge(shape or ())
    given = [bare(machine, each) for each in values]
    return wrapped(getattr(stream, name)(*given, size=shape, **named))


def _choice(
    machine: Machine, stream: Any, a: Value, size: Value = None, replace: Value = True, p: Value = None
) -> Value:
    held = a if type(a) is int else bare(machine, a)
    shape = None if size is None else shape_of((size,))
    charge(shape or ())
    if type(a) is not int and np.ndim(held) != 1:
        raise InputError(
            Message("a must be 1-dimensional"), hint=Message("choose row numbers: np.random.choice(len(a))")
        )
    weights = None if p is None else bare(machine, p)
    return wrapped(stream.choice(held, size=shape, replace=bool(replace), p=weights))


def _permutation(machine: Machine, stream: Any, x: Value) -> Value:
    held = int(x) if type(x) is int else bare(machine, x)
    charge((held,) if type(x) is int else np.shape(held))
    return wrapped(stream.permutation(held))


def _shuffle(machine: Machine, stream: Any, x: Value) -> None:
    if isinstance(x, list):
        machine.charge(len(x))
        order = list(range(len(x)))
        stream.shuffle(order)
        x[:] = [x[place] for place in order]
    else:
        values = np.array(bare(machine, x))
        stream.shuffle(values)
        x.attributes["array"].become(values)


_ORDERING: Final[dict[str, Callable[..., Any]]] = {
    "choice": _choice,
    "permutation": _permutation,
    "shuffle": _shuffle,
}


def _of_stream(name: str) -> Native:
    """A function of the stream that all programs have."""
    return Native(name, lambda machine, *values, **named: _ORDERING[name](machine, _stream(machine), *values, **named))


# --- np.random.default_rng(seed)


def _own(machine: Machine, self: Instance) -> Any:
    return machine.library["numpy_generators"][self]


def _new(machine: Machine, seed: Value = None) -> Instance:
    """`np.random.default_rng(0)`; without a seed it begins where `default_rng(0)` does, so that every run is alike."""
    made = Instance(_GENERATOR)
    machine.library.setdefault("numpy_generators", {})[made] = np.random.default_rng(0 if seed is None else int(seed))
    return made


def _method(name: str, settings: int) -> Native:
    return Native(
        name,
        lambda machine, self, *values, **named: _sized(machine, _own(machine, self), name, settings, values, named),
    )


def _ordering(name: str) -> Native:
    return Native(
        name, lambda machine, self, *values, **named: _ORDERING[name](machine, _own(machine, self), *values, **named)
    )


_GENERATOR: Final = Class(
    "Generator",
    (),
    {name: _method(name, 2) for name in ("integers", "uniform", "normal", "binomial", "beta", "gamma")}
    | {name: _method(name, 0) for name in ("random", "standard_normal")}
    | {name: _ordering(name) for name in _ORDERING},
    "numpy.random",
)
NUMPY_RANDOM: Final = Namespace(
    "numpy.random",
    natives({"seed": _seed, "default_rng": _new})
    | {name: _of_stream(name) for name in _ORDERING}
    | {name: _of_shape(name) for name in ("rand", "randn")}
    | {name: _of_size(name, 2) for name in ("randint", "uniform", "normal", "binomial", "beta", "gamma")}
    | {name: _of_size(name, 0) for name in ("random", "random_sample", "standard_normal", "ranf")},
)
