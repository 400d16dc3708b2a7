"""What a program that trains forgets: zero_grad, backward before step, step itself. PyTorch says nothing about it."""

from typing import Any

import numpy as np

from engine.messages import Message
from engine.swept import Sweep
from engine.tensor import Tensor


class Training:
    """Watches the optimizers and the leaves of one run, and warns."""

    def __init__(self, warnings: list[Message]) -> None:
        self.warnings = warnings
        self.updated: set[Tensor] = set()  # leaves changed since their gradient was last made or cleared
        self._steppers: list[bool] = []  # for each optimizer, whether it has made a step
        self._ever_updated = False
        self._warned = False
        self._idle = False

    def optimizer(self) -> int:
        """The number of a new optimizer."""
        self._steppers.append(False)
        return len(self._steppers) - 1

    def change(self, leaf: Tensor) -> None:
        """A leaf that is trained has another value."""
        self.updated.add(leaf)
        self._ever_updated = True

    def look_for_leftovers(self, swept: Sweep, index: int) -> None:
        """Whether a gradient piles up on one that an update has already used."""
        if self.updated and not self._warned:
            for leaf in swept.leaves:
                if leaf in self.updated and leaf.grad is not None and np.any(leaf.grad.value):
                    self._warned = True
                    name = leaf.origin.name if leaf.origin and leaf.origin.name else "w"
                    self.warnings.append(
                        Message(
                            "pass {index}: the gradient of `{name}` was not set to zero after it was used, so the new "
                            "one is added to the old one; call zero_grad() or {name}.grad.zero_() in each round",
                            index=index + 1,
                            name=name,
                        )
                    )
                    break
        if self.updated:
            self.updated.difference_update(swept.leaves)

    def step(self, number: int) -> None:
        """Optimizer `number` makes a step."""
        self._steppers[number] = True

    def look_for_gradients(self, groups: list[dict[str, Any]], line: int) -> None:
        """Whether the step on that line has a gradient to go by; said once."""
        if not self._idle and all(each.grad is None for group in groups for each in group["params"]):
            self._idle = True
            self.warnings.append(
                Message(
                    "line {line}: step() changes nothing, since no parameter has a gradient: backward() comes before "
                    "it, and zero_grad() before backward()",
                    line=line,
                )
            )

    def look_back(self, passes: int) -> None:
        """What is worth a warning when the program has ended."""
        if passes > 1 and self._steppers and not any(self._steppers) and not self._ever_updated:
            self.warnings.append(
                Message("nothing was trained: step() of the optimizer is never called after backward()")
            )
