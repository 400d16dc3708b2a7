"""The same pass accumulated in both directions: a forward sweep for one leaf beside the reverse sweep for all."""

import json
from typing import Any, Final

from app import jobs
from app.leaves import single
from app.programs import Program
from app.render.labels import number
from engine import modes
from engine.errors import InputError, LimitError
from engine.messages import Message
from engine.snapshot import ForwardStep, Snapshot

_LARGEST: Final = 300_000
"""Nodes × leaves: forward mode goes through all nodes once for every leaf, and nobody waits for ever."""


def sweeps_json(program: Program, index: int, leaf: str) -> bytes:
    """Every node's tangent along a leaf, whose numbers all move by 1, and what both modes multiply for all leaves."""
    snapshot = jobs.pass_of(program, index)
    wanted = [node for node in snapshot.nodes if not node.operands and node.requires_grad]
    if len(wanted) * len(snapshot.nodes) > _LARGEST:
        raise LimitError(
            Message("{count} leaves are too many for a forward sweep each", count=len(wanted)),
            hint=Message("that is why networks are differentiated in reverse"),
        )
    chosen = next((node for node in wanted if node.name == leaf), None)
    if chosen is None:
        raise InputError(Message("there is no leaf `{name}` in this pass", name=leaf))
    compared = modes.compare(snapshot)
    forward = next(each for each in compared.forward if each.leaf == chosen.id)
    answer = {
        "leaf": leaf,
        "rows": _rows(snapshot, forward),
        "reverse": compared.reverse,
        "all_forward": compared.all_forward,
        "sweeps": sum(each.sweeps for each in compared.forward),
        "leaf_sweeps": forward.sweeps,
        "tensors": any(single(node.value) is None for node in snapshot.nodes),
    }
    return json.dumps(answer, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _rows(snapshot: Snapshot, forward: modes.Forward) -> list[dict[str, Any]]:
    """In creation order. `step` is when the node gets its value, and in forward mode its tangent; `products` are the
    multiplications that takes, one for each operand that moves."""
    made = {step.node: step.index for step in snapshot.steps if isinstance(step, ForwardStep)}
    moving = forward.tangents
    return [
        {
            "id": node.id,
            "name": node.label,
            "made": node.expression or "",
            "step": made.get(node.id, 0),
            "tangent": number(moving[node.id]) if node.id in moving else None,
            "products": sum(operand in moving for operand in node.operands) if node.requires_grad else 0,
        }
        for node in snapshot.nodes
        if node.kind != "constant"
    ]
