"""Methods of texts, lists, dictionaries, tuples and sets."""

from typing import Any, Final

from engine.errors import LimitError, SourceError
from engine.language import formatting, operators
from engine.language.encodings import BYTES, encoded
from engine.language.items import item
from engine.language.machine import Machine
from engine.language.values import Native, Once, Ordered, Size, Value, View, natives
from engine.messages import Message


def _width(machine: Machine, width: Value) -> int:
    if type(width) is not int:
        raise TypeError
    if width > machine.limits.text_width:
        raise LimitError(
            Message("this format asks for more than {limit} characters", limit=machine.limits.text_width),
            hint=Message("use a smaller width"),
        )
    return width


def _text(value: Value) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _join(machine: Machine, self: str, values: Value) -> str:
    parts = [_text(each) for each in machine.taken(values)]
    machine.charge_text(sum(map(len, parts)) + len(self) * len(parts))
    return self.join(parts)


def _replace(machine: Machine, self: str, old: str, new: str, count: int = -1) -> str:
    machine.charge_text(len(self) + self.count(_text(old)) * len(_text(new)))
    return self.replace(old, new, int(count))


def _split(machine: Machine, self: str, sep: Value = None, maxsplit: int = -1) -> list[str]:
    machine.charge(1 + len(self))
    return self.split(sep if sep is None else _text(sep), int(maxsplit))


def _plain(name: str) -> Native:
    def method(machine: Machine, self: str, *arguments: Value) -> Value:
        machine.charge_text(len(self))
        return _HOST[name](self, *arguments)

    return Native(name, method)


_HOST: Final[dict[str, Any]] = {
    "upper": str.upper,
    "lower": str.lower,
    "title": str.title,
    "capitalize": str.capitalize,
    "strip": str.strip,
    "lstrip": str.lstrip,
    "rstrip": str.rstrip,
    "swapcase": str.swapcase,
    "startswith": str.startswith,
    "endswith": str.endswith,
    "count": str.count,
    "find": str.find,
    "index": str.index,
    "rfind": str.rfind,
    "partition": str.partition,
    "rpartition": str.rpartition,
    "removeprefix": str.removeprefix,
    "removesuffix": str.removesuffix,
    "isalnum": str.isalnum,
    "isdigit": str.isdigit,
    "isalpha": str.isalpha,
    "isspace": str.isspace,
    "splitlines": str.splitlines,
    "isupper": str.isupper,
    "islower": str.islower,
    "isnumeric": str.isnumeric,
}
TEXT: Final[dict[str, Native]] = {name: _plain(name) for name in _HOST} | {
    "join": Native("join", _join),
    "encode": Native("encode", encoded),
    "replace": Native("replace", _replace),
    "split": Native("split", _split),
    "format": Native(
        "format", lambda machine, self, *values, **named: formatting.format_method(machine, self, values, named)
    ),
    "ljust": Native("ljust", lambda machine, self, width, fill=" ": self.ljust(_width(machine, width), fill)),
    "rjust": Native("rjust", lambda machine, self, width, fill=" ": self.rjust(_width(machine, width), fill)),
    "center": Native("center", lambda machine, self, width, fill=" ": self.center(_width(machine, width), fill)),
    "zfill": Native("zfill", lambda machine, self, width: self.zfill(_width(machine, width))),
}


def _append(machine: Machine, self: list[Value], value: Value) -> None:
    self.append(value)


def _extend(machine: Machine, self: list[Value], values: Value) -> None:
    self.extend(machine.taken(values))


def _insert(machine: Machine, self: list[Value], index: int, value: Value) -> None:
    machine.charge(1 + len(self) // 16)
    self.insert(index, value)


def _pop(machine: Machine, self: list[Value], index: int = -1) -> Value:
    machine.charge(1 + len(self) // 16)
    return self.pop(index)


def _position(machine: Machine, self: Any, value: Value) -> int:
    for index, each in enumerate(self):
        machine.charge(1)
        if operators.equal(machine, each, value):
            return index
    raise SourceError(Message("this value is not in the list"), hint=Message("ask with `in` first"))


def _remove(machine: Machine, self: list[Value], value: Value) -> None:
    del self[_position(machine, self, value)]


def _count(machine: Machine, self: Any, value: Value) -> int:
    machine.charge(len(self))
    return sum(operators.equal(machine, each, value) for each in self)


def _sort(machine: Machine, self: list[Value], *, key: Value = None, reverse: Value = False) -> None:
    self[:] = machine.library["builtins"]["sorted"].call(machine, self, key=key, reverse=reverse)


def _reverse(machine: Machine, self: list[Value]) -> None:
    machine.charge(len(self))
    self.reverse()


def _copy(machine: Machine, self: Any) -> Any:
    machine.charge(1 + len(self))
    return self.copy()


def _clear(machine: Machine, self: Any) -> None:
    self.clear()


LIST: Final[dict[str, Native]] = natives(
    {
        "append": _append,
        "extend": _extend,
        "insert": _insert,
        "pop": _pop,
        "index": _position,
        "remove": _remove,
        "count": _count,
        "sort": _sort,
        "reverse": _reverse,
        "copy": _copy,
        "clear": _clear,
    }
)
TUPLE: Final[dict[str, Native]] = {"index": Native("index", _position), "count": Native("count", _count)}


def _get(machine: Machine, self: dict[Value, Value], key: Value, default: Value = None) -> Value:
    return self.get(operators.key(key), default)


def _default(machine: Machine, self: dict[Value, Value], key: Value, default: Value = None) -> Value:
    return self.setdefault(operators.key(key), default)


def _update(machine: Machine, self: dict[Value, Value], other: Value = (), **named: Value) -> None:
    self.update(machine.library["builtins"]["dict"].held.call(machine, other, **named))


def _take(machine: Machine, self: dict[Value, Value], key: Value, *default: Value) -> Value:
    return self.pop(operators.key(key), *default)


def _viewed(held: dict[Value, Value]) -> str:
    return "odict_" if isinstance(held, Ordered) else "dict_"


DICT: Final[dict[str, Native]] = natives(
    {
        "get": _get,
        "setdefault": _default,
        "update": _update,
        "pop": _take,
        "copy": _copy,
        "clear": _clear,
        "keys": lambda machine, self: View(_viewed(self) + "keys", self),
        "values": lambda machine, self: View(_viewed(self) + "values", self.values()),
        "items": lambda machine, self: View(_viewed(self) + "items", self.items()),
    }
)


def _add(machine: Machine, self: set[Value], value: Value) -> None:
    self.add(operators.key(value))


def _discard(machine: Machine, self: set[Value], value: Value) -> None:
    self.discard(operators.key(value))


def _union(machine: Machine, self: set[Value], other: Value) -> set[Value]:
    return self | set(machine.taken(other))


def _intersection(machine: Machine, self: set[Value], other: Value) -> set[Value]:
    return self & set(machine.taken(other))


SET: Final[dict[str, Native]] = natives(
    {
        "add": _add,
        "discard": _discard,
        "remove": _discard,
        "union": _union,
        "intersection": _intersection,
        "copy": _copy,
        "clear": _clear,
        "update": lambda machine, self, other: self.update(machine.taken(other)),
    }
)
ONCE: Final[dict[str, Native]] = {}
_ITEMS: Final = natives({"__getitem__": item, "__len__": lambda machine, self: len(self)})
"""What `key=losses.__getitem__` asks for."""
METHODS: Final[dict[type, dict[str, Native]]] = {
    str: TEXT,
    list: LIST | _ITEMS,
    tuple: TUPLE,
    Size: TUPLE | {"numel": Native("numel", lambda machine, self: _product(self))},
    dict: DICT | _ITEMS,
    set: SET,
    Once: ONCE,
    bytes: BYTES,
    slice: natives({"indices": lambda machine, self, length: self.indices(length)}),
    View: {},
}


def _product(values: Any) -> int:
    total = 1
    for each in values:
        total *= each
    return total
