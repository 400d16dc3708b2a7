"""What every function shares: arguments that are not its own become a refusal that says how it is written."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from engine.errors import InputError
from engine.messages import Message
from engine.tensor import Tensor, tensor

Function = Callable[..., Any]
_AS_IN_NUMPY: Final = {"axis": "dim", "keepdims": "keepdim"}
"""PyTorch's functions take NumPy's names for these arguments too."""


def guarded(name: str, call: Function) -> Function:
    """The function, with an `InputError` where Python or NumPy would raise an error of theirs."""

    own = inspect.signature(call).parameters
    renamed = {numpys: torchs for numpys, torchs in _AS_IN_NUMPY.items() if torchs in own and numpys not in own}

    @wraps(call)
    def checked(*arguments: Any, **named: Any) -> Any:
        if named and renamed:
            named = {renamed.get(name, name): value for name, value in named.items()}
        try:
            return call(*arguments, **named)
        except (TypeError, ValueError, IndexError, KeyError, OverflowError, AttributeError) as error:
            raise InputError(
                Message("`{op}` does not take these arguments", op=name),
                hint=Message("write {usage}", usage=name + _usage(call)),
            ) from error

    return checked


def _usage(call: Function) -> str:
    parameters = inspect.signature(call).parameters.values()
    return f"({', '.join(str(each.replace(annotation=each.empty)) for each in parameters)})"


def as_tensor(value: Any) -> Tensor:
    """A tensor as it is, a plain number as a constant."""
    return value if isinstance(value, Tensor) else tensor(value)


def numbers(first: Any, rest: tuple[Any, ...]) -> tuple[int, ...]:
    """Sizes given as one tuple or as so many numbers: `view((2, 3))`, `view(2, 3)`."""
    given = (first, *rest) if rest or not isinstance(first, (tuple, list)) else first
    return tuple(map(whole, given))


def whole(value: Any) -> int:
    """A whole number, or a tensor that holds just one. Raises `TypeError` for anything else."""
    return value.__index__()  # type: ignore[no-any-return]


def dims(dim: Any) -> Any:
    """One dim, several as a tuple, or None."""
    if dim is None:
        return None
    return tuple(map(whole, dim)) if isinstance(dim, (tuple, list)) else whole(dim)
