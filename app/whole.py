"""One array of a pass in full: what a snapshot only shows the first elements of."""

import json
from typing import Literal

import numpy as np

from app.jobs import evaluate, pass_of
from app.leaves import CHANGED, cells_of, foretelling
from app.programs import Program
from engine.snapshot import Node, Shown, Snapshot, plain

Part = Literal["value", "gradient"]


class NoSuchNode(LookupError):
    """The pass has no node of that id or name, which is the first of `args`."""


def whole_json(program: Program, index: int, node: str, part: Part) -> bytes:
    """The value or the gradient of a node, by its id or name: all elements as nested lists, null if it has none."""
    found = _node(pass_of(program, index), node)
    held = found.value if part == "value" else found.gradient
    answer = {
        "node": found.id,
        "name": found.name,
        "shape": list(found.shape),
        "dtype": found.dtype,
        part: None if held is None else _elements(held),
    }
    return json.dumps(answer, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def leaf_json(program: Program, index: int, name: str) -> bytes:
    """The value with which a leaf begins: all cells, and whether they are few enough to be changed by hand; then its
    gradient as well, where this pass still has that value."""
    value = evaluate(program).inputs.get(name)
    if value is None:
        raise NoSuchNode(name)
    editable = np.size(value) <= CHANGED
    gradient = foretelling(name, value, pass_of(program, index)) if editable else None
    answer = {"value": cells_of(np.asarray(value)), "gradient": cells_of(gradient), "editable": editable}
    return json.dumps(answer, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _node(snapshot: Snapshot, node: str) -> Node:
    by_id = {each.id: each for each in snapshot.nodes}
    try:
        return by_id[node] if node in by_id else snapshot[node]
    except KeyError:
        raise NoSuchNode(node) from None


def _elements(held: Shown) -> object:
    """NB: a list of a million numbers is only searched for NaN if there is one."""
    return np.asarray(held).tolist() if np.isfinite(held).all() else plain(np.asarray(held).tolist())
