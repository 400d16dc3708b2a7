"""The module `numpy`: making arrays, elementwise functions, reductions, its random numbers."""

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from engine.language.machine import Machine
from engine.language.values import (
    Class,
    Instance,
    Namespace,
    Native,
    Once,
    Value,
    natives,
)
from engine.library.arrays import NDARRAY, NUMPY_TYPES, bare, binary, change, charge, element_type, reduction, wrapped
from engine.library.data import shape_of
from engine.library.math import MATH
from engine.library.numpy_random import NUMPY_RANDOM
from engine.library.random import RANDOM
from engine.tensor import constant


def _elementwise(name: str) -> Native:
    host: Callable[..., Any] = getattr(np, name)

    def called(machine: Machine, *values: Value, **named: Value) -> Value:
        given = [bare(machine, each) for each in values]
        for each in given:
            machine.charge(1 + int(np.size(each)) // 64)
        charge(np.broadcast_shapes(*(np.shape(each) for each in given)))
        with np.errstate(all="ignore"):
            made = wrapped(host(*given))
        if "out" not in named:
            return made
        change(machine, named["out"], bare(machine, made))
        return named["out"]

    return Native(name, called)


def _made(make: Callable[..., Any]) -> Callable[..., Value]:
    def called(machine: Machine, shape: Value, *rest: Value, dtype: Value = None) -> Value:
        size = shape_of((shape,))
        charge(size)
        return wrapped(make(size, *rest, dtype=element_type(dtype)))

    return called


def _array(machine: Machine, object: Value, dtype: Value = None, *, copy: Value = True, ndmin: int = 0) -> Value:
    return wrapped(np.array(bare(machine, object), element_type(dtype), ndmin=int(ndmin)))


def _arange(machine: Machine, *bounds: Value) -> Value:
    start, stop, step = {1: (0, *bounds, 1), 2: (*bounds, 1)}.get(len(bounds), bounds)
    charge((max(0, math.ceil((stop - start) / step)),))
    return wrapped(np.arange(start, stop, step))


def _linspace(machine: Machine, start: float, stop: float, num: int = 50) -> Value:
    charge((int(num),))
    return wrapped(np.linspace(start, stop, int(num)))


def _eye(machine: Machine, n: int) -> Value:
    charge((int(n), int(n)))
    return wrapped(np.eye(int(n)))


def _joined(name: str) -> Native:
    """A function of a list of arrays: `concatenate`, `stack` and their like."""
    host: Callable[..., Any] = getattr(np, name)

    def called(machine: Machine, arrays: Value, **named: Value) -> Value:
        given = [np.asarray(bare(machine, each)) for each in machine.taken(arrays)]
        charge((sum(each.size for each in given),))
        return wrapped(host(given, **named))

    return Native(name, called)


def _changed(name: str) -> Native:
    """A function of one array and plain settings, whose result is not larger."""
    host: Callable[..., Any] = getattr(np, name)

    def called(machine: Machine, a: Value, *settings: Value, **named: Value) -> Value:
        given = np.asarray(bare(machine, a))
        charge(given.shape)
        return wrapped(host(given, *settings, **named))

    return Native(name, called)


def _same_shape(make: Callable[..., Any]) -> Callable[..., Value]:
    def called(machine: Machine, a: Value) -> Value:
        given = bare(machine, a)
        charge(np.shape(given))
        return wrapped(make(given))

    return called


def _asked(name: str) -> Native:
    """A yes or no about two arrays."""
    host: Callable[..., bool] = getattr(np, name)
    return Native(name, lambda machine, a, b: bool(host(bare(machine, a), bare(machine, b))))


def _columns(machine: Machine, self: Instance, arrays: Value) -> Value:
    """`np.c_[a, b]`: one column beside the other."""
    given = [np.asarray(bare(machine, each)) for each in machine.taken(arrays)]
    charge((sum(each.size for each in given),))
    return wrapped(np.concatenate([each[:, None] if each.ndim == 1 else each for each in given], axis=1))


def _unchanged(machine: Machine, self: Instance, name: str, value: Value) -> None:
    """What all programs share keeps what it is."""


def _grid(machine: Machine, *axes: Value, indexing: str = "xy") -> list[Value]:
    given = [np.ravel(bare(machine, each)) for each in axes]
    charge(tuple(each.size for each in given))
    return [wrapped(each) for each in np.meshgrid(*given, indexing="ij" if indexing == "ij" else "xy")]


def _outer(machine: Machine, a: Value, b: Value) -> Value:
    first, second = bare(machine, a), bare(machine, b)
    charge((int(np.size(first)), int(np.size(second))))
    return wrapped(np.outer(first, second))


def _norm(machine: Machine, x: Value) -> Value:
    return wrapped(np.linalg.norm(bare(machine, x)))


def _finfo(machine: Machine, dtype: Value) -> Instance:
    """`np.finfo(np.float32)`: its numbers are arrays without axes, which `.item()` makes plain."""
    made, about = Instance(Class("finfo", (), {})), np.finfo(element_type(dtype) or np.float64)
    for name in ("eps", "max", "min", "tiny"):
        made.attributes[name] = Instance(NDARRAY)
        made.attributes[name].attributes["array"] = constant(np.asarray(getattr(about, name)))
    return made


def _indices(machine: Machine, *shape: Value) -> Once:
    """`np.ndindex(2, 3)`: all places of an array."""
    return Once("ndindex", iter(np.ndindex(*shape_of(shape))))


def _iterate(machine: Machine, self: Instance, op: Value, **_: Value) -> None:
    self.attributes["places"] = iter(np.ndindex(*np.shape(bare(machine, op))))
    _next_place(machine, self)


def _next_place(machine: Machine, self: Instance) -> None:
    machine.charge(1)
    place = next(self.attributes["places"], None)
    self.attributes |= {"finished": place is None, "multi_index": place}


_ITERATOR: Final = Class("nditer", (), natives({"__init__": _iterate, "iternext": _next_place}))
"""`np.nditer(x, flags=["multi_index"])`, as gradient checks go through an array."""
NUMPY: Final = Namespace(
    "numpy",
    {
        name: _elementwise(name)
        for name in (
            *(
                "exp",
                "log",
                "sqrt",
                "sin",
                "cos",
                "tan",
                "tanh",
                "abs",
                "sign",
                "maximum",
                "minimum",
                "power",
                "square",
                "arctan",
                "sinh",
                "cosh",
                "log2",
                "log10",
                "absolute",
            ),
            *("log1p", "expm1", "floor", "ceil", "add", "subtract", "multiply", "divide", "isnan", "where", "clip"),
            *("isinf", "isfinite", "logical_and", "logical_or", "logical_not", "arctan2", "negative", "reciprocal"),
        )
    }
    | {
        name: reduction(name)
        for name in ("sum", "mean", "std", "var", "min", "max", "prod", "argmax", "argmin", "any", "all")
    }
    | {name: _joined(name) for name in ("concatenate", "stack", "vstack", "hstack")}
    | {name: _changed(name) for name in ("expand_dims", "squeeze", "ravel", "transpose", "cumsum", "sort", "argsort")}
    | {
        name: _changed(name)
        for name in ("reshape", "unique", "flip", "round", "diff", "copy", "triu", "tril", "fliplr", "trace")
    }
    | {name: _asked(name) for name in ("allclose", "array_equal")}
    | {
        name: Native(name, _same_shape(make))
        for name, make in (("zeros_like", np.zeros_like), ("ones_like", np.ones_like))
    }
    | {
        "eye": Native("eye", _eye),
        "outer": Native("outer", _outer),
        "finfo": Native("finfo", _finfo),
        "nditer": _ITERATOR,
        "ndindex": Native("ndindex", _indices),
        "ndim": Native("ndim", lambda machine, a: int(np.ndim(bare(machine, a)))),
        "shape": Native("shape", lambda machine, a: tuple(np.shape(bare(machine, a)))),
        "identity": Native("identity", _eye),
        "linalg": Namespace("numpy.linalg", {"norm": Native("norm", _norm)}),
        "meshgrid": Native("meshgrid", _grid),
        "newaxis": None,
        "c_": Instance(
            Class("CClass", (), {"__getitem__": Native("c_", _columns), "__setattr__": Native("setattr", _unchanged)})
        ),
        **NUMPY_TYPES,
        "array": Native("array", _array),
        "asarray": Native("asarray", _array),
        "zeros": Native("zeros", _made(np.zeros)),
        "ones": Native("ones", _made(np.ones)),
        "full": Native("full", _made(np.full)),
        "arange": Native("arange", _arange),
        "linspace": Native("linspace", _linspace),
        "dot": binary("matmul"),
        "matmul": binary("matmul"),
        "random": NUMPY_RANDOM,
        "ndarray": NDARRAY,
        "pi": math.pi,
        "e": math.e,
        "inf": math.inf,
        "nan": math.nan,
    },
)
MODULES: Final = {each.name: each for each in (MATH, RANDOM, NUMPY, NUMPY_RANDOM)}
