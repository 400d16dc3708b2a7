"""The computations behind the answers: pure functions of a program, run in worker processes."""

import hashlib
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any, Final

from cachetools import LRUCache, cached

import engine
from app.language import sentence
from app.programs import Program
from app.render import dot, labels
from app.render.captions import captions
from app.render.drawing import Drawing, drawing
from app.render.film import Film, film
from app.render.layout import Backend, layout
from app.render.numbers import short
from app.render.paint import Picture
from app.render.plan import Geometry, Plan
from app.render.view import Language, View
from engine.formula import formula, symbol
from engine.ops import Op
from engine.program import Run
from engine.snapshot import BackwardStep, Snapshot, number

_BESIDE: Final = ThreadPoolExecutor(1, "layout")
"""Graphviz works here, outside Python's lock, while this thread writes what does not depend on places."""

_PARTS: Final = 200_000
"""How many nodes, steps, slots and points each cache below holds; a few hundred bytes each. The largest programs
have 30,000, so caches that count programs would grow beyond any machine."""


class NoSuchPass(LookupError):
    """The run has no pass of that index; `args` are the index and how many there are."""


class NoSuchStep(LookupError):
    """The pass has no step of that index; `args` are the index and how many there are."""


def _parts_of_run(run: Run) -> int:
    return sum(len(each.nodes) + len(each.steps) for each in run.passes)


def _parts_of_film(film: Film) -> int:
    return len(film.start) + sum(map(len, film.changes))


def _parts_of_geometry(geometry: Geometry) -> int:
    return len(geometry.centres) + sum(map(len, geometry.splines.values()))


@cached(LRUCache(_PARTS, getsizeof=_parts_of_run))
def evaluate(program: Program) -> Run:
    """The run of a program, recomputed whenever it has been forgotten."""
    return engine.run(program.source, inputs=dict(program.inputs))


def summary(program: Program, lang: Language = "en") -> dict[str, Any]:
    """What `POST /runs` answers, but for the links."""
    run = evaluate(program)
    return {
        "id": program.id,
        "passes": [_outline(snapshot) for snapshot in run.passes],
        "printed": run.printed,
        "warnings": [sentence(lang, warning) for warning in run.warnings],
    }


def snapshot_json(program: Program, index: int) -> bytes:
    """The snapshot of a pass."""
    return _snapshot(program, index).to_json().encode()


def svg(program: Program, index: int, step: int | None, view: View, backend: Backend) -> bytes:
    """A pass as an SVG file at one step (the last one by default)."""
    snapshot = _snapshot(program, index)
    at = _step(snapshot, step)
    return _painter(snapshot, view, backend, standalone=True)(_film(program, index), at).encode()


def dot_source(program: Program, index: int, step: int | None, view: View) -> bytes:
    """A pass as a complete DOT document at one step."""
    snapshot = _snapshot(program, index)
    return dot.document(snapshot, _film(program, index).at(_step(snapshot, step)), view).encode()


def film_json(
    program: Program,
    index: int,
    view: View,
    backend: Backend,
    known: str | None = None,
    fill: float | None = None,
    typed: bool = False,
    only: int | None = None,
) -> bytes:
    """All a page needs to step through a pass. Without `svg` if the page already has that structure.

    `fill` is given to leaves that have no value yet; if the source was just `typed`, leaves that it gives a value
    itself have that one. With `only`, that step alone has a caption.
    """
    if fill is not None:
        program = _filled(program, fill, typed)
    snapshot = _snapshot(program, index)
    new = structure_of(snapshot) != known
    paint = _painter(snapshot, view, backend, standalone=False) if new else None
    answer: dict[str, Any] = film_parts(program, index, view, only)
    if paint:
        answer["svg"] = paint(_film(program, index), 0)
    return json.dumps(answer, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def page(program: Program, index: int, step: int | None, view: View, backend: Backend) -> dict[str, Any]:
    """What the page's template needs: the film, and the picture at its first step."""
    snapshot = _snapshot(program, index)
    at = _step(snapshot, step) if step is not None else 0
    paint = _painter(snapshot, view, backend, standalone=False)
    parts = film_parts(program, index, view)
    return parts | {"step": at, "svg": paint(_film(program, index), at)}


def film_parts(program: Program, index: int, view: View, only: int | None = None) -> dict[str, Any]:
    """A pass as the page plays it: slots, captions, spans and leaves."""
    snapshot, shown, run = _snapshot(program, index), _film(program, index), evaluate(program)
    return {
        "id": program.id,
        "source": program.source,
        "structure": structure_of(snapshot),
        "direction": view.direction,
        "output": labels.output_label(snapshot),
        "leaves": [{"name": name, "value": number(value), "shown": short(value)} for name, value in run.inputs.items()],
        "steps": _steps(snapshot),
        "start": shown.start,
        "changes": shown.changes,
        "captions": captions(snapshot, view.lang, only),
        "warnings": [sentence(view.lang, warning) for warning in run.warnings],
    }


def check(program: Program) -> dict[str, Any]:
    """The gradient check of every leaf."""
    verdicts = engine.check(program.source, dict(program.inputs))
    return {
        "agrees": all(verdict.agrees for verdict in verdicts),
        "leaves": {
            verdict.name: {
                "gradient": None if verdict.gradient is None else number(verdict.gradient),
                "finite_difference": number(verdict.finite_difference),
                "agrees": verdict.agrees,
            }
            for verdict in verdicts
        },
    }


def op_row(op: Op) -> dict[str, Any]:
    """A row of the op table as JSON: its formulas are those of x (and y), its result is z."""
    operands = [symbol(name) for name in "xy"[: op.arity]]
    return {
        "name": op.name,
        "glyph": op.glyph,
        "operands": op.arity,
        "formula": formula(op(*operands)).latex,
        "local_derivatives": [formula(slope).latex for slope in op.slopes(*operands, symbol("z"))],
        "explanation": {"en": op.english, "zh": op.chinese},
        "domain": op.domain,
        "kink": {"en": op.kink[0], "zh": op.kink[1]} if op.kink else None,
    }


def structure_of(snapshot: Snapshot) -> str:
    """A name for a pass's graph without its numbers: passes that share it share their geometry."""
    parts = [
        (node.kind, node.op, node.label, node.operands, sorted(node.attributes.items())) for node in snapshot.nodes
    ]
    return hashlib.sha256(repr((parts, snapshot.output)).encode()).hexdigest()[:16]


def _filled(program: Program, value: float, typed: bool) -> Program:
    """The program with `value` for each leaf that has none, and without the leaves that went out of its source."""
    free = engine.free_names(program.source)
    given = {name: number for name, number in program.inputs if name in free or not typed}
    missing = {name: value for name in free if name not in given}
    filled = Program(program.source, tuple(sorted({**given, **missing}.items())), program.seed)
    used = evaluate(filled).inputs
    return Program(filled.source, tuple(each for each in filled.inputs if each[0] in used), filled.seed)


def _snapshot(program: Program, index: int) -> Snapshot:
    passes = evaluate(program).passes
    if not 0 <= index < len(passes):
        raise NoSuchPass(index, len(passes))
    return passes[index]


@cached(LRUCache(_PARTS, getsizeof=_parts_of_film))
def _film(program: Program, index: int) -> Film:
    return film(_snapshot(program, index))


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
    return lambda shown, step: picture.place(placed.result()).paint(shown, step)


@cached(LRUCache(_PARTS, getsizeof=_parts_of_geometry), lock=Lock())
def _geometry(plan: Plan, backend: Backend) -> Geometry:
    """Laid out once per structure and view: the plan holds no numbers, only sizes."""
    return layout(plan, backend=backend)


def _outline(snapshot: Snapshot) -> dict[str, Any]:
    output = next(node for node in snapshot.nodes if node.id == snapshot.output)
    return {
        "index": snapshot.pass_index,
        "output": snapshot.output,
        "value": number(output.value),
        "nodes": len(snapshot.nodes),
        "steps": len(snapshot.steps),
        "parameters": {
            node.label: {
                "value": number(node.value),
                "gradient": None if node.gradient is None else number(node.gradient),
            }
            for node in snapshot.nodes
            if node.kind in ("leaf", "parameter") and node.requires_grad
        },
        "structure": structure_of(snapshot),
    }


def _steps(snapshot: Snapshot) -> list[dict[str, Any]]:
    """For each step its phase, the node that gets something, the edge it comes along, the node at which it is
    worked out (of a backward step the one it comes from), and the piece of source that node stands for."""
    nodes = {node.id: node for node in snapshot.nodes}
    targets = {edge.id: edge.target for edge in snapshot.edges}
    found: list[dict[str, Any]] = []
    for step in snapshot.steps:
        edge = step.edge if isinstance(step, BackwardStep) else None
        at = targets[edge] if edge else step.node
        found.append({"phase": step.phase, "node": step.node, "edge": edge, "at": at, "span": nodes[at].span})
    return found
