"""A result whose gradient is handed to a function of the program before it goes on: what `register_hook` asks for."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from engine.ops.row import Op
    from engine.tensor import Tensor

Change = Callable[[Any], Any]
"""The whole upstream gradient of a result → the one that goes on, bare or a tensor as it was given."""


class Hooked:
    """Stands for a result's op until the sweep comes to it, and calls `change` then."""

    __slots__ = ("change", "inner")
    local: Final = None
    """The sweep leaves its quick way, and looks closer."""

    def __init__(self, inner: "Op", change: Change) -> None:
        self.inner = inner
        self.change = change


@contextmanager
def hooked(changes: "Mapping[Tensor, Change]") -> Iterator[None]:
    """Within it, sweeps call the changes of these results."""
    ops = {each: each.op for each in changes if each.op is not None}
    for each, op in ops.items():
        each.op = Hooked(op, changes[each])  # type: ignore[assignment]
    try:
        yield
    finally:
        for each, op in ops.items():
            each.op = op
