"""The REST API: runs, their passes and pictures, the op table and the examples."""

import hashlib
import json
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from app import examples, glimpse, jobs, landscape, language, ledger, paths, reference, series, sweeps, whole
from app.problems import MEDIA_TYPE
from app.programs import Program, program
from app.render.plan import Direction
from app.render.theme import Theme, stylesheet_hash
from app.render.view import PART, Language, View, part_of
from app.runs import Runs, runs
from app.schema import Ground, Job, OfPass, Play, RunAnswer, Submission, Ways
from app.snapshot_schema import snapshot_schema as published
from app.templates import reader_language
from app.tickets import Deferrable, Tickets, tickets
from app.whole import Part
from engine.ops import TABLE

IMMUTABLE = "public, max-age=31536000, immutable"
JSON = "application/json"

_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": HTTPStatus(status).phrase, "content": _PROBLEM} for status in (400, 404, 413, 422, 429)
}
router = APIRouter(prefix="/api/v1", responses=_PROBLEMS, route_class=Deferrable)

OfServer = Annotated[Runs, Depends(runs)]
OfTickets = Annotated[Tickets, Depends(tickets)]
Step = Annotated[int | None, Query(description="Index of the step shown; the last one by default.")]
_SNAPSHOT: dict[int | str, dict[str, Any]] = {
    200: {"content": {JSON: {"schema": {"$ref": "#/components/schemas/Snapshot"}}}}
}


def _patience(
    prefer: Annotated[
        str | None,
        Header(
            description="`respond-async, wait=1`: if the answer takes longer than a second, 202 and a job to ask about."
        ),
    ] = None,
) -> None:
    """Documents what `Deferrable` reads."""


_PATIENCE = [Depends(_patience)]
_LATER: dict[int | str, dict[str, Any]] = {
    202: {"model": Job, "description": "It is still computed, and the caller preferred not to wait: where to ask."}
}


AskedPart = Annotated[
    str | None,
    Query(
        pattern=PART.pattern,
        description="Of a large pass, which is shown folded: the stretch to look into, as `stretches` of its film name "
        "them (`200-240`); `all` folds nothing.",
    ),
]


def asked_view(
    lang: Language = "en", theme: Theme = "light", direction: Direction = "LR", part: AskedPart = None
) -> View:
    """How the picture is wanted; `direction` LR is from left to right, TB from top to bottom."""
    return View(lang, theme, direction, part_of(part))


AskedView = Annotated[View, Depends(asked_view)]


def _program(submission: Submission) -> Program:
    return program(submission.source, submission.inputs, submission.seed, submission.opened)


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


@router.post(
    "/runs",
    status_code=201,
    response_model=RunAnswer,
    responses={200: {"model": RunAnswer}, **_LATER},
    dependencies=_PATIENCE,
    tags=["runs"],
)
async def submit(submission: Submission, request: Request, server: OfServer, brief: bool = False) -> Response:
    """Runs a program and keeps it. 201 with its address, or 200 if it was known. `brief` leaves the passes out."""
    kept = _program(submission)
    outline = await server.workshop.do(jobs.summary, kept, reader_language(request), brief)
    new = await server.keep(kept)
    body = json.dumps(_with_links(outline), ensure_ascii=False)
    return Response(body, 201 if new else 200, {"Location": f"/api/v1/runs/{kept.id}"}, JSON)


@router.get("/runs/{id}", response_model=RunAnswer, tags=["runs"])
async def run(id: str, request: Request, server: OfServer, lang: Language = "en") -> Response:
    """What submitting this run answered."""
    answer = await server.about(id, partial(_outline, id=id, lang=lang))
    return immutable(request, answer, JSON)


@router.get("/runs/{id}/series", tags=["runs"], response_class=Response)
async def curves(id: str, request: Request, server: OfServer, of: str = "") -> Response:
    """The loss of every pass, the values of the results named in `of` (with commas between; `w.grad` for the gradient
    of a parameter), and what was printed."""
    names = tuple(name for name in of.split(",") if name and name != "loss")
    return immutable(request, await server.about(id, partial(series.series_json, names=names)), JSON)


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


@router.get("/runs/{id}/passes/{index}/graph.json", tags=["pictures"], response_class=Response)
async def graph_json(
    id: str, index: int, request: Request, server: OfServer, view: AskedView, step: Step = None
) -> Response:
    """The graph for a painter of your own: where boxes and lines stand, and what every slot shows at one step."""
    job = partial(jobs.graph_json, index=index, step=step, view=view, backend=server.settings.layout)
    return immutable(request, await server.about(id, job), JSON)


@router.get("/runs/{id}/passes/{index}/nodes/{node}/{part}", tags=["runs"], response_class=Response)
async def array(id: str, index: int, node: str, part: Part, request: Request, server: OfServer) -> Response:
    """All elements of a node's value or gradient; a snapshot has but the first of them."""
    job = partial(whole.whole_json, index=index, node=node, part=part)
    return immutable(request, await server.about(id, job), JSON)


@router.post("/films", tags=["pictures"], responses=_LATER, dependencies=_PATIENCE, response_class=Response)
async def play(asked: Play, server: OfServer, view: AskedView) -> Response:
    """Runs a program without keeping it and answers its film; for pages where somebody types or drags."""
    kept, index, backend = _program(asked), asked.pass_index, server.settings.layout
    if asked.only is None or asked.fill is None or asked.typed:
        job = partial(jobs.film_json, known=asked.structure, fill=asked.fill, typed=asked.typed)
    else:
        job = partial(glimpse.glimpse_json, known=asked.structure, fill=asked.fill, only=asked.only, moved=asked.moved)
    body = await server.workshop.do(job, kept, index, view, backend)
    return Response(body, media_type=JSON, headers={"Cache-Control": "no-store"})


@router.post("/landscape", tags=["runs"], responses=_LATER, dependencies=_PATIENCE, response_class=Response)
async def ground(asked: Ground, server: OfServer) -> Response:
    """The loss, or another result, for other values of one number or two, and the path of training across it."""
    job = partial(landscape.landscape_json, of=asked.of, loose=asked.loose, at=asked.at)
    body = await server.workshop.do(job, _program(asked), asked.pass_index, asked.over, asked.ranges, asked.all_samples)
    return Response(body, media_type=JSON, headers={"Cache-Control": "no-store"})


@router.post("/leaf", tags=["runs"], responses=_LATER, dependencies=_PATIENCE, response_class=Response)
async def cells(asked: Ways, server: OfServer) -> Response:
    """All cells of the value with which a leaf begins, and its gradient in a pass that still has that value."""
    body = await server.workshop.do(whole.leaf_json, _program(asked), asked.pass_index, asked.leaf)
    return Response(body, media_type=JSON, headers={"Cache-Control": "no-store"})


@router.post("/paths", tags=["runs"], responses=_LATER, dependencies=_PATIENCE, response_class=Response)
async def ways(asked: Ways, server: OfServer) -> Response:
    """All paths from a leaf to the output, the product of each, and their sum: the gradient."""
    body = await server.workshop.do(paths.paths_json, _program(asked), asked.pass_index, asked.leaf)
    return Response(body, media_type=JSON, headers={"Cache-Control": "no-store"})


@router.post("/sweeps", tags=["runs"], responses=_LATER, dependencies=_PATIENCE, response_class=Response)
async def directions(asked: Ways, server: OfServer) -> Response:
    """Forward mode for one leaf beside reverse mode for all: the tangent of every node, and what each multiplies."""
    body = await server.workshop.do(sweeps.sweeps_json, _program(asked), asked.pass_index, asked.leaf)
    return Response(body, media_type=JSON, headers={"Cache-Control": "no-store"})


@router.post("/ledger", tags=["runs"], responses=_LATER, dependencies=_PATIENCE, response_class=Response)
async def table(asked: OfPass, server: OfServer) -> Response:
    """All nodes of a pass as rows: value, gradient, and who contributed what."""
    body = await server.workshop.do(ledger.ledger_json, _program(asked), asked.pass_index)
    return Response(body, media_type=JSON, headers={"Cache-Control": "no-store"})


@router.post("/check", tags=["runs"], responses=_LATER, dependencies=_PATIENCE)
async def check(submission: Submission, server: OfServer) -> dict[str, Any]:
    """Every leaf's gradient against central differences of the whole program."""
    return await server.workshop.do(jobs.check, _program(submission))


@router.get("/jobs/{id}", response_model=Job, tags=["jobs"])
async def job(id: str, waiting: OfTickets) -> Response:
    """How far a computation is that somebody preferred not to wait for."""
    return Response(json.dumps(waiting[id].document()), media_type=JSON, headers={"Cache-Control": "no-store"})


@router.get(
    "/jobs/{id}/answer",
    tags=["jobs"],
    response_class=Response,
    responses={410: {"description": "It was cancelled.", "content": _PROBLEM}},
)
async def collect(id: str, waiting: OfTickets) -> Response:
    """What its request would have been answered; waits for it. 410 if it was cancelled."""
    return await waiting[id].answer()


@router.delete("/jobs/{id}", status_code=204, tags=["jobs"])
async def give_up(id: str, waiting: OfTickets) -> None:
    """Stops a computation, so that its worker is free for others; forgets an answer."""
    waiting.give_up(id)


@router.get("/ops", tags=["reference"])
async def ops() -> list[dict[str, Any]]:
    """The op table: names, formulas, sentences, domains."""
    return [reference.row(op) for op in TABLE.values()]


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
    return published()


def _outline(program: Program, id: str, lang: Language) -> bytes:
    """`id` is the one it was kept under: an earlier version of gradstep would have given another."""
    return json.dumps(_with_links(jobs.summary(program, lang) | {"id": id}), ensure_ascii=False).encode()
