"""`matplotlib.pyplot`: lectures end with a plot; here its lines are passed over, and a warning says so."""

from collections.abc import Iterator, Mapping
from typing import Final

from engine.language.machine import Machine
from engine.language.values import Class, Instance, Namespace, Native, Value
from engine.library.session import session
from engine.messages import Message


def _passed_over(name: str) -> Native:
    def call(machine: Machine, *_: Value, **__: Value) -> Value:
        if not machine.library.get("plotted"):
            machine.library["plotted"] = True
            session(machine).warnings.append(
                Message(
                    "line {line}: plots are passed over; the loss over all passes is drawn beside the graph",
                    line=machine.line,
                )
            )
        machine.charge(1)
        return (Instance(_ANYTHING), Instance(_ANYTHING)) if name == "subplots" else Instance(_ANYTHING)

    return Native(name, call)


_ANYTHING: Final = Class("Figure", (), {})
_ANYTHING.attributes |= {
    "__getattr__": Native("getattr", lambda machine, self, name: _passed_over(name)),
    "__getitem__": Native("getitem", lambda machine, self, index: Instance(_ANYTHING)),
    "__iter__": Native("iter", lambda machine, self: [Instance(_ANYTHING)] * 4),
    "__setattr__": Native("setattr", lambda machine, self, name, value: None),
}


_SILENT: Final = Class("InteractiveShell", (), {})
_SILENT.attributes["__getattr__"] = Native("getattr", lambda machine, self, name: Native(name, _nothing))


def _nothing(machine: Machine, *_: Value, **__: Value) -> None:
    return None


class _Everything(Mapping[str, Value]):
    """Every name is a function that does nothing."""

    def __getitem__(self, name: str) -> Value:
        if name.startswith("_"):
            raise KeyError(name)
        return _passed_over(name)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and not name.startswith("_")

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


NOTEBOOK: Final = Native("get_ipython", lambda machine: Instance(_SILENT))
"""`get_ipython()`, to which an exported notebook hands the commands of its cells."""
_PYPLOT: Final = Namespace("matplotlib.pyplot", _Everything())
PLOTS: Final = {
    "matplotlib": Namespace("matplotlib", {"pyplot": _PYPLOT, "use": _passed_over("use")}),
    "matplotlib.pyplot": _PYPLOT,
}
