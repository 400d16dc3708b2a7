"""`dataclasses`: classes that are their fields, as settings of a model are often written."""

from typing import Any, Final

from engine.errors import SourceError
from engine.language import formatting, operators
from engine.language.binding import matched, missing
from engine.language.iteration import MISSING
from engine.language.machine import Machine
from engine.language.values import UNBOUND, Class, Instance, Namespace, Native, Value, natives
from engine.messages import Message

_FIELDS: Final = "__dataclass_fields__"
_FIELD: Final = Class("Field", (), {}, "dataclasses")
_USUAL: Final = {"init": True, "repr": True, "eq": True, "frozen": False, "order": False, "slots": False}
_FREE: Final = frozenset({"frozen", "slots"})
"""Settings that may be other than usual; `slots` changes nothing that can be seen."""


def _field(machine: Machine, *, default: Value = MISSING, default_factory: Value = MISSING) -> Instance:
    made = Instance(_FIELD)
    made.attributes |= {"default": default, "default_factory": default_factory}
    return made


def _dataclass(machine: Machine, cls: Value = None, **settings: Value) -> Value:
    """`@dataclass` and `@dataclass(frozen=True)`."""
    for name, value in settings.items():
        if name not in _USUAL or (value is not _USUAL[name] and name not in _FREE):
            raise SourceError(
                Message("`dataclass` cannot have another `{name}` here", name=name),
                hint=Message("leave it out, and write the method yourself"),
            )
    if cls is None:
        return Native("dataclass", lambda machine, cls: _made(machine, cls, settings))
    return _made(machine, cls, settings)


def _made(machine: Machine, cls: Value, settings: dict[str, Value]) -> Class:
    if not isinstance(cls, Class) or cls.sealed:
        raise SourceError(
            Message("`dataclass` stands above a class"), hint=Message("write it on the line before the class")
        )
    fields: dict[str, Instance] = {}
    for base in reversed(cls.order[1:]):
        fields |= base.attributes.get(_FIELDS, {})
    for name in cls.annotated:
        fields[name] = _described(machine, name, cls.attributes.get(name, MISSING))
        default = fields[name].attributes["default"]
        if default is not MISSING:
            cls.attributes[name] = default
        else:
            cls.attributes.pop(name, None)
    _check_order(fields)
    own = _methods(cls, fields, frozen=bool(settings.get("frozen", False)))
    cls.attributes |= {name: each for name, each in own.items() if name not in cls.attributes} | {_FIELDS: fields}
    cls.attributes.setdefault("__match_args__", tuple(fields))
    return cls


def _described(machine: Machine, name: str, given: Value) -> Instance:
    described = isinstance(given, Instance) and given.kind is _FIELD
    default = given.attributes["default"] if described else given
    if isinstance(default, (list, dict, set)):
        raise SourceError(
            Message("the field `{name}` would share one value among all objects", name=name),
            hint=Message("write field(default_factory=…), with what makes a new one"),
        )
    return given if described else _field(machine, default=default)


def _check_order(fields: dict[str, Instance]) -> None:
    optional = None
    for name, each in fields.items():
        if not _is_required(each):
            optional = name
        elif optional is not None:
            raise SourceError(
                Message(
                    "the field `{name}` has no value and follows `{other}`, which has one", name=name, other=optional
                ),
                hint=Message("fields with a value come last"),
            )


def _is_required(field: Instance) -> bool:
    return field.attributes["default"] is MISSING and field.attributes["default_factory"] is MISSING


def _methods(cls: Class, fields: dict[str, Instance], *, frozen: bool) -> dict[str, Value]:
    def start(machine: Machine, self: Instance, *values: Value, **named: Value) -> None:
        machine.charge(1 + len(fields))
        given = _given(cls, fields, values, named)
        for name, each in fields.items():
            if name not in given:
                make = each.attributes["default_factory"]
                given[name] = each.attributes["default"] if make is MISSING else machine.call(make, [])
        self.attributes |= {name: given[name] for name in fields}
        after = self.kind.find("__post_init__")
        if after is not UNBOUND:
            machine.call(after, [self])

    def shown(machine: Machine, self: Instance) -> str:
        pairs = [f"{name}={formatting.shown(machine, self.attributes[name])}" for name in fields]
        return f"{self.kind.name}({', '.join(pairs)})"

    def equals(machine: Machine, self: Instance, other: Value) -> Value:
        if not isinstance(other, Instance) or other.kind is not self.kind:
            return False
        one, two = (tuple(each.attributes[name] for name in fields) for each in (self, other))
        return operators.equal(machine, one, two)

    def refused(machine: Machine, self: Instance, name: str, value: Value) -> None:
        error = SourceError(
            Message("cannot assign to field '{name}'", name=name),
            hint=Message("the class is frozen; dataclasses.replace makes another object"),
        )
        error.python = "AttributeError"
        raise error

    made = natives({"__init__": start, "__repr__": shown, "__eq__": equals})
    return made | natives({"__setattr__": refused}) if frozen else made


def _given(
    cls: Class, fields: dict[str, Instance], values: tuple[Value, ...], named: dict[str, Value]
) -> dict[str, Value]:
    look = Message("its fields are {names}", names=", ".join(fields))
    given = matched(cls.name, tuple(fields), fields, values, named, look)
    for name, each in fields.items():
        if name not in given and _is_required(each):
            raise missing(cls.name, name, look)
    return given


def _fields_of(value: Value) -> dict[str, Instance]:
    found: Any = value.kind.find(_FIELDS) if isinstance(value, Instance) else UNBOUND
    if found is UNBOUND:
        raise SourceError(
            Message("this is not an object of a dataclass"), hint=Message("write @dataclass above its class")
        )
    fields: dict[str, Instance] = found
    return fields


def _as_dict(machine: Machine, obj: Value) -> dict[str, Value]:
    machine.charge(1)
    return {name: _plain(machine, obj.attributes[name]) for name in _fields_of(obj)}


def _plain(machine: Machine, value: Value) -> Any:
    """A field's value for `asdict`: objects of dataclasses and what holds them are written out."""
    if isinstance(value, Instance) and value.kind.find(_FIELDS) is not UNBOUND:
        return _as_dict(machine, value)
    if type(value) in (list, tuple):
        return type(value)(_plain(machine, each) for each in value)
    if type(value) is dict:
        return {key: _plain(machine, each) for key, each in value.items()}
    return value


def _replaced(machine: Machine, obj: Value, /, **changes: Value) -> Value:
    return machine.call(obj.kind, [], {name: obj.attributes[name] for name in _fields_of(obj)} | changes)


DATACLASSES: Final = Namespace(
    "dataclasses", natives({"dataclass": _dataclass, "field": _field, "asdict": _as_dict, "replace": _replaced})
)
