"""What of a recorded pass depends on one leaf, evaluated again for other numbers in it, in float64 or complex."""

import sys
from typing import Any, Final

import numpy as np

from engine import dtypes
from engine.dtypes import Array
from engine.ops import Elementwise, Op, Structural
from engine.snapshot import Node, Snapshot

STEP: Final = sys.float_info.epsilon ** (1 / 3)
"""The step that balances truncation (∝ step²) against rounding (∝ ε/step) in a central difference."""


class Way:
    """The nodes of a pass between a leaf and its output; the rest keeps its recorded values."""

    def __init__(self, snapshot: Snapshot, leaf: Node) -> None:
        self.leaf = leaf
        self.row = snapshot.row
        self.here = np.array(leaf.value, np.float64)
        self.output = snapshot.output
        self.known: dict[str, Array] = {node.id: _exact(node) for node in snapshot.nodes}
        moved = {leaf.id}
        self.nodes: list[Node] = []
        for node in snapshot.nodes:
            if node.op is not None and moved.intersection(node.operands) and node.requires_grad:
                moved.add(node.id)
                self.nodes.append(node)
        self.moved = moved

    @property
    def analytic(self) -> bool:
        """Whether every op on the way can be computed on complex numbers."""
        rows = [self.row(node) for node in self.nodes]
        return all(row.analytic if isinstance(row, Elementwise) else getattr(row, "linear", False) for row in rows)

    def value(self, moved: Array) -> Any:
        """The sum of the output with other numbers in the leaf, real or complex."""
        values = {self.leaf.id: moved}
        for node in self.nodes:
            operands = [values.get(each, self.known[each]) for each in node.operands]
            values[node.id] = _evaluated(self.row(node), node, operands)
        return values.get(self.output, self.known[self.output]).sum()

    def finite(self, node: Node) -> bool:
        """Whether neither the node's value nor its operands are NaN or infinite somewhere."""
        return all(np.isfinite(self.known[each]).all() for each in (node.id, *node.operands))

    def bend(self, node: Node, index: int) -> tuple[tuple[int, ...], float | None]:
        """The place where an elementwise op is bent most along an operand, and what the operand is there."""
        if not isinstance(self.row(node), Elementwise):
            return (), None
        operands = [self.known[each] for each in node.operands]
        low, high = (
            _evaluated(self.row(node), node, [*operands[:index], operands[index] + step, *operands[index + 1 :]])
            for step in (-STEP, STEP)
        )
        bent = np.abs(high - 2 * self.known[node.id] + low) + 0.1 * np.abs(high - low)
        place = tuple(map(int, np.unravel_index(int(np.argmax(bent)), bent.shape)))
        return place, float(np.broadcast_to(operands[index], bent.shape)[place]) + 0.0


def _evaluated(row: Op, node: Node, operands: list[Array]) -> Array:
    attributes = tuple(node.attributes.values())
    if row.name == "to":
        return operands[0]
    if not any(each.dtype.kind == "c" for each in operands):
        made = dtypes.array(row.compute(list(map(dtypes.normal, operands)), attributes))
        return made.astype(np.float64) if made.dtype == np.float32 else made
    if isinstance(row, Structural):  # linear in each operand: the imaginary parts go through one at a time
        real = [np.real(each) for each in operands]
        made = np.asarray(row.compute(real, attributes), np.complex128)
        for index, each in enumerate(operands):
            size = np.abs(np.imag(each)).max(initial=0)
            if size:
                through, without = (
                    np.asarray(row.compute([*real[:index], part, *real[index + 1 :]], attributes))
                    for part in (np.imag(each) / size, np.zeros(each.shape))
                )
                made = made + 1j * size * (through - without)
        return made
    with np.errstate(all="ignore"):
        return np.asarray(row.array(*operands, *attributes))


def _exact(node: Node) -> Array:
    made = np.asarray(node.value, node.dtype)
    return made.astype(np.float64) if made.dtype.kind == "f" else made
