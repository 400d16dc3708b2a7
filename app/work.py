"""Takes computations off the event loop: one executor, a bounded queue, a time limit."""

import asyncio
import gc
import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from types import FrameType
from typing import ParamSpec, TypeVar

from app import jobs
from app.programs import Program
from app.render.layout import Backend
from app.render.view import View
from app.settings import COMPUTING_SECONDS, JOB_SECONDS, WAITING_JOBS, Settings

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class Busy(Exception):
    """More computations are waiting than anybody would wait for."""


class TooLong(Exception):
    """A computation did not finish within its time."""


class Workshop:
    """Runs the pure functions of `jobs` in worker processes."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._executor: Executor = self._pool()
        self._waiting = 0

    async def do(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The job's result. Raises what the job raises, `Busy` or `TooLong`.

        A worker that dies is replaced and its job tried once more.
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
        await asyncio.gather(*(self.do(_awake) for _ in range(max(1, self._settings.workers))))

    def close(self) -> None:
        """Ends the worker processes."""
        self._executor.shutdown(cancel_futures=True)

    async def _submit(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        future = asyncio.wrap_future(self._executor.submit(_timed, COMPUTING_SECONDS, partial(job, *args, **kwargs)))
        try:
            return await asyncio.wait_for(future, JOB_SECONDS)
        except TimeoutError:
            raise TooLong from None

    def _pool(self) -> ProcessPoolExecutor:
        """Fresh processes: a fork of a server with threads may deadlock, so they start from a clean one."""
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(
            max(1, self._settings.workers), mp_context=context, initializer=warm_up, initargs=(self._settings.layout,)
        )


def _timed(seconds: float, job: Callable[[], T]) -> T:
    """The job's result, in a worker. Raises `TooLong` there and then, so that the worker is free for others."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        return job()  # no such alarm here; the request is still given up in time
    signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return job()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _ring(_signal: int, _frame: FrameType | None) -> None:
    raise TooLong


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
