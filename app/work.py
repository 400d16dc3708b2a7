"""Takes computations off the event loop: one executor, a bounded queue, a time limit, an end to what nobody wants."""

import asyncio
import gc
import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import partial
from types import FrameType
from typing import Final, ParamSpec, TypeVar

from app import board, jobs
from app.board import Board, Progress
from app.programs import Program
from app.render.layout import Backend
from app.render.view import View
from app.settings import COMPUTING_SECONDS, JOB_SECONDS, WAITING_JOBS, Settings

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

_GLANCE = 0.25
"""Seconds between two looks at the workers, for a request that waits."""


class Busy(Exception):
    """More computations are waiting than anybody would wait for."""


class TooLong(Exception):
    """A computation did not finish within its time."""


class Watch:
    """Looks over the shoulder of whoever computes for a request."""

    def __init__(self) -> None:
        self._task: Callable[[], Progress] = Progress

    @property
    def progress(self) -> Progress:
        """How far the last computation is."""
        return self._task()

    def follow(self, task: Callable[[], Progress]) -> None:
        """From now on says what `task` says."""
        self._task = task


_watch: Final[ContextVar[Watch | None]] = ContextVar("watch", default=None)


@contextmanager
def watching() -> Iterator[Watch]:
    """A watch on all computations that are asked for inside."""
    token = _watch.set(watch := Watch())
    try:
        yield watch
    finally:
        _watch.reset(token)


class Workshop:
    """Runs the pure functions of `jobs` in worker processes."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._context = multiprocessing.get_context("spawn")
        self._board = Board(self._context, WAITING_JOBS * 2)
        self._free = list(range(self._board.lines))
        self._executor = self._pool()
        self._waiting = 0

    async def do(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The job's result. Raises what the job raises, `Busy` or `TooLong`.

        A worker that dies is replaced and its job tried once more. Whoever is cancelled while waiting here, or waits
        too long, sets the worker free.
        """
        if self._waiting >= WAITING_JOBS:
            raise Busy
        self._waiting += 1
        try:
            executor = self._executor
            try:
                return await self._submit(job, *args, **kwargs)
            except BrokenProcessPool:
                if self._executor is executor:  # else another job has met the same death
                    log.exception("a worker process died; starting new ones")
                    self._executor = self._pool()
                return await self._submit(job, *args, **kwargs)
        finally:
            self._waiting -= 1

    async def start(self) -> None:
        """Wakes every worker, so that nobody waits for the first one."""
        await asyncio.gather(*(self._wake() for _ in range(max(1, self._settings.workers))))

    async def _wake(self) -> None:
        """Has a worker do nothing, however long a busy machine takes to start it."""
        while True:
            with suppress(TooLong):
                return await self.do(_awake)

    def close(self) -> None:
        """Ends the worker processes, and lets go of their semaphores: a server that is ended by a signal never
        comes to the point where Python would do it."""
        self._executor.shutdown(cancel_futures=True)
        del self._executor
        gc.collect()

    async def _submit(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        pool, board = self._executor, self._board
        if not self._free:  # tasks that were given up and have not ended yet
            raise Busy
        line = self._free.pop()
        board.clear(line)
        task = pool.submit(_timed, COMPUTING_SECONDS, line, partial(job, *args, **kwargs))
        if watch := _watch.get():
            watch.follow(lambda: board.progress(line))
        future = asyncio.wrap_future(task)
        try:
            async with asyncio.timeout(JOB_SECONDS):
                while not future.done():
                    await asyncio.wait([future], timeout=_GLANCE)
                    pool.bury_the_dead()
                return future.result()
        except TimeoutError:
            raise TooLong from None
        finally:
            if watch:
                last = board.progress(line)
                watch.follow(lambda: last)
            task.add_done_callback(lambda _: self._free.append(line))
            if not future.done():
                future.cancel()
                pool.nudge(board.stop(line))

    def _pool(self) -> "_Pool":
        """Fresh processes: a fork of a server with threads may deadlock, so they start from a clean one."""
        return _Pool(
            max(1, self._settings.workers),
            mp_context=self._context,
            initializer=_settle_in,
            initargs=(self._settings.layout, self._board),
        )


class _Pool(ProcessPoolExecutor):
    """Worker processes whose death is noticed whatever they were doing, and who can be interrupted."""

    def nudge(self, worker: int) -> None:
        """Makes a worker look at the board, whatever it is doing; the engine looks there by itself."""
        if worker in (self._processes or {}) and hasattr(signal, "SIGUSR1"):
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGUSR1)

    def bury_the_dead(self) -> None:
        """Makes the pool notice a worker that died while it wrote its answer.

        NB: the pool reads such an answer for ever, since the other workers and this process hold the pipe open.
        Without them the reader meets its end, and all that waits fails with `BrokenProcessPool`.
        """
        workers = list((self._processes or {}).values())
        if all(worker.is_alive() for worker in workers):
            return
        for worker in workers:
            worker.kill()
        self._result_queue._writer.close()  # type: ignore[attr-defined]


_own: Board | None = None
"""In a worker: the board of its server."""


def _timed(seconds: float, line: int, job: Callable[[], T]) -> T:
    """The job's result, in a worker. Raises `TooLong` or `Cancelled` there and then, so that the worker is free."""
    assert _own is not None
    _own.begin(line, os.getpid())
    try:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, seconds)
        token = board.take_up((_own, line))
        try:
            return job()
        finally:
            board.lay_down(token)  # from here on nobody can stop it any more
    finally:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)


def _ring(_signal: int, _frame: FrameType | None) -> None:
    raise TooLong


def _nudged(_signal: int, _frame: FrameType | None) -> None:
    """NB: it may come late, when another task is in hand, which the board knows to be wanted."""
    board.obey()


def _settle_in(backend: Backend, shared: Board) -> None:
    """What a worker does before its first task."""
    global _own
    _own = shared
    if hasattr(signal, "setitimer"):  # elsewhere a request is still given up in time
        signal.signal(signal.SIGALRM, _ring)
        signal.signal(signal.SIGUSR1, _nudged)
    warm_up(backend)


def warm_up(backend: Backend) -> None:
    """Pays for imports and the compiled Graphviz once, before the first request.

    What is alive then stays alive, so the garbage collector need not look at it again; and a job makes tens of
    thousands of objects that die together, so it need not look often.
    """
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    jobs.film_json(Program("x*w", (("x", 1.0), ("w", 1.0))), 0, View(), backend)
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    sys.setswitchinterval(0.0005)  # or the thread that calls Graphviz would wait 5 ms for its turn, twice


def _leave_with_parent() -> None:
    """A server that is killed cannot end its workers, and they would wait for it for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _awake() -> None:
    """A job that only makes its worker start."""
