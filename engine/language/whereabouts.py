"""Where a program is while it runs: the functions, modules and rounds of loops around a result.

A place is linked to the one around it and is written out only when it is shown, since a loop makes one in every round.
"""

from typing import Any

from engine.language.values import Value

Place = tuple[Any, ...] | None
"""None outside of everything; (around, name) in a function or module; (around, names, value, count) in a round, where
`value` is what the names were given if it is worth showing, else None."""


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
