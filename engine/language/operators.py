"""What operators do: numbers as in Python, within bounds; tensors by the engine; objects by their own methods."""

import ast
import operator
from collections.abc import Callable
from typing import Any, Final

from engine.errors import InputError, LimitError, SourceError
from engine.language.machine import Machine
from engine.language.values import NUMBERS, UNBOUND, Instance, Native, Size, Token, Value, kind_name
from engine.messages import Message
from engine.tensor import Tensor

BINARY: Final[dict[type[ast.operator], tuple[str, str, Callable[[Any, Any], Any]]]] = {
    ast.Add: ("+", "add", operator.add),
    ast.Sub: ("-", "sub", operator.sub),
    ast.Mult: ("*", "mul", operator.mul),
    ast.Div: ("/", "truediv", operator.truediv),
    ast.FloorDiv: ("//", "floordiv", operator.floordiv),
    ast.Mod: ("%", "mod", operator.mod),
    ast.Pow: ("**", "pow", operator.pow),
    ast.MatMult: ("@", "matmul", operator.matmul),
    ast.BitAnd: ("&", "and", operator.and_),
    ast.BitOr: ("|", "or", operator.or_),
    ast.BitXor: ("^", "xor", operator.xor),
    ast.LShift: ("<<", "lshift", operator.lshift),
    ast.RShift: (">>", "rshift", operator.rshift),
}
"""Each mark with the name of its method and the host's function."""
COMPARISONS: Final[dict[type[ast.cmpop], tuple[str, str, Callable[[Any, Any], Any]]]] = {
    ast.Eq: ("==", "__eq__", operator.eq),
    ast.NotEq: ("!=", "__ne__", operator.ne),
    ast.Lt: ("<", "__lt__", operator.lt),
    ast.LtE: ("<=", "__le__", operator.le),
    ast.Gt: (">", "__gt__", operator.gt),
    ast.GtE: (">=", "__ge__", operator.ge),
}
_MIRRORED: Final = {"__lt__": "__gt__", "__gt__": "__lt__", "__le__": "__ge__", "__ge__": "__le__"}
_SIZED: Final = (str, bytes, list, tuple)
_PLAIN: Final = frozenset({int, float, bool, str, bytes, list, tuple, Size, set, dict, type(None), range, slice})


def binary(machine: Machine, kind: type[ast.operator], a: Value, b: Value) -> Value:
    """`a` (+, −, …) `b` for anything but two floats or tensors, which the compiled node does itself."""
    mark, method, host = BINARY[kind]
    if type(a) in NUMBERS and type(b) in NUMBERS:
        return _numbers(machine, kind, a, b)
    if isinstance(a, Instance) or isinstance(b, Instance):
        return _by_method(machine, mark, method, a, b)
    if type(a) is Tensor or type(b) is Tensor:
        if mark == "%" and isinstance(a, str):
            return machine.library["percent"](machine, a, b)
        other = b if type(a) is Tensor else a
        if not (type(other) is Tensor or type(other) in NUMBERS) or (
            mark == "^" and (a if type(a) is Tensor else b).dtype.kind == "f"
        ):
            raise _unsupported(mark, a, b)
        return _joined(host, mark, a, b)
    if kind is ast.Mult and (
        (isinstance(a, _SIZED) and type(b) in (int, bool)) or (isinstance(b, _SIZED) and type(a) in (int, bool))
    ):
        sized, times = (a, b) if isinstance(a, _SIZED) else (b, a)
        size = len(sized) * max(0, times)
        machine.charge_text(size) if isinstance(sized, str) else machine.charge(1 + size)
        return sized * times
    if kind is ast.Add and isinstance(a, _SIZED) and (type(a) is type(b) or {type(a), type(b)} == {tuple, Size}):
        size = len(a) + len(b)
        machine.charge_text(size) if isinstance(a, str) else machine.charge(1 + size)
        return Size(a + b) if type(a) is Size or type(b) is Size else a + b
    if kind is ast.Mod and isinstance(a, str):
        return machine.library["percent"](machine, a, b)
    if type(a) is type(b) and type(a) in (set, dict) and kind in (ast.BitAnd, ast.BitOr, ast.Sub, ast.BitXor):
        machine.charge(1 + len(a) + len(b))
        return host(a, b)
    raise _unsupported(mark, a, b)


def _joined(host: Callable[[Any, Any], Any], mark: str, a: Value, b: Value) -> Value:
    try:
        return host(a, b)
    except TypeError:
        raise _unsupported(mark, a, b) from None


def _unsupported(mark: str, a: Value, b: Value) -> SourceError:
    if mark == "^":
        return SourceError(Message("`^` is not a power"), hint=Message("write ** for a power: x**2"))
    for each in (a, b):
        if isinstance(each, Native):
            return SourceError(
                Message("`{name}` is an operation, not a value", name=each.name),
                hint=Message("give it operands, as in {name}(x), or choose another name", name=each.name),
            )
    if a is None or b is None:
        return SourceError(
            Message("{mark} cannot join `{left}` and `{right}`", mark=mark, left=kind_name(a), right=kind_name(b)),
            hint=Message(
                "one of the two is None: a gradient is None before backward(), and on a result; after w = w - … the "
                "name w is a result and no leaf any more: write w -= … under with torch.no_grad():"
            ),
        )
    if mark == "+" and isinstance(a, str) != isinstance(b, str):
        return SourceError(
            Message("{mark} cannot join `{left}` and `{right}`", mark=mark, left=kind_name(a), right=kind_name(b)),
            hint=Message("put a comma between them in print, or write str(…) around the other"),
        )
    return SourceError(
        Message("{mark} cannot join `{left}` and `{right}`", mark=mark, left=kind_name(a), right=kind_name(b)),
        hint=Message("print both to see what they are"),
    )


def _numbers(machine: Machine, kind: type[ast.operator], a: Any, b: Any) -> Value:
    if isinstance(a, float) or isinstance(b, float):
        if kind is ast.Pow and a < 0 and not float(b).is_integer():
            raise SourceError(
                Message("a negative number has no power with this exponent"),
                hint=Message("there are no complex numbers here; use a whole exponent or abs()"),
            )
        try:
            return BINARY[kind][2](a, b)
        except TypeError:
            raise _unsupported(BINARY[kind][0], a, b) from None
    bits = 0
    if kind is ast.Mult:
        bits = a.bit_length() + b.bit_length()
    elif kind is ast.LShift and a and b > 0:
        bits = a.bit_length() + b
    elif kind is ast.Pow and b > 1 and a not in (0, 1, -1):
        bits = a.bit_length() * b
    if bits > machine.limits.whole_bits:
        raise LimitError(
            Message("this whole number needs more than {limit} bits", limit=machine.limits.whole_bits),
            hint=Message("use floats, for example 10.0 in place of 10"),
        )
    try:
        return BINARY[kind][2](a, b)
    except TypeError:
        raise _unsupported(BINARY[kind][0], a, b) from None


def _by_method(machine: Machine, mark: str, method: str, a: Value, b: Value) -> Value:
    for subject, other, name in ((a, b, f"__{method}__"), (b, a, f"__r{method}__")):
        if isinstance(subject, Instance):
            function = subject.kind.find(name)
            if function is not UNBOUND:
                made = machine.call(function, [subject, other])
                if not (isinstance(made, Token) and made.name == "NotImplemented"):
                    return made
    raise _unsupported(mark, a, b)


def negative(machine: Machine, value: Value) -> Value:
    """`-value`."""
    if type(value) is Tensor or type(value) in NUMBERS:
        return -value
    return _unary(machine, "-", "__neg__", value)


def positive(machine: Machine, value: Value) -> Value:
    """`+value`."""
    if type(value) is Tensor or type(value) in NUMBERS:
        return value if type(value) is Tensor else +value
    return _unary(machine, "+", "__pos__", value)


def inverted(machine: Machine, value: Value) -> Value:
    """`~value`."""
    if type(value) in (int, bool):
        return ~int(value)
    if type(value) is Tensor:
        return operator.invert(value)
    return _unary(machine, "~", "__invert__", value)


def _unary(machine: Machine, mark: str, method: str, value: Value) -> Value:
    if isinstance(value, Instance) and (function := value.kind.find(method)) is not UNBOUND:
        return machine.call(function, [value])
    raise SourceError(
        Message("{mark} cannot stand before `{kind}`", mark=mark, kind=kind_name(value)),
        hint=Message("print it to see what it is"),
    )


def compare(machine: Machine, kind: type[ast.cmpop], a: Value, b: Value) -> Value:
    """`a < b` and its like, for anything but two numbers."""
    if kind is ast.Is or kind is ast.IsNot:
        same = a is b or (type(a) in (int, str, bool) and type(a) is type(b) and a == b)
        same = same or (type(a) is Token and type(b) is Token and a.name == b.name)
        return same == (kind is ast.Is)
    if kind is ast.In or kind is ast.NotIn:
        return contains(machine, b, a) == (kind is ast.In)
    mark, method, host = COMPARISONS[kind]
    if isinstance(a, Instance) or isinstance(b, Instance):
        for subject, other, name in ((a, b, method), (b, a, _MIRRORED.get(method, method))):
            if isinstance(subject, Instance) and (function := subject.kind.find(name)) is not UNBOUND:
                return machine.call(function, [subject, other])
        if kind is ast.NotEq:
            return not truth(machine, compare(machine, ast.Eq, a, b))
        if kind is ast.Eq:
            return a is b
        raise _unsupported(mark, a, b)
    if type(a) is Tensor or type(b) is Tensor:
        if kind in (ast.Eq, ast.NotEq) and not all(type(each) is Tensor or type(each) in NUMBERS for each in (a, b)):
            return kind is ast.NotEq
        return _joined(host, mark, a, b)
    if kind in (ast.Eq, ast.NotEq):
        return equal(machine, a, b) == (kind is ast.Eq)
    if isinstance(a, (list, tuple)) and isinstance(b, type(a)):
        return _ordered(machine, kind, a, b)
    if type(a) in _PLAIN and type(b) in _PLAIN and (type(a) is type(b) or {type(a), type(b)} <= NUMBERS):
        try:
            return host(a, b)
        except TypeError:
            pass
    raise _unsupported(mark, a, b)


def _ordered(machine: Machine, kind: type[ast.cmpop], a: Any, b: Any) -> Value:
    """Lists and tuples are compared at the first place where they differ."""
    for left, right in zip(a, b, strict=False):
        machine.charge(1)
        if not equal(machine, left, right):
            return compare(machine, kind, left, right)
    return COMPARISONS[kind][2](len(a), len(b))


def equal(machine: Machine, a: Value, b: Value) -> bool:
    """Whether `a == b`, as one truth value; containers by their parts."""
    if a is b:
        return True
    if type(a) is Tensor or type(b) is Tensor or isinstance(a, Instance) or isinstance(b, Instance):
        return truth(machine, compare(machine, ast.Eq, a, b))
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        if isinstance(a, list) != isinstance(b, list) or len(a) != len(b):
            return False
        machine.charge(1 + len(a))
        return all(equal(machine, left, right) for left, right in zip(a, b, strict=True))
    if isinstance(a, dict) and isinstance(b, dict):
        machine.charge(1 + len(a))
        return a.keys() == b.keys() and all(equal(machine, a[key], b[key]) for key in a)
    if isinstance(a, Token) and isinstance(b, Token):
        return a.name == b.name
    return type(a) in _PLAIN and type(b) in _PLAIN and bool(a == b)


def contains(machine: Machine, container: Value, value: Value) -> bool:
    """Whether `value in container`."""
    if isinstance(container, (set, dict)):
        return key(value) in container
    if isinstance(container, str):
        if not isinstance(value, str):
            raise _unsupported("in", value, container)
        machine.charge_text(len(container))
        return value in container
    if isinstance(container, range):
        return type(value) in NUMBERS and value in container
    if isinstance(container, Instance) and (function := container.kind.find("__contains__")) is not UNBOUND:
        return truth(machine, machine.call(function, [container, value]))
    if type(container) is Tensor:
        return bool(machine.library["any_equal"](container, value))
    for each in machine.items(container):
        machine.charge(1)
        if equal(machine, value, each):
            return True
    return False


def truth(machine: Machine, value: Value) -> bool:
    """Whether a value counts as true."""
    kind = type(value)
    if kind is bool:
        return bool(value)
    if kind is Tensor:
        if type(value.value) is not float and value.value.size != 1:
            raise InputError(
                Message("Boolean value of Tensor with {count} values is ambiguous", count=value.value.size),
                hint=Message("ask for one answer: (…).any() or (…).all()"),
            )
        return bool(value)
    if kind in _PLAIN:
        return bool(value)
    if isinstance(value, Instance):
        for name in ("__bool__", "__len__"):
            if (function := value.kind.find(name)) is not UNBOUND:
                return bool(machine.call(function, [value]))
    return bool(value) if isinstance(value, (list, dict)) else True


def key(value: Value) -> Value:
    """The value, if it can be a key of a dictionary or a member of a set."""
    if isinstance(value, (list, dict, set, slice)):
        raise SourceError(
            Message("a value of type `{kind}` cannot be a key", kind=kind_name(value)),
            hint=Message("use a tuple, a text or a number"),
        )
    if isinstance(value, tuple):
        for each in value:
            key(each)
    return value
