"""How somebody wants to see a pass: language, theme and direction."""

from dataclasses import dataclass
from typing import Literal

from app.render.plan import Direction
from app.render.theme import Theme

Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class View:
    """`direction` LR draws from left to right, TB from top to bottom (phones)."""

    lang: Language = "en"
    theme: Theme = "light"
    direction: Direction = "LR"
