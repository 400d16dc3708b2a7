"""What a program can hold: Python's plain values, tensors, and the classes below. Never an object of the host."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count
from typing import Any, Final

from engine.messages import Message
from engine.tensor import Span, Tensor

Value = Any
"""int, float, str, bool, None, list, tuple, dict, set, range, slice, Ellipsis, Tensor, or a class of this module."""
Frame = list[Any]
"""The local values of a call: the frame around it, then one slot per name."""
Closure = Callable[[Frame], Any]
"""A compiled node: called with a frame it gives its value."""


class _Unbound:
    """What a slot holds before its name is given a value."""

    def __repr__(self) -> str:
        return "unbound"


_BIRTHS: Final = count()
UNBOUND: Final = _Unbound()


class Parameters:
    """What a function takes: names in order, how many of them by position, defaults by name, `*` and `**`."""

    __slots__ = ("defaults", "keyword_only", "names", "positional", "rest", "rest_named")

    def __init__(
        self, positional: tuple[str, ...], keyword_only: tuple[str, ...], rest: str | None, rest_named: str | None
    ) -> None:
        self.positional = positional
        self.keyword_only = keyword_only
        self.rest = rest
        self.rest_named = rest_named
        self.names = (
            *positional,
            *keyword_only,
            *((rest,) if rest is not None else ()),
            *((rest_named,) if rest_named is not None else ()),
        )
        self.defaults: dict[str, Value] = {}


class Function:
    """A function of the program: its body and where it stands, the frame around it, the slots it needs beyond
    parameters."""

    __slots__ = ("around", "blank", "body", "defaults", "name", "owner", "parameters", "plain", "span")

    def __init__(
        self,
        name: str,
        parameters: Parameters,
        defaults: dict[str, Value],
        body: Closure,
        blank: list[Any],
        around: Frame,
        owner: "list[Class | None]",
        span: Span | None = None,
    ) -> None:
        self.name = name
        self.parameters, self.defaults = parameters, defaults
        self.body, self.span = body, span
        self.blank = blank
        self.around, self.owner = around, owner
        self.plain = (
            len(parameters.positional)
            if not (parameters.keyword_only or parameters.rest or parameters.rest_named)
            else -1
        )


class Native:
    """A function of the language's own library; it is called with the machine first."""

    __slots__ = ("call", "name")

    def __init__(self, name: str, call: Callable[..., Value]) -> None:
        self.name = name
        self.call = call


class Class:
    """A class: attributes by name, the order of its bases, the module it is printed with, and the names `annotated` in
    its body, in order. `sealed`: its attributes cannot be set, since the library's classes serve all programs."""

    __slots__ = ("annotated", "attributes", "module", "name", "order", "sealed")

    def __init__(
        self,
        name: str,
        bases: "tuple[Class, ...]",
        attributes: dict[str, Value],
        module: str = "",
        *,
        sealed: bool = True,
        annotated: tuple[str, ...] = (),
    ) -> None:
        self.name, self.annotated = name, annotated
        self.module = module
        self.sealed = sealed
        self.attributes = attributes
        inherited = [each for base in bases for each in base.order]
        self.order: tuple[Class, ...] = (
            self,
            *(each for index, each in enumerate(inherited) if each not in inherited[index + 1 :]),
        )

    def find(self, name: str, after: "Class | None" = None) -> Value:
        """The attribute of that name here or in a base (behind `after`, if given); UNBOUND if there is none."""
        order = self.order if after is None else self.order[self.order.index(after) + 1 :]
        for each in order:
            if name in each.attributes:
                return each.attributes[name]
        return UNBOUND

    def derives_from(self, other: "Class") -> bool:
        """Whether `other` is this class or one of its bases."""
        return other in self.order


class Instance:
    """An object of a class of the program or of the library."""

    __slots__ = ("attributes", "birth", "kind", "name")

    def __init__(self, kind: Class) -> None:
        self.kind = kind
        self.birth = next(_BIRTHS)  # numbers are only compared: which of two objects of a set was made first
        self.name = ""  # of a layer: where it stands in its model
        self.attributes: dict[str, Value] = {}


class Method:
    """A function together with the object it is called on."""

    __slots__ = ("function", "subject")

    def __init__(self, function: Function | Native, subject: Value) -> None:
        self.function = function
        self.subject = subject


class Property:
    """A function of a class that is read like an attribute, and perhaps another that is called when it is set."""

    __slots__ = ("function", "setter")

    def __init__(self, function: Function | Native, setter: Value = None) -> None:
        self.function = function
        self.setter = setter


class Static:
    """A function of a class that is not given the object."""

    __slots__ = ("function",)

    def __init__(self, function: Function | Native) -> None:
        self.function = function


class ClassMethod:
    """A function of a class that is given the class."""

    __slots__ = ("function",)

    def __init__(self, function: Function | Native) -> None:
        self.function = function


class Super:
    """What `super()` gives: the object, seen from behind one of its classes."""

    __slots__ = ("behind", "subject")

    def __init__(self, behind: Class, subject: Instance) -> None:
        self.behind = behind
        self.subject = subject


class Namespace:
    """A module such as `torch.nn`; `missing` says why well-known names are not there."""

    __slots__ = ("members", "missing", "name")

    def __init__(self, name: str, members: Mapping[str, Value], missing: Mapping[str, Message] | None = None) -> None:
        self.name = name
        self.members = members
        self.missing = {} if missing is None else missing


class Once:
    """What `zip`, `map`, `enumerate` … give: values that can be taken once."""

    __slots__ = ("iterator", "name")

    def __init__(self, name: str, iterator: Iterator[Value]) -> None:
        self.name = name
        self.iterator = iterator


class Token:
    """A thing that is only named: `torch.float32`, a device. `held` is what the engine knows it by."""

    __slots__ = ("held", "name")

    def __init__(self, name: str, held: Any = None) -> None:
        self.name = name
        self.held = held


class Size(tuple[int, ...]):
    """A tensor's shape: a tuple that prints as `torch.Size([2, 3])`."""

    __slots__ = ()


class View(list[Any]):
    """What `keys`, `values` and `items` of a dictionary give; `called` is its type."""

    def __init__(self, called: str, values: Iterable[Any]) -> None:
        super().__init__(values)
        self.called = called


class Ordered(dict[Any, Any]):
    """NB: Python's `OrderedDict`, which is what `state_dict()` gives."""

    called = "OrderedDict"


class Defaulting(dict[Any, Any]):
    """A dictionary that makes what it is asked for and has not. NB: Python's `defaultdict`."""

    called = "defaultdict"
    make: Value = None


class Counts(dict[Any, Any]):
    """How often each of some values was seen. NB: Python's `Counter`."""

    called = "Counter"


class Deque(list[Any]):
    """A list that is taken from at both ends, of at most `most` values. NB: Python's `deque`."""

    called = "deque"
    most: int | None = None


NUMBERS: Final = frozenset({int, float, bool})


def kind_name(value: Value) -> str:
    """What Python calls the type of a value."""
    match value:
        case Tensor():
            return "Tensor"
        case Instance(kind=kind):
            return kind.name
        case Function():
            return "function"
        case Native():
            return "builtin_function_or_method"
        case Method():
            return "method"
        case Class():
            return "type"
        case Namespace():
            return "module"
        case Once(name=name):
            return name
        case Size():
            return "torch.Size"
        case View() | Ordered() | Defaulting() | Counts() | Deque():
            return value.called
        case Token(name=name):
            return name
        case None:
            return "NoneType"
    return type(value).__name__


def natives(functions: Mapping[str, Callable[..., Any]]) -> dict[str, Native]:
    """Functions of the library by their names."""
    return {name: Native(name, function) for name, function in functions.items()}
