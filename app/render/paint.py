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
    """The SVG of a pass with a gap at every slot. `place` says where everything stands, and may come late: the
    texts can be written while Graphviz works. Then `paint` and `paint_all` fill the gaps."""

    def __init__(self, drawn: Drawing, view: View, *, title: str, standalone: bool = True) -> None:
        self._parts: list[str] = [""]
        self._gaps: dict[str, list[int]] = {}
        self._cards: list[tuple[int, Card]] = []
        self._curves: list[tuple[int, Wire]] = []
        self._chips: list[tuple[int, Wire]] = []
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
        parts = self._parts
        parts[0] = self._opening(geometry)
        for index, card in self._cards:
            x, y = geometry.centres[card.id]
            parts[index] = f"{x - card.width / 2:g} {y - card.height / 2:g}"
        for index, wire in self._chips:
            x, y = geometry.centres[drawing.chip_id(wire)]
            parts[index] = f"{x:g} {y:g}"
        for index, wire in self._curves:
            parts[index] = _curve(wire, geometry)
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
        for slot, value in frame.items():
            for place in self._gaps.get(slot, ()):
                parts[place] = _gap(slot, value)
        return "".join(parts)

    def _add(self, *parts: str) -> None:
        self._parts.extend(parts)

    def _slot(self, name: str) -> None:
        self._gaps.setdefault(name, []).append(len(self._parts))
        self._parts.append("")

    def _later(self) -> int:
        """A gap for the layout; its index."""
        self._parts.append("")
        return len(self._parts) - 1

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
        node = card.node
        self._add(f'<g data-slot="{node.id}.class" data-node="{node.id}" transform="translate(')
        self._cards.append((self._later(), card))
        self._add(')" class="')
        self._slot(f"{node.id}.class")
        self._add(f'"><title data-slot="{node.id}.title">')
        self._slot(f"{node.id}.title")
        if node.kind == "constant":
            self._add(f"</title>{_constant(card)}</g>")
            return
        right = f"{card.width - drawing.PADDING:g}"
        value, gradient = labels.ROWS[self._view.lang]
        self._add(
            f"</title>{_heading(card, self._view)}"
            f'<text class="key" x="{drawing.PADDING:g}" y="48">{value}</text>'
            f'<text class="value" x="{right}" y="48" data-slot="{node.id}.value">'
        )
        self._slot(f"{node.id}.value")
        self._add(
            f'</text><text class="key" x="{drawing.PADDING:g}" y="65">{gradient}</text>'
            f'<text class="gradient" x="{right}" y="65" data-slot="{node.id}.gradient">'
        )
        self._slot(f"{node.id}.gradient")
        self._add("</text></g>")

    def _wire(self, wire: Wire) -> None:
        id = wire.edge.id
        self._add(f'<g data-slot="{id}.class" data-edge="{id}" class="')
        self._slot(f"{id}.class")
        self._add('">')
        self._curves.append((self._later(), wire))
        if wire.chip:
            self._add('<g transform="translate(')
            self._chips.append((self._later(), wire))
            self._add(')"><g class="local">')
            self._pill(f"{id}.chip", drawing.CHIP_HEIGHT)
            self._add(f'<text y="4"><tspan class="local" data-slot="{id}.local">')
            self._slot(f"{id}.local")
            self._add('</tspan></text></g><g class="arithmetic">')
            self._arithmetic(id, wire.stacked)
            self._add("</tspan></text></g></g>")
        self._add("</g>")

    def _arithmetic(self, edge: str, stacked: bool) -> None:
        """`upstream × local = contribution`, on one line or on two."""
        self._pill(f"{edge}.{'stack' if stacked else 'pill'}", drawing.STACK_HEIGHT if stacked else drawing.CHIP_HEIGHT)
        self._add(f'<text y="{-4 if stacked else 4}"><tspan class="upstream" data-slot="{edge}.upstream">')
        self._slot(f"{edge}.upstream")
        self._add(f'</tspan> × <tspan class="factor" data-slot="{edge}.factor">')
        self._slot(f"{edge}.factor")
        turn = '</text><text y="13">=' if stacked else " ="
        self._add(f'</tspan>{turn} <tspan class="contribution" data-slot="{edge}.contribution">')
        self._slot(f"{edge}.contribution")

    def _pill(self, slot: str, height: float) -> None:
        self._add(f'<rect data-slot="{slot}" ')
        self._slot(slot)
        self._add(f' y="{-height / 2:g}" height="{height:g}" rx="12"/>')


def _constant(card: Card) -> str:
    return (
        f'<rect class="card" width="{card.width:g}" height="{card.height:g}" rx="6"/>'
        f'<text class="value literal" x="{card.width / 2:g}" y="21.5">{escape(labels.label(card.node))}</text>'
    )


def _heading(card: Card, view: View) -> str:
    """The frame of a card, its name and expression, and what it is or what made it."""
    node, width = card.node, card.width
    corner = 20 if node.kind in ("leaf", "parameter") else 8
    frame = _rect("frame", -3.5, -3.5, width + 7, card.height + 7, corner + 3) if node.kind == "parameter" else ""
    if kind := labels.KINDS[view.lang].get(node.kind):
        mark = f'<text class="kind" x="{width - drawing.PADDING:g}" y="20">{kind}</text>'
    else:
        chip = drawing.glyph_width(node)
        mark = (
            f"{_rect('op-chip', width - 8 - chip, 7, chip, 18, 9)}"
            f'<text class="glyph" x="{width - 8 - chip / 2:g}" y="20.5">{escape(labels.glyph(node))}</text>'
        )
    return (
        f"{frame}{_rect('card', 0, 0, width, card.height, corner)}"
        f'<path class="rule" d="M1 31H{width - 1:g}"/>'
        f'<text class="name" x="{drawing.PADDING:g}" y="21" xml:space="preserve">{escape(labels.label(node))}'
        f'<tspan class="expression">{escape(labels.expression(node))}</tspan></text>{mark}'
    )


def _gap(slot: str, value: str) -> str:
    """What fills a gap; the width of a pill keeps it centred."""
    if slot.endswith((".chip", ".pill", ".stack")):
        return f'x="{-float(value) / 2:g}" width="{value}"'
    return escape(value)


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
