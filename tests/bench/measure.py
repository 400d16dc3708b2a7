"""How a time is taken, and how a row is printed."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison: what was measured, the ratio (or figure) and the bar it has to stay under (or over);
    None: it is printed for comparison only."""

    what: str
    figure: float
    bar: float | None
    detail: str
    unit: str = "×"
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the figure is on the right side of the bar."""
        if self.bar is None:
            return True
        return self.figure >= self.bar if self.at_least else self.figure <= self.bar

    def __str__(self) -> str:
        if self.bar is None:
            return f"     {self.figure:8.3f} {self.unit:<3} {'':12} {self.what}  [{self.detail}]"
        sign = "≥" if self.at_least else "≤"
        mark = "ok  " if self.met else "MISS"
        return f"{mark} {self.figure:8.3f} {self.unit:<3} bar {sign} {self.bar:<6g} {self.what}  [{self.detail}]"


def typical(deed: Callable[[], object], *, times: int = 100) -> float:
    """Mean seconds of a call, garbage collection included; what was alive before does not count."""
    deed()
    gc.collect()
    gc.freeze()
    begin = time.perf_counter()
    for _ in range(times):
        deed()
    seconds = (time.perf_counter() - begin) / times
    gc.unfreeze()
    return seconds


def median(deed: Callable[[], object], *, times: int = 15) -> float:
    """Median seconds of a call."""
    seconds = []
    for _ in range(times):
        begin = time.perf_counter()
        deed()
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds)
