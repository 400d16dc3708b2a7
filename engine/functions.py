"""Every op under PyTorch's name with PyTorch's signature, as a function and as a method of a tensor."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from engine import creation
from engine.calls import convolution, elementwise, indexing, layers, losses, matrices, products, reductions, structure
from engine.calls.signature import Function, guarded
from engine.errors import InputError
from engine.messages import Message
from engine.operators import unary
from engine.ops import TABLE, Op
from engine.ops.row import REQUIRED
from engine.tensor import Tensor, apply, literal, tensor

_SPREAD: Final = {"size", "shape", "dims", "repeats"}
"""Attributes that are a tuple and may be written as so many numbers: `x.reshape(2, 3)`."""
_ALIASES: Final = {"axis": "dim", "keepdims": "keepdim"}
"""NumPy's names, which PyTorch takes too."""


def function(op: Op) -> Function:
    """The op as a Python function: operands, then attributes, by position or by name.

    Raises `InputError` if the arguments are not those of its signature.
    """
    names = (*op.operands, *op.attributes)
    first = len(op.operands)

    def called(*arguments: Any, **named: Any) -> Any:
        given = dict(zip(names, spread(arguments, names, first), strict=False))
        for name, value in named.items():
            own = _ALIASES.get(name, name) if name not in names else name
            if own not in names:
                raise _refusal(op, Message("there is no `{name}`", name=name))
            if own in given:
                raise _refusal(op, Message("`{name}` is given twice", name=name))
            given[own] = value
        missing = [name for name in names if name not in given and op.attributes.get(name, REQUIRED) is REQUIRED]
        if missing:
            raise _refusal(op, Message("`{name}` is missing", name=missing[0]))
        settings = tuple(_setting(given.get(name, default)) for name, default in op.attributes.items())
        if op.variadic:
            return apply(op, *tensors(given[op.operands[0]]), attributes=settings)
        return apply(op, *tensors([given[name] for name in op.operands]), attributes=settings)

    def spread(arguments: tuple[Any, ...], names: tuple[str, ...], first: int) -> tuple[Any, ...]:
        if len(arguments) <= len(names):
            if len(arguments) > first and names[first] in _SPREAD and isinstance(arguments[first], int):
                return (*arguments[:first], arguments[first:])
            return arguments
        if len(names) > first and names[first] in _SPREAD:
            return (*arguments[:first], arguments[first:])
        raise _refusal(op, Message("{count} arguments are given", count=len(arguments)))

    return called


def tensors(values: Any) -> list[Tensor]:
    """Operands as tensors: plain numbers become constants of the type PyTorch would give them beside the others."""
    beside = next((each for each in values if isinstance(each, Tensor)), None)
    return [
        each if isinstance(each, Tensor) else tensor(each) if beside is None else literal(each, beside)
        for each in values
    ]


def _setting(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(_setting, value))
    return value.item() if isinstance(value, Tensor) and value.dtype.kind in "iu" and not value.shape else value


def _refusal(op: Op, what: Message) -> InputError:
    settings = [name if value is REQUIRED else f"{name}={value}" for name, value in op.attributes.items()]
    usage = f"{op.name}({', '.join([*op.operands, *settings])})"
    return InputError(Message("`{op}`: {what}", op=op.name, what=what), hint=Message("write {usage}", usage=usage))


_ROWS: Final = {name: function(op) for name, op in TABLE.items()}
_ROOMS: Final = (
    creation,
    structure,
    reductions,
    products,
    matrices,
    convolution,
    indexing,
    elementwise,
    layers,
    losses,
)
_FUNCTIONS_ONLY: Final = (
    structure.FUNCTIONS_ONLY
    | matrices.FUNCTIONS_ONLY
    | elementwise.FUNCTIONS_ONLY
    | layers.FUNCTIONS_ONLY
    | losses.FUNCTIONS_ONLY
)


def _named(rooms: Sequence[Mapping[str, Function]], left_out: Collection[str] = ()) -> Mapping[str, Function]:
    """All of them, later ones in place of earlier ones, and under their other names too."""
    found = {name: guarded(name, call) for room in rooms for name, call in room.items() if name not in left_out}
    for name, op in TABLE.items():
        if name in found and op.arity == 1 and not op.attributes:
            found[name] = unary(op, found[name])
    return MappingProxyType(found | {other: found[name] for other, name in elementwise.ALIASES.items()})


FUNCTIONS: Final[Mapping[str, Function]] = _named([_ROWS, *[room.FUNCTIONS for room in _ROOMS]])
"""Functions by PyTorch's name."""
METHODS: Final[Mapping[str, Function]] = _named([_ROWS, *[room.METHODS for room in _ROOMS]], _FUNCTIONS_ONLY)
"""Those that a tensor has as methods; the first argument is the tensor itself."""
PROPERTIES: Final[Mapping[str, Function]] = MappingProxyType(
    {name: guarded(name, call) for name, call in structure.PROPERTIES.items()}
)
"""What a tensor has without brackets, as functions of the tensor: `W.T`."""


def _give_methods() -> None:
    for name, method in METHODS.items():
        setattr(Tensor, name, method)
    for name, reading in PROPERTIES.items():
        setattr(Tensor, name, property(reading))


_give_methods()


def __getattr__(name: str) -> Function:
    """Every function as an attribute of this module: `functions.softmax(x, dim=0)`."""
    if name in FUNCTIONS:
        return FUNCTIONS[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
