"""Single numbers of a pass by their names: a node that is one, `w`, or a cell of a tensor, `w[0, 1]`."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from app.leaves import single
from engine.errors import InputError
from engine.messages import Message
from engine.snapshot import Node, Snapshot

_LARGEST: Final = 64
"""Elements of a tensor whose cells are offered."""
_OFFERED: Final = 100
"""Numbers that are offered in all: who looks for one has to find it in a list."""
_CELL: Final = re.compile(r"(.+)\[(\d{1,9}(?:, ?\d{1,9})*)\]")


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a node: its place among the node's elements, row by row."""

    node: Node
    place: int

    @property
    def index(self) -> tuple[int, ...]:
        """Its index along each axis."""
        return tuple(map(int, np.unravel_index(self.place, self.node.shape))) if self.node.shape else ()

    def of(self, value: Any) -> float:
        """That number in another value of the node."""
        return float(np.ravel(value)[self.place])


def named(node: Node, index: tuple[int, ...]) -> str:
    """What a cell is called."""
    return f"{node.label}[{', '.join(map(str, index))}]"


def find(snapshot: Snapshot, name: str) -> Cell | None:
    """The number of that name; None if there is no such node or cell, or if the node holds several numbers."""
    return _among(snapshot.nodes, name)


def leaf(snapshot: Snapshot, name: str) -> Cell:
    """The same among the leaves alone, if it can be moved a little. Raises `InputError`."""
    found = _among([node for node in snapshot.nodes if not node.operands], name)
    if found is None or not _movable(found.node):
        raise InputError(
            Message("there is no floating point number `{name}` among the leaves of this pass", name=name),
            hint=Message("name a leaf that is a single number, or a cell of one: `w[0, 1]`"),
        )
    return found


def _among(nodes: Sequence[Node], name: str) -> Cell | None:
    """NB: of several nodes of a name, the last is meant, as in `snapshot[name]`."""
    known = {node.label: node for node in nodes if node.kind != "constant"}
    known |= {node.name: node for node in nodes if node.name is not None}
    if name in known:
        return Cell(known[name], 0) if single(known[name].value) is not None else None
    parts = _CELL.fullmatch(name)
    node = known.get(parts[1]) if parts else None
    if parts is None or node is None:
        return None
    index = tuple(map(int, parts[2].split(",")))
    if len(index) != len(node.shape) or any(map(int.__ge__, index, node.shape)):
        return None
    return Cell(node, int(np.ravel_multi_index(index, node.shape)))


def offered(snapshot: Snapshot) -> list[str]:
    """The numbers of leaves among which one can choose: single ones, then cells; first what is trained."""
    leaves = [node for node in snapshot.nodes if not node.operands and node.name and _movable(node)]
    leaves.sort(key=lambda node: not node.requires_grad)
    numbers = [node.label for node in leaves if single(node.value) is not None]
    few = (node for node in leaves if single(node.value) is None and math.prod(node.shape) <= _LARGEST)
    cells = (named(node, index) for node in few for index in np.ndindex(*node.shape))
    return list(dict.fromkeys([*numbers, *cells]))[:_OFFERED]


def changed(snapshot: Snapshot, numbers: Mapping[str, Any]) -> dict[str, Any]:
    """Leaves by their nodes' ids, with some of their numbers replaced; by several at once along a first axis.
    Raises `InputError`."""
    found: dict[str, Any] = {}
    for name, given in numbers.items():
        cell, values = leaf(snapshot, name), np.asarray(given, float)
        if cell.node.id not in found:
            whole = np.asarray(cell.node.value, float)
            found[cell.node.id] = np.broadcast_to(whole, (*values.shape, *cell.node.shape)).copy()
        found[cell.node.id].reshape(*values.shape, -1)[..., cell.place] = values
    return found


def following(snapshot: Snapshot, leaves: Sequence[Cell]) -> Iterator[Node]:
    """The results that were made from these leaves, latest first."""
    reached = {cell.node.id for cell in leaves}
    made = []
    for node in snapshot.nodes:
        if node.operands and not reached.isdisjoint(node.operands):
            reached.add(node.id)
            made.append(node)
    return reversed(made)


def _movable(node: Node) -> bool:
    """Whether there are numbers between its numbers."""
    return node.dtype.startswith("float")
