"""The HTML pages: the player with its graph drawn and its panel filled, so that it is there without JavaScript."""

import json
import re
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from markupsafe import Markup, escape
from starlette.exceptions import HTTPException

from app import examples, jobs, language, reference, templates
from app.examples import Example
from app.programs import Program
from app.render.mathml import mathml
from app.render.plan import Direction
from app.render.view import Language, View, part_of
from app.runs import runs
from app.templates import reader_language
from engine.ops import TABLE, Op

router = APIRouter(include_in_schema=False)
_LENSES: Final = ("landscape", "paths", "modes", "ledger")
_PHONE: Final = "Mobi"  # in the User-Agent of phones; they get the graph from top to bottom


@router.get("/")
async def opening(request: Request) -> Response:
    """The lecture's opening example, already drawn."""
    return await _player(request, examples.OPENING.program, examples.OPENING)


@router.get("/examples")
async def gallery(request: Request) -> Response:
    """All examples, each with its picture."""
    server, lang = runs(request), reader_language(request)
    view = View(lang, "light", "LR")
    pictures = {
        each.slug: Markup(await server.workshop.do(jobs.thumbnail, each.program, view, server.settings.layout))
        for each in examples.EXAMPLES
    }
    return templates.page(request, "gallery.html", rooms=examples.ROOMS, pictures=pictures)


@router.get("/examples/{slug}")
async def example(request: Request, slug: str) -> Response:
    """One of the examples."""
    found = examples.example(slug)
    if found is None:
        raise HTTPException(404)
    return await _player(request, found.program, found)


@router.get("/runs/{id}")
async def kept(request: Request, id: str) -> Response:
    """A run somebody made: the link is the whole lesson."""
    return await _player(request, await runs(request).find(id))


@router.get("/ops")
async def operations(request: Request) -> Response:
    """The op table, searchable, each op with its miniature."""
    lang = reader_language(request)
    rooms = [(language.sentence(lang, title), [_op(op, lang) for op in rows]) for title, rows in reference.rooms()]
    return templates.page(request, "ops.html", rooms=rooms, count=sum(len(rows) for _, rows in rooms))


@router.get("/docs")
async def docs(request: Request) -> Response:
    """The API, browsable; all its files come from here."""
    return templates.page(request, "docs.html")


async def _player(request: Request, program: Program, shown: Example | None = None) -> Response:
    """NB: a step or a pass that is no longer there is no mistake of who follows an old link: the nearest is shown."""
    lang = reader_language(request)
    direction: Direction = "TB" if _PHONE in request.headers.get("user-agent", "") else "LR"
    server = runs(request)
    page: dict[str, Any] = await server.workshop.do(
        jobs.page,
        program,
        _asked(request, "pass"),
        _asked(request, "step"),
        View(lang, "light", direction, part_of(request.query_params.get("part"))),
        server.settings.layout,
    )
    svg = page.pop("svg")
    return templates.page(
        request,
        "player.html",
        page=page,
        film=_data(page),
        svg=Markup(svg),
        source=_coloured(page["source"]),
        caption=page["captions"][page["step"]] if page["captions"] else {},
        example=shown,
        rooms=examples.ROOMS,
        lens=lens if (lens := request.query_params.get("lens", "")) in _LENSES else "",
        operations=list(TABLE),
    )


def _asked(request: Request, name: str) -> int:
    """A whole number of the query; 0 for what is none."""
    text = request.query_params.get(name, "")
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else 0


def _op(op: Op, lang: Language) -> dict[str, Any]:
    row = reference.row(op)
    curve, letters = reference.curve(op), "xyzuv"
    cells = None if curve else reference.cells(op)
    words = f"{op.name} {op.glyph} {op.english} {op.chinese}".lower()
    return {
        "name": op.name,
        "glyph": op.glyph,
        "signature": row["signature"],
        "formula": mathml(row["formula"]),
        "slopes": [(letters[index], mathml(each)) for index, each in enumerate(row["local_derivatives"])],
        "vjps": [(letters[index], mathml(each)) for index, each in enumerate(row["vjp"])],
        "sentence": row["explanation"][lang],
        "kink": row["kink"] and row["kink"][lang],
        "domain": mathml(op.domain),
        "curve": curve and json.dumps(curve),
        "cells": cells and json.dumps(cells, ensure_ascii=False),
        "words": words,
    }


_PIECES: Final = re.compile(
    r"(?P<comment>#[^\n]*)|(?P<text>\"[^\"\n]*\"|'[^'\n]*')|(?P<number>(?<!\w)(?:\d[\d_]*\.?\d*|\.\d+)(?:e[+-]?\d+)?)"
    r"|(?P<keyword>\b(?:import|from|as|def|return|for|in|if|else|elif|while|with|not|and|or|None|True|False)\b)"
    r"|(?P<operator>[-+*/=@%<>!]+)"
)


def _coloured(source: str) -> list[Markup]:
    """The lines of a source as the editor will colour them, which comes only when somebody wants to type."""
    return [_coloured_line(line) for line in source.split("\n")]


def _coloured_line(line: str) -> Markup:
    built, end = Markup(), 0
    for piece in _PIECES.finditer(line):
        built += escape(line[end : piece.start()])
        built += Markup('<i class="{}">{}</i>').format(piece.lastgroup, piece.group())
        end = piece.end()
    return built + escape(line[end:])


def _data(document: dict[str, Any]) -> Markup:
    """JSON that may stand in a `script` element."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))
