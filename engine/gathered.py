"""Several results as one: their numbers in a row, the slope from one group to another, their place in the source."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from engine import edges
from engine.formula import Formula
from engine.snapshot import Shown, Step, shown
from engine.swept import Contribution
from engine.tensor import Span, Tensor


def slope(target: Formula, source: Formula) -> Formula:
    """∂target/∂source."""
    latex = rf"\frac{{\partial {target.latex}}}{{\partial {source.latex}}}"
    return Formula(f"∂{target.plain}/∂{source.plain}", latex)


def landed(each: Contribution) -> Any:
    """A contribution as its operand has it."""
    return each.contribution if type(each.contribution) is float else edges.land(each.contribution, each.operand)


def numbered(steps: Iterable[Step]) -> Iterator[Step]:
    """Steps with their places as their indices."""
    return (dataclasses.replace(step, index=index) for index, step in enumerate(steps))


def held(values: Sequence[Any]) -> Shown:
    """One value as it is; the numbers of several in a row."""
    if len(values) == 1:
        return shown(values[0])
    return shown(np.concatenate([np.ravel(np.asarray(each, np.float64)) for each in values]))


def quotient(contribution: Any, upstream: Any) -> float | None:
    """The slope of a whole stretch, where both its ends are single numbers."""
    if type(contribution) is not float or type(upstream) is not float or not upstream:
        return None
    return contribution / upstream


def span(tensors: Sequence[Tensor]) -> Span | None:
    """The piece of source from the first to the last of them."""
    spans = [each.origin.span for each in tensors if each.op is not None and each.origin and each.origin.span]
    if not spans:
        return None
    return (*min(span[:2] for span in spans), *max(span[2:] for span in spans))


def count(made: Sequence[Tensor], contributions: Sequence[Contribution]) -> int:
    """How many steps a pass has: each edge is a step, or two if a broadcast is undone."""
    steps = len(contributions) + sum(tensor.op is not None for tensor in made)
    for each in contributions:
        carried = each.contribution
        if type(carried) is not float and np.shape(carried) != each.operand.shape:
            steps += 1
    return steps + bool(contributions)
