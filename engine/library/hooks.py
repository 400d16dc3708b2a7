"""Hooks: functions of the program that are told a gradient on its way, or what a layer takes and gives."""

from typing import Any, Final

from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import Class, Instance, Native, Value, natives
from engine.library.session import session
from engine.messages import Message
from engine.tensor import Tensor


def _remove(machine: Machine, self: Instance) -> None:
    kept = self.attributes["hooks"]
    if self.attributes["hook"] in kept:
        kept.remove(self.attributes["hook"])


_HANDLE: Final = Class(
    "RemovableHandle",
    (),
    natives(
        {
            "remove": _remove,
            "__enter__": lambda machine, self: self,
            "__exit__": lambda machine, self, *_: _remove(machine, self),
        }
    ),
)


def _handle(hooks: list[Value], hook: Value) -> Instance:
    hooks.append(hook)
    made = Instance(_HANDLE)
    made.attributes |= {"hooks": hooks, "hook": hook}
    return made


def register_hook(machine: Machine, self: Tensor, hook: Value) -> Instance:
    """`x.register_hook(hook)`."""
    if not self.requires_grad:
        raise InputError(
            Message("cannot register a hook on a tensor that doesn't require gradient"),
            hint=Message("make it with requires_grad=True"),
        )
    return _handle(session(machine).hooks.of.setdefault(self, []), hook)


# --- layers

_KINDS: Final = {
    "register_forward_hook": "after",
    "register_forward_pre_hook": "before",
    "register_full_backward_hook": "backward",
    "register_backward_hook": "backward",
}


def _of_layers(machine: Machine, self: Instance) -> dict[str, list[Value]]:
    found: dict[str, list[Value]] = machine.library["layer_hooks"].setdefault(self, {})
    return found


def _registering(kind: str) -> Any:
    def register(machine: Machine, self: Instance, hook: Value, **_: Value) -> Instance:
        return _handle(_of_layers(machine, self).setdefault(kind, []), hook)

    return register


REGISTERING: Final = natives({name: _registering(kind) for name, kind in _KINDS.items()})
"""Methods of a layer."""


def around(machine: Machine, self: Instance, forward: Value, arguments: list[Value], named: dict[str, Value]) -> Value:
    """Calls a layer's `forward` with the hooks that are registered for it."""
    hooks = machine.library["layer_hooks"].get(self, {})
    for hook in tuple(hooks.get("before", ())):
        changed = machine.call(hook, [self, tuple(arguments)])
        if changed is not None:
            arguments = list(changed) if isinstance(changed, tuple) else [changed]
    watched = tuple(hooks.get("backward", ()))
    if watched:
        arguments = [_itself(machine, each) if _has_gradient(each) else each for each in arguments]
    made = machine.call(forward, [self, *arguments], named)
    for hook in tuple(hooks.get("after", ())):
        changed = machine.call(hook, [self, tuple(arguments), made])
        made = made if changed is None else changed
    if watched and _has_gradient(made):
        made = _itself(machine, made)
        _watch(machine, self, watched, arguments, made)
    return made


def _has_gradient(value: Value) -> bool:
    return type(value) is Tensor and value.requires_grad


def _itself(machine: Machine, value: Tensor) -> Any:
    """The same numbers as a result of its own, whose gradient is that of the layer alone."""
    return machine.keep(value.clone(), machine.here())


def _watch(machine: Machine, self: Instance, hooks: tuple[Value, ...], arguments: list[Value], made: Tensor) -> None:
    """The hooks are called once the gradients of both ends of the layer are there."""
    arrived: list[Value] = []
    first = next((each for each in arguments if _has_gradient(each)), None)
    waiting = session(machine).hooks.of

    def tell(machine: Machine, gradient: Value) -> Value:
        changed = gradient
        for hook in hooks:
            given = machine.call(hook, [self, (changed,), (arrived[-1],)])
            changed = changed if given is None else given[0] if isinstance(given, tuple) else given
        return changed

    def note(machine: Machine, gradient: Value) -> None:
        arrived.append(gradient)
        if first is None:
            tell(machine, None)

    waiting.setdefault(made, []).append(Native("hook", note))
    if first is not None:
        waiting.setdefault(first, []).append(Native("hook", tell))
