"""The texts that stand in the picture, apart from where they stand."""

from app.render.numbers import full, short
from engine.ops import TABLE
from engine.snapshot import BackwardStep, Node, Snapshot

_LABEL = 20  # characters of a name on its card; the title has all of it
_FORMULA = 10  # characters of a local derivative on its edge; the panel has all of it

KINDS = {
    "en": {"leaf": "leaf", "parameter": "parameter"},
    "zh": {"leaf": "叶子节点", "parameter": "参数"},
}
ROWS = {"en": ("value", "grad"), "zh": ("值", "梯度")}


def glyph(node: Node) -> str:
    """What stands on the op's chip: `×`, `( )²`, `σ`."""
    exponent = node.attributes.get("exponent")
    if node.op == "pow" and exponent is not None and exponent.is_integer() and abs(exponent) < 100:
        return "( )" + str(int(exponent)).translate(str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"))
    known = TABLE.get(node.op or "")
    return known.glyph if known else node.op or ""


def label(node: Node) -> str:
    """The node's name on its card."""
    return _cut(node.label, _LABEL)


def expression(node: Node) -> str:
    """` = r²` beside the name; empty where no operation made the node."""
    return f" = {_cut(node.expression, _LABEL)}" if node.expression else ""


def title(node: Node, output: str, gradient: float | None) -> str:
    """Everything in full, for the pointer that rests on the card."""
    made = f"{node.label} = {node.expression}" if node.expression else node.label
    lines = [f"{made} = {full(node.value)}"] if node.kind != "constant" else [made]
    return "\n".join(lines + ([f"∂{output}/∂{node.label} = {full(gradient)}"] if gradient is not None else []))


def local(step: BackwardStep) -> str:
    """The local derivative on its edge: `2r = −2`, or only `1` where the formula says no more."""
    number = short(step.local)
    if step.local_formula == number or len(step.local_formula) > _FORMULA:
        return number
    return f"{step.local_formula} = {number}"


def arithmetic(step: BackwardStep) -> tuple[str, str, str]:
    """Upstream, local derivative (in brackets if negative) and contribution, for `−2 × 1 = −2`."""
    return short(step.upstream), bracketed(short(step.local)), short(step.contribution)


def bracketed(number: str) -> str:
    """A number after × or +: brackets around a negative one."""
    return f"({number})" if number.startswith("−") else number


def output_label(snapshot: Snapshot) -> str:
    """What the output is called."""
    return next(node.label for node in snapshot.nodes if node.id == snapshot.output)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
