"""Which values PyTorch keeps of a result for the way back: those must not change before `backward()`."""

from typing import TYPE_CHECKING, Final

from engine.ops.defined import Defined

if TYPE_CHECKING:
    from engine.tensor import Tensor

WITHOUT_VALUES: Final = frozenset(
    {"add", "sub", "neg", "sum", "mean", "reshape", "view", "transpose", "expand", "clone"}
)
"""Ops whose rules need no value: going backward through them again is no mistake in PyTorch."""
_JOINING: Final = frozenset({"cat", "stack", "where"})
KEEPS_RESULT: Final = frozenset(
    {"exp", "sigmoid", "tanh", "sqrt", "relu", "softmax", "log_softmax", "expm1", "reciprocal"}
)
"""Ops whose rules use their own result."""


def needs(node: "Tensor", index: int) -> bool:
    """Whether the rule of a node looks at the value of an operand: a factor is needed for the other one's gradient."""
    assert node.op is not None
    if isinstance(node.op, Defined):
        return node.op.rule.saves(node.operands[index])
    name = node.op.name
    if name in ("mul", "matmul") or (name == "div" and index == 0):
        return bool(node.operands[1 - index].requires_grad)
    if name == "index_put":
        return index > 1  # where it is put, neither what nor into what
    if name == "linear":
        return index < 2 and bool(node.operands[1 - index].requires_grad)
    if not node.op.differentiable:
        return False
    if name == "div" and node.operands[0].origin is None and not node.operands[0].shape:
        return node.operands[0].op is not None  # PyTorch computes number / tensor as the reciprocal, and keeps that
    if getattr(node.op, "linear", False):
        others = (each for place, each in enumerate(node.operands) if place != index)
        if not any(each.requires_grad for each in others):
            return False
    return name not in WITHOUT_VALUES and name not in KEEPS_RESULT and name not in _JOINING
