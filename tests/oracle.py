"""An independent witness: tiny expression trees, evaluated naively and differentiated with dual numbers."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Final, Literal

from hypothesis import strategies as st

from tests.operations import UNARY


@dataclass(frozen=True, slots=True)
class Dual:
    """A value and its slope along one leaf; `scale` is the slope with every sign made positive, the size
    that rounding errors are measured against."""

    value: float
    slope: float = 0.0
    scale: float = 0.0


@dataclass(frozen=True, slots=True)
class Name:
    """A leaf, or the result of an earlier line."""

    text: str


@dataclass(frozen=True, slots=True)
class Number:
    """A literal."""

    value: float


Style = Literal["operator", "function", "method"]


@dataclass(frozen=True, slots=True)
class Call:
    """An operation on operands, and how it is to be written."""

    op: str
    operands: "tuple[Term, ...]"
    style: Style


Term = Name | Number | Call


@dataclass(frozen=True, slots=True)
class Program:
    """Lines that give names to terms; the last line's value is the output."""

    lines: tuple[tuple[str, Term], ...]
    inputs: Mapping[str, float]

    @property
    def source(self) -> str:
        """The program as a person could have typed it."""
        return "\n".join(f"{name} = {written(term)}" for name, term in self.lines)

    @property
    def value(self) -> float:
        """What the last line comes to."""
        return self._along(None).value

    def gradient(self, leaf: str) -> Dual:
        """∂output/∂leaf, as the slope of the output along that leaf alone."""
        return self._along(leaf)

    @property
    def reached(self) -> frozenset[str]:
        """The leaves that the output was made from."""
        known: dict[str, frozenset[str]] = {name: frozenset({name}) for name in self.inputs}
        for name, term in self.lines:
            known[name] = _names(term, known)
        return known[self.lines[-1][0]]

    def _along(self, leaf: str | None) -> Dual:
        known = {name: Dual(value, 1.0, 1.0) if name == leaf else Dual(value) for name, value in self.inputs.items()}
        for name, term in self.lines:
            known[name] = evaluated(term, known)
        return known[self.lines[-1][0]]


def evaluated(term: Term, known: Mapping[str, Dual]) -> Dual:
    """A term's value and slope, by plain recursion."""
    match term:
        case Name(text):
            return known[text]
        case Number(value):
            return Dual(value)
        case Call(op, operands):
            return applied(op, *(evaluated(each, known) for each in operands))


def applied(op: str, *operands: Dual) -> Dual:
    """One operation on dual numbers."""
    if op in UNARY:
        (x,) = operands
        value, local = UNARY[op].rule(x.value)
        return Dual(value, local * x.slope, abs(local) * x.scale)
    x, y = operands
    value, by_x, by_y = BINARY[op](x.value, y.value)
    return Dual(value, by_x * x.slope + by_y * y.slope, abs(by_x) * x.scale + abs(by_y) * y.scale)


def _power(x: float, y: float) -> tuple[float, float, float]:
    value = math.pow(x, y)
    if x <= 0:  # only whole literal exponents get here, so nothing asks for the slope along y
        return value, y * math.pow(x, y - 1), 0.0
    return value, value * y / x, value * math.log(x)


BINARY: Final[Mapping[str, Callable[[float, float], tuple[float, float, float]]]] = {
    "add": lambda x, y: (x + y, 1.0, 1.0),
    "sub": lambda x, y: (x - y, 1.0, -1.0),
    "mul": lambda x, y: (x * y, y, x),
    "div": lambda x, y: (x / y, 1 / y, -x / (y * y)),
    "pow": _power,
}
"""Value and both local derivatives, written down without a look at the engine."""

MARKS: Final[Mapping[str, str]] = {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "**"}


def written(term: Term) -> str:
    """A term as source text."""
    match term:
        case Name(text):
            return text
        case Number(value):
            return repr(int(value) if value.is_integer() else value)
        case Call("neg", (x,), "operator"):
            return f"-{_bracketed(x)}"
        case Call(op, (x, y), "operator"):
            return f"{_bracketed(x)} {MARKS[op]} {_bracketed(y)}"
        case Call(op, (x, *rest), "method"):
            return f"{_bracketed(x)}.{op}({', '.join(map(written, rest))})"
        case Call(op, operands):
            return f"{op}({', '.join(map(written, operands))})"


def _bracketed(term: Term) -> str:
    return term.text if isinstance(term, Name) else f"({written(term)})"


def _names(term: Term, known: Mapping[str, frozenset[str]]) -> frozenset[str]:
    match term:
        case Name(text):
            return known[text]
        case Number():
            return frozenset()
        case Call(_, operands):
            none: frozenset[str] = frozenset()
            return reduce(frozenset.union, (_names(each, known) for each in operands), none)


def _defined(op: str, values: tuple[float, ...], operands: tuple[Term, ...]) -> bool:
    """Whether the op is defined and smooth here, and a good way around, and its value of ordinary size."""
    x, y = values[0], values[-1]
    if op in ("log", "sqrt"):
        defined = x >= 0.05
    elif op in ("relu", "abs", "sign"):
        defined = abs(x) >= 0.01
    elif op in ("tanh", "sigmoid"):
        defined = abs(x) <= 4  # beyond, 1 − tanh² is a small difference of large numbers
    elif op == "div":
        defined = abs(y) >= 0.05
    elif op == "pow":
        whole = isinstance(operands[1], Number) and y.is_integer()
        defined = abs(y) <= 4 and (x >= 0.05 or (whole and abs(x) >= 0.05))
    else:
        defined = op != "exp" or x <= 4
    return defined and abs(applied(op, *map(Dual, values)).value) <= 50


_LEAVES = ("x", "y", "z")
_RESULTS = tuple("abcdefghijkl")


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Programs of up to twelve operations, with shared and unused lines, smooth at their inputs."""
    size = st.floats(0.125, 3.0).map(lambda value: round(value, 3))
    inputs = {
        name: draw(size) * draw(st.sampled_from((1, -1))) for name in _LEAVES[: draw(st.integers(1, len(_LEAVES)))]
    }
    values: dict[Term, float] = {Name(name): value for name, value in inputs.items()}
    lines: list[tuple[str, Term]] = []
    for name in _RESULTS[: draw(st.integers(1, len(_RESULTS)))]:
        term, value = draw(_calls(values))
        if draw(st.booleans()):  # a line of its own, which later lines may share
            lines.append((name, term))
            values[Name(name)] = value
        else:  # written out wherever it is used
            values[term] = value
        last = name, term
    if not lines or lines[-1] != last:
        lines.append(last)
    return Program(tuple(lines), inputs)


@st.composite
def _calls(draw: st.DrawFn, values: Mapping[Term, float]) -> tuple[Call, float]:
    """An operation on what there is, and its value; one that is not defined there becomes a sine."""
    op = draw(st.sampled_from((*UNARY, *BINARY, *BINARY)))  # twice, to make graphs rather than chains
    terms = st.sampled_from(sorted(values, key=written))
    numbers = st.sampled_from((2.0, 3.0, 0.5, -1.0, -2.0, 10.0, 1.5, 0.0, 1.0)).map(Number)
    first: Term = draw(terms)
    operands: tuple[Term, ...] = (first,)
    if op in BINARY:
        second: Term = draw(numbers if draw(st.integers(0, 3)) == 0 else terms)
        operands = (second, first) if draw(st.booleans()) else (first, second)
    known = dict(values)
    known.update((each, each.value) for each in operands if isinstance(each, Number))
    if len(written(operands[0])) + len(written(operands[-1])) > 200 or not _defined(
        op, tuple(known[each] for each in operands), operands
    ):
        op, operands = "sin", (min(values, key=lambda term: len(written(term))),)
    styles: tuple[Style, ...] = (
        ("operator", "function", "method") if op in BINARY or op == "neg" else ("function", "method")
    )
    if isinstance(operands[0], Number):
        styles = styles[:-1]  # no one writes (2).mul(x)
    call = Call(op, operands, draw(st.sampled_from(styles)))
    return call, applied(op, *(Dual(known[each]) for each in operands)).value
