"""SVG written before anybody knows where it will stand: while Graphviz works, all but the places is made ready."""

import re
from functools import lru_cache
from typing import Final

from app.render.plan import Point

NAMES: Final = ("\2", "\3", "\4")
"""Stand for names that are given later, too."""
_BETWEEN: Final = "\0"  # where a slot is; no such character is in any text of XML
_MARK: Final = "\1"  # around a coordinate
_GAP: Final = re.compile(f"([{''.join(NAMES)}]|{_MARK}[^{_MARK}]*{_MARK})")


class Coordinate:
    """So many px right of a point (`x`) or below it (`y`): to be reckoned with and written like a number. What it is
    counted from may be a place near the point instead, on a whole px."""

    __slots__ = ("offset", "origin")

    def __init__(self, origin: str, offset: float = 0.0) -> None:
        self.origin = origin
        self.offset = offset

    def __add__(self, px: float) -> "Coordinate":
        return Coordinate(self.origin, self.offset + px)

    def __sub__(self, px: float) -> "Coordinate":
        return Coordinate(self.origin, self.offset - px)

    def __format__(self, spec: str) -> str:
        return f"{_MARK}{self.origin}|{self.offset!r}{_MARK}"

    def rounded(self) -> "Coordinate":
        """On a whole px, where thin lines are sharp."""
        return Coordinate(f"{self.origin}{self.offset!r}")


X: Final = Coordinate("x")
Y: Final = Coordinate("y")
"""The point itself."""


class Stencil:
    """The texts before, between and after some slots, with coordinates of a point that is given later."""

    __slots__ = ("_coordinates", "_order", "_pieces", "_rounded")

    def __init__(self, *texts: str) -> None:
        pieces = _GAP.split(_BETWEEN.join(texts))  # every other one is a name or a coordinate
        gaps = dict.fromkeys(pieces[1::2])
        coordinates = [gap for gap in gaps if gap not in NAMES]
        origins = [origin for origin, _ in map(_read, coordinates)]
        numbers = {origin: number for number, origin in enumerate(dict.fromkeys(["x", "y", *origins]))}
        places = {gap: place for place, gap in enumerate([*NAMES, *coordinates])}
        self._coordinates = [(numbers[origin], px) for origin, px in map(_read, coordinates)]
        self._rounded = [("xy".index(origin[0]), float(origin[1:])) for origin in [*numbers][2:]]
        self._order = [places[gap] for gap in pieces[1::2]]
        self._pieces = pieces

    def at(self, point: Point, *names: str) -> list[str]:
        """The texts around the point, with all `names` in the places of `NAMES`."""
        origins = [*point, *[whole(point[axis] + px) for axis, px in self._rounded]]
        given = [*names, *[digits(origins[origin] + px) for origin, px in self._coordinates]]
        pieces = self._pieces.copy()
        pieces[1::2] = [given[place] for place in self._order]
        return "".join(pieces).split(_BETWEEN)


def _read(coordinate: str) -> tuple[str, float]:
    origin, px = coordinate[1:-1].split("|")
    return origin, float(px)


@lru_cache(16_384)  # the same again and again: whatever stands in one rank or row shares a coordinate
def digits(px: float) -> str:
    """A coordinate as it is written."""
    return f"{px:g}"


def whole(px: float) -> float:
    """The nearest whole px."""
    return float(round(px))
