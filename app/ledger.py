"""All nodes of a pass as a table: what made each, its value, its gradient, and who contributed what to it."""

import json
from typing import Any

from app import jobs
from app.leaves import scalar, single
from app.programs import Program
from app.render import labels
from app.render.numbers import full, short
from engine.snapshot import BackwardStep, Snapshot, UnbroadcastStep


def ledger_json(program: Program, index: int) -> bytes:
    """The rows in creation order. `value` and `gradient` are numbers where there is a single one, for sorting."""
    rows = ledger(jobs.pass_of(program, index))
    return json.dumps({"rows": rows}, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def ledger(snapshot: Snapshot) -> list[dict[str, Any]]:
    """A row for every node but the constants."""
    targets = {edge.id: edge.target for edge in snapshot.edges}
    names = {node.id: node.label for node in snapshot.nodes}
    given: dict[str, list[str]] = {}
    happens: dict[str, int] = {}
    for step in snapshot.steps:
        happens[step.node] = step.index
        if isinstance(step, BackwardStep) and not step.broadcast:
            source = names[targets[step.edge]]
            given.setdefault(step.node, []).append(f"{source}: {_arithmetic(step)}")
        elif isinstance(step, UnbroadcastStep):
            given.setdefault(step.node, []).append(f"{names[targets[step.edge]]}: {_shown(step.contribution)}")
    return [
        {
            "id": node.id,
            "name": node.label,
            "made": node.expression or "",
            "value": scalar(node.value),
            "shown_value": _shown(node.value),
            "full_value": full(node.value) if isinstance(node.value, float) else _shown(node.value),
            "gradient": scalar(node.gradient),
            "shown_gradient": _shown(node.gradient),
            "full_gradient": full(node.gradient) if isinstance(node.gradient, float) else _shown(node.gradient),
            "contributions": given.get(node.id, []),
            "step": happens.get(node.id),
        }
        for node in snapshot.nodes
        if node.kind != "constant"
    ]


def _arithmetic(step: BackwardStep) -> str:
    if isinstance(step.local, float) and isinstance(step.contribution, float):
        upstream, factor, contribution = (short(each) for each in (float(step.upstream), step.local, step.contribution))
        return f"{upstream} × {labels.bracketed(factor)} = {contribution}"
    return f"{step.local_formula} = {_shown(step.contribution)}"


def _shown(value: Any) -> str:
    """A number, or of a tensor its shape and its range."""
    alone = single(value)
    if value is None or alone is not None:
        return short(alone)
    size = "×".join(map(str, value.shape))
    return f"{size}: {short(float(value.min()))} … {short(float(value.max()))}" if value.size else size
