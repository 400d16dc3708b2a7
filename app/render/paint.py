"""Paints a pass as SVG: geometry and texts into a template with slots, a film into the slots."""

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape as escape_html

from app.render import drawing, labels
from app.render.drawing import Card, Drawing, Wire
from app.render.film import Film, Frame
from app.render.plan import Geometry, Point
from app.render.theme import palette, stylesheet
from app.render.view import View

escape = lru_cache(maxsize=16_384)(escape_html)  # the same names and numbers again and again

MARGIN = 14.0  # px around everything, for borders, glows and arrow heads
_HEAD = 7.0  # px, length of an arrow head


class Picture:
    """The SVG of a pass with a gap at every slot. `place` says where everything stands, and may come late: most
    texts can be written while Graphviz works. Then `paint` and `paint_all` fill the gaps.

    Coordinates are absolute. A `transform` per card would be shorter, but each costs the browser a paint chunk.
    """

    def __init__(self, drawn: Drawing, view: View, *, title: str, standalone: bool = True) -> None:
        self._parts: list[str] = [""]
        self._gaps: dict[str, list[int]] = {}
        self._centres: dict[str, float] = {}
        self._cards: list[tuple[int, Card]] = []
        self._wires: list[tuple[int, Wire]] = []
        self._view = view
        self._title = escape(title)
        self._standalone = standalone
        for wire in drawn.wires:
            self._wire(wire)
        for card in drawn.cards:
            self._card(card)
        self._add("</g></svg>")

    def place(self, geometry: Geometry) -> "Picture":
        """Puts everything where the layout wants it; returns the picture itself."""
        self._parts[0] = self._opening(geometry)
        for index, wire in self._wires:
            self._place_wire(index, wire, geometry)
        for index, card in self._cards:
            x, y = geometry.centres[card.id]
            self._place_card(index, card, x - card.width / 2, y - card.height / 2)
        return self

    def paint(self, film: Film, step: int) -> str:
        """The picture at `step`."""
        return self._filled(list(self._parts), film.at(step))

    def paint_all(self, film: Film) -> Iterator[str]:
        """The pictures of all steps, in order; each costs only what changed."""
        parts = list(self._parts)
        yield self._filled(parts, film.start)
        for change in film.changes[1:]:
            yield self._filled(parts, change)

    def _filled(self, parts: list[str], frame: Frame) -> str:
        centres = self._centres
        for slot, value in frame.items():
            text = f'x="{centres[slot] - float(value) / 2:g}" width="{value}"' if slot in centres else escape(value)
            for place in self._gaps.get(slot, ()):
                parts[place] = text
        return "".join(parts)

    def _add(self, text: str) -> None:
        self._parts.append(text)

    def _slot(self, name: str) -> None:
        self._gaps.setdefault(name, []).append(len(self._parts))
        self._parts.append("")

    def _opening(self, geometry: Geometry) -> str:
        width, height = f"{geometry.width + 2 * MARGIN:g}", f"{geometry.height + 2 * MARGIN:g}"
        opening = (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="graph" viewBox="0 0 {width} {height}"'
            f' width="{width}" height="{height}" role="img" aria-label="{self._title}">'
        )
        if self._standalone:
            theme = self._view.theme
            opening += (
                f"<title>{self._title}</title><style>{stylesheet(theme)}</style>"
                f'<rect width="{width}" height="{height}" fill="{palette(theme)["--paper"]}"/>'
            )
        return f'{opening}<g transform="translate({MARGIN:g} {MARGIN:g})">'

    def _card(self, card: Card) -> None:
        """Leaves gaps for what `_place_card` writes: the heading with the first row, and the second row."""
        node = card.node
        self._add(f'<g data-slot="{node.id}.class" data-node="{node.id}" class="')
        self._slot(f"{node.id}.class")
        self._add(f'"><title data-slot="{node.id}.title">')
        self._slot(f"{node.id}.title")
        self._cards.append((len(self._parts), card))
        self._add("")
        if node.kind != "constant":
            self._slot(f"{node.id}.value")
            self._add("")
            self._slot(f"{node.id}.gradient")
            self._add("</text></g>")

    def _place_card(self, index: int, card: Card, x: float, y: float) -> None:
        id = card.node.id
        if card.node.kind == "constant":
            self._parts[index] = f"</title>{_constant(card, x, y)}</g>"
            return
        left, right = f"{x + drawing.PADDING:g}", f"{x + card.width - drawing.PADDING:g}"
        value, gradient = labels.ROWS[self._view.lang]
        self._parts[index] = (
            f'</title>{_heading(card, self._view, x, y)}<text class="key" x="{left}" y="{y + 48:g}">{value}</text>'
            f'<text class="value" x="{right}" y="{y + 48:g}" data-slot="{id}.value">'
        )
        self._parts[index + 2] = (
            f'</text><text class="key" x="{left}" y="{y + 65:g}">{gradient}</text>'
            f'<text class="gradient" x="{right}" y="{y + 65:g}" data-slot="{id}.gradient">'
        )

    def _wire(self, wire: Wire) -> None:
        """Leaves gaps for what `_place_wire` writes: the curve, and around the chip's texts where they stand."""
        id = wire.edge.id
        self._add(f'<g data-slot="{id}.class" data-edge="{id}" class="')
        self._slot(f"{id}.class")
        self._wires.append((len(self._parts), wire))
        self._add("")
        if wire.chip:
            self._slot(f"{id}.chip")
            self._add("")
            self._slot(f"{id}.local")
            self._add("")
            self._slot(f"{id}.{_pill(wire)}")
            self._add("")
            self._slot(f"{id}.upstream")
            self._add(f'</tspan> × <tspan class="factor" data-slot="{id}.factor">')
            self._slot(f"{id}.factor")
            self._add("")
            self._slot(f"{id}.contribution")
            self._add("</tspan></text></g>")
        self._add("</g>")

    def _place_wire(self, index: int, wire: Wire, geometry: Geometry) -> None:
        id, parts = wire.edge.id, self._parts
        parts[index] = f'">{_curve(wire, geometry)}'
        if not wire.chip:
            return
        centre, y = geometry.centres[drawing.chip_id(wire)]
        pill, x = _pill(wire), f"{centre:g}"
        self._centres[f"{id}.chip"] = self._centres[f"{id}.{pill}"] = centre
        low, high = drawing.CHIP_HEIGHT, drawing.STACK_HEIGHT if wire.stacked else drawing.CHIP_HEIGHT
        parts[index] += f'<g class="local"><rect data-slot="{id}.chip" data-x="{x}" '
        parts[index + 2] = (
            f' y="{y - low / 2:g}" height="{low:g}" rx="12"/><text x="{x}" y="{y + 4:g}">'
            f'<tspan class="local" data-slot="{id}.local">'
        )
        parts[index + 4] = f'</tspan></text></g><g class="arithmetic"><rect data-slot="{id}.{pill}" data-x="{x}" '
        parts[index + 6] = (
            f' y="{y - high / 2:g}" height="{high:g}" rx="12"/><text x="{x}" y="{y + (-4 if wire.stacked else 4):g}">'
            f'<tspan class="upstream" data-slot="{id}.upstream">'
        )
        turn = f'</text><text x="{x}" y="{y + 13:g}">=' if wire.stacked else " ="
        parts[index + 10] = f'</tspan>{turn} <tspan class="contribution" data-slot="{id}.contribution">'


def _pill(wire: Wire) -> str:
    """The slot with the width of the arithmetic, on one line or on two."""
    return "stack" if wire.stacked else "pill"


def _constant(card: Card, x: float, y: float) -> str:
    text = escape(labels.label(card.node))
    return (
        f"{_rect('card', x, y, card.width, card.height, 6)}"
        f'<text class="value literal" x="{x + card.width / 2:g}" y="{y + 21.5:g}">{text}</text>'
    )


def _heading(card: Card, view: View, x: float, y: float) -> str:
    """The frame of a card, its name and expression, and what it is or what made it."""
    node, right = card.node, x + card.width
    corner = 20 if node.kind in ("leaf", "parameter") else 8
    around = (x - 3.5, y - 3.5, card.width + 7, card.height + 7, corner + 3)
    frame = _rect("frame", *around) if node.kind == "parameter" else ""
    if kind := labels.KINDS[view.lang].get(node.kind):
        mark = f'<text class="kind" x="{right - drawing.PADDING:g}" y="{y + 20:g}">{kind}</text>'
    else:
        chip = drawing.glyph_width(node)
        mark = (
            f"{_rect('op-chip', right - 8 - chip, y + 7, chip, 18, 9)}"
            f'<text class="glyph" x="{right - 8 - chip / 2:g}" y="{y + 20.5:g}">{escape(labels.glyph(node))}</text>'
        )
    return (
        f"{frame}{_rect('card', x, y, card.width, card.height, corner)}"
        f'<path class="rule" d="M{x + 1:g} {y + 31:g}H{right - 1:g}"/>'
        f'<text class="name" x="{x + drawing.PADDING:g}" y="{y + 21:g}" xml:space="preserve">'
        f'{escape(labels.label(node))}<tspan class="expression">{escape(labels.expression(node))}</tspan></text>{mark}'
    )


def _curve(wire: Wire, geometry: Geometry) -> str:
    """The wire with both its arrow heads: one curve, or two with a chip between them."""
    if wire.chip:
        chip = drawing.chip_id(wire)
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


def _rect(name: str, x: float, y: float, width: float, height: float, radius: float) -> str:
    return f'<rect class="{name}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}"/>'
