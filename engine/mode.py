"""What holds for everything computed inside a `with`: no gradients, opened composites, a budget of elements."""

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numpy as np

from engine.errors import LimitError
from engine.messages import Message

Result = TypeVar("Result")


@dataclass(slots=True)
class Budget:
    """How many elements a tensor may have, and how many all of them together; `spent` counts up. `worked` is told how
    many elements an operation goes through, whose result may be small; `lent` counts what is given back by itself."""

    tensor: int
    total: int
    spent: int = 0
    worked: Callable[[int], None] | None = None
    lent: int = 0

    def charge(self, shape: tuple[int, ...]) -> None:
        """Raises `LimitError`, before anything of that shape is allocated."""
        elements = math.prod(shape)
        if elements > self.tensor:
            size = "×".join(map(str, shape))
            raise LimitError(
                Message(
                    "a tensor of {size} has {count} elements; the limit is {limit}",
                    size=size,
                    count=elements,
                    limit=self.tensor,
                ),
                hint=Message("use fewer samples or smaller layers"),
            )
        self.spent += max(elements, 0)  # of a negative size, which is refused where it is used
        if self.spent + self.lent > self.total:
            raise LimitError(
                Message("all tensors together have more than {limit} elements", limit=self.total),
                hint=Message("use fewer samples, smaller layers or fewer epochs"),
            )


_without_gradients: Final[ContextVar[bool]] = ContextVar("without_gradients", default=False)
_opened: Final[ContextVar[frozenset[str]]] = ContextVar("opened", default=frozenset())
_line: Final[ContextVar[Callable[[], int] | None]] = ContextVar("line", default=None)
_budget: Final[ContextVar[Budget | None]] = ContextVar("budget", default=None)
_calm: Final[ContextVar[bool]] = ContextVar("calm", default=False)

without_gradients: Final = _without_gradients.get
"""Whether results are to forget what they were made from."""
budget: Final = _budget.get
"""The budget that every array is charged to, None for none."""


def calmly(compute: Callable[..., Result], *arguments: Any) -> Result:
    """What `compute` gives, without NumPy's warnings of infinity and NaN."""
    return compute(*arguments) if _calm.get() else _ignoring(compute, arguments)


@np.errstate(all="ignore")  # as a decorator it takes half the time of a `with`
def _ignoring(compute: Callable[..., Result], arguments: tuple[Any, ...]) -> Result:
    return compute(*arguments)


@contextmanager
def calm() -> Iterator[None]:
    """NumPy says nothing of infinity and NaN inside: once for many operations, since it costs as much as one does."""
    token = _calm.set(True)
    try:
        with np.errstate(all="ignore"):
            yield
    finally:
        _calm.reset(token)


@contextmanager
def no_grad() -> Iterator[None]:
    """Results made inside require no gradient and forget their operands. NB: PyTorch's `torch.no_grad`."""
    token = _without_gradients.set(True)
    try:
        yield
    finally:
        _without_gradients.reset(token)


@contextmanager
def enable_grad() -> Iterator[None]:
    """Undoes `no_grad` inside it."""
    token = _without_gradients.set(False)
    try:
        yield
    finally:
        _without_gradients.reset(token)


@contextmanager
def opening(names: Iterable[str]) -> Iterator[None]:
    """Runs the composite ops of these names as the primitives they are made of; `matmul:8` those of line 8 alone."""
    token = _opened.set(frozenset(names))
    try:
        yield
    finally:
        _opened.reset(token)


@contextmanager
def standing(line: Callable[[], int]) -> Iterator[None]:
    """Inside, `line` tells which line of the source is being run."""
    token = _line.set(line)
    try:
        yield
    finally:
        _line.reset(token)


def opens(op: str) -> bool:
    """Whether a composite op is to run, on the line that is being run, as the primitives it is made of."""
    names = _opened.get()
    return bool(names) and (op in names or ((line := _line.get()) is not None and f"{op}:{line()}" in names))


@contextmanager
def spending(within: Budget) -> Iterator[Budget]:
    """Charges every array made inside to `within`."""
    token = _budget.set(within)
    try:
        yield within
    finally:
        _budget.reset(token)
