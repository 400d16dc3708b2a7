"""Writes random tensor programs line by line: shared results, broadcasts, reductions, indexing, products."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np

from engine.dtypes import Array
from engine.functions import FUNCTIONS
from engine.tensor import Tensor, constant

Random = np.random.RandomState
_LARGE: Final = 20.0
"""Values beyond this are brought back by a tanh, so that rounding stays comparable."""
_GAP: Final = 1e-9
"""What is closer than this to a kink or a tie may fall on either side of it."""
_MOST: Final = 64
"""Elements of a result."""


@dataclass
class Growing:
    """A program on its way: its lines, and every value it has by now."""

    random: Random
    leaves: dict[str, Array]
    lines: list[str] = field(default_factory=list)
    values: dict[str, Tensor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.values = {name: constant(array).requires_grad_() for name, array in self.leaves.items()}

    def grow(self) -> None:
        """One line more, if what is drawn can be done here."""
        make = _LINES[self.random.randint(len(_LINES))]
        text = make(self)
        if text is not None and _known(text):
            self.add(text)

    def add(self, text: str) -> None:
        made: Tensor = eval(text, {**FUNCTIONS, **self.values})
        value = np.asarray(made.value)
        if not 0 < value.size <= _MOST or value.ndim > 4 or not np.isfinite(value).all():
            return
        if np.abs(value).max() > _LARGE:
            text, made = f"({text}).tanh()", made.tanh()
        name = f"v{len(self.lines) + 1}"
        self.lines.append(f"{name} = {text}")
        self.values[name] = made

    def one(self) -> str:
        """A value that there is, later ones more often, so that chains grow and are shared."""
        names = list(self.values)
        return names[max(self.random.randint(len(names)), self.random.randint(len(names)))]

    def of(self, wanted: Callable[[Array], bool]) -> str | None:
        """A value of which something holds."""
        names = [name for name in self.values if wanted(self.array(name))]
        return names[self.random.randint(len(names))] if names else None

    def array(self, name: str) -> Array:
        return np.asarray(self.values[name].value)

    def pick(self, *choices: str) -> str:
        return choices[self.random.randint(len(choices))]

    def axis(self, name: str) -> int:
        rank = max(self.array(name).ndim, 1)
        return int(self.random.randint(-rank, rank))

    def finished(self) -> list[str]:
        """The lines, and one that makes a number of the last results."""
        last = list(self.values)[-self.random.randint(1, 4) :]
        return [
            *self.lines,
            "out = " + " + ".join(f"({name} * {round(0.5 + 0.25 * k, 2)}).sum()" for k, name in enumerate(last)),
        ]


def _known(text: str) -> bool:
    """Whether the engine has the ops of a line."""
    return all(name in FUNCTIONS for name in called(text))


@lru_cache(maxsize=4096)
def called(text: str) -> tuple[str, ...]:
    """The names that are called in a text."""
    return tuple(re.findall(r"([a-z_][a-z_0-9]*)\(", text))


def _clear(value: Array) -> bool:
    """Whether no two elements are nearly equal."""
    return bool(value.size > 0 and (np.diff(np.sort(value.ravel())) > _GAP).all())


def _off_zero(value: Array) -> bool:
    return bool((np.abs(value) > _GAP).all())


def _joint(one: Array, other: Array) -> bool:
    try:
        np.broadcast_shapes(one.shape, other.shape)
    except ValueError:
        return False
    return True


def _smooth(g: Growing) -> str:
    name = g.pick("tanh", "sigmoid", "sin", "cos", "square", "neg", "exp", "softplus", "atan", "silu", "erf", "expm1")
    x = g.one()
    return f"softplus({x})" if name == "softplus" else f"sigmoid({x}) * {x}" if name == "silu" else f"{x}.{name}()"


def _positive(g: Growing) -> str:
    return f"({g.one()}.square() + {g.pick('0.5', '1.0')}).{g.pick('log', 'sqrt', 'rsqrt', 'reciprocal')}()"


def _kinked(g: Growing) -> str | None:
    x = g.of(_off_zero)
    return x and f"{x}.{g.pick('relu', 'abs')}()"


def _clamped(g: Growing) -> str | None:
    x = g.of(lambda value: bool((np.abs(np.abs(value) - 0.5) > _GAP).all()))
    return x and f"{x}.clamp(-0.5, 0.5)"


def _binary(g: Growing) -> str | None:
    x = g.one()
    y = g.of(lambda value: _joint(g.array(x), value))
    assert y is not None
    return g.pick(
        f"{x} + {y}", f"{x} - {y}", f"{x} * {y}", f"{y} * {x}", f"{x} / ({y}.square() + 1)", f"{x} * 0.5 - {y}",
        f"({x}.square() + 1) ** ({y}.tanh())", f"1 - {x} * {y}", f"{x} ** 2 + 3 * {y}",
    )  # fmt: skip


def _larger(g: Growing) -> str | None:
    x = g.one()
    y = g.of(lambda value: _joint(g.array(x), value) and _off_zero(g.array(x) - value))
    return y and g.pick(f"maximum({x}, {y})", f"minimum({x}, {y})", f"where({x} > {y}, {x}, {y} * 2)")


def _reduced(g: Growing) -> str:
    x = g.one()
    kept = g.pick("", ", keepdim=True")
    name = g.pick(
        "sum", "mean", "prod", "logsumexp", "var", "std", "norm", "sum", "mean", "cumsum", "softmax", "log_softmax"
    )
    axis = g.axis(x)
    size = g.array(x).shape[axis] if g.array(x).ndim else 1
    if name in ("cumsum", "softmax", "log_softmax"):
        return f"{x}.{name}({axis})"
    if name == "norm":
        return f"({x} + 0.1).norm(dim={axis}{kept})" if g.array(x).ndim else f"{x}.abs()"
    if name in ("var", "std"):
        return f"{x}.{name}(dim={axis}{kept})" if size > 1 and _clear(g.array(x)) else f"{x}.sum()"
    if name in ("sum", "mean") and g.pick("", "all"):
        return f"{x}.{name}()"
    return f"{x}.{name}(dim={axis}{kept})"


def _extreme(g: Growing) -> str | None:
    x = g.of(_clear)
    if x is None:
        return None
    axis = g.axis(x)
    return g.pick(
        f"{x}.amax(dim={axis})", f"{x}.amin(dim={axis}, keepdim=True)", f"{x}.max()", f"{x}.min()",
        f"{x}.max(dim={axis})[0]", f"{x}.sort(dim={axis})[0]",
    )  # fmt: skip


def _product(g: Growing) -> str | None:
    x = g.of(lambda value: value.ndim > 0)
    if x is None:
        return None
    inner = g.array(x).shape[-1]
    y = g.of(
        lambda value: (
            value.ndim > 0 and value.shape[-2 if value.ndim > 1 else 0] == inner and _batched(g.array(x), value)
        )
    )
    if y is not None:
        return f"{x} @ {y}"
    return f"{x} @ {x}.transpose(-1, -2)" if g.array(x).ndim > 1 else f"{x} @ {x}"


def _batched(one: Array, other: Array) -> bool:
    return _joint(np.empty(one.shape[:-2]), np.empty(other.shape[:-2]))


def _moved(g: Growing) -> str:
    x = g.one()
    value = g.array(x)
    choices = [f"{x}.reshape(-1)", f"{x}.unsqueeze({g.axis(x)})", f"{x}.flatten()", f"{x}.reshape({value.size}, 1)"]
    if value.ndim > 1:
        order = list(map(int, g.random.permutation(value.ndim)))
        choices += [
            f"{x}.transpose(0, -1)",
            f"{x}.permute({', '.join(map(str, order))})",
            f"{x}.flip({g.axis(x)})",
            f"{x}.tril()",
        ]
    if value.ndim:
        choices += [
            f"{x}.roll({g.pick('1', '-1', '2')}, {g.axis(x)})",
            f"{x}.expand(2, {', '.join(['-1'] * value.ndim)})",
        ]
        choices += [f"{x}.repeat({', '.join(['2'] + ['1'] * (value.ndim - 1))})"]
    if 1 in value.shape:
        choices.append(f"{x}.squeeze({value.shape.index(1)})")
    return str(choices[g.random.randint(len(choices))])


def _joined(g: Growing) -> str | None:
    x = g.one()
    shape = g.array(x).shape
    y = g.of(lambda value: value.shape == shape)
    if not shape or y is None:
        return f"stack([{x}, {y}])" if y else None
    return g.pick(f"cat([{x}, {y}], dim={g.axis(x)})", f"stack([{x}, {y}, {x}], dim={g.axis(x)})")


def _indexed(g: Growing) -> str | None:
    x = g.of(lambda value: value.ndim > 0)
    if x is None:
        return None
    value = g.array(x)
    first = value.shape[0]
    at = int(g.random.randint(-first, first))
    some = [int(each) for each in g.random.randint(-first, first, g.random.randint(1, 4))]
    choices = [
        f"{x}[{at}]",
        f"{x}[{some}]",
        f"{x}[::2]",
        f"{x}[None]",
        f"{x}[..., {g.pick('0', '-1')}]",
        f"{x}[{max(at, 0)}:]",
    ]
    choices += [f"{x}[..., None]"]
    if value.ndim > 1:
        last = value.shape[1]
        other = [int(each) for each in g.random.randint(-last, last, len(some))]
        choices += [f"{x}[{some}, {other}]", f"{x}[:, {other}]", f"{x}[1:, :{last - 1}]", f"{x}[{at}, None, ::2]"]
    if _off_zero(value) and (value > 0).any():
        choices += [f"{x}[{x} > 0]"] * 2
    return str(choices[g.random.randint(len(choices))])


_LINES: Final[tuple[Callable[[Growing], str | None], ...]] = (
    *(_smooth, _smooth, _positive, _kinked, _clamped, _binary, _binary, _binary, _larger, _reduced, _reduced),
    *(_extreme, _product, _product, _moved, _moved, _joined, _indexed, _indexed),
)
