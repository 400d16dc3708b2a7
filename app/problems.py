"""Everything that goes wrong, in the reader's language: a problem document (RFC 9457), or a page for who browses."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from app import jobs, language, templates, tickets, whole
from app.headers import GUARDS
from app.settings import BODY_BYTES
from app.templates import reader_language
from app.work import Busy, TooLong
from engine.errors import EngineError, InputError, LimitError, SourceError
from engine.messages import Message

MEDIA_TYPE = "application/problem+json"
_LONGEST = 120  # characters of one value in a message
_PRINTED = 4_000  # characters of what a program printed before it was refused, the last ones

_KINDS = {
    SourceError: ("source", Message("The source cannot be read")),
    InputError: ("input", Message("A value is missing or wrong")),
    LimitError: ("limit", Message("A limit is reached")),
}


def install(app: FastAPI) -> None:
    """Every exception of the application becomes a problem document."""
    app.add_exception_handler(EngineError, _engine_error)
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(jobs.NoSuchPass, _no_such_pass)
    app.add_exception_handler(jobs.NoSuchStep, _no_such_step)
    app.add_exception_handler(Busy, _busy)
    app.add_exception_handler(TooLong, _too_long)
    app.add_exception_handler(whole.NoSuchNode, _no_such_node)
    app.add_exception_handler(tickets.NoSuchTicket, _no_such_ticket)
    app.add_exception_handler(tickets.GivenUp, _given_up)
    app.add_exception_handler(Exception, _fault)


def problem(
    request: Request,
    status: int,
    kind: str,
    title: Message,
    detail: Message,
    *,
    hint: Message | None = None,
    headers: Mapping[str, str] | None = None,
    **more: object,
) -> Response:
    """A problem document, or the same as a page for a browser that was led somewhere. `kind` is the last part of its
    type; `more` are members of its own."""
    lang = reader_language(request)
    document = {
        "type": f"urn:gradstep:problem:{kind}",
        "title": language.sentence(lang, title),
        "status": status,
        "detail": language.sentence(lang, _brief(detail)),
        **({"hint": language.sentence(lang, _brief(hint))} if hint else {}),
        **{key: value for key, value in more.items() if value is not None},
    }
    headers = {"Cache-Control": "no-store", "Vary": "Accept, Accept-Language", **(headers or {})}
    if _browses(request):
        page = templates.page(request, "problem.html", status, problem=document)
        page.headers.update(headers)
        return page
    return Response(json.dumps(document), status, media_type=MEDIA_TYPE, headers=headers)


def _browses(request: Request) -> bool:
    """Whether somebody follows a link and waits for a page; the API always answers documents."""
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


async def _engine_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, EngineError)
    kind, title = _KINDS.get(type(error), ("engine", Message("This cannot be computed")))
    printed = error.printed[-_PRINTED:] or None
    return problem(
        request,
        422,
        kind,
        title,
        error.message,
        hint=error.hint,
        line=error.line,
        column=error.column,
        printed=printed,
    )


async def _bad_request(request: Request, error: Exception) -> Response:
    """Says where the request is wrong, and never repeats what was sent."""
    assert isinstance(error, RequestValidationError)
    faults = [
        {
            "where": [part if isinstance(part, int) else _clean(part) for part in fault["loc"]],
            "what": _clean(fault["msg"]),
        }
        for fault in error.errors()[:20]
    ]
    unreadable = any(fault["type"] == "json_invalid" for fault in error.errors())
    return problem(
        request,
        400 if unreadable else 422,
        "request",
        Message("The request is not understood"),
        Message("the body is not JSON") if unreadable else Message("a part of the request is missing or wrong"),
        hint=Message('send {{"source": "(x*w - y)**2", "inputs": {{"x": 1.0, "w": 1.0, "y": 2.0}}}}'),
        errors=faults,
    )


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    details = {
        400: Message("the body is not JSON"),
        404: Message("there is nothing at this address"),
        405: Message("this address does not take that method"),
        413: Message("the request has more than {limit} bytes", limit=BODY_BYTES),
    }
    phrase = HTTPStatus(error.status_code).phrase
    return problem(
        request,
        error.status_code,
        phrase.lower().replace(" ", "-"),
        Message("The request cannot be answered"),
        details.get(error.status_code, Message("the answer is: {reason}", reason=phrase)),
        headers=error.headers,
    )


async def _no_such_pass(request: Request, error: Exception) -> Response:
    index, count = error.args
    return problem(
        request,
        404,
        "no-such-pass",
        Message("There is no such pass"),
        Message("the run has no pass {index}; its passes are 0 to {last}", index=index, last=count - 1),
    )


async def _no_such_step(request: Request, error: Exception) -> Response:
    index, count = error.args
    return problem(
        request,
        422,
        "no-such-step",
        Message("There is no such step"),
        Message("the pass has no step {index}; its steps are 0 to {last}", index=index, last=max(0, count - 1)),
    )


async def _no_such_node(request: Request, error: Exception) -> Response:
    return problem(
        request,
        404,
        "no-such-node",
        Message("There is no such node"),
        Message("the pass has no node `{node}`", node=str(error.args[0])),
        hint=Message("use the id of a node (n0, n1, …) or its name"),
    )


async def _no_such_ticket(request: Request, error: Exception) -> Response:
    return problem(
        request,
        404,
        "no-such-job",
        Message("There is no such computation"),
        Message("it was never asked for, or its answer is no longer kept"),
        hint=Message("send the program again"),
    )


async def _given_up(request: Request, error: Exception) -> Response:
    return problem(
        request, 410, "cancelled", Message("Cancelled"), Message("the computation was cancelled before it was done")
    )


async def _busy(request: Request, error: Exception) -> Response:
    return problem(
        request,
        429,
        "busy",
        Message("The server is busy"),
        Message("too many computations are waiting"),
        hint=Message("try again in a second"),
        headers={"Retry-After": "1"},
    )


async def _too_long(request: Request, error: Exception) -> Response:
    return problem(
        request,
        422,
        "limit",
        Message("A limit is reached"),
        Message("the computation took too long and was given up"),
        hint=Message("keep the part you want to look at"),
    )


async def _fault(request: Request, error: Exception) -> Response:
    """NB: Starlette answers this outside of all middleware, so the guards are put on here."""
    return problem(
        request,
        500,
        "fault",
        Message("Something broke on our side"),
        Message("the server met an error of its own; it is in the log"),
        headers=GUARDS,
    )


def _brief(message: Message) -> Message:
    """The message without repeating much of what was sent: a program may leave a thousand names open."""
    values = {
        key: value if isinstance(value, Message) or len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…"
        for key, value in message.values
    }
    return Message(message.template, **values)


def _clean(text: object) -> str:
    return str(text).encode("utf-8", "replace").decode()[:200]
