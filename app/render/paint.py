"""Paints a pass as SVG: geometry and texts into a template with slots, a film into the slots."""

from collections.abc import Iterator, Sequence
from html import escape

from app.render import drawing, labels
from app.render.drawing import Card, Drawing, Wire
from app.render.film import Film, Frame
from app.render.plan import Geometry, Point
from app.render.theme import palette, stylesheet
from app.render.view import View

MARGIN = 14.0  # px around everything, for borders, glows and arrow heads
_HEAD = 7.0  # px, length of an arrow head


class Picture:
    """The SVG of a pass with a gap at every slot; `paint` and `paint_all` fill the gaps."""

    def __init__(self, plan: Drawing, geometry: Geometry, view: View, *, title: str, standalone: bool = True) -> None:
        self._parts: list[str] = []
        self._gaps: dict[str, list[int]] = {}
        self._view = view
        self._open(geometry, title, standalone)
        for wire in plan.wires:
            self._wire(wire, geometry)
        for card in plan.cards:
            self._card(card, geometry.centres[card.id])
        self._add("</g></svg>")

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

    def _open(self, geometry: Geometry, title: str, standalone: bool) -> None:
        width, height = geometry.width + 2 * MARGIN, geometry.height + 2 * MARGIN
        self._add(
            f'<svg xmlns="http://www.w3.org/2000/svg" class="graph" viewBox="0 0 {width:g} {height:g}"',
            f' width="{width:g}" height="{height:g}" role="img" aria-label="{escape(title)}">',
        )
        if standalone:
            paper = palette(self._view.theme)["--paper"]
            self._add(f"<title>{escape(title)}</title><style>{stylesheet(self._view.theme)}</style>")
            self._add(f'<rect width="{width:g}" height="{height:g}" fill="{paper}"/>')
        self._add(f'<g transform="translate({MARGIN:g} {MARGIN:g})">')

    def _card(self, card: Card, centre: Point) -> None:
        node = card.node
        left, top = centre[0] - card.width / 2, centre[1] - card.height / 2
        self._add(f'<g data-slot="{node.id}.class" data-node="{node.id}" transform="translate({left:g} {top:g})" class="')
        self._slot(f"{node.id}.class")
        self._add(f'"><title data-slot="{node.id}.title">')
        self._slot(f"{node.id}.title")
        self._add("</title>")
        if node.kind == "constant":
            self._constant(card)
        else:
            self._rows(card)
        self._add("</g>")

    def _constant(self, card: Card) -> None:
        self._add(
            f'<rect class="card" width="{card.width:g}" height="{card.height:g}" rx="6"/>',
            f'<text class="value" x="{card.width / 2:g}" y="21.5" text-anchor="middle"',
            f' font-size="{drawing.NUMBER_SIZE}">{escape(labels.label(card.node))}</text>',
        )

    def _rows(self, card: Card) -> None:
        node, width = card.node, card.width
        right = width - drawing.PADDING
        round_corner = 20 if node.kind in ("leaf", "parameter") else 8
        if node.kind == "parameter":
            self._add(_rect("frame", -3.5, -3.5, width + 7, card.height + 7, round_corner + 3))
        self._add(
            _rect("card", 0, 0, width, card.height, round_corner),
            f'<line class="rule" x1="1" x2="{width - 1:g}" y1="31" y2="31"/>',
            f'<text class="name" x="{drawing.PADDING:g}" y="21" font-size="{drawing.NAME_SIZE:g}" font-weight="600"',
            f' xml:space="preserve">{escape(labels.label(node))}',
            f'<tspan class="expression" font-size="{drawing.EXPRESSION_SIZE}" font-weight="400">'
            f"{escape(labels.expression(node))}</tspan></text>",
        )
        if kind := labels.KINDS[self._view.lang].get(node.kind):
            self._add(_label("kind", right, 20, drawing.KIND_SIZE, kind))
        else:
            chip = drawing.glyph_width(node)
            self._add(
                _rect("op-chip", width - 8 - chip, 7, chip, 18, 9),
                f'<text class="glyph" x="{width - 8 - chip / 2:g}" y="20.5" text-anchor="middle" font-size="12"'
                f' font-weight="600">{escape(labels.glyph(node))}</text>',
            )
        for row, name, y in zip(("value", "gradient"), labels.ROWS[self._view.lang], (48, 65), strict=True):
            self._add(
                f'<text class="key" x="{drawing.PADDING:g}" y="{y}" font-size="{drawing.KEY_SIZE:g}">{name}</text>',
                f'<text class="{row}" x="{right:g}" y="{y}" text-anchor="end" font-size="{drawing.NUMBER_SIZE}"'
                f' font-weight="600" data-slot="{node.id}.{row}">',
            )
            self._slot(f"{node.id}.{row}")
            self._add("</text>")

    def _wire(self, wire: Wire, geometry: Geometry) -> None:
        id = wire.edge.id
        first, last = _curves(wire, geometry)
        self._add(f'<g data-slot="{id}.class" data-edge="{id}" class="')
        self._slot(f"{id}.class")
        self._add('">', f'<path class="wire" d="{_path(first)}{_onwards(last) if last else ""}"/>')
        self._add(_arrow("head", (last or first)[-2], (last or first)[-1]), _arrow("tail", first[1], first[0]))
        if wire.chip:
            x, y = geometry.centres[drawing.chip_id(wire)]
            self._add(f'<g transform="translate({x:g} {y:g})">')
            self._pill(id, "local", "chip", ("local",))
            self._pill(id, "arithmetic", "pill", ("upstream", "factor", "contribution"))
            self._add("</g>")
        self._add("</g>")

    def _pill(self, edge: str, kind: str, width: str, slots: Sequence[str]) -> None:
        half = drawing.CHIP_HEIGHT / 2
        self._add(f'<g class="{kind}"><rect data-slot="{edge}.{width}" ')
        self._slot(f"{edge}.{width}")
        self._add(f' y="{-half:g}" height="{drawing.CHIP_HEIGHT:g}" rx="{half:g}"/>')
        self._add(f'<text y="4" text-anchor="middle" font-size="{drawing.CHIP_SIZE}" font-weight="600">')
        for slot, before in zip(slots, ("", " × ", " = "), strict=False):
            self._add(f'{before}<tspan class="{slot}" data-slot="{edge}.{slot}">')
            self._slot(f"{edge}.{slot}")
            self._add("</tspan>")
        self._add("</text></g>")


def _gap(slot: str, value: str) -> str:
    """What fills a gap; the width of a pill keeps it centred."""
    if slot.endswith((".chip", ".pill")):
        return f'x="{-float(value) / 2:g}" width="{value}"'
    return escape(value)


def _curves(wire: Wire, geometry: Geometry) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    """The wire as one curve, or as two with a chip between them."""
    if not wire.chip:
        return geometry.splines[wire.edge.id], ()
    chip = drawing.chip_id(wire)
    return geometry.splines[f"{chip}_in"], geometry.splines[f"{chip}_out"]


def _path(curve: Sequence[Point]) -> str:
    (x, y), *rest = curve
    return f"M{x:g} {y:g}C" + " ".join(f"{x:g} {y:g}" for x, y in rest)


def _onwards(curve: Sequence[Point]) -> str:
    return "L" + _path(curve)[1:]


def _arrow(name: str, before: Point, tip: Point) -> str:
    """A triangle at `tip`, pointing away from `before`."""
    (x0, y0), (x, y) = before, tip
    length = ((x - x0) ** 2 + (y - y0) ** 2) ** 0.5 or 1.0
    ux, uy = (x - x0) / length * _HEAD, (y - y0) / length * _HEAD
    points = ((x, y), (x - ux - uy / 2, y - uy + ux / 2), (x - ux + uy / 2, y - uy - ux / 2))
    return f'<path class="{name}" d="M' + "L".join(f"{px:.1f} {py:.1f}" for px, py in points) + 'Z"/>'


def _rect(name: str, x: float, y: float, width: float, height: float, radius: float) -> str:
    return (
        f'<rect class="{name}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}"/>'
    )


def _label(name: str, x: float, y: float, size: float, text: str) -> str:
    return f'<text class="{name}" x="{x:g}" y="{y:g}" text-anchor="end" font-size="{size:g}">{escape(text)}</text>'
