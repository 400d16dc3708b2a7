"""Functions that make tensors of known numbers: `torch.tensor`, `zeros`, `arange` and their like."""

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from engine.dtypes import BOOL, FLOAT32, FLOAT64, INT64, Array, DType
from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import Native, Value, natives
from engine.library.data import array, charge, element_type, leaf, shape_of
from engine.library.drawn import (
    bernoulli,
    drawn,
    drawn_like,
    manual_seed,
    multinomial,
    normal,
    rand,
    randint,
    randint_like,
    randn,
    randperm,
)
from engine.messages import Message
from engine.tensor import Tensor


def _tensor(
    machine: Machine, data: Value, dtype: Value = None, device: Value = None, requires_grad: Value = False
) -> Tensor:
    kind = None if dtype is None else element_type(dtype, FLOAT32)
    return leaf(array(machine, data, kind, single=True), requires_grad)


def _as_tensor(machine: Machine, data: Value, dtype: Value = None, device: Value = None) -> Tensor:
    return data if isinstance(data, Tensor) and dtype is None else _tensor(machine, data, dtype)


def _class_tensor(machine: Machine, *size: Value) -> Tensor:
    if len(size) == 1 and isinstance(size[0], (list, tuple, Tensor)):
        return leaf(array(machine, size[0], FLOAT32))
    return _filled(0.0)(machine, *size)


def _filled(number: float) -> Callable[..., Tensor]:
    def make(
        machine: Machine,
        *size: Value,
        dtype: Value = None,
        requires_grad: Value = False,
        device: Value = None,
        **named: Value,
    ) -> Tensor:
        shape = shape_of((named["size"],) if "size" in named else size)
        charge(shape)
        return leaf(np.full(shape, number, element_type(dtype, FLOAT32)), requires_grad)

    return make


def _full(
    machine: Machine,
    size: Value,
    fill_value: Value,
    *,
    dtype: Value = None,
    requires_grad: Value = False,
    device: Value = None,
) -> Tensor:
    shape = shape_of((size,))
    charge(shape)
    number = fill_value.item() if isinstance(fill_value, Tensor) else fill_value
    own = {bool: BOOL, int: INT64}.get(type(number), FLOAT32)
    return leaf(np.full(shape, number, element_type(dtype, own)), requires_grad)


def _like(number: float) -> Callable[..., Tensor]:
    def make(
        machine: Machine, input: Tensor, *, dtype: Value = None, requires_grad: Value = False, device: Value = None
    ) -> Tensor:
        charge(input.shape)
        return leaf(np.full(input.shape, number, element_type(dtype, input.dtype)), requires_grad)

    return make


def _full_like(
    machine: Machine, input: Tensor, fill_value: Value, *, dtype: Value = None, device: Value = None
) -> Tensor:
    charge(input.shape)
    return leaf(np.full(input.shape, fill_value, element_type(dtype, input.dtype)))


def _eye(
    machine: Machine,
    n: int,
    m: int | None = None,
    *,
    dtype: Value = None,
    requires_grad: Value = False,
    device: Value = None,
) -> Tensor:
    charge((int(n), int(n if m is None else m)))
    return leaf(np.eye(n, m, dtype=element_type(dtype, FLOAT32)), requires_grad)


def _number(value: Value) -> Any:
    return value.item() if isinstance(value, Tensor) else value


def _arange(
    machine: Machine,
    *bounds: Value,
    dtype: Value = None,
    requires_grad: Value = False,
    device: Value = None,
    **named: Value,
) -> Tensor:
    given = [_number(each) for each in bounds]
    start, end, step = 0, None, 1
    if len(given) == 1:
        end = given[0]
    elif len(given) >= 2:
        start, end = given[:2]
        step = given[2] if len(given) > 2 else 1
    start, end, step = named.get("start", start), named.get("end", end), named.get("step", step)
    if end is None or step == 0:
        raise InputError(Message("step must be nonzero"), hint=Message("write torch.arange(start, end, step)"))
    count = max(0, math.ceil((end - start) / step))
    charge((count,))
    own = FLOAT32 if any(isinstance(each, float) for each in (start, end, step)) else INT64
    wanted = element_type(dtype, own)
    if wanted.kind == "f":
        return leaf((start + step * np.arange(count, dtype=FLOAT64)).astype(wanted), requires_grad)
    return leaf(np.array([int(start + step * place) for place in range(count)], wanted), requires_grad)


def _linspace(
    machine: Machine,
    start: Value,
    end: Value,
    steps: int,
    *,
    dtype: Value = None,
    requires_grad: Value = False,
    device: Value = None,
) -> Tensor:
    start, end, steps = float(_number(start)), float(_number(end)), int(_number(steps))
    charge((max(0, steps),))
    wanted = element_type(dtype, FLOAT32)
    return leaf(_evenly(start, end, steps, wanted), requires_grad)


def _evenly(start: float, end: float, steps: int, wanted: DType) -> Array:
    """From both ends to the middle, as PyTorch does, so that it is symmetric."""
    if steps <= 1:
        return np.full(max(0, steps), start, wanted)
    kind: Any = wanted.type
    step = kind((kind(end) - kind(start)) / kind(steps - 1))
    places = np.arange(steps)
    half = steps // 2
    first = (float(kind(start)) + float(step) * places[:half].astype(FLOAT64)).astype(wanted)
    last = (float(kind(end)) - float(step) * (steps - places[half:] - 1).astype(FLOAT64)).astype(wanted)
    return np.concatenate([first, last])


def _logspace(
    machine: Machine, start: float, end: float, steps: int, base: float = 10.0, *, device: Value = None
) -> Tensor:
    charge((int(steps),))
    exponents = _evenly(float(start), float(end), int(steps), FLOAT64)
    return leaf((float(base) ** exponents).astype(FLOAT32))


CREATION: Final[dict[str, Native]] = natives(
    {
        "tensor": _tensor,
        "as_tensor": _as_tensor,
        "from_numpy": _as_tensor,
        "FloatTensor": _class_tensor,
        "zeros": _filled(0.0),
        "ones": _filled(1.0),
        "empty": _filled(0.0),
        "full": _full,
        "eye": _eye,
        "zeros_like": _like(0.0),
        "ones_like": _like(1.0),
        "empty_like": _like(0.0),
        "full_like": _full_like,
        "arange": _arange,
        "linspace": _linspace,
        "logspace": _logspace,
        "rand": drawn(rand),
        "randn": drawn(randn),
        "randint": randint,
        "randperm": randperm,
        "rand_like": drawn_like(rand),
        "randn_like": drawn_like(randn),
        "normal": normal,
        "manual_seed": manual_seed,
        "bernoulli": bernoulli,
        "multinomial": multinomial,
        "randint_like": randint_like,
    }
)
CLASS_TENSOR: Final = Native("Tensor", _class_tensor)
