"""The application factory: routes, error answers, headers and the life of the workers."""

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from anyio import to_thread
from fastapi import FastAPI, Response
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Scope

from app import VERSION, api, pages, problems, schema
from app.bodies import LimitedBodies
from app.files import folder
from app.head import HeadAsGet
from app.headers import SecurityHeaders
from app.kept import KeptAnswers
from app.runs import Runs
from app.settings import ANSWER_CACHE_BYTES, BODY_BYTES, Settings
from app.snapshot_schema import snapshot_schema
from app.tickets import Tickets


def create_app(settings: Settings | None = None) -> FastAPI:
    """A server of its own: its run store, its worker processes, its caches."""
    settings = settings or Settings()

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        app.state.runs = Runs(settings)
        app.state.tickets = Tickets()
        await app.state.runs.workshop.start()
        yield
        app.state.tickets.close()
        app.state.runs.workshop.close()
        app.state.runs.store.close()

    app = FastAPI(
        title="gradstep",
        version=VERSION,
        summary="Watch backpropagation happen, one edge at a time.",
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    app.state.static = f"/static/{_fingerprint(folder('static'))}"
    app.state.needs = json.loads((folder("static") / "built" / "needs.json").read_text(encoding="utf-8"))
    app.mount(app.state.static, _Forever(directory=folder("static")), name="static")
    app.include_router(api.router)
    app.include_router(pages.router)
    app.add_api_route("/healthz", _healthy, include_in_schema=False)
    app.add_api_route("/readyz", _readiness(app), include_in_schema=False)
    problems.install(app)
    app.add_middleware(LimitedBodies, limit=BODY_BYTES)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=6)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(KeptAnswers, limit=ANSWER_CACHE_BYTES)
    app.add_middleware(HeadAsGet)
    _publish_snapshot(app)
    return app


class _Forever(StaticFiles):
    """Static files under an address that changes with them, so that a browser never has to ask twice."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = api.IMMUTABLE
        return response


def _fingerprint(root: Path) -> str:
    """A name for the content of a folder."""
    content = hashlib.sha256()
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        content.update(str(path.relative_to(root)).encode())
        content.update(path.read_bytes())
    return content.hexdigest()[:12]


async def _healthy() -> dict[str, str]:
    """The process is alive."""
    return {"status": "ok", "version": VERSION}


def _readiness(app: FastAPI) -> Any:
    async def ready() -> Response:
        """The store answers and the workers compute."""
        runs: Runs = app.state.runs
        await to_thread.run_sync(runs.store.ready)
        await runs.workshop.start()
        return Response('{"status":"ready"}', media_type="application/json")

    return ready


def _publish_snapshot(app: FastAPI) -> None:
    """Puts the schemas of snapshots and problems into the OpenAPI document."""
    original = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = original()
            published = snapshot_schema()
            parts = published.pop("$defs")
            published.pop("$schema")
            text = schema.relocated({"Snapshot": published, **parts, "Problem": schema.Problem.model_json_schema()})
            document["components"]["schemas"].update(text)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
