"""What a program holds under its names when it has ended, so that what is asked afterwards leaves nothing behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from engine.language.values import Class, Frame, Instance, Value

_MOST: Final = 200
"""Lists and dictionaries that are looked after; a program that keeps a record of its calls has a few."""


class Footprints:
    """The names of a program, and the lists and dictionaries that can be reached from them."""

    def __init__(self, names: Frame) -> None:
        self._names = names
        self._held = _containers(names)

    @contextmanager
    def wiped(self) -> Iterator[None]:
        """Names have their values again after it, and what was put into a list or a dictionary is taken out."""
        names, sizes = list(self._names), [len(each) for each in self._held]
        try:
            yield
        finally:
            self._names[:] = names
            for each, size in zip(self._held, sizes, strict=True):
                if isinstance(each, list):
                    del each[size:]
                while len(each) > size:  # a dictionary gives back last what came in last
                    each.popitem()  # type: ignore[union-attr]


def _containers(names: Frame) -> list[list[Value] | dict[Value, Value]]:
    found: dict[int, list[Value] | dict[Value, Value]] = {}
    waiting: list[Value] = list(names)
    for each in waiting:
        if len(found) >= _MOST:
            break
        inside = (
            each.attributes if isinstance(each, Instance) or (isinstance(each, Class) and not each.sealed) else each
        )
        if isinstance(inside, (list, dict)) and id(inside) not in found:
            found[id(inside)] = inside
            waiting.extend(inside.values() if isinstance(inside, dict) else inside)
        elif type(inside) is tuple:
            waiting.extend(inside)
    return list(found.values())
