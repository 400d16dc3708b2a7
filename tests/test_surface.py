"""Every operation that a first course needs is there, as a function and, where PyTorch has it so, as a method."""

from typing import Any, Final

import pytest

import engine
from engine import functions
from tests.comparison import HAS_TORCH, torch

_WANTED: Final = """
    add sub mul div neg pow square sqrt rsqrt reciprocal maximum minimum clamp where abs sign
    exp exp2 log log2 log10 log1p expm1 logsumexp
    sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh
    sigmoid relu leaky_relu elu gelu silu softplus softmax log_softmax hardtanh
    sum mean prod max min amax amin var std norm argmax argmin
    matmul dot outer mm mv bmm einsum
    reshape view flatten squeeze unsqueeze expand permute transpose T
    cat stack split chunk repeat flip tril triu diag roll gather index_select masked_fill
    eq ne lt le gt ge
    zeros ones full arange linspace eye empty zeros_like ones_like full_like
    mse_loss l1_loss smooth_l1_loss huber_loss binary_cross_entropy binary_cross_entropy_with_logits
    cross_entropy nll_loss kl_div hinge_embedding_loss
    linear conv1d conv2d max_pool2d avg_pool2d embedding layer_norm batch_norm dropout detach clone
"""
_FUNCTIONS_ONLY: Final = """
    cat stack einsum leaky_relu elu gelu silu softplus hardtanh zeros ones full arange linspace eye empty
    zeros_like ones_like full_like mse_loss l1_loss smooth_l1_loss huber_loss binary_cross_entropy
    binary_cross_entropy_with_logits cross_entropy nll_loss kl_div hinge_embedding_loss linear conv1d conv2d
    max_pool2d avg_pool2d embedding layer_norm batch_norm dropout
"""
WANTED: Final = _WANTED.split()
FUNCTIONS_ONLY: Final = frozenset(_FUNCTIONS_ONLY.split())
METHODS_ONLY: Final = frozenset({"T", "view", "expand", "repeat"})


@pytest.mark.parametrize("name", WANTED)
def test_it_is_a_function_and_a_method_where_pytorch_has_it_so(name: str) -> None:
    method, function = hasattr(engine.Tensor, name), hasattr(functions, name)
    assert method == (name not in FUNCTIONS_ONLY)
    assert function or name in METHODS_ONLY
    if HAS_TORCH:
        there: Any = torch()
        home = there.nn.functional if hasattr(there.nn.functional, name) else there
        assert (hasattr(there.Tensor, name), hasattr(home, name)) == (method, name not in METHODS_ONLY)


def test_a_function_is_an_attribute_and_what_is_none_is_no_attribute() -> None:
    x = engine.tensor([1.0, 2.0], requires_grad=True)
    functions.softmax(x, dim=0)[0].backward()
    assert x.grad is not None
    assert x.grad.tolist() == pytest.approx([0.19661193324148185, -0.19661193324148185])
    with pytest.raises(AttributeError, match="no attribute 'softmin2'"):
        _ = functions.softmin2
