"""The SVG of a node: its card with name, expression, what made it, value and gradient."""

from functools import partial
from html import escape

from app.render import cells, drawing, labels, tensor_card
from app.render.drawing import Card
from app.render.grid import grid
from app.render.plan import Geometry
from app.render.view import View
from app.render.wires import Placed, Writer

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


def placed(card: Card, view: View, geometry: Geometry) -> Placed:
    """The SVG around the slots of a card."""
    node = card.node
    centre = geometry.centres[card.id]
    x, y = centre[0] - card.width / 2, centre[1] - card.height / 2
    begun = f'<g data-slot="{node.id}.class" data-node="{node.id}" class="', f'"><title data-slot="{node.id}.title">'
    if tensor_card.is_tensor(node):
        texts, writers = _tensor(card, view, x, y)
        return (*begun, *texts), writers
    if node.kind == "constant":
        return (*begun, f"</title>{_constant(card, x, y)}</g>"), ()
    left, right = f"{x + drawing.PADDING:g}", f"{x + card.width - drawing.PADDING:g}"
    rows = []
    for row, key, line in zip(("value", "gradient"), labels.ROWS[view.lang], (y + 48, y + 65), strict=True):
        rows.append(
            f'<text class="key" x="{left}" y="{line:g}">{key}</text>'
            f'<text class="{row}" x="{right}" y="{line:g}" data-slot="{node.id}.{row}">'
        )
    return (*begun, f"</title>{_heading(card, view, x, y)}{rows[0]}", f"</text>{rows[1]}", "</text></g>"), ()


def _tensor(card: Card, view: View, x: float, y: float) -> tuple[list[str], list[tuple[int, Writer]]]:
    """Shape and grids, from the title on."""
    node, shown = card.node, grid(card.node.shape)
    texts: list[str] = []
    writers: list[tuple[int, Writer]] = []
    text = f"</title>{_heading(card, view, x, y)}{_meta(card, view, x, y)}"
    keys = dict(zip(("value", "gradient"), labels.ROWS[view.lang], strict=True))
    for block in tensor_card.blocks(node, card.width, view):
        slot = f"{node.id}.{block.row}"
        text += f'<text class="key" x="{x + block.key[0]:g}" y="{y + block.key[1]:g}">{keys[block.row]}</text>'
        if block.extent:
            side = "extent" if block.ends else "extent begins"
            at = f'x="{x + block.extent[0]:g}" y="{y + block.extent[1]:g}"'
            texts.append(f'{text}<text class="{block.row} {side}" {at} data-slot="{slot}">')
            text = "</text>"
        left, top = float(round(x + block.corner[0])), float(round(y + block.corner[1]))
        text += f"{cells.ruling(shown, left, top)}{cells.group(block.row, f'{slot}.cells', shown, left, top)}"
        texts.append(text)
        writers.append((len(texts) + 1, partial(cells.paths, shown=shown, x=left, y=top)))
        text = "</g>"
    return [*texts, f"{text}</g>"], writers


def _meta(card: Card, view: View, x: float, y: float) -> str:
    """The row under the heading: shape, number of weights or what a cell stands for, type."""
    node, shown = card.node, grid(card.node.shape)
    line = y + drawing.HEADING
    badge, *others = tensor_card.meta_widths(node, shown, view.lang)
    left = x + drawing.PADDING
    drawn = _badge(labels.badge(node), left, line + 3, badge)
    left += badge + 8
    for text, width in zip(tensor_card.meta_texts(node, shown, view.lang), others, strict=True):
        drawn += f'<text class="meta" x="{left:g}" y="{line + 15:g}">{escape(text)}</text>'
        left += width + 8
    return drawn


def _badge(text: str, x: float, y: float, width: float) -> str:
    return (
        f"{_rect('badge', x, y, width, _BADGE, 4)}"
        f'<text class="shape" x="{x + width / 2:g}" y="{y + 12:g}">{escape(text)}</text>'
    )


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
    if node.op == labels.MANY:  # a stack of cards
        frame = _rect("card", x + 6, y - 6, card.width, card.height, 8) + _rect(
            "card", x + 3, y - 3, card.width, card.height, 8
        )
    if node.shape and not tensor_card.is_tensor(node):
        badge = drawing.badge_width(node)
        left = right - drawing.PADDING - drawing.mark_width(node, view) - 6 - badge
        mark += _badge(labels.badge(node), left, y + 8, badge)
    return (
        f"{frame}{_rect('card', x, y, card.width, card.height, corner)}"
        f'<path class="rule" d="M{x + 1:g} {y + drawing.HEADING:g}H{right - 1:g}"/>'
        f'<text class="name" x="{x + drawing.PADDING:g}" y="{y + 21:g}" xml:space="preserve">'
        f'{escape(labels.label(node))}<tspan class="expression">{escape(labels.expression(node))}</tspan></text>{mark}'
    )


def _rect(name: str, x: float, y: float, width: float, height: float, radius: float) -> str:
    return f'<rect class="{name}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}"/>'
