"""How wide a text will be, from the advance widths of the fonts the page ships."""

import json
import unicodedata
from functools import cache, lru_cache
from typing import Literal

from app.files import package_file

Face = Literal["sans", "sans-bold", "mono"]
_TABLES = {"sans": ("sans", "400"), "sans-bold": ("sans", "600"), "mono": ("mono", "600")}
_UNKNOWN = 0.62  # em; a Latin letter of a fallback font is at most about this wide
_SLACK = 1.04  # a viewer without these fonts falls back to ones a little wider


@lru_cache(maxsize=16_384)  # the same numbers and names stand in every picture of a run
def width(text: str, size: float, face: Face = "sans") -> float:
    """The width of `text` in px at `size` px. East Asian wide characters are one em, accents nothing."""
    advances = _advances(face)
    return _SLACK * size * sum(advances.get(character) or _fallback(character) for character in text)


@cache
def _advances(face: Face) -> dict[str, float]:
    """Advance of every character the font has, in em; the file groups characters of the same advance."""
    family, weight = _TABLES[face]
    groups: dict[str, str] = json.loads(package_file("render", "widths.json").read_text(encoding="utf-8"))[family][weight]
    return {character: float(advance) for advance, characters in groups.items() for character in characters}


def _fallback(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    return 1.0 if unicodedata.east_asian_width(character) in "WF" else _UNKNOWN
