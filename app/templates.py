"""Fills the HTML templates: what every page needs, and nothing inline that its policy would forbid."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from markupsafe import Markup

from app import language
from app.files import folder
from app.render.view import Language

_TEMPLATES = Jinja2Templates(folder("templates"))


def reader_language(request: Request) -> Language:
    """The language of the query, else of the browser."""
    return language.chosen(request.query_params.get("lang"), request.headers.get("accept-language"))


def page(request: Request, name: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A page in the reader's language: `_` translates a text, `say` a message, `static` is where the files are,
    `needs` what each script there loads at once."""
    lang = reader_language(request)
    common = {
        "lang": lang,
        "languages": language.LANGUAGES,
        "_": lambda text, **values: Markup(language.translate(lang, text)).format(**values),
        "say": lambda message: language.sentence(lang, message),
        "static": request.app.state.static,
        "needs": request.app.state.needs,
        "other_language": _address(request, {"lang": "en" if lang == "zh" else "zh"}),
        "projector": "projector" in request.query_params,
    }
    response: HTMLResponse = _TEMPLATES.TemplateResponse(request, name, common | context, status_code=status)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept, Accept-Language, User-Agent"
    return response


def _address(request: Request, changed: Mapping[str, str]) -> str:
    """This page again, with other parameters."""
    return f"{request.url.path}?{request.url.include_query_params(**changed).query}"
