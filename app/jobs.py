"""The computations behind the answers: pure functions of a program, run in worker processes."""

import hashlib
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache
from threading import Lock
from typing import Any, Final

import numpy as np
from cachetools import LRUCache, cached

import engine
from app import board, cells, leaves
from app.language import sentence
from app.programs import Program
from app.render import dot, labels
from app.render.arrays import one
from app.render.captions import Caption, captions
from app.render.drawing import Drawing, drawing
from app.render.film import Film, film
from app.render.grid import Scales, scales
from app.render.layout import Backend, layout
from app.render.openings import opened_name
from app.render.paint import Picture
from app.render.plan import Geometry, Plan
from app.render.view import Language, Part, View
from engine import mode
from engine.check import Verdict, check_pass
from engine.errors import InputError
from engine.folding import Folded, fold, is_large
from engine.language.outlines import Outline
from engine.messages import Message
from engine.ops import COMPOSITES
from engine.ops.defined import Defined
from engine.program import Run
from engine.snapshot import BackwardStep, Snapshot, UnbroadcastStep, number, plain
from engine.stretches import Stretch

_BESIDE: Final = ThreadPoolExecutor(1, "layout")
"""Graphviz works here, outside Python's lock, while this thread writes what does not depend on places."""

_PARTS: Final = 200_000
"""How many nodes, steps, slots and points each cache below holds; a few hundred bytes each. Caches that count programs
would grow beyond any machine; what is larger than a cache takes all of it, or it would be computed again and again."""


class NoSuchPass(LookupError):
    """The run has no pass of that index; `args` are the index and how many there are."""


class NoSuchStep(LookupError):
    """The pass has no step of that index; `args` are the index and how many there are."""


def _parts_of_run(run: Run) -> int:
    """NB: the snapshots themselves are made when they are asked for; a tensor of a pass has about three steps. A run
    that is still living keeps all that its program has made."""
    parts = sum(5 * len(record.nodes) for record in run.passes.records)
    return min(_PARTS, max(parts, _PARTS // 16) if run.living else parts)


def _parts_of_film(film: Film) -> int:
    return min(_PARTS, len(film.start) + sum(map(len, film.changes)))


def _parts_of_captions(said: list[Caption | None]) -> int:
    return min(_PARTS, sum(len(each) for each in said if each))


def _parts_of_geometry(geometry: Geometry) -> int:
    return min(_PARTS, len(geometry.centres) + sum(map(len, geometry.splines.values())))


@cached(LRUCache(_PARTS, getsizeof=_parts_of_run))
def evaluate(program: Program) -> Run:
    """The run of a program, recomputed whenever it has been forgotten."""
    closed = [name for name in program.opened if opened_name(name)[0] not in COMPOSITES]
    if closed:
        raise InputError(
            Message("`{name}` is not an operation that can be opened", name=closed[0]),
            hint=Message("those that can are {names}", names=", ".join(sorted(COMPOSITES))),
        )
    with mode.opening(program.opened):
        run = engine.run(
            program.source,
            inputs=dict(program.inputs),
            clock=time.thread_time,  # of its own work: a program is not refused because others are at work too
            progress=board.note,
            seed=program.seed,
        )
    board.drawing()
    return run


def summary(program: Program, lang: Language = "en", brief: bool = False) -> dict[str, Any]:
    """What `POST /runs` answers, but for the links; if `brief`, of the first pass alone and nothing printed."""
    run = evaluate(program)
    return {
        "id": program.id,
        "passes": [_outline(program, each) for each in run.outlines(1 if brief else None)],
        "printed": "" if brief else run.printed,
        "warnings": [sentence(lang, warning) for warning in run.warnings],
    }


def snapshot_json(program: Program, index: int) -> bytes:
    """The snapshot of a pass."""
    return pass_of(program, index).to_json().encode()


def svg(program: Program, index: int, step: int | None, view: View, backend: Backend) -> bytes:
    """A pass as an SVG file at one step (the last one by default)."""
    snapshot = shown_of(program, index, view.part)
    paint = _painter(snapshot, view, backend, standalone=True)
    return paint(_film(program, index, view.part), _step(snapshot, step)).encode()


def dot_source(program: Program, index: int, step: int | None, view: View) -> bytes:
    """A pass as a complete DOT document at one step."""
    snapshot = shown_of(program, index, view.part)
    return dot.document(snapshot, _film(program, index, view.part).at(_step(snapshot, step)), view).encode()


def graph_json(program: Program, index: int, step: int | None, view: View, backend: Backend) -> bytes:
    """Where everything of a picture stands, in px from its top left corner, and what every slot shows at one step."""
    snapshot = shown_of(program, index, view.part)
    drawn = drawing(snapshot, view)
    placed = _geometry(drawn.plan(view), backend)
    answer = {
        "width": placed.width,
        "height": placed.height,
        "layout": placed.engine,
        "boxes": [
            {"id": box.id, "centre": placed.centres[box.id], "width": box.width, "height": box.height}
            for box in drawn.plan(view).boxes
        ],
        "lines": [
            {"id": line.id, "source": line.source, "target": line.target, "points": placed.splines[line.id]}
            for line in drawn.plan(view).lines
        ],
        "slots": _film(program, index, view.part).at(_step(snapshot, step)),
    }
    return json.dumps(answer, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def film_json(
    program: Program,
    index: int,
    view: View,
    backend: Backend,
    known: str | None = None,
    fill: float | None = None,
    typed: bool = False,
) -> bytes:
    """All a page needs to step through a pass. Without `svg` if the page already has that structure.

    `fill` is given to leaves that have no value yet; if the source was just `typed`, leaves that it gives a value
    itself have that one.
    """
    if fill is not None:
        program = filled(program, fill, typed)
        index = min(index, len(evaluate(program).passes) - 1)  # a shorter program has fewer passes
    snapshot = shown_of(program, index, view.part)
    new = structure_of(snapshot) != known
    paint = _painter(snapshot, view, backend, standalone=False) if new else None
    answer = film_parts(program, index, view)
    if paint:
        answer["svg"] = paint(_film(program, index, view.part), 0)
    return json.dumps(answer, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def page(program: Program, index: int, step: int, view: View, backend: Backend) -> dict[str, Any]:
    """What the page's template needs: the film, and the picture at a step. Beyond the ends, the nearest is taken."""
    index = min(max(0, index), len(evaluate(program).passes) - 1)
    snapshot = shown_of(program, index, view.part)
    paint = _painter(snapshot, view, backend, standalone=False)
    at = min(max(0, step), max(0, len(snapshot.steps) - 1))
    parts = film_parts(program, index, view)
    return parts | {"step": at, "svg": paint(_film(program, index, view.part), at)}


def film_parts(program: Program, index: int, view: View) -> dict[str, Any]:
    """A pass as the page plays it: slots, captions, spans and leaves."""
    snapshot, shown = shown_of(program, index, view.part), _film(program, index, view.part)
    return _about(program, index, view) | {
        "steps": _steps(snapshot),
        "start": shown.start,
        "changes": shown.changes,
        "captions": _captions(program, index, view.lang, view.part),
    }


def _about(program: Program, index: int, view: View) -> dict[str, Any]:
    snapshot, run = shown_of(program, index, view.part), evaluate(program)
    given = dict(program.inputs)
    return {
        "id": program.id,
        "source": program.source,
        "seed": program.seed,
        "opened": [{"name": each, "shown": _shown_opening(each, view.lang)} for each in program.opened],
        "structure": structure_of(snapshot),
        "direction": view.direction,
        "output": labels.output_label(snapshot),
        "loss": leaves.scalar(next(node.value for node in snapshot.nodes if node.id == snapshot.output)),
        "pass": index,
        "passes": len(run.passes),
        "printed": bool(run.printed),
        "leaves": [leaves.leaf(name, value, snapshot, name in given) for name, value in run.inputs.items()],
        "scalars": cells.offered(snapshot),
        "names": leaves.differentiated(snapshot),
        "warnings": [sentence(view.lang, warning) for warning in run.warnings],
        **_folds(folded_of(program, index, view.part)),
    }


def _folds(folded: Folded | None) -> dict[str, Any]:
    """Which nodes stand for many, and the way here from the whole pass."""
    if folded is None:
        return {}
    return {
        "stretches": {id: _stretch(each) for id, each in folded.stretches.items()},
        "trail": [_stretch(each) for each in folded.trail],
    }


def _stretch(each: Stretch) -> dict[str, Any]:
    return {"part": f"{each.first}-{each.last}", "label": each.label, "nodes": len(each)}


def _shown_opening(opened: str, lang: Language) -> str:
    op, line = opened_name(opened)
    return op if line is None else sentence(lang, Message("{op} in line {line}", op=op, line=line))


def thumbnail(program: Program, view: View, backend: Backend) -> str:
    """The last pass of a program after its last step, for a gallery."""
    index = len(evaluate(program).passes) - 1
    snapshot = shown_of(program, index, view.part)
    shown = _film(program, index, view.part)
    return _painter(snapshot, view, backend, standalone=False)(shown, len(snapshot.steps) - 1)


def check(program: Program, index: int = 0) -> dict[str, Any]:
    """The gradient check of every leaf of a pass; arrays as in a snapshot."""
    found = verdicts(program, index)
    return {
        "agrees": all(each.agrees or each.at_kink for each in found),
        "leaves": {
            each.name: {
                "gradient": plain(each.gradient),
                "finite_difference": plain(each.finite_difference),
                "agrees": each.agrees,
                "at_kink": each.at_kink,
                "method": each.method,
                **_contradicted(each),
            }
            for each in found
        },
    }


def _contradicted(verdict: Verdict) -> dict[str, Any]:
    """Functions of the program whose `backward` is not the slope of their `forward`."""
    found = [
        {
            "function": each.function,
            "operand": each.operand,
            "backward": number(each.said),
            "central_differences": number(each.measured),
        }
        for each in verdict.contradictions
    ]
    return {"contradictions": found} if found else {}


def verdicts(program: Program, index: int) -> tuple[Verdict, ...]:
    """Every leaf's gradient beside the measured one. Raises `NoSuchPass`."""
    return check_pass(pass_of(program, index))


def structure_of(snapshot: Snapshot) -> str:
    """A name for a pass's graph without its numbers: passes that share it share their geometry."""
    parts = [
        (
            *(node.kind, node.op, node.label, node.operands, sorted(node.attributes.items())),
            *(node.shape, node.dtype, node.requires_grad),
        )
        for node in snapshot.nodes
    ]
    return hashlib.sha256(repr((parts, snapshot.output)).encode()).hexdigest()[:16]


def filled(program: Program, value: float, typed: bool) -> Program:
    """The program with `value` for each leaf that has none, and without the leaves that went out of its source."""
    free = _free_names(program.source)
    given = {name: number for name, number in program.inputs if name in free or not typed}
    missing = {name: value for name in free if name not in given}
    filled = replace(program, inputs=tuple(sorted({**given, **missing}.items())))
    used = evaluate(filled).inputs
    return replace(filled, inputs=tuple(each for each in filled.inputs if each[0] in used))


_free_names = lru_cache(maxsize=64)(engine.free_names)  # the same source again and again while somebody drags


def pass_of(program: Program, index: int) -> Snapshot:
    """One pass of a program. Raises `NoSuchPass`."""
    passes = evaluate(program).passes
    if not 0 <= index < len(passes):
        raise NoSuchPass(index, len(passes))
    return passes[index]


def shown_of(program: Program, index: int, part: Part) -> Snapshot:
    """The pass as its picture shows it: itself, or what a large one is folded into. Raises `NoSuchPass`."""
    folded = folded_of(program, index, part)
    return folded.snapshot if folded else pass_of(program, index)


@cached(LRUCache(64))
def folded_of(program: Program, index: int, part: Part) -> Folded | None:
    """A part of a large pass; None for a pass that is shown as it is. Raises `NoSuchPass`."""
    passes = evaluate(program).passes
    if not 0 <= index < len(passes):
        raise NoSuchPass(index, len(passes))
    record = passes.records[index]
    if part == "all" or not is_large(record):
        return None
    return fold(record, program.source, index, *(part or ()))


@cached(LRUCache(_PARTS, getsizeof=_parts_of_film))
def _film(program: Program, index: int, part: Part) -> Film:
    return film(shown_of(program, index, part), scales_of(program, index, part))


@cached(LRUCache(_PARTS, getsizeof=_parts_of_captions))
def _captions(program: Program, index: int, lang: Language, part: Part) -> list[Caption | None]:
    """What the panel says at every step: the same for all who open a link, and most of the work of a film."""
    return captions(shown_of(program, index, part), lang, None, scales_of(program, index, part))


def scales_of(program: Program, index: int, part: Part) -> Scales | None:
    """The scales of all passes with this structure, so that shades can be compared; None where there are no shades,
    and for a large pass, which has its own."""
    if folded_of(program, index, part):
        return None
    snapshot = pass_of(program, index)
    if all(one(node.shape) for node in snapshot.nodes):
        return None
    return _scales(program, structure_of(snapshot))


@cached(LRUCache(256))
def _scales(program: Program, structure: str) -> Scales:
    return scales(each for each in evaluate(program).passes if structure_of(each) == structure)


def _step(snapshot: Snapshot, step: int | None) -> int:
    count = len(snapshot.steps)
    if step is None:
        return max(0, count - 1)
    if not 0 <= step < max(1, count):
        raise NoSuchStep(step, count)
    return step


def _painter(snapshot: Snapshot, view: View, backend: Backend, *, standalone: bool) -> Callable[[Film, int], str]:
    """Begins the layout, writes the texts meanwhile, and returns what paints a step once both are done."""
    drawn: Drawing = drawing(snapshot, view)
    placed = _BESIDE.submit(_geometry, drawn.plan(view), backend)
    picture = Picture(drawn, view, title=snapshot.source, standalone=standalone)

    def paint(shown: Film, step: int) -> str:
        picture.fill(shown.at(step))
        return str(picture.place(placed.result()))

    return paint


@cached(LRUCache(_PARTS, getsizeof=_parts_of_geometry), lock=Lock())
def _geometry(plan: Plan, backend: Backend) -> Geometry:
    """Laid out once per structure and view: the plan holds no numbers, only sizes."""
    return layout(plan, backend=backend)


def _outline(program: Program, outline: Outline) -> dict[str, Any]:
    """NB: what passes of one structure share is taken from the first of them, so 300 passes make three snapshots."""
    twin, folded = shown_of(program, outline.twin, None), folded_of(program, outline.twin, None)
    return {
        "index": outline.index,
        "output": twin.output,
        "value": leaves.scalar(outline.value),
        "nodes": folded.trail[0].last if folded else len(twin.nodes),
        "steps": folded.steps if folded else len(twin.steps),
        "parameters": {
            name: {"value": leaves.scalar(value), "gradient": leaves.scalar(gradient)}
            for name, (value, gradient) in outline.parameters.items()
        },
        "structure": structure_of(twin),
    }


def _directions(step: UnbroadcastStep) -> list[str]:
    """Along which sides of its grid a stretched tensor is added up."""
    names = {-1: "columns", -2: "rows"}
    return [names[axis - np.ndim(step.stretched)] for axis in step.axes if axis - np.ndim(step.stretched) in names]


def _steps(snapshot: Snapshot) -> list[dict[str, Any]]:
    """For each step its phase, the node that gets something, the edge it comes along, the node at which it is
    worked out (of a backward step the one it comes from), and the piece of source that node stands for."""
    nodes = {node.id: node for node in snapshot.nodes}
    targets = {edge.id: edge.target for edge in snapshot.edges}
    found: list[dict[str, Any]] = []
    for step in snapshot.steps:
        edge = step.edge if isinstance(step, (BackwardStep, UnbroadcastStep)) else None
        at = targets[edge] if edge else step.node
        own = snapshot.rows.get(at) if edge else None
        span = own.rule.span if isinstance(own, Defined) else None  # the way back stands in the program, too
        told = {"phase": step.phase, "node": step.node, "edge": edge, "at": at, "span": span or nodes[at].span}
        found.append(told | {"axes": _directions(step)} if isinstance(step, UnbroadcastStep) else told)
    return found
