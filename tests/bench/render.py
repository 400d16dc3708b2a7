"""A submission against the bare layout of its DOT, and all steps painted against one `dot` process per step."""

import subprocess
from collections.abc import Iterator
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
from tests.bench.measure import Row, median
from tests.bench.programs import network

_SECONDS = 30.0


def rows() -> Iterator[Row]:
    """About 100 operations, about 300 steps."""
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
    submission()
    whole, bare = median(submission), median(lambda: embedded.render(dot, seconds=_SECONDS))
    yield Row(
        "submission → snapshot + geometry + first SVG, against the bare layout of the same DOT",
        whole / bare,
        1.5,
        f"{operations} operations: {whole * 1e3:.1f} ms and {bare * 1e3:.1f} ms",
    )
    picture, shown = Picture(drawn, view, title=source).place(layout(plan, seconds=_SECONDS)), film(snapshot)
    steps = len(snapshot.steps)
    painting = median(lambda: sum(map(len, picture.paint_all(shown))), times=5)
    forking = median(
        lambda: subprocess.run(["dot", "-Tsvg"], input=dot.encode(), capture_output=True, check=True), times=5
    )
    yield Row(
        "all steps painted, against one `dot` process per step",
        painting / (steps * forking),
        0.02,
        f"{steps} steps: {painting * 1e3:.0f} ms, one `dot` {forking * 1e3:.1f} ms",
    )
