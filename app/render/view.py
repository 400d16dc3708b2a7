"""How somebody wants to see a pass: language, theme and direction."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from app.render.plan import Direction
from app.render.theme import Theme

Language = Literal["en", "zh"]
Part = tuple[int, int] | Literal["all"] | None


@dataclass(frozen=True, slots=True)
class View:
    """`direction` LR draws from left to right, TB from top to bottom (phones). `part` says which nodes of a large pass
    are looked at, from one place to before another; None: the whole, folded if it is large; "all": never folded."""

    lang: Language = "en"
    theme: Theme = "light"
    direction: Direction = "LR"
    part: Part = None


PART: Final = re.compile(r"^(all|[0-9]{1,7}-[0-9]{1,7})$")


def part_of(text: str | None) -> Part:
    """The part an address names; the whole for what names none."""
    if not text or not PART.match(text):
        return None
    if text == "all":
        return "all"
    first, last = text.split("-")
    return int(first), int(last)
