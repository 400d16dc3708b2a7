"""What programs take from Python's standard library beside numbers: `collections`, `functools`, `itertools`."""

import ast
import itertools
import string
from collections.abc import Callable, Iterator
from typing import Any, Final

from engine.errors import SourceError
from engine.language import formatting, operators
from engine.language.containers import DICT, LIST
from engine.language.iteration import MISSING
from engine.language.machine import Machine
from engine.language.values import (
    Class,
    Counts,
    Defaulting,
    Deque,
    Function,
    Instance,
    Namespace,
    Native,
    Once,
    Ordered,
    Token,
    Value,
    natives,
)
from engine.messages import Message


def _dict(machine: Machine, values: Value, named: dict[str, Value]) -> dict[Any, Value]:
    made: dict[Any, Value] = machine.call(machine.library["builtins"]["dict"], [values], named)
    return made


def _ordered(machine: Machine, values: Value = (), **named: Value) -> Ordered:
    return Ordered(_dict(machine, values, named))


def _defaulting(machine: Machine, default_factory: Value = None, values: Value = (), **named: Value) -> Defaulting:
    made = Defaulting(_dict(machine, values, named))
    made.make = default_factory
    return made


def _counts(machine: Machine, values: Value = (), **named: Value) -> Counts:
    made = Counts()
    _count(machine, made, values, **named)
    return made


def _count(machine: Machine, self: Counts, values: Value = (), **named: Value) -> None:
    pairs = values.items() if isinstance(values, dict) else ((each, 1) for each in machine.items(values))
    for each, number in itertools.chain(pairs, named.items()):
        machine.charge(1)
        place = operators.key(each)
        self[place] = operators.binary(machine, ast.Add, self.get(place, 0), number)


def _most_common(machine: Machine, self: Counts, n: Value = None) -> list[Value]:
    machine.charge(1 + len(self))
    return sorted(self.items(), key=lambda pair: pair[1], reverse=True)[:n]


def _deque(machine: Machine, values: Value = (), maxlen: Value = None) -> Deque:
    made = Deque()
    made.most = maxlen
    _extend(machine, made, values)
    return made


def _append(machine: Machine, self: Deque, value: Value) -> None:
    self.append(value)
    if self.most is not None and len(self) > self.most:
        del self[0]


def _append_left(machine: Machine, self: Deque, value: Value) -> None:
    machine.charge(1 + len(self) // 16)
    self.insert(0, value)
    if self.most is not None and len(self) > self.most:
        del self[-1]


def _extend(machine: Machine, self: Deque, values: Value) -> None:
    for each in machine.taken(values):
        _append(machine, self, each)


def _pop_left(machine: Machine, self: Deque) -> Value:
    machine.charge(1 + len(self) // 16)
    return self.pop(0)


COLLECTED: Final[dict[type, dict[str, Native]]] = {
    Ordered: DICT,
    Defaulting: DICT,
    Counts: DICT
    | natives(
        {
            "update": _count,
            "most_common": _most_common,
            "total": lambda machine, self: sum(self.values()),
            "elements": lambda machine, self: [key for key, times in self.items() for _ in range(times)],
        }
    ),
    Deque: LIST
    | natives({"append": _append, "appendleft": _append_left, "extend": _extend, "popleft": _pop_left})
    | {"maxlen": Native("maxlen", lambda machine, self: self.most)},
}
"""What can be called on the containers of `collections`."""


def _named_tuple(machine: Machine, typename: str, field_names: Value) -> Class:
    """`namedtuple("Point", ["x", "y"])`: a class whose objects are gone through and asked by name."""
    fields = field_names.replace(",", " ").split() if isinstance(field_names, str) else machine.taken(field_names)

    def start(machine: Machine, self: Instance, *values: Value, **named: Value) -> None:
        given = dict(zip(fields, values, strict=False)) | named
        if len(values) + len(named) != len(fields) or list(given) != [each for each in fields if each in given]:
            given = {each: given[each] for each in fields}
        self.attributes |= given

    def held(self: Instance) -> tuple[Value, ...]:
        return tuple(self.attributes[each] for each in fields)

    def shown(machine: Machine, self: Instance) -> str:
        pairs = (f"{each}={formatting.shown(machine, self.attributes[each])}" for each in fields)
        return f"{typename}({', '.join(pairs)})"

    def replaced(machine: Machine, self: Instance, **named: Value) -> Instance:
        made = Instance(self.kind)
        made.attributes |= self.attributes | named
        return made

    return Class(
        str(typename),
        (),
        natives(
            {
                "__init__": start,
                "__repr__": shown,
                "__iter__": lambda machine, self: list(held(self)),
                "__len__": lambda machine, self: len(fields),
                "__getitem__": lambda machine, self, index: held(self)[index],
                "__eq__": lambda machine, self, other: operators.equal(
                    machine, held(self), tuple(machine.taken(other))
                ),
                "_replace": replaced,
                "_asdict": lambda machine, self: dict(self.attributes),
            }
        )
        | {"_fields": tuple(fields)},
        "__main__",
    )


def _partial(machine: Machine, function: Value, *first: Value, **given: Value) -> Native:
    return Native(
        "partial",
        lambda machine, *rest, **named: machine.call(function, [*first, *rest], {**given, **named}),
    )


def _reduce(machine: Machine, function: Value, values: Value, initial: Value = MISSING) -> Value:
    total = initial
    for each in machine.items(values):
        machine.charge(1)
        total = each if total is MISSING else machine.call(function, [total, each])
    if total is MISSING:
        raise SourceError(
            Message("there is nothing to reduce"), hint=Message("the list is empty; give a value to begin with")
        )
    return total


def _itself(machine: Machine, function: Value = None, **_: Value) -> Value:
    """A decorator that changes nothing: what is remembered is only quicker."""
    return function if function is not None else Native("decorator", lambda machine, function: function)


def _wraps(machine: Machine, wrapped: Value) -> Native:
    def named(machine: Machine, function: Value) -> Value:
        if isinstance(function, Function) and isinstance(wrapped, (Function, Native)):
            function.name = wrapped.name
        return function

    return Native("wraps", named)


def _charged(machine: Machine, name: str, values: Iterator[Value]) -> Once:
    def made() -> Iterator[Value]:
        for each in values:
            machine.charge(1)
            yield each

    return Once(name, made())


def _over(name: str, host: Callable[..., Iterator[Value]]) -> Native:
    """A function of lists: all are taken first."""

    def called(machine: Machine, *values: Value, **named: Value) -> Once:
        taken = [machine.taken(each) if not isinstance(each, int) else each for each in values]
        return _charged(machine, name, host(*taken, **named))

    return Native(name, called)


def _lazy(name: str, host: Callable[..., Iterator[Value]]) -> Native:
    """A function of things to go through, which may have no end."""
    return Native(
        name,
        lambda machine, values, *bounds: _charged(machine, name, host(iter(machine.items(values)), *bounds)),
    )


def _cycle(machine: Machine, values: Value) -> Once:
    return _charged(machine, "cycle", itertools.cycle(machine.taken(values)))


def _accumulate(machine: Machine, values: Value, function: Value = None, *, initial: Value = None) -> Once:
    def joined(a: Value, b: Value) -> Value:
        if function is None:
            return machine.keep(operators.binary(machine, ast.Add, a, b), machine.here())
        return machine.call(function, [a, b])

    return _charged(machine, "accumulate", itertools.accumulate(machine.items(values), joined, initial=initial))


def _chain(machine: Machine, *values: Value) -> Once:
    return _charged(machine, "chain", itertools.chain.from_iterable(map(machine.items, values)))


def _product(machine: Machine, *values: Value, repeat: int = 1) -> Once:
    taken = [machine.taken(each) for each in values]
    return _charged(machine, "product", itertools.product(*taken, repeat=min(int(repeat), machine.limits.nesting)))


def _repeat(machine: Machine, value: Value, times: Value = None) -> Once:
    rest = (value,) if times is None else (value, int(times))
    return _charged(machine, "repeat", itertools.repeat(*rest))


def _type(name: str, make: Callable[..., Value]) -> Token:
    return Token(f"<class 'collections.{name}'>", Native(name, make))


STANDARD: Final = {
    each.name: each
    for each in (
        Namespace(
            "collections",
            {
                "OrderedDict": _type("OrderedDict", _ordered),
                "defaultdict": _type("defaultdict", _defaulting),
                "Counter": _type("Counter", _counts),
                "deque": _type("deque", _deque),
                "namedtuple": Native("namedtuple", _named_tuple),
            },
        ),
        Namespace(
            "string",
            {
                "ascii_letters": string.ascii_letters,
                "ascii_lowercase": string.ascii_lowercase,
                "ascii_uppercase": string.ascii_uppercase,
                "digits": string.digits,
                "punctuation": string.punctuation,
            },
        ),
        Namespace(
            "functools",
            natives({"partial": _partial, "reduce": _reduce, "lru_cache": _itself, "cache": _itself, "wraps": _wraps}),
        ),
        Namespace(
            "itertools",
            natives(
                {
                    "product": _product,
                    "chain": _chain,
                    "cycle": _cycle,
                    "repeat": _repeat,
                    "accumulate": _accumulate,
                    "count": lambda machine, start=0, step=1: _charged(machine, "count", itertools.count(start, step)),
                }
            )
            | {
                "combinations": _over("combinations", itertools.combinations),
                "permutations": _over("permutations", itertools.permutations),
                "zip_longest": _over("zip_longest", itertools.zip_longest),
                "pairwise": _over("pairwise", itertools.pairwise),
                "islice": _lazy("islice", itertools.islice),
            },
        ),
    )
}
"""The modules, by name."""
