"""Everything a program finds when it starts: built-in names, modules, and what can be done with a tensor."""

from functools import partial
from typing import Final

from engine.language import builtins, containers
from engine.language.exceptions import EXCEPTIONS, caught
from engine.language.formulas import Style
from engine.language.machine import Machine
from engine.language.values import Value
from engine.library import arrays, handmade, micrograd, numpy, tensors, torch
from engine.library.dataclasses import DATACLASSES
from engine.library.enums import ENUMS
from engine.library.idioms import IDIOMS
from engine.library.neurons import NEURONS
from engine.library.passed import PASSED
from engine.library.patterns import PATTERNS
from engine.library.plots import NOTEBOOK, PLOTS
from engine.library.session import Session
from engine.library.standard import COLLECTED, STANDARD
from engine.library.surroundings import SURROUNDINGS
from engine.ops import TABLE

NAMES: Final[dict[str, Value]] = {**torch.BARE, **builtins.BUILTINS, NOTEBOOK.name: NOTEBOOK}
"""Python's built-in functions come first: `sum`, `max` and `abs` work on tensors as well."""
MODULES: Final = {
    **torch.MODULES,
    **numpy.MODULES,
    **micrograd.MODULES,
    NEURONS.name: NEURONS,
    **PLOTS,
    **PASSED,
    **STANDARD,
    **SURROUNDINGS,
    **IDIOMS,
    PATTERNS.name: PATTERNS,
    DATACLASSES.name: DATACLASSES,
    ENUMS.name: ENUMS,
}
MAKERS: Final = torch.MAKERS | {"torch", "nn", "np", "numpy", "micrograd", "Value", "F", "optim", "print", "random"}
"""Names whose use says that a source is a program of its own, and its plain numbers are plain numbers."""


def _bound(name: str, machine: Machine, self: slice) -> Value:
    return getattr(self, name)


def install(machine: Machine, *, formula: bool) -> Session:
    """Connects a machine with the library."""
    machine.methods |= containers.METHODS | COLLECTED
    machine.readers[slice] = {name: partial(_bound, name) for name in ("start", "stop", "step")}
    tensors.install(machine)
    torch.install(machine)
    session = Session(machine, formula=formula)
    machine.library |= {
        "session": session,
        "warn": session.warnings.append,
        "modules": MODULES,
        "builtins": builtins.BUILTINS,
        "caught": lambda error, name: caught(error, EXCEPTIONS[name]),
        "passes": lambda: len(session.records),
        "to_numpy": arrays.to_numpy,
        "backward_by_hand": handmade.backward,
    }
    return session


def names(style: Style) -> dict[str, Value]:
    """The names that are there without an import; in a formula an operation comes before Python's function."""
    if not style.pure:
        return NAMES
    return {**NAMES, **{name: torch.BARE[name] for name in TABLE if name in torch.BARE}}
