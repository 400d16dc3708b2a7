"""Which results of a pass can be opened into what they are made of, and how that is asked for."""

from collections import defaultdict

from engine.ops import COMPOSITES
from engine.snapshot import Snapshot

PRODUCTS = frozenset({"matmul", "dot", "conv1d", "conv2d"})
"""Operations that unfold into scalar products and sums."""


def openings(snapshot: Snapshot) -> dict[str, str]:
    """Of each node that a composite operation made, how to open it: `softmax`, or `matmul:8` where other lines of the
    source have the same operation."""
    lines: dict[str, set[int]] = defaultdict(set)
    made = [node for node in snapshot.nodes if node.op in COMPOSITES and node.span]
    for node in made:
        if node.op and node.span:
            lines[node.op].add(node.span[0])
    return {
        node.id: node.op if len(lines[node.op]) == 1 else f"{node.op}:{node.span[0]}"
        for node in made
        if node.op and node.span
    }


def opened_name(opened: str) -> tuple[str, int | None]:
    """The operation of an opening, and its line if it is that of one line alone."""
    op, _, line = opened.partition(":")
    return op, int(line) if line.isdecimal() and line.isascii() else None
