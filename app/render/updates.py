"""How an update is written with its numbers put in: `1.333 − 0.01 × (−12) = 1.453`."""

import math
import re
from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from app.render.labels import bracketed
from app.render.numbers import short
from app.render.speech import coloured

Numbers = Mapping[str, tuple[str, float]]
"""What a name in the expression stands for: its colour and its value."""

_DIVISION: Final = re.compile(r"(?P<above>.+)/\((?P<below>.+)\)$")
_EPSILON: Final = 1e-8
_CLOSE: Final = 1e-3


def with_numbers(expression: str, numbers: Numbers, result: float, colour: str) -> Markup:
    """The expression with its numbers, and what comes of it; empty where that is not what came of it, since an
    optimizer has settings which its short formula leaves out."""
    shown, value = _sum(expression, numbers)
    if not abs(value - result) <= _CLOSE * max(abs(result), 1e-6):
        return Markup()
    left = shown + " " if shown.striptags() != short(result) else ""  # not `4 = 4`
    return Markup("{}= {}").format(left, coloured(colour, short(result)))


def _sum(expression: str, numbers: Numbers) -> tuple[Markup, float]:
    """NB: signs stand between spaces, but for those inside brackets behind a fraction line."""
    pieces = re.split(r" ([+−]) (?![^(]*\))", expression)
    shown, value = _product(pieces[0], numbers)
    for sign, term in zip(pieces[1::2], pieces[2::2], strict=True):
        text, number = _product(term, numbers, 1)
        shown += Markup(" {} {}").format(sign, text)
        value += number if sign == "+" else -number
    return shown, value


def _product(term: str, numbers: Numbers, first: int = 0) -> tuple[Markup, float]:
    """`first` is the place of its first factor: what does not begin the line has its minus in brackets."""
    if division := _DIVISION.match(term):
        above, numerator = _product(division["above"], numbers, first)
        below, denominator = _sum(division["below"], numbers)
        return Markup("{} / ({})").format(above, below), numerator / denominator if denominator else math.nan
    factors = [_factor(each, numbers, place) for place, each in enumerate(term.split("·"), first)]
    return Markup(" × ").join(text for text, _ in factors), math.prod(value for _, value in factors)


def _factor(factor: str, numbers: Numbers, place: int) -> tuple[Markup, float]:
    if factor.startswith("√"):
        text, value = _factor(factor[1:], numbers, 0)
        return Markup("√") + text, math.sqrt(value) if value >= 0 else math.nan
    if factor.endswith("²"):
        text, value = _factor(factor[:-1], numbers, 1)
        return text + "²", value * value
    if factor == "ε":
        return Markup("ε"), _EPSILON
    if factor in numbers:
        colour, value = numbers[factor]
        return coloured(colour, bracketed(short(value)) if place else short(value)), value
    try:
        return Markup.escape(short(float(factor))), float(factor)
    except ValueError:
        return Markup.escape(factor), math.nan
