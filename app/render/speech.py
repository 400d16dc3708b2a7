"""Names and numbers as HTML in their colours, and sentences around them in the reader's language."""

from itertools import combinations
from typing import Final

from markupsafe import Markup, escape

from app.language import markup, translate
from app.render.arrays import shape_text
from app.render.labels import number
from app.render.mathml import mathml
from app.render.numbers import short
from app.render.view import Language
from engine.snapshot import Node, Shown

_LONGEST: Final = 12
"""Characters of a word in a chain rule that fits the panel; the sentences beside it have the whole of it."""


class Speech:
    """Says sentences of the catalogue."""

    def __init__(self, lang: Language) -> None:
        self.lang: Language = lang

    def _say(self, text: str, **values: object) -> str:
        return str(markup(self.lang, text, **values))

    def _text(self, text: str) -> str:
        return translate(self.lang, text)


def name(node: Node) -> Markup:
    """What the node is called."""
    return Markup(f"<b>{escape(node.label)}</b>")


def value(number: float) -> Markup:
    """A value, blue."""
    return coloured("value", short(number))


def gradient(number: float) -> Markup:
    """A gradient, orange."""
    return coloured("gradient", short(number))


def local(number: float) -> Markup:
    """A local derivative, violet."""
    return coloured("local", short(number))


def some(colour: str, numbers: Shown | None) -> Markup:
    """One number, a few, or what many reach from and to."""
    return coloured(colour, number(numbers))


def coloured(colour: str, text: str) -> Markup:
    """A text of ours in one of the three colours."""
    return Markup(f'<b class="{colour}">{text}</b>')


def shape(lengths: tuple[int, ...]) -> Markup:
    """A shape that is not broken at the end of a line."""
    return Markup(f'<span class="shape">{shape_text(lengths)}</span>')


def with_shape(node: Node) -> Markup:
    """`X (4×3)`, `b [5]`, or only the name of a number."""
    if not node.shape:
        return name(node)
    return Markup("{} ({})" if len(node.shape) > 1 else "{} {}").format(name(node), shape(node.shape))


def symbol(node: Node) -> Markup:
    """The node's name as mathematics."""
    return mathml(node.label_latex)


def chain(output: Node, target: Node, node: Node) -> dict[str, str]:
    """The names in `∂output/∂node ← ∂output/∂target · ∂target/∂node`; of words that are too long for it their ends."""
    names = {"output": output, "target": target, "node": node}
    lengths = [len(each.label) for each in names.values()]
    if sum(max(pair) for pair in combinations(lengths, 2)) <= 3 * _LONGEST:
        return {slot: symbol(each) for slot, each in names.items()}
    return {slot: _ends(each) for slot, each in names.items()}


def _ends(node: Node) -> Markup:
    if len(node.label) <= _LONGEST or not node.label_latex.startswith(r"\text{"):
        return symbol(node)
    return Markup("<mtext>{}…{}</mtext>").format(node.label[: _LONGEST // 2], node.label[1 - _LONGEST // 2 :])


def size(formula: str) -> str:
    """How a formula in a list is set: the smaller the longer it is written."""
    return "longest" if len(formula) > 34 else "long" if len(formula) > 22 else ""


def slope(node: Node, operand: Node) -> Markup:
    """∂node/∂operand."""
    top, bottom = symbol(node), symbol(operand)
    return Markup(f"<mfrac><mrow><mo>∂</mo>{top}</mrow><mrow><mo>∂</mo>{bottom}</mrow></mfrac>")
