"""Every row of the op table does what PyTorch does: values, gradients, second derivatives, element types."""

import json
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

from engine import dtypes
from engine.ops import TABLE, Elementwise
from tests.comparison import HAS_TORCH, differences, ours, theirs, unpacked
from tests.drawing import Draw
from tests.operations import CASES, Case
from tests.record_operations import FILE, recorded_draws

ALL: Final = [(op, case) for op, cases in CASES.items() for case in cases]
EACH: Final = pytest.mark.parametrize(("op", "case"), ALL, ids=[f"{op}-{case.key}" for op, case in ALL])
RECORDED: Final[dict[str, list[Any]]] = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


@st.composite
def draws(draw: st.DrawFn, op: str, case: Case) -> Draw:
    """Seeds, element types, layouts, and shapes: any that broadcast for an elementwise op, any size for a letter."""
    shapes = None
    if isinstance(TABLE.get(op), Elementwise) and not case.fixed and draw(st.booleans()):
        sided = mutually_broadcastable_shapes(num_shapes=len(case.specs), max_dims=3, max_side=3, min_side=0)
        shapes = draw(sided).input_shapes
    letters = sorted({each for spec in case.specs.values() for each in spec.sizes if not each.isdigit()})
    return Draw(
        seed=draw(st.integers(0, 2**20)),
        dtype=draw(st.sampled_from((dtypes.FLOAT64, dtypes.FLOAT64, dtypes.FLOAT32))),
        flavour=draw(st.sampled_from(("plain", "border", "wild") if case.wild else ("plain", "border"))),
        layout=draw(st.sampled_from(("rows", "columns", "every other"))),
        sizes={letter: draw(st.sampled_from((3, 4, 2, 1, 0))) for letter in letters},
        shapes=shapes,
    )


@pytest.mark.skipif(not HAS_TORCH, reason="PyTorch is not installed: the figures on file stand for it")
@EACH
def test_it_is_what_pytorch_gives(op: str, case: Case) -> None:
    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    @given(draws(op, case))
    def compared(draw: Draw) -> None:
        assert differences(op, case, draw, ours(case, draw), theirs(case, draw)) == []

    compared()


@EACH
def test_it_is_what_pytorch_gave(op: str, case: Case) -> None:
    assert case.key in RECORDED, "run python -m tests.record_operations"
    for draw, kept in zip(recorded_draws(case), RECORDED[case.key], strict=True):
        assert differences(op, case, draw, ours(case, draw), unpacked(kept)) == []


@pytest.mark.parametrize("op", TABLE)
def test_every_row_of_the_table_is_compared(op: str) -> None:
    assert CASES.get(op), f'add a line to tests/operations.py: "{op}": (case("{op}(x)", x="3 4"),)'


def test_nothing_is_compared_that_is_not_in_the_table() -> None:
    assert [op for op in CASES if op not in TABLE and op not in COMPOSED] == []


COMPOSED: Final[frozenset[str]] = frozenset()
"""Functions that are compared too, and have no row of their own."""


def test_what_is_on_file_is_what_is_asked_today() -> None:
    assert sorted(RECORDED) == sorted({case.key for _, case in ALL}), "run python -m tests.record_operations"
