"""Where a program is while it runs: the functions, modules and rounds of loops around a result.

A place is linked to the one around it and is written out only when it is shown, since a loop makes one in every round.
"""

from bisect import bisect_right
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from engine.language.values import Value

Place = tuple[Any, ...] | None
"""None outside of everything; (around, name) in a function or module; (around, names, value, count) in a round, where
`value` is what the names were given if it is worth showing, else None."""

Scopes = Sequence[tuple[int, Place]]
"""Places, each from the birth of the first result that was made there."""


def round_of(around: Place, names: str, value: Value, count: int) -> Place:
    """The place of a round of a loop over `names`."""
    kind = type(value)
    if kind is int or kind is float or kind is str or kind is bool:
        return around, names, value, count
    if kind is tuple and 0 < len(value) < 4 and all(type(each) in (int, float) for each in value):
        return around, names, value, count
    return around, names, None, count


def written(place: Place) -> tuple[str, ...]:
    """The place in words, from the outside in: `("epoch=1", "x=2.0, y=4.0", "loss")`."""
    found: list[str] = []
    while place is not None:
        found.append(place[1] if len(place) == 2 else _round(*place[1:]))
        place = place[0]
    return tuple(reversed(found))


def _round(names: str, value: Value, count: int) -> str:
    """What a round is called: the values its names have, if they are numbers; else which one it is."""
    if type(value) is tuple:
        each_name = names.split(", ")
        if len(each_name) == len(value):
            return ", ".join(f"{name}={each}" for name, each in zip(each_name, value, strict=True))
    elif value is not None:
        return f"{names}={str(value)[:20]}"
    return f"{names} #{count}"


class ScopesInOrder:
    """Where results were made, asked for in the order of their births, but for a few."""

    def __init__(self, scopes: Scopes) -> None:
        self._scopes = scopes
        self._place = 0
        self._from, self._until = 0, -1
        self._written: tuple[str, ...] = ()

    def at(self, birth: int) -> tuple[str, ...]:
        """The scope of a result, written out."""
        if not self._from <= birth < self._until:
            self._go(birth)
        return self._written

    def _go(self, birth: int) -> None:
        """To where a result was made: mostly the next place."""
        scopes, place = self._scopes, self._place + 1
        if not (place < len(scopes) and scopes[place][0] <= birth < self._end(place)):
            place = bisect_right(scopes, birth, key=itemgetter(0)) - 1
        self._place, self._from, self._until = place, scopes[place][0], self._end(place)
        self._written = written(scopes[place][1])

    def _end(self, place: int) -> int:
        return self._scopes[place + 1][0] if place + 1 < len(self._scopes) else 2**62
