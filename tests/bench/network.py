"""A network of four layers of 256×256, batch 64, forward and backward: the engine, PyTorch, and NumPy by hand."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from engine.tensor import tensor
from tests.bench.measure import Row, in_turns

LAYERS: Final = 4
WIDTH: Final = 256
BATCH: Final = 64


def rows() -> Iterator[Row]:
    """float32 and float64, each on one thread."""
    import torch

    torch.set_num_threads(1)
    with _one_thread() as kernel:
        for dtype in ("float32", "float64"):
            draw = np.random.default_rng(0)
            arrays = [draw.standard_normal((BATCH, WIDTH)).astype(dtype)]
            for _ in range(LAYERS):
                arrays += [(draw.standard_normal((WIDTH, WIDTH)) / 16).astype(dtype), np.zeros(WIDTH, dtype)]
            ours, *parameters = [
                tensor(each, dtype=dtype, requires_grad=index > 0) for index, each in enumerate(arrays)
            ]
            theirs, *weights = [torch.tensor(each, requires_grad=index > 0) for index, each in enumerate(arrays)]
            deeds = partial(_pass, ours, parameters), partial(_pass, theirs, weights), partial(_by_hand, arrays)
            turns = in_turns(*[(deed, 5) for deed in deeds], rounds=15)
            engine, eager, bare = (f"{turns.seconds(deed) * 1e3:.2f} ms" for deed in range(3))
            yield Row(
                f"MLP of {LAYERS} layers {WIDTH}×{WIDTH}, batch {BATCH}, {dtype}, against eager PyTorch (one thread)",
                turns.ratio(0, 1),
                1.0,
                f"{engine}, PyTorch {eager}, bare NumPy {bare}, {kernel}",
            )


def _pass(x: Any, parameters: list[Any]) -> None:
    """The same program for the engine and for PyTorch."""
    for each in parameters:
        each.grad = None
    for index in range(LAYERS):
        x = x @ parameters[2 * index] + parameters[2 * index + 1]
        if index < LAYERS - 1:
            x = x.relu()
    (x * x).mean().backward()


def _by_hand(arrays: list[Any]) -> None:
    """The same in NumPy, as somebody would write it who wants nothing else."""
    x, *parameters = arrays
    kept = [x]
    for index in range(LAYERS):
        x = x @ parameters[2 * index] + parameters[2 * index + 1]
        if index < LAYERS - 1:
            x = np.maximum(x, 0)
        kept.append(x)
    g = x * (2 / x.size)
    for index in reversed(range(LAYERS)):
        if index < LAYERS - 1:
            g = g * (kept[index + 1] > 0)
        kept[index].T @ g, g.sum(axis=0)
        if index:
            g = g @ parameters[2 * index].T


@contextmanager
def _one_thread() -> Iterator[str]:
    """NumPy's products on one thread, as PyTorch's; gives the name of the kernel they run on. Where NumPy has no
    OpenBLAS of its own it does nothing."""
    folder = Path(np.__file__).parent.parent / "numpy.libs"
    found = next(iter(sorted(folder.glob("libscipy_openblas64_*"))), None)
    if found is None:
        yield "another BLAS"
        return
    library = ctypes.CDLL(str(found))
    library.scipy_openblas_get_corename64_.restype = ctypes.c_char_p
    before = library.scipy_openblas_get_num_threads64_()
    library.scipy_openblas_set_num_threads64_(1)
    try:
        yield f"OpenBLAS for {library.scipy_openblas_get_corename64_().decode()}"
    finally:
        library.scipy_openblas_set_num_threads64_(before)
