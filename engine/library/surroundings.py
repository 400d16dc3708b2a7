"""What scripts take from the system around them: `os`, `sys`, `argparse` and their like, as far as it is harmless."""

from typing import Any, Final

from engine.errors import EndOfProgram, InputError
from engine.language.machine import Machine
from engine.language.values import Class, Instance, Namespace, Native, Value, natives
from engine.messages import Message

FILES: Final = Message("programs reach no files and no system here; leave it out")


class _Otherwise(dict[str, Message]):
    """The reason for every name that is not there."""

    def __init__(self, reason: Message) -> None:
        super().__init__()
        self.reason = reason

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> Message:
        return self.reason


def _nothing(machine: Machine, *_: Value, **__: Value) -> None:
    return None


def _sealed(machine: Machine, self: Instance, name: str, value: Value) -> None:
    raise InputError(Message("`{name}` cannot be set here", name=name), hint=FILES)


def _object(name: str, functions: dict[str, Any]) -> Instance:
    """An object that all programs share, and none can change."""
    return Instance(Class(name, (), natives({**functions, "__setattr__": _sealed})))


# --- os and sys


def _environ(machine: Machine) -> dict[str, Value]:
    """The program's own environment: it begins empty."""
    held: dict[str, Value] = machine.library.setdefault("environ", {})
    return held


def _joined(machine: Machine, *parts: str) -> str:
    return "/".join(each.strip("/") if place else each.rstrip("/") for place, each in enumerate(parts))


def _is_kept(machine: Machine, path: Value) -> bool:
    """What the program has saved itself is there, and nothing else."""
    return path in machine.library.get("files", {})


_ENVIRON: Final = _object(
    "environ",
    {
        "__getitem__": lambda machine, self, key: _environ(machine)[key],
        "__setitem__": lambda machine, self, key, value: _environ(machine).__setitem__(key, value),
        "__contains__": lambda machine, self, key: key in _environ(machine),
        "get": lambda machine, self, key, default=None: _environ(machine).get(key, default),
        "setdefault": lambda machine, self, key, default=None: _environ(machine).setdefault(key, default),
    },
)
_PATH: Final = Namespace(
    "os.path",
    natives({"join": _joined, **dict.fromkeys(("exists", "isfile"), _is_kept)}),
    _Otherwise(FILES),
)


def _exit(machine: Machine, code: Value = None) -> None:
    raise EndOfProgram(Message("the program ends here"), hint=FILES)


def _write(machine: Machine, self: Instance, text: str) -> int:
    machine.call(machine.library["builtins"]["print"], [text], {"end": ""})
    return len(text)


_SYSTEM: Final = {
    "argv": ("program.py",),
    "maxsize": 2**63 - 1,
    "version": "3.11",
    "version_info": (3, 11, 0),
    "platform": "linux",
    "exit": Native("exit", _exit),
    "stdout": _object("stdout", {"write": _write, "flush": _nothing}),
    "path": _object("path", {"append": _nothing, "insert": _nothing}),
}


# --- argparse


def _parser_init(machine: Machine, self: Instance, *_: Value, **__: Value) -> None:
    self.attributes["options"] = []


def _add_argument(machine: Machine, self: Instance, *names: str, **settings: Value) -> None:
    self.attributes["options"].append((names, settings))


def _parsed(machine: Machine, self: Instance, args: Value = None, namespace: Value = None) -> Instance:
    words = [] if args is None else machine.taken(args)
    found = Instance(_SETTINGS)
    options: dict[str, tuple[str, dict[str, Value]]] = {}
    for names, settings in self.attributes["options"]:
        own = settings.get("dest") or max(names, key=len).lstrip("-").replace("-", "_")
        options |= dict.fromkeys(names, (own, settings))
        flag = settings.get("action") in ("store_true", "store_false")
        default = settings.get("action") == "store_false" if flag else None
        found.attributes[own] = settings.get("default", default)
        if not names[0].startswith("-") or settings.get("required"):
            raise InputError(
                Message("no arguments are handed to a program here, and `{name}` needs one", name=names[0]),
                hint=Message("give it a default: add_argument('--name', default=…)"),
            )
    while words:
        name, settings = options[words.pop(0)]
        if settings.get("action") in ("store_true", "store_false"):
            found.attributes[name] = settings["action"] == "store_true"
        else:
            word = words.pop(0)
            found.attributes[name] = machine.call(settings["type"], [word]) if "type" in settings else word
    return found


def _settings_text(machine: Machine, self: Instance) -> str:
    shown = machine.library["builtins"]["repr"]
    return f"Namespace({', '.join(f'{key}={machine.call(shown, [each])}' for key, each in self.attributes.items())})"


_SETTINGS: Final = Class("Namespace", (), natives({"__repr__": _settings_text}))
_PARSER: Final = Class(
    "ArgumentParser",
    (),
    natives(
        {
            "__init__": _parser_init,
            "add_argument": _add_argument,
            "parse_args": _parsed,
            "parse_known_args": lambda machine, self, args=None: (_parsed(machine, self, args), []),
        }
    ),
)


# --- what only speaks to the reader's screen

_LOGGER: Final = _object("Logger", dict.fromkeys(("info", "debug", "warning", "error", "setLevel"), _nothing))
SURROUNDINGS: Final = {
    each.name: each
    for each in (
        Namespace(
            "os",
            {
                "environ": _ENVIRON,
                "path": _PATH,
                "getenv": Native("getenv", lambda machine, key, default=None: _environ(machine).get(key, default)),
                "cpu_count": Native("cpu_count", lambda machine: 1),
                "name": "posix",
            },
            _Otherwise(FILES),
        ),
        _PATH,
        Namespace("sys", _SYSTEM, _Otherwise(FILES)),
        Namespace(
            "argparse", {"ArgumentParser": _PARSER, "Namespace": _SETTINGS, "ArgumentDefaultsHelpFormatter": None}
        ),
        Namespace("warnings", natives(dict.fromkeys(("filterwarnings", "simplefilter", "warn"), _nothing))),
        Namespace("gc", natives({"collect": lambda machine: 0})),
        Namespace(
            "logging",
            {
                **natives(dict.fromkeys(("basicConfig", "info", "debug", "warning", "error"), _nothing)),
                "getLogger": Native("getLogger", lambda machine, name=None: _LOGGER),
                **{name: place * 10 for place, name in enumerate(("NOTSET", "DEBUG", "INFO", "WARNING", "ERROR"))},
            },
        ),
        *(
            Namespace(
                name,
                natives({**dict.fromkeys(("clear_output", "set_matplotlib_formats"), _nothing)})
                | {
                    "display": Native("display", lambda machine, *values: machine.call(_printer(machine), list(values)))
                },
            )
            for name in ("IPython.display", "IPython")
        ),
    )
}
"""The modules, by name."""
SURROUNDINGS["IPython"].members["display"] = SURROUNDINGS["IPython.display"]  # type: ignore[index]


def _printer(machine: Machine) -> Native:
    found: Native = machine.library["builtins"]["print"]
    return found
