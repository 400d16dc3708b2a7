"""Requests that outlast their callers' patience: a ticket each, to ask about, collect or give up (RFC 7240)."""

import asyncio
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from cachetools import LRUCache
from fastapi import Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from app.settings import LONGEST_WAIT, TICKET_BYTES
from app.work import Watch, watching
from engine.limits import DEFAULT

State = Literal["waiting", "computing", "drawing", "done", "cancelled"]
_GLANCE: Final = 0.25
"""Seconds between two looks whether the caller is still there."""
_HUNG_UP: Final = 499
"""What stands in the log for a caller who has hung up; nobody reads it."""
_WAIT: Final = re.compile(r"wait\s*=\s*\"?(\d{1,9})\"?", re.IGNORECASE)


class NoSuchTicket(LookupError):
    """There is no such ticket, or its answer was kept for long enough."""


class GivenUp(Exception):
    """The request was cancelled, so it has no answer."""


@dataclass(frozen=True, slots=True, eq=False)
class Ticket:
    """A request that is still computed, or its answer."""

    task: "asyncio.Task[Response]"
    watch: Watch
    begun: float
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    def document(self) -> dict[str, Any]:
        """How far it is, beside the limits of the engine."""
        progress, here = self.watch.progress, f"/api/v1/jobs/{self.id}"
        state: State = progress.stage
        if self.task.done():
            state = "cancelled" if self.task.cancelled() else "done"
        return {
            "id": self.id,
            "state": state,
            "passes": progress.passes,
            "operations": progress.operations,
            "steps": progress.steps,
            "seconds": round(time.monotonic() - self.begun, 2),
            "limits": {"operations": DEFAULT.operations, "steps": DEFAULT.steps, "seconds": DEFAULT.seconds},
            "links": {"self": here, "answer": f"{here}/answer"},
        }

    async def answer(self) -> Response:
        """What the request would have been answered, as soon as it is known. Raises what it would have raised."""
        await asyncio.wait({self.task})
        if self.task.cancelled():
            raise GivenUp
        return self.task.result()


class Tickets:
    """The tickets of one server."""

    def __init__(self) -> None:
        self._known: LRUCache[str, Ticket] = LRUCache(TICKET_BYTES, getsizeof=_size)

    def __getitem__(self, id: str) -> Ticket:
        try:
            return self._known[id]
        except KeyError:
            raise NoSuchTicket(id) from None

    def issue(self, task: "asyncio.Task[Response]", watch: Watch, begun: float) -> Ticket:
        """A ticket for a request that is being computed."""
        ticket = Ticket(task, watch, begun)
        self._known[ticket.id] = ticket
        task.add_done_callback(lambda _: self._weigh(ticket))
        return ticket

    def give_up(self, id: str) -> None:
        """Stops what is still computed and forgets what is done."""
        ticket = self[id]
        if not ticket.task.cancel():
            self._known.pop(id)

    def close(self) -> None:
        """Stops everything."""
        for ticket in self._known.values():
            ticket.task.cancel()

    def _weigh(self, ticket: Ticket) -> None:
        """An answer that has come takes room."""
        if not ticket.task.cancelled():
            ticket.task.exception()  # it is told to whoever collects it
        if ticket.id in self._known:
            self._known.pop(ticket.id)
            if _size(ticket) <= TICKET_BYTES:
                self._known[ticket.id] = ticket


def tickets(request: Request) -> Tickets:
    """The `Tickets` of the application that got this request."""
    found: Tickets = request.app.state.tickets
    return found


class Deferrable(APIRoute):
    """A route whose request may be answered later, if the caller prefers that, and ends if the caller hangs up."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        answer = super().get_route_handler()

        async def handler(request: Request) -> Response:
            return await _deferrable(request, answer)

        return handler


async def _deferrable(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    begun, patience = time.monotonic(), preferred_wait(request.headers.getlist("prefer"))
    await request.body()  # before the caller is told to come again
    with watching() as watch:
        task = asyncio.ensure_future(answer(request))
    assert isinstance(task, asyncio.Task)
    try:
        while True:
            left = _GLANCE if patience is None else min(_GLANCE, begun + patience - time.monotonic())
            await asyncio.wait({task}, timeout=max(0.0, left))
            if task.done():
                return task.result()
            if patience is not None and time.monotonic() >= begun + patience:
                return _accepted(tickets(request).issue(task, watch, begun), patience)
            if await request.is_disconnected():
                task.cancel()
                return Response(status_code=_HUNG_UP)
    except asyncio.CancelledError:
        task.cancel()
        raise


def preferred_wait(headers: list[str]) -> int | None:
    """For how many seconds a caller who would rather come again is willing to wait; None for one who is not.

    `Prefer: respond-async, wait=1` may stand in one header or in two.
    """
    preferences = [part.split(";")[0].strip() for header in headers for part in header.split(",")]
    if not any(each.lower() == "respond-async" for each in preferences):
        return None
    waits = [int(found[1]) for each in preferences if (found := _WAIT.fullmatch(each))]
    return min(LONGEST_WAIT, waits[0]) if waits else 0


def _accepted(ticket: Ticket, patience: int) -> Response:
    document = ticket.document()
    return JSONResponse(
        document,
        202,
        {
            "Location": document["links"]["self"],
            "Preference-Applied": f"respond-async, wait={patience}",
            "Retry-After": "1",
            "Cache-Control": "no-store",
            "Vary": "Prefer",
        },
    )


def _size(ticket: Ticket) -> int:
    done = ticket.task.done() and not ticket.task.cancelled() and ticket.task.exception() is None
    return 1_000 + (len(ticket.task.result().body) if done else 0)
