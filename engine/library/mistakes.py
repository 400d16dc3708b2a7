"""PyTorch's famous mistakes: what it refuses at `backward()`, in its words, with what to do about it."""

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Any

import numpy as np

from engine import mode
from engine.errors import InputError, ShapeError
from engine.language.passes import graph
from engine.messages import Message
from engine.node import born
from engine.ops.defined import Defined
from engine.saved import KEEPS_RESULT, WITHOUT_VALUES, needs
from engine.swept import Sweep
from engine.tensor import Tensor


def _keeps(node: Tensor) -> bool:
    """Whether a result has kept values for the way back."""
    if isinstance(node.op, Defined):
        return node.op.rule.saves()
    if node.first is not None and isinstance(node.first.op, Defined) and node.op and node.op.name in ("index", "to"):
        return False  # one of several results
    return node.op is not None and node.op.name not in WITHOUT_VALUES


def since(made: Sequence[Tensor], tensor: Tensor) -> Iterator[Tensor]:
    """The results that are younger than a tensor, latest first."""
    return takewhile(lambda node: node.birth > tensor.birth, reversed(made))


def hand_over(made: Sequence[Tensor], tensor: Tensor, old: Tensor, *besides: Tensor) -> None:
    """Results that were made from a tensor, and do not need its value to go back, are results of its old self; those
    `besides`, too, that are not among the results made."""
    for node in (*besides, *since(made, tensor)):
        if node.first is tensor and not needs(node, 0):
            node.first = old
        if node.second is tensor and not needs(node, 1):
            node.second = old
        elif type(node.second) is tuple and any(each is tensor for each in node.second) and not needs(node, 1):
            node.second = tuple(old if each is tensor else each for each in node.second)


def check_in_place(tensor: Tensor, made: Tensor) -> None:
    """Raises PyTorch's refusals if `tensor` cannot take over the result `made` in place."""
    if tensor.requires_grad and tensor.op is None and not mode.without_gradients():
        error = InputError(
            Message("a leaf Variable that requires grad is being used in an in-place operation"),
            hint=Message(
                "this would change what its gradient is taken of; put the line under with torch.no_grad():, or "
                "give the result another name"
            ),
        )
        error.said = f"{error.message}."
        raise error
    if made.shape != tensor.shape:
        raise ShapeError(
            Message(
                "output with shape {own} doesn't match the broadcast shape {shape}",
                own=list(tensor.shape),
                shape=list(made.shape),
            ),
            hint=Message("a tensor keeps its shape when it is changed in place"),
        )
    if made.dtype.kind == "f" and tensor.dtype.kind != "f":
        raise InputError(
            Message("result type Float can't be cast to the desired output type Long"),
            hint=Message("a tensor of whole numbers keeps its type when it is changed in place; call .float() first"),
        )


class Saved:
    """What earlier passes and changes in place have made of the values that graphs have saved for `backward()`."""

    def __init__(self) -> None:
        self._freed: set[int] = set()
        self._freeing: list[list[Tensor]] = []  # freed too, but nobody has asked yet
        self._spoiled: dict[int, tuple[str | None, int]] = {}  # changed results whose rule needs them: name and line
        self._since = 0  # nothing that was made later has been freed
        self._changed: dict[Tensor, int] = {}  # on which line a result was last changed in place

    def changed(self, tensor: Tensor, before: Tensor, line: int) -> None:
        """A result is changed in place; `before` is the tensor as it was."""
        self._changed[tensor] = line
        if before.op is not None and before.op.name in KEEPS_RESULT:
            self._spoiled[before.birth] = (_name(tensor), line)

    def spoiled(self, tensor: Tensor, line: int) -> None:
        """A result has other numbers now, and is still what its op has made."""
        self._changed[tensor] = line
        if tensor.op is not None and tensor.op.name in KEEPS_RESULT:
            self._spoiled[tensor.birth] = (_name(tensor), line)

    def check(self, swept: Sweep, *, keep: bool) -> None:
        """Raises `InputError` if the sweep went through what is no longer there; without `keep` the graph is freed."""
        nodes = swept.nodes
        if self._spoiled:
            for each in nodes:
                if each.birth in self._spoiled and each.op and each.op.name not in WITHOUT_VALUES:
                    name, line = self._spoiled[each.birth]
                    raise _modified(name, line, each.op.name)
        if swept.oldest < self._since and (freed := self._among_freed(nodes)):
            raise InputError(
                Message(
                    "Trying to backward through the graph a second time (or directly access saved tensors after they "
                    "have already been freed)"
                ),
                hint=_again(freed),
            )
        if not keep:
            self._freeing.append(nodes)
            self._since = born()

    def _among_freed(self, nodes: list[Tensor]) -> list[Tensor]:
        """The nodes with a rule that needs values that have been gone back through before, latest first."""
        for each in self._freeing:
            self._freed.update(node.birth for node in each if _keeps(node))
        self._freeing.clear()
        return [each for each in nodes if each.birth in self._freed]

    def explained(self, error: InputError, output: Tensor) -> InputError:
        """The sweep's refusal of an operand that is younger than its result, with the name and line of the change."""
        for node in graph(output, 0):
            for operand in node.operands:
                if operand.birth > node.birth and operand in self._changed and node.op is not None:
                    return _modified(_name(operand), self._changed[operand], node.op.name)
        return error


def _name(tensor: Tensor) -> str | None:
    return tensor.origin.name if tensor.origin else None


def _modified(name: str | None, line: int, op: str) -> InputError:
    return InputError(
        Message("one of the variables needed for gradient computation has been modified by an inplace operation"),
        hint=Message(
            "line {line} changes `{name}`, whose value the derivative of `{op}` needs: change it after backward(), or "
            "write {name} = … to make a new tensor",
            line=line,
            name=name,
            op=op,
        )
        if name
        else Message(
            "line {line} changes a value that the derivative of `{op}` needs: change it after backward(), or work on "
            "a copy: x.clone()",
            line=line,
            op=op,
        ),
    )


def _again(freed: list[Tensor]) -> Message:
    named = next((name for each in freed if (name := _name(each))), None)
    if named is None:
        return Message(
            "PyTorch frees a graph after backward(): compute the loss anew, or give the first backward() "
            "retain_graph=True"
        )
    return Message(
        "`{name}` belongs to a graph that an earlier backward() has freed: compute it anew, cut it off with "
        "{name}.detach(), or give the earlier backward() retain_graph=True",
        name=named,
    )


def check_output(output: Tensor, gradient: Any) -> None:
    """Raises `InputError` where `backward()` cannot begin: a loss cut off from its leaves, several numbers at once."""
    if not output.requires_grad:
        raise InputError(
            Message("element 0 of tensors does not require grad and does not have a grad_fn"), hint=_cut_off(output)
        )
    if gradient is None and output.shape and np.size(output.value) != 1:
        raise InputError(
            Message("grad can be implicitly created only for scalar outputs"),
            hint=Message(
                "this value has the shape {shape}: take its .sum() or .mean() first, or give backward() a gradient "
                "of that shape",
                shape=tuple(output.shape),
            ),
        )
    if isinstance(gradient, Tensor) and gradient.shape != output.shape:
        raise ShapeError(
            Message(
                "Mismatch in shape: the gradient has shape {given} and the output {shape}",
                given=list(gradient.shape),
                shape=list(output.shape),
            ),
            hint=Message("backward needs one number for each of the output"),
        )


def _cut_off(output: Tensor) -> Message:
    leaves = [each for each in graph(output, 0) if each.op is None and _name(each)]
    trained = ", ".join(dict.fromkeys(f"`{_name(each)}`" for each in leaves if each.requires_grad))
    if trained:
        return Message(
            "{names} requires a gradient, but .detach(), .data or no_grad() stands between it and this value",
            names=trained,
        )
    if leaves and output.op is not None:
        return Message(
            "it was made from {names} without requires_grad=True: set it on what is to be trained; what is computed "
            "under no_grad() loses it",
            names=", ".join(dict.fromkeys(f"`{_name(each)}`" for each in leaves)),
        )
    return Message(
        "nothing this value was made from has requires_grad=True, or .item(), .data, .detach() or no_grad() cut it "
        "off on the way"
    )
