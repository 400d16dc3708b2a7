"""The op table: one row per operation, with everything the rest of the product knows about it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from engine.ops import (
    activations,
    arithmetic,
    conditions,
    convolution,
    diagonals,
    exponentials,
    extremes,
    gathering,
    indexing,
    joining,
    layers,
    losses,
    matrices,
    normalization,
    pooling,
    products,
    reductions,
    rounding,
    selection,
    shaping,
    summation,
    trigonometry,
    windows,
)
from engine.ops.arithmetic import ABS, ADD, DIV, MUL, NEG, POW, SUB
from engine.ops.products import MATMUL
from engine.ops.row import Elementwise, Op, Structural, Traced

__all__ = [
    "ABS",
    "ADD",
    "COMPOSITES",
    "DIV",
    "MATMUL",
    "MUL",
    "NEG",
    "POW",
    "ROOMS",
    "SUB",
    "TABLE",
    "Elementwise",
    "Op",
    "Structural",
    "Traced",
]

ROOMS: Final[Mapping[str, tuple[Op, ...]]] = MappingProxyType(
    {
        room.__name__.rpartition(".")[2]: room.TABLE
        for room in (
            *(arithmetic, exponentials, trigonometry, rounding, activations, normalization, layers, losses),
            *(
                products,
                matrices,
                summation,
                reductions,
                extremes,
                shaping,
                joining,
                indexing,
                gathering,
                diagonals,
                windows,
                convolution,
                pooling,
                selection,
                conditions,
            ),
        )
    }
)
"""The rows by the room they live in, in the order a course meets them."""
TABLE: Final[Mapping[str, Op]] = MappingProxyType({op.name: op for room in ROOMS.values() for op in room})
"""Every operation by its PyTorch name."""
COMPOSITES: Final = frozenset(name for name, op in TABLE.items() if op.composite is not None)
"""The names of the ops that can be opened: run as the simpler ones they are made of."""
