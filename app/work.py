"""Takes computations off the event loop: one executor, a bounded queue, a time limit, answers kept."""

import asyncio
import hashlib
import logging
import multiprocessing
from collections.abc import Callable, Hashable
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from cachetools import LRUCache

from app import jobs
from app.programs import Program
from app.render.layout import Backend
from app.render.view import View
from app.settings import ANSWER_CACHE_BYTES, JOB_SECONDS, WAITING_JOBS, Settings

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class Busy(Exception):
    """More computations are waiting than anybody would wait for."""


class TooLong(Exception):
    """A computation did not finish within its time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished body with its strong entity tag."""

    body: bytes
    etag: str


class Workshop:
    """Runs the pure functions of `jobs` in worker processes and keeps finished answers."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._executor: Executor = self._pool()
        self._waiting = 0
        self._answers: LRUCache[Hashable, Answer] = LRUCache(
            ANSWER_CACHE_BYTES, getsizeof=lambda answer: len(answer.body) + 200
        )

    async def do(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The job's result. Raises what the job raises, `Busy` or `TooLong`.

        A worker that dies is replaced and its job tried once more.
        """
        if self._waiting >= WAITING_JOBS:
            raise Busy
        self._waiting += 1
        try:
            try:
                return await self._submit(job, *args, **kwargs)
            except BrokenProcessPool:
                log.exception("a worker process died; starting new ones")
                self._executor = self._pool()
                return await self._submit(job, *args, **kwargs)
        finally:
            self._waiting -= 1

    def known(self, key: Hashable) -> Answer | None:
        """A finished answer, if it is still here."""
        return self._answers.get(key)

    def keep(self, key: Hashable, body: bytes) -> Answer:
        """Keeps a finished answer under its key."""
        answer = Answer(body, f'"{hashlib.sha256(body).hexdigest()[:24]}"')
        if len(body) < ANSWER_CACHE_BYTES // 8:
            self._answers[key] = answer
        return answer

    async def start(self) -> None:
        """Wakes every worker, so that nobody waits for the first one."""
        await asyncio.gather(*(self.do(_awake) for _ in range(max(1, self._settings.workers))))

    def close(self) -> None:
        """Ends the worker processes."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    async def _submit(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        future = asyncio.wrap_future(self._executor.submit(job, *args, **kwargs))
        try:
            return await asyncio.wait_for(future, JOB_SECONDS)
        except TimeoutError:
            raise TooLong from None

    def _pool(self) -> ProcessPoolExecutor:
        """Fresh processes: a fork of a server with threads may deadlock, so they start from a clean one."""
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(
            max(1, self._settings.workers), mp_context=context, initializer=_warm_up, initargs=(self._settings.layout,)
        )


def _warm_up(backend: Backend) -> None:
    """Pays for imports and the compiled Graphviz once, before the first request."""
    jobs.film_json(Program("x*w", (("x", 1.0), ("w", 1.0))), 0, View(), backend)


def _awake() -> None:
    """A job that only makes its worker start."""
