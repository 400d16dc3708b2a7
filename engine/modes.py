"""Forward and reverse accumulation of one pass side by side, with what each of them has to multiply."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine import backward
from engine.derivatives import jvp
from engine.replay import Replay
from engine.snapshot import Shown, Snapshot, shown
from engine.tensor import Tensor


@dataclass(frozen=True, slots=True)
class Forward:
    """One forward sweep: how every node moves when one leaf moves (all elements of it by 1 together).

    `tangents` are ∂node/∂leaf by the node's id, `derivative` the output's; `products` counts slope × tangent,
    one per edge; `sweeps` how many such sweeps the leaf's whole gradient takes: one per element.
    """

    leaf: str
    tangents: Mapping[str, Shown]
    derivative: Shown
    products: int
    sweeps: int


@dataclass(frozen=True, slots=True)
class Modes:
    """`reverse` products give the gradients of all leaves in one sweep; forward mode sweeps once per leaf (element)."""

    reverse: int
    forward: tuple[Forward, ...]

    @property
    def all_forward(self) -> int:
        """The products that forward mode takes for the gradients of all leaves."""
        return sum(each.products * each.sweeps for each in self.forward)


def compare(snapshot: Snapshot) -> Modes:
    """Both modes on the same pass. NB: forward mode's tangent is JAX's and PyTorch's `jvp`."""
    tensors = Replay(snapshot).tensors()
    ids = {tensor: id for id, tensor in tensors.items()}
    output = tensors[snapshot.output]
    made = [each for each in backward.reachable(output) if each.op is not None]
    forward = []
    for node in snapshot.nodes:
        if node.op is not None or not node.requires_grad:
            continue
        derivative, tangents = jvp(output, {tensors[node.id]: np.ones(node.shape)})
        forward.append(
            Forward(
                leaf=node.id,
                tangents={ids[each]: shown(value) for each, value in tangents.items()},
                derivative=shown(derivative),
                products=sum(operand in tangents for each in made for operand in each.operands),
                sweeps=math.prod(node.shape),
            )
        )
    return Modes(_reverse(output), tuple(forward))


def _reverse(output: Tensor) -> int:
    if not output.requires_grad:
        return 0
    seed = 1.0 if type(output.value) is float else np.ones_like(output.value)
    return sum(1 for _ in backward.sweep(output, seed=seed).contributions())
