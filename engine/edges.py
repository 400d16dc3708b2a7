"""The edges of one node in a backward pass: what it hands to each of its operands, and how that lands there."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from engine import dtypes, saved
from engine.errors import InputError
from engine.messages import Message
from engine.ops.defined import Defined
from engine.ops.shaping import SUM_TO_SIZE, TO

if TYPE_CHECKING:
    from engine.tensor import Tensor


def handed(node: "Tensor", upstream: Any, reached: "list[Tensor]", traced: bool) -> list[tuple[Any, Any, Any]]:
    """What a node of any shape, or a traced one, hands to its operands: for each its local derivative, its
    contribution and that as it landed. Operands that had got nothing before are added to those `reached`."""
    op: Any = node.op
    operands = node.operands
    birth = node.birth
    values: list[Any]
    out: Any
    elementwise = op.local is not None
    slopes: Sequence[Any] = ()
    answers: Sequence[Any] | None = None
    if traced:
        values, out = list(operands), node
    elif elementwise:
        values, out = [operand.value for operand in operands], node.value
    else:
        values = [dtypes.array(operand.value) for operand in operands]
        out, upstream = dtypes.array(node.value), dtypes.array(upstream)
    if elementwise:
        slopes = op.slopes(*values, *node.attributes, out)
    elif type(op) is Defined:
        answers = _answered(node, op, upstream, values, out)
    made = []
    for index, operand in enumerate(operands):
        local = contribution = landed = None
        if operand.birth > birth:
            check_unused(node, operand)
        if elementwise:
            local = slopes[index]
        if operand.requires_grad:
            if elementwise:  # nothing is written, so that a sum passes its upstream gradient on without a copy
                contribution = upstream if type(local) is float and local == 1.0 else upstream * local
            elif answers is not None:
                contribution = answers[index]
            else:
                contribution = op.contribution(index, upstream, values, node.attributes, out)
        if contribution is not None:
            value = operand.value
            if (  # as it nearly always is
                type(contribution) is type(value) is np.ndarray
                and contribution.shape == value.shape
                and contribution.dtype is value.dtype
            ):
                landed = contribution
            else:
                landed = land(contribution, operand, traced)
            before = operand.pending
            if before is None:
                operand.pending = landed
                reached.append(operand)
            else:
                operand.pending = before + landed
        made.append((local, contribution, landed))
    return made


def _answered(node: "Tensor", op: Defined, upstream: Any, values: Sequence[Any], out: Any) -> Sequence[Any]:
    """What a function of the program hands to all its operands: it is asked once, and only if nothing was changed."""
    for operand in node.operands:
        if operand.birth > node.birth:
            check_unused(node, operand)
    return op.rule.backward(upstream, values, out)


def land(contribution: Any, operand: "Tensor", traced: bool = False) -> Any:
    """A contribution as the operand can take it: summed over the axes the operand was stretched along, and of its
    element type."""
    shape, dtype = operand.shape, operand.dtype
    if traced:
        landed = contribution if contribution.shape == shape else SUM_TO_SIZE(contribution, shape)
        return landed if landed.dtype == dtype else TO(landed, dtype)
    array = dtypes.array(contribution)
    if array.shape != shape:
        array = SUM_TO_SIZE.array(array, shape)
    return dtypes.normal(array if array.dtype == dtype else array.astype(dtype))


def check_unused(node: "Tensor", operand: "Tensor") -> None:
    """An operand was changed in place after the node was made: that is no matter if the rule does not need its value,
    and the operand is a leaf, so that it is nobody else now. Raises `InputError` otherwise."""
    assert node.op is not None
    used = (saved.needs(node, index) for index, each in enumerate(node.operands) if each is operand)
    if operand.first is not None or any(used):
        raise InputError(
            Message(
                "one of the variables needed for gradient computation has been modified by an inplace operation: "
                "an operand of `{op}`",
                op=node.op.name,
            ),
            hint=Message("change it after backward(), or work on a copy: x.clone()"),
        )
