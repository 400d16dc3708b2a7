"""The card of a tensor: its shape, and a grid of cells for its value and for its gradient. Measured by shape alone."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from app.render import labels
from app.render.arrays import one
from app.render.grid import Grid, grid
from app.render.text import width
from app.render.view import Language, View
from engine.snapshot import Node

PADDING = 10.0
_HEADING = 31.0  # px down to the rule under the name
META = 24.0  # px for the row with the shape
SMALL = 10.5
KEY = 11.0
_LINE = 17.0  # px for a row of text
_GAP = 8.0  # px under a grid
_COLUMN = 100.0  # px; holds the widest extent, fifteen characters
_NARROWEST = 158.0
_FLAT = 3  # rows; what is not higher has its two grids one above the other


@dataclass(frozen=True, slots=True)
class Block:
    """The grid of a value or a gradient on a card: places are from the card's top left corner. `extent` is where the
    text of its extent `ends` or else begins, None where the cells say all."""

    row: str
    key: tuple[float, float]
    extent: tuple[float, float] | None
    ends: bool
    corner: tuple[float, float]


def is_tensor(node: Node) -> bool:
    """Whether it needs a grid: one number, of whatever shape, is shown as a number."""
    return not one(node.shape)


def size(node: Node, heading: float, view: View) -> tuple[float, float]:
    """Width and height of the card; `heading` is the width of its first line."""
    shown = grid(node.shape)
    meta = sum(each + _GAP for each in meta_widths(node, shown, view.lang)) - _GAP
    if _beside(node, shown):
        across = 2 * max(_COLUMN, shown.width) + 2 * _GAP if node.requires_grad else max(_COLUMN, shown.width)
        down = 2 * _LINE + shown.height
    else:
        text = 0.0 if shown.written else _LINE
        across = shown.width + (_key_width(view.lang) if shown.written else 0.0)
        down = (2 if node.requires_grad else 1) * (text + shown.height + _GAP)
    wide = max(_NARROWEST, heading, meta + 2 * PADDING, across + 2 * PADDING)
    return float(math.ceil(wide)), _HEADING + META + down + (2.0 if shown.rows else 0.0)


def meta_widths(node: Node, shown: Grid, lang: Language) -> list[float]:
    """Of the texts in the row under the heading: shape, weights or what a cell stands for, type."""
    badge = width(labels.badge(node), SMALL, "mono") + 12
    return [round(each) for each in (badge, *(width(text, SMALL) for text in meta_texts(node, shown, lang)))]


def meta_texts(node: Node, shown: Grid, lang: Language) -> list[str]:
    """What stands beside the shape."""
    texts = labels.weights(node, lang), labels.note(shown, lang), labels.dtype(node)
    return [text for text in texts if text]


def blocks(node: Node, card_width: float, view: View) -> Iterator[Block]:
    """The grids of a card; a tensor that gets no gradient has but one."""
    shown = grid(node.shape)
    top = _HEADING + META
    for number, row in enumerate(("value", "gradient") if node.requires_grad else ("value",)):
        if _beside(node, shown):
            left = PADDING + number * (max(_COLUMN, shown.width) + 2 * _GAP)
            bottom = top + _LINE + shown.height
            yield Block(row, (left, top + 10), (left, bottom + 11), False, (left, top + _LINE))
        elif shown.written:
            y = top + number * (shown.height + _GAP) + 2
            yield Block(row, (PADDING, y + 13), None, False, (card_width - PADDING - shown.width, y))
        else:
            y = top + number * (_LINE + shown.height + _GAP)
            yield Block(row, (PADDING, y + 11), (card_width - PADDING, y + 11), True, (PADDING, y + _LINE))


def _beside(node: Node, shown: Grid) -> bool:
    return shown.rows > _FLAT and not shown.written


def _key_width(lang: Language) -> float:
    return max(width(key, KEY) for key in labels.ROWS[lang]) + 10
