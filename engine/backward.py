"""The backward pass: one reversed sweep over the graph, one contribution per edge."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from heapq import heappop, heappush
from math import inf
from operator import attrgetter
from threading import Lock
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine import dtypes, edges, mode
from engine.dtypes import Value
from engine.errors import InputError, ShapeError
from engine.hooked import Hooked
from engine.messages import Message
from engine.swept import Sweep

if TYPE_CHECKING:
    from engine.tensor import Tensor

_creation_order = attrgetter("birth")
_one_at_a_time: Final = Lock()
_sweeping: Final[ContextVar[bool]] = ContextVar("sweeping", default=False)


def seed(output: "Tensor", gradient: "Tensor | float | None" = None) -> Value:
    """The gradient a backward pass starts with. Raises `InputError` where PyTorch would refuse."""
    if not output.requires_grad:
        raise InputError(
            Message("this tensor depends on no tensor that requires a gradient"),
            hint=Message("make a leaf with requires_grad=True"),
        )
    if gradient is None:
        if output.shape and output.value.size != 1:  # type: ignore[union-attr]
            raise InputError(
                Message(
                    "grad can be implicitly created only for scalar outputs, and this one is {shape}",
                    shape="×".join(map(str, output.shape)),
                ),
                hint=Message("take its sum() or mean() first, or give backward a gradient of that shape"),
            )
        gradient = 1.0
    given = gradient if isinstance(gradient, (int, float)) else gradient.value
    made = np.asarray(given, output.dtype)
    if made.shape == output.shape:
        return dtypes.normal(made)
    if made.ndim and made.shape != output.shape:
        raise ShapeError(
            Message("the gradient is {given} and the output {shape}", given=made.shape, shape=output.shape),
            hint=Message("backward needs one number for each of the output"),
        )
    return dtypes.normal(np.broadcast_to(made, output.shape))


def reachable(output: "Tensor") -> "list[Tensor]":
    """Every tensor the output was made from, itself included, in creation order."""
    found = {output}
    queue = [output]
    for node in queue:
        for operand in node.operands:
            if operand not in found:
                found.add(operand)
                queue.append(operand)
    queue.sort(key=_creation_order)
    return queue


def sweep(output: "Tensor", *, seed: Any = 1.0, traced: bool = False) -> Sweep:
    """∂output/∂tensor for every tensor that requires a gradient and that `output` was made from.

    Nodes are visited in reversed creation order and, within a node, its operands in order. Gradients are bare values
    (floats, arrays); with `traced`, `seed` is a tensor and so is every gradient, recorded and differentiable again.
    NB: PyTorch calls the upstream gradient `grad_output`, and `traced` is its `create_graph`.

    What has arrived is `pending` in the node until its turn, so one sweep goes at a time, in whatever thread.
    Whatever was made later is done, so a node whose turn it is has its whole gradient. Most operands come up in
    creation order and wait in `line` behind the `latest`, the others in `late`.
    """
    records: list[Any] = []
    leaves: list[Any] = []
    record, touch = records.extend, leaves.append
    line: list[Any] = []
    reached: list[Any] = []
    latest, newest = _END, -inf
    late = _Late()
    births = late.births
    node: Any = output
    birth: float = inf
    with _alone(output), mode.calm():
        try:
            output.pending = seed
            if output.first is None or not output.requires_grad:
                touch(output)
                node = _END
            while node is not _END:
                upstream = node.pending
                node.pending = None
                op = node.op
                rule = op.local
                birth = node.birth
                x, y = node.first, node.second
                if type(upstream) is float and rule is not None and type(y) is not tuple:  # it comes from floats only
                    try:
                        if type(rule) is tuple:
                            slopes = rule
                        elif y is None:
                            slopes = rule(x.value, *node.attributes, node.value)
                        elif type(y) is float:
                            slopes = rule(x.value, y, node.value)
                        else:
                            slopes = rule(x.value, y.value, node.value)
                    except (ArithmeticError, ValueError):
                        slopes = op.slopes(*[each.value for each in node.operands], *node.attributes, node.value)
                    slope = slopes[0]
                    born = x.birth
                    if born > birth:
                        edges.check_unused(node, x)
                    if x.requires_grad:
                        before = x.pending
                        if before is not None:
                            x.pending = before + upstream * slope
                        else:
                            x.pending = upstream * slope
                            if x.first is None:
                                touch(x)
                            elif born > newest:
                                line.append(latest)
                                latest, newest = x, born
                            else:
                                late.put(x)
                    if y is None:
                        record((node, upstream, slope))
                    elif type(y) is float:
                        record((node, upstream, slope, slopes[1]))
                    else:  # the same again: a loop over the two costs a fifth more
                        record((node, upstream, slope, slope := slopes[1]))
                        born = y.birth
                        if born > birth:
                            edges.check_unused(node, y)
                        if y.requires_grad:
                            before = y.pending
                            if before is not None:
                                y.pending = before + upstream * slope
                            else:
                                y.pending = upstream * slope
                                if y.first is None:
                                    touch(y)
                                elif born > newest:
                                    line.append(latest)
                                    latest, newest = y, born
                                else:
                                    late.put(y)
                else:
                    if type(op) is Hooked:
                        upstream, node.op = op.change(upstream), op.inner
                    reached.clear()
                    record((node, upstream, edges.handed(node, upstream, reached, traced)))
                    for x in reached:
                        if x.first is None:
                            touch(x)
                        elif x.birth > newest:
                            line.append(latest)
                            latest, newest = x, x.birth
                        else:
                            late.put(x)
                if births and -births[0] > newest:
                    node = late.take()
                else:
                    node = latest
                    latest = line.pop() if line else _END
                    newest = latest.birth
            return Sweep(records, {each: each.pending for each in leaves}, birth)
        finally:
            for each in (node, latest, *line, *late.nodes.values(), *leaves, *reached):
                each.pending = None


@contextmanager
def _alone(output: "Tensor") -> Iterator[None]:
    """One sweep at a time. One that begins inside another, in a program's own `backward`, leaves what had arrived by
    then where it was."""
    if not _sweeping.get():
        token = _sweeping.set(True)
        try:
            with _one_at_a_time:
                yield
        finally:
            _sweeping.reset(token)
        return
    arrived = [(each, each.pending) for each in reachable(output) if each.pending is not None]
    for node, _ in arrived:
        node.pending = None
    try:
        yield
    finally:
        for node, pending in arrived:
            node.pending = pending


class _Late:
    """Results that wait for their turn out of line: the latest is taken first."""

    __slots__ = ("births", "nodes")

    def __init__(self) -> None:
        self.births: list[int] = []
        """A heap of their births, negative, since a heap gives the smallest."""
        self.nodes: dict[int, Tensor] = {}

    def put(self, node: "Tensor") -> None:
        """Lets a node wait."""
        birth = -node.birth
        self.nodes[birth] = node
        heappush(self.births, birth)

    def take(self) -> "Tensor":
        """The latest of those that wait."""
        return self.nodes.pop(heappop(self.births))


_END: Final[Any] = SimpleNamespace(birth=-inf)
"""Stands at the end of the line."""
