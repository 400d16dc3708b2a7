"""Paints a pass as SVG: geometry and texts into a template with slots, a film into the slots."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape as escape_html

from app.render import cards, wires
from app.render.drawing import Drawing
from app.render.film import Film, Frame
from app.render.plan import Geometry
from app.render.theme import palette, stylesheet
from app.render.view import View
from app.render.wires import Placed, Writer

escape = lru_cache(maxsize=16_384)(escape_html)  # the same names and numbers again and again

MARGIN = 14.0  # px around everything, for borders, glows and arrow heads
ROOMY = 1.35  # how much larger than in a file a small graph is drawn on a page, if there is room


class Picture:
    """The SVG of a pass with a gap at every slot. `place` says where everything stands, and may come late: the slots
    can be prepared while Graphviz works. Then `paint` and `paint_all` fill the gaps.

    Coordinates are absolute. A `transform` per card would be shorter, but each costs the browser a paint chunk.
    """

    def __init__(self, drawn: Drawing, view: View, *, title: str, standalone: bool = True) -> None:
        self._parts: list[str] = [""]
        self._gaps: dict[str, list[int]] = {}
        self._writers: dict[int, Writer] = {}
        self._view = view
        self._title = escape(title)
        self._standalone = standalone
        self._wires = [(self._prepare(wires.slots(wire)), wire) for wire in drawn.wires]
        self._cards = [(self._prepare(cards.slots(card)), card) for card in drawn.cards]
        self._parts.append("</g></svg>")

    def place(self, geometry: Geometry) -> "Picture":
        """Puts everything where the layout wants it; returns the picture itself."""
        self._parts[0] = self._opening(geometry)
        for start, wire in self._wires:
            self._put(start, wires.placed(wire, geometry))
        for start, card in self._cards:
            self._put(start, cards.placed(card, self._view, geometry))
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
        gaps, writers = self._gaps, self._writers
        for slot, value in frame.items():
            for place in gaps.get(slot, ()):
                write = writers.get(place)
                parts[place] = write(value) if write else escape(value)
        return "".join(parts)

    def _prepare(self, slots: Sequence[str]) -> int:
        """Makes room for texts and, between them, slots; returns where."""
        parts, gaps = self._parts, self._gaps
        start = len(parts)
        for number, slot in enumerate(slots):
            gaps.setdefault(slot, []).append(start + 2 * number + 1)
        parts += [""] * (2 * len(slots) + 1)
        return start

    def _put(self, start: int, placed: Placed) -> None:
        texts, writers = placed
        self._parts[start : start + 2 * len(texts) : 2] = texts
        for number, write in writers:
            self._writers[start + 2 * number + 1] = write

    def _opening(self, geometry: Geometry) -> str:
        width, height = geometry.width + 2 * MARGIN, geometry.height + 2 * MARGIN
        roomy = 1.0 if self._standalone else ROOMY
        opening = (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="graph" viewBox="0 0 {width:g} {height:g}"'
            f' width="{roomy * width:g}" height="{roomy * height:g}" role="img" aria-label="{self._title}">'
        )
        if self._standalone:
            theme = self._view.theme
            opening += (
                f"<title>{self._title}</title><style>{stylesheet(theme)}</style>"
                f'<rect width="{width:g}" height="{height:g}" fill="{palette(theme)["--paper"]}"/>'
            )
        return f'{opening}<g transform="translate({MARGIN:g} {MARGIN:g})">'
