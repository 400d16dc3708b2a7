"""Determinants, inverses and systems of equations under PyTorch's names, most of which stand in `torch.linalg`."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from engine.ops.matrices import CHOLESKY, DET, INV, LOGDET, SLOGDET, SOLVE
from engine.tensor import Tensor, apply


class SignAndLogarithm(NamedTuple):
    """A determinant as its sign and the logarithm of its size. NB: `torch.return_types.linalg_slogdet`."""

    sign: Tensor
    logabsdet: Tensor


def _slogdet(input: Tensor) -> SignAndLogarithm:
    return SignAndLogarithm(apply(DET, input).sign(), apply(SLOGDET, input))


def _inverse(input: Tensor) -> Tensor:
    return apply(INV, input)


METHODS: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType(
    {
        "det": lambda input: apply(DET, input),
        "slogdet": _slogdet,
        "logdet": lambda input: apply(LOGDET, input),
        "inverse": _inverse,
        "cholesky": lambda input: apply(CHOLESKY, input),
    }
)
"""Methods of a tensor."""
FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType(
    {**METHODS, "inv": _inverse, "solve": lambda A, B: apply(SOLVE, A, B)}
)
"""By PyTorch's name."""
FUNCTIONS_ONLY: Final = frozenset({"inv", "solve"})
