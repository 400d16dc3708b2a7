"""`match` as closures: a pattern answers whether a value fits, and what its names stand for then."""

import ast
from collections.abc import Callable
from typing import Any, Final

from engine.errors import SourceError
from engine.language import operators
from engine.language.conversions import TYPES
from engine.language.inspection import has_member, is_instance
from engine.language.members import member
from engine.language.mishaps import FOREIGN, placed
from engine.language.targets import Store, target
from engine.language.unit import Unit
from engine.language.values import Closure, Frame, Value
from engine.messages import Message

Found = list[tuple[Store, Value]]
"""The names that a pattern gives a value, and the values."""
Fits = Callable[[Frame, Value, Found], bool]

_ITSELF: Final = ("bool", "int", "float", "str", "list", "tuple", "dict", "set")
"""Types whose one place in brackets stands for the value itself: `case int(n)`."""


def match_(unit: Unit, node: ast.Match) -> Closure:
    """`match subject:` with its cases."""
    choose, bodies = chosen(unit, node), [unit.block(each.body) for each in node.cases]

    def run(frame: Frame) -> Any:
        place = choose(frame)
        return None if place is None else bodies[place](frame)

    return run


def chosen(unit: Unit, node: ast.Match) -> Callable[[Frame], int | None]:
    """A closure that says which case is to be run, and gives its names their values."""
    subject, machine = unit.expression(node.subject), unit.machine
    cases = [
        (
            pattern(unit, each.pattern),
            unit.expression(each.guard) if each.guard else None,
            unit.source.span(each.pattern),
        )
        for each in node.cases
    ]

    def choose(frame: Frame) -> int | None:
        value = subject(frame)
        for place, (fits, guard, span) in enumerate(cases):
            machine.charge(1)
            found: Found = []
            try:
                if not fits(frame, value, found):
                    continue
                for store, each in found:
                    store(frame, each)
                if guard is None or operators.truth(machine, guard(frame)):
                    return place
            except FOREIGN as error:
                raise placed(error, span) from None
        return None

    return choose


def pattern(unit: Unit, node: ast.pattern) -> Fits:
    """A closure that says whether a value fits."""
    match node:
        case ast.MatchValue(value=wanted):
            return _equal(unit, unit.expression(wanted))
        case ast.MatchSingleton(value=only):
            return lambda frame, value, found: value is only
        case ast.MatchAs(pattern=inner, name=name):
            return _named(unit, node, pattern(unit, inner) if inner else None, name)
        case ast.MatchOr(patterns=parts):
            return _one_of([pattern(unit, each) for each in parts])
        case ast.MatchSequence(patterns=parts):
            return _sequence(unit, parts)
        case ast.MatchMapping():
            return _mapping(unit, node)
        case ast.MatchClass():
            return _of_class(unit, node)
    raise unit.refusal(node, Message("this pattern cannot be read"), Message("use `if` and `elif`"))


def _equal(unit: Unit, wanted: Closure) -> Fits:
    machine = unit.machine

    def fits(frame: Frame, value: Value, found: Found) -> bool:
        return operators.truth(machine, operators.compare(machine, ast.Eq, value, wanted(frame)))

    return fits


def _store(unit: Unit, node: ast.AST, name: str) -> Store:
    return target(unit, ast.copy_location(ast.Name(id=name, ctx=ast.Store()), node))


def _named(unit: Unit, node: ast.pattern, inner: Fits | None, name: str | None) -> Fits:
    store = _store(unit, node, name) if name else None

    def fits(frame: Frame, value: Value, found: Found) -> bool:
        if inner is not None and not inner(frame, value, found):
            return False
        if store is not None:
            found.append((store, value))
        return True

    return fits


def _one_of(parts: list[Fits]) -> Fits:
    def fits(frame: Frame, value: Value, found: Found) -> bool:
        count = len(found)
        for each in parts:
            if each(frame, value, found):
                return True
            del found[count:]
        return False

    return fits


def _sequence(unit: Unit, parts: list[ast.pattern]) -> Fits:
    machine = unit.machine
    star = next((place for place, each in enumerate(parts) if isinstance(each, ast.MatchStar)), None)
    rest = parts[star] if star is not None else None
    keep = _store(unit, rest, rest.name) if isinstance(rest, ast.MatchStar) and rest.name else None
    plain = [pattern(unit, each) for each in parts if each is not rest]

    def fits(frame: Frame, value: Value, found: Found) -> bool:
        if not isinstance(value, (list, tuple, range)):
            return False
        if len(value) < len(plain) or (star is None and len(value) > len(plain)):
            return False
        machine.charge(len(value))
        values = list(value)
        if star is not None:
            end = len(values) - (len(plain) - star)
            if keep is not None:
                found.append((keep, values[star:end]))
            values[star:end] = []
        return all(each(frame, one, found) for each, one in zip(plain, values, strict=True))

    return fits


def _mapping(unit: Unit, node: ast.MatchMapping) -> Fits:
    machine = unit.machine
    parts = [(unit.expression(key), pattern(unit, each)) for key, each in zip(node.keys, node.patterns, strict=True)]
    keep = _store(unit, node, node.rest) if node.rest else None

    def fits(frame: Frame, value: Value, found: Found) -> bool:
        if not isinstance(value, dict):
            return False
        keys = [key(frame) for key, _ in parts]
        if not all(key in value for key in keys):
            return False
        if not all(each(frame, value[key], found) for key, (_, each) in zip(keys, parts, strict=True)):
            return False
        if keep is not None:
            machine.charge(len(value))
            found.append((keep, {key: each for key, each in value.items() if key not in keys}))
        return True

    return fits


def _of_class(unit: Unit, node: ast.MatchClass) -> Fits:
    machine, kind = unit.machine, unit.expression(node.cls)
    in_order = [pattern(unit, each) for each in node.patterns]
    by_name = [(name, pattern(unit, each)) for name, each in zip(node.kwd_attrs, node.kwd_patterns, strict=True)]

    def places(wanted: Value) -> tuple[str, ...]:
        names = member(machine, wanted, "__match_args__") if has_member(machine, wanted, "__match_args__") else ()
        if len(names) < len(in_order):
            raise SourceError(
                Message("{count} patterns in brackets are too many for this class", count=len(in_order)),
                hint=Message("name the attributes: Point(x=0), or give the class `__match_args__`"),
            )
        return tuple(names)

    def fits(frame: Frame, value: Value, found: Found) -> bool:
        wanted = kind(frame)
        if not is_instance(machine, value, wanted):
            return False
        named = by_name
        if len(in_order) == 1 and any(wanted is TYPES[each] for each in _ITSELF):
            if not in_order[0](frame, value, found):
                return False
        elif in_order:
            named = [*zip(places(wanted), in_order, strict=False), *by_name]
        return all(
            has_member(machine, value, name) and each(frame, member(machine, value, name), found)
            for name, each in named
        )

    return fits
