"""The question put to a layout and its answer: boxes and lines in, centres and curves out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.render.errors import PlanError

Direction = Literal["LR", "TB"]
Point = tuple[float, float]

SAFE_ID = re.compile(r"[A-Za-z0-9_]{1,200}", re.ASCII)  # all that DOT, CSS and SVG take without quoting
LARGEST_SIDE = 100_000.0  # px; a wider box comes from a mistake, and Graphviz answers it with nonsense


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle to be placed; `width` and `height` in CSS px (1 px = 1 pt = 1/72 inch in DOT)."""

    id: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """A curve to be drawn from the box `source` to the box `target`; several may join the same two."""

    id: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be laid out; picklable.

    Boxes come in creation order, so lines normally go from an earlier box to a later one, and lines come in
    the order of their operands. Raises PlanError for an id that is not [A-Za-z0-9_]{1,200} or not unique, a
    side that is not a finite positive number of px, or a line that ends nowhere.
    """

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    direction: Direction

    def __post_init__(self) -> None:
        if self.direction not in ("LR", "TB"):
            raise PlanError(f"direction is {self.direction!r}; it must be 'LR' or 'TB'")
        boxes = {box.id for box in self.boxes}
        lines = {line.id for line in self.lines}
        if len(boxes) < len(self.boxes) or len(lines) < len(self.lines):
            raise PlanError("two boxes or two lines of one plan share an id")
        if unsafe := [id for id in (*boxes, *lines) if SAFE_ID.fullmatch(id) is None]:
            raise PlanError(f"id {unsafe[0][:40]!r} must be 1 to 200 letters a-z, digits or underscores")
        for box in self.boxes:  # NaN is on neither side of anything
            if not (0 < box.width <= LARGEST_SIDE and 0 < box.height <= LARGEST_SIDE):
                sides = f"{box.width} × {box.height}"
                raise PlanError(f"box {box.id}: a side of {sides} px is not in (0, {LARGEST_SIDE:g}]")
        for line in self.lines:
            if line.source not in boxes or line.target not in boxes:
                raise PlanError(f"line {line.id}: no box {line.source[:40]!r} or no box {line.target[:40]!r}")


@dataclass(frozen=True, slots=True)
class Geometry:
    """Where everything stands, in px, y downwards from the top left corner; picklable.

    `centres` maps a box's id to its centre, `splines` a line's id to 1 + 3k Bézier control points that begin
    on the border of the source and end on that of the target (dot: to a pixel or two). There is no margin:
    strokes and arrow heads need one from the painter. `engine` names who drew it.
    """

    width: float
    height: float
    centres: Mapping[str, Point]
    splines: Mapping[str, tuple[Point, ...]]
    engine: Literal["dot", "layered"]


def px(value: float) -> float:
    """A coordinate as a Geometry keeps it: 2 decimals, and no negative zero."""
    return round(value, 2) + 0.0
