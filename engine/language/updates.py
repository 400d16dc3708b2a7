"""What training changes after a pass: parameters, and what an optimizer keeps of them, as steps of that pass."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from engine.dtypes import Array, Value, normal
from engine.formula import formula, symbol
from engine.snapshot import Shown, State, UpdateStep, shown
from engine.tensor import Tensor


class Kept(NamedTuple):
    """What an optimizer keeps of a parameter between two updates, and how it came about: `0.9·v + w.grad`."""

    name: str
    rule: str
    before: Value | None
    after: Value


@dataclass(frozen=True, slots=True)
class Update:
    """Training changed a leaf: its value before and after, and how (`w − 0.01·w.grad`); `kept` is the optimizer's."""

    leaf: Tensor
    before: Value
    after: Value
    expression: str | None
    kept: tuple[Kept, ...] = ()


def steps(
    updates: Sequence[Update], ids: Mapping[Tensor, str], names: Mapping[str, str], first: int
) -> Iterator[UpdateStep]:
    """The updates of the tensors in `ids`, as steps from index `first` on; `names` are what their nodes are called."""
    for each in updates:
        if each.leaf not in ids:
            continue
        node = ids[each.leaf]
        called = names[node]
        expression = each.expression and each.expression.replace("{w}", called)
        yield UpdateStep(
            index=first,
            node=node,
            before=shown(each.before),
            after=shown(each.after),
            expression=expression,
            expression_latex=expression and latex(expression, called),
            state=tuple(_state(kept, called) for kept in each.kept),
        )
        first += 1


def _state(kept: Kept, called: str) -> State:
    rule = kept.rule.replace("{w}", called)
    return State(
        name=kept.name,
        name_latex=latex(kept.name, called),
        rule=rule,
        rule_latex=latex(rule, called),
        before=None if kept.before is None else _shown(kept.before),
        after=_shown(kept.after),
    )


def _shown(value: Value) -> Shown:
    return shown(normal(value) if isinstance(value, np.ndarray) else value)


_FRACTION: Final = re.compile(r"(?P<above>[^·/ ]+)/\((?P<below>.+)\)$")
_HATS: Final = {"m̂": r"\hat{m}", "v̂": r"\hat{v}", "ε": r"\varepsilon", "−": "-", "+": "+"}


def latex(expression: str, called: str = "") -> str:
    """`w − 0.01·w.grad` as LaTeX; `called` is a name that may have points in it."""
    fraction = _FRACTION.search(expression)
    if fraction:
        before = expression[: fraction.start()]
        above, below = (latex(fraction[part], called) for part in ("above", "below"))
        head = latex(before.removesuffix("·"), called) + r" \cdot " if before else ""
        return rf"{head}\frac{{{above}}}{{{below}}}"
    return " ".join(
        r" \cdot ".join(_factor(each, called) for each in word.split("·")) for word in expression.split(" ")
    )


def _factor(factor: str, called: str) -> str:
    """One name or number, perhaps under a root, squared, or with a bracket before or behind it."""
    if factor in _HATS:
        return _HATS[factor]
    if factor.startswith("√"):
        return rf"\sqrt{{{_factor(factor[1:], called)}}}"
    if factor.startswith("sign("):
        return r"\mathrm{sign}(" + _factor(factor[len("sign(") :], called)
    if factor.startswith("("):
        return "(" + _factor(factor[1:], called)
    if factor.endswith(")"):
        return _factor(factor[:-1], called) + ")"
    if factor.endswith("²"):
        return rf"\left({_factor(factor[:-1], called)}\right)^2"
    base, power, exponent = factor.partition("^")
    if power:
        return f"{_factor(base, called)}^{{{exponent}}}"
    name = factor.removesuffix(".grad")
    if name.isidentifier() or name == called:
        return rf"\nabla {symbol(name).latex}" if name != factor else symbol(name).latex
    try:
        return formula(float(factor)).latex
    except ValueError:
        return factor.replace("_", r"\_")


def bias_corrected(name: str, rate: float, step: int, value: Array) -> Kept:
    """`m̂ = m/(1 − 0.9^t)`: a mean that began at 0, made as large as it would be."""
    plain = name[0]
    return Kept(name, f"{plain}/(1 − {rate:g}^{step})", None, value / (1 - rate**step))
