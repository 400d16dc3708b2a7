"""What a program is about that never calls `backward()`: which result is meant, and what belongs to it."""

from collections.abc import Callable, Sequence
from operator import attrgetter

import numpy as np

from engine.tensor import Tensor


def with_operands(made: list[Tensor], output: Tensor | None) -> list[Tensor]:
    """The results and all they were made from: a plain number beside a tensor (`x + 1`) became a constant unseen, and
    one that is a setting (`leaky_relu(x, 0.2)`) is no operand."""
    operands = {operand for node in made for operand in node.operands}
    settings = {each for each in made if each.origin is not None and each.origin.kind == "constant"} - operands
    return sorted({*made, *operands} - (settings - {output}), key=attrgetter("birth"))


def best(made: Sequence[Tensor]) -> Tensor | None:
    """The result that is most likely meant: the last scalar that has a gradient, the last scalar, the last result."""
    wishes: tuple[Callable[[Tensor], bool], ...] = (
        lambda each: each.op is not None and each.requires_grad and np.size(each.value) == 1,
        lambda each: each.op is not None and np.size(each.value) == 1,
        lambda each: each.op is not None,
        lambda each: True,
    )
    for wanted in wishes:
        for each in reversed(made):
            if wanted(each):
                return each
    return None
