"""The engine with every contribution recorded, against micrograd and eager PyTorch without recording."""

import random
from collections.abc import Callable, Iterator
from typing import Any

from engine import backward
from engine.tensor import Tensor, tensor
from tests.bench.measure import Row, typical


def rows() -> Iterator[Row]:
    """Scalar graph of about 1,000 operations; a chain of 100,000."""
    import torch
    from micrograd.engine import Value

    torch.set_num_threads(1)
    ours, theirs, eager = (_leaves(make) for make in (_leaf, Value, _torch_leaf))
    operations = sum(node.op is not None for node in backward.reachable(_forward(ours)))
    us = typical(lambda: backward.sweep(_forward(ours)), times=200)
    micrograd = typical(lambda: _forward(theirs).backward(), times=200)
    pytorch = typical(lambda: _forward(eager).backward(), times=50)
    theirs_ms = f"micrograd {micrograd * 1e3:.2f} ms, PyTorch {pytorch * 1e3:.2f} ms"
    detail = f"{operations} operations: {us * 1e3:.2f} ms, {theirs_ms}"
    yield Row("scalar graph, forward + backward recorded, against micrograd", us / micrograd, 0.30, detail)
    yield Row("the same against eager PyTorch (one thread)", us / pytorch, 0.12, detail)
    short, long = _per_operation(1_000, times=50), _per_operation(100_000, times=3)
    yield Row(
        "time per operation, chain of 100,000 against 1,000",
        long / short,
        1.3,
        f"{short * 1e6:.2f} µs and {long * 1e6:.2f} µs",
    )


def _leaf(value: float) -> Tensor:
    return tensor(value, requires_grad=True)


def _torch_leaf(value: float) -> Any:
    import torch

    return torch.tensor(value, dtype=torch.float64, requires_grad=True)


def _leaves(make: Callable[[float], Any]) -> Any:
    draw = random.Random(0)
    hidden = [[make(draw.uniform(-1, 1)) for _ in range(17)] for _ in range(30)]
    last = [make(draw.uniform(-1, 1)) for _ in range(31)]
    return hidden, last, [make(draw.uniform(-1, 1)) for _ in range(16)]


def _forward(leaves: Any) -> Any:
    hidden, last, x = leaves
    activations = []
    for row in hidden:
        total = row[-1]
        for weight, value in zip(row, x, strict=False):
            total = total + weight * value
        activations.append(total.relu())
    total = last[-1]
    for weight, value in zip(last, activations, strict=False):
        total = total + weight * value
    return total


def _per_operation(count: int, *, times: int) -> float:
    start = _leaf(1.0)

    def chain() -> None:
        value = start
        for _ in range(count):
            value = value * 1.000001
        backward.sweep(value)

    return typical(chain, times=times) / count
