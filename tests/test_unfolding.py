"""A small product opened into its scalars is the same product: values and gradients."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import engine
from engine import backward, dtypes, mode
from engine.functions import FUNCTIONS
from engine.ops import COMPOSITES
from tests.comparison import differences, ours
from tests.drawing import Draw
from tests.operations import CASES, Case

OPENED = ("matmul", "dot", "conv1d", "conv2d")


@pytest.mark.parametrize(
    ("call", "shapes", "nodes"),
    [
        (lambda a, b: a @ b, [(3, 4), (4, 2)], 66),
        (lambda a, b: a @ b, [(2, 2, 3), (3,)], 39),
        (lambda a, b: a @ b, [(3,), (3, 2)], 23),
        (lambda a, b: a.dot(b), [(3,), (3,)], 13),
        (lambda x, w, b: FUNCTIONS["conv2d"](x, w, b, padding=1, stride=2), [(1, 2, 3, 3), (2, 2, 2, 2), (2,)], 113),
        (lambda x, w: FUNCTIONS["conv2d"](x, w, groups=2), [(2, 2, 3, 3), (2, 1, 2, 2)], 160),
        (lambda x, w, b: FUNCTIONS["conv1d"](x, w, b), [(1, 2, 5), (3, 2, 2), (3,)], 129),
    ],
)
def test_opened_it_gives_the_same_in_scalar_nodes(
    call: Callable[..., Any], shapes: list[tuple[int, ...]], nodes: int
) -> None:
    draw = np.random.default_rng(0)
    arrays = [draw.standard_normal(shape) for shape in shapes]

    def answer(opened: tuple[str, ...]) -> tuple[Any, list[Any]]:
        leaves = [engine.tensor(each, requires_grad=True) for each in arrays]
        with mode.opening(opened):
            result = call(*leaves)
        (result * result).sum().backward()
        return result, [result.numpy(), *[leaf.grad.numpy() for leaf in leaves if leaf.grad is not None]]

    whole, expected = answer(())
    unfolded, found = answer(OPENED)
    assert whole.op is not None
    assert len(backward.reachable(unfolded)) == nodes
    assert len(found) == len(expected) == len(shapes) + 1
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)


COMPOSED = [(op, case) for op in sorted(COMPOSITES) for case in CASES[op]]


@pytest.mark.parametrize(("op", "case"), COMPOSED, ids=[case.key for _, case in COMPOSED])
def test_opened_it_has_the_same_values_gradients_and_second_derivatives(op: str, case: Case) -> None:
    for flavour, layout in (("plain", "rows"), ("border", "columns"), ("border", "rows"), ("zero", "every other")):
        draw = Draw(seed=7, dtype=dtypes.FLOAT64, flavour=flavour, layout=layout)  # type: ignore[arg-type]
        with mode.opening([op]):
            opened = ours(case, draw)
        if op not in OPENED or not opened.refused:  # a product may be too large to be followed
            assert differences(op, case, draw, opened, ours(case, draw)) == []


@pytest.mark.parametrize("loss", ["huber_loss", "smooth_l1_loss"])
def test_an_infinite_gap_pulls_as_hard_as_a_long_one_opened_or_not(loss: str) -> None:
    """The figures are PyTorch's."""
    for opened in ((), (loss,)):
        x = engine.tensor([math.inf, -math.inf, 5.0, 0.25, math.nan], requires_grad=True)
        with mode.opening(opened):
            FUNCTIONS[loss](x, engine.tensor([0.0] * 5), reduction="sum").backward()
        assert x.grad is not None
        np.testing.assert_array_equal(x.grad.numpy(), [1.0, -1.0, 1.0, 0.25, math.nan])


def test_a_product_that_is_too_large_to_follow_is_refused() -> None:
    large = engine.tensor(np.ones((20, 20)))
    with mode.opening(OPENED), pytest.raises(engine.LimitError, match="15600 scalar nodes; the limit is 400"):
        large @ large
