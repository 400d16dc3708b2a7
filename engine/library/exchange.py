"""Between the language's values and the engine's: functions of the table, element types, devices, numbers."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np

from engine import dtypes
from engine.errors import InputError
from engine.functions import FUNCTIONS
from engine.language.machine import Machine
from engine.language.values import Instance, Native, Once, Size, Token, Value, kind_name
from engine.library.aliases import VIEWS
from engine.messages import Message
from engine.tensor import Tensor

_HELD: Final[dict[str, dtypes.DType]] = {
    "float32": dtypes.FLOAT32,
    "float": dtypes.FLOAT32,
    "float64": dtypes.FLOAT64,
    "double": dtypes.FLOAT64,
    "int64": dtypes.INT64,
    "long": dtypes.INT64,
    "bool": dtypes.BOOL,
    "int": dtypes.NARROW["int32"],
    "short": dtypes.NARROW["int16"],
    **dtypes.NARROW,
}
DTYPES: Final = {name: Token(f"torch.{held.name}", held) for name, held in _HELD.items()}
BY_DTYPE: Final = {token.held: token for token in DTYPES.values()}


class Device(Token):
    """What a tensor lies on; there is one."""

    __slots__ = ()


CPU: Final = Device("cpu")


def function(name: str) -> Callable[..., Any]:
    """The engine's function of that name. Raises `InputError` if the table has no such row."""
    found = FUNCTIONS.get(name)
    if found is None:
        raise InputError(
            Message("`{name}` is not one of the operations here", name=name),
            hint=Message("the reference page lists all operations"),
        )
    return found


def plain(value: Value) -> Any:
    """A value as the engine's functions take it: element types are NumPy's."""
    kind = type(value)
    if kind is Tensor or kind is int or kind is float:
        return value
    if kind is range or kind is dict or kind is set or isinstance(value, Once):
        raise InputError(
            Message("a tensor or a list is needed here, and this is a value of type `{kind}`", kind=kind_name(value)),
            hint=Message("write torch.tensor(…) around it"),
        )
    if isinstance(value, Token):
        return value.held if value.held is not None else value.name
    if type(value) is Size:
        return tuple(value)
    if kind is list or kind is tuple:
        return kind(map(plain, value))
    if isinstance(value, Instance) and "array" in value.attributes:
        return value.attributes["array"]
    return value


_PIECES: Final = {"split": "SplitBackward0", "chunk": "SplitBackward0", "unbind": "UnbindBackward0"}
"""What PyTorch calls the backward function of each piece."""
_CALLED: Final = {
    "bmm": "BmmBackward0",
    "index_select": "IndexSelectBackward0",
    "addmm": "AddmmBackward0",
    "repeat_interleave": "ViewBackward0",
}
"""And of a result that is made of other operations here."""


_NUMPY: Final = {"axis": "dim", "keepdims": "keepdim"}
"""Names of arguments that PyTorch takes from NumPy as well."""


def native(name: str, called: Callable[..., Any]) -> Native:
    """A function of the engine as one of the language."""

    def call(machine: Machine, *arguments: Value, **named: Value) -> Value:
        if not named:
            return called(*map(plain, arguments))
        out = named.pop("out", None)
        made = called(*map(plain, arguments), **{_NUMPY.get(key, key): plain(value) for key, value in named.items()})
        return made if out is None else machine.library["session"].replace(out, made)

    def call_for_pieces(machine: Machine, *arguments: Value, **named: Value) -> Value:
        pieces = call(machine, *arguments, **named)
        uneven = len(arguments) > 1 and isinstance(arguments[1], (list, tuple))
        backward = "SplitWithSizesBackward0" if uneven else _PIECES[name]
        for place, each in enumerate(pieces):
            machine.library["grad_fns"][each.birth] = backward
            if type(arguments[0]) is Tensor:
                again = partial(_piece, call, machine, arguments[1:], named, place)
                machine.library["session"].aliases.link(each, arguments[0], name, again)
        return pieces

    def call_by_name(machine: Machine, *arguments: Value, **named: Value) -> Value:
        made = call(machine, *arguments, **named)
        machine.library["grad_fns"][made.birth] = _CALLED[name]
        return made

    def call_for_view(machine: Machine, self: Value, *arguments: Value, **named: Value) -> Value:
        made = call(machine, self, *arguments, **named)
        if type(self) is Tensor and type(made) is Tensor:
            again = partial(_again, call, machine, arguments, named)
            machine.library["session"].aliases.link(made, self, name, again)
        return made

    if name in VIEWS:
        return Native(name, call_for_view)
    return Native(name, call_for_pieces if name in _PIECES else call_by_name if name in _CALLED else call)


def _again(call: Any, machine: Machine, arguments: Any, named: dict[str, Value], base: Tensor) -> Tensor:
    return call(machine, base, *arguments, **named)  # type: ignore[no-any-return]


def _piece(call: Any, machine: Machine, arguments: Any, named: dict[str, Value], place: int, base: Tensor) -> Tensor:
    return call(machine, base, *arguments, **named)[place]  # type: ignore[no-any-return]


def item(self: Tensor) -> Value:
    """`x.item()`."""
    if type(self.value) is not float and self.value.size != 1:  # type: ignore[union-attr]
        raise InputError(
            Message("a Tensor with {count} elements cannot be converted to Scalar", count=np.size(self.value)),
            hint=Message("take one of them, or a sum or mean, before .item()"),
        )
    return self.item()
