"""The REST API: runs, their passes and pictures, the op table and the examples."""

import hashlib
import json
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from app import examples, jobs, language, schema
from app.problems import MEDIA_TYPE, reader_language
from app.programs import Program, program
from app.render.plan import Direction
from app.render.theme import Theme, stylesheet_hash
from app.render.view import Language, View
from app.runs import Runs, runs
from app.schema import Play, RunAnswer, Submission
from engine.ops import TABLE

IMMUTABLE = "public, max-age=31536000, immutable"
JSON = "application/json"

_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": HTTPStatus(status).phrase, "content": _PROBLEM} for status in (400, 404, 413, 422, 429)
}
router = APIRouter(prefix="/api/v1", responses=_PROBLEMS)

OfServer = Annotated[Runs, Depends(runs)]
Step = Annotated[int | None, Query(description="Index of the step shown; the last one by default.")]
_SNAPSHOT: dict[int | str, dict[str, Any]] = {
    200: {"content": {JSON: {"schema": {"$ref": "#/components/schemas/Snapshot"}}}}
}


def asked_view(lang: Language = "en", theme: Theme = "light", direction: Direction = "LR") -> View:
    """How the picture is wanted; `direction` LR is from left to right, TB from top to bottom."""
    return View(lang, theme, direction)


AskedView = Annotated[View, Depends(asked_view)]


def _program(submission: Submission) -> Program:
    return program(submission.source, submission.inputs, submission.seed)


def _links(id: str, passes: int) -> dict[str, str]:
    first = f"/api/v1/runs/{id}/passes/0"
    here = {"self": f"/api/v1/runs/{id}", "page": f"/runs/{id}"}
    return here | ({"snapshot": first, "svg": f"{first}/graph.svg", "dot": f"{first}/graph.dot"} if passes else {})


def _with_links(outline: dict[str, Any]) -> dict[str, Any]:
    return outline | {"links": _links(outline["id"], len(outline["passes"]))}


def immutable(request: Request, body: bytes, media_type: str, headers: dict[str, str] | None = None) -> Response:
    """An answer that never changes: strong entity tag, kept for a year, 304 to who has it."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    said = {"ETag": etag, "Cache-Control": IMMUTABLE, **(headers or {})}
    held = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    if etag in held or "*" in held:
        return Response(status_code=304, headers=said)
    return Response(body, media_type=media_type, headers=said)


@router.post("/runs", status_code=201, response_model=RunAnswer, responses={200: {"model": RunAnswer}}, tags=["runs"])
async def submit(submission: Submission, request: Request, server: OfServer) -> Response:
    """Runs a program and keeps it. 201 with its address, or 200 if it was known."""
    kept = _program(submission)
    outline = await server.workshop.do(jobs.summary, kept, reader_language(request))
    new = await server.keep(kept)
    body = json.dumps(_with_links(outline), ensure_ascii=False)
    return Response(body, 201 if new else 200, {"Location": f"/api/v1/runs/{kept.id}"}, JSON)


@router.get("/runs/{id}", response_model=RunAnswer, tags=["runs"])
async def run(id: str, request: Request, server: OfServer, lang: Language = "en") -> Response:
    """What submitting this run answered."""
    answer = await server.about(id, partial(_outline, id=id, lang=lang))
    return immutable(request, answer, JSON)


@router.get("/runs/{id}/passes/{index}", tags=["runs"], responses=_SNAPSHOT, response_class=Response)
async def snapshot(id: str, index: int, request: Request, server: OfServer) -> Response:
    """The snapshot of one pass."""
    answer = await server.about(id, partial(jobs.snapshot_json, index=index))
    return immutable(request, answer, JSON)


@router.get("/runs/{id}/passes/{index}/film", tags=["pictures"], response_class=Response)
async def film(id: str, index: int, request: Request, server: OfServer, view: AskedView) -> Response:
    """All a page needs to step through a pass: the picture at step 0, what changes at each step, what to say."""
    job = partial(jobs.film_json, index=index, view=view, backend=server.settings.layout)
    return immutable(request, await server.about(id, job), JSON)


@router.get(
    "/runs/{id}/passes/{index}/graph.svg",
    tags=["pictures"],
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {}}}},
)
async def graph_svg(
    id: str, index: int, request: Request, server: OfServer, view: AskedView, step: Step = None
) -> Response:
    """The graph as a picture at one step."""
    answer = await server.about(
        id, partial(jobs.svg, index=index, step=step, view=view, backend=server.settings.layout)
    )
    policy = f"default-src 'none'; style-src '{stylesheet_hash(view.theme)}'; sandbox"
    return immutable(request, answer, "image/svg+xml", {"Content-Security-Policy": policy})


@router.get(
    "/runs/{id}/passes/{index}/graph.dot",
    tags=["pictures"],
    response_class=Response,
    responses={200: {"content": {"text/vnd.graphviz": {}}}},
)
async def graph_dot(
    id: str, index: int, request: Request, server: OfServer, view: AskedView, step: Step = None
) -> Response:
    """The graph as a DOT document for any Graphviz, at one step."""
    answer = await server.about(id, partial(jobs.dot_source, index=index, step=step, view=view))
    return immutable(request, answer, "text/vnd.graphviz")


@router.post("/films", tags=["pictures"], response_class=Response)
async def play(asked: Play, server: OfServer, view: AskedView) -> Response:
    """Runs a program without keeping it and answers its film; for pages where somebody types or drags."""
    body = await server.workshop.do(
        jobs.film_json,
        _program(asked),
        0,
        view,
        server.settings.layout,
        known=asked.structure,
        fill=asked.fill,
        typed=asked.typed,
        only=asked.only,
    )
    return Response(body, media_type=JSON, headers={"Cache-Control": "no-store"})


@router.post("/check", tags=["runs"])
async def check(submission: Submission, server: OfServer) -> dict[str, Any]:
    """Every leaf's gradient against central differences of the whole program."""
    return await server.workshop.do(jobs.check, _program(submission))


@router.get("/ops", tags=["reference"])
async def ops() -> list[dict[str, Any]]:
    """The op table: names, formulas, sentences, domains."""
    return [jobs.op_row(op) for op in TABLE.values()]


@router.get("/examples", tags=["reference"])
async def all_examples(lang: Language = "en") -> list[dict[str, Any]]:
    """The programs the page offers."""
    return [
        {
            "slug": each.slug,
            "title": language.sentence(lang, each.title),
            "shows": language.sentence(lang, each.shows),
            "source": each.source,
            "inputs": dict(each.inputs),
        }
        for each in examples.EXAMPLES
    ]


@router.get("/schema/snapshot.json", tags=["reference"])
async def snapshot_schema() -> dict[str, Any]:
    """The JSON Schema of a snapshot, format gradstep/1."""
    return schema.snapshot_schema()


def _outline(program: Program, id: str, lang: Language) -> bytes:
    """`id` is the one it was kept under: an earlier version of gradstep would have given another."""
    return json.dumps(_with_links(jobs.summary(program, lang) | {"id": id}), ensure_ascii=False).encode()
