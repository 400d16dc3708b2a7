"""Products under the names PyTorch gives them for operands of one rank."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from engine import shapes
from engine.errors import ShapeError
from engine.messages import Message
from engine.ops.products import MATMUL
from engine.ops.summation import EINSUM
from engine.tensor import Tensor, apply


def _of_ranks(name: str, first: int, second: int) -> Callable[..., Tensor]:
    """A matrix product of operands of just these ranks."""

    def called(input: Tensor, other: Tensor) -> Tensor:
        if (input.ndim, other.ndim) != (first, second) or (first == 3 and input.shape[0] != other.shape[0]):
            raise ShapeError(
                Message(
                    "{op} multiplies tensors with {first} and {second} axes, and these are {one} and {other}",
                    op=name,
                    first=first,
                    second=second,
                    one=shapes.text(input.shape),
                    other=shapes.text(other.shape),
                ),
                hint=Message("matmul, written @, takes any"),
            )
        return apply(MATMUL, input, other)

    return called


def _einsum(equation: str, *operands: Any) -> Tensor:
    given = operands[0] if len(operands) == 1 and isinstance(operands[0], (list, tuple)) else operands
    return apply(EINSUM, *given, attributes=(equation,))


def _addmm(input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    product = mat1.mm(mat2)
    return (input if beta == 1 else beta * input) + (product if alpha == 1 else alpha * product)  # type: ignore[no-any-return]


METHODS: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType(
    {
        "mm": _of_ranks("mm", 2, 2),
        "mv": _of_ranks("mv", 2, 1),
        "bmm": _of_ranks("bmm", 3, 3),
        "addmm": _addmm,
    }
)
"""Methods of a tensor."""
FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType({**METHODS, "einsum": _einsum})
"""By PyTorch's name."""
