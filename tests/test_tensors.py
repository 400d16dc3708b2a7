"""What a tensor is: types that come together as in PyTorch, shapes that fit or are refused, gradients that land."""

import json
import threading
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest

import engine
from engine import dtypes, mode, ops, printing
from engine.functions import FUNCTIONS
from engine.ops import Elementwise
from engine.tensor import constant
from tests.comparison import HAS_TORCH, torch
from tests.record_types import FILE, TYPES, answers, by_engine

needs_torch = pytest.mark.skipif(not HAS_TORCH, reason="PyTorch is not installed: the types on file stand for it")

RECORDED: Final[dict[str, str]] = json.loads(FILE.read_text(encoding="utf-8"))


# --- element types


def test_results_have_the_types_on_file() -> None:
    wrong = [
        f"{call} of {kinds}: {found}, PyTorch {letter}"
        for call, kept in RECORDED.items()
        for kinds, letter in zip(TYPES, kept, strict=True)
        if (found := by_engine(call, kinds)) != letter and not _lenient(kinds, found, letter)
    ]
    assert wrong == []


def _lenient(kinds: Any, found: str, letter: str) -> bool:
    """Whether truth values are calculated with, which either side may refuse."""
    return "-" in (found, letter) and any(kind == dtypes.BOOL for kind, _ in kinds) and found in "DFLB-"


@needs_torch
def test_results_have_pytorchs_types() -> None:
    live = answers()
    assert live == RECORDED, "run python -m tests.record_types"


def test_every_elementwise_op_of_two_operands_is_asked_for_its_types() -> None:
    pairs = [
        op.name for op in ops.TABLE.values() if isinstance(op, Elementwise) and op.arity == 2 and op.name != "dropout"
    ]
    assert [name for name in pairs if not any(call.startswith(f"{name}(") for call in RECORDED)] == []


def test_a_float64_scalar_is_a_float_and_everything_else_an_array() -> None:
    assert type((engine.tensor(1.0) * 2).value) is float
    assert type(engine.tensor([1.0, 2.0]).sum().value) is float
    assert isinstance(engine.tensor(1.0, dtype="float32").value, np.ndarray)
    assert (engine.tensor([1.0, 2.0], dtype="float32").sum() * 2).dtype == np.float32


def test_a_gradient_has_the_type_and_shape_of_its_leaf() -> None:
    w = engine.tensor([[1.0], [2.0]], dtype="float32", requires_grad=True)
    x = engine.tensor([0.5, 1.5, 2.5], requires_grad=True)
    (w * x).sum().backward()
    assert w.grad is not None
    assert x.grad is not None
    assert [str(each.dtype) for each in (w.grad, x.grad)] == ["float32", "float64"]
    assert [each.shape for each in (w.grad, x.grad)] == [(2, 1), (3,)]


def test_whole_numbers_and_truth_values_want_no_gradient() -> None:
    for held, dtype in (([1, 2], "int64"), ([True, False], "bool")):
        with pytest.raises(engine.InputError, match="floating point"):
            engine.tensor(held, dtype=dtype, requires_grad=True)


# --- shapes


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: engine.tensor([1.0, 2.0]) + engine.tensor([1.0, 2.0, 3.0]), "add"),
        (lambda: engine.tensor([[1.0, 2.0]]) @ engine.tensor([1.0, 2.0, 3.0]), "1×2"),
        (lambda: engine.tensor([1.0, 2.0]).reshape(3), "2"),
        (lambda: engine.tensor([1.0, 2.0]).sum(dim=1), "dim 1"),
        (lambda: engine.tensor(1.0) @ engine.tensor([1.0]), "scalar"),
        (lambda: FUNCTIONS["select"](engine.tensor([1.0, 2.0]), 0, 2), "2"),
    ],
)
def test_a_shape_that_does_not_fit_is_refused_with_a_way_out(call: Callable[[], Any], said: str) -> None:
    with pytest.raises(engine.EngineError) as refused:
        call()
    assert said in str(refused.value)
    assert refused.value.hint is not None


def test_a_result_with_many_elements_needs_a_gradient_to_start_from() -> None:
    x = engine.tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(engine.InputError, match="grad can be implicitly created only for scalar outputs"):
        (x * x).backward()
    (x * x).backward(engine.tensor([1.0, 10.0]))
    assert x.grad is not None
    assert x.grad.tolist() == [2.0, 40.0]
    with pytest.raises(engine.ShapeError):
        (x * x).backward(engine.tensor([1.0, 2.0, 3.0]))


def test_six_axes_are_no_matter() -> None:
    x = engine.tensor(np.arange(64.0).reshape((2,) * 6), requires_grad=True)
    (x.transpose(0, 5) * x.mean(dim=(1, 3), keepdim=True)).sum().backward()
    assert x.grad is not None
    assert x.grad.shape == (2,) * 6


def test_an_empty_tensor_has_an_empty_gradient() -> None:
    x = engine.tensor(np.zeros((0, 3)), requires_grad=True)
    total = (x * 2).sum()
    total.backward()
    assert total.item() == 0.0
    assert x.grad is not None
    assert x.grad.shape == (0, 3)


# --- what is broadcast is summed


@pytest.mark.parametrize("shape", [(), (1,), (4,), (3, 1), (1, 4), (1, 1), (2, 1, 4), (2, 3, 1), (1, 3, 4)])
def test_a_stretched_operand_gets_the_sum_of_what_its_copies_got(shape: tuple[int, ...]) -> None:
    weights = np.random.RandomState(0).uniform(-1, 1, (2, 3, 4))
    small = engine.tensor(np.ones(shape), requires_grad=True)
    (small * constant(weights)).sum().backward()
    copies = engine.tensor(np.ones((2, 3, 4)), requires_grad=True)
    (copies * constant(weights)).sum().backward()
    assert small.grad is not None
    assert copies.grad is not None
    whole = copies.grad.numpy()
    extra = whole.ndim - len(shape)
    axes = (*range(extra), *(extra + axis for axis, size in enumerate(shape) if size == 1))
    np.testing.assert_allclose(small.grad.numpy().ravel(), whole.sum(axis=axes).ravel(), rtol=1e-14)


# --- in place, without gradients, under a budget


def test_a_value_that_was_changed_in_place_is_not_differentiated_with() -> None:
    w = engine.tensor(2.0, requires_grad=True)
    loss = w * w
    w.become(3.0)
    with pytest.raises(engine.InputError, match="modified by an inplace operation"):
        loss.backward()


def test_a_value_that_is_not_needed_may_change_in_place() -> None:
    w = engine.tensor(2.0, requires_grad=True)
    total = w + 1.0
    w.become(3.0)
    total.backward()
    assert w.grad is not None
    assert w.grad.item() == 1.0


def test_a_result_that_was_changed_in_place_does_not_stand_in_for_what_it_was() -> None:
    w = engine.tensor(2.0, requires_grad=True)
    hidden = w * 2.0
    total = hidden + 1.0
    hidden.become(3.0)
    with pytest.raises(engine.InputError, match="modified by an inplace operation: an operand of `add`"):
        (total * hidden).backward()


def test_a_plain_number_is_one_constant_that_was_there_before_what_was_made_of_it() -> None:
    w = engine.tensor(2.0, requires_grad=True)
    product = w * 3.0
    three = product.operands[1]
    assert three is product.operands[1]
    assert (three.value, three.op, three.requires_grad) == (3.0, None, False)
    assert w.birth < three.birth < product.birth
    assert (2 * w).operands[0].value == 2.0
    assert (w**3).operands == (w,)


def test_wide_layers_made_in_turned_order_hand_their_gradients_back_whole() -> None:
    first = [engine.tensor(float(k), requires_grad=True) for k in range(500)]
    second = [(k * 1.0).exp() * 0.0 + k for k in reversed(first)]
    third = [a * b for a, b in zip(second, reversed(second), strict=True)]
    total = third[0]
    for each in third[1:]:
        total = total + each
    total.backward()
    assert [float(leaf.grad) for leaf in first if leaf.grad is not None] == [2.0 * (499 - k) for k in range(500)]


def test_nothing_is_remembered_under_no_grad_and_only_in_its_own_thread() -> None:
    x = engine.tensor([1.0, 2.0], requires_grad=True)
    seen: list[bool] = []
    with engine.no_grad():
        inside = (x * 2).sum()
        other = threading.Thread(target=lambda: seen.append((x * 2).requires_grad))
        other.start()
        other.join()
    assert (inside.requires_grad, inside.operands) == (False, ())
    assert seen == [True]
    assert (x * 2).requires_grad


def test_a_budget_is_charged_before_anything_is_allocated() -> None:
    x = engine.tensor(np.ones((1000, 1)))
    with (
        mode.spending(mode.Budget(tensor=10_000, total=10_000_000)),
        pytest.raises(engine.LimitError, match="1000×1000"),
    ):
        x * x.transpose(0, 1)
    with mode.spending(mode.Budget(tensor=10_000, total=1_500)), pytest.raises(engine.LimitError, match="1500"):
        x + 1 + 1
    with mode.spending(mode.Budget(tensor=10_000, total=10_000)), pytest.raises(engine.LimitError):
        FUNCTIONS["expand"](x, (1000, 10**9))


@needs_torch
@pytest.mark.parametrize("held", [[1.0, -2.5], [[1.0, 2.0], [3.5, 1e6]], [1, 2, 3], [True, False], [], [[0.0001, 1.0]]])
def test_a_tensor_with_axes_prints_as_in_pytorch(held: Any) -> None:
    theirs = torch().tensor(
        held, dtype=None if held and not isinstance(np.ravel(held)[0], np.floating) else torch().float64
    )
    kind = dtypes.dtype(str(theirs.dtype).removeprefix("torch."))
    assert printing.text(engine.tensor(held, dtype=kind)) == repr(theirs)
