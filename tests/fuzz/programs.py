"""Random programs: lines of Python that mean the same to the engine and to PyTorch, and who can run them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType
from typing import Any, Final

import numpy as np

from engine.dtypes import Array
from engine.functions import FUNCTIONS
from engine.tensor import constant
from tests.comparison import torch
from tests.drawing import chance
from tests.fuzz.lines import Growing


@dataclass(frozen=True, slots=True)
class RandomProgram:
    """Lines to run in order, and the leaves they start from. The last line's value is one number."""

    lines: tuple[str, ...]
    leaves: Mapping[str, Array]

    @property
    def source(self) -> str:
        """The program as text."""
        return "\n".join(self.lines)

    def gradients(self, run: Callable[[Mapping[str, Array], CodeType], list[Any]]) -> list[Any]:
        """The leaves' gradients by whoever can run it."""
        return run(self.leaves, compile(self.source, "<program>", "exec"))


def by_engine(leaves: Mapping[str, Array], program: CodeType) -> list[Array | None]:
    """The gradients of the leaves, by the engine."""
    held = {name: constant(array).requires_grad_() for name, array in leaves.items()}
    names: dict[str, Any] = {**FUNCTIONS, **held}
    exec(program, names)
    names["out"].backward()
    return [None if leaf.grad is None else leaf.grad.numpy() for leaf in held.values()]


def by_pytorch(leaves: Mapping[str, Array], program: CodeType) -> list[Array | None]:
    """The gradients of the leaves, by PyTorch."""
    held = {name: torch().from_numpy(array.copy()).requires_grad_() for name, array in leaves.items()}
    names: dict[str, Any] = {**_functions(), **held}
    exec(program, names)
    names["out"].backward()
    return [None if leaf.grad is None else leaf.grad.numpy() for leaf in held.values()]


@lru_cache
def _functions() -> dict[str, Any]:
    return {name: getattr(torch(), name) for name in FUNCTIONS if hasattr(torch(), name)} | {
        "softplus": torch().nn.functional.softplus
    }


def differing(ours: list[Array | None], theirs: list[Array | None]) -> str | None:
    """What differs, None if nothing does but rounding."""
    for index, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
        if mine is None or other is None:
            if mine is not other:
                return f"leaf {index}: {mine}, PyTorch {other}"
        elif mine.shape != other.shape or mine.dtype != other.dtype:
            return f"leaf {index}: {mine.shape} {mine.dtype}, PyTorch {other.shape} {other.dtype}"
        elif not np.allclose(
            mine, other, rtol=1e-9, atol=1e-11 * max(1.0, float(np.abs(other).max(initial=0))), equal_nan=True
        ):
            return f"leaf {index}: {mine}, PyTorch {other}"
    return None


_SHAPES: Final = ((), (3,), (4,), (1,), (2, 3), (3, 4), (3, 1), (1, 4), (2, 1, 3), (2, 3, 4), (1, 3, 1), (4, 4))


def random_program(seed: int) -> RandomProgram:
    """The program of a seed: 1 to 4 leaves, up to 14 lines."""
    leaves = leaves_of(seed)
    random = chance(seed + 1)
    growing = Growing(random, leaves)
    for _ in range(random.randint(2, 15)):
        growing.grow()
    return RandomProgram(tuple(growing.finished()), growing.leaves)


def leaves_of(seed: int) -> dict[str, Array]:
    """The leaves of a seed's program."""
    random = chance(seed)
    shapes = [_SHAPES[random.randint(len(_SHAPES))] for _ in range(random.randint(1, 5))]
    return {name: np.asarray(random.uniform(-2, 2, shape)) for name, shape in zip("abcd", shapes, strict=False)}
