"""PyTorch's random numbers on the CPU, the same bits: MT19937 and what `rand`, `randn`, `randint` … make of it."""

import math
from typing import Final

import numpy as np

from engine import boxmuller
from engine.boxmuller import BLOCK
from engine.dtypes import FLOAT32, FLOAT64, Array, DType

SEED: Final = 67280421310721
"""What an unseeded program starts from. NB: PyTorch's `default_rng_seed_val`."""


class Generator:
    """A stream of random numbers. NB: PyTorch's `torch.Generator` on the CPU."""

    def __init__(self, seed: int = SEED) -> None:
        self.manual_seed(seed)

    def manual_seed(self, seed: int) -> None:
        """Starts the stream that belongs to `seed`."""
        self._seed = seed & 0xFFFFFFFF
        self._twister: np.random.RandomState | None = (
            None  # made when it is asked for: it takes a tenth of a millisecond
        )
        self._spare: float | None = None

    def bits(self, count: int) -> Array:
        """The next `count` outputs of the generator: 32 bits each."""
        if self._twister is None:
            self._twister = np.random.RandomState(self._seed)
        drawn: Array = self._twister.randint(0, 2**32, count, dtype=np.uint32).astype(np.uint64)
        return drawn

    def _doubles(self, count: int) -> Array:
        pairs = self.bits(2 * count)
        whole = (pairs[0::2] << np.uint64(32)) | pairs[1::2]
        return (whole & np.uint64(2**53 - 1)) * 2.0**-53

    def uniform(self, shape: tuple[int, ...], low: float = 0.0, high: float = 1.0, dtype: DType = FLOAT32) -> Array:
        """Numbers between `low` and `high`. NB: `torch.rand`, `Tensor.uniform_`."""
        count = math.prod(shape)
        if dtype == FLOAT64:
            return boxmuller.fused_doubles(self._doubles(count), high - low, low).reshape(shape)
        drawn = (self.bits(count) & np.uint64(2**24 - 1)).astype(np.float32) * np.float32(2.0**-24)
        width, start = np.float32(np.float32(high) - np.float32(low)), np.float32(low)
        # the compiled loop fuses multiplication and addition: one rounding
        return (drawn.astype(np.float64) * float(width) + float(start)).astype(np.float32).reshape(shape)

    def normal(self, shape: tuple[int, ...], mean: float = 0.0, std: float = 1.0, dtype: DType = FLOAT32) -> Array:
        """Normally distributed numbers. NB: `torch.randn`, `Tensor.normal_`."""
        count = math.prod(shape)
        if count < BLOCK:
            drawn = np.array([self._normal_one() for _ in range(count)], np.float64)
            return boxmuller.fused_doubles(drawn, std, mean).astype(dtype).reshape(shape)
        made = self.uniform((count,), dtype=dtype)
        whole = count - count % BLOCK
        made[:whole] = boxmuller.normal(made[:whole], mean, std)
        if count % BLOCK:  # the last sixteen are drawn anew
            made[-BLOCK:] = boxmuller.normal(self.uniform((BLOCK,), dtype=dtype), mean, std)
        return made.reshape(shape)

    def _normal_one(self) -> float:
        if self._spare is not None:
            made, self._spare = self._spare, None
            return made
        first, second = self._doubles(2).tolist()
        radius = math.sqrt(-2.0 * math.log1p(-second))
        angle = 2.0 * math.pi * first
        self._spare = radius * math.sin(angle)
        return radius * math.cos(angle)

    def integers(self, low: int, high: int, shape: tuple[int, ...]) -> Array:
        """Whole numbers from `low` up to below `high`. NB: `torch.randint`."""
        count, width = math.prod(shape), high - low
        if width >= 2**28:  # NB: so that no remainder is noticeably likelier than others
            pairs = self.bits(2 * count)
            drawn = (pairs[0::2] << np.uint64(32)) | pairs[1::2]
        else:
            drawn = self.bits(count)
        return ((drawn % np.uint64(width)).astype(np.int64) + low).reshape(shape)

    def permutation(self, count: int) -> Array:
        """The numbers below `count` in random order. NB: `torch.randperm`."""
        order = np.arange(count, dtype=np.int64)
        for place, drawn in enumerate(self.bits(max(0, count - 1)).tolist()):
            other = place + drawn % (count - place)
            order[place], order[other] = order[other], order[place]
        return order
