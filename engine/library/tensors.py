"""A tensor as programs see it: everything that can be called on it, and how the machine learns of it."""

from collections.abc import Callable
from typing import Final

import numpy as np

from engine import dtypes, printing, shapes
from engine.calls.matrices import SignAndLogarithm
from engine.calls.reductions import Selected
from engine.errors import InputError
from engine.functions import METHODS
from engine.language import formatting
from engine.language.machine import Machine
from engine.language.values import Native, Token, Value
from engine.library.attributes import READERS, WRITERS, detach, requires_grad, size, transposed_matrix
from engine.library.counting import COUNTING, index_add_
from engine.library.exchange import function, item, native, plain
from engine.library.functional import FUNCTIONAL
from engine.library.hooks import register_hook
from engine.library.in_place import (
    adding_product,
    bernoulli,
    changing,
    copy,
    exponential_,
    fill,
    in_place,
    normal,
    random_,
    times,
    uniform,
    zero,
)
from engine.library.items import contains, index, rows, set_index
from engine.library.linear_algebra import FUNCTIONS_OF_MATRICES
from engine.library.memory import LYING, VIEWED, data_ptr
from engine.library.session import session
from engine.messages import Message
from engine.tensor import Tensor, constant


def _backward(
    machine: Machine,
    self: Tensor,
    gradient: Value = None,
    retain_graph: Value = None,
    create_graph: Value = False,
    inputs: Value = None,
) -> None:
    session(machine).backward(self, gradient, retain_graph, bool(create_graph))


def _retain(machine: Machine, self: Tensor) -> None:
    session(machine).retained.add(self)


def _to(machine: Machine, self: Tensor, *targets: Value, dtype: Value = None, device: Value = None) -> Tensor:
    wanted = next(
        (plain(each) for each in (*targets, dtype) if isinstance(each, Token) and each.held is not None), None
    )
    return self if wanted is None or wanted == self.dtype else function("to")(self, wanted)


def _cast(held: dtypes.DType) -> Callable[..., Tensor]:
    def cast(machine: Machine, self: Tensor) -> Tensor:
        return self if self.dtype == held else function("to")(self, held)

    return cast


def _same(machine: Machine, self: Tensor, *_: Value, **__: Value) -> Tensor:
    return self


def _with_alpha(name: str) -> Callable[..., Tensor]:
    def called(machine: Machine, self: Value, other: Value, *, alpha: Value = 1) -> Tensor:
        made: Tensor = function(name)(self, other if alpha == 1 else times(alpha, other))
        return made

    return called


def _numel(machine: Machine, self: Tensor) -> int:
    return int(np.size(self.value))


def _numpy(machine: Machine, self: Tensor) -> Value:
    if self.requires_grad:
        raise InputError(
            Message("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead."),
            hint=Message("write .detach().numpy()"),
        )
    return machine.library["to_numpy"](machine, self)


_LEGACY: Final = {
    "float32": "Float",
    "float64": "Double",
    "int64": "Long",
    "int32": "Int",
    "int16": "Short",
    "int8": "Char",
    "uint8": "Byte",
    "bool": "Bool",
}
"""What the types of tensors are called in `x.type()`."""


def _type(machine: Machine, self: Tensor, dtype: Value = None) -> Value:
    if dtype is not None:
        return _to(machine, self, dtype)
    return f"torch.{_LEGACY[self.dtype.name]}Tensor"


def _detach_(machine: Machine, self: Tensor) -> Tensor:
    """`x.detach_()`: from here on `x` is a leaf."""
    session(machine).remember(self)
    self.op, self.operands, self.attributes, self.requires_grad = None, (), (), False
    return self


def _unfold(machine: Machine, self: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """`x.unfold(0, 3, 1)`: windows along one axis, which becomes their number; the last axis goes through a window."""
    axis = shapes.axis(dimension, self.ndim)
    most = self.shape[axis]
    if not 0 < size <= most or step <= 0:
        raise InputError(
            Message(
                "unfold: windows of {size} by steps of {step} along an axis of {most}", size=size, step=step, most=most
            ),
            hint=Message("a window is no longer than the axis, and the step at least 1"),
        )
    places = np.arange(0, most - size + 1, step)[:, None] + np.arange(size)
    shapes.charge((*self.shape[:axis], *places.shape, *self.shape[axis + 1 :]))
    taken = self[(*[slice(None)] * axis, constant(places))]  # type: ignore[index]
    made: Tensor = taken if axis == self.ndim - 1 else function("movedim")(taken, axis + 1, -1)
    machine.library["grad_fns"][made.birth] = "UnfoldBackward0"
    return made


def _fill_diagonal(machine: Machine, self: Tensor, fill_value: float, wrap: Value = False) -> Tensor:
    """`x.fill_diagonal_(value)`."""
    filled = constant(np.full(min(self.shape, default=0), fill_value, self.dtype))
    return session(machine).replace(self, function("diagonal_scatter")(self, filled))


def methods() -> dict[str, Native]:
    """Everything that can be called on a tensor: the table's rows, in place too, and what training needs."""
    found = {name: native(name, method) for name, method in METHODS.items()}
    found |= {
        f"{name}_": Native(f"{name}_", changing(name))
        for name in METHODS
        if not name.endswith("_") and name not in ("detach", "requires_grad")
    }
    found |= FUNCTIONS_OF_MATRICES | VIEWED
    own: dict[str, Callable[..., Value]] = {
        **LYING,
        **COUNTING,
        "index_add_": index_add_,
        **{name: FUNCTIONAL[name].call for name in ("pow", "unique", "bincount", "lerp")},
        "lerp_": lambda machine, self, end, weight: session(machine).replace(self, self + (end - self) * weight),
        "add": _with_alpha("add"),
        "sub": _with_alpha("sub"),
        "backward": _backward,
        "detach": detach,
        "item": lambda machine, self: item(self),
        "tolist": lambda machine, self: _tolist(machine, self),
        "requires_grad_": requires_grad,
        "retain_grad": _retain,
        "register_hook": register_hook,
        "to": _to,
        "size": size,
        "numel": _numel,
        "float": _cast(dtypes.FLOAT32),
        "double": _cast(dtypes.FLOAT64),
        "long": _cast(dtypes.INT64),
        "int": _cast(dtypes.NARROW["int32"]),
        "short": _cast(dtypes.NARROW["int16"]),
        "char": _cast(dtypes.NARROW["int8"]),
        "byte": _cast(dtypes.NARROW["uint8"]),
        "bool": _cast(dtypes.BOOL),
        "cpu": _same,
        "cuda": _same,
        "zero_": zero,
        "fill_": fill,
        "fill_diagonal_": _fill_diagonal,
        "unfold": _unfold,
        "data_ptr": data_ptr,
        "copy_": copy,
        "uniform_": uniform,
        "normal_": normal,
        "bernoulli_": bernoulli,
        "exponential_": exponential_,
        "random_": random_,
        "dim": lambda machine, self: self.ndim,
        "nelement": _numel,
        "numpy": _numpy,
        "type": _type,
        "addcmul_": adding_product(False),
        "addcdiv_": adding_product(True),
        "detach_": _detach_,
        "t": transposed_matrix,
        "is_floating_point": lambda machine, self: self.dtype.kind == "f",
    }
    return found | {name: Native(name, method) for name, method in own.items()}


def _tolist(machine: Machine, self: Tensor) -> Value:
    machine.charge(int(np.size(self.value)))
    return self.tolist()


def shown(machine: Machine, self: Tensor) -> str:
    """`repr(self)`."""
    said = printing.text(self, machine.library["grad_fns"].get(self.birth), machine.library["digits"])
    return f"Parameter containing:\n{said}" if self in machine.library["parameters"] else said


def selected(machine: Machine, self: Selected | SignAndLogarithm) -> str:
    """`repr` of what `x.max(dim=0)` and `slogdet` give."""
    if isinstance(self, SignAndLogarithm):
        name = "linalg_slogdet"
    else:
        name = self.values.op.name if self.values.op else "max"
        name = "mode" if name in ("gather", "squeeze") else name
    parts = ",\n".join(f"{field}={shown(machine, each)}" for field, each in zip(self._fields, self, strict=True))
    return f"torch.return_types.{name}(\n{parts})"


_METHODS: Final = methods()


def install(machine: Machine) -> None:
    """Teaches the machine what a tensor is."""
    machine.methods[Tensor] = _METHODS
    machine.readers[Tensor] = READERS
    machine.writers[Tensor] = WRITERS
    for kind in (Selected, SignAndLogarithm):
        machine.readers[kind] = {
            name: lambda machine, self, place=place: self[place] for place, name in enumerate(kind._fields)
        }
    machine.library |= {
        "in_place": in_place,
        "index": index,
        "set_index": set_index,
        "rows": rows,
        "shown": shown,
        "selected": selected,
        "item": item,
        "any_equal": contains,
        "percent": formatting.percent,
        "parameters": set(),
        "own_attributes": {},
        "layer_hooks": {},
        "grad_fns": {},
        "in_order": set(),
        "digits": printing.USUAL,
    }
