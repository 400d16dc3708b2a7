"""The SVG of an edge: its curve with two arrow heads, and the pills on it."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from itertools import chain
from types import MappingProxyType
from typing import Final

from app.render import chips
from app.render.drawing import Wire, chip_id
from app.render.plan import Geometry, Point
from app.render.stencil import NAMES, Stencil, X, Y, digits

Writer = Callable[[Point, str], str]
"""What stands in the SVG for the text of a slot, where that is not just the text but depends on the place."""

_HEAD = 7.0  # px, length of an arrow head
_SPACE = 3.5  # px, half the space before a sign, which stays there at the start of a line
_SLOTS = (
    "class",
    "chip",
    "local",
    "pill",
    "lines",
    "upstream",
    "lines",
    "factor",
    "lines",
    "contribution",
)


def slots(wire: Wire) -> tuple[str, ...]:
    """The slots of an edge in the order of its texts; where one stands twice, both places are filled."""
    id = wire.edge.id
    if not wire.chip:
        return (f"{id}.class",)
    if wire.rule:
        return tuple([f"{id}.{name}" for name in ("class", "chip", "local", "pill", "rule", "shapes")])
    return tuple([f"{id}.{name}" for name in _SLOTS])


def texts(wire: Wire, geometry: Geometry) -> list[str]:
    """The SVG around the slots of an edge: what stands on it, and its curve."""
    if not wire.chip:
        drawn, centre = _BARE, (0.0, 0.0)
    else:
        drawn, centre = _RULE if wire.rule else _ARITHMETIC, geometry.centres[chip_id(wire)]
    return drawn.at(centre, wire.edge.id, _curve(wire, geometry), "")


_ID, _CURVE, _ = NAMES
_OPENING = f'<g data-slot="{_ID}.class" data-edge="{_ID}" class="'
_AT, _DATA = f'x="{X}" y="', f' data-x="{X}" data-y="{Y}"'
_CHIP = (
    f'">{_CURVE}<g class="local"><rect data-slot="{_ID}.chip"{_DATA}',
    f' rx="12"/><text {_AT}{Y + 4}"><tspan class="local" data-slot="{_ID}.local">',
)
_BARE: Final = Stencil(_OPENING, f'">{_CURVE}</g>')
_RULE: Final = Stencil(
    _OPENING,
    *_CHIP,
    f'</tspan></text></g><g class="arithmetic vjp"><rect data-slot="{_ID}.pill"{_DATA}',
    f' rx="12"/><text {_AT}{Y - 3.5}" data-slot="{_ID}.rule">',
    f'</text><text class="shapes" {_AT}{Y + 11.5}" data-slot="{_ID}.shapes">',
    "</text></g></g>",
)
_ARITHMETIC: Final = Stencil(
    _OPENING,
    *_CHIP,
    f'</tspan></text></g><g class="arithmetic"><rect data-slot="{_ID}.pill"{_DATA}',
    f' rx="12"/><text data-slot="{_ID}.lines"{_DATA}',
    f'><tspan class="upstream" data-slot="{_ID}.upstream">',
    "</tspan><tspan",
    f'> × </tspan><tspan class="factor" data-slot="{_ID}.factor">',
    "</tspan><tspan",
    f'> = </tspan><tspan class="contribution" data-slot="{_ID}.contribution">',
    "</tspan></text></g></g>",
)


def writers(wire: Wire) -> Mapping[int, Writer]:
    """How some slots of an edge are written around its chip, by their number."""
    if not wire.chip:
        return _NO_WRITERS
    return _RULE_WRITERS if wire.rule else _ARITHMETIC_WRITERS


def _box(centre: Point, value: str) -> str:
    left, top, size = _sides(value)
    return f' x="{centre[0] - left:g}" y="{centre[1] - top:g}"{size}'


@cache
def _sides(value: str) -> tuple[float, float, str]:
    width, height = map(float, value.split())
    return width / 2, height / 2, f' width="{width:g}" height="{height:g}"'


def _first_line(centre: Point, lines: str) -> str:
    return f' x="{centre[0]:g}" y="{centre[1] + 4 - (int(lines) - 1) * chips.LINE / 2:g}"'


def _turn(centre: Point, lines: str, least: int) -> str:
    """Arithmetic on so many lines or more begins a new one here."""
    return f' x="{centre[0] - _SPACE:g}" dy="{chips.LINE:g}"' if int(lines) >= least else ""


_NO_WRITERS: Mapping[int, Writer] = MappingProxyType({})
_RULE_WRITERS: Mapping[int, Writer] = MappingProxyType({1: _box, 3: _box})
_ARITHMETIC_WRITERS: Mapping[int, Writer] = MappingProxyType(
    {1: _box, 3: _box, 4: _first_line, 6: partial(_turn, least=3), 8: partial(_turn, least=2)}
)


def _curve(wire: Wire, geometry: Geometry) -> str:
    """The wire with both its arrow heads: one curve, or two with a chip between them."""
    if wire.chip:
        chip = chip_id(wire)
        first, last = geometry.splines[f"{chip}_in"], geometry.splines[f"{chip}_out"]
        onwards = "L" + _points(last)
    else:
        first = last = geometry.splines[wire.edge.id]
        onwards = ""
    return (
        f'<path class="wire" d="M{_points(first)}{onwards}"/>'
        f"{_arrow('head', last[-2], last[-1])}{_arrow('tail', first[1], first[0])}"
    )


def _points(curve: Sequence[Point]) -> str:
    x, y, *others = map(digits, chain.from_iterable(curve))
    return f"{x} {y}C{' '.join(others)}"


def _arrow(name: str, before: Point, tip: Point) -> str:
    """A triangle at `tip`, pointing away from `before`."""
    (x0, y0), (x, y) = before, tip
    length = math.hypot(x - x0, y - y0) or 1.0
    ux, uy = (x - x0) / length * _HEAD, (y - y0) / length * _HEAD
    return '<path class="%s" d="M%g %gL%.1f %.1f %.1f %.1fZ"/>' % (  # noqa: UP031  twice as fast, and there are many
        *(name, x, y, x - ux - uy / 2, y - uy + ux / 2, x - ux + uy / 2, y - uy - ux / 2),
    )
