"""Text in a picture: how wide it will be, from the advance widths of the fonts the page ships, and escaped."""

import json
import re
import unicodedata
from functools import cache, lru_cache
from html import escape as escape_html
from typing import Literal

from app.files import package_file

Face = Literal["sans", "sans-bold", "mono"]
_TABLES = {"sans": ("sans", "400"), "sans-bold": ("sans", "600"), "mono": ("mono", "600")}
_UNKNOWN = 0.62  # em; a Latin letter of a fallback font is at most about this wide
_SLACK = 1.04  # a viewer without these fonts falls back to ones a little wider

_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # no text of XML may hold these


@lru_cache(maxsize=16_384)  # the same names and numbers again and again
def escape(text: str) -> str:
    """The text as it stands in a picture; what cannot stand there is shown as missing."""
    return escape_html(_UNWRITABLE.sub("\ufffd", text))


@lru_cache(maxsize=16_384)  # the same numbers and names stand in every picture of a run
def width(text: str, size: float, face: Face = "sans") -> float:
    """The width of `text` in px at `size` px. East Asian wide characters are one em, accents nothing."""
    return _SLACK * size * sum(map(_advances(face).__getitem__, text))


class _Advances(dict[str, float]):
    """Advance of every character the font has, in em; what it has not is estimated."""

    def __missing__(self, character: str) -> float:
        if unicodedata.combining(character):
            return 0.0
        return 1.0 if unicodedata.east_asian_width(character) in "WF" else _UNKNOWN


@cache
def _advances(face: Face) -> _Advances:
    """The file groups characters of the same advance."""
    family, weight = _TABLES[face]
    tables: dict[str, dict[str, dict[str, str]]] = json.loads(package_file("render", "widths.json").read_text("utf-8"))
    groups = tables[family][weight].items()
    return _Advances((character, float(advance)) for advance, characters in groups for character in characters)
