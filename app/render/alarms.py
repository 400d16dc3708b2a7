"""Where the NaNs and infinities of a pass began."""

import math
from dataclasses import dataclass
from typing import Literal

from engine.snapshot import BackwardStep, Node, Snapshot


@dataclass(frozen=True, slots=True)
class Cause:
    """How finite numbers came to an end at `node`: it was `given` so, its operation `made` it, its operation's
    `slope` is infinite or undefined there, or the numbers on the way to it grew `large` beyond float64."""

    kind: Literal["given", "made", "slope", "large"]
    node: Node


def of_values(snapshot: Snapshot) -> dict[str, Cause]:
    """For each node whose value is not finite, the first one on the way to it."""
    nodes = {node.id: node for node in snapshot.nodes}
    found: dict[str, Cause] = {}
    for node in snapshot.nodes:
        if not math.isfinite(node.value):
            broken = [operand for operand in node.operands if operand in found]
            alike = [operand for operand in broken if math.isnan(nodes[operand].value) == math.isnan(node.value)]
            inherited = next((found[operand] for operand in alike or broken), None)
            found[node.id] = inherited or Cause("made" if node.operands else "given", node)
    return found


def of_gradients(snapshot: Snapshot) -> dict[int, Cause]:
    """For each backward step whose sum is not finite, where that began; by the step's index."""
    values = of_values(snapshot)
    nodes = {node.id: node for node in snapshot.nodes}
    targets = {edge.id: nodes[edge.target] for edge in snapshot.edges}
    found: dict[int, Cause] = {}
    gathered: dict[str, Cause] = {}  # by the node whose gradient it is
    for step in snapshot.steps:
        if isinstance(step, BackwardStep) and not math.isfinite(step.after):
            cause = gathered.get(step.node) or _of_contribution(step, targets[step.edge], values, gathered)
            found[step.index] = gathered[step.node] = cause
    return found


def _of_contribution(step: BackwardStep, target: Node, values: dict[str, Cause], gathered: dict[str, Cause]) -> Cause:
    if target.id in gathered:
        return gathered[target.id]
    if math.isfinite(step.local):
        return Cause("large", target)
    inherited = (values[each] for each in (*target.operands, target.id) if each in values)
    return next(inherited, Cause("slope", target))
