"""The module `enum`: classes of a few named choices, as settings of a model are often written."""

from typing import Final

from engine.errors import SourceError
from engine.language import formatting, operators
from engine.language.machine import Machine
from engine.language.values import (
    UNBOUND,
    Class,
    ClassMethod,
    Function,
    Instance,
    Namespace,
    Native,
    Property,
    Static,
    Value,
    natives,
)
from engine.messages import Message

_NEXT: Final = Class("auto", (), {}, "enum")
_METHODS: Final = (Function, Native, Property, Static, ClassMethod)


def _choices(machine: Machine, cls: Class) -> None:
    """Makes objects of a class's plain attributes, when the class has been made."""
    members: dict[str, Instance] = {}
    start, latest = cls.find("__init__"), 0
    for name, value in list(cls.attributes.items()):
        if name.startswith("_") or isinstance(value, _METHODS):
            continue
        machine.charge(1)
        if isinstance(value, Instance) and value.kind is _NEXT:
            value = latest + 1
        latest = value if type(value) is int else latest
        made = next((each for each in members.values() if operators.equal(machine, _value(each), value)), None)
        if made is None:
            made = Instance(cls)
            made.attributes |= {"name": name, "value": value, "_name_": name, "_value_": value}
            if start is not UNBOUND:
                machine.call(start, [made, *(value if isinstance(value, tuple) else (value,))])
            members[name] = made
        cls.attributes[name] = made

    def chosen(machine: Machine, value: Value) -> Instance:
        """`Color("red")`: the member with that value."""
        for each in members.values():
            machine.charge(1)
            if each is value or operators.equal(machine, _value(each), value):
                return each
        shown = formatting.shown(machine, value)[:80]
        error = SourceError(
            Message("{value} is not a valid {name}", value=shown, name=cls.name),
            hint=Message(
                "its values are {values}", values=", ".join(_shown(machine, each) for each in members.values())
            ),
        )
        error.python, error.said = "ValueError", f"{shown} is not a valid {cls.name}"
        raise error

    cls.attributes |= {"__members__": members, "__new__": Native("__new__", chosen)}


def _value(member: Instance) -> Value:
    return member.attributes["_value_"]


def _shown(machine: Machine, member: Instance) -> str:
    return formatting.shown(machine, _value(member))[:80]


def _text(machine: Machine, self: Instance) -> str:
    return f"{self.kind.name}.{self.attributes['_name_']}"


_ENUM: Final = Class(
    "Enum",
    (),
    natives(
        {
            "__init_subclass__": _choices,
            "__repr__": lambda machine, self: f"<{_text(machine, self)}: {_shown(machine, self)}>",
            "__str__": _text,
        }
    ),
    "enum",
)


ENUMS: Final = Namespace(
    "enum",
    {
        "Enum": _ENUM,
        "auto": Native("auto", lambda machine: Instance(_NEXT)),
        "unique": Native("unique", lambda machine, cls: cls),
    },
    dict.fromkeys(
        ("IntEnum", "StrEnum", "Flag", "IntFlag"),
        Message("derive from Enum, and write .value where the value is meant"),
    ),
)
