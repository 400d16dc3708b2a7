"""The stylesheet of an exported SVG: the page's own rules with the colours of one theme put in."""

import base64
import hashlib
import re
from functools import cache
from typing import Literal

from app.files import folder

Theme = Literal["light", "dark"]

_DECLARATION = re.compile(r"(--[a-z-]+):\s*([^;]+);")
_PAIR = re.compile(r"light-dark\((#[0-9A-Fa-f]{6}), (#[0-9A-Fa-f]{6})\)")
_USE = re.compile(r"var\((--[a-z-]+)\)")
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


@cache
def palette(theme: Theme) -> dict[str, str]:
    """Every variable of `theme.css` as it stands in one theme."""
    text = (folder("static") / "theme.css").read_text(encoding="utf-8")
    chosen = _PAIR.sub(lambda pair: pair[1] if theme == "light" else pair[2], text)
    return dict(_DECLARATION.findall(chosen))


@cache
def stylesheet(theme: Theme) -> str:
    """`graph.css` without variables, so that any SVG viewer understands it."""
    colours = palette(theme)
    rules = _COMMENT.sub("", (folder("static") / "graph.css").read_text(encoding="utf-8"))
    return _USE.sub(lambda use: colours[use[1]], rules)


@cache
def stylesheet_hash(theme: Theme) -> str:
    """The stylesheet's source expression for a Content-Security-Policy."""
    return "sha256-" + base64.b64encode(hashlib.sha256(stylesheet(theme).encode()).digest()).decode()
