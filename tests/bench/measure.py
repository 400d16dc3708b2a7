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


@dataclass(frozen=True, slots=True)
class Turns:
    """Seconds of a call of several deeds, one tuple per round. They were taken in turns, since machines change their
    speed from one second to the next: within a round all deeds met the same machine."""

    rounds: tuple[tuple[float, ...], ...]

    def seconds(self, deed: int) -> float:
        """The median of a deed, by its place."""
        return statistics.median(each[deed] for each in self.rounds)

    def ratio(self, deed: int, other: int) -> float:
        """How many times as long as the other it takes: the median over the rounds."""
        return statistics.median(each[deed] / each[other] for each in self.rounds)


def in_turns(*deeds: tuple[Callable[[], object], int], rounds: int = 9) -> Turns:
    """Each deed with how often it is called in a round. Garbage collection is included; what was alive before does
    not count."""
    for deed, _ in deeds:
        deed()
    return Turns(tuple([tuple([_each(deed, times) for deed, times in deeds]) for _ in range(rounds)]))


def _each(deed: Callable[[], object], times: int) -> float:
    gc.collect()
    gc.freeze()
    begin = time.perf_counter()
    for _ in range(times):
        deed()
    seconds = (time.perf_counter() - begin) / times
    gc.unfreeze()
    return seconds
