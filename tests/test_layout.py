"""A plan gets a picture: right, always, the same each time, and within its time."""

import itertools
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from shutil import which

import pytest
import wasmtime
from hypothesis import given, settings
from hypothesis import strategies as st

from app.render import compiled, embedded, system
from app.render.errors import GraphvizMissing, LayoutError, LayoutTimeout, PlanError
from app.render.geometry_dot import geometry_dot
from app.render.layered import layered
from app.render.layout import RENDER, Backend, layout
from app.render.plan import Box, Direction, Geometry, Line, Plan
from app.render.ranks import ranks, size

needs_dot = pytest.mark.skipif(which("dot") is None, reason="no `dot` program installed")
BACKENDS = ["embedded", pytest.param("system", marks=needs_dot)]


# -- plans -----------------------------------------------------------------------------------------------


def plan(count: int, users: dict[int, list[int]], direction: Direction = "LR") -> Plan:
    """`count` boxes; `users` gives the operands of those that have any."""
    return Plan(
        boxes=tuple(Box(f"n{i}", 60.0 + i * 37 % 60, 40.0) for i in range(count)),
        lines=tuple(
            Line(f"n{operand}_n{user}_{k}", f"n{operand}", f"n{user}")
            for user, operands in users.items()
            for k, operand in enumerate(operands)
        ),
        direction=direction,
    )


def chain(count: int) -> Plan:
    return plan(count, {i: [i - 1] for i in range(1, count)})


def shared_weight(steps: int) -> Plan:
    """One leaf used at every step of a chain: few boxes, and dot's worst case."""
    return plan(steps + 2, {i: [0, i - 1] for i in range(2, steps + 2)})


def recurrent_network(steps: int) -> Plan:
    """Three weights, shared by all steps."""
    users: dict[int, list[int]] = {}
    state, new = 3, itertools.count(4)
    for _ in range(steps):
        x, left, right, both, tanh, shifted = (next(new) for _ in range(6))
        users |= {left: [0, x], right: [1, state], both: [left, right], tanh: [both], shifted: [2, tanh]}
        state = shifted
    return plan(next(new), users)


SQUARED_ERROR = plan(7, {2: [0, 1], 4: [2, 3], 6: [4, 5]})  # (x*w - y)**2
SQUARE = plan(2, {1: [0, 0]})  # x*x
HARD = shared_weight(140)  # takes dot a second even at its quick settings


@st.composite
def any_plan(draw: st.DrawFn) -> Plan:
    count = draw(st.integers(1, 24))
    sides = st.sampled_from([16.0, 33.3, 90.5, 200.0])
    earlier = {i: draw(st.lists(st.integers(0, i - 1), max_size=4)) for i in range(1, count)}
    shape = plan(count, earlier, draw(st.sampled_from(["LR", "TB"])))
    boxes = tuple(Box(box.id, draw(sides), draw(sides)) for box in shape.boxes)
    return Plan(boxes, shape.lines, shape.direction)


def check(plan: Plan, geometry: Geometry) -> None:
    """Every box inside, none overlapping; every line from border to border; no two lines the same."""
    slack = 1.0  # px; Graphviz writes five digits
    near = 3.0  # px; where dot cuts a line off that comes along the side of a small box
    assert list(geometry.centres) == [box.id for box in plan.boxes]
    assert list(geometry.splines) == [line.id for line in plan.lines]
    sides = {box.id: (box.width, box.height) for box in plan.boxes}
    for id, (x, y) in geometry.centres.items():
        width, height = sides[id]
        assert width / 2 - slack <= x <= geometry.width - width / 2 + slack
        assert height / 2 - slack <= y <= geometry.height - height / 2 + slack
    for one, two in itertools.combinations(plan.boxes, 2):
        (x, y), (u, v) = geometry.centres[one.id], geometry.centres[two.id]
        apart = max(abs(x - u) - (one.width + two.width) / 2, abs(y - v) - (one.height + two.height) / 2)
        assert apart > -slack
    for line in plan.lines:
        curve = geometry.splines[line.id]
        assert len(curve) >= 4
        assert len(curve) % 3 == 1
        for end, box in ((curve[0], line.source), (curve[-1], line.target)):
            (x, y), (width, height) = geometry.centres[box], sides[box]
            outside = max(abs(end[0] - x) - width / 2, abs(end[1] - y) - height / 2)
            assert outside == pytest.approx(0, abs=near)
    assert len(set(geometry.splines.values())) == len(plan.lines)


# -- the picture -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_an_expression_is_laid_out_by_dot_along_the_flow(backend: Backend, direction: Direction) -> None:
    expression = Plan(SQUARED_ERROR.boxes, SQUARED_ERROR.lines, direction)
    geometry = layout(expression, backend=backend)
    check(expression, geometry)
    assert geometry.engine == "dot"
    axis = 0 if direction == "LR" else 1
    for line in expression.lines:
        assert geometry.centres[line.source][axis] < geometry.centres[line.target][axis]


@pytest.mark.parametrize("draw", [layout, layered])
@pytest.mark.parametrize(("direction", "axis"), [("LR", 1), ("TB", 0)])
def test_the_first_operand_stands_above_or_left_of_the_second(
    draw: Callable[[Plan], Geometry], direction: Direction, axis: int
) -> None:
    for operands in ([0, 1], [1, 0]):
        centres = draw(plan(3, {2: operands}, direction)).centres
        assert centres[f"n{operands[0]}"][axis] < centres[f"n{operands[1]}"][axis]


@pytest.mark.parametrize("draw", [layout, layered])
def test_x_times_x_has_two_lines_to_see(draw: Callable[[Plan], Geometry]) -> None:
    one, two = draw(SQUARE).splines.values()
    assert max(abs(a[1] - b[1]) for a, b in zip(one, two, strict=True)) > 5


@needs_dot
def test_both_backends_draw_the_same_picture() -> None:
    one, other = layout(SQUARED_ERROR, backend="embedded"), layout(SQUARED_ERROR, backend="system")
    for id, centre in one.centres.items():
        assert other.centres[id] == pytest.approx(centre, abs=3)
    assert {id: len(curve) for id, curve in one.splines.items()} == {
        id: len(curve) for id, curve in other.splines.items()
    }


@given(any_plan())
@settings(deadline=None, max_examples=100)
def test_any_plan_is_laid_out_without_overlaps(plan: Plan) -> None:
    assert layout(plan).engine == "dot"
    check(plan, layout(plan))


@given(any_plan())
@settings(deadline=None, max_examples=100)
def test_any_plan_is_laid_out_plainly_without_overlaps(plan: Plan) -> None:
    check(plan, layered(plan))


@given(any_plan())
@settings(deadline=None)
def test_ranks_rise_along_every_line_and_leave_none_empty(plan: Plan) -> None:
    rank = dict(zip((box.id for box in plan.boxes), ranks(plan), strict=True))
    assert all(rank[line.source] < rank[line.target] for line in plan.lines)
    assert set(rank.values()) == set(range(max(rank.values()) + 1))


@pytest.mark.parametrize("draw", [layout, layered])
def test_lines_against_the_order_and_loops_crash_nothing(draw: Callable[[Plan], Geometry]) -> None:
    odd = plan(4, {0: [3, 0], 1: [0], 2: [1], 3: [2, 3]})
    assert len(draw(odd).splines) == len(odd.lines)


def test_no_boxes_make_an_empty_picture() -> None:
    assert layout(Plan((), (), "LR")) == Geometry(0.0, 0.0, {}, {}, "layered")


# -- always a picture ------------------------------------------------------------------------------------


def test_a_graph_that_is_too_hard_is_drawn_plainly() -> None:
    geometry = layout(HARD, seconds=0.05)
    check(HARD, geometry)
    assert geometry.engine == "layered"


@pytest.mark.parametrize(
    ("found", "put"),
    [
        (b'"pos": "', b'"pos": "nan,'),
        (b'"pos": "', b'"pos": "1 '),
        (b'"pos": "', b'"place": "'),
        (b'"id": "n0_n1_1"', b'"id": "n0_n1_0"'),
        (b'"name": "n1"', b'"name": "n2"'),
        (b'"bb": "', b'"bb": "0 '),
        (b"}", b""),
    ],
)
def test_an_answer_that_is_no_layout_is_replaced_by_a_plain_one(
    found: bytes, put: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def garbled(dot: str, *, seconds: float) -> bytes:
        answer = embedded.render(dot, seconds=seconds)
        assert found in answer
        return answer.replace(found, put)

    monkeypatch.setitem(RENDER, "embedded", garbled)
    check(SQUARE, layout(SQUARE))
    assert layout(SQUARE).engine == "layered"


def test_a_chain_of_20000_boxes_gets_a_picture() -> None:
    long = chain(20_000)
    geometry = layout(long)
    assert geometry.engine == "layered"
    assert len(set(geometry.centres.values())) == 20_000
    assert len({y for _, y in geometry.centres.values()}) == 1


def test_a_picture_too_wide_for_the_digits_of_graphviz_is_drawn_plainly() -> None:
    long = chain(1_500)
    geometry = layout(long)
    assert geometry.engine == "layered"
    assert geometry.width > 100_000


def test_100000_boxes_get_a_picture() -> None:
    wide = plan(100_000, {i: [i - 1, i // 2] for i in range(1, 100_000)})
    assert len(layered(wide).splines) == len(wide.lines)


def test_size_counts_the_ranks_that_lines_pass() -> None:
    assert size(chain(50)) == 50
    assert size(shared_weight(50)) == 52 + sum(range(50))


@pytest.mark.parametrize(
    "plan",
    [
        plan(9, {2: [0, 1], 3: [2], 5: [4], 6: [5], 7: [6], 8: [3, 7]}),  # a tree is used late
        plan(7, {1: [0, 0], 3: [2], 4: [3], 5: [4], 6: [1, 5]}),  # so is a square
        plan(8, {2: [0, 1], 3: [0, 1], 4: [3], 5: [4], 6: [5], 7: [6, 2]}),  # so is a sum of shared leaves
        recurrent_network(4),
    ],
)
def test_size_is_estimated_as_dot_finds_it(plan: Plan) -> None:
    centres = layout(plan).centres
    columns = sorted({x for x, _ in centres.values()})
    rank = {id: columns.index(x) for id, (x, _) in centres.items()}
    assert size(plan) == len(rank) + sum(rank[line.target] - rank[line.source] - 1 for line in plan.lines)


# -- hostile plans ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", ["", "a b", 'a"', "a]", "a:s", "é", "a\n", "<b>", "a;b", "x" * 201, "-1", "𝓍"])
def test_a_hostile_id_is_refused(id: str) -> None:
    with pytest.raises(PlanError):
        Plan((Box(id, 10, 10),), (), "LR")
    with pytest.raises(PlanError):
        Plan((Box("a", 10, 10),), (Line(id, "a", "a"),), "LR")


def test_ids_that_mean_something_to_dot_mean_nothing_here() -> None:
    words = Plan(
        tuple(Box(id, 30, 20) for id in ("node", "graph", "1a", "0", "strict")),
        (Line("edge", "node", "graph"), Line("subgraph", "1a", "0")),
        "LR",
    )
    check(words, layout(words))


@pytest.mark.parametrize("side", [0.0, -1.0, float("nan"), float("inf"), 1e9])
def test_a_side_that_is_no_side_is_refused(side: float) -> None:
    with pytest.raises(PlanError):
        Plan((Box("a", side, 10),), (), "LR")


def test_repeated_ids_and_loose_lines_are_refused() -> None:
    box = Box("a", 10, 10)
    with pytest.raises(PlanError):
        Plan((box, box), (), "LR")
    with pytest.raises(PlanError):
        Plan((box,), (Line("l", "a", "a"), Line("l", "a", "a")), "LR")
    with pytest.raises(PlanError):
        Plan((box,), (Line("l", "a", "b"),), "LR")


# -- limits of the embedded backend ----------------------------------------------------------------------


def test_a_deadline_stops_a_hard_graph_and_the_next_one_works() -> None:
    expected = embedded.render(geometry_dot(SQUARED_ERROR), seconds=5)
    for _ in range(3):
        with pytest.raises(LayoutTimeout):
            embedded.render(geometry_dot(HARD), seconds=0.05)
        assert embedded.render(geometry_dot(SQUARED_ERROR), seconds=5) == expected


def test_a_refused_graph_says_so_and_the_next_one_works() -> None:
    with pytest.raises(LayoutError, match="refused"):
        embedded.render("digraph { a -> }", seconds=5)
    assert b'"bb"' in embedded.render("digraph { a -> b }", seconds=5)


def test_memory_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "MEMORY_LIMIT", 3 * 2**20)
    runtime = embedded.Runtime()
    with pytest.raises(LayoutError):
        runtime.render(geometry_dot(HARD).encode(), 20)
    assert runtime.render(geometry_dot(SQUARED_ERROR).encode(), 5)


def test_recursion_inside_graphviz_is_stopped_also_on_a_small_thread() -> None:
    network = recurrent_network(40)  # which dot's quick settings walk very deep
    outcome: list[BaseException | None] = []

    def ask() -> None:
        try:
            embedded.Runtime().render(geometry_dot(network, tight=True).encode(), 3)
            outcome.append(None)
        except LayoutError as error:
            outcome.append(error)

    before = threading.stack_size(256 * 1024)
    try:
        thread = threading.Thread(target=ask)
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    assert len(outcome) == 1
    assert threading.stack_size() == before


def test_200_layouts_from_eight_threads_with_deadlines_hit_among_them() -> None:
    plans = [shared_weight(steps) for steps in (2, 5, 9, 14, 20, 27, 33)] + [HARD]
    sources = [geometry_dot(plan) for plan in plans]
    alone = [embedded.render(source, seconds=5) for source in sources[:-1]]

    def ask(number: int) -> bytes | None:
        which = number % len(sources)
        try:
            return embedded.render(sources[which], seconds=0.03 if plans[which] is HARD else 20)
        except LayoutTimeout:
            return None

    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(ask, range(200)))
    assert together == [(*alone, None)[number % len(sources)] for number in range(200)]


def test_spawned_and_forked_processes_draw_the_same_picture() -> None:
    expected = layout(SQUARED_ERROR)
    for method in ("spawn", "forkserver"):
        with ProcessPoolExecutor(1, mp_context=get_context(method)) as processes:
            assert processes.submit(layout, SQUARED_ERROR).result() == expected


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_process_forked_in_the_middle_of_a_layout_can_draw() -> None:
    expected = layout(SQUARED_ERROR)
    with ThreadPoolExecutor(3) as threads:
        busy = [threads.submit(layout, HARD, seconds=0.1) for _ in range(3)]
        child = os.fork()
        if not child:
            signal.alarm(30)  # a child that hangs is a failure
            status = 1
            try:
                status = 0 if layout(SQUARED_ERROR) == expected and layout(HARD, seconds=0.05) else 2
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert {task.result().engine for task in busy} == {"layered"}


# -- the cache of the compiled module --------------------------------------------------------------------


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> wasmtime.Engine:
    """An engine, and a module that is compiled in no time."""
    tiny = bytes(wasmtime.wat2wasm('(module (func (export "f") (result i32) i32.const 7))'))
    monkeypatch.setattr(compiled, "_wasm", lambda: tiny)
    return wasmtime.Engine()


def compilations(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Fills with what is compiled from now on."""
    done: list[bytes] = []
    compile = wasmtime.Module.__init__

    def count(module: wasmtime.Module, engine: wasmtime.Engine, wasm: bytes) -> None:
        done.append(wasm)
        compile(module, engine, wasm)

    monkeypatch.setattr(wasmtime.Module, "__init__", count)
    return done


def test_the_module_is_compiled_once(engine: wasmtime.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = compilations(monkeypatch)
    for _ in range(3):
        compiled.load(engine, directory=tmp_path / "cache")
    assert len(done) == 1
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700
    assert len(list((tmp_path / "cache").iterdir())) == 1


@pytest.mark.parametrize("damage", [
    lambda file: b"",
    lambda file: file[:100],
    lambda file: b"\0" * len(file),
    lambda file: file[:-1] + bytes([file[-1] ^ 1]),
    lambda file: file[:32] + file[33:],
])  # fmt: skip
def test_a_damaged_cache_is_repaired(
    damage: Callable[[bytes], bytes], engine: wasmtime.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled.load(engine, directory=tmp_path / "cache")
    (file,) = (tmp_path / "cache").iterdir()
    good = file.read_bytes()
    file.write_bytes(damage(good))
    done = compilations(monkeypatch)
    compiled.load(engine, directory=tmp_path / "cache")
    assert len(done) == 1
    assert file.read_bytes() == good


def test_a_module_for_another_kind_of_engine_is_replaced(
    engine: wasmtime.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled.load(engine, directory=tmp_path / "cache")
    done = compilations(monkeypatch)
    config = wasmtime.Config()
    config.epoch_interruption = True
    compiled.load(wasmtime.Engine(config), directory=tmp_path / "cache")
    assert len(done) == 1


@pytest.mark.skipif(os.name != "posix", reason="there is no cache without POSIX permissions")
@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_a_directory_that_others_may_write_to_is_neither_read_nor_written(
    mode: int, engine: wasmtime.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled.load(engine, directory=tmp_path / "cache")
    (file,) = (tmp_path / "cache").iterdir()
    file.write_bytes(b"planted")
    (tmp_path / "cache").chmod(mode)
    done = compilations(monkeypatch)
    compiled.load(engine, directory=tmp_path / "cache")
    assert len(done) == 1
    assert file.read_bytes() == b"planted"


def test_a_cache_that_is_a_link_or_cannot_be_made_costs_a_compilation(
    engine: wasmtime.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "file").write_bytes(b"")
    done = compilations(monkeypatch)
    for directory in (tmp_path / "link", tmp_path / "file", tmp_path / "file" / "cache", Path("relative")):
        compiled.load(engine, directory=directory)
    assert len(done) == 4
    assert not list((tmp_path / "elsewhere").iterdir())


# -- the system backend ----------------------------------------------------------------------------------


def test_without_dot_the_error_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GraphvizMissing, match=r"apt install graphviz.*backend='embedded'"):
        layout(SQUARED_ERROR, backend="system")


@needs_dot
def test_dot_is_killed_at_its_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    class Popen(subprocess.Popen[bytes]):
        def __init__(self, *args: object, **kwargs: object) -> None:
            super().__init__(*args, **kwargs)  # type: ignore[call-overload]
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Popen)
    monkeypatch.setattr(system, "_limit", lambda pid, seconds: None)
    with pytest.raises(LayoutTimeout):
        system.render(geometry_dot(HARD), seconds=0.1)
    assert [process.returncode for process in started] == [-9]


@needs_dot
def test_dot_says_what_it_refuses() -> None:
    with pytest.raises(LayoutError, match="syntax error"):
        system.render("digraph { a -> }", seconds=5)


@needs_dot
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can limit another process")
@pytest.mark.parametrize(("limit", "value"), [("MEMORY_LIMIT", 2**20), ("EXTRA_SECONDS", -29)])
def test_dot_is_held_to_its_memory_and_processor_time(limit: str, value: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, limit, value)
    with pytest.raises(LayoutError, match="status"):
        system.render(geometry_dot(HARD), seconds=30)
