"""What is told of many numbers at once: the commonest one, quantiles, a histogram; sums by group."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from engine import shapes
from engine.calls.reductions import Selected
from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import Value
from engine.library.data import charge, leaf
from engine.library.exchange import function, item
from engine.library.session import session
from engine.messages import Message
from engine.tensor import Tensor


def _mode(machine: Machine, input: Tensor, dim: int = -1, keepdim: Value = False) -> Selected:
    """The commonest number along an axis, the smallest of several, and where it stands last."""
    values = np.asarray(input.value)
    axis = shapes.axis(int(dim), max(values.ndim, 1))
    rows = np.moveaxis(np.atleast_1d(values), axis, -1)
    machine.charge(1 + values.size // 16)
    places = np.zeros((*rows.shape[:-1], 1), np.int64)
    for at in np.ndindex(rows.shape[:-1]):
        found, counts = np.unique(rows[at], return_counts=True)
        places[at] = np.flatnonzero(rows[at] == found[np.argmax(counts)])[-1]
    where = leaf(np.moveaxis(places, -1, axis) if values.ndim else places.reshape(()))
    made: Any = function("gather")(input, axis, where)
    return Selected(made, where) if keepdim or not values.ndim else Selected(made.squeeze(axis), where.squeeze(axis))


def _quantile(machine: Machine, input: Tensor, q: Value, dim: Value = None, keepdim: Value = False) -> Tensor:
    """Below which a share of the numbers lies, between two of them where it must be."""
    if input.dtype.kind != "f":
        raise InputError(
            Message("quantile() input tensor must be either float or double dtype"),
            hint=Message("convert it with .float()"),
        )
    shares = np.asarray(q.value if isinstance(q, Tensor) else q, input.dtype)
    if np.any((shares < 0) | (shares > 1)):
        raise InputError(
            Message("quantile() q values must be in the range [0, 1]")
            if shares.ndim
            else Message("quantile() q must be in the range [0, 1] but got {share}", share=float(shares)),
            hint=Message("the median is 0.5"),
        )
    rank = input.ndim
    given: Any = function("flatten")(input) if dim is None else input
    axis = 0 if dim is None else shapes.axis(int(dim), rank)
    ordered = function("sort")(given, axis).values
    found = []
    for share in shares.reshape(-1):
        place = float(share * input.dtype.type(given.shape[axis] - 1))
        low, high = (function("select")(ordered, axis, int(each)) for each in (np.floor(place), np.ceil(place)))
        made = low + (high - low) * float(place - np.floor(place))
        if keepdim:
            made = made.reshape((1,) * rank) if dim is None else function("unsqueeze")(made, axis)
        found.append(made)
    machine.charge(len(found))
    whole: Tensor = function("stack")(found) if shares.ndim else found[0]
    machine.library["grad_fns"][whole.birth] = "SqueezeBackward4"
    return whole


def _histogram(machine: Machine, input: Tensor, bins: int = 100, min: Value = 0, max: Value = 0) -> Tensor:
    """`torch.histc`: how many numbers lie in each of so many ranges of equal width."""
    values = np.asarray(input.value).reshape(-1)
    low, high = (float(item(each)) if isinstance(each, Tensor) else float(each) for each in (min, max))
    if low == high and values.size:
        low, high = float(values.min()), float(values.max())
    if low == high:
        low, high = low - 1, high + 1
    charge((int(bins),))
    return leaf(np.histogram(values, int(bins), (low, high))[0].astype(input.dtype))


def _index_add(machine: Machine, input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: Value = 1) -> Tensor:
    """Adds each row of the source to the row that the index names; several may go to the same."""
    axis = shapes.axis(int(dim), input.ndim)
    shape = tuple(-1 if place == axis else 1 for place in range(input.ndim))
    where = index.reshape(shape).expand(source.shape)
    added: Any = source if alpha == 1 else source * alpha
    made: Tensor = function("scatter_add")(input, axis, where, added)
    machine.library["grad_fns"][made.birth] = "IndexAddBackward0"
    return made


def index_add_(machine: Machine, self: Tensor, *arguments: Value, **named: Value) -> Tensor:
    """`x.index_add_(dim, index, source)`."""
    return session(machine).replace(self, _index_add(machine, self, *arguments, **named))


COUNTING: Final[dict[str, Callable[..., Any]]] = {
    "mode": _mode,
    "quantile": _quantile,
    "histc": _histogram,
    "index_add": _index_add,
}
"""Functions of `torch`, and methods of a tensor."""
