"""The small grids of the panel: drawn as on the cards, somewhat larger."""

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup, escape

from app.render import cells
from app.render.arrays import shape_text
from app.render.grid import cells as shades
from app.render.grid import roomy
from app.render.numbers import brief, extent
from app.render.trace import Part

_LARGER = 1.5
_WRITTEN_LARGER = 1.1


def figure(part: Part, place: int) -> Markup:
    """A part of a step, `place` in its trace: the number itself if it is one, else a grid of cells."""
    array = np.asarray(part.array)
    if array.size == 1:
        return Markup('<b class="{}">{}</b>').format(part.colour, brief(float(array.item())))
    shown = roomy(array.shape)
    if not shown.rows:
        return Markup('<b class="{}">∅</b>').format(part.colour)
    width, height = shown.width + 1, shown.height + 1
    size = _WRITTEN_LARGER if shown.written else _LARGER
    label = f"{part.name}: {shape_text(array.shape)}, {extent(array)}"
    drawn = cells.paths(shades(array, part.scale, shown), shown, 1.0, 1.0)
    return Markup(
        f'<svg class="graph grid" data-part="{place}" viewBox="0 0 {width:g} {height:g}"'
        f' width="{width * size:g}" height="{height * size:g}" role="img" aria-label="{escape(label)}">'
        f"{cells.ruling(shown, 1.0, 1.0)}{cells.group(part.colour, '', shown, 1.0, 1.0)}{drawn}</g></svg>"
    )


def figures(parts: Sequence[tuple[Part, str]], *, traced: bool = True) -> str:
    """One row a part: what it is called, its shape, what it is, its grid."""
    return "".join(
        Markup(
            '<figure class="part {colour}"><figcaption><b>{name}</b> <span class="shape">{shape}</span>'
            "{what}</figcaption>{grid}</figure>"
        ).format(
            colour=part.colour,
            name=part.name,
            shape=shape_text(np.shape(part.array)) if np.shape(part.array) else "",
            what=Markup(f"<span>{what}</span>") if what else "",
            grid=figure(part, place if traced else -1),
        )
        for place, (part, what) in enumerate(parts)
    )
