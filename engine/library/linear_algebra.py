"""`torch.linalg`, of matrices that need no gradient: inverse, determinant, systems of equations, decompositions."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from engine import mode
from engine.errors import InputError
from engine.functions import FUNCTIONS
from engine.language.machine import Machine
from engine.language.values import Class, Instance, Namespace, Native, Value, natives
from engine.library.data import leaf
from engine.library.exchange import native
from engine.messages import Message
from engine.tensor import Tensor


def _matrix(machine: Machine, name: str, value: Value) -> Any:
    if not isinstance(value, Tensor) or value.dtype.kind != "f" or value.ndim < 1:
        raise InputError(
            Message("`{name}` takes matrices of floating point", name=name), hint=Message("call .float() before it")
        )
    if value.requires_grad and not mode.without_gradients():
        raise InputError(
            Message("`{name}` has no gradient here", name=name),
            hint=Message("give it x.detach(), or write it with products and sums"),
        )
    held = np.asarray(value.value)
    machine.charge(1 + held.size * held.shape[-1] // 64)
    return held


def _of(name: str, host: Callable[..., Any]) -> Native:
    """A function of matrices; what has no answer is refused as PyTorch does."""

    def called(machine: Machine, *values: Value, **named: Value) -> Value:
        given = [_matrix(machine, name, each) for each in values]
        try:
            made = host(*given, **named)
        except np.linalg.LinAlgError:
            raise InputError(
                Message("`{name}`: the matrix is singular, or the numbers do not converge", name=name),
                hint=Message("print the matrix: is a column a multiple of another?"),
            ) from None
        if isinstance(made, tuple):
            return tuple(leaf(np.asarray(each, given[0].dtype)) for each in made)
        return leaf(np.asarray(made, given[0].dtype))

    return Native(name, called)


def _least_squares(machine: Machine, A: Value, B: Value, **_: Value) -> Instance:
    solved = _of("lstsq", lambda a, b: np.linalg.lstsq(a, b, rcond=None)[0])
    made = Instance(_SOLUTION)
    made.attributes["solution"] = solved.call(machine, A, B)
    return made


def _rank(machine: Machine, A: Value, **_: Value) -> Tensor:
    return leaf(np.array(np.linalg.matrix_rank(_matrix(machine, "matrix_rank", A)), np.int64))


_SOLUTION: Final = Class("linalg_lstsq", (), {})
_INVERSE: Final = _of("inverse", np.linalg.inv)
_DETERMINANT: Final = _of("det", np.linalg.det)
_PSEUDO: Final = _of("pinv", np.linalg.pinv)
LINALG: Final = Namespace(
    "torch.linalg",
    {
        "inv": _INVERSE,
        "det": _DETERMINANT,
        "pinv": _PSEUDO,
        "solve": _of("solve", np.linalg.solve),
        "svd": _of("svd", lambda a, full_matrices=True: tuple(np.linalg.svd(a, full_matrices=bool(full_matrices)))),
        "qr": _of("qr", lambda a, mode="reduced": tuple(np.linalg.qr(a, mode=mode))),
        "eigh": _of("eigh", lambda a: tuple(np.linalg.eigh(a))),
        "cholesky": _of("cholesky", np.linalg.cholesky),
        "norm": native("norm", FUNCTIONS["norm"]),
        "vector_norm": native("norm", FUNCTIONS["norm"]),
        **natives({"lstsq": _least_squares, "matrix_rank": _rank}),
    },
)
FUNCTIONS_OF_MATRICES: Final = {"inverse": _INVERSE, "det": _DETERMINANT, "pinverse": _PSEUDO}
"""What stands in `torch` itself, and can be called on a tensor."""
