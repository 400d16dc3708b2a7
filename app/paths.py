"""All ways from a leaf to the output: each carries a product of local derivatives, and their sum is the gradient."""

import heapq
import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

from app import jobs
from app.leaves import scalar, single
from app.programs import Program
from app.render.numbers import short
from engine.errors import InputError
from engine.messages import Message
from engine.snapshot import BackwardStep, Edge, Snapshot, number

MOST: Final = 12
"""Paths that are told one by one; the others are counted and summed without being walked."""


@dataclass(frozen=True, slots=True)
class Path:
    """From a leaf to the output: the edges in that order, and the product of their local derivatives (None: a step on
    it has none, since it moves or combines elements)."""

    edges: tuple[str, ...]
    product: float | None


def paths_json(program: Program, index: int, leaf: str) -> bytes:
    """The paths of a leaf: how many, the weightiest of them, and what they add up to."""
    snapshot = jobs.pass_of(program, index)
    node = next((node for node in snapshot.nodes if node.name == leaf and not node.operands), None)
    if node is None:
        raise InputError(Message("there is no leaf `{name}` in this pass", name=leaf))
    gradient = single(node.gradient)
    told, count = paths(snapshot, node.id), counted(snapshot, node.id)
    factors = {step.edge: step.local for step in snapshot.steps if isinstance(step, BackwardStep)}
    labels = {each.id: each.label for each in snapshot.nodes}
    targets = {edge.id: edge.target for edge in snapshot.edges}
    answer: dict[str, Any] = {
        "leaf": leaf,
        "count": str(count),
        "gradient": scalar(gradient),
        "shown_gradient": None if gradient is None else short(gradient),
        "paths": [
            {
                "edges": path.edges,
                "nodes": [leaf, *(labels[targets[edge]] for edge in path.edges)],
                "factors": [_shown(factors.get(edge)) for edge in path.edges],
                "product": None if path.product is None else number(path.product),
                "shown": None if path.product is None else short(path.product),
            }
            for path in told
        ],
        "rest": None,
    }
    products = [path.product for path in told if path.product is not None]
    if gradient is not None and count > len(told) and len(products) == len(told):
        answer["rest"] = short(gradient - sum(products))
    return json.dumps(answer, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def counted(snapshot: Snapshot, leaf: str) -> int:
    """How many paths there are, exactly: there may be more than anybody could walk."""
    ways: dict[str, int] = defaultdict(int, {snapshot.output: 1})
    for edge in _backwards(snapshot):
        ways[edge.source] += ways[edge.target]
    return ways[leaf]


def paths(snapshot: Snapshot, leaf: str, most: int = MOST) -> list[Path]:
    """The paths with the largest products, largest first.

    The best `most` of a node are among the best `most` of its users, each with one factor more: a single sweep.
    """
    factors = {step.edge: step.local for step in snapshot.steps if isinstance(step, BackwardStep)}
    best: dict[str, list[Path]] = defaultdict(list, {snapshot.output: [Path((), 1.0)]})
    for edge in _backwards(snapshot):
        if edge.id in factors:
            onwards = [
                Path((edge.id, *path.edges), _times(path.product, factors[edge.id])) for path in best[edge.target]
            ]
            best[edge.source] = heapq.nlargest(most, best[edge.source] + onwards, key=_weight)
    return best[leaf]


def _backwards(snapshot: Snapshot) -> list[Edge]:
    """All edges, those that leave a node before those that arrive at it."""
    order = {node.id: index for index, node in enumerate(snapshot.nodes)}
    carrying = {step.edge for step in snapshot.steps if isinstance(step, BackwardStep)}
    return sorted((edge for edge in snapshot.edges if edge.id in carrying), key=lambda edge: -order[edge.target])


def _times(product: float | None, factor: object) -> float | None:
    known = single(factor)
    return product * known if product is not None and known is not None else None


def _weight(path: Path) -> tuple[float, int]:
    """NaN counts as nothing, what has no number as least; of equals the shorter path."""
    product = path.product
    return (-1.0 if product is None else abs(product) if product == product else 0.0, -len(path.edges))


def _shown(factor: object) -> str:
    known = single(factor)
    return "·" if known is None else short(known)
