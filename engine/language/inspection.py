"""Built-in functions that ask what a value is: `isinstance`, `type`, `hasattr` and their like."""

from engine.errors import SourceError
from engine.language.conversions import TYPES
from engine.language.iteration import MISSING
from engine.language.machine import Machine
from engine.language.members import member, set_member
from engine.language.values import (
    UNBOUND,
    Class,
    Function,
    Instance,
    Method,
    Native,
    Token,
    Value,
    kind_name,
)
from engine.messages import Message
from engine.tensor import Tensor


def is_instance(machine: Machine, value: Value, kind: Value) -> bool:
    """`isinstance(value, kind)`."""
    if isinstance(kind, tuple):
        return any(is_instance(machine, value, each) for each in kind)
    if isinstance(kind, Class):
        if isinstance(value, Instance):
            return value.kind.derives_from(kind)
        test = kind.attributes.get("__instancecheck__")
        return bool(test.call(machine, value)) if isinstance(test, Native) else False
    if isinstance(kind, Token) and isinstance(kind.held, Native):
        own: dict[str, tuple[type, ...]] = {"float": (float,), "int": (int, bool), "bool": (bool,), "str": (str,)}
        own |= {"list": (list,), "tuple": (tuple,), "dict": (dict,), "set": (set,), "range": (range,)}
        own |= {"bytes": (bytes,), "slice": (slice,)}
        return isinstance(value, own.get(kind.held.name, ()))
    raise SourceError(Message("isinstance needs a type"), hint=Message("write for example isinstance(x, float)"))


def is_subclass(machine: Machine, kind: Value, other: Value) -> bool:
    """`issubclass(kind, other)`."""
    if isinstance(other, tuple):
        return any(is_subclass(machine, kind, each) for each in other)
    if isinstance(kind, Class) and isinstance(other, Class):
        return kind.derives_from(other)
    raise SourceError(
        Message("issubclass needs two classes"), hint=Message("write for example issubclass(Net, nn.Module)")
    )


def type_of(machine: Machine, value: Value) -> Value:
    """`type(value)`."""
    if isinstance(value, Instance):
        return value.kind
    if type(value) is Tensor:
        return machine.library["parameter_class" if value in machine.library["parameters"] else "tensor_class"]
    return TYPES.get(kind_name(value)) or Token(f"<class '{kind_name(value)}'>")


def is_callable(machine: Machine, value: Value) -> bool:
    """`callable(value)`."""
    if isinstance(value, Instance):
        return value.kind.find("__call__") is not UNBOUND
    return isinstance(value, (Function, Native, Method, Class)) or (
        isinstance(value, Token) and isinstance(value.held, Native)
    )


def has_member(machine: Machine, value: Value, name: Value) -> bool:
    """`hasattr(value, name)`."""
    try:
        member(machine, value, str(name))
    except SourceError:
        return False
    return True


def get_member(machine: Machine, value: Value, name: Value, default: Value = MISSING) -> Value:
    """`getattr(value, name, default)`."""
    if default is not MISSING and not has_member(machine, value, name):
        return default
    return member(machine, value, str(name))


def set_named(machine: Machine, value: Value, name: Value, held: Value) -> None:
    """`setattr(value, name, held)`."""
    set_member(machine, value, str(name), held)


def identity(machine: Machine, value: Value) -> int:
    """`id(value)`: a number of its own for each object, the same in every run."""
    known: dict[int, tuple[int, Value]] = machine.library.setdefault("ids", {})
    machine.charge(1)
    return 140_000_000_000_000 + 16 * known.setdefault(id(value), (len(known), value))[0]
