"""The HTML pages: the player with its graph drawn and its panel filled, so that it is there without JavaScript."""

import json
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from markupsafe import Markup
from starlette.exceptions import HTTPException

from app import examples, jobs, language
from app.examples import Example
from app.files import folder
from app.problems import reader_language
from app.programs import Program
from app.render.plan import Direction
from app.render.view import Language, View
from app.runs import runs
from engine.ops import TABLE

router = APIRouter(include_in_schema=False)
_TEMPLATES = Jinja2Templates(folder("templates"))
_PHONE = "Mobi"  # in the User-Agent of phones; they get the graph from top to bottom


@router.get("/")
async def opening(request: Request, step: int | None = None) -> Response:
    """The lecture's opening example, already drawn."""
    return await _player(request, examples.OPENING.program, step, examples.OPENING)


@router.get("/examples/{slug}")
async def example(request: Request, slug: str, step: int | None = None) -> Response:
    """One of the examples."""
    found = examples.example(slug)
    if found is None:
        raise HTTPException(404)
    return await _player(request, found.program, step, found)


@router.get("/runs/{id}")
async def kept(request: Request, id: str, step: int | None = None) -> Response:
    """A run somebody made: the link is the whole lesson."""
    return await _player(request, await runs(request).find(id), step)


@router.get("/docs")
async def docs(request: Request) -> Response:
    """The API, browsable; all its files come from here."""
    return _TEMPLATES.TemplateResponse(request, "docs.html", _frame(request, reader_language(request)))


async def _player(request: Request, program: Program, step: int | None, shown: Example | None = None) -> Response:
    lang = reader_language(request)
    direction: Direction = "TB" if _PHONE in request.headers.get("user-agent", "") else "LR"
    server = runs(request)
    page: dict[str, Any] = await server.workshop.do(
        jobs.page, program, 0, step, View(lang, "light", direction), server.settings.layout
    )
    svg = page.pop("svg")
    context = _frame(request, lang) | {
        "page": page,
        "film": _data(page),
        "svg": Markup(svg),
        "caption": page["captions"][page["step"]] if page["captions"] else {},
        "example": shown,
        "examples": examples.EXAMPLES,
        "operations": list(TABLE),
        "languages": language.LANGUAGES,
    }
    response: HTMLResponse = _TEMPLATES.TemplateResponse(request, "player.html", context)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept-Language, User-Agent"
    return response


def _frame(request: Request, lang: Language) -> dict[str, Any]:
    """What every page needs: its language, how to translate, where the static files are."""
    return {
        "lang": lang,
        "_": lambda text, **values: Markup(language.translate(lang, text)).format(**values),
        "say": lambda message: language.sentence(lang, message),
        "static": request.app.state.static,
    }


def _data(document: dict[str, Any]) -> Markup:
    """JSON that may stand in a `script` element."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))
