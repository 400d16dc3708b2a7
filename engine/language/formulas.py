"""Whether a source is a formula, where a number with a name is a leaf, or a program that makes its own tensors."""

import ast
from collections.abc import Iterable, Set
from dataclasses import dataclass

from engine.language.scopes import bound, inside
from engine.messages import Message
from engine.ops import TABLE


@dataclass(frozen=True, slots=True)
class Style:
    """`formula`: plain numbers given a name are leaves, the last value is differentiated. `pure`: nothing but
    operations on names and numbers, so that literals are constants of the graph."""

    formula: bool
    pure: bool


_PURE = (
    *(ast.Module, ast.Assign, ast.Expr, ast.Name, ast.Constant, ast.BinOp, ast.UnaryOp, ast.Call, ast.keyword),
    *(
        ast.Attribute,
        ast.Load,
        ast.Store,
        ast.Add,
        ast.Sub,
        ast.Mult,
        ast.Div,
        ast.Pow,
        ast.MatMult,
        ast.USub,
        ast.UAdd,
    ),
)


def style_of(nodes: Iterable[ast.AST], makers: Set[str]) -> Style:
    """How a source of these nodes is meant."""
    pure = True
    for node in nodes:
        match node:
            case ast.Import() | ast.ImportFrom() | ast.ClassDef():
                return Style(formula=False, pure=False)
            case ast.Name(id=name, ctx=ast.Load()) if name in makers:
                return Style(formula=False, pure=False)
            case ast.Assign(targets=targets):
                pure = pure and len(targets) == 1 and isinstance(targets[0], ast.Name)
            case ast.Constant(value=value):
                pure = pure and isinstance(value, (int, float)) and not isinstance(value, bool)
            case ast.Call(func=func):
                pure = pure and (
                    (isinstance(func, ast.Name) and func.id in TABLE)
                    or (isinstance(func, ast.Attribute) and func.attr in TABLE)
                )
        pure = pure and isinstance(node, _PURE)
    return Style(formula=True, pure=pure)


def imports_torch(nodes: Iterable[ast.AST]) -> bool:
    """Whether a source has tensors from elsewhere, of torch or of micrograd."""
    return not {"torch", "micrograd"}.isdisjoint(_imported(nodes))


def _imported(nodes: Iterable[ast.AST]) -> set[str]:
    found = [each for each in nodes if isinstance(each, (ast.Import, ast.ImportFrom))]
    roots = [each.module if isinstance(each, ast.ImportFrom) else inner.name for each in found for inner in each.names]
    return {(root or "").partition(".")[0] for root in roots}


def way_to_a_graph(tree: ast.Module) -> Message:
    """What to do in a source that makes no tensor."""
    if any(isinstance(each, ast.FunctionDef) and each.name == "__mul__" for each in ast.walk(tree)):
        return Message(
            "the graph of a class of your own is drawn at its backward(), if each value keeps its number in data, "
            "what it was made from in _prev and how in _op, such as + or tanh"
        )
    if "numpy" in _imported(ast.walk(tree)):
        return Message(
            "NumPy keeps no graph: make the weights tensors, W = torch.tensor(W, requires_grad=True), write the "
            "forward pass with torch and call loss.backward(); W.grad is what dW is by hand"
        )
    return Message("make one, for example x = torch.tensor(2.0, requires_grad=True)")


def free_of_formula(tree: ast.Module, known: Set[str]) -> dict[str, ast.Name]:
    """The first use of every name that no line before gives a value."""
    stored: set[str] = set()
    found: dict[str, ast.Name] = {}
    for statement in tree.body:
        if not isinstance(statement, (ast.Assign, ast.AugAssign, ast.Expr)):
            stored.update(bound([statement]))
            continue
        used = [each for each in _names(statement.value) if each.id not in known]
        if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
            used.append(statement.target)
        for each in sorted(used, key=lambda each: (each.lineno, each.col_offset)):
            if each.id not in stored:
                found.setdefault(each.id, each)
        stored.update(bound([statement]))
    return found


def _names(root: ast.expr) -> list[ast.Name]:
    """The names an expression reads; what a function or a comprehension reads is not looked at."""
    found: list[ast.Name] = []
    waiting: list[ast.AST] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.append(node)
        waiting.extend(inside(node))
    return found
