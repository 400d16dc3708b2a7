"""A tensor as a grid of cells: how many and how large by its shape alone, how dark each is by its numbers.

What a grid shows is one short text (`91a0…`, a character a cell), which server and page turn into the same paths:
`0` is zero, `1` to `9` are positive and `a` to `i` negative by their magnitude, `!` is NaN or infinite. Where there
is room for the numbers themselves, they follow, each after a `|`. The empty text is a large tensor without numbers yet.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from app.render.arrays import reach
from app.render.numbers import NONE, brief
from engine.dtypes import Array
from engine.snapshot import BackwardStep, ForwardStep, SeedStep, Shown, Snapshot, UpdateStep

MOST = 12  # cells of a side; of a larger tensor each cell shows a block
LONGEST_ROW = 24  # cells of a vector
WRITTEN = 6  # numbers that are written into their cells
WRITTEN_COLUMNS = 4
ROOMY = (8, 5)  # rows and columns of a matrix with numbers in its cells, where there is room
WRITTEN_CELL = (53.0, 19.0)  # px, with room for seven characters
SIDES = (
    (4, 18.0),
    (6, 15.0),
    (8, 12.0),
    (MOST, 8.0),
    (LONGEST_ROW, 7.0),
)  # up to so many cells a side, so many px each
THICK = 14.0  # px, at least, where there is but one row or column
SLICE_GAP = 4.0  # px between two slices of a tensor of three or more dimensions
LEVELS = 9

_SHADES = np.frombuffer(b"ihgfedcba0123456789", dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class Grid:
    """How a tensor of one shape is drawn: `rows` × `columns` cells, each standing for a `block` of numbers; `slice`
    columns belong together, and `slices` of all (of how many) are drawn."""

    rows: int
    columns: int
    slice: int
    cell: tuple[float, float]
    block: tuple[int, int]
    slices: tuple[int, int]
    written: bool

    @property
    def width(self) -> float:
        """In px."""
        gaps = max(0, self.columns // self.slice - 1) if self.slice else 0
        return self.columns * self.cell[0] + gaps * SLICE_GAP

    @property
    def height(self) -> float:
        """In px."""
        return self.rows * self.cell[1]

    @property
    def exact(self) -> bool:
        """Whether every number has its own cell."""
        return self.block == (1, 1) and self.slices[0] == self.slices[1]


@lru_cache(maxsize=1024)
def grid(shape: tuple[int, ...]) -> Grid:
    """The grid of a shape: a matrix as it is, a vector as a row, of more dimensions some slices side by side."""
    rows, columns = (1, *shape)[-2:] if shape else (1, 1)
    count = math.prod(shape[:-2])
    if not rows * columns * count:
        return Grid(0, 0, 0, (0.0, 0.0), (1, 1), (0, 0), False)
    widest = LONGEST_ROW if len(shape) < 2 else MOST
    block = math.ceil(rows / MOST), math.ceil(columns / widest)
    rows, columns = math.ceil(rows / block[0]), math.ceil(columns / block[1])
    if count == 1 and block == (1, 1) and rows * columns <= WRITTEN and columns <= WRITTEN_COLUMNS:
        return Grid(rows, columns, columns, WRITTEN_CELL, block, (1, 1), True)
    shown = max(1, min(count, MOST // columns))
    side = next(size for most, size in SIDES if max(rows, columns * shown) <= most)
    cell = (max(side, THICK) if columns * shown == 1 else side, max(side, THICK) if rows == 1 else side)
    return Grid(rows, columns * shown, columns, cell, block, (shown, count), False)


@dataclass(frozen=True, slots=True)
class Scales:
    """What the darkest cells stand for: of each node's value its own largest magnitude, of all gradients of a pass
    a common one, so that a gradient that vanishes on its way is seen to."""

    values: Mapping[str, float] = field(default_factory=dict)
    gradient: float = 0.0


def scales(passes: Iterable[Snapshot]) -> Scales:
    """The scales of some passes of one structure: over all their steps, so that no step changes them."""
    values: dict[str, float] = {}
    gradient = 0.0
    for snapshot in passes:
        shaped = {node.id for node in snapshot.nodes if isinstance(node.value, np.ndarray)}
        for node in snapshot.nodes:
            if node.id in shaped:
                values[node.id] = max(values.get(node.id, 0.0), reach(node.value))
        for step in snapshot.steps:
            if isinstance(step, (ForwardStep, UpdateStep)):
                if step.node in shaped:
                    seen = (step.value,) if isinstance(step, ForwardStep) else (step.before, step.after)
                    values[step.node] = max(values[step.node], *map(reach, seen))
            elif isinstance(step, SeedStep):
                gradient = max(gradient, reach(step.gradient)) if step.node in shaped else gradient
            elif isinstance(step, BackwardStep):
                for passed in (step.contribution, step.after):
                    if isinstance(passed, np.ndarray) and passed.size > 1:
                        gradient = max(gradient, reach(passed))
    return Scales(values, gradient)


def roomy(shape: tuple[int, ...]) -> Grid:
    """The grid where there is more room than on a card: a matrix of some size has its numbers written into it."""
    shown = grid(shape)
    fits = shown.exact and shown.slices[0] == 1 and shown.columns <= ROOMY[1] and shown.rows <= ROOMY[0]
    return replace(shown, cell=WRITTEN_CELL, written=True) if fits and shown.rows else shown


def cells(value: Shown, scale: float, drawn: Grid | None = None) -> str:
    """The text of a tensor's grid; `drawn` is that of its shape by default."""
    if not isinstance(value, np.ndarray):
        value = np.asarray(value)
    shown = drawn or grid(value.shape)
    if not shown.rows:
        return ""
    sampled = _sampled(value.astype(np.float64), shown)
    text = _shades(sampled, scale)
    return "|".join((text, *map(brief, sampled.ravel().tolist()))) if shown.written else text


def blank(shape: tuple[int, ...]) -> str:
    """The text of a grid that has no numbers yet."""
    shown = grid(shape)
    cells = shown.rows * shown.columns
    return "0" * cells + f"|{NONE}" * cells if shown.written else ""


def _sampled(value: Array, shown: Grid) -> Array:
    """One number for each cell: of a block the one farthest from zero, so that nothing large is hidden."""
    rows, columns = (1, *value.shape)[-2:] if value.ndim else (1, 1)
    some = value.reshape(-1, rows, columns)[: shown.slices[0]]
    for axis, step in ((1, shown.block[0]), (2, shown.block[1])):
        if step > 1:
            starts = np.arange(0, some.shape[axis], step)
            high, low = np.maximum.reduceat(some, starts, axis), np.minimum.reduceat(some, starts, axis)
            some = np.where(high >= -low, high, low)
    return np.concatenate(list(some), axis=1)


def _shades(value: Array, scale: float) -> str:
    """A character a cell. The root makes a hundredth of the scale visible; only zero itself is blank."""
    flat = value.ravel()
    sound = np.isfinite(flat)
    magnitude = np.where(sound, np.abs(flat), 0.0)
    level = np.clip(np.ceil(np.sqrt(magnitude / (scale or 1.0)) * LEVELS - 1e-9), magnitude > 0, LEVELS)
    shades = _SHADES[(np.where(flat < 0, -level, level) + LEVELS).astype(np.intp)]
    return np.where(sound, shades, ord("!")).astype(np.uint8).tobytes().decode("ascii")
