"""What notebooks have around their training and nothing here needs: progress bars and clocks."""

from collections.abc import Callable
from typing import Final

from engine.language.machine import Machine
from engine.language.values import Class, Instance, Namespace, Native, Once, Value, natives
from engine.library.copying import COPYING
from engine.library.session import session
from engine.messages import Message


def _bar(machine: Machine, iterable: Value = (), *_: Value, **__: Value) -> Instance:
    """`tqdm(range(100))`: gone through, it gives the values themselves; what it is told to show, it forgets."""
    made = Instance(_PROGRESS)
    made.attributes["values"] = () if iterable is None else iterable
    return made


def _trange(machine: Machine, *bounds: int, **_: Value) -> Instance:
    return _bar(machine, range(*bounds))


def _unseen(machine: Machine, self: Instance, *_: Value, **__: Value) -> None:
    return None


_PROGRESS: Final = Class(
    "tqdm",
    (),
    natives(
        {
            "__iter__": lambda machine, self: Once("iterator", iter(machine.items(self.attributes["values"]))),
            "__len__": lambda machine, self: len(self.attributes["values"]),
            "__enter__": lambda machine, self: self,
            **dict.fromkeys(
                ("__exit__", "set_description", "set_description_str", "set_postfix", "set_postfix_str", "update"),
                _unseen,
            ),
            **dict.fromkeys(("close", "refresh", "reset"), _unseen),
            "write": lambda machine, self, said: machine.call(machine.library["builtins"]["print"], [said]),
        }
    ),
)


def _now(machine: Machine) -> float:
    """A program knows no clock, or two runs would differ: it is told how many steps it has made, in millionths."""
    if not machine.library.get("timed"):
        machine.library["timed"] = True
        session(machine).warnings.append(
            Message("line {line}: programs know no clock here: the time goes by steps", line=machine.line)
        )
    return machine.steps * 1e-6


_BAR: Final = Native("tqdm", _bar)
_TIME: Final[dict[str, Callable[..., Value]]] = {
    "time": _now,
    "perf_counter": _now,
    "sleep": lambda machine, seconds: None,
}
PASSED: Final = {
    each.name: each
    for each in (
        Namespace("tqdm", {"tqdm": _BAR, "trange": Native("trange", _trange)}),
        Namespace("tqdm.auto", {"tqdm": _BAR, "trange": Native("trange", _trange)}),
        Namespace("tqdm.notebook", {"tqdm": _BAR, "trange": Native("trange", _trange)}),
        Namespace("time", natives(_TIME)),
        COPYING,
    )
}
