"""A tensor's items: `x[i]`, `x[i] = v`, loops over rows, `v in x`."""

import numpy as np

from engine.calls.indexing import put
from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import Value, kind_name
from engine.library.session import session
from engine.messages import Message
from engine.tensor import Tensor


def index(machine: Machine, self: Tensor, at: Value) -> Tensor:
    """`self[at]`."""
    _check_index(machine, at)
    place = _index(at)
    made: Tensor = self[place]  # type: ignore[index]
    if _is_view(place):
        session(machine).aliases.link(made, self, "index", lambda base: base[place], place)  # type: ignore[index]
    return made


def _is_view(place: Value) -> bool:
    """Whether the items share the tensor's memory: whole numbers and slices, no lists and no masks."""
    parts = place if type(place) is tuple else (place,)
    return all(each is None or each is ... or type(each) in (int, slice) for each in parts)


def _check_index(machine: Machine, at: Value) -> None:
    if isinstance(at, range):
        machine.charge(len(at))
    elif isinstance(at, (list, tuple)):
        machine.charge(len(at))
        for each in at:
            _check_index(machine, each)
    elif not (at is None or at is ... or isinstance(at, (int, slice, Tensor))):
        raise InputError(
            Message("a tensor cannot be indexed with a value of type `{kind}`", kind=kind_name(at)),
            hint=Message("use whole numbers, slices, lists of whole numbers or a mask"),
        )


def _index(at: Value) -> Value:
    if isinstance(at, tuple):
        return tuple(map(_index, at))
    if isinstance(at, range):
        return list(at)
    if isinstance(at, slice):
        return slice(*(each.__index__() if isinstance(each, Tensor) else each for each in (at.start, at.stop, at.step)))
    return at


def set_index(machine: Machine, self: Tensor, at: Value, value: Value) -> None:
    """`self[at] = value`."""
    _check_index(machine, at)
    place = _index(at)
    link = session(machine).aliases.of(value)
    if link is not None and link.base is self and _is_view(place) and link.at == place:
        return  # `self[at] += 1` has changed it where it lies
    session(machine).replace(self, put(self, place, value))


def rows(machine: Machine, self: Tensor) -> list[Value]:
    """What a loop over a tensor goes through."""
    if not self.shape:
        raise InputError(Message("iteration over a 0-d tensor"), hint=Message("a scalar has no first axis"))
    return [index(machine, self, place) for place in range(self.shape[0])]


def contains(self: Tensor, value: Value) -> bool:
    """`value in self`."""
    return bool(np.any(np.asarray(self.value) == (value.value if isinstance(value, Tensor) else value)))
