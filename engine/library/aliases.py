"""Tensors that share their memory: what `data`, `detach`, `view`, `x[0]`, `x.T` and their like give; NumPy's arrays.

Values are never written into here, since passes keep them; so a change in place is carried over to all that share.
"""

import weakref
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np

from engine import dtypes, mode
from engine.calls.indexing import put
from engine.tensor import Tensor, constant

Again = Callable[[Tensor], Tensor]
"""Makes the view of another value of its base."""
RESHAPED: Final = frozenset({"view", "reshape", "flatten", "squeeze", "unsqueeze", "ravel", "view_as", "unflatten"})
TURNED: Final = frozenset({"T", "t", "transpose", "permute", "swapaxes", "movedim", "mT"})
PARTS: Final = frozenset({"narrow", "select", "diagonal"})
PIECES: Final = frozenset({"split", "chunk", "unbind", "tensor_split"})
VIEWS: Final = RESHAPED | TURNED | PARTS
"""Functions whose result shares the memory of their first argument."""


class Link:
    """Where a view comes from; without `again` it is the same numbers under another name."""

    __slots__ = ("again", "at", "base", "name", "view")

    def __init__(self, view: Tensor, base: Tensor, name: str, again: Again | None, at: Any, gone: Any) -> None:
        self.view = weakref.ref(view, gone)
        self.base = base
        self.name = name
        self.again = again
        self.at = at


class Aliases:
    """Which tensors of a run share memory."""

    def __init__(self) -> None:
        self._links: dict[int, Link] = {}  # by the view's identity, as long as it lives
        self._views: dict[int, list[Link]] = {}  # by the base's

    def link(self, view: Tensor, base: Tensor, name: str, again: Again | None = None, at: Any = None) -> None:
        """`view` shares the memory of `base`."""
        if view is base or (name in RESHAPED and self._turned(base)):  # PyTorch copies what lies otherwise
            return
        place = id(view)
        found = Link(view, base, name, again, at, lambda _: self._links.pop(place, None))
        self._links[place] = found
        held = self._views.setdefault(id(base), [])
        if len(held) > 8 and held[len(held) // 2].view() is None:
            held[:] = [each for each in held if each.view() is not None]
        held.append(found)

    def _turned(self, tensor: Tensor) -> bool:
        found = self._links.get(id(tensor))
        return found is not None and (found.name in TURNED or self._turned(found.base))

    def of(self, view: Tensor) -> Link | None:
        """Where a view comes from, None if it has its memory to itself."""
        return self._links.get(id(view)) if self._links else None

    def counts(self, view: Tensor) -> bool:
        """Whether a change of the view is noticed by `backward`: PyTorch does not look at what `data` and arrays do."""
        found = self._links.get(id(view))
        return found is None or found.name not in ("data", "numpy")

    def views(self, base: Tensor, besides: Tensor | None = None) -> Iterator[tuple[Tensor, Link]]:
        """All views of a tensor that are still there."""
        for each in tuple(self._views.get(id(base), ())):
            view = each.view()
            if view is not None and view is not besides and each.base is base:
                yield view, each

    def clear(self) -> None:
        """Forgets all, when the program has ended."""
        self._links.clear()
        self._views.clear()


def put_back(base: Tensor, link: Link, view: Tensor) -> Tensor:
    """What becomes of the base when its view has become `view`, as a new result."""
    if link.again is None:
        return view
    if link.name in RESHAPED:
        return view.reshape(base.shape)  # type: ignore[no-any-return]
    if link.at is not None:
        return put(base, link.at, view)
    with mode.no_grad():
        numbered = link.again(constant(np.arange(base.value.size).reshape(base.shape)))  # type: ignore[union-attr]
    places = constant(np.asarray(numbered.value).reshape(-1))
    return put(base.reshape(-1), places, view.reshape(-1)).reshape(base.shape)  # type: ignore[no-any-return]


def value_put_back(base: Tensor, link: Link, value: Any) -> Any:
    """The same of values alone."""
    with mode.no_grad():
        return dtypes.normal(np.asarray(put_back(constant(base.value), link, constant(value)).value))


def twin(tensor: Tensor) -> Tensor:
    """The tensor as it was before it is changed in place."""
    made = Tensor()
    made.value, made.op, made.first, made.second = tensor.value, tensor.op, tensor.first, tensor.second
    made.requires_grad, made.attributes, made.birth = tensor.requires_grad, tensor.attributes, tensor.birth
    made.origin, made.grad, made.pending = tensor.origin, None, None
    return made
