"""Values as text: what `print`, `str`, `repr`, f-strings, `format` and `%` write."""

import re
from typing import Any, Final

from engine.errors import LimitError, SourceError
from engine.language.guard import Guard
from engine.language.machine import Machine
from engine.language.values import (
    UNBOUND,
    Class,
    Counts,
    Defaulting,
    Deque,
    Function,
    Instance,
    Method,
    Namespace,
    Native,
    Once,
    Ordered,
    Size,
    Super,
    Token,
    Value,
    View,
    kind_name,
)
from engine.messages import Message
from engine.tensor import Tensor

_COLLECTED: Final = frozenset({View, Ordered, Defaulting, Counts, Deque})
_SPEC: Final = re.compile(
    r"(?:.?[<>=^])?[-+ ]?z?#?0?(?P<width>\d*)[_,]?(?:\.(?P<precision>\d+))?(?P<kind>[bcdeEfFgGosxX%]?)", re.DOTALL
)
_PERCENT: Final = re.compile(
    r"%(?:(?P<percent>%)|(?:\((?P<key>[^()]*)\))?(?P<flags>[-+ 0#]*)(?P<width>\d*|\*)"
    r"(?:\.(?P<precision>\d+))?(?P<kind>[a-zA-Z]))"
)
_FIELD: Final = re.compile(
    r"\{\{|\}\}|\{(?P<name>\w*)(?P<path>[^{}!:]*)(?:!(?P<conversion>[rsa]))?(?::(?P<spec>[^{}]*))?\}|[{}]"
)


def text(machine: Machine, value: Value) -> str:
    """What `str(value)` gives and `print` writes."""
    if isinstance(value, str):
        return value
    if isinstance(value, Instance) and (function := value.kind.find("__str__")) is not UNBOUND:
        return _said(machine, function, value)
    return shown(machine, value)


def shown(machine: Machine, value: Value, inside: tuple[int, ...] = ()) -> str:
    """What `repr(value)` gives."""
    kind = type(value)
    if kind in (int, float, bool, type(None), range, slice):
        return repr(value)
    if kind in (str, bytes):
        machine.charge_text(len(value))
        return repr(value)
    if kind is Tensor:
        machine.charge(min(value_size(value), 1_000) + 10)
        found: str = machine.library["shown"](machine, value)
        return found
    if isinstance(value, tuple) and kind is not tuple and kind is not Size:
        return str(machine.library["selected"](machine, value))
    if kind in (list, tuple, Size, dict, set):
        return _container(machine, value, inside)
    if kind in _COLLECTED:
        return _collected(machine, value, inside)
    if isinstance(value, Instance):
        function = value.kind.find("__repr__")
        return f"<{value.kind.name} object>" if function is UNBOUND else _said(machine, function, value)
    return _plain(machine, value)


def value_size(value: Tensor) -> int:
    """How many elements a tensor has."""
    return int(getattr(value.value, "size", 1))


def _said(machine: Machine, function: Value, value: Instance) -> str:
    made = machine.call(function, [value])
    if not isinstance(made, str):
        raise SourceError(
            Message("`{name}` must give a text when it is printed", name=value.kind.name),
            hint=Message("return an f-string from __repr__ and __str__"),
        )
    return made


def _container(machine: Machine, value: Any, inside: tuple[int, ...]) -> str:
    machine.charge(1 + len(value))
    opening, closing = "[]" if isinstance(value, list) else "{}" if isinstance(value, (dict, set)) else "()"
    if id(value) in inside:
        return f"{opening}...{closing}"
    if len(inside) > machine.limits.nesting:
        raise LimitError(
            Message("this is nested more than {limit} deep", limit=machine.limits.nesting),
            hint=Message("print a part of it"),
        )
    inside = (*inside, id(value))
    if isinstance(value, dict):
        parts = [f"{shown(machine, key, inside)}: {shown(machine, each, inside)}" for key, each in value.items()]
    else:
        parts = [shown(machine, each, inside) for each in value]
    if isinstance(value, Size):
        return f"torch.Size([{', '.join(parts)}])"
    if isinstance(value, set) and not parts:
        return "set()"
    machine.charge_text(sum(map(len, parts)))
    return f"{opening}{', '.join(parts)}{',' if len(parts) == 1 and closing == ')' else ''}{closing}"


def _collected(machine: Machine, value: Any, inside: tuple[int, ...]) -> str:
    """The containers of `collections`, each as Python 3.11 writes it."""
    called: str = value.called
    match value:
        case Ordered():
            held = _container(machine, list(value.items()), inside) if value else ""
        case Defaulting():
            held = f"{shown(machine, value.make)}, {_container(machine, value, inside)}"
        case Counts():
            ordered = dict(sorted(value.items(), key=lambda pair: pair[1], reverse=True))
            held = _container(machine, ordered, inside) if value else ""
        case Deque(most=int() as most):
            held = f"{_container(machine, value, inside)}, maxlen={most}"
        case _:
            held = _container(machine, value, inside)
    return f"{called}({held})"


def _plain(machine: Machine, value: Value) -> str:
    match value:
        case Function(name=name):
            return f"<function {name}>"
        case Native(name=name):
            return f"<built-in function {name}>"
        case Method(function=function):
            return f"<bound method {function.name}>"
        case Class(name=name, module=module):
            return f"<class '{module}.{name}'>" if module else f"<class '{name}'>"
        case Namespace(name=name):
            return f"<module '{name}'>"
        case Token(name=name) | Once(name=name) | Guard(name=name):
            return name
        case slice():
            return f"slice({shown(machine, value.start)}, {shown(machine, value.stop)}, {shown(machine, value.step)})"
        case Super():
            return "<super>"
    return "Ellipsis" if value is ... else kind_name(value)


def formatted(machine: Machine, value: Value, spec: str) -> str:
    """What `format(value, spec)` gives."""
    if type(value) is Tensor and value.shape == () and value not in machine.library["parameters"]:
        value = machine.library["item"](value)  # as PyTorch's `__format__` does
    if not spec:
        return text(machine, value)
    if type(value) not in (int, float, bool, str):
        if isinstance(value, Instance) and (function := value.kind.find("__format__")) is not UNBOUND:
            return str(machine.call(function, [value, spec]))
        raise SourceError(
            Message(
                "a value of type `{kind}` cannot be formatted with `{spec}`", kind=kind_name(value), spec=spec[:20]
            ),
            hint=Message("take its number first, for example with .item()"),
        )
    match = _SPEC.fullmatch(spec)
    if match is None:
        raise _wrong_format(spec)
    for part in ("width", "precision"):
        _check_width(machine, match[part])
    try:
        return format(value, spec)
    except (ValueError, OverflowError, TypeError):
        raise _wrong_format(spec) from None


def _check_width(machine: Machine, digits: str | None) -> None:
    if digits and (len(digits) > 6 or int(digits) > machine.limits.text_width):
        raise LimitError(
            Message("this format asks for more than {limit} characters", limit=machine.limits.text_width),
            hint=Message("use a smaller width"),
        )


def _wrong_format(spec: str) -> SourceError:
    return SourceError(
        Message("`{spec}` is no format for this value", spec=spec[:20]),
        hint=Message("write for example .4f for four digits, or >8 for a width of eight"),
    )


def percent(machine: Machine, template: str, values: Value) -> str:
    """What `template % values` gives."""
    given = list(values) if type(values) is tuple else [values]
    parts: list[str] = []
    position = 0
    for match in _PERCENT.finditer(template):
        parts.append(template[position : match.start()])
        position = match.end()
        if match["percent"]:
            parts.append("%")
            continue
        if match["width"] == "*" or (not given and match["key"] is None):
            raise SourceError(
                Message("the text before % asks for more values than there are"),
                hint=Message("give as many values as there are % signs, in brackets"),
            )
        value = _under(values, match["key"]) if match["key"] is not None else given.pop(0)
        parts.append(_one_percent(machine, match, value))
    parts.append(template[position:])
    if given and not isinstance(values, dict):
        raise SourceError(
            Message("there are more values than % signs in the text"),
            hint=Message("give as many values as there are % signs, in brackets"),
        )
    machine.charge_text(sum(map(len, parts)))
    return "".join(parts)


def _under(values: Value, key: str) -> Value:
    """What `%(key)s` stands for."""
    if not isinstance(values, dict):
        raise SourceError(
            Message("`%({key})` needs a dictionary behind the %", key=key[:40]),
            hint=Message("write for example '%(loss)s' % {{'loss': loss}}"),
        )
    return values[key]


def _one_percent(machine: Machine, match: re.Match[str], value: Value) -> str:
    kind = match["kind"]
    for part in ("width", "precision"):
        _check_width(machine, match[part])
    if kind in "rs":
        value, kind = shown(machine, value) if kind == "r" else text(machine, value), "s"
    elif type(value) is Tensor and value_size(value) == 1:
        value = machine.library["item"](value)
    precision = f".{match['precision']}" if match["precision"] else ""
    if type(value) in (int, float, bool, str) and kind in "diouxXeEfFgGcrs":
        try:
            return str(f"%{match['flags']}{match['width']}{precision}{kind}" % value)
        except (TypeError, ValueError, OverflowError):
            pass
    raise _wrong_format(match.group())


def format_method(machine: Machine, template: str, values: tuple[Value, ...], named: dict[str, Value]) -> str:
    """What `template.format(…)` gives."""
    parts: list[str] = []
    position = count = 0
    for match in _FIELD.finditer(template):
        parts.append(template[position : match.start()])
        position = match.end()
        if match.group() in ("{{", "}}"):
            parts.append(match.group()[0])
            continue
        if match["path"]:
            raise SourceError(
                Message("`{field}` looks inside a value", field=match.group()[:40]),
                hint=Message("put a number or a name in the braces, nothing more"),
            )
        if match["name"] is None:
            raise SourceError(
                Message("the braces of this text do not match"),
                hint=Message("put a number or a name in the braces, nothing more"),
            )
        if match["name"].isdecimal() or not match["name"]:
            index = int(match["name"][:6]) if match["name"] else count
            count += 1
            if index >= len(values):
                raise SourceError(
                    Message("the text asks for more values than there are"),
                    hint=Message("give as many values as there are braces"),
                )
            value = values[index]
        elif match["name"] in named:
            value = named[match["name"]]
        else:
            raise SourceError(
                Message("the text asks for `{name}`, which is not given", name=match["name"][:40]),
                hint=Message("give it by name"),
            )
        parts.append(converted(machine, value, match["conversion"], match["spec"] or ""))
    parts.append(template[position:])
    machine.charge_text(sum(map(len, parts)))
    return "".join(parts)


def converted(machine: Machine, value: Value, conversion: str | None, spec: str) -> str:
    """A field of an f-string or of `format`."""
    if conversion in ("r", "a"):
        value = shown(machine, value)
        value = ascii(value)[1:-1] if conversion == "a" else value
    elif conversion == "s":
        value = text(machine, value)
    return formatted(machine, value, spec)
