"""Paints a pass as SVG: geometry and texts into a template with slots, a film into the slots."""

from collections.abc import Iterator, Mapping, Sequence

from app.render import cards, wires
from app.render.drawing import Drawing, chip_id
from app.render.film import Film, Frame
from app.render.plan import Geometry, Point
from app.render.text import escape
from app.render.theme import palette, stylesheet
from app.render.view import View
from app.render.wires import Writer

MARGIN = 14.0  # px around everything, for borders, glows and arrow heads
ROOMY = 1.35  # how much larger than in a file a small graph is drawn on a page, if there is room


class Picture:
    """The SVG of a pass with a gap at every slot. While Graphviz works, a first frame can be filled in; `place`
    then says where everything stands. After that, `paint` and `paint_all` fill the gaps.

    Coordinates are absolute. A `transform` per card would be shorter, but each costs the browser a paint chunk.
    """

    def __init__(self, drawn: Drawing, view: View, *, title: str, standalone: bool = True) -> None:
        self._parts: list[str] = [""]
        self._gaps: dict[str, list[int]] = {}
        self._writers: dict[int, tuple[Writer, str]] = {}
        self._centres: Mapping[str, Point] | None = None
        self._waiting: Frame = {}
        self._view = view
        self._title = escape(title)
        self._standalone = standalone
        self._wires = [
            (self._room(wires.slots(wire), wires.writers(wire), chip_id(wire)), wire) for wire in drawn.wires
        ]
        self._cards = [
            (
                self._room(cards.slots(card), cards.writers(card, view), card.id),
                *(card.id, cards.stencil(card, view), cards.names(card)),
            )
            for card in drawn.cards
        ]
        self._parts.append("</g></svg>")

    def place(self, geometry: Geometry) -> "Picture":
        """Puts everything where the layout wants it; returns the picture itself."""
        self._parts[0] = self._opening(geometry)
        self._centres = geometry.centres
        for start, wire in self._wires:
            self._put(start, wires.texts(wire, geometry))
        for start, id, stencil, names in self._cards:
            self._put(start, stencil.at(geometry.centres[id], *names))
        self.fill(self._waiting)
        return self

    def paint(self, film: Film, step: int) -> str:
        """The picture at `step`."""
        self.fill(film.at(step))
        return str(self)

    def paint_all(self, film: Film) -> Iterator[str]:
        """The pictures of all steps, in order; each costs only what changed."""
        for change in (film.start, *film.changes[1:]):
            self.fill(change)
            yield str(self)

    def fill(self, frame: Frame) -> None:
        """Fills slots; those whose text depends on the place as soon as that is known."""
        parts, gaps, writers, centres = self._parts, self._gaps, self._writers, self._centres
        for slot, value in frame.items():
            for gap in gaps.get(slot, ()):
                if gap not in writers:
                    parts[gap] = escape(value)
                elif centres is not None:
                    write, id = writers[gap]
                    parts[gap] = write(centres[id], value)
                else:
                    self._waiting[slot] = value

    def __str__(self) -> str:
        return "".join(self._parts)

    def _room(self, slots: Sequence[str], writers: Mapping[int, Writer], id: str) -> int:
        """Makes room for texts and, between them, slots; returns where. `writers` need to know where `id` stands."""
        parts, gaps = self._parts, self._gaps
        start = len(parts)
        for number, slot in enumerate(slots):
            gaps.setdefault(slot, []).append(start + 2 * number + 1)
        for number, write in writers.items():
            self._writers[start + 2 * number + 1] = write, id
        parts += [""] * (2 * len(slots) + 1)
        return start

    def _put(self, start: int, texts: Sequence[str]) -> None:
        self._parts[start : start + 2 * len(texts) : 2] = texts

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
