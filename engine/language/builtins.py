"""Python's built-in functions, as far as a first course uses them: what they are called."""

import ast
from typing import Final

from engine.errors import LimitError, SourceError
from engine.language import formatting, operators
from engine.language.conversions import TYPES
from engine.language.exceptions import EXCEPTIONS
from engine.language.inspection import (
    get_member,
    has_member,
    identity,
    is_callable,
    is_instance,
    is_subclass,
    set_named,
    type_of,
)
from engine.language.iteration import (
    all_,
    any_,
    enumerate_,
    extreme,
    filter_,
    iter_,
    map_,
    next_,
    reversed_,
    sorted_,
    sum_,
    zip_,
)
from engine.language.machine import Machine
from engine.language.members import member
from engine.language.values import (
    NUMBERS,
    UNBOUND,
    Class,
    ClassMethod,
    Instance,
    Native,
    Property,
    Static,
    Token,
    Value,
    kind_name,
    natives,
)
from engine.messages import Message
from engine.tensor import Tensor


def _print(
    machine: Machine, *values: Value, sep: Value = " ", end: Value = "\n", flush: Value = False, file: Value = None
) -> None:
    parts = [formatting.text(machine, each) for each in values]
    said = (sep if isinstance(sep, str) else " ").join(parts) + (end if isinstance(end, str) else "\n")
    machine.charge_text(len(said))
    machine.printed_bytes += len(said.encode(errors="replace"))
    if machine.printed_bytes > machine.limits.printed_bytes:
        raise LimitError(
            Message("the program prints more than {limit} bytes", limit=machine.limits.printed_bytes),
            hint=Message("print every tenth epoch only, for example with if epoch % 10 == 0:"),
        )
    machine.printed.append((said, machine.library["passes"](), machine.line))


def _len(machine: Machine, value: Value) -> int:
    match value:
        case list() | tuple() | dict() | set() | str() | bytes() | range() | Tensor():
            return len(value)
        case Class(attributes={"__members__": dict() as members}):
            return len(members)
        case Instance(kind=kind) if (function := kind.find("__len__")) is not UNBOUND:
            return machine.call(function, [value])  # type: ignore[no-any-return]
    raise SourceError(
        Message("a value of type `{kind}` has no length", kind=kind_name(value)),
        hint=Message("lists, tuples, dictionaries, texts and tensors have one"),
    )


def _abs(machine: Machine, value: Value) -> Value:
    if type(value) is Tensor or type(value) in NUMBERS:
        return abs(value)
    return machine.call(member(machine, value, "__abs__"), [])


def _round(machine: Machine, value: Value, ndigits: Value = None) -> Value:
    if type(value) is Tensor:
        return machine.call(member(machine, value, "round"), [], {} if ndigits is None else {"decimals": ndigits})
    if type(value) in NUMBERS and (ndigits is None or (type(ndigits) is int and abs(ndigits) < 400)):
        return round(value) if ndigits is None else round(value, ndigits)
    raise TypeError


def _format(machine: Machine, value: Value, spec: str = "") -> str:
    return formatting.formatted(machine, value, spec)


def _divmod(machine: Machine, a: Value, b: Value) -> tuple[Value, Value]:
    return operators.binary(machine, ast.FloorDiv, a, b), operators.binary(machine, ast.Mod, a, b)


def _pow(machine: Machine, base: Value, exponent: Value) -> Value:
    return operators.binary(machine, ast.Pow, base, exponent)


def _ord(machine: Machine, character: Value) -> int:
    if isinstance(character, str) and len(character) == 1:
        return ord(character)
    raise SourceError(Message("ord takes one character"), hint=Message('write for example ord("a")'))


def _chr(machine: Machine, number: Value) -> str:
    if type(number) is int and 32 <= number < 0xD800:
        return chr(number)
    raise SourceError(Message("chr takes the number of a character"), hint=Message("97 is a, 122 is z"))


_FUNCTIONS: Final = natives(
    {
        "print": _print,
        "len": _len,
        "sum": sum_,
        "min": extreme(ast.Lt),
        "max": extreme(ast.Gt),
        "abs": _abs,
        "round": _round,
        "zip": zip_,
        "enumerate": enumerate_,
        "map": map_,
        "filter": filter_,
        "sorted": sorted_,
        "reversed": reversed_,
        "all": all_,
        "any": any_,
        "next": next_,
        "iter": iter_,
        "isinstance": is_instance,
        "issubclass": is_subclass,
        "type": type_of,
        "callable": is_callable,
        "hasattr": has_member,
        "getattr": get_member,
        "setattr": set_named,
        "id": identity,
        "divmod": _divmod,
        "pow": _pow,
        "format": _format,
        "ord": _ord,
        "chr": _chr,
        "repr": lambda machine, value: formatting.shown(machine, value),
    }
)
BUILTINS: Final[dict[str, Value]] = {
    **_FUNCTIONS,
    **TYPES,
    **EXCEPTIONS,
    "object": Class("object", (), {}),
    "NotImplemented": Token("NotImplemented"),
    "__name__": "__main__",
    "staticmethod": Native("staticmethod", lambda machine, function: Static(function)),
    "classmethod": Native("classmethod", lambda machine, function: ClassMethod(function)),
    "property": Native("property", lambda machine, function: Property(function)),
}
