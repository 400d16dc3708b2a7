"""The texts that stand in the picture, apart from where they stand."""

import math
from typing import Any

import numpy as np

from app.language import translate
from app.render.arrays import one, shape_text, single
from app.render.grid import Grid, grid
from app.render.numbers import LONGEST, brief, extent, full, short
from app.render.view import Language
from engine.folding import OP
from engine.ops import TABLE
from engine.snapshot import BackwardStep, Node, Shown, Snapshot

_LABEL = 20  # characters of a name on its card; the title has all of it
MANY = OP
_LISTED = 12  # numbers that a title has in full

KINDS = {
    "en": {"leaf": "leaf", "parameter": "parameter"},
    "zh": {"leaf": "叶子节点", "parameter": "参数"},
}
ROWS = {"en": ("value", "grad"), "zh": ("值", "梯度")}


def glyph(node: Node) -> str:
    """What stands on the op's chip: `×`, `( )²`, `σ`."""
    exponent = node.attributes.get("exponent")
    if node.op == "pow" and isinstance(exponent, int | float) and float(exponent).is_integer() and abs(exponent) < 100:
        return "( )" + str(int(exponent)).translate(str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"))
    known = TABLE.get(node.op or "")
    return known.glyph if known else cut(node.op or "", _LABEL)


def label(node: Node) -> str:
    """The node's name on its card; of a long literal the number as it is shown elsewhere."""
    if node.kind == "constant" and len(node.label) > LONGEST and isinstance(node.value, float):
        return short(node.value)
    return cut(node.label, _LABEL)


def expression(node: Node) -> str:
    """` = r²` beside the name; empty where no operation made the node."""
    return f" = {cut(node.expression, _LABEL)}" if node.expression else ""


def badge(node: Node) -> str:
    """The shape of what is not a mere number, on its card."""
    return shape_text(node.shape) if node.shape else ""


def weights(node: Node, lang: Language) -> str:
    """How many numbers a matrix of weights has: what nobody writes a formula for."""
    if node.kind != "parameter" or len(node.shape) < 2 or one(node.shape):
        return ""
    return translate(lang, "{count} weights").format(count=math.prod(node.shape))


def dtype(node: Node) -> str:
    """The type of a tensor's numbers, where it is not float64."""
    return "" if node.dtype == "float64" else node.dtype


def note(shown: Grid, lang: Language) -> str:
    """What the cells of a grid stand for, where each is not just one number of the tensor."""
    said = []
    if shown.slices[0] < shown.slices[1]:
        said.append(translate(lang, "{some} of {all} slices").format(some=shown.slices[0], all=shown.slices[1]))
    if shown.block != (1, 1):
        said.append(translate(lang, "1 cell = {rows}×{columns}").format(rows=shown.block[0], columns=shown.block[1]))
    return " · ".join(said)


def title(node: Node, output: str, value: Shown, gradient: Shown | None) -> str:
    """Everything in full, for the pointer that rests on the card."""
    made = f"{node.label} = {node.expression}" if node.expression else node.label
    if isinstance(value, np.ndarray):
        made += f"  {shape_text(node.shape)} {node.dtype}"
    lines = [f"{made} = {_all(value)}"] if node.kind != "constant" else [made]
    return "\n".join(lines + ([f"∂{output}/∂{node.label} = {_all(gradient)}"] if gradient is not None else []))


def number(value: Shown | None) -> str:
    """One number as it stands on a card or an edge; of several, what they reach from and to."""
    if value is None or isinstance(value, float):
        return short(value)
    only = single(value)
    return summary(value) if only is None else short(only)


def summary(value: Shown | None) -> str:
    """A few numbers as they are, more by their extent."""
    if isinstance(value, np.ndarray) and value.ndim == 1 and grid(value.shape).written:
        return f"[{', '.join(map(brief, value.tolist()))}]"
    return extent(value)


def arithmetic(step: BackwardStep) -> tuple[str, str, str]:
    """Upstream, local derivative (in brackets if negative) and contribution, for `−2 × 1 = −2`."""
    return number(step.upstream), bracketed(number(step.local)), number(step.contribution)


def bracketed(number: str) -> str:
    """A number after × or +: brackets around a negative one."""
    return f"({number})" if number.startswith("−") else number


def output_label(snapshot: Snapshot) -> str:
    """What the output is called."""
    return next(node.label for node in snapshot.nodes if node.id == snapshot.output)


def cut(text: str, limit: int) -> str:
    """The text, with an ellipsis where it is longer than so many characters."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _all(value: Shown | None) -> str:
    if not isinstance(value, np.ndarray):
        return full(value)
    if value.size > _LISTED:
        return extent(value)
    return str(np.array2string(value, formatter={"all": _digits}, separator=", "))


def _digits(value: Any) -> str:
    return full(float(value if isinstance(value, np.bool_) else str(value)))  # as a text, float32 keeps its few digits
