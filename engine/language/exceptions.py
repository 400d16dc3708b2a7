"""Python's exceptions as classes of the language, and the engine's refusals as objects of these."""

from typing import Final

from engine.errors import EngineError, SourceError
from engine.language import formatting
from engine.language.machine import Machine
from engine.language.values import Class, Instance, Native, Value


class Raised(SourceError):
    """What `raise` raises: `value` is the program's own object."""

    value: Instance | None = None


def _start(machine: Machine, self: Instance, *arguments: Value) -> None:
    self.attributes["args"] = arguments


def _text(machine: Machine, self: Instance) -> str:
    arguments = self.attributes.get("args", ())
    if len(arguments) == 1:
        return formatting.text(machine, arguments[0])
    return formatting.shown(machine, arguments) if arguments else ""


def _shown(machine: Machine, self: Instance) -> str:
    arguments = self.attributes.get("args", ())
    return f"{self.kind.name}({', '.join(formatting.shown(machine, each) for each in arguments)})"


_BASE: Final = Class(
    "Exception",
    (),
    {
        "__init__": Native("__init__", _start),
        "__str__": Native("__str__", _text),
        "__repr__": Native("__repr__", _shown),
    },
)
_DERIVED: Final = {
    "ArithmeticError": ("ZeroDivisionError", "OverflowError"),
    "LookupError": ("KeyError", "IndexError"),
    "RuntimeError": ("NotImplementedError",),
    "NameError": ("UnboundLocalError",),
    "ValueError": ("UnicodeDecodeError", "UnicodeEncodeError"),
    "TypeError": (),
    "AttributeError": (),
    "AssertionError": (),
    "StopIteration": (),
    "ImportError": ("ModuleNotFoundError",),
    "OSError": ("FileNotFoundError",),
    "KeyboardInterrupt": (),
    "Warning": ("UserWarning", "DeprecationWarning", "FutureWarning", "RuntimeWarning"),
}


def _classes() -> dict[str, Class]:
    found = {"Exception": _BASE, "BaseException": _BASE}
    for name, narrower in _DERIVED.items():
        found[name] = Class(name, (_BASE,), {})
        found |= {each: Class(each, (found[name],), {}) for each in narrower}
    found["KeyError"].attributes["__str__"] = Native("__str__", _key_text)
    return found


def _key_text(machine: Machine, self: Instance) -> str:
    arguments = self.attributes.get("args", ())
    return formatting.shown(machine, arguments[0]) if len(arguments) == 1 else _text(machine, self)


EXCEPTIONS: Final[dict[str, Class]] = _classes()


_VAGUE: Final = frozenset({"BaseException", "Exception", "TypeError", "ValueError", "RuntimeError"})


def caught(error: EngineError, kind: Class) -> bool:
    """Whether `except kind:` catches the error. One that has no single name in Python is caught by the wide
    ones."""
    if isinstance(error, Raised) and error.value is not None:
        return error.value.kind.derives_from(kind)
    if error.python is None:
        return kind.name in _VAGUE and kind in EXCEPTIONS.values()
    return EXCEPTIONS[error.python].derives_from(kind)


def as_value(error: EngineError) -> Instance:
    """The error as the program sees it after `as`."""
    if isinstance(error, Raised) and error.value is not None:
        return error.value
    made = Instance(EXCEPTIONS[error.python or "RuntimeError"])
    made.attributes["args"] = (str(error.message) if error.said is None else error.said,)
    return made
