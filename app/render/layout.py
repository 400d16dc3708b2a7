"""A plan to its geometry: Graphviz where it is quick, a plain layout of our own where it is not."""

import json
import logging
import math
from itertools import islice
from typing import Any, Literal

from app.render import embedded, system
from app.render.errors import LayoutError
from app.render.geometry_dot import geometry_dot
from app.render.layered import layered
from app.render.plan import Geometry, Plan, Point, px
from app.render.ranks import size

log = logging.getLogger(__name__)

Backend = Literal["embedded", "system"]
RENDER = {"embedded": embedded.render, "system": system.render}

# The ladder. Sizes count boxes and passed ranks, see `app.render.ranks.size`; times are of one core in 2026.
SECONDS = 2.0  # what a reader waits for a picture at most; then it is drawn plainly
DEFAULT_SIZE = 2_000  # up to here dot takes 0.3 s at its best settings
TIGHT_SIZE = 10_000  # up to here its quick settings mostly stay under 2 s; beyond it also exhausts its stack
LARGEST_PICTURE = 100_000.0  # px; Graphviz writes five digits, so places in a larger one are off by pixels


def layout(plan: Plan, *, backend: Backend = "embedded", seconds: float = SECONDS) -> Geometry:
    """The geometry of `plan`: always an answer, and `engine` says from whom.

    Graphviz's `dot` draws it if it is expected to, and does, finish within `seconds`; else `layered` does.
    May be called from any thread. Raises GraphvizMissing if the backend is not installed.
    """
    expected = size(plan)
    if not plan.boxes or expected > TIGHT_SIZE:
        return layered(plan)
    try:
        answer = RENDER[backend](geometry_dot(plan, tight=expected > DEFAULT_SIZE), seconds=seconds)
        return _geometry(plan, answer)
    except LayoutError as error:
        log.warning("plain layout for %d boxes of size %d: %s", len(plan.boxes), expected, error)
        return layered(plan)


def _geometry(plan: Plan, json0: bytes) -> Geometry:
    """Read Graphviz's answer; raises LayoutError unless it has every box and line of the plan, to the pixel.

    NB: numbers are separated by spaces or commas, depending on the version.
    """
    try:
        answer: dict[str, Any] = json.loads(json0)
        _, _, width, height = _numbers(answer["bb"])
        boxes = {box["name"]: box["pos"] for box in answer["objects"]}
        lines = {line["id"]: line["pos"] for line in answer.get("edges", ())}
        places = _places([*[boxes[box.id] for box in plan.boxes], *[lines[line.id] for line in plan.lines]], height)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise LayoutError(f"Graphviz answered with something else than a layout: {error!r}") from error
    centres = {box.id: points[0] for box, points in zip(plan.boxes, places, strict=False)}
    splines = {line.id: points for line, points in zip(plan.lines, places[len(plan.boxes) :], strict=True)}
    if max(width, height) > LARGEST_PICTURE:
        raise LayoutError(f"Graphviz cannot write the places in a picture of {width:g} × {height:g} px")
    if any(len(curve) < 4 or len(curve) % 3 != 1 for curve in splines.values()):
        raise LayoutError("Graphviz answered with a line that is no Bézier curve")
    return Geometry(px(width), px(height), centres, splines, "dot")


def _places(texts: list[str], height: float) -> list[tuple[Point, ...]]:
    """The points in each text, with y counted from above. All numbers are read at once, since there are thousands."""
    numbers = _numbers(" ".join(texts))
    points = zip(numbers[::2], [height - y for y in numbers[1::2]], strict=True)
    found = [tuple(islice(points, (text.count(",") + text.count(" ") + 1) // 2)) for text in texts]
    if not all(found) or 2 * sum(map(len, found)) != len(numbers):
        raise ValueError("half a point")
    return found


def _numbers(text: str) -> list[float]:
    numbers = [*map(float, text.replace(",", " ").split())]
    if not math.isfinite(sum(numbers)):
        raise ValueError(f"not a place: {text[:40]}")
    return numbers
