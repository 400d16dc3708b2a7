"""Changes a source text so that most of it still makes sense: tokens, lines and whole pieces of the tree."""

import ast
import random
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from engine.functions import METHODS
from engine.language.values import Namespace
from engine.library import surface
from tests.operations import CASES, Case
from tests.stages import refused

_DATA: Final = Path(__file__).parents[1]
_TOKEN: Final = re.compile(r"\w+|\s+|[^\w\s]{1,3}")
LONGEST: Final = 400
"""Characters of a mutated source; longer ones say nothing new and take longer."""

_UNSEEN: Final = ("\n", "\n  ", "\t", "\0", "\ud800", "\u202e")
_SHORT: Final = {"torch.nn.functional": "F", "torch.nn": "nn", "numpy": "np"}


def _words() -> tuple[str, ...]:
    """Pieces of the language, and every name that programs can reach, as it is written."""
    names = [*surface.NAMES, *(f".{name}" for name in METHODS)]
    for path, module in surface.MODULES.items():
        short = _SHORT.get(path, path)
        names += [f"{short}.{name}" for name, held in module.members.items() if not isinstance(held, Namespace)]
    return (*(_DATA / "data" / "words.txt").read_text(encoding="utf-8").split(), *_UNSEEN, *names)


@lru_cache
def seeds() -> tuple[str, ...]:
    """Sources to start from: programs, refused lines, a call of every operation."""
    programs = [path.read_text(encoding="utf-8") for path in sorted((_DATA / "programs").glob("*.py"))]
    lines = [row.source for name in ("refused.txt", "escapes.txt") for row in refused(name)]
    calls = [_called(each) for cases in CASES.values() for each in cases]
    return tuple(text for text in (*programs, *lines, *calls) if len(text) <= LONGEST)


def _called(case: Case) -> str:
    """A program that makes a case's operands, calls it and goes backward."""
    lines = ["import torch", "import torch.nn.functional as F"]
    for name, text in case.texts.items():
        shape = ", ".join(re.findall(r"[0-9]+", text)[:3]) or "2, 3"
        lines.append(f"{name} = torch.rand({shape}, requires_grad=True)")
    return "\n".join([*lines, f"out = {case.torch}", "print(out)", "out.sum().backward()"])


@lru_cache
def _pieces() -> tuple[Sequence[str], Sequence[str], Sequence[str]]:
    """Tokens, expressions and statements to put in."""
    expressions: dict[str, None] = {}
    statements: dict[str, None] = {}
    for text in seeds():
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.expr) and not isinstance(node, (ast.Slice, ast.Starred, ast.FormattedValue)):
                said = ast.unparse(node)
                if len(said) < 60:
                    expressions[said] = None
            elif isinstance(node, ast.stmt):
                said = ast.unparse(node)
                if len(said) < 300:
                    statements[said] = None
    return _words(), tuple(expressions), tuple(statements)


def mutated(text: str, chance: random.Random) -> str:
    """The text with one to four changes."""
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 4))):
        text = chance.choice(_CHANGES)(text, chance)
    return text[:LONGEST]


def crossed(one: str, other: str, chance: random.Random) -> str:
    """Lines of one source among those of another."""
    lines, others = one.split("\n"), other.split("\n")
    at, start = chance.randrange(len(lines) + 1), chance.randrange(len(others))
    part = others[start : start + chance.randint(1, 8)]
    return "\n".join([*lines[:at], *part, *lines[at:]])[:LONGEST]


def _token(text: str, chance: random.Random) -> str:
    tokens = _TOKEN.findall(text) or [""]
    at = chance.randrange(len(tokens))
    words, expressions, _ = _pieces()
    new = chance.choice(words if chance.random() < 0.7 else expressions)
    match chance.randrange(6):
        case 0:
            tokens.insert(at, new)
        case 1:
            del tokens[at]
        case 2:
            other = chance.randrange(len(tokens))
            tokens[at], tokens[other] = tokens[other], tokens[at]
        case 3:
            tokens.insert(at, tokens[chance.randrange(len(tokens))])
        case _:
            tokens[at] = new
    return "".join(tokens)


def _name(text: str, chance: random.Random) -> str:
    """Another name or number where there was one."""
    found = list(re.finditer(r"\b[\w.]+\b", text))
    if not found:
        return text
    words, expressions, _ = _pieces()
    match = chance.choice(found)
    new = chance.choice((*chance.choices(words, k=3), *chance.choices(expressions, k=2), chance.choice(found).group()))
    return text[: match.start()] + new + text[match.end() :]


def _line(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    indent = re.match(r"\s*", lines[at])
    assert indent is not None
    match chance.randrange(5):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[chance.randrange(len(lines))])
        case 2:
            lines[at] = chance.choice(("", "  ", "    ", " ")) + lines[at].lstrip()
        case _:
            statement = chance.choice(_pieces()[2])
            lines[at:at] = [indent.group() + line for line in statement.split("\n")]
    return "\n".join(lines)


def _wrapped(text: str, chance: random.Random) -> str:
    """Some lines inside a loop, a function, a class, a condition."""
    lines = text.split("\n")
    start = chance.randrange(len(lines))
    end = start + chance.randint(1, 6)
    head = chance.choice(_HEADS)
    return "\n".join([*lines[:start], head, *(f"  {line}" for line in lines[start:end]), *lines[end:]])


_HEADS: Final = (
    *("for i in range(3):", "def f(a=1, *b, **c):", "class A:", "class A(nn.Module):", "with torch.no_grad():"),
    *("while n:", "if x:", "for a, b in zip([1], [2]):", "def __init__(self, x):", "lambda: (", "@f\ndef g(x):"),
)


def _tree(text: str, chance: random.Random) -> str:
    """Another expression or statement where one stood, so that the syntax stays whole."""
    try:
        tree = ast.parse(text)
        nodes = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.expr) and not isinstance(getattr(node, "ctx", None), ast.Store)
        ]
        old = chance.choice(nodes)
        pool = _pieces()[1]
        new = ast.parse(
            chance.choice(pool) if chance.random() < 0.6 else ast.unparse(chance.choice(nodes)), mode="eval"
        )
        if chance.random() < 0.3:
            around = ast.parse(chance.choice(_AROUND), mode="eval").body
            return ast.unparse(_Swap(old, _Swap.hole(around, old)).visit(tree))
        return ast.unparse(_Swap(old, new.body).visit(tree))
    except (SyntaxError, ValueError, IndexError, RecursionError, AttributeError, TypeError):
        return _token(text, chance)


_AROUND: Final = (
    *("-HOLE", "not HOLE", "[HOLE]", "(HOLE, HOLE)", "{HOLE: HOLE}", "HOLE[0]", "HOLE[HOLE]", "HOLE()", "HOLE(HOLE)"),
    *("HOLE + HOLE", "HOLE ** HOLE", "HOLE @ HOLE", "HOLE < HOLE < HOLE", "HOLE and HOLE", "HOLE if HOLE else HOLE"),
    *("lambda: HOLE", "(lambda x: x)(HOLE)", "[HOLE for i in HOLE]", "sum(HOLE)", "str(HOLE)", "list(HOLE)"),
    *("HOLE.sum()", "HOLE.grad", "HOLE.backward()", "HOLE.T", "HOLE[:, None]", "HOLE[..., 0]", "f'{HOLE}'"),
    *("torch.tensor(HOLE)", "HOLE in HOLE", "(x := HOLE)", "print(HOLE)", "HOLE % HOLE", "float(HOLE)", "len(HOLE)"),
)


class _Swap(ast.NodeTransformer):
    """Puts one node in the place of another."""

    def __init__(self, old: ast.expr, new: ast.expr) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self.old:
            return self.new
        made: ast.AST = self.generic_visit(node)
        return made

    @staticmethod
    def hole(around: ast.expr, filling: ast.expr) -> ast.expr:
        """The expression with every HOLE filled."""

        class Fill(ast.NodeTransformer):
            def visit_Name(self, node: ast.Name) -> ast.AST:
                return filling if node.id == "HOLE" else node

        made: ast.expr = Fill().visit(around)
        return made


_CHANGES: Final[tuple[Callable[[str, random.Random], str], ...]] = (
    *(_token, _token, _name, _name, _name, _line, _line, _wrapped, _tree, _tree, _tree, _tree),
)
