"""Functions of a program that the engine calls by itself: beside the program's own run, and after it has ended."""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from engine import mode
from engine.language.machine import RECENT, Machine
from engine.language.values import Value
from engine.mode import Budget
from engine.tensor import Tensor

_AGAIN = 10
"""How many times the steps of the first call a later one may take, and `_FREE` more."""
_FREE = 10_000


@contextmanager
def aside(machine: Machine, tensors: Sequence[Value]) -> Iterator[None]:
    """What is made inside is none of the program's results, what comes from outside keeps its name, and the program
    goes on where it stood."""
    kept = machine.made, machine.line, machine.called, machine.expression
    origins = [(each, each.origin) for each in tensors if type(each) is Tensor]
    machine.made = deque(maxlen=RECENT)
    try:
        yield
    finally:
        machine.made, machine.line, machine.called, machine.expression = kept
        for each, origin in origins:
            each.origin = origin


@contextmanager
def unheard(machine: Machine) -> Iterator[None]:
    """What is printed inside is not said."""
    kept = machine.printed, machine.printed_bytes
    machine.printed, machine.printed_bytes = [], 0
    try:
        yield
    finally:
        machine.printed, machine.printed_bytes = kept


@contextmanager
def afterwards(machine: Machine, spent: int) -> Iterator[None]:
    """One call after the program has ended: it says nothing, leaves nothing behind, and has a budget of its own,
    measured by what the first call `spent`. One inside another lives on that one's budget."""
    if machine.library.get("afterwards"):
        yield
        return
    limits = machine.limits
    machine.library["afterwards"] = True
    machine.progress = None
    machine.operations = machine.depth = 0
    machine.started = machine.clock() if machine.clock else 0.0
    machine.steps = max(0, limits.steps - _AGAIN * spent - _FREE)
    machine.look()
    budget = Budget(limits.elements, limits.elements_in_all, worked=machine.worked)
    try:
        with mode.spending(budget), mode.calm(), unheard(machine), machine.library["footprints"].wiped():
            yield
    finally:
        machine.library["afterwards"] = False
