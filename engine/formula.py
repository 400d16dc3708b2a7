"""Symbols that go through the same rules as numbers and come out as the formula of the rule.

A derivative rule is an ordinary function (`lambda x, y, out: y`). Called with floats it gives the local
derivative; called with `Formula`s it gives the text that stands on the edge. So what is shown is what ran.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeGuard

SUM, PRODUCT, PREFIX, POWER, ATOM = range(5)
"""How tightly a formula binds; a looser one inside a tighter one gets brackets."""

_SUPERSCRIPTS = str.maketrans("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


@dataclass(frozen=True, slots=True, eq=False)
class Formula:
    """A piece of mathematics as plain text and as LaTeX, with the number it is if it is one."""

    plain: str
    latex: str
    binding: int = ATOM
    number: float | None = None

    def __add__(self, other: "Formula | float") -> "Formula":
        return _infix(self, formula(other), " + ", " + ", SUM, lambda a, b: a + b)

    def __radd__(self, other: float) -> "Formula":
        return formula(other) + self

    def __sub__(self, other: "Formula | float") -> "Formula":
        return _infix(self, formula(other), " − ", " - ", SUM, lambda a, b: a - b)

    def __rsub__(self, other: float) -> "Formula":
        return formula(other) - self

    def __mul__(self, other: "Formula | float") -> "Formula":
        other = formula(other)
        if self.number == 1:
            return other
        if self.number == -1:
            return -other
        if other.number == 1:
            return self
        joined = self.number is not None and other.plain[:1].isalpha()
        return _infix(self, other, "" if joined else "·", " " if joined else r" \cdot ", PRODUCT, lambda a, b: a * b)

    def __rmul__(self, other: float) -> "Formula":
        return formula(other) * self

    def __truediv__(self, other: "Formula | float") -> "Formula":
        other = formula(other)
        plain = f"{_within(self.plain, self, PRODUCT)}/{_within(other.plain, other, POWER)}"
        return Formula(plain, rf"\frac{{{self.latex}}}{{{other.latex}}}", PRODUCT)

    def __rtruediv__(self, other: float) -> "Formula":
        return formula(other) / self

    def __neg__(self) -> "Formula":
        if self.number is not None:
            return formula(-self.number)
        tight = ATOM if self.binding == PREFIX else PRODUCT  # −(−2)
        plain, latex = _within(self.plain, self, tight), _within(self.latex, self, tight)
        return Formula(f"−{plain}", f"-{latex}", PREFIX)

    def __gt__(self, other: "Formula | float") -> "Formula":
        return _bracket(self, formula(other), ">", ">")

    def __ge__(self, other: "Formula | float") -> "Formula":
        return _bracket(self, formula(other), "≥", r"\ge")

    def __lt__(self, other: "Formula | float") -> "Formula":
        return _bracket(self, formula(other), "<", "<")

    def __le__(self, other: "Formula | float") -> "Formula":
        return _bracket(self, formula(other), "≤", r"\le")

    @property
    def negated(self) -> "Formula":
        """1 where this condition does not hold."""
        return Formula(f"[not {self.plain}]", rf"[\lnot {self.latex}]")

    def matmul(self, other: "Formula") -> "Formula":
        """The matrix product."""
        return _infix(self, other, " @ ", r" \, ", PRODUCT, lambda a, b: a * b)

    @property
    def transposed(self) -> "Formula":
        """The transpose."""
        plain, latex = _within(self.plain, self, POWER), _within(self.latex, self, POWER)
        return Formula(f"{plain}ᵀ", f"{latex}^{{\\top}}", POWER)

    def is_number(self, value: float) -> bool:
        """Whether this formula is just that number."""
        return self.number == value

    def power(self, exponent: "Formula | float") -> "Formula":
        """`self` to the `exponent`; the exponents 0 and 1 disappear."""
        exponent = formula(exponent)
        if exponent.number == 1:
            return self
        if exponent.number == 0:
            return formula(1.0)
        base, base_latex = _within(self.plain, self, ATOM), _within(self.latex, self, ATOM)
        whole = exponent.plain.removeprefix("−").isdecimal()
        raised = exponent.plain.translate(_SUPERSCRIPTS) if whole else "^" + _within(exponent.plain, exponent, ATOM)
        return Formula(base + raised, f"{base_latex}^{{{exponent.latex}}}", POWER)


def formula(value: "Formula | float") -> Formula:
    """A number as a formula (a formula stays as it is)."""
    if isinstance(value, Formula):
        return value
    text = number_text(value)
    binding = PREFIX if value < 0 else PRODUCT if "e" in text else ATOM  # 1e20 is set as 1·10²⁰
    return Formula(text.replace("-", "−"), _number_latex(text), binding, float(value))


def as_written(part: Formula) -> Formula:
    """A formula that is not worked out any further: 2·3 stays 2·3, and x¹ stays x¹."""
    return part if part.number is None else Formula(part.plain, part.latex, part.binding)


def symbol(name: str) -> Formula:
    """A name as a formula: `w0` is set as w with index 0, `y_hat` stays readable, `∂y/∂x` is a fraction."""
    above, _, below = name.partition("/")
    if above.startswith("∂") and below.startswith("∂"):
        return Formula(name, rf"\frac{{\partial {_latex_name(above[1:])}}}{{\partial {_latex_name(below[1:])}}}")
    return Formula(name, _latex_name(name))


def is_formula(value: object) -> TypeGuard[Formula]:
    """Whether a rule is being called for its text."""
    return isinstance(value, Formula)


def number_text(value: float) -> str:
    """A literal as a person would write it: `2`, `0.5`, `1e-6`."""
    if not math.isfinite(value):
        return str(value)
    if abs(value) < 1e15 and value == int(value):
        return str(int(value))
    mantissa, _, exponent = repr(value).partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


def default_notation(name: str, operands: "list[Formula]", attributes: Mapping[str, object]) -> Formula:
    """An op without a notation of its own: `mean(x, dim=0)`."""
    settings = [f"{key}={_setting(value)}" for key, value in attributes.items()]
    plain = ", ".join([*(each.plain for each in operands), *settings])
    settings_latex = [rf"\text{{{each}}}".replace("_", r"\_") for each in settings]
    latex = ", ".join([*(each.latex for each in operands), *settings_latex])
    title = name.replace("_", r"\_")
    return Formula(f"{name}({plain})", rf"\text{{{title}}}({latex})")


def _setting(value: object) -> str:
    if isinstance(value, Formula):
        return value.plain
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    return number_text(value).replace("-", "−") if math.isfinite(value) else str(value)


def _number_latex(text: str) -> str:
    mantissa, _, exponent = text.partition("e")
    return rf"{mantissa} \cdot 10^{{{exponent}}}" if exponent else mantissa


def _bracket(left: Formula, right: Formula, plain: str, latex: str) -> Formula:
    return Formula(f"[{left.plain} {plain} {right.plain}]", f"[{left.latex} {latex} {right.latex}]")


def _infix(
    left: Formula, right: Formula, plain: str, latex: str, binding: int, fold: Callable[[float, float], float]
) -> Formula:
    if left.number is not None and right.number is not None:
        return formula(fold(left.number, right.number))
    tight = ATOM if right.binding == PREFIX else binding + 1  # x − (−2)
    return Formula(
        _within(left.plain, left, binding) + plain + _within(right.plain, right, tight),
        _within(left.latex, left, binding) + latex + _within(right.latex, right, tight),
        binding,
    )


def _within(text: str, part: Formula, binding: int) -> str:
    return f"({text})" if part.binding < binding else text


def _latex_name(name: str) -> str:
    stem = name.rstrip("0123456789").rstrip("_") or name
    index = name[len(stem) :].lstrip("_")
    base = stem if len(stem) == 1 else r"\text{" + stem.replace("_", r"\_") + "}"
    return f"{base}_{{{index}}}" if index else base
