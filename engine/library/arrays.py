"""NumPy's arrays as programs see them, as far as data for tensors needs them."""

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from engine import mode
from engine.dtypes import NARROW, Array
from engine.language.machine import Machine
from engine.language.values import (
    Class,
    Instance,
    Native,
    Once,
    Property,
    Token,
    Value,
)
from engine.library.data import array as to_array
from engine.mode import Budget
from engine.tensor import Tensor, constant


def wrapped(value: Any) -> Value:
    """A NumPy result as the program sees it: an array, or a plain number."""
    made = np.asarray(value)
    if made.dtype == object or made.dtype.kind not in "biuf":
        raise ValueError
    if not made.ndim:
        return made.item()
    held = Instance(NDARRAY)
    held.attributes["array"] = _held(made.copy())
    return held


class _Lease:
    """Gives the elements of an array back when the program lets go of it: no pass keeps NumPy's arrays."""

    __slots__ = ("budget", "elements")

    def __init__(self, budget: Budget, elements: int) -> None:
        self.budget, self.elements = budget, elements
        budget.lent += elements

    def __del__(self) -> None:
        self.budget.lent -= self.elements


def _held(value: Array) -> Tensor:
    made, budget = constant(value), mode.budget()
    if budget is not None and made.op is None:
        made.attributes = (_Lease(budget, value.size),)
    return made


def charge(shape: tuple[int, ...]) -> None:
    """Whether there is room for an array, before it is made."""
    budget = mode.budget()
    if budget is not None:
        budget.charge(shape)
        budget.spent -= math.prod(shape)


def bare(machine: Machine, value: Value) -> Any:
    """The value as NumPy knows it."""
    if isinstance(value, Instance) and "array" in value.attributes:
        return np.asarray(value.attributes["array"].value)
    if type(value) is Tensor:
        return np.asarray(value.value)
    if isinstance(value, (list, tuple, range, Once)):
        found = to_array(machine, value)
        return found.astype(np.float64) if found.dtype == np.float32 else found
    return value


NUMPY_TYPES: Final = {name: Token(name, np.dtype(name)) for name in ("float32", "float64", "int64", "bool", *NARROW)}


def element_type(dtype: Value) -> Any:
    """The element type a program asked for: one of NumPy's, or `float`, `int`, `bool`."""
    held = getattr(dtype, "held", None)
    if isinstance(held, Native):
        return {"float": np.float64, "int": np.int64, "bool": np.bool_}.get(held.name)
    return held if isinstance(held, np.dtype) else np.dtype(dtype) if dtype in NUMPY_TYPES else None


def _astype(machine: Machine, self: Instance, dtype: Value) -> Value:
    return wrapped(bare(machine, self).astype(element_type(dtype) or np.float64))


def reduction(name: str) -> Native:
    """A function of NumPy that reduces axes."""
    host: Callable[..., Any] = getattr(np, name)

    def called(machine: Machine, a: Value, axis: Value = None, keepdims: Value = False) -> Value:
        with np.errstate(all="ignore"):
            return wrapped(host(bare(machine, a), axis=axis, keepdims=bool(keepdims)))

    return Native(name, called)


def binary(name: str, *, mirrored: bool = False) -> Native:
    """A function of NumPy of two arrays, as a method."""
    host: Callable[..., Any] = getattr(np, name)

    def called(machine: Machine, self: Instance, other: Value) -> Value:
        a, b = bare(machine, self), bare(machine, other)
        if mirrored:
            a, b = b, a
        charge(np.broadcast_shapes(np.shape(a), np.shape(b)) if name != "matmul" else ())
        with np.errstate(all="ignore"):
            return wrapped(host(a, b))

    return Native(name, called)


def _get(machine: Machine, self: Instance, index: Value) -> Value:
    return wrapped(bare(machine, self)[_place(machine, index)])


def _place(machine: Machine, index: Value) -> Any:
    if isinstance(index, tuple):
        return tuple(_place(machine, each) for each in index)
    return bare(machine, index)


def _set(machine: Machine, self: Instance, index: Value, value: Value) -> None:
    changed = np.array(bare(machine, self))
    changed[_place(machine, index)] = bare(machine, value)
    change(machine, self, changed)


def change(machine: Machine, self: Instance, changed: Array) -> None:
    """The array's numbers are others from here on, for all that share its memory too."""
    machine.library["session"].update(self.attributes["array"], changed)


def in_place(name: str) -> Native:
    """`a += b` and its like. Raises what NumPy raises where whole numbers would have to hold fractions."""
    host: Callable[..., Any] = getattr(np, name)

    def called(machine: Machine, self: Instance, other: Value) -> Instance:
        own = bare(machine, self)
        with np.errstate(all="ignore"):
            made = np.asarray(host(own, bare(machine, other)))
        if made.shape != own.shape or not np.can_cast(made.dtype, own.dtype, "same_kind"):
            raise ValueError
        change(machine, self, made.astype(own.dtype))
        return self

    return Native(name, called)


def _reshape(machine: Machine, self: Instance, *shape: Value) -> Value:
    return wrapped(bare(machine, self).reshape(shape[0] if isinstance(shape[0], tuple) else shape))


def _array_text(machine: Machine, self: Instance, *, of_repr: bool) -> str:
    held = bare(machine, self)
    machine.charge(min(held.size, 1_000))
    return repr(held) if of_repr else str(held)


def _method(name: str) -> Native:
    of = reduction(name)
    return Native(name, lambda machine, self, *rest, **named: of.call(machine, self, *rest, **named))


def _settled(name: str) -> Native:
    """A method with plain settings."""

    def called(machine: Machine, self: Instance, *settings: Value, **named: Value) -> Value:
        held = bare(machine, self)
        charge((held.size * (int(settings[0]) if name == "repeat" else 1),))
        return wrapped(getattr(held, name)(*settings, **named))

    return Native(name, called)


_DUNDERS: Final = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "divide",
    "pow": "power",
    "matmul": "matmul",
    "floordiv": "floor_divide",
    "mod": "remainder",
}
_COMPARED: Final = {
    "eq": "equal",
    "ne": "not_equal",
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
}


def _transpose(machine: Machine, self: Instance, *axes: Value) -> Value:
    return wrapped(bare(machine, self).transpose(*axes))


NDARRAY: Final = Class(
    "ndarray",
    (),
    {
        **{f"__{mark}__": binary(name) for mark, name in (_DUNDERS | _COMPARED).items()},
        **{f"__i{mark}__": in_place(name) for mark, name in _DUNDERS.items()},
        **{f"__r{mark}__": binary(name, mirrored=True) for mark, name in _DUNDERS.items()},
        "__neg__": Native("negative", lambda machine, self: wrapped(-bare(machine, self))),
        "__len__": Native("len", lambda machine, self: len(bare(machine, self))),
        "__iter__": Native("iter", lambda machine, self: [wrapped(each) for each in bare(machine, self)]),
        "__getitem__": Native("getitem", _get),
        "__setitem__": Native("setitem", _set),
        "__repr__": Native("repr", lambda machine, self: _array_text(machine, self, of_repr=True)),
        "__str__": Native("str", lambda machine, self: _array_text(machine, self, of_repr=False)),
        "shape": Property(Native("shape", lambda machine, self: tuple(bare(machine, self).shape))),
        "ndim": Property(Native("ndim", lambda machine, self: bare(machine, self).ndim)),
        "size": Property(Native("size", lambda machine, self: int(bare(machine, self).size))),
        "T": Property(Native("T", lambda machine, self: wrapped(bare(machine, self).T))),
        "reshape": Native("reshape", _reshape),
        "transpose": Native("transpose", _transpose),
        "tolist": Native("tolist", lambda machine, self: bare(machine, self).tolist()),
        "item": Native("item", lambda machine, self: bare(machine, self).item()),
        "copy": Native("copy", lambda machine, self: wrapped(bare(machine, self))),
        "astype": Native("astype", _astype),
        "flatten": Native("flatten", lambda machine, self: wrapped(bare(machine, self).reshape(-1))),
        "ravel": Native("ravel", lambda machine, self: wrapped(bare(machine, self).reshape(-1))),
        "dtype": Property(Native("dtype", lambda machine, self: NUMPY_TYPES[bare(machine, self).dtype.name])),
        "dot": binary("matmul"),
        **{name: _method(name) for name in ("sum", "mean", "min", "max", "std", "var", "argmax", "argmin", "prod")},
        **{name: _method(name) for name in ("any", "all")},
        **{name: _settled(name) for name in ("round", "clip", "cumsum", "squeeze", "argsort", "repeat")},
    },
    "numpy",
)


def to_numpy(machine: Machine, tensor: Tensor) -> Value:
    """`tensor.numpy()`, which shares the tensor's memory."""
    value = np.asarray(tensor.value)
    if not value.ndim:
        return value.item()
    held = Instance(NDARRAY)
    held.attributes["array"] = made = constant(value)
    machine.library["session"].aliases.link(made, tensor, "numpy")
    return held


def from_numpy(machine: Machine, ndarray: Instance) -> Tensor:
    """`torch.from_numpy(array)`, which shares the array's memory."""
    held: Tensor = ndarray.attributes["array"]
    made = constant(held.value)
    machine.library["session"].aliases.link(made, held, "numpy")
    return made
