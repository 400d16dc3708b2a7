"""Functions that make tensors of random numbers: `rand`, `randn`, `randint`, `manual_seed` and their like."""

from collections.abc import Callable
from typing import Any

import numpy as np

from engine.dtypes import FLOAT32, FLOAT64, INT64, Array, DType
from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import Token, Value
from engine.library.data import charge, element_type, leaf, shape_of
from engine.library.generators import stream
from engine.library.session import session
from engine.messages import Message
from engine.tensor import Tensor


def drawn(draw: Callable[..., Array]) -> Callable[..., Tensor]:
    """A function that draws a tensor of a given size."""

    def make(
        machine: Machine,
        *size: Value,
        dtype: Value = None,
        requires_grad: Value = False,
        device: Value = None,
        generator: Value = None,
        **named: Value,
    ) -> Tensor:
        shape = shape_of((named["size"],) if "size" in named else size)
        charge(shape)
        return leaf(draw(stream(machine, generator), shape, dtype=element_type(dtype, FLOAT32)), requires_grad)

    return make


def drawn_like(draw: Callable[..., Array]) -> Callable[..., Tensor]:
    """A function that draws a tensor of another one's size and type."""

    def make(
        machine: Machine, input: Tensor, *, dtype: Value = None, requires_grad: Value = False, device: Value = None
    ) -> Tensor:
        charge(input.shape)
        kind = element_type(dtype, input.dtype)
        return leaf(draw(session(machine).random, input.shape, dtype=kind), requires_grad)

    return make


def rand(random: Any, shape: tuple[int, ...], dtype: DType) -> Array:
    """Numbers from 0 to 1."""
    return random.uniform(shape, dtype=dtype)  # type: ignore[no-any-return]


def randn(random: Any, shape: tuple[int, ...], dtype: DType) -> Array:
    """Numbers of the standard normal distribution."""
    return random.normal(shape, dtype=dtype)  # type: ignore[no-any-return]


def randint(machine: Machine, *bounds: Value, dtype: Value = None, generator: Value = None, **named: Value) -> Tensor:
    """`torch.randint(low, high, size)`."""
    given = list(bounds)
    size = named.pop("size", None)
    if size is None:
        size = given.pop()
    low, high = (0, given[0]) if len(given) == 1 else (given[0], given[1]) if given else (0, None)
    low, high = named.get("low", low), named.get("high", high)
    shape = shape_of((size,))
    charge(shape)
    if high is None or high <= low:
        raise InputError(
            Message("random_ expects 'from' to be less than 'to'"), hint=Message("write torch.randint(low, high, size)")
        )
    return leaf(stream(machine, generator).integers(low, high, shape).astype(element_type(dtype, INT64)))


def randint_like(machine: Machine, input: Tensor, *bounds: Value, dtype: Value = None, **named: Value) -> Tensor:
    """`torch.randint_like(x, low, high)`: whole numbers in the type of `x`."""
    kind = Token("dtype", input.dtype) if dtype is None else dtype
    return randint(machine, *bounds, size=input.shape, dtype=kind, **named)


def randperm(machine: Machine, n: int, *, generator: Value = None) -> Tensor:
    """`torch.randperm(n)`."""
    charge((int(n),))
    return leaf(stream(machine, generator).permutation(int(n)))


def normal(
    machine: Machine,
    mean: Value,
    std: Value = 1.0,
    size: Value = None,
    *,
    generator: Value = None,
    requires_grad: Value = False,
    dtype: Value = None,
    device: Value = None,
) -> Tensor:
    """`torch.normal(mean, std, size)`."""
    random = stream(machine, generator)
    if size is not None:
        shape = shape_of((size,))
        charge(shape)
        return leaf(random.normal(shape, float(mean), float(std), element_type(dtype, FLOAT32)), requires_grad)
    shape = np.broadcast_shapes(*(each.shape for each in (mean, std) if isinstance(each, Tensor)))
    drawn = leaf(random.normal(shape))
    made: Tensor = drawn * std + mean
    return made


def bernoulli(machine: Machine, input: Tensor, *, generator: Value = None) -> Tensor:
    """`torch.bernoulli(p)`."""
    charge(input.shape)
    uniform = stream(machine, generator).uniform(input.shape, dtype=input.dtype)
    return leaf((uniform < np.asarray(input.value)).astype(input.dtype))


def exponential(random: Any, shape: tuple[int, ...], dtype: DType, rate: float = 1.0) -> Array:
    """Waiting times. NB: `x.exponential_()` draws 53 bits for each, and rounds."""
    with np.errstate(all="ignore"):
        return (-np.log1p(-random.uniform(shape, dtype=FLOAT64)) / rate).astype(dtype)  # type: ignore[no-any-return]


def multinomial(
    machine: Machine, input: Tensor, num_samples: int, replacement: Value = False, *, generator: Value = None
) -> Tensor:
    """`torch.multinomial(weights, num_samples)`: the largest of weights over exponential waiting times; with
    replacement, several are looked up in the running sum of the weights."""
    weights = np.asarray(input.value)
    if weights.ndim not in (1, 2) or np.any(weights < 0) or np.any(weights.sum(-1) <= 0):
        raise InputError(
            Message("invalid multinomial distribution (sum of probabilities <= 0)"),
            hint=Message("give one row of weights that are 0 or more, or several rows"),
        )
    count, random = int(num_samples), stream(machine, generator)
    if not replacement and count > weights.shape[-1]:
        raise InputError(
            Message("cannot sample n_sample > prob_dist.size(-1) samples without replacement"),
            hint=Message("write replacement=True"),
        )
    charge((*weights.shape[:-1], max(count, weights.shape[-1])))
    if count > 1 and replacement:
        return leaf(_looked_up(random, weights, count))
    with np.errstate(all="ignore"):
        races = weights / exponential(random, weights.shape, weights.dtype)
    return leaf(np.argsort(-races, axis=-1, kind="stable")[..., :count].astype(INT64))


def _looked_up(random: Any, weights: Array, count: int) -> Array:
    """Places in the running sums of the rows, one uniform number for each."""
    rows = weights.reshape(-1, weights.shape[-1])
    drawn = random.uniform((len(rows), count), dtype=FLOAT64)
    sums = np.cumsum(rows, axis=-1, dtype=rows.dtype)
    sums = sums / sums[:, -1:]
    sums[:, -1] = 1
    places = [np.searchsorted(own, each) for own, each in zip(sums, drawn, strict=True)]
    return np.array(places, INT64).reshape(*weights.shape[:-1], count)


def manual_seed(machine: Machine, seed: Value) -> Token:
    """`torch.manual_seed(seed)`."""
    session(machine).random.manual_seed(int(seed))
    return Token("<torch._C.Generator object>")
