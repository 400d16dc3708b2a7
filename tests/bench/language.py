"""What interpreting costs: a program read and run, against the same graph built directly in Python with the engine."""

from collections.abc import Iterator

import engine
from engine.limits import Limits
from tests.bench.measure import Row, typical

_STEPS = 1_000
_SOURCE = f"""
w = tensor(0.5, dtype=torch.float64, requires_grad=True)
y = w * 1.0
for k in range({_STEPS}):
    y = y * w + 0.25
y.backward()
"""


def rows() -> Iterator[Row]:
    """A recurrence of 2,000 operations."""

    def direct() -> None:
        w = engine.tensor(0.5, requires_grad=True)
        y = w * 1.0
        for _ in range(_STEPS):
            y = y * w + 0.25
        y.backward()

    source, limits = "import torch\n" + _SOURCE, Limits()
    ours = typical(lambda: engine.run(source, limits=limits), times=30)
    plain = typical(direct, times=30)
    detail = f"{2 * _STEPS} operations: {ours * 1e3:.2f} ms, directly {plain * 1e3:.2f} ms"
    yield Row("a program, read and run, against the same graph built in Python", ours / plain, 3.0, detail)
