"""What training changes while a program runs: passes, gradients, updates in place, the random stream."""

from typing import Any

import numpy as np

from engine import backward, dtypes, mode
from engine.dtypes import Value
from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.passes import Record, graph
from engine.language.updates import Kept, Update
from engine.language.values import kind_name
from engine.library.aliases import Aliases, Link, put_back, twin, value_put_back
from engine.library.gradient_hooks import GradientHooks
from engine.library.mistakes import Saved, check_in_place, check_output, hand_over, since
from engine.library.training import Training
from engine.messages import Message
from engine.random import Generator
from engine.swept import Sweep
from engine.tensor import Tensor, constant


class Session:
    """The training state of one run."""

    def __init__(self, machine: Machine, *, formula: bool) -> None:
        self.machine = machine
        self.formula = formula
        self.records: list[Record] = []
        self.warnings: list[Message] = []
        self.random = Generator()
        self._host_random: Any = None
        self.retained: set[Tensor] = set()
        self.hooks = GradientHooks(machine)
        self.saved = Saved()
        self.aliases = Aliases()
        self.training = Training(self.warnings)
        self._changed: dict[Tensor, list[tuple[int, Tensor]]] = {}  # results as they were, and after how many passes
        self._users: dict[int, list[Tensor]] = {}  # by an operand's identity, what changes in place have made of it
        self._since = 0
        self._kept = 0  # elements of the arrays that the records hold
        self._moved: dict[Tensor, Value | None] = {}  # leaves changed since the last pass; what was made use of

    @property
    def host_random(self) -> Any:
        """The stream of Python's module `random`."""
        if self._host_random is None:
            self._host_random = np.random.RandomState([0])
        return self._host_random

    @host_random.setter
    def host_random(self, stream: Any) -> None:
        self._host_random = stream

    # --- backward

    def backward(
        self, output: Tensor, gradient: Any = None, retain_graph: bool | None = None, create_graph: bool = False
    ) -> None:
        """Closes a pass: gradients into the leaves' `grad`, and a record of it."""
        check_output(output, gradient)
        start = backward.seed(output, gradient)
        swept = self._swept(output, start, gradient if create_graph else None, traced=create_graph)
        self.saved.check(swept, keep=create_graph if retain_graph is None else retain_graph)
        record = Record(
            output,
            start,
            graph(output, self._since),
            self.machine.scopes,
            formula=self.formula,
            line=self.machine.line,
            index=len(self.records),
            changed=self._changed,
            hooked=self.hooks.changed,
            moved=self._moved,
        )
        self._moved.clear()
        self.training.look_for_leftovers(swept, len(self.records))
        self.records.append(record)
        for leaf, total in swept.leaves.items():
            self._give(leaf, total)
        for tensor in self.retained:
            if tensor.op is not None and tensor in swept.gradients:
                self._give(tensor, swept.gradients[tensor])
        self._kept += record.elements(self._since)
        self._since = constant(0.0).birth
        budget = mode.budget()
        if budget is not None:
            budget.spent = self._kept  # what the pass did not keep is free again
        self.machine.made.clear()
        self._users.clear()

    def grad(
        self,
        outputs: list[Tensor],
        inputs: list[Tensor],
        gradients: list[Any],
        *,
        retain_graph: bool | None = None,
        create_graph: bool = False,
        allow_unused: bool = False,
    ) -> list[Tensor | None]:
        """∂outputs/∂input for each input, without touching anybody's `grad`. NB: `torch.autograd.grad`."""
        for each in inputs:
            if not each.requires_grad:
                raise InputError(
                    Message("One of the differentiated Tensors does not require grad"),
                    hint=Message("make it with requires_grad=True"),
                )
        found: dict[Tensor, Tensor] = {}
        for output, gradient in zip(outputs, gradients, strict=True):
            check_output(output, gradient)
            swept = self._swept(output, backward.seed(output, gradient), gradient, traced=create_graph)
            self.saved.check(swept, keep=create_graph if retain_graph is None else retain_graph)
            for each in inputs:
                if each in swept.gradients:
                    total = swept.gradients[each]
                    part = total if isinstance(total, Tensor) else constant(total)
                    found[each] = found[each] + part if each in found else part
        if not allow_unused and any(each not in found for each in inputs):
            raise InputError(
                Message("One of the differentiated Tensors appears to not have been used in the graph"),
                hint=Message("pass allow_unused=True if that is meant; its gradient is then None"),
            )
        return [found.get(each) for each in inputs]

    def _swept(self, output: Tensor, start: Value, gradient: Any, *, traced: bool) -> Sweep:
        given = isinstance(gradient, Tensor) and gradient.shape == output.shape
        seed = start if not traced else gradient if given else constant(start)
        try:
            return self.hooks.sweep(lambda: backward.sweep(output, seed=seed, traced=traced))
        except InputError as error:
            raise self.saved.explained(error, output) from None

    def _give(self, leaf: Tensor, total: Any) -> None:
        if isinstance(total, Tensor):
            leaf.grad = total if leaf.grad is None else leaf.grad + total
        elif leaf.grad is None:
            leaf.grad = constant(total)
        else:
            leaf.grad.become(dtypes.normal(np.asarray(leaf.grad.value + total, leaf.dtype)))

    def let_go(self) -> None:
        """Forgets all tensors, when the program has ended; the run has its records."""
        self.records, self.saved = [], Saved()
        self.aliases.clear()
        self._users.clear()
        self.retained.clear()
        self.hooks.of.clear()
        self.training.updated.clear()

    # --- changes in place

    def update(
        self,
        leaf: Tensor,
        value: Value,
        expression: str | None = None,
        kept: tuple[Kept, ...] = (),
        *,
        besides: Tensor | None = None,
        noticed: bool = True,
    ) -> None:
        """Gives a tensor another value in place, and all that share its memory but `besides`, where the change comes
        from; notes it as a step of the last pass, if the tensor is trained. A change through `data` is not `noticed`
        by `backward`, which then goes by the new value."""
        before = leaf.value
        if leaf.op is not None:
            self.remember(leaf)
        elif noticed:
            self._move(leaf)
        else:
            self._kept += np.size(before)
        noticed = noticed and self.aliases.counts(leaf)
        self._become(leaf, value, noticed=noticed)
        link = self.aliases.of(leaf)
        for view, each in self.aliases.views(leaf, besides):
            self._follow(view, each, leaf, noticed=noticed)
        if link is not None and link.base is not besides:
            self.update(
                link.base, value_put_back(link.base, link, value), expression, kept, besides=leaf, noticed=noticed
            )
        elif leaf.requires_grad and leaf.op is None:
            self.training.change(leaf)
            if self.records and leaf in self.records[-1].leaves:
                self.records[-1].updates.append(Update(leaf, before, value, expression, kept))

    def replace(self, tensor: Tensor, made: Tensor) -> Tensor:
        """`tensor` takes over the result `made` in place, as `x += 1` and `x.add_(1)` do. Raises PyTorch's refusals."""
        check_in_place(tensor, made)
        if made.requires_grad and not mode.without_gradients():
            self._share(tensor, self._take_over(tensor, made))
            return tensor
        value = made.value if made.dtype == tensor.dtype else dtypes.normal(np.asarray(made.value).astype(tensor.dtype))
        self.update(tensor, value, self.machine.expression)
        return tensor

    def _become(self, tensor: Tensor, value: Value, *, noticed: bool) -> None:
        """If a change is noticed, who needs the value for the way back will be refused, who does not goes by the old
        one."""
        if noticed and tensor.op is not None:
            old = twin(tensor)
            hand_over(self.machine.made, tensor, old)
            self.saved.changed(tensor, old, self.machine.line)
        tensor.become(value, noticed=noticed)
        if noticed:
            self.saved.spoiled(tensor, self.machine.line)

    def _move(self, leaf: Tensor) -> None:
        """Notes that a leaf is changed, and its value, if a result has been made of it that has not gone back yet."""
        used = any(leaf is each for node in since(self.machine.made, leaf) for each in node.operands)
        if used or leaf.requires_grad:
            self._moved[leaf] = leaf.value if used else self._moved.get(leaf)

    def _follow(self, view: Tensor, link: Link, base: Tensor, *, noticed: bool = True) -> None:
        """A view takes the values that its base has now, and those that share with it."""
        with mode.no_grad():
            value = base.value if link.again is None else link.again(constant(base.value)).value
        if view.op is not None:
            self.remember(view)
        self._become(view, value, noticed=noticed)
        for inner, each in self.aliases.views(view):
            self._follow(inner, each, view, noticed=noticed)

    def _take_over(self, tensor: Tensor, made: Tensor) -> Tensor:
        """`tensor` becomes the result `made`; gives it as it was before."""
        old = twin(tensor)
        self.remember(tensor)
        hand_over(self.machine.made, tensor, old, *self._users.pop(id(tensor), ()))
        self.saved.changed(tensor, old, self.machine.line)
        tensor.op, tensor.attributes = made.op, made.attributes
        tensor.operands = tuple(old if each is tensor else each for each in made.operands)
        tensor.requires_grad = True
        tensor.become(made.value)
        for node in (old, tensor):
            for each in node.operands:
                self._users.setdefault(id(each), []).append(node)
        return old

    def _share(self, tensor: Tensor, old: Tensor, besides: Tensor | None = None) -> None:
        """What shares the memory of a result that was changed in place becomes a result of it."""
        grad_fns = self.machine.library["grad_fns"]
        for view, each in self.aliases.views(tensor, besides):
            if each.again is None or not view.requires_grad:
                self._follow(view, each, tensor)
                continue
            self._share(view, self._take_over(view, each.again(tensor)), besides=tensor)
            grad_fns[view.birth] = "AsStridedBackward0"
        link = self.aliases.of(tensor)
        if link is None or link.base is besides or link.again is None:
            return
        base = link.base
        was = self._take_over(base, put_back(base, link, tensor))
        if old.first is base:
            old.first = was
        grad_fns[base.birth] = "CopySlices"
        grad_fns[tensor.birth] = "AsStridedBackward0"
        self._share(base, was, besides=tensor)

    def remember(self, tensor: Tensor) -> None:
        """Keeps a result as it is, for the passes so far, before it is changed in place."""
        kept = self._changed.setdefault(tensor, []) if self.records else None
        if kept is not None and (not kept or kept[-1][0] < len(self.records)):
            kept.append((len(self.records), twin(tensor)))

    def set_value(self, tensor: Tensor, other: Any) -> None:
        """`tensor.data = other`."""
        if not isinstance(other, Tensor):
            raise InputError(
                Message("Variable data has to be a tensor, but got {kind}", kind=kind_name(other)),
                hint=Message("write torch.tensor(…) around it"),
            )
        self.update(tensor, other.value, self.machine.expression, noticed=False)

    def clear(self, leaf: Tensor, *, to_none: bool) -> None:
        """Sets a gradient to zero, or takes it away."""
        if leaf.grad is not None:
            if to_none:
                leaf.grad = None
            else:
                leaf.grad.become(dtypes.normal(np.zeros(leaf.shape, leaf.dtype)))


def session(machine: Machine) -> Session:
    """The training state of the program."""
    held: Session = machine.library["session"]
    return held
