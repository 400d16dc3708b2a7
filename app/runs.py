"""What the server does with programs: keep, find and compute them; shared by the API and the pages."""

import re
from collections.abc import Callable

from anyio import to_thread
from fastapi import Request
from starlette.exceptions import HTTPException

from app.programs import Program
from app.settings import Settings
from app.store import Store
from app.work import Workshop

_ID = re.compile(r"[a-z2-7]{26}")


class Runs:
    """The run store and the workshop of one server."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.data)
        self.workshop = Workshop(settings)

    async def keep(self, program: Program) -> bool:
        """Stores a program; False if it was known."""
        return await to_thread.run_sync(self.store.put, program)

    async def find(self, id: str) -> Program:
        """The program of that id; 404 if there is none."""
        found = await to_thread.run_sync(self.store.get, id) if _ID.fullmatch(id) else None
        if found is None:
            raise HTTPException(404)
        return found

    async def about(self, id: str, job: Callable[[Program], bytes]) -> bytes:
        """What the job makes of the program of that id."""
        return await self.workshop.do(job, await self.find(id))


def runs(request: Request) -> Runs:
    """The `Runs` of the application that got this request."""
    found: Runs = request.app.state.runs
    return found
