"""One step of a pass while a hand drags a leaf: the numbers that can be seen, as quickly as they can be had."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from cachetools import LRUCache, cached

from app import cells, jobs, leaves
from app.programs import Program
from app.render.captions import captions
from app.render.film import moment
from app.render.grid import Scales
from app.render.layout import Backend
from app.render.view import View
from engine.program import is_pure
from engine.replay import Replay
from engine.snapshot import Snapshot

_KEPT: Final = 16
"""Programs whose leaves may be dragged at the same time, in one worker."""


def glimpse_json(
    program: Program,
    index: int,
    view: View,
    backend: Backend,
    *,
    known: str | None,
    fill: float,
    only: int,
    moved: Mapping[str, float] | None = None,
) -> bytes:
    """What a page needs while numbers change quickly: one step of what it has a picture of; else the whole film.

    `fill` is given to leaves that have no value yet. Leaves that are `moved` have another value in this pass alone.
    """
    seen = _glimpse(program, index, view, known, fill, only, moved or {})
    if seen is None:
        return jobs.film_json(program, index, view, backend, known, fill)
    return json.dumps(seen, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


class Draggable:
    """A formula that can be replayed: it makes single numbers, and nothing in it asks what they are."""

    def __init__(self, program: Program, snapshot: Snapshot) -> None:
        self.program = program
        self.structure = jobs.structure_of(snapshot)
        self._replay = Replay(snapshot)
        found = [(node.name, node.id) for node in snapshot.nodes if node.op is None and node.name is not None]
        self._leaves = dict(reversed(found))  # inputs speak of the first leaf of a name

    def filled(self, program: Program, fill: float) -> Program:
        """The program with a value for each of its leaves, as `jobs.filled` makes it."""
        given = dict(program.inputs)
        return replace(program, inputs=tuple((name, given.get(name, fill)) for name, _ in self.program.inputs))

    def renewed(self, program: Program, step: int) -> Snapshot:
        """The pass with the leaves of a program, all of them numbers."""
        given = {self._leaves[name]: value for name, value in program.inputs if isinstance(value, float)}
        return self._replay.renewed(given, measured=step)


def _glimpse(
    program: Program, index: int, view: View, known: str | None, fill: float, step: int, moved: Mapping[str, float]
) -> dict[str, Any] | None:
    numbers = not moved and all(isinstance(value, float) for _, value in program.inputs)
    draggable = _draggable(program, fill) if numbers else None
    scales: Scales | None
    if draggable:
        program, index, scales = draggable.filled(program, fill), 0, Scales()
        snapshot, structure = draggable.renewed(program, step), draggable.structure
    else:
        program = jobs.filled(program, fill, typed=False)
        index = min(index, len(jobs.evaluate(program).passes) - 1)
        snapshot, scales = jobs.shown_of(program, index, view.part), jobs.scales_of(program, index, view.part)
        if moved and not jobs.folded_of(program, index, view.part):
            snapshot = Replay(snapshot).snapshot(cells.changed(snapshot, moved))
        structure = jobs.structure_of(snapshot)
    if structure != known:
        return None
    step = min(step, max(0, len(snapshot.steps) - 1))
    said = captions(snapshot, view.lang, step, scales)
    return {
        "id": program.id,
        "pass": index,
        "step": step,
        "frame": moment(snapshot, step, scales),
        "caption": said[step] if said else None,
        "loss": leaves.scalar(next(node.value for node in snapshot.nodes if node.id == snapshot.output)),
        "leaves": [{"name": name, "value": value} for name, value in program.written_inputs.items()],
    }


def _skeleton(program: Program, fill: float) -> tuple[object, ...]:
    """All but the numbers."""
    return program.source, tuple(name for name, _ in program.inputs), program.seed, program.opened


@cached(LRUCache(_KEPT), key=_skeleton)
def _draggable(program: Program, fill: float) -> Draggable | None:
    """None for what must be run again, since other numbers may lead to another graph."""
    if not is_pure(program.source):
        return None
    program = jobs.filled(program, fill, typed=False)
    if jobs.folded_of(program, 0, None):
        return None
    snapshot = jobs.pass_of(program, 0)
    return Draggable(program, snapshot) if Replay(snapshot).plain else None
