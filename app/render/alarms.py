"""Where the NaNs and infinities of a pass began."""

from dataclasses import dataclass
from typing import Literal

from app.render.arrays import finite, has_nan
from engine.snapshot import BackwardStep, Node, Snapshot, UnbroadcastStep


@dataclass(frozen=True, slots=True)
class Cause:
    """How finite numbers came to an end at `node`: it was `given` so, its operation `made` it, its operation's
    `slope` is infinite or undefined there, or the numbers on the way to it grew `large` beyond float64."""

    kind: Literal["given", "made", "slope", "large"]
    node: Node


def of_values(snapshot: Snapshot) -> dict[str, Cause]:
    """For each node with a number that is not finite, the first one on the way to it."""
    nodes = {node.id: node for node in snapshot.nodes}
    found: dict[str, Cause] = {}
    for node in snapshot.nodes:
        if not finite(node.value):
            broken = [operand for operand in node.operands if operand in found]
            alike = [operand for operand in broken if has_nan(nodes[operand].value) == has_nan(node.value)]
            inherited = next((found[operand] for operand in alike or broken), None)
            found[node.id] = inherited or Cause("made" if node.operands else "given", node)
    return found


def of_gradients(snapshot: Snapshot) -> dict[int, Cause]:
    """For each backward step whose sum is not finite, where that began; by the step's index. What is still to be
    summed (a broadcast not yet undone) counts as it is."""
    values = of_values(snapshot)
    nodes = {node.id: node for node in snapshot.nodes}
    targets = {edge.id: nodes[edge.target] for edge in snapshot.edges}
    found: dict[int, Cause] = {}
    gathered: dict[str, Cause] = {}  # by the node whose gradient it is
    arriving: Cause | None = None  # what a step has found out about the sum that follows it
    for step in snapshot.steps:
        if isinstance(step, BackwardStep):
            arriving = None
            after = step.contribution if step.broadcast or step.after is None else step.after
            if not finite(after):
                before = None if step.broadcast else gathered.get(step.node)
                cause = before or _of_contribution(step, targets[step.edge], values, gathered)
                found[step.index] = cause
                if step.broadcast:
                    arriving = cause
                else:
                    gathered[step.node] = cause
        elif isinstance(step, UnbroadcastStep) and not finite(step.after):
            cause = gathered.get(step.node) or arriving or Cause("large", nodes[step.node])
            found[step.index] = gathered[step.node] = cause
    return found


def _of_contribution(step: BackwardStep, target: Node, values: dict[str, Cause], gathered: dict[str, Cause]) -> Cause:
    if target.id in gathered:
        return gathered[target.id]
    if step.local is None:
        inherited = (values[each] for each in (*target.operands, target.id) if each in values)
        return next(inherited, Cause("large", target))
    if finite(step.local):
        return Cause("large", target)
    inherited = (values[each] for each in (*target.operands, target.id) if each in values)
    return next(inherited, Cause("slope", target))
