"""The SVG of an edge: its curve with two arrow heads, and the pills on it."""

import math
from collections.abc import Callable, Sequence
from functools import partial

from app.render import chips
from app.render.drawing import Wire, chip_id
from app.render.plan import Geometry, Point

Writer = Callable[[str], str]
"""What stands in the SVG for the text of a slot, where that is not just the text."""
Placed = tuple[Sequence[str], Sequence[tuple[int, Writer]]]
"""The texts before, between and after the slots, and the writers of some, by the number of the slot."""

_HEAD = 7.0  # px, length of an arrow head
_SPACE = 3.5  # px, half the space before a sign, which stays there at the start of a line
_ARITHMETIC = (
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
    return tuple([f"{id}.{name}" for name in _ARITHMETIC])


def placed(wire: Wire, geometry: Geometry) -> Placed:
    """The SVG around the slots of an edge."""
    id = wire.edge.id
    opening = f'<g data-slot="{id}.class" data-edge="{id}" class="'
    curve = f'">{_curve(wire, geometry)}'
    if not wire.chip:
        return (opening, f"{curve}</g>"), ()
    x, y = geometry.centres[chip_id(wire)]
    at, data, box = f'x="{x:g}" y="', f' data-x="{x:g}" data-y="{y:g}"', (x, y)
    local = f' rx="12"/><text {at}{y + 4:g}"><tspan class="local" data-slot="{id}.local">'
    begun = (opening, f'{curve}<g class="local"><rect data-slot="{id}.chip"{data}', local)
    if wire.rule:
        return (
            *begun,
            f'</tspan></text></g><g class="arithmetic vjp"><rect data-slot="{id}.pill"{data}',
            f' rx="12"/><text {at}{y - 3.5:g}" data-slot="{id}.rule">',
            f'</text><text class="shapes" {at}{y + 11.5:g}" data-slot="{id}.shapes">',
            "</text></g></g>",
        ), ((1, partial(_box, box)), (3, partial(_box, box)))
    return (
        *begun,
        f'</tspan></text></g><g class="arithmetic"><rect data-slot="{id}.pill"{data}',
        f' rx="12"/><text data-slot="{id}.lines"{data}',
        f'><tspan class="upstream" data-slot="{id}.upstream">',
        "</tspan><tspan",
        f'> × </tspan><tspan class="factor" data-slot="{id}.factor">',
        "</tspan><tspan",
        f'> = </tspan><tspan class="contribution" data-slot="{id}.contribution">',
        "</tspan></text></g></g>",
    ), (
        (1, partial(_box, box)),
        (3, partial(_box, box)),
        (4, partial(_first_line, box)),
        (6, partial(_turn, box, 3)),
        (8, partial(_turn, box, 2)),
    )


def _box(centre: Point, value: str) -> str:
    width, height = map(float, value.split())
    left, top = centre[0] - width / 2, centre[1] - height / 2
    return f' x="{left:g}" y="{top:g}" width="{width:g}" height="{height:g}"'


def _first_line(centre: Point, lines: str) -> str:
    return f' x="{centre[0]:g}" y="{centre[1] + 4 - (int(lines) - 1) * chips.LINE / 2:g}"'


def _turn(centre: Point, least: int, lines: str) -> str:
    """Arithmetic on so many lines or more begins a new one here."""
    return f' x="{centre[0] - _SPACE:g}" dy="{chips.LINE:g}"' if int(lines) >= least else ""


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
    (x, y), *rest = curve
    return f"{x:g} {y:g}C" + " ".join([f"{x:g} {y:g}" for x, y in rest])


def _arrow(name: str, before: Point, tip: Point) -> str:
    """A triangle at `tip`, pointing away from `before`."""
    (x0, y0), (x, y) = before, tip
    length = math.hypot(x - x0, y - y0) or 1.0
    ux, uy = (x - x0) / length * _HEAD, (y - y0) / length * _HEAD
    return (
        f'<path class="{name}" d="M{x:g} {y:g}L{x - ux - uy / 2:.1f} {y - uy + ux / 2:.1f}'
        f' {x - ux + uy / 2:.1f} {y - uy - ux / 2:.1f}Z"/>'
    )
