"""What notebooks have around their training and nothing here needs: progress bars, clocks, copies, typing."""

import copy
from collections.abc import Callable
from typing import Final

from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import NUMBERS, Class, Instance, Namespace, Native, Once, Size, Token, Value, natives
from engine.library.attributes import detach
from engine.library.session import session
from engine.messages import Message
from engine.tensor import Tensor


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


def _copy(machine: Machine, value: Value) -> Value:
    """`copy.copy`, of containers."""
    match value:
        case list() | dict() | set():
            machine.charge(1 + len(value))
            return value.copy()
    return value


def _deep_copy(machine: Machine, value: Value, depth: int = 0) -> Value:
    """`copy.deepcopy`, of numbers, texts, tensors and containers of these."""
    machine.charge(1)
    if depth > machine.limits.nesting:
        raise InputError(Message("this is nested too deep to be copied"), hint=Message("copy a part of it"))
    match value:
        case Tensor():
            made = detach(machine, value).clone()
            return made.requires_grad_() if value.requires_grad else made
        case Size() | str() | None | Token():
            return value
        case list() | tuple():
            return type(value)(_deep_copy(machine, each, depth + 1) for each in value)
        case dict():
            held = copy.copy(value)
            held.update((key, _deep_copy(machine, each, depth + 1)) for key, each in value.items())
            return held
    if type(value) in NUMBERS:
        return value
    name = value.kind.name if isinstance(value, Instance) else type(value).__name__.lower()
    raise InputError(
        Message("`{name}` cannot be copied here", name=name),
        hint=Message("copy its numbers: copy.deepcopy(model.state_dict())"),
    )


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
        Namespace("copy", {"copy": Native("copy", _copy), "deepcopy": Native("deepcopy", _deep_copy)}),
    )
}
