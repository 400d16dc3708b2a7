"""The run store forgets nothing: real SQLite, other processes and threads included."""

import math
import multiprocessing
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.programs import Given, Program, program
from app.store import Store

Open = Callable[[Path | None], Store]


@pytest.fixture
def opened() -> Iterator[Open]:
    """Opens stores, and closes them in the end."""
    stores: list[Store] = []

    def open_store(folder: Path | None) -> Store:
        stores.append(Store(folder))
        return stores[-1]

    yield open_store
    for store in stores:
        store.close()


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path, opened: Open) -> Store:
    return opened(tmp_path / "runs" if request.param == "file" else None)


def written(value: Given) -> str:
    """Numbers with their signs and NaNs, which `==` does not see."""
    return repr(value)


def numbered(k: int) -> Program:
    return program(f"x * {k}", {"x": float(k)})


# --- what goes in comes out


@pytest.mark.parametrize(
    "kept",
    [
        program("(x*w - y)**2", {"x": 1.0, "w": 1.0, "y": 2.0}),
        program("ŷ = 学 * 𝓍\n# 😀 \"quoted\" 'and' \\n\n损失 = ŷ ** 2", {"学": 1.5, "𝓍": -2.0}),
        program("x", {"x": math.nan, "y": math.inf, "z": -math.inf}),
        program("1/x", {"x": -0.0}),
        program("x", {"x": 1e308, "y": 5e-324, "z": 0.1 + 0.2}),
        program("3", {}),
        program("W @ x", {"W": [[1.0, math.nan], [0.1, -0.0]], "x": [2, "Infinity"]}),
        program("x'); DROP TABLE runs; --", {"x": 1.0}),
        program("x", {"x": 1.0}, seed=2**63 - 1),
    ],
)
def test_a_program_comes_back_as_it_went_in(store: Store, kept: Program) -> None:
    assert store.put(kept)
    found = store.get(kept.id)
    assert found is not None
    assert (found.source, found.seed, found.id) == (kept.source, kept.seed, kept.id)
    assert [(name, written(value)) for name, value in found.inputs] == [
        (name, written(value)) for name, value in kept.inputs
    ]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.dictionaries(st.text(max_size=20), st.floats(), max_size=8), st.integers(0, 2**63 - 1))
def test_any_program_comes_back(source: str, inputs: dict[str, float], seed: int) -> None:
    kept = program(source, inputs, seed)
    store = Store(None)
    assert store.put(kept)
    assert store.get(kept.id) == kept
    store.close()


def test_a_program_is_kept_once(store: Store) -> None:
    assert store.put(numbered(1))
    assert not store.put(numbered(1))
    assert store.put(numbered(2))


def test_an_unknown_id_has_no_program(store: Store) -> None:
    assert store.get(numbered(1).id) is None
    assert store.get("' OR 1=1 --") is None


def test_the_database_answers(store: Store) -> None:
    assert store.ready()


# --- the same program, the same run


def test_the_order_and_the_spelling_of_the_inputs_do_not_matter() -> None:
    assert program("x*w", {"x": 1.0, "w": 2.0}) == program("x*w", {"w": 2.0, "x": 1.0})
    assert program("x", {"𝓍": 1.0}) == program("x", {"x": 1}) == program("x", {"x": 1.0})
    assert program("x\r\ny\rz", {}) == program("x\ny\nz", {})


def test_what_can_change_a_result_changes_the_id() -> None:
    different = [
        program("x", {"x": 1.0}),
        program("x ", {"x": 1.0}),
        program("x", {"x": math.nextafter(1.0, 2.0)}),
        program("x", {"x": 0.0}),
        program("x", {"x": -0.0}),
        program("x", {"x": math.nan}),
        program("x", {"x": math.inf}),
        program("x", {"x": -math.inf}),
        program("x", {"x": 1.0, "y": 1.0}),
        program("x", {"x": 1.0}, seed=1),
        program("x", {}),
    ]
    assert len({each.id for each in different}) == len(different)
    assert len(set(different)) == len(different), "caches go by the program itself, and 0.0 == −0.0"
    assert program("x", {"x": math.nan}) == program("x", {"x": float("nan")})


# --- files, processes, threads


def test_programs_are_there_after_a_restart(tmp_path: Path, opened: Open) -> None:
    first = opened(tmp_path)
    first.put(numbered(1))
    first.close()
    assert opened(tmp_path).get(numbered(1).id) == numbered(1)


def test_the_file_is_in_wal_mode_so_that_readers_do_not_wait(tmp_path: Path, opened: Open) -> None:
    opened(tmp_path).put(numbered(1))
    raw = sqlite3.connect(tmp_path / "gradstep.sqlite3")
    assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    raw.close()


def test_a_program_is_small_on_disk(tmp_path: Path, opened: Open) -> None:
    store = opened(tmp_path)
    for k in range(500):
        store.put(numbered(k))
    store.close()
    assert (tmp_path / "gradstep.sqlite3").stat().st_size / 500 < 500


def test_readers_go_on_while_somebody_writes(tmp_path: Path, opened: Open) -> None:
    store = opened(tmp_path)
    store.put(numbered(1))
    writer = sqlite3.connect(tmp_path / "gradstep.sqlite3", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert store.get(numbered(1).id) == numbered(1)  # who had to wait would wait in vain
    writer.execute("ROLLBACK")
    writer.close()


def test_a_writer_waits_for_another(tmp_path: Path, opened: Open) -> None:
    store = opened(tmp_path)
    writer = sqlite3.connect(tmp_path / "gradstep.sqlite3", isolation_level=None, check_same_thread=False)
    writer.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.3, writer.execute, ["COMMIT"])
    release.start()
    assert store.put(numbered(1))
    release.join()
    writer.close()


def put_all(folder: Path, mine: range, shared: range) -> int:
    """Opens the store and writes; how many of the shared ones were new. Runs in a process of its own."""
    store = Store(folder)
    with ThreadPoolExecutor(8) as threads:
        news = list(threads.map(store.put, [numbered(k) for k in (*mine, *shared)]))
    store.close()
    assert all(news[: len(mine)])
    return sum(news[len(mine) :])


def test_processes_and_threads_that_write_at_once_lose_nothing(tmp_path: Path, opened: Open) -> None:
    shared = range(1000, 1100)
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as processes:
        jobs = [processes.submit(put_all, tmp_path, range(start, start + 100), shared) for start in (0, 100)]
        new = sum(job.result(60) for job in jobs)
    assert new == len(shared), "each shared program was new to exactly one writer"
    store = opened(tmp_path)
    assert all(store.get(numbered(k).id) == numbered(k) for k in (*range(200), *shared))


def open_and_put(folder: Path, start: float) -> bool:
    time.sleep(max(0.0, start - time.time()))
    store = Store(folder)
    new = store.put(numbered(1))
    store.close()
    return new


def test_servers_may_be_started_at_once_on_a_new_folder(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4, mp_context=multiprocessing.get_context("spawn")) as processes:
        list(processes.map(time.sleep, [0.2] * 4))
        for k in range(10):
            start = time.time() + 0.05
            news = list(processes.map(open_and_put, [tmp_path / str(k)] * 4, [start] * 4))
            assert sorted(news) == [False, False, False, True]


def test_eight_threads_share_one_store(store: Store) -> None:
    def work(k: int) -> bool:
        store.put(numbered(k % 40))
        return store.get(numbered(k % 40).id) == numbered(k % 40)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(work, range(400)))
