"""A matrix product taken apart: its two factors as matrices, and those of what flows back through it."""

from dataclasses import dataclass

import numpy as np

from app.render.chips import PRODUCTS
from engine.dtypes import Array
from engine.snapshot import Node, Shown


@dataclass(frozen=True, slots=True)
class Factors:
    """`left` times `right`, both two-dimensional, with their names."""

    left: Array
    left_name: str
    right: Array
    right_name: str

    @property
    def shape(self) -> tuple[int, int]:
        """Of the product."""
        return self.left.shape[0], self.right.shape[1]


def forward(target: Node, operands: list[Node]) -> Factors | None:
    """The factors of a product of vectors and matrices; None for any other operation."""
    if target.op not in PRODUCTS or len(operands) != 2:
        return None
    left, right = (np.asarray(each.value) for each in operands)
    if not 1 <= left.ndim <= 2 or not 1 <= right.ndim <= 2:
        return None
    return Factors(
        left.reshape(1, -1) if left.ndim == 1 else left,
        operands[0].label,
        right.reshape(-1, 1) if right.ndim == 1 else right,
        operands[1].label,
    )


def backward(target: Node, operands: list[Node], operand_index: int, upstream: Shown) -> Factors | None:
    """The factors of a contribution: `G·Wᵀ` to the left operand, `Xᵀ·G` to the right one."""
    made = forward(target, operands)
    if made is None:
        return None
    arriving = np.asarray(upstream).reshape(made.shape)
    if operand_index == 0:
        return Factors(arriving, "G", made.right.T, _transposed(made.right_name))
    return Factors(made.left.T, _transposed(made.left_name), arriving, "G")


def _transposed(name: str) -> str:
    return f"{name}ᵀ" if name.isidentifier() else f"({name})ᵀ"
