"""Elementwise functions as PyTorch writes them: keyword settings, bounds that are tensors, other names for the same."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from engine import dtypes, ops
from engine.calls.signature import Function, as_tensor, whole
from engine.errors import InputError
from engine.messages import Message
from engine.ops import activations
from engine.ops.rounding import FLOOR_DIVIDE, ROUND, TRUNC
from engine.ops.row import Op
from engine.ops.selection import CLAMP, MASKED_FILL, WHERE
from engine.ops.shaping import TO
from engine.tensor import Tensor, apply, constant, literal


def _pair(input: Any, other: Any) -> tuple[Tensor, Tensor]:
    """Two operands, of which a plain number takes the type that PyTorch gives it beside the other."""
    if isinstance(input, Tensor):
        return input, other if isinstance(other, Tensor) else literal(other, input)
    second = as_tensor(other)
    return literal(input, second) if isinstance(other, Tensor) else as_tensor(input), second


def _scaled(op: Op) -> Function:
    def called(input: Any, other: Any, *, alpha: float = 1) -> Tensor:
        first, second = _pair(input, other)
        return apply(op, first, second if alpha == 1 else alpha * second)

    return called


def _div(input: Any, other: Any, *, rounding_mode: str | None = None) -> Tensor:
    first, second = _pair(input, other)
    if rounding_mode is None:
        return apply(ops.DIV, first, second)
    if rounding_mode == "floor":
        return apply(FLOOR_DIVIDE, first, second)
    if rounding_mode != "trunc":
        raise InputError(
            Message("div: there is no rounding_mode {mode}", mode=rounding_mode),
            hint=Message("it is None, 'trunc' or 'floor'"),
        )
    cut = apply(TRUNC, apply(ops.DIV, first, second))
    fractions = dtypes.promoted((first.value, second.value)).kind == "f"
    return cut if fractions else apply(TO, cut, attributes=("int64",))


def _round(input: Any, *, decimals: int = 0) -> Tensor:
    return apply(ROUND, as_tensor(input), attributes=(whole(decimals),))


def _clamp(input: Any, min: Any = None, max: Any = None) -> Tensor:
    """Bounds that are tensors get their gradient: clamping is then choosing between them and the input."""
    given = as_tensor(input)
    if min is None and max is None:
        raise InputError(
            Message("clamp: at least one of min and max must be given"), hint=Message("write clamp(x, min=0.0)")
        )
    min, max = _bound(min), _bound(max)
    if isinstance(min, Tensor) or isinstance(max, Tensor):
        if min is not None:
            low = _pair(min, given)[0]
            given = apply(WHERE, given < low, low, given)
        if max is not None:
            high = _pair(max, given)[0]
            given = apply(WHERE, given > high, high, given)
        return given
    bounds: tuple[Any, ...] = (min, max)
    if given.dtype.kind == "f":
        bounds = tuple(None if each is None else float(each) for each in bounds)
    elif any(isinstance(each, float) for each in bounds):
        given = apply(TO, given, attributes=("float32",))
    return apply(CLAMP, given, attributes=bounds)


def _bound(given: Any) -> Any:
    """A number written in a formula is a constant of the graph; as a bound it is the number."""
    literal = isinstance(given, Tensor) and given.origin is not None and given.origin.kind == "constant"
    return given.item() if literal else given


def _clamp_min(input: Any, min: Any) -> Tensor:
    return _clamp(input, min=min)


def _clamp_max(input: Any, max: Any) -> Tensor:
    return _clamp(input, max=max)


def _where(condition: Any, input: Any = None, other: Any = None) -> Any:
    chosen = as_tensor(condition)
    if input is None or other is None:
        return chosen.nonzero(as_tuple=True)
    if not isinstance(input, Tensor) and not isinstance(other, Tensor):
        plain = dtypes.DEFAULT if isinstance(input, float) or isinstance(other, float) else dtypes.INT64
        return apply(WHERE, chosen, *[constant(np.array(each, plain)) for each in (input, other)])
    return apply(WHERE, chosen, *_pair(input, other))


def _where_method(input: Tensor, condition: Any, other: Any) -> Any:
    return _where(condition, input, other)


def _masked_fill(input: Any, mask: Tensor, value: Any) -> Tensor:
    given = as_tensor(input)
    if mask.dtype != dtypes.BOOL:
        raise InputError(
            Message("masked_fill: the mask holds {dtype}, and it must hold truth values", dtype=mask.dtype),
            hint=Message("compare first: x.masked_fill(x > 0, 1.0)"),
        )
    filled = value if isinstance(value, Tensor) else constant(dtypes.normal(np.array(value, given.dtype)))
    return apply(MASKED_FILL, given, mask, filled)


def _activation(op: Op) -> Function:
    def called(input: Any, inplace: bool = False) -> Tensor:
        return apply(op, as_tensor(input))

    return called


def _leaky_relu(input: Any, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    return apply(activations.LEAKY_RELU, as_tensor(input), attributes=(float(negative_slope),))


def _elu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    return apply(activations.ELU, as_tensor(input), attributes=(float(alpha),))


def _hardtanh(input: Any, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Tensor:
    return apply(activations.HARDTANH, as_tensor(input), attributes=(float(min_val), float(max_val)))


def _softplus(input: Any, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    return apply(activations.SOFTPLUS, as_tensor(input), attributes=(float(beta), float(threshold)))


def _gelu(input: Any, *, approximate: str = "none") -> Tensor:
    if approximate not in ("none", "tanh"):
        raise InputError(
            Message("gelu: there is no approximation {name}", name=approximate),
            hint=Message("approximate is 'none' or 'tanh'"),
        )
    return apply(activations.GELU, as_tensor(input), attributes=(approximate,))


def _isclose(input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> Tensor:
    return constant(np.asarray(np.isclose(input.value, other.value, rtol, atol, equal_nan)))


def _allclose(input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> bool:
    return bool(np.allclose(input.value, other.value, rtol, atol, equal_nan))


def _equal(input: Tensor, other: Tensor) -> bool:
    return input.shape == other.shape and bool(np.all(dtypes.array(input.value) == dtypes.array(other.value)))


_BOTH: Final[dict[str, Function]] = {
    "add": _scaled(ops.ADD),
    "sub": _scaled(ops.SUB),
    "div": _div,
    "round": _round,
    "clamp": _clamp,
    "clamp_min": _clamp_min,
    "clamp_max": _clamp_max,
    "masked_fill": _masked_fill,
    "relu": _activation(activations.RELU),
    "isclose": _isclose,
    "allclose": _allclose,
    "equal": _equal,
}
_ACTIVATIONS: Final[dict[str, Function]] = {
    **{
        op.name: _activation(op)
        for op in (
            *(activations.RELU6, activations.SELU, activations.SILU),
            *(activations.HARDSIGMOID, activations.HARDSWISH, activations.MISH),
        )
    },
    "leaky_relu": _leaky_relu,
    "elu": _elu,
    "hardtanh": _hardtanh,
    "softplus": _softplus,
    "gelu": _gelu,
}
FUNCTIONS: Final[Mapping[str, Function]] = MappingProxyType({**_BOTH, **_ACTIVATIONS, "where": _where})
"""Functions by PyTorch's name, where it writes them otherwise than the table's row."""
METHODS: Final[Mapping[str, Function]] = MappingProxyType({**_BOTH, "where": _where_method})
"""Those that a tensor has as methods; the first argument is the tensor itself."""
FUNCTIONS_ONLY: Final = frozenset({*_ACTIVATIONS, "softsign", "logsigmoid"})
"""Rows that are no methods of a tensor in PyTorch."""
ALIASES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "multiply": "mul",
        "subtract": "sub",
        "divide": "div",
        "true_divide": "div",
        "negative": "neg",
        "absolute": "abs",
        "clip": "clamp",
        "fix": "trunc",
        "greater": "gt",
        "greater_equal": "ge",
        "less": "lt",
        "less_equal": "le",
        "not_equal": "ne",
        **{f"arc{name}": f"a{name}" for name in ("sin", "cos", "tan", "tan2", "sinh", "cosh", "tanh")},
    }
)
"""Other names that PyTorch has for the same functions."""
