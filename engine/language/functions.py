"""`def` and `lambda` as closures that make functions."""

import ast
from collections.abc import Callable

from engine.language.generators import generator, rests
from engine.language.reading import Span
from engine.language.scopes import Layout, bound, elsewhere
from engine.language.unit import Unit
from engine.language.values import UNBOUND, Closure, Frame, Function, Parameters, Value
from engine.messages import Message


def lambda_(unit: Unit, node: ast.Lambda) -> Closure:
    """`lambda x: …`."""

    def body() -> Closure:
        value = unit.expression(node.body)
        return lambda frame: (value(frame),)

    names = [each.target.id for each in ast.walk(node.body) if isinstance(each, ast.NamedExpr)]
    return make(unit, "<lambda>", node.args, Layout("function", unit.layout), body, names)


def function(unit: Unit, node: ast.FunctionDef) -> Closure:
    """`def name(…): …`, without its decorators."""
    layout = Layout("function", unit.layout)
    for name, where in elsewhere(node.body):
        layout.elsewhere[name] = where
        if where == "global":
            unit.module.slot(name)
        elif (found := layout.find(name)) is None or found[0] < 0:
            raise unit.refusal(
                next(each for each in ast.walk(node) if isinstance(each, ast.Nonlocal) and name in each.names),
                Message("no function around this one knows `{name}`", name=name),
                Message("use `global` for a name of the program"),
            )
    _declared_first(unit, node)
    names = [name for name in bound(node.body) if name not in layout.elsewhere]
    span = (*unit.source.span(_first(node.body))[:2], *unit.source.span(node.body[-1])[2:])
    return make(unit, node.name, node.args, layout, lambda: _body(unit, node.body), names, span)


def _first(body: list[ast.stmt]) -> ast.stmt:
    """Where a function begins, behind what it says of itself."""
    match body:
        case [ast.Expr(value=ast.Constant()), after, *_]:
            return after
    return body[0]


def _declared_first(unit: Unit, node: ast.FunctionDef) -> None:
    """Python wants `global n` before n is used."""
    inside: list[ast.AST] = []
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        each = waiting.pop()
        inside.append(each)
        if not isinstance(each, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
            waiting.extend(ast.iter_child_nodes(each))
    first: dict[str, int] = {}
    for each in inside:
        if isinstance(each, ast.Name):
            first[each.id] = min(each.lineno, first.get(each.id, each.lineno))
    for each in inside:
        if isinstance(each, (ast.Global, ast.Nonlocal)):
            late = next((name for name in each.names if first.get(name, each.lineno) < each.lineno), None)
            if late is not None:
                word = "global" if isinstance(each, ast.Global) else "nonlocal"
                raise unit.refusal(
                    each,
                    Message("`{name}` is used before the line `{word} {name}`", name=late, word=word),
                    Message("write it as the first line of the function"),
                )


def _body(unit: Unit, body: list[ast.stmt]) -> Closure:
    return generator(unit, body) if rests(body) else unit.block(body)


def make(
    unit: Unit,
    name: str,
    takes: ast.arguments,
    layout: Layout,
    read_body: Callable[[], Closure],
    names: list[str],
    span: Span | None = None,
) -> Closure:
    """A closure that makes the function, its defaults evaluated in the frame around it."""
    parameters = _parameters(unit, takes)
    defaults = _defaults(unit, takes)
    for each in (*parameters.names, *names):
        layout.slot(each)
    outer, hops, path, loops = unit.layout, unit.method_hops, unit.path, unit.loops
    unit.loops = 0
    unit.layout = layout
    unit.path = (*path, name)
    unit.method_hops = 0 if outer.kind == "class" else hops + 1
    body = read_body()
    unit.layout, unit.method_hops, unit.path, unit.loops = outer, hops, path, loops
    count, owner, in_class = len(parameters.names), unit.owner, outer.kind == "class"
    blank: list[Value] = []

    def define(frame: Frame) -> Value:
        if len(blank) != layout.size - 1 - count:
            blank[:] = [UNBOUND] * (layout.size - 1 - count)
        values = {each: default(frame) for each, default in defaults}
        return Function(name, parameters, values, body, blank, frame[0] if in_class else frame, owner, span)

    return define


def _parameters(unit: Unit, takes: ast.arguments) -> Parameters:
    names = [each.arg for each in (*takes.posonlyargs, *takes.args, *takes.kwonlyargs)]
    names += [each.arg for each in (takes.vararg, takes.kwarg) if each]
    if len(set(names)) != len(names):
        again = next(name for name in names if names.count(name) > 1)
        every = (*takes.posonlyargs, *takes.args, *takes.kwonlyargs, takes.vararg, takes.kwarg)
        where = next(each for each in every if each is not None and each.arg == again)
        raise unit.refusal(
            where, Message("`{name}` stands twice in the brackets", name=again), Message("rename one of the two")
        )
    return Parameters(
        tuple(each.arg for each in (*takes.posonlyargs, *takes.args)),
        tuple(each.arg for each in takes.kwonlyargs),
        takes.vararg.arg if takes.vararg else None,
        takes.kwarg.arg if takes.kwarg else None,
    )


def _defaults(unit: Unit, takes: ast.arguments) -> list[tuple[str, Closure]]:
    positional = [*takes.posonlyargs, *takes.args]
    by_position = positional[len(positional) - len(takes.defaults) :]
    pairs = [*zip(by_position, takes.defaults, strict=True), *zip(takes.kwonlyargs, takes.kw_defaults, strict=True)]
    return [(each.arg, unit.expression(value)) for each, value in pairs if value is not None]
