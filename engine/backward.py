"""The backward pass: one reversed sweep over the graph, one contribution per edge."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import islice
from math import inf
from operator import attrgetter
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from engine import dtypes
from engine.dtypes import Value
from engine.errors import InputError, ShapeError
from engine.messages import Message
from engine.ops.shaping import SUM_TO_SIZE, TO

if TYPE_CHECKING:
    from engine.tensor import Tensor

_creation_order = attrgetter("birth")


class Contribution(NamedTuple):
    """What one edge added: `upstream × local = contribution`; `before` is the operand's gradient until then, None
    if nothing had arrived. `local` is None where the op gives a vector–Jacobian product as a whole. A contribution
    larger than the operand was broadcast: its sum over the stretched axes is what is added."""

    node: "Tensor"
    operand_index: int
    upstream: Any
    local: Any
    contribution: Any
    before: Any


@dataclass(frozen=True, slots=True)
class Sweep:
    """The gradient of every tensor that was reached, and what was recorded of the edges on the way.

    `records` is one flat list, in the order things were made (a tuple per edge keeps the garbage collector busy): of
    each node the node itself, its upstream gradient and the number of operands that follow, with three fields each:
    local derivative, contribution (None: it gets none) and the operand's gradient before it. `earlier` has what
    gradients were left from a backward pass before: contributions add to that.
    """

    gradients: "dict[Tensor, Any]"
    records: list[Any]
    earlier: "Mapping[Tensor, Any]" = field(default_factory=dict)
    oldest: float = inf
    """The birth of the first result that was made, the last to hand something on."""

    def contributions(self) -> Iterator[Contribution]:
        """The records, one per edge."""
        fields = iter(self.records)
        for node in fields:
            upstream = next(fields)
            for index, (local, contribution, before) in enumerate(_threes(fields, next(fields))):
                if contribution is None:
                    continue
                earlier = self.earlier.get(node.operands[index]) if self.earlier else None
                if earlier is not None:
                    before = earlier if before is None else earlier + before
                yield Contribution(node, index, upstream, local, contribution, before)


def _threes(fields: Iterator[Any], count: int) -> Iterator[tuple[Any, Any, Any]]:
    return zip(*[islice(fields, 3 * count)] * 3, strict=True)


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

    Whatever was made later is done, so a node whose turn it is has its whole gradient. Most operands come up in
    creation order and wait in `line`, the others in `late`.
    """
    gradients: dict[Tensor, Any] = {output: seed}
    records: list[Any] = []
    record = records.extend
    line: list[Any] = []
    latest = _END  # of the line
    late = _Late()
    births = late.births
    node: Any = output if output.first is not None and output.requires_grad else _END
    birth: float = inf
    while node is not _END:
        upstream = gradients[node]
        op = node.op
        rule = op.local
        birth = node.birth
        x, y = node.first, node.second
        if type(upstream) is float and rule is not None and type(y) is not tuple:  # a float comes from floats only
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
            to_x = before_x = None
            if x.birth > birth:
                _check_unused(node, x)
            if x.requires_grad:
                to_x = upstream * slopes[0]
                if x in gradients:
                    before_x = gradients[x]
                    gradients[x] = before_x + to_x
                else:
                    gradients[x] = to_x
                    if x.first is None:
                        pass
                    elif x.birth > latest.birth:
                        line.append(latest)
                        latest = x
                    else:
                        late.put(x)
            if y is None or type(y) is float:
                record((node, upstream, 1, slopes[0], to_x, before_x))
            else:  # the same once more: a loop over the two costs a fifth of the sweep
                to_y = before_y = None
                if y.birth > birth:
                    _check_unused(node, y)
                if y.requires_grad:
                    to_y = upstream * slopes[1]
                    if y in gradients:
                        before_y = gradients[y]
                        gradients[y] = before_y + to_y
                    else:
                        gradients[y] = to_y
                        if y.first is None:
                            pass
                        elif y.birth > latest.birth:
                            line.append(latest)
                            latest = y
                        else:
                            late.put(y)
                record((node, upstream, 2, slopes[0], to_x, before_x, slopes[1], to_y, before_y))
        else:
            record((node, upstream, len(node.operands)))
            for fields in _spread(node, upstream, gradients, late, traced):
                record(fields)
        if births and -births[0] > latest.birth:
            node = late.take()
        else:
            node = latest
            latest = line.pop() if line else _END
    return Sweep(gradients, records, oldest=birth)


@np.errstate(all="ignore")
def _spread(
    node: "Tensor", upstream: Any, gradients: "dict[Tensor, Any]", late: "_Late", traced: bool
) -> list[tuple[Any, Any, Any]]:
    """What a node of any shape, or a traced one, hands to its operands: of each, the fields of its record."""
    op: Any = node.op
    out: Any = node if traced else node.value
    operands = node.operands
    values: list[Any] = list(operands) if traced else [operand.value for operand in operands]
    elementwise = op.local is not None
    slopes: Sequence[Any] = [None] * len(operands)
    if elementwise:
        slopes = op.slopes(*values, *node.attributes, out)
    elif not traced:
        values, out, upstream = list(map(dtypes.array, values)), dtypes.array(out), dtypes.array(upstream)
    made = []
    for index, (operand, local) in enumerate(zip(operands, slopes, strict=False)):
        contribution = before = None
        if operand.birth > node.birth:
            _check_unused(node, operand)
        if operand.requires_grad:
            if not elementwise:
                contribution = op.contribution(index, upstream, values, node.attributes, out)
            else:  # nothing is written, so that a sum passes its upstream gradient on without a copy
                contribution = upstream if type(local) is float and local == 1.0 else upstream * local
        if contribution is not None:
            landed = land(contribution, operand, traced)
            before = gradients.get(operand)
            gradients[operand] = landed if before is None else before + landed
            if before is None and operand.first is not None:
                late.put(operand)
        made.append((local, contribution, before))
    return made


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


def land(contribution: Any, operand: "Tensor", traced: bool = False) -> Any:
    """A contribution as the operand can take it: summed over the axes the operand was stretched along, and of its
    element type."""
    shape, dtype = operand.shape, operand.dtype
    if not traced:
        contribution = dtypes.array(contribution)
    if contribution.shape != shape:
        contribution = SUM_TO_SIZE(contribution, shape)
    if traced:
        return contribution if contribution.dtype == dtype else TO(contribution, dtype)
    return dtypes.normal(np.asarray(contribution, dtype))


def _check_unused(node: "Tensor", operand: "Tensor") -> None:
    """An operand was changed in place after the node was made: that is no matter if the rule does not need values,
    and the operand is a leaf, so that it is nobody else now."""
    assert node.op is not None
    if node.op.name not in _VALUELESS or operand.first is not None:
        raise InputError(
            Message(
                "one of the variables needed for gradient computation has been modified by an inplace operation: "
                "an operand of `{op}`",
                op=node.op.name,
            ),
            hint=Message("change it after backward(), or work on a copy: x.clone()"),
        )


_VALUELESS = frozenset({"add", "sub", "neg", "sum", "mean", "reshape", "transpose", "expand", "sum_to_size"})
"""Ops whose rules look at shapes only."""
