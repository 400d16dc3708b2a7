"""The engine with every contribution recorded, against micrograd and eager PyTorch without recording."""

import random
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from typing import Any, Final

import numpy as np

from engine import backward, recording
from engine.replay import Replay
from engine.tensor import Origin, Tensor, tensor
from tests.bench import network
from tests.bench.measure import Row, in_turns

_POINTS: Final = 10_000
"""Of the grid on which a graph is evaluated again."""


def rows() -> Iterator[Row]:
    """Scalar graph of about 1,000 operations; a chain of 100,000."""
    import torch
    from micrograd.engine import Value

    torch.set_num_threads(1)
    ours, theirs, eager = (_leaves(make) for make in (_leaf, Value, _torch_leaf))
    operations = sum(node.op is not None for node in backward.reachable(_forward(ours)))
    again = _again()
    turns = in_turns(
        (lambda: backward.sweep(_forward(ours)), 100),
        (lambda: _forward(theirs).backward(), 100),
        (lambda: _forward(eager).backward(), 20),
        (again, 1),
    )
    us, micrograd, pytorch, replayed = map(turns.seconds, range(4))
    theirs_ms = f"micrograd {micrograd * 1e3:.2f} ms, PyTorch {pytorch * 1e3:.2f} ms"
    detail = f"{operations} operations: {us * 1e3:.2f} ms, {theirs_ms}"
    yield Row("scalar graph, forward + backward recorded, against micrograd", turns.ratio(0, 1), 0.30, detail)
    yield Row("the same against eager PyTorch (one thread)", turns.ratio(0, 2), 0.12, detail)
    yield from _others(ours, operations)
    yield Row(
        f"replay on a grid of {_POINTS:,} points, per evaluation, against micrograd",
        turns.ratio(3, 1) / _POINTS,
        0.05,
        f"{replayed / _POINTS * 1e6:.2f} µs",
    )
    turns = in_turns((_chain(1_000), 100), (_chain(100_000), 1), rounds=15)
    short, long = turns.seconds(0) / 1_000, turns.seconds(1) / 100_000
    yield Row(
        "time per operation, chain of 100,000 against 1,000",
        turns.ratio(1, 0) / 100,
        1.3,
        f"{short * 1e6:.2f} µs and {long * 1e6:.2f} µs",
    )
    yield _memory(100_000)
    yield from network.rows()


def _others(leaves: Any, operations: int) -> Iterator[Row]:
    """HIPS autograd and, where it is installed, JAX without compilation on the same graph, for comparison only."""
    from autograd import grad
    from autograd import numpy as hips

    slopes: dict[str, Callable[[Any], object]] = {"HIPS autograd": grad(partial(_forward, relu=hips.maximum))}
    if find_spec("jax"):
        import jax

        slopes["eager JAX"] = jax.grad(partial(_forward, relu=jax.numpy.maximum))
    for name, slope in slopes.items():
        turns = in_turns((lambda: backward.sweep(_forward(leaves)), 20), (partial(_called, slope), 1), rounds=3)
        us, theirs = turns.seconds(0), turns.seconds(1)
        detail = f"{operations} operations: {us * 1e3:.2f} ms, {name} {theirs * 1e3:.2f} ms"
        yield Row(f"the same against {name}", turns.ratio(0, 1), None, detail)


def _called(slope: Callable[[Any], object]) -> object:
    return slope(_leaves(float))


def _again() -> Callable[[], object]:
    """The scalar graph evaluated again on a grid over two of its leaves."""
    leaves = _leaves(_leaf)
    for index, leaf in enumerate(leaves[2]):
        leaf.origin = Origin("leaf", f"x{index}")
    replay = Replay(recording.snapshot(_forward(leaves)))
    grid = {"x0": np.linspace(-1, 1, _POINTS), "x1": np.linspace(1, -1, _POINTS)}
    return partial(replay.outputs, grid)


def _memory(count: int) -> Row:
    """What a recorded operation takes: its tensors while they live, and the sweep's records and gradients."""
    start = _leaf(1.0)
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    value = start
    for _ in range(count):
        value = value * start
    swept = backward.sweep(value)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    detail = f"{len(swept.gradients)} gradients of a chain of {count:,}"
    return Row("memory per recorded operation", (after - before) / count / 1024, 1.0, detail, unit="kB")


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


def _forward(leaves: Any, relu: Callable[[Any, float], Any] | None = None) -> Any:
    hidden, last, x = leaves
    activations = []
    for row in hidden:
        total = row[-1]
        for weight, value in zip(row, x, strict=False):
            total = total + weight * value
        activations.append(relu(total, 0.0) if relu else total.relu())
    total = last[-1]
    for weight, value in zip(last, activations, strict=False):
        total = total + weight * value
    return total


def _chain(count: int) -> Callable[[], object]:
    """Forward and backward through so many operations, one after the other."""
    start = _leaf(1.0)

    def chain() -> None:
        value = start
        for _ in range(count):
            value = value * 1.000001
        backward.sweep(value)

    return chain
