"""The SVG of a node: its card with name, expression, what made it, value and gradient."""

from collections.abc import Iterator
from functools import lru_cache, partial
from typing import NamedTuple

from app.render import cells, drawing, labels, tensor_card
from app.render.drawing import Card
from app.render.grid import Grid, grid
from app.render.plan import Point
from app.render.stencil import NAMES, Coordinate, Stencil, X, Y, whole
from app.render.text import escape
from app.render.view import Language, View
from app.render.wires import Writer

_BADGE = 16.0  # px, height of the pill with the shape


def slots(card: Card) -> tuple[str, ...]:
    """The slots of a card in the order of its texts."""
    node = card.node
    around = (f"{node.id}.class", f"{node.id}.title")
    if tensor_card.is_tensor(node):
        rows = ("value", "gradient") if node.requires_grad else ("value",)
        parts = ("cells",) if grid(node.shape).written else ("", "cells")
        return around + tuple(f"{node.id}.{row}.{part}".rstrip(".") for row in rows for part in parts)
    if node.kind == "constant":
        return around
    return (*around, f"{node.id}.value", f"{node.id}.gradient")


class Look(NamedTuple):
    """What many cards have in common: all but their ids, names and numbers."""

    kind: str
    glyph: str
    badge: str
    many: bool
    width: float
    height: float
    lang: Language


def stencil(card: Card, view: View) -> Stencil:
    """The SVG around the slots of a card, whose middle is where it will be put."""
    node = card.node
    tensor = tensor_card.is_tensor(node)
    badge = "" if tensor else labels.badge(node)
    look = Look(node.kind, labels.glyph(node), badge, node.op == labels.MANY, card.width, card.height, view.lang)
    if tensor:
        return Stencil(*_tensor(card, view, look))
    return _literal(look) if look.kind == "constant" else _single(look)


def names(card: Card) -> tuple[str, str, str]:
    """What stands in a card's stencil for its names."""
    return card.node.id, escape(labels.label(card.node)), escape(labels.expression(card.node))


_ID, _LABEL, _EXPRESSION = NAMES
_BEGUN = (
    f'<g data-slot="{_ID}.class" data-node="{_ID}" class="',
    f'"><title data-slot="{_ID}.title">',
)


@lru_cache(1_024)
def _single(look: Look) -> Stencil:
    x, y = X - look.width / 2, Y - look.height / 2
    left, right = x + drawing.PADDING, x + look.width - drawing.PADDING
    rows = [
        f'<text class="key" x="{left}" y="{line}">{key}</text>'
        f'<text class="{row}" x="{right}" y="{line}" data-slot="{_ID}.{row}">'
        for row, key, line in zip(("value", "gradient"), labels.ROWS[look.lang], (y + 48, y + 65), strict=True)
    ]
    return Stencil(*_BEGUN, f"</title>{_heading(look, x, y)}{rows[0]}", f"</text>{rows[1]}", "</text></g>")


@lru_cache(1_024)
def _literal(look: Look) -> Stencil:
    x, y = X - look.width / 2, Y - look.height / 2
    return Stencil(
        *_BEGUN,
        f"</title>{_rect('card', x, y, look.width, look.height, 6)}"
        f'<text class="value literal" x="{X}" y="{y + 21.5}">{_LABEL}</text></g>',
    )


def writers(card: Card, view: View) -> dict[int, Writer]:
    """How the cells of a tensor are written around the middle of its card, by the number of their slot."""
    if not tensor_card.is_tensor(card.node):
        return {}
    found: dict[int, Writer] = {}
    shown, number = grid(card.node.shape), 1
    for block in tensor_card.blocks(card.node, card.width, view):
        number += 2 if block.extent else 1
        corner = block.corner[0] - card.width / 2, block.corner[1] - card.height / 2
        found[number] = partial(_cells, shown=shown, corner=corner)
    return found


def _cells(centre: Point, text: str, shown: Grid, corner: Point) -> str:
    return cells.paths(text, shown, whole(centre[0] + corner[0]), whole(centre[1] + corner[1]))


def _tensor(card: Card, view: View, look: Look) -> Iterator[str]:
    """Shape and grids, too."""
    node, shown = card.node, grid(card.node.shape)
    x, y = X - card.width / 2, Y - card.height / 2
    yield from _BEGUN
    text = f"</title>{_heading(look, x, y)}{_meta(card, view, x, y)}"
    keys = dict(zip(("value", "gradient"), labels.ROWS[view.lang], strict=True))
    for block in tensor_card.blocks(node, card.width, view):
        slot = f"{_ID}.{block.row}"
        text += f'<text class="key" x="{x + block.key[0]}" y="{y + block.key[1]}">{keys[block.row]}</text>'
        if block.extent:
            side = "extent" if block.ends else "extent begins"
            at = f'x="{x + block.extent[0]}" y="{y + block.extent[1]}"'
            yield f'{text}<text class="{block.row} {side}" {at} data-slot="{slot}">'
            text = "</text>"
        left, top = (x + block.corner[0]).rounded(), (y + block.corner[1]).rounded()
        yield f"{text}{cells.ruling(shown, left, top)}{cells.group(block.row, f'{slot}.cells', shown, left, top)}"
        text = "</g>"
    yield f"{text}</g>"


def _meta(card: Card, view: View, x: Coordinate, y: Coordinate) -> str:
    """The row under the heading: shape, number of weights or what a cell stands for, type."""
    node, shown = card.node, grid(card.node.shape)
    line = y + drawing.HEADING
    badge, *others = tensor_card.meta_widths(node, shown, view.lang)
    left = x + drawing.PADDING
    drawn = _badge(labels.badge(node), left, line + 3, badge)
    left += badge + 8
    for text, width in zip(tensor_card.meta_texts(node, shown, view.lang), others, strict=True):
        drawn += f'<text class="meta" x="{left}" y="{line + 15}">{escape(text)}</text>'
        left += width + 8
    return drawn


def _badge(text: str, x: Coordinate, y: Coordinate, width: float) -> str:
    return (
        f"{_rect('badge', x, y, width, _BADGE, 4)}"
        f'<text class="shape" x="{x + width / 2}" y="{y + 12}">{escape(text)}</text>'
    )


def _heading(look: Look, x: Coordinate, y: Coordinate) -> str:
    """The frame of a card, its name and expression, and what it is or what made it."""
    right = x + look.width
    corner = 20 if look.kind in ("leaf", "parameter") else 8
    around = (x - 3.5, y - 3.5, look.width + 7, look.height + 7, corner + 3)
    frame = _rect("frame", *around) if look.kind == "parameter" else ""
    if kind := labels.KINDS[look.lang].get(look.kind):
        mark = f'<text class="kind" x="{right - drawing.PADDING}" y="{y + 20}">{kind}</text>'
    else:
        chip = drawing.glyph_width(look.glyph)
        mark = (
            f"{_rect('op-chip', right - 8 - chip, y + 7, chip, 18, 9)}"
            f'<text class="glyph" x="{right - 8 - chip / 2}" y="{y + 20.5}">{escape(look.glyph)}</text>'
        )
    if look.many:  # a stack of cards
        frame = "".join(_rect("card", x + px, y - px, look.width, look.height, 8) for px in (6, 3))
    if look.badge:
        badge = drawing.badge_width(look.badge)
        left = right - drawing.PADDING - drawing.mark_width(look.kind, look.glyph, look.lang) - 6 - badge
        mark += _badge(look.badge, left, y + 8, badge)
    return (
        f"{frame}{_rect('card', x, y, look.width, look.height, corner)}"
        f'<path class="rule" d="M{x + 1} {y + drawing.HEADING}H{right - 1}"/>'
        f'<text class="name" x="{x + drawing.PADDING}" y="{y + 21}" xml:space="preserve">'
        f'{_LABEL}<tspan class="expression">{_EXPRESSION}</tspan></text>{mark}'
    )


def _rect(name: str, x: Coordinate, y: Coordinate, width: float, height: float, radius: float) -> str:
    return f'<rect class="{name}" x="{x}" y="{y}" width="{width:g}" height="{height:g}" rx="{radius:g}"/>'
