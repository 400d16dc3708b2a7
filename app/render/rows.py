"""What the op table says about a node; about a program's own functions, what is true of all of them."""

from app.render.view import Language
from engine.folding import OP
from engine.ops import TABLE
from engine.ops.defined import KINK, RULE
from engine.snapshot import Node


def is_own(node: Node) -> bool:
    """Whether a function of the program made the node, with a rule of its own."""
    return node.op is not None and node.op not in TABLE and node.op != OP


def rule(node: Node, lang: Language) -> str:
    """How the gradient passes through the node, in a sentence; empty for what nothing made."""
    if is_own(node):
        return RULE[lang == "zh"]
    row = TABLE.get(node.op or "")
    return "" if row is None else row.chinese if lang == "zh" else row.english


def kink(node: Node) -> tuple[str, str] | None:
    """What happens at a kink, in English and Chinese; None where there is none."""
    if is_own(node):
        return KINK
    row = TABLE.get(node.op or "")
    return row.kink if row else None
