"""What a run's tensors hand their gradients to on the way back, before these go on."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from engine.dtypes import Value
from engine.errors import InputError
from engine.hooked import hooked
from engine.language.machine import Machine
from engine.messages import Message
from engine.swept import Sweep
from engine.tensor import Tensor, constant


class GradientHooks:
    """The hooks of one run. `changed`: what those of the last sweep let go on, by tensor."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.of: dict[Tensor, list[Any]] = {}
        self.changed: dict[Tensor, Value] = {}
        self._busy = self._warned = False

    def sweep(self, sweep: Callable[[], Sweep]) -> Sweep:
        """A sweep in which the hooks are called. Raises `InputError` if one of them starts it, or gives back what is no
        gradient."""
        if self._busy:
            raise InputError(
                Message("a hook cannot start a backward pass of its own"),
                hint=Message("keep the gradient, and use it after backward()"),
            )
        self.changed = {}
        if not self.of:
            return sweep()
        with hooked({each: partial(self._told, each) for each in self.of}):
            swept = sweep()
        for leaf in [each for each in swept.leaves if each in self.of]:
            swept.leaves[leaf] = self._told(leaf, swept.leaves[leaf])
        return swept

    def _told(self, tensor: Tensor, gradient: Any) -> Any:
        bare = not isinstance(gradient, Tensor)
        told = constant(gradient) if bare else gradient
        self._busy = True
        try:
            for hook in tuple(self.of[tensor]):
                given = self.machine.call(hook, [told])
                told = told if given is None else given
        finally:
            self._busy = False
        if not isinstance(told, Tensor) or told.shape != tensor.shape:
            raise InputError(
                Message("a hook gives back a gradient of the shape it was given, or nothing"),
                hint=Message("the tensor has the shape {shape}", shape=tensor.shape),
            )
        self.changed[tensor] = told.value
        if not self._warned and np.any(np.asarray(told.value) != np.asarray(gradient if bare else gradient.value)):
            self._warned = True
            name = tensor.origin.name if tensor.origin and tensor.origin.name else "x"
            self.machine.library["warn"](
                Message(
                    "line {line}: a hook changes the gradient of `{name}`: what arrives there is not what goes on",
                    line=self.machine.line,
                    name=name,
                )
            )
        return told.value if bare else told
