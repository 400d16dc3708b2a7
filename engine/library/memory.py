"""How the numbers of a tensor lie in memory: `is_contiguous`, `stride`, `contiguous`, and `view`, which copies nothing.

Values here lie as NumPy makes them, which is not always as PyTorch would; so the layout is worked out from how a tensor
came about: views turn and stretch what lies in order, and what is computed element by element lies as its operand.
"""

from typing import Any, Final

import numpy as np

from engine import mode, shapes
from engine.dtypes import Array
from engine.errors import InputError
from engine.functions import METHODS
from engine.language.inspection import identity
from engine.language.machine import Machine
from engine.language.values import Native, Value
from engine.library.aliases import Again
from engine.library.exchange import function, native, plain
from engine.library.session import session
from engine.messages import Message
from engine.ops import Elementwise
from engine.tensor import Tensor, constant

_SAME: Final = frozenset({"clone", "to"})
"""Ops that are not elementwise, and whose result lies as their operand."""
_FAR: Final = 64
"""So many results are looked back through."""


def layout(machine: Machine, tensor: Tensor) -> Array:
    """An array of the tensor's shape that lies as PyTorch would have it; what stands in it means nothing."""
    steps: list[Again] = []
    for _ in range(_FAR):
        came = _before(machine, tensor)
        if came is None:
            break
        tensor, step = came
        if step is not None:
            steps.append(step)
    laid = constant(np.empty(tensor.shape, bool))
    with mode.no_grad():
        for step in reversed(steps):
            laid = step(laid)
    return np.asarray(laid.value)


def _before(machine: Machine, tensor: Tensor) -> tuple[Tensor, Again | None] | None:
    """What a tensor lies as, and what was made of that; None if it lies in order."""
    link, op = session(machine).aliases.of(tensor), tensor.op
    if link is not None:
        return link.base, link.again
    if op is None or op.name == "masked_fill" or tensor.birth in machine.library["in_order"]:
        return None
    if op.name == "expand":
        size = tensor.shape
        return tensor.operands[0], lambda base: base.expand(size)
    if isinstance(op, Elementwise) or op.name in _SAME:
        beside = next((each for each in tensor.operands if each.shape == tensor.shape), None)
        return None if beside is None else (beside, _dense)
    return None


def _dense(laid: Tensor) -> Tensor:
    """What an elementwise op makes of it: the same order of the axes, without gaps."""
    return constant(np.empty_like(laid.value))


def is_contiguous(machine: Machine, self: Tensor, memory_format: Value = None) -> bool:
    """Whether the numbers lie in memory in the order in which they are read."""
    return bool(layout(machine, self).flags.c_contiguous)


def stride(machine: Machine, self: Tensor, dim: Value = None) -> Value:
    """How far it is in memory from one element to the next, along each axis."""
    laid = layout(machine, self)
    steps = laid.strides  # of truth values, which take one byte each
    if laid.flags.c_contiguous:  # NumPy lets axes of one element have any
        steps = tuple(int(np.prod([max(each, 1) for each in self.shape[axis + 1 :]])) for axis in range(self.ndim))
    return steps if dim is None else steps[shapes.axis(int(plain(dim)), self.ndim)]


def contiguous(machine: Machine, self: Tensor, memory_format: Value = None) -> Tensor:
    """The tensor itself if it lies in order, else a copy that does."""
    if is_contiguous(machine, self):
        return self
    made: Tensor = function("clone")(self)
    machine.library["in_order"].add(made.birth)
    return made


def _viewed(name: str) -> Native:
    """`view`, refused where it would have to copy."""
    view = native(name, METHODS[name])

    def called(machine: Machine, self: Tensor, *size: Value, **named: Value) -> Any:
        made = view.call(machine, self, *size, **named)
        if isinstance(made, Tensor) and not is_contiguous(machine, self):
            try:
                np.reshape(layout(machine, self), made.shape, copy=False)
            except ValueError:
                raise InputError(
                    Message(
                        "view size is not compatible with input tensor's size and stride (at least one dimension spans "
                        "across two contiguous subspaces). Use .reshape(...) instead."
                    ),
                    hint=Message("or write .contiguous() before .view(…): after a transpose the numbers lie otherwise"),
                ) from None
        return made

    return Native(name, called)


VIEWED: Final = {name: _viewed(name) for name in ("view", "view_as")}
"""Methods that share the memory, or are refused."""


def data_ptr(machine: Machine, self: Tensor) -> int:
    """`x.data_ptr()`: where its first number lies, the same for all that share it; a number of our own."""
    base, steps = self, list[Again]()
    while (link := session(machine).aliases.of(base)) is not None:
        base = link.base
        if link.again is not None:
            steps.append(link.again)
    with mode.no_grad():
        places = constant(np.arange(np.size(base.value)).reshape(base.shape))
        for step in reversed(steps):
            places = step(places)
    first = int(np.asarray(places.value).flat[0]) if np.size(places.value) else 0
    return identity(machine, base) + base.dtype.itemsize * first


LYING: Final = {"is_contiguous": is_contiguous, "stride": stride, "contiguous": contiguous}
"""Methods that ask how the numbers lie."""
