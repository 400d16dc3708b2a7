"""What `with` accepts of the library: `torch.no_grad()` and its like."""

from collections.abc import Callable
from typing import Any


class Guard:
    """What `with` accepts: `enter` gives the host's context manager."""

    __slots__ = ("enter", "name")

    def __init__(self, name: str, enter: Callable[[], Any]) -> None:
        self.name = name
        self.enter = enter
