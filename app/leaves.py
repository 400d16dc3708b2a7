"""The leaves of a pass, as the page offers them: for changing, for a landscape, for following their paths."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from app.render.arrays import reach, shape_text
from app.render.grid import cells, grid
from app.render.numbers import short
from engine.dtypes import Value
from engine.snapshot import Node, Shown, Snapshot, number

_CELLS: Final = 144
"""Elements of a tensor that are sent with every film; those of a larger one are asked for."""
_SHOWN: Final = 100_000
"""Elements of a tensor that anybody can look through."""
CHANGED: Final = 2_400
"""Elements of a tensor that can be changed by hand: two such tensors fit into the body of a request."""


def leaf(name: str, value: Value, snapshot: Snapshot, given: bool) -> dict[str, Any]:
    """A leaf's value, and its gradient, which foretells what a change of it will do, where the pass still has that
    value. Of a tensor the cells, if few, and whether they are `given`, not the source's own."""
    node = _node(snapshot, name)
    gradient = foretelling(name, value, snapshot)
    if isinstance(value, float):
        exact = float(str(np.float32(value))) if node and node.dtype == "float32" else value
        return {"name": name, "value": number(exact), "shown": short(value), "gradient": scalar(gradient)}
    known = {"name": name, "shown": shape_text(value.shape), "given": given}
    if value.size > _CELLS:
        # A value that the reader gave is his to send again: without it the next change of another leaf would lose it.
        return known | {"value": cells_of(value) if given else None, "gradient": None, "heat": _heat(value)}
    return known | {"value": cells_of(value), "gradient": cells_of(gradient)}


def foretelling(name: str, value: Value, snapshot: Snapshot) -> Shown | None:
    """The gradient of a leaf where the pass still has its value: it foretells what a change of it will do."""
    node = _node(snapshot, name)
    same = node is not None and np.array_equal(np.ravel(node.value), np.ravel(value), equal_nan=True)
    return node.gradient if node is not None and same else None


def _node(snapshot: Snapshot, name: str) -> Node | None:
    return next((node for node in snapshot.nodes if node.name == name and not node.operands), None)


def _heat(value: Value) -> dict[str, Any]:
    """A large tensor as a small grid, and what a cell of it stands for."""
    array = np.asarray(value)
    drawn = grid(array.shape)
    return {
        "text": cells(array, reach(array)),
        "at": [drawn.columns, drawn.slice, *drawn.cell],
        "size": [drawn.width, drawn.height],
        "block": drawn.block,
        "slices": drawn.slices,
        "cells": array.size <= _SHOWN,
    }


def cells_of(array: Shown | None) -> Any:
    """Nested lists of numbers as they cross JSON, those of float32 no longer than they need to be."""
    if array is None:
        return None
    flat = np.asarray(array).ravel()
    return _nested(iter([number(float(str(each))) for each in flat]), np.shape(array))


def _nested(flat: Iterator[float | str], shape: tuple[int, ...]) -> Any:
    return [_nested(flat, shape[1:]) for _ in range(shape[0])] if shape else next(flat)


def single(value: object) -> float | None:
    """The number a scalar or a tensor of one element holds; None for what holds none, or several."""
    if isinstance(value, float):
        return value
    return float(value.reshape(())) if isinstance(value, np.ndarray) and value.size == 1 else None


def scalar(value: object) -> float | str | None:
    """The same as it crosses JSON."""
    known = single(value)
    return None if known is None else number(known)


def differentiated(snapshot: Snapshot) -> list[str]:
    """The names of the leaves that get a gradient."""
    found = [str(node.name) for node in snapshot.nodes if not node.operands and node.name and node.requires_grad]
    return list(dict.fromkeys(found))
