"""Draws a grid's text as SVG. `static/cells.js` does the same, path by path; a browser test compares the two."""

from html import escape
from typing import TypeVar

from app.render.grid import SLICE_GAP, Grid
from app.render.stencil import Coordinate

Axis = TypeVar("Axis", float, Coordinate)
"""A place, or one that is not known yet."""

SHADES = {
    **{str(level): f"p{level}" for level in range(1, 10)},
    **{letter: f"m{i}" for i, letter in enumerate("abcdefghi", 1)},
}
"""The class of a cell, by its character."""
DEEP = "efghi"
"""Cells so dark that the minus in them is light."""


def group(name: str, slot: str, shown: Grid, x: Axis, y: Axis) -> str:
    """The opening tag of a grid whose top left corner is at (x, y): all that the page needs to draw in it."""
    width, height = shown.cell
    data = f"{shown.columns} {shown.slice} {width:g} {height:g}"
    written = " written" if shown.written else ""
    filled = f' data-slot="{slot}"' if slot else ""
    return f'<g class="cells {name}{written}"{filled} data-x="{x:g}" data-y="{y:g}" data-grid="{data}">'


def ruling(shown: Grid, x: Axis, y: Axis) -> str:
    """What is there before the numbers are: the paper under the cells and the lines between them."""
    width, height = shown.cell
    slices = range(shown.columns // shown.slice) if shown.slice else ()
    across = shown.slice * width
    lefts = [x + number * (across + SLICE_GAP) for number in slices]
    grounds = "".join(f"M{left:g} {y:g}h{across - 1:g}v{shown.height - 1:g}h{1 - across:g}z" for left in lefts)
    lines = "".join(
        f"M{left:g} {y + row * height - 0.5:g}h{across - 1:g}" for left in lefts for row in range(1, shown.rows)
    ) + "".join(
        f"M{left + column * width - 0.5:g} {y:g}v{shown.height - 1:g}"
        for left in lefts
        for column in range(1, shown.slice)
    )
    return f'<path class="ground" d="{grounds}"/><path class="ruling" d="{lines}"/>' if lefts else ""


def paths(text: str, shown: Grid, x: float, y: float) -> str:
    """The cells of one shade as one path; a minus in each negative one, a cross where there is no number."""
    if not text:
        return ""
    shades, *numbers = text.split("|")
    by_shade: dict[str, list[str]] = {}
    marks: dict[str, list[str]] = {"minus": [], "minus deep": [], "cross": []}
    width, height = shown.cell
    inset, middle = width // 4, (height - 1) / 2
    for place, shade in enumerate(shades):
        row, column = divmod(place, shown.columns)
        left, top = x + column * width + column // shown.slice * SLICE_GAP, y + row * height
        if shade != "0":
            square = f"M{left:g} {top:g}h{width - 1:g}v{height - 1:g}h{1 - width:g}z"
            by_shade.setdefault(shade, []).append(square)
        if shade == "!":
            marks["cross"].append(
                f"M{left + 2:g} {top + 2:g}l{width - 5:g} {height - 5:g}m0 {5 - height:g}l{5 - width:g} {height - 5:g}"
            )
        elif shade.isalpha() and not numbers:
            mark = "minus deep" if shade in DEEP else "minus"
            marks[mark].append(f"M{left + inset:g} {top + middle:g}h{width - 1 - 2 * inset:g}")
    drawn = [
        f'<path class="{SHADES.get(shade, "broken")}" d="{"".join(by_shade[shade])}"/>' for shade in sorted(by_shade)
    ]
    drawn += [f'<path class="{name}" d="{"".join(some)}"/>' for name, some in marks.items() if some and not numbers]
    for place, number in enumerate(numbers):
        row, column = divmod(place, shown.columns)
        drawn.append(
            f'<text x="{x + column * width + (width - 1) / 2:g}" y="{y + row * height + middle + 4:g}">'
            f"{escape(number)}</text>"
        )
    return "".join(drawn)
