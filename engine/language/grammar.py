"""The whitelist: every kind of node of Python's grammar is either part of the language or refused with advice."""

import ast
from typing import Final

from engine.errors import LimitError
from engine.language.reading import Source
from engine.limits import Limits
from engine.messages import Message

STATEMENTS: Final[frozenset[str]] = frozenset(
    {
        *("FunctionDef", "ClassDef", "Return", "Delete", "Assign", "AugAssign", "AnnAssign", "For", "While", "If"),
        *(
            "With",
            "Try",
            "Raise",
            "Assert",
            "Import",
            "ImportFrom",
            "Global",
            "Nonlocal",
            "Expr",
            "Pass",
            "Match",
            "Break",
            "Continue",
        ),
    }
)
EXPRESSIONS: Final[frozenset[str]] = frozenset(
    {
        *("BoolOp", "NamedExpr", "BinOp", "UnaryOp", "Lambda", "IfExp", "Dict", "Set", "ListComp", "SetComp"),
        *("DictComp", "GeneratorExp", "Compare", "Call", "FormattedValue", "JoinedStr", "Constant", "Attribute"),
        *("Subscript", "Starred", "Name", "List", "Tuple", "Slice", "Yield", "YieldFrom"),
    }
)
_KNOWN: Final = STATEMENTS | EXPRESSIONS
_PARTS: Final[frozenset[str]] = frozenset(
    {
        "Module",
        "Load",
        "Store",
        "Del",
        "arguments",
        "arg",
        "keyword",
        "ExceptHandler",
        "alias",
        "withitem",
        "comprehension",
        "match_case",
        *("MatchValue", "MatchSingleton", "MatchSequence", "MatchMapping", "MatchClass", "MatchStar", "MatchAs"),
        "MatchOr",
    }
)
INSIDE: Final = (
    Message("`yield` stands inside another statement here"),
    Message("write it on a line of its own, outside of `with`, `try` and an `else` of a loop"),
)
_WAIT = Message("write it without `async` and `await`")
_REFUSED: Final[dict[str, tuple[Message, Message]]] = {
    "AsyncFunctionDef": (Message("nothing runs side by side here"), _WAIT),
    "AsyncFor": (Message("nothing runs side by side here"), _WAIT),
    "AsyncWith": (Message("nothing runs side by side here"), _WAIT),
    "Await": (Message("nothing runs side by side here"), _WAIT),
    "TryStar": (Message("`except*` is not part of the language"), Message("write `except` without the star")),
    "TypeAlias": (Message("`type` is not part of the language"), Message("leave the line out")),
    "TemplateStr": (Message("text with the prefix t is not part of the language"), Message("use an f-string")),
    "Interpolation": (Message("text with the prefix t is not part of the language"), Message("use an f-string")),
}
SPINES: Final = (ast.BinOp, ast.UnaryOp, ast.Attribute)
"""Chains that are followed in a loop, not one inside the other: a sum of a hundred terms is not deep."""


def check(source: Source, limits: Limits) -> list[ast.AST]:
    """Every node of the source that says something. Raises `SourceError` at one that has no place in the language,
    `LimitError` at one nested too deep."""
    alone: set[ast.AST | None] = set()
    found: list[ast.AST] = []
    waiting: list[tuple[ast.AST, int]] = [(source.tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > limits.nesting:
            line, column, *_ = source.span(node)
            raise LimitError(
                Message("this is nested more than {limit} deep", limit=limits.nesting),
                hint=Message("split it into several lines with names"),
                line=line,
                column=column + 1,
            )
        found.append(node)
        kind = type(node)
        if kind is ast.Name:
            continue
        if kind is ast.BinOp:
            waiting += (node.right, depth + 1), (node.op, depth + 1), (node.left, depth)  # type: ignore[attr-defined]
            continue
        _check(source, node)
        if isinstance(node, (ast.Expr, ast.Assign)):
            alone.add(node.value)
        elif isinstance(node, (ast.Yield, ast.YieldFrom)) and node not in alone:
            raise source.refusal(node, *INSIDE)
        waiting.extend(reversed([(child, depth + _deeper(node, child)) for child in _children(node)]))
    return found


def _deeper(node: ast.AST, child: ast.AST) -> int:
    """Whether the child stands one level below: first operands and what follows `elif` do not."""
    if isinstance(node, (ast.Module, ast.Expr, ast.keyword, ast.arguments)):
        return 0
    match node:
        case ast.UnaryOp(operand=first) | ast.Attribute(value=first):
            return int(child is not first)
        case ast.Call(func=ast.Attribute() as first):
            return int(child is not first)
        case ast.If(orelse=[ast.If() as following]):
            return int(child is not following)
    return 1


def _children(node: ast.AST) -> list[ast.AST]:
    """What of a node is checked: annotations too, though nothing is ever made of them."""
    found: list[ast.AST] = []
    for name in node._fields:
        held = getattr(node, name, None)
        if isinstance(held, ast.AST):
            found.append(held)
        elif isinstance(held, list) and name != "type_params":
            found += [child for child in held if isinstance(child, ast.AST)]
    return [child for child in found if not isinstance(child, ast.expr_context)]


def _check(source: Source, node: ast.AST) -> None:
    kind = type(node).__name__
    if isinstance(node, ast.comprehension) and node.is_async:
        raise source.refusal(node.target, Message("nothing runs side by side here"), _WAIT)
    if isinstance(node, (ast.operator, ast.unaryop, ast.cmpop, ast.boolop)) or kind in _PARTS:
        return
    if kind in _REFUSED or kind not in _KNOWN:
        message, hint = _REFUSED.get(
            kind,
            (
                Message("this kind of expression is not part of the language"),
                Message("use numbers, names, operators and calls"),
            ),
        )
        raise source.refusal(node, message, hint)
    match node:
        case ast.Constant(value=complex()):
            raise source.refusal(node, Message("there are no complex numbers here"), Message("use real numbers"))
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool) and abs(value) == float("inf"):
            raise source.refusal(node, Message("this number is too large"), Message("the largest is about 1.8e308"))
        case ast.ClassDef(keywords=[first, *_]):
            raise source.refusal(
                first.value, Message("a class takes no keywords here"), Message("name only the class it derives from")
            )
        case ast.ImportFrom(level=level) if level:
            raise source.refusal(
                node, Message("there are no files here to import from"), Message("import torch, or paste the code")
            )
