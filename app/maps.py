"""What of a pass can be drawn as a landscape: other heights than the loss, and maps over samples of two numbers."""

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from app import cells
from app.cells import Cell
from app.leaves import single
from app.render.numbers import short
from engine.snapshot import Node, Snapshot

_HEIGHTS: Final = 24
"""Results that are offered as heights at most, those nearest to the output."""
_COLUMNS: Final = 8
"""Numbers that a result may have of each sample, to be offered."""
_MAPS: Final = 6
"""Maps over two columns of data that are offered at most."""
_ROWS: Final = 200
"""Samples that are shown on a map at most."""


def heights(snapshot: Snapshot, leaves: Sequence[Cell]) -> list[str]:
    """What else can be a height: single numbers that follow from the axes, and of tensors what stands in the row of
    the sample that the axes belong to."""
    row, count = _sample(leaves)
    found: list[str] = []
    for node in cells.following(snapshot, leaves):
        if node.id == snapshot.output:
            continue
        if single(node.value) is not None:
            found.append(node.label)
        elif row is not None and node.shape[0] == count and math.prod(node.shape[1:]) <= _COLUMNS:
            found += [cells.named(node, (row, *rest)) for rest in np.ndindex(*node.shape[1:])]
    return list(dict.fromkeys(found))[:_HEIGHTS]


def of_samples(snapshot: Snapshot) -> list[dict[str, Any]]:
    """What a program makes of each sample of two numbers, as a map over these: where it decides how."""
    found: list[dict[str, Any]] = []
    tables = (node for node in snapshot.nodes if _is_data(node) and node.name and node.shape[1:] == (2,))
    for data in tables:
        if not _wanted(snapshot, data):
            continue
        over = [cells.named(data, (0, column)) for column in (0, 1)]
        for node in cells.following(snapshot, [Cell(data, 0)]):
            if len(node.shape) not in (1, 2) or node.shape[0] != data.shape[0] or node.id == snapshot.output:
                continue
            several = math.prod(node.shape[1:])
            for rest in np.ndindex(*node.shape[1:] if several <= _COLUMNS else (0,)):
                name = f"{node.label}({data.name})" + (f"[{rest[0]}]" if several > 1 else "")
                found.append({"name": name, "of": cells.named(node, (0, *rest)), "over": over})
    return found[:_MAPS]


def rows(snapshot: Snapshot, leaves: Sequence[Cell]) -> list[tuple[float, float, str]]:
    """Where every sample lies, if the axes are two columns of one, and what is wanted of it."""
    row, count = _sample(leaves)
    if row is None or len(leaves) < 2:
        return []
    matrix = np.asarray(leaves[0].node.value)[:_ROWS]
    wanted = _wanted(snapshot, leaves[0].node) or [""] * count
    first, second = (
        [float(value) if np.isfinite(value) else 0.0 for value in matrix[:, leaf.index[1]]] for leaf in leaves
    )
    return list(zip(first, second, wanted, strict=False))


def _wanted(snapshot: Snapshot, data: Node) -> list[str]:
    """What is wanted of each sample: the first leaf that has one number for each, without a gradient."""
    count = data.shape[0]
    others = (node for node in snapshot.nodes if _is_data(node) and node is not data)
    found = next((node for node in others if node.shape[:1] == (count,) and math.prod(node.shape) == count > 1), None)
    return [short(float(each)) for each in np.ravel(found.value)] if found else []


def _is_data(node: Node) -> bool:
    return not node.operands and not node.requires_grad


def _sample(leaves: Sequence[Cell]) -> tuple[int | None, int]:
    """Which row of a matrix of data all of the axes belong to (None: to no single one), and how many rows it has."""
    data = [len(leaf.node.shape) == 2 and not leaf.node.requires_grad for leaf in leaves]
    rows = {(leaf.node.id, leaf.index[0]) if sample else None for leaf, sample in zip(leaves, data, strict=True)}
    [row, *others] = rows
    return (None, 0) if row is None or others else (row[1], leaves[0].node.shape[0])
