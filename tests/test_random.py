"""The random numbers and the printed tensors are PyTorch's."""

import contextlib
import importlib
import importlib.util
import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine.printing import written
from engine.random import Generator

torch: Any = importlib.import_module("torch") if importlib.util.find_spec("torch") else None
pytestmark = pytest.mark.skipif(torch is None, reason="PyTorch is not installed: the programs' figures stand for it")
SEEDS = st.sampled_from([0, 1, 42, 1337, 2147483647, 2**32 + 5])


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(0, 70), st.sampled_from(["float32", "float64"]))
def test_uniform_numbers_are_the_same_bits(seed: int, count: int, dtype: str) -> None:
    own, held = Generator(seed), np.dtype(dtype)
    torch.manual_seed(seed)
    for low, high in ((0.0, 1.0), (-0.3, 0.5)):
        theirs = torch.empty(count, dtype=getattr(torch, dtype)).uniform_(low, high)
        assert own.uniform((count,), low, high, held).tolist() == theirs.tolist()


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(1, 70), st.sampled_from(["float32", "float64"]))
def test_normal_numbers_are_the_same_bits(seed: int, count: int, dtype: str) -> None:
    own, held = Generator(seed), np.dtype(dtype)
    torch.manual_seed(seed)
    for mean, std in ((0.0, 1.0), (0.3, 0.7)):  # the second call starts with the number that was kept
        theirs = torch.empty(count, dtype=getattr(torch, dtype)).normal_(mean, std)
        assert own.normal((count,), mean, std, held).tolist() == theirs.tolist()


def test_a_million_normal_numbers_are_the_same_bits() -> None:
    torch.manual_seed(3)
    theirs = torch.randn(1_000_003).numpy()
    assert np.count_nonzero(Generator(3).normal((1_000_003,)) != theirs) == 0


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(1, 70), st.sampled_from(["float32", "float64"]))
def test_dropout_and_bernoulli_draw_the_same(seed: int, count: int, dtype: str) -> None:
    source = (
        f"import torch\nimport torch.nn.functional as F\ntorch.manual_seed({seed})\n"
        f"x = torch.ones({count}, dtype=torch.{dtype}, requires_grad=True)\n"
        "y = F.dropout(x, 0.3)\nprint(y.tolist())\nprint(torch.bernoulli(x.detach() * 0.4).tolist())\n"
        "y.sum().backward()"
    )
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(source, {})
    assert engine.run(source).printed == said.getvalue()


LAYERS = (
    "Linear(5, 4)",
    "Linear(40, 30)",
    "Conv1d(3, 4, 3)",
    "Conv2d(3, 4, 3)",
    "LSTM(3, 4)",
    "GRU(3, 4)",
    "RNN(3, 4)",
)


@pytest.mark.parametrize("layer", [*LAYERS, "Embedding(7, 5)"])
def test_layers_begin_with_the_same_numbers(layer: str) -> None:
    source = (
        f"import torch\nimport torch.nn as nn\ntorch.manual_seed(7)\nm = nn.{layer}\n"
        "for name, each in m.named_parameters():\n    print(name, each.tolist())\n"
        "sum(each.sum() for each in m.parameters()).backward()"
    )
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(source, {})
    assert engine.run(source).printed == said.getvalue()


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(1, 40), st.integers(-5, 5), st.sampled_from([1, 7, 1000, 2**28, 2**40]))
def test_whole_numbers_and_permutations_are_the_same(seed: int, count: int, low: int, width: int) -> None:
    own = Generator(seed)
    torch.manual_seed(seed)
    assert own.integers(low, low + width, (count,)).tolist() == torch.randint(low, low + width, (count,)).tolist()
    assert own.permutation(count).tolist() == torch.randperm(count).tolist()


SHAPES = st.sampled_from([(), (1,), (3,), (30,), (2, 3), (2, 2, 2), (0,), (2, 0), (1, 1), (1001,), (40, 40), (12, 100)])


@settings(max_examples=300, deadline=None)
@given(SHAPES, st.integers(0, 7), st.integers(0, 10_000), st.sampled_from(["float32", "float64", "int64", "bool"]))
def test_a_tensor_prints_as_in_pytorch(shape: tuple[int, ...], kind: int, seed: int, dtype: str) -> None:
    drawn = np.random.RandomState(seed)
    value: Any = drawn.randn(*shape)
    scales = {
        1: np.round(value * 10),
        2: value * 10.0 ** drawn.randint(-6, 10),
        5: value * 10.0 ** drawn.randint(-3, 5, shape),
    }
    value = scales.get(kind, value)
    if dtype.startswith("float") and kind in (3, 4):
        value = np.where(drawn.rand(*shape) < 0.3, (np.nan, np.inf)[kind - 3], np.round(value * 3))
    held = np.asarray(value).astype(dtype)
    assert written(held) == repr(torch.from_numpy(np.array(held)))
    if dtype.startswith("float"):
        assert written(held, "requires_grad=True") == repr(torch.from_numpy(np.array(held)).requires_grad_())
