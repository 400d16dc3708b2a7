"""A submission against the bare layout of its DOT, and all steps painted against one `dot` process per step."""

import subprocess
import time
from collections.abc import Callable, Iterator
from itertools import count

import engine
from app import jobs, work
from app.programs import Program
from app.render import embedded
from app.render.drawing import drawing
from app.render.film import film
from app.render.geometry_dot import geometry_dot
from app.render.layout import layout
from app.render.paint import Picture
from app.render.view import View
from tests.bench.measure import Row, Turns, in_turns
from tests.bench.programs import network

_SECONDS = 30.0


def rows() -> Iterator[Row]:
    """About 100 operations, about 300 steps; 100,000 operations."""
    source, inputs = network(4, 9)
    view = View()

    work.warm_up("embedded")
    layouts = jobs._geometry.cache
    assert layouts is not None
    fresh = count(1)

    def submission() -> bytes:
        """As a worker does it, with a value nobody has asked for before and no layout at hand."""
        layouts.clear()
        values = {**inputs, "x0": next(fresh) / 1_000}
        return jobs.svg(Program(source, tuple(values.items())), 0, 0, view, "embedded")

    snapshot = engine.run(source, inputs=inputs).passes[0]
    drawn = drawing(snapshot, view)
    plan = drawn.plan(view)
    dot = geometry_dot(plan)
    operations = sum(node.op is not None for node in snapshot.nodes)
    turns = in_turns((submission, 1), (lambda: embedded.render(dot, seconds=_SECONDS), 1), rounds=25)
    yield Row(
        "submission → snapshot + geometry + first SVG, against the bare layout of the same DOT",
        turns.ratio(0, 1),
        1.5,
        f"{operations} operations: {turns.seconds(0) * 1e3:.1f} ms and {turns.seconds(1) * 1e3:.1f} ms",
    )
    picture, shown = Picture(drawn, view, title=source).place(layout(plan, seconds=_SECONDS)), film(snapshot)
    steps = len(snapshot.steps)
    turns = in_turns(
        (lambda: sum(map(len, picture.paint_all(shown))), 1),
        (lambda: subprocess.run(["dot", "-Tsvg"], input=dot.encode(), capture_output=True, check=True), 1),
    )
    yield Row(
        "all steps painted, against one `dot` process per step",
        turns.ratio(0, 1) / steps,
        0.02,
        f"{steps} steps: {turns.seconds(0) * 1e3:.0f} ms, one `dot` {turns.seconds(1) * 1e3:.1f} ms",
    )
    yield _large()


def _large() -> Row:
    """A recurrence whose only pass has 98,000 operations: what its page needs, against running it."""
    source = (
        "import torch\nw = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)\ny = w * 1.0\n"
        "for k in range(49_000):\n    y = y * w + 0.25\ny.backward()"
    )
    rounds = []
    for seed in range(5):

        def run(seed: int = seed) -> None:
            engine.run(source, seed=seed)

        def page(seed: int = seed) -> None:
            jobs.page(Program(source, seed=seed), 0, 0, View(), "embedded")

        rounds.append((_spent(page), _spent(run)))
    turns = Turns(tuple(rounds))
    return Row(
        "first view of a program of 98,000 operations, against the engine's own time for it",
        turns.ratio(0, 1),
        4.0,
        f"{turns.seconds(0):.2f} s and {turns.seconds(1):.2f} s of one core",
    )


def _spent(deed: Callable[[], object]) -> float:
    """Seconds of one core that a call takes."""
    begin = time.process_time()
    deed()
    return time.process_time() - begin
