"""The module `random`: Python's own stream, which is MT19937 as well."""

import bisect
import itertools
import math
from typing import Any, Final

import numpy as np

from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import (
    Namespace,
    Value,
    natives,
)
from engine.library.session import session
from engine.messages import Message


def _host(machine: Machine) -> Any:
    return session(machine).host_random


def _bits(machine: Machine, count: int) -> int:
    return int(_host(machine).randint(0, 2**32, dtype=np.uint32)) >> (32 - count)


def _below(machine: Machine, count: int) -> int:
    if not 0 < count < 2**32:
        raise ValueError
    size = count.bit_length()
    drawn = _bits(machine, size)
    while drawn >= count:
        drawn = _bits(machine, size)
    return drawn


def _seed(machine: Machine, a: Value = None) -> None:
    session(machine).host_random = np.random.RandomState([abs(int(a or 0)) & 0xFFFFFFFF])


def _random(machine: Machine) -> float:
    return float(_host(machine).random_sample())


def uniform(machine: Machine, a: float, b: float) -> float:
    """`random.uniform(a, b)`."""
    return a + (b - a) * _random(machine)


def _gauss(machine: Machine, mu: float = 0.0, sigma: float = 1.0) -> float:
    spare = machine.library.pop("gauss", None)
    if spare is None:
        angle = _random(machine) * 2.0 * math.pi
        radius = math.sqrt(-2.0 * math.log(1.0 - _random(machine)))
        spare = math.cos(angle) * radius
        machine.library["gauss"] = math.sin(angle) * radius
    return float(mu + spare * sigma)


def _shuffle(machine: Machine, values: list[Value]) -> None:
    machine.charge(len(values))
    for place in reversed(range(1, len(values))):
        other = _below(machine, place + 1)
        values[place], values[other] = values[other], values[place]


def _sample(machine: Machine, population: Value, k: int) -> list[Value]:
    """Distinct members in random order. NB: `random.sample` takes the first way for few of many."""
    values = machine.taken(population)
    count, chosen = len(values), int(k)
    if not 0 <= chosen <= count:
        raise InputError(
            Message("Sample larger than population or is negative"),
            hint=Message("there are {count} values to choose from", count=count),
        )
    limit = 21 + (4 ** math.ceil(math.log(chosen * 3, 4)) if chosen > 5 else 0)
    found: list[Value] = []
    if count <= limit:
        for place in range(chosen):
            other = _below(machine, count - place)
            found.append(values[other])
            values[other] = values[count - place - 1]
        return found
    seen: set[int] = set()
    for _ in range(chosen):
        other = _below(machine, count)
        while other in seen:
            other = _below(machine, count)
        seen.add(other)
        found.append(values[other])
    return found


def _choices(machine: Machine, population: Value, weights: Value = None, *, k: int = 1) -> list[Value]:
    values = machine.taken(population)
    machine.charge(int(k))
    if weights is None:
        return [values[math.floor(_random(machine) * (len(values) + 0.0))] for _ in range(int(k))]
    sums = list(itertools.accumulate(machine.taken(weights)))
    return [values[bisect.bisect(sums, _random(machine) * (sums[-1] + 0.0), 0, len(values) - 1)] for _ in range(int(k))]


def _randrange(machine: Machine, start: int, stop: Value = None, step: int = 1) -> int:
    places = range(start) if stop is None else range(start, stop, step)
    return places[_below(machine, len(places))]


def _normalvariate(machine: Machine, mu: float = 0.0, sigma: float = 1.0) -> float:
    """By Kinderman and Monahan. NB: `random.normalvariate`."""
    magic = 4 * math.exp(-0.5) / math.sqrt(2.0)
    while True:
        first = _random(machine)
        second = 1.0 - _random(machine)
        ratio = magic * (first - 0.5) / second
        if ratio * ratio / 4.0 <= -math.log(second):
            return float(mu + ratio * sigma)


RANDOM: Final = Namespace(
    "random",
    natives(
        {
            "seed": _seed,
            "random": _random,
            "uniform": uniform,
            "gauss": _gauss,
            "shuffle": _shuffle,
            "sample": _sample,
            "choices": _choices,
            "randrange": _randrange,
            "normalvariate": _normalvariate,
            "randint": lambda machine, a, b: a + _below(machine, b - a + 1),
            "choice": lambda machine, values: values[_below(machine, len(values))],
        }
    ),
)
