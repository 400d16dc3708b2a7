"""Derivatives of recorded results: reverse mode, forward mode, and both again on what they gave."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from engine import backward, dtypes, edges
from engine.errors import EngineError, InputError
from engine.messages import Message
from engine.ops import Elementwise, Structural
from engine.ops.defined import Defined
from engine.tensor import Tensor, constant

_ROWS: Final = 256
"""Results of a program's own function that are gone through one by one, where its rule cannot be transposed."""


def grad(
    output: Tensor,
    inputs: Tensor | Sequence[Tensor],
    gradient: Tensor | float | None = None,
    *,
    create_graph: bool = False,
    allow_unused: bool = False,
) -> tuple[Tensor, ...]:
    """∂output/∂input · `gradient` for each input, without touching anybody's `.grad`.

    With `create_graph` the gradients are recorded results, to be differentiated again. NB: `torch.autograd.grad`.
    Raises `InputError` for an input that the output was not made from, unless `allow_unused` (zeros then).
    """
    wanted = (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)
    start = backward.seed(output, gradient)
    if create_graph:
        traced = gradient if isinstance(gradient, Tensor) and gradient.shape == output.shape else constant(start)
        found = backward.sweep(output, seed=traced, traced=True).gradients
    else:
        found = {each: constant(value) for each, value in backward.sweep(output, seed=start).gradients.items()}
    missing = [each for each in wanted if each not in found]
    if missing and not allow_unused:
        raise InputError(
            Message("one of the differentiated Tensors appears to not have been used in the graph"),
            hint=Message("pass allow_unused=True if that is meant; its gradient is then 0"),
        )
    return tuple(found[each] if each in found else constant(np.zeros(each.shape, each.dtype)) for each in wanted)


def hessian(output: Tensor, inputs: Tensor | Sequence[Tensor]) -> Any:
    """The second derivatives of a scalar `output` along all elements of the inputs, as one symmetric array."""
    wanted = (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)
    first = grad(output, wanted, create_graph=True, allow_unused=True)
    rows = []
    for slope in first:
        for place in np.ndindex(slope.shape):
            chosen = np.zeros(slope.shape, slope.dtype)
            chosen[place] = 1
            if not slope.requires_grad:
                second = tuple(constant(np.zeros(each.shape, each.dtype)) for each in wanted)
            else:
                second = grad(slope, wanted, constant(chosen), allow_unused=True)
            rows.append(np.concatenate([np.ravel(each.value) for each in second]))
    return np.array(rows)


def jvp(output: Tensor, tangents: Mapping[Tensor, Any]) -> tuple[Any, dict[Tensor, Any]]:
    """Forward mode: how the output moves when the leaves move along `tangents`, and the tangent of every result.

    One pass in creation order: a result's tangent is the sum of local derivative × tangent over its operands.
    """
    moved: dict[Tensor, Any] = {leaf: np.asarray(tangent, leaf.dtype) for leaf, tangent in tangents.items()}
    for node in backward.reachable(output):
        if node.op is None or node in moved:
            continue
        parts = [
            _pushed(node, index, moved[operand]) for index, operand in enumerate(node.operands) if operand in moved
        ]
        parts = [each for each in parts if each is not None]
        if parts and node.dtype.kind == "f":
            moved[node] = np.asarray(sum(np.broadcast_to(each, node.shape) for each in parts), node.dtype)
    zero = np.zeros(output.shape, output.dtype)
    return moved.get(output, zero), moved


def _pushed(node: Tensor, index: int, tangent: Any) -> Any:
    """What the tangent of one operand adds to the node's."""
    values = [each.value for each in node.operands]
    op = node.op
    with np.errstate(all="ignore"):
        if isinstance(op, Elementwise):
            return op.slopes(*values, *node.attributes, node.value)[index] * tangent
        assert isinstance(op, Structural)
        if not isinstance(op, Defined) or np.size(node.value) > _ROWS:
            return _transposed(op, index, node, tangent)
        try:
            pushed = _transposed(op, index, node, tangent)
        except EngineError:  # a rule of the program may be made of what cannot be recorded
            pushed = None
        return _by_rows(op, index, node, tangent) if pushed is None else pushed


def _transposed(op: Structural, index: int, node: Tensor, tangent: Any) -> Any:
    """J·tangent of an op that only says Jᵀ·upstream: that is linear in the upstream, so its own derivative is J."""
    operands = [constant(each.value) for each in node.operands]
    upstream = constant(np.zeros(node.shape, node.dtype)).requires_grad_()
    given = op.contribution(index, upstream, operands, node.attributes, constant(node.value))
    if given is None or not given.requires_grad:
        return None
    given = edges.land(given, operands[index], traced=True)
    return dtypes.array(backward.sweep(given, seed=dtypes.normal(np.asarray(tangent, given.dtype))).gradients[upstream])


def _by_rows(op: Defined, index: int, node: Tensor, tangent: Any) -> Any:
    """The same, by what the rule makes of each element of the upstream gradient by itself."""
    values = [each.value for each in node.operands]
    pushed = np.zeros(node.shape)
    for place in np.ndindex(node.shape):
        upstream = np.zeros(node.shape, node.dtype)
        upstream[place] = 1
        given = op.contribution(index, upstream, values, node.attributes, node.value)
        pushed[place] = 0.0 if given is None else (dtypes.array(given) * tangent).sum()
    return pushed


__all__ = ["grad", "hessian", "jvp"]
