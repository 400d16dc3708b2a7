"""A field of a frozen dataclass that is made when somebody asks for it, if at all."""

from collections.abc import Callable
from typing import Any


class Later:
    """Takes the place of a field: what is given is kept as it is, and what `later` holds is made when it is read."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, owner: Any, kind: type) -> Any:
        value = owner.__dict__[self.name]
        if type(value) is _Waiting:
            value = owner.__dict__[self.name] = value.make()
        return value

    def __set__(self, owner: Any, value: Any) -> None:
        owner.__dict__[self.name] = value


class _Waiting:
    __slots__ = ("make",)

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


def later(make: Callable[[], Any]) -> Any:
    """Stands for what `make` gives, in a field that is a `Later`."""
    return _Waiting(make)
