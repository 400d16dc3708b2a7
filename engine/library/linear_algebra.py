"""`torch.linalg`: what has a row of the table with its gradient; of matrices that need none, decompositions too."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from engine import mode
from engine.errors import InputError
from engine.functions import FUNCTIONS
from engine.language.machine import Machine
from engine.language.values import Class, Instance, Namespace, Native, Value, natives
from engine.library.data import leaf
from engine.library.exchange import native, plain
from engine.messages import Message
from engine.ops.matrices import solvable
from engine.tensor import Tensor


def _matrix(machine: Machine, name: str, value: Value) -> Any:
    """The numbers of a matrix; the work is charged before it is done."""
    if not isinstance(value, Tensor) or value.dtype.kind != "f" or value.ndim < 1:
        raise InputError(
            Message("`{name}` takes matrices of floating point", name=name), hint=Message("call .float() before it")
        )
    held = np.asarray(value.value)
    machine.charge(1 + held.size * held.shape[-1] // 64)
    return held


def _row(name: str) -> Native:
    """A row of the table."""

    def called(machine: Machine, input: Value, *rest: Value, **named: Value) -> Value:
        _matrix(machine, name, input)
        made = FUNCTIONS[name](input, *map(plain, rest), **{key: plain(value) for key, value in named.items()})
        if name == "slogdet":
            machine.library["grad_fns"][made.sign.birth] = "LinalgSlogdetBackward0"
        return made

    return Native(name, called)


def _of(name: str, host: Callable[..., Any]) -> Native:
    """A function of matrices without a gradient; what has no answer is refused as PyTorch does."""

    def called(machine: Machine, *values: Value, **named: Value) -> Value:
        if any(isinstance(each, Tensor) and each.requires_grad for each in values) and not mode.without_gradients():
            raise InputError(
                Message("`{name}` has no gradient here", name=name),
                hint=Message("give it x.detach(), or write it with products and sums"),
            )
        given = [_matrix(machine, name, each) for each in values]
        made = solvable(name, lambda *matrices: host(*matrices, **named), *given)
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
_PSEUDO: Final = _of("pinv", np.linalg.pinv)
_ROWS: Final = {name: _row(name) for name in ("det", "slogdet", "inv", "solve", "cholesky")}
LINALG: Final = Namespace(
    "torch.linalg",
    {
        **_ROWS,
        "pinv": _PSEUDO,
        "svd": _of("svd", lambda a, full_matrices=True: tuple(np.linalg.svd(a, full_matrices=bool(full_matrices)))),
        "svdvals": _of("svdvals", lambda a: np.linalg.svd(a, compute_uv=False)),
        "qr": _of("qr", lambda a, mode="reduced": tuple(np.linalg.qr(a, mode=mode))),
        "eigh": _of("eigh", lambda a: tuple(np.linalg.eigh(a))),
        "eigvalsh": _of("eigvalsh", np.linalg.eigvalsh),
        "cond": _of("cond", np.linalg.cond),
        "norm": native("norm", FUNCTIONS["norm"]),
        "vector_norm": native("norm", FUNCTIONS["norm"]),
        **natives({"lstsq": _least_squares, "matrix_rank": _rank}),
    },
)
_OF_TENSORS: Final = {name: _ROWS[name] for name in ("det", "slogdet", "cholesky")}
FUNCTIONS_OF_MATRICES: Final = {
    **_OF_TENSORS,
    "logdet": _row("logdet"),
    "inverse": _ROWS["inv"],
    "pinverse": _PSEUDO,
}
"""What stands in `torch` itself, and can be called on a tensor."""
