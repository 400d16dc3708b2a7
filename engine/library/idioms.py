"""What programs take from `abc`, `contextlib`, `operator` and `unicodedata`."""

import ast
import unicodedata
from typing import Final

from engine.errors import SourceError
from engine.language import operators
from engine.language.items import item
from engine.language.iteration import MISSING
from engine.language.machine import Machine
from engine.language.members import member
from engine.language.values import Class, Function, Instance, Namespace, Native, Once, Value, natives
from engine.messages import Message


def _manager(machine: Machine, function: Function) -> Native:
    """`@contextmanager`: what stands before the `yield` opens the block, what stands behind it closes it."""

    def opened(machine: Machine, *arguments: Value, **named: Value) -> Instance:
        made = Instance(_MANAGED)
        made.attributes["steps"] = machine.call(function, list(arguments), named)
        return made

    return Native(function.name, opened)


def _enter(machine: Machine, self: Instance) -> Value:
    value = next(self.attributes["steps"].iterator, MISSING) if isinstance(self.attributes["steps"], Once) else MISSING
    if value is MISSING:
        raise SourceError(
            Message("a context manager has to `yield` once"), hint=Message("write yield where the block is to run")
        )
    return value


def _leave(machine: Machine, self: Instance, *_: Value) -> None:
    next(self.attributes["steps"].iterator, None)


_MANAGED: Final = Class("_GeneratorContextManager", (), natives({"__enter__": _enter, "__exit__": _leave}))
_NULL: Final = Class(
    "nullcontext",
    (),
    natives(
        {
            "__init__": lambda machine, self, value=None: self.attributes.update(value=value),
            "__enter__": lambda machine, self: self.attributes["value"],
            "__exit__": lambda machine, self, *_: None,
        }
    ),
)


def _normalized(machine: Machine, form: Value, text: str) -> str:
    machine.charge_text(len(text))
    return unicodedata.normalize(form, text)


def _item_getter(machine: Machine, *keys: Value) -> Native:
    def got(machine: Machine, subject: Value) -> Value:
        found = tuple(item(machine, subject, key) for key in keys)
        return found[0] if len(found) == 1 else found

    return Native("itemgetter", got)


def _attribute_getter(machine: Machine, name: str) -> Native:
    return Native("attrgetter", lambda machine, subject: member(machine, subject, name))


def _operation(name: str, kind: type[ast.operator]) -> Native:
    return Native(name, lambda machine, a, b: machine.keep(operators.binary(machine, kind, a, b), machine.here()))


IDIOMS: Final = {
    each.name: each
    for each in (
        Namespace(
            "abc",
            {
                "ABC": Class("ABC", (), {}, "abc"),
                **natives(dict.fromkeys(("abstractmethod", "abstractproperty"), lambda machine, function: function)),
            },
            {"ABCMeta": Message("write class Name(ABC):")},
        ),
        Namespace(
            "unicodedata",
            natives(
                {
                    "normalize": _normalized,
                    "category": lambda machine, character: unicodedata.category(character),
                }
            ),
        ),
        Namespace("contextlib", {"contextmanager": Native("contextmanager", _manager), "nullcontext": _NULL}),
        Namespace(
            "operator",
            {
                "itemgetter": Native("itemgetter", _item_getter),
                "attrgetter": Native("attrgetter", _attribute_getter),
                **{
                    name: _operation(name, kind)
                    for name, kind in (
                        ("add", ast.Add),
                        ("sub", ast.Sub),
                        ("mul", ast.Mult),
                        ("truediv", ast.Div),
                        ("floordiv", ast.FloorDiv),
                        ("mod", ast.Mod),
                        ("pow", ast.Pow),
                        ("matmul", ast.MatMult),
                    )
                },
            },
        ),
    )
}
"""The modules, by name."""
