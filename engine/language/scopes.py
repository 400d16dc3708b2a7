"""Which slot of which frame a name of the source means: Python's rules, decided before the program runs."""

import ast
from collections.abc import Iterable, Iterator
from typing import Literal

Kind = Literal["module", "function", "class"]


class Layout:
    """The slots of one kind of frame; slot 0 is the frame around it."""

    def __init__(self, kind: Kind, around: "Layout | None", names: Iterable[str] = ()) -> None:
        self.kind: Kind = kind
        self.around: Layout | None = (
            around.around if kind == "function" and around and around.kind == "class" else around
        )
        self.slots: dict[str, int] = {}
        self.size = 1
        self.elsewhere: dict[str, Literal["global", "nonlocal"]] = {}
        self.inner: list[dict[str, int]] = []  # names of comprehensions being read, innermost last
        for name in names:
            self.slot(name)

    def slot(self, name: str) -> int:
        """The slot of a name, a new one if it has none."""
        if name not in self.slots:
            self.slots[name] = self.fresh()
        return self.slots[name]

    def fresh(self) -> int:
        """A slot without a name."""
        self.size += 1
        return self.size - 1

    def own(self, name: str) -> int | None:
        """The slot of a name in this frame, None if it is not one of its names."""
        for names in reversed(self.inner):
            if name in names:
                return names[name]
        return None if name in self.elsewhere else self.slots.get(name)

    def find(self, name: str) -> tuple[int, int] | None:
        """How many frames out and in which slot (-1: in the program's own frame); None if no function around, and no
        comprehension of the program, knows the name."""
        if self.elsewhere.get(name) == "global":
            return None
        layout, hops = self, 0
        while layout.around is not None:
            if (slot := layout.own(name)) is not None:
                return hops, slot
            layout, hops = layout.around, hops + 1
        return next(((-1, names[name]) for names in reversed(layout.inner) if name in names), None)


def bound(body: Iterable[ast.stmt]) -> Iterator[str]:
    """The names that statements give a value, in order; functions, classes and comprehensions keep theirs inside."""
    waiting: list[ast.AST] = list(reversed(list(body)))
    while waiting:
        node = waiting.pop()
        kind = type(node)
        if kind is ast.BinOp:  # what sources mostly consist of, without a look at all that it is not
            waiting += node.right, node.left  # type: ignore[attr-defined]
            continue
        if kind is ast.Name or kind is ast.Constant:
            if kind is ast.Name and type(node.ctx) is not ast.Load:  # type: ignore[attr-defined]
                yield node.id  # type: ignore[attr-defined]
            continue
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
                continue
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                for each in names:
                    yield (each.asname or each.name).partition(".")[0]
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name
            case ast.MatchMapping(rest=str(name)):
                yield name
            case ast.Lambda():
                continue
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                # `:=` inside a comprehension gives the name to what is around it
                yield from (
                    inner.target.id
                    for inner in ast.walk(node)
                    if isinstance(inner, ast.NamedExpr) and isinstance(inner.target, ast.Name)
                )
                continue
        waiting.extend(reversed(list(inside(node))))


def inside(node: ast.AST) -> Iterable[ast.AST]:
    """As `ast.iter_child_nodes`, without operators and the like, and at once for what sources mostly consist of."""
    kind = type(node)
    if kind is ast.Name or kind is ast.Constant:
        return ()
    if kind is ast.BinOp:
        return node.left, node.right  # type: ignore[attr-defined]
    if kind is ast.Attribute:
        return (node.value,)  # type: ignore[attr-defined]
    return ast.iter_child_nodes(node)


def elsewhere(body: Iterable[ast.stmt]) -> Iterator[tuple[str, Literal["global", "nonlocal"]]]:
    """The names that a function declares to be those of the program or of the function around it."""
    waiting: list[ast.AST] = list(body)
    while waiting:
        match waiting.pop():
            case ast.Global(names=names):
                yield from ((name, "global") for name in names)
            case ast.Nonlocal(names=names):
                yield from ((name, "nonlocal") for name in names)
            case ast.FunctionDef() | ast.ClassDef() | ast.Lambda():
                pass
            case node:
                waiting.extend(ast.iter_child_nodes(node))
