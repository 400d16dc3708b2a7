"""What interpreting costs: a program read and run, against the same graph built directly in Python with the engine."""

from collections.abc import Iterator

import engine
from engine.limits import Limits
from tests.bench.measure import Row, in_turns

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
    turns = in_turns((lambda: engine.run(source, limits=limits), 20), (direct, 20))
    detail = f"{2 * _STEPS} operations: {turns.seconds(0) * 1e3:.2f} ms, directly {turns.seconds(1) * 1e3:.2f} ms"
    yield Row("a program, read and run, against the same graph built in Python", turns.ratio(0, 1), 3.0, detail)
