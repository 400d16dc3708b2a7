"""What stands behind a point; tables of our own, never an attribute of the host."""

import ast
import difflib
from collections.abc import Iterable
from typing import Final

from engine.errors import SourceError
from engine.language.absent import Absent
from engine.language.machine import Machine
from engine.language.mishaps import FOREIGN, placed
from engine.language.unit import Unit
from engine.language.values import (
    NUMBERS,
    UNBOUND,
    Class,
    ClassMethod,
    Closure,
    Frame,
    Function,
    Instance,
    Method,
    Namespace,
    Native,
    Property,
    Static,
    Super,
    Token,
    Value,
    kind_name,
    natives,
)
from engine.messages import Message
from engine.tensor import Tensor


def attribute(unit: Unit, node: ast.Attribute) -> Closure:
    """`subject.name`."""
    subject, name, machine, keep = unit.expression(node.value), node.attr, unit.machine, unit.machine.keep
    origin, span = unit.origin(node), unit.source.span(node)

    def get(frame: Frame) -> Value:
        held = subject(frame)
        try:
            if type(held) is Instance and name in held.attributes:
                return held.attributes[name]
            return keep(member(machine, held, name), origin)
        except FOREIGN as error:
            raise placed(error, span) from None

    return get


def _absent(message: Message, *, hint: Message) -> SourceError:
    """What Python calls an AttributeError."""
    error = SourceError(message, hint=hint)
    error.python = "AttributeError"
    return error


def member(machine: Machine, subject: Value, name: str) -> Value:
    """What `subject.name` stands for. Raises `SourceError` if there is nothing of that name."""
    kind = type(subject)
    if kind is Absent:
        raise subject.refusal()
    if kind is Instance:
        return _of_instance(machine, subject, name)
    if kind is Namespace:
        if name in subject.members:
            return subject.members[name]
        if name in subject.missing:
            raise _absent(
                Message("`{module}.{name}` is not here", module=subject.name, name=name), hint=subject.missing[name]
            )
        raise _unknown(f"{subject.name}.{name}", name, subject.members, _OF_MODULE)
    if kind is Class:
        return _of_class(subject, name)
    if kind is Super:
        found = subject.subject.kind.find(name, subject.behind)
        if found is UNBOUND and name in _OF_OBJECT:
            return Method(_OF_OBJECT[name], subject.subject)
        return _bound(machine, found, subject.subject, name)
    readers = machine.readers.get(kind)
    if readers is not None and (read := readers.get(name)) is not None:
        return read(machine, subject)
    table = machine.methods.get(kind)
    if table is not None and (native := table.get(name)) is not None:
        return Method(native, subject)
    if kind is Property and name == "setter":
        return Native(name, lambda machine, function: Property(subject.function, function))
    if name in ("__name__", "__class__"):
        return _of_any(machine, subject, name)
    if kind is Tensor and name in (held := machine.library["own_attributes"].get(subject, {})):
        return held[name]
    if subject is None:
        raise _absent(
            Message("this is None, and None has no `{name}`", name=name),
            hint=Message(
                "a gradient is None until backward() has reached its tensor, and for a tensor without "
                "requires_grad=True; a function without return gives None as well"
            ),
        )
    if kind in NUMBERS:
        raise _absent(
            Message("a plain number has no `{name}`", name=name),
            hint=Message(
                "it was a tensor before .item() or float(): call `{name}` on the tensor, and keep the number for print",
                name=name,
            ),
        )
    names = [*(readers or ()), *(table or ())]
    match subject:
        case Token(held=Native(name=written)):  # a type, such as `int`
            raise _unknown(f"{written}.{name}", name, names)
    raise _unknown(f"{kind_name(subject)}.{name}", name, names)


def _of_any(machine: Machine, subject: Value, name: str) -> Value:
    if name == "__class__":
        return machine.library["builtins"]["type"].call(machine, subject)
    match subject:
        case Token(held=Native(name=own)):
            return own
        case Function(name=own) | Native(name=own) | Token(name=own):
            return own
    raise _absent(
        Message("a value of type `{kind}` has no `{name}`", kind=kind_name(subject), name=name),
        hint=Message("leave it out"),
    )


def _of_instance(machine: Machine, subject: Instance, name: str) -> Value:
    if name in subject.attributes:
        return subject.attributes[name]
    found = subject.kind.find(name)
    if found is not UNBOUND:
        return _bound(machine, found, subject, name)
    if name == "__class__":
        return subject.kind
    if name == "__dict__":
        return dict(subject.attributes)
    otherwise = subject.kind.find("__getattr__")
    if otherwise is not UNBOUND:
        return machine.call(otherwise, [subject, name])
    if subject.kind.module == "__main__" and not difflib.get_close_matches(name, subject.attributes, n=1, cutoff=0.6):
        raise _absent(
            Message("there is no `{name}`", name=f"{subject.kind.name}.{name}"),
            hint=Message("give it a value in __init__: self.{name} = …", name=name),
        )
    known = [*subject.attributes, *(each for kind in subject.kind.order for each in kind.attributes)]
    raise _unknown(f"{subject.kind.name}.{name}", name, known)


def _bound(machine: Machine, found: Value, subject: Instance, name: str) -> Value:
    match found:
        case Function() | Native():
            return Method(found, subject)
        case Property(function=function):
            return machine.call(function, [subject])
        case Static(function=function):
            return function
        case ClassMethod(function=function):
            return Method(function, subject.kind)
    if found is UNBOUND:
        raise _unknown(f"{subject.kind.name}.{name}", name, ())
    return found


def _of_class(subject: Class, name: str) -> Value:
    found = subject.find(name)
    if found is not UNBOUND:
        if isinstance(found, ClassMethod):
            return Method(found.function, subject)
        return found.function if isinstance(found, Static) else found
    if name == "__name__":
        return subject.name
    raise _unknown(f"{subject.name}.{name}", name, [each for kind in subject.order for each in kind.attributes])


def _set_plainly(machine: Machine, self: Instance, name: str, value: Value) -> None:
    machine.library["attach"](machine, self, name, value)
    self.attributes[name] = value


_OF_OBJECT: Final = natives({"__init__": lambda machine, self: None, "__setattr__": _set_plainly})
"""What every object has, and `super()` finds behind all classes."""
_OF_VALUE: Final = Message("print the value before the point to see what it is")
_OF_MODULE: Final = Message("look for a slip in the name; what first courses use of this module is here, not all of it")


def _unknown(written: str, name: str, known: Iterable[str], otherwise: Message = _OF_VALUE) -> SourceError:
    near = difflib.get_close_matches(name, [each for each in known if not each.startswith("_")], n=1, cutoff=0.6)
    return _absent(
        Message("there is no `{name}`", name=written),
        hint=Message("did you mean `{name}`?", name=near[0]) if near else otherwise,
    )


def set_member(machine: Machine, subject: Value, name: str, value: Value) -> None:
    """`subject.name = value`."""
    if isinstance(subject, Instance):
        found = subject.kind.find(name)
        if type(found) is Property and found.setter is not None:
            machine.call(found.setter, [subject, value])
            return
        setter = subject.kind.find("__setattr__")
        if setter is not UNBOUND:
            machine.call(setter, [subject, name, value])
            return
        _set_plainly(machine, subject, name, value)
        return
    if isinstance(subject, Class) and not subject.sealed:
        subject.attributes[name] = value
        return
    writers = machine.writers.get(type(subject))
    if writers is not None and (write := writers.get(name)) is not None:
        write(machine, subject, value)
        return
    near = difflib.get_close_matches(name, writers or (), n=1, cutoff=0.6)
    taken = (machine.methods[Tensor], machine.readers[Tensor])
    if type(subject) is Tensor and not near and name[:2] != "__" and not any(name in table for table in taken):
        machine.library["own_attributes"].setdefault(subject, {})[name] = value
        return
    raise (
        SourceError(
            Message("`{name}` of a value of type `{kind}` cannot be set", name=name, kind=kind_name(subject)),
            hint=Message("did you mean `{name}`?", name=near[0]),
        )
        if near
        else SourceError(
            Message("`{name}` of a value of type `{kind}` cannot be set", name=name, kind=kind_name(subject)),
            hint=Message("give a name of its own to what you want to keep"),
        )
    )
