"""Draws tensors from a short description, the same ones for the engine and for PyTorch."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from engine.dtypes import Array, DType

Flavour = Literal["plain", "border", "wild", "zero"]
"""plain: no two elements alike; border: every other element at a kink, a zero of either sign, or a tie; wild: NaN,
infinities and the ends of the domain among them; zero: all of them 0 (or the first border)."""
Layout = Literal["rows", "columns", "every other"]
"""How the elements lie in memory."""

SIZES: Final[Mapping[str, int]] = {"n": 3, "m": 4, "k": 2}
"""What the letters in a shape stand for where nothing else is drawn."""


@dataclass(frozen=True, slots=True)
class Spec:
    """What is drawn: sizes (numbers, or letters that may be any size), a kind with its bounds, and whether it is to
    get a gradient."""

    sizes: tuple[str, ...]
    kind: str
    bounds: tuple[float, ...]
    constant: bool


@dataclass(frozen=True, slots=True)
class Draw:
    """Everything that a tensor's elements depend on, beside its spec. `shapes` replaces those of the specs."""

    seed: int
    dtype: DType
    flavour: Flavour = "plain"
    layout: Layout = "rows"
    sizes: Mapping[str, int] = field(default_factory=lambda: SIZES)
    shapes: tuple[tuple[int, ...], ...] | None = None


_KINDS: Final = ("real", "distinct", "positive", "unit", "above", "prob", "int", "bool", "regular")


def spec(text: str) -> Spec:
    """`"3 m: above 1"`; after a colon what is drawn (`real` if nothing is said) and perhaps `constant`."""
    sizes, _, words = text.partition(":")
    said = words.split()
    constant = "constant" in said
    kind, *bounds = [each for each in said if each != "constant"] or ["real"]
    if kind not in _KINDS or not re.fullmatch(r"[a-z0-9 ]*", sizes):
        raise ValueError(f"{text!r} is no spec: write sizes, then perhaps a colon and one of {', '.join(_KINDS)}")
    return Spec(tuple(sizes.split()), kind, tuple(map(float, bounds)), constant)


def shape(wanted: Spec, sizes: Mapping[str, int]) -> tuple[int, ...]:
    """The shape with its letters put in."""
    return tuple(int(each) if each.isdigit() else sizes.get(each, 2) for each in wanted.sizes)


_CHANCE: Final = np.random.RandomState()


def chance(seed: int) -> np.random.RandomState:
    """The numbers of `RandomState(seed)`, until somebody asks for those of another seed: to start one anew takes a
    hundredth of the time to make one."""
    _CHANCE.seed(seed)
    return _CHANCE


def arrays(specs: Mapping[str, Spec], draw: Draw) -> dict[str, Array]:
    """One array per spec."""
    random = chance(draw.seed)
    shapes = draw.shapes or tuple(shape(each, draw.sizes) for each in specs.values())
    return {
        name: _laid_out(_elements(each, size, random, draw), draw.layout)
        for (name, each), size in zip(specs.items(), shapes, strict=True)
    }


def weights(size: tuple[int, ...], dtype: DType, seed: int) -> Array:
    """What a result is multiplied by to make one number of it: the upstream gradient of the op."""
    return np.asarray(chance(seed % 2**32).uniform(-2, 2, size), dtype)


_RANGES: Final = {"positive": (0.1, 5.0), "unit": (-0.95, 0.95)}
_BORDERS: Final[Mapping[str, tuple[float, ...]]] = {
    "real": (0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, -3.0),
    "positive": (0.5, 1.0, 2.0, 3.0),
    "unit": (0.0, -0.0, 0.5, -0.5),
}
_WILD: Final[Mapping[str, tuple[float, ...]]] = {
    "real": (np.nan, np.inf, -np.inf, 40.0, -40.0),
    "positive": (np.nan, np.inf, 0.0, 1e-4),
    "unit": (np.nan, 1.0, -1.0),
    "above": (np.nan, np.inf),
}


def _elements(wanted: Spec, size: tuple[int, ...], random: np.random.RandomState, draw: Draw) -> Array:
    kind, bounds = wanted.kind, wanted.bounds
    if kind == "int":
        return np.asarray(random.randint(int(bounds[0]), int(bounds[1]), size), np.int64)
    if kind == "bool":
        return np.asarray(random.randint(0, 2, size), np.bool_)
    if kind == "prob":
        raw = np.exp(random.uniform(-2, 2, size))
        return np.asarray(raw / raw.sum(axis=-1, keepdims=True) if size else raw / 8, draw.dtype)
    if kind == "regular":
        return np.asarray(random.uniform(-3, 3, size) + 10 * np.eye(size[-1]), draw.dtype)
    low, high = _above(bounds[0]) if kind == "above" else _RANGES.get(kind, (-3.0, 3.0))
    made = np.asarray(random.uniform(low, high, size))
    if draw.flavour == "zero" and kind in _BORDERS:
        made = np.full(size, _BORDERS[kind][0])
    elif draw.flavour != "plain" and kind != "distinct" and made.size:
        flat = made.reshape(-1)
        chosen = random.uniform(size=flat.size) < 0.5
        if kind in _BORDERS:
            at = random.randint(0, len(_BORDERS[kind]), flat.size)
            flat = np.where(chosen, np.array(_BORDERS[kind])[at], flat)
        tied = random.uniform(size=flat.size) < 0.2
        flat = np.where(tied, flat[random.randint(0, flat.size, flat.size)], flat)
        if draw.flavour == "wild":
            odd = random.uniform(size=flat.size) < 0.3
            at = random.randint(0, len(_WILD[kind]), flat.size)
            flat = np.where(odd, np.array(_WILD[kind])[at], flat)
        made = flat.reshape(size)
    return np.asarray(made, draw.dtype)


def _above(bound: float) -> tuple[float, float]:
    return bound + 0.05, bound + 4.0


def _laid_out(made: Array, layout: Layout) -> Array:
    if layout == "columns":
        return np.asfortranarray(made) if made.ndim else made
    if layout == "every other" and made.ndim:
        room = np.zeros((*made.shape[:-1], 2 * made.shape[-1]), made.dtype)
        room[..., ::2] = made
        return room[..., ::2]
    return made
