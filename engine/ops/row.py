"""What a row of the op table holds, and how an op runs: on floats, arrays, symbols and tensors alike.

A rule is written with the table's own ops, so the same function gives numbers (the backward pass), text (the
formula on the edge) and tensors (a backward pass that is itself recorded and can be differentiated again).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import EllipsisType
from typing import Any, ClassVar, Final

import numpy as np

from engine import dtypes, mode, shapes
from engine.dtypes import Value
from engine.errors import InputError
from engine.formula import Formula, default_notation, formula, is_formula
from engine.messages import Message

REQUIRED: Final = EllipsisType
"""In place of an attribute's default: it has none."""

_PLACE: Final = re.compile(r"\$(\d|out|me)")
Texts = tuple[tuple[str, str], ...]


class Traced:
    """What records the ops that are called on it (a tensor)."""

    __slots__ = ()

    def apply_traced(self, op: "Op", operands: tuple[Any, ...], attributes: tuple[Any, ...]) -> Any:
        """The op on operands of which at least one is traced."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Op:
    """One row. `name` and the names of `operands` and `attributes` (with their defaults) are PyTorch's.

    `array` computes on NumPy arrays: `array(*operands, *attributes)`. `notation` writes the op as a formula of its
    operands' formulas (None: `name(x, dim=0)`). `english` and `chinese` say in one true sentence how the gradient
    passes, `domain` (LaTeX) where it does; `kink` what happens where the derivative does not exist (None: it always
    exists in the domain). `composite` does the same with simpler ops; None for a primitive op.
    """

    name: str
    glyph: str
    operands: tuple[str, ...] = ("input",)
    attributes: Mapping[str, Any] = field(default_factory=dict)
    array: Callable[..., Any]
    notation: Callable[..., Formula] | None = None
    english: str
    chinese: str
    domain: str = r"x \in \mathbb{R}"
    kink: tuple[str, str] | None = None
    composite: Callable[..., Any] | None = None
    variadic: bool = False
    """Whether it takes any number of operands; `operands` then names the list of them."""
    differentiable: bool = True
    """Whether a gradient can pass at all: not through comparisons and positions."""

    @property
    def arity(self) -> int:
        """The number of operands; of a variadic op, 1."""
        return len(self.operands)

    def __call__(self, *arguments: Any) -> Any:
        """The op on operands and attributes (defaults may be left out): on formulas it gives a formula, on tensors
        a recorded tensor, on floats and arrays the bare value (IEEE 754, never an exception for a number)."""
        for argument in arguments:
            if isinstance(argument, Traced):
                return argument.apply_traced(self, *self.split(arguments))
            if is_formula(argument):
                return self.written(*self.split(arguments))
        return self.compute(*self.split(arguments))

    def split(self, arguments: tuple[Any, ...]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """Operands and attributes, the latter filled up with their defaults."""
        count = len(arguments) - len(self.attributes) if self.variadic else len(self.operands)
        given = arguments[count:]
        missing = len(self.attributes) - len(given)
        return arguments[:count], (*given, *list(self.attributes.values())[-missing:]) if missing else given

    def written(self, operands: Sequence[Any], attributes: Sequence[Any]) -> Formula:
        """The op as a formula."""
        if self.notation is not None:
            return self.notation(*map(_part, operands), *attributes)
        shown = {
            name: value
            for (name, default), value in zip(self.attributes.items(), attributes, strict=True)
            if value is not default and value != default
        }
        return default_notation(self.name, list(map(_part, operands)), shown)

    def compute(self, operands: Sequence[Any], attributes: Sequence[Any]) -> Value:
        """The bare value on floats and arrays. Raises `ShapeError` if the shapes do not fit."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Elementwise(Op):
    """An op that works on each element by itself. `forward` computes on floats (None: `array` does).

    `local(*operands, *attributes, out)` returns the local derivatives ∂out/∂operand, one per operand (numbers that are
    always the same stand there themselves); the engine, not the rule, multiplies by the upstream gradient. `shown`
    replaces their texts (plain, LaTeX) where the rule itself cannot be run on symbols; `$0`, `$1` are the operands,
    then the attributes, `$out` the result.
    """

    forward: Callable[..., float] | None = None
    local: Callable[..., tuple[Any, ...]] | tuple[float, ...]
    shown: Texts | None = None
    fractional: bool = False
    """Whether whole numbers are made float32 first: `exp` of an int64 tensor."""
    selects: bool = False
    """Whether the first operand only chooses between the others (`where`)."""
    analytic: bool = False
    """Whether `array` also computes on complex numbers, for the complex-step check."""

    def __call__(self, *arguments: Any) -> Any:
        if len(arguments) == 1 and type(arguments[0]) is float and not self.attributes:
            return self.on_floats(arguments)
        return Op.__call__(self, *arguments)

    def compute(self, operands: Sequence[Any], attributes: Sequence[Any]) -> Value:
        for each in operands:
            if type(each) is not float:
                return self.on_arrays(operands, attributes)
        return self.on_floats((*operands, *attributes))

    def on_floats(self, arguments: Sequence[Any]) -> float:
        """The op on Python floats, with NumPy's results where they raise."""
        try:
            if self.forward is not None:
                return self.forward(*arguments)
        except (ArithmeticError, ValueError):
            pass
        with np.errstate(all="ignore"):
            known = len(self.operands)
            found = self.array(*map(np.float64, arguments[:known]), *arguments[known:])
            return float(found) if found.dtype.kind == "f" else found

    def on_arrays(self, operands: Sequence[Any], attributes: Sequence[Any]) -> Value:
        """The op on arrays, broadcast against each other, in the type PyTorch would take."""
        try:
            shapes.charge_broadcast(operands)
            common = dtypes.promoted(operands[1:] if self.selects else operands)
            if self.fractional and common.kind != "f":
                common = dtypes.DEFAULT
            given = [
                each if type(each) is np.ndarray and each.dtype == common else mode.calmly(np.asarray, each, common)
                for each in (operands[1:] if self.selects else operands)
            ]
            if self.selects:
                given.insert(0, operands[0])
            made = dtypes.normal(mode.calmly(self.array, *given, *attributes))
            if common.kind == "b" and dtypes.of(made) == np.int8:  # what NumPy makes of truth values that are divided
                raise TypeError
            return made
        except ValueError:
            raise shapes.mismatch(self.name, self.glyph, operands) from None
        except TypeError:
            raise InputError(
                Message(
                    "`{op}` cannot work on {types}",
                    op=self.name,
                    types=", ".join(str(dtypes.of(each)) for each in operands),
                ),
                hint=Message("make it a tensor of fractions, for example with .float()"),
            ) from None

    def slopes(self, *arguments: Any) -> tuple[Any, ...]:
        """The rule on bare values or formulas, with IEEE 754 results where Python's floats raise."""
        if self.shown is not None and any(map(is_formula, arguments)):
            return tuple(_filled(each, arguments) for each in self.shown)
        if isinstance(self.local, tuple):
            return self.local
        try:
            return self.local(*arguments)
        except (ArithmeticError, ValueError):
            with np.errstate(all="ignore"):  # arrays of one element stay arrays, whatever rows the rule calls
                raised = self.local(*[np.array([each]) if type(each) is float else each for each in arguments])
                return tuple(float(np.ravel(each)[0]) for each in raised)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Structural(Op):
    """An op that moves or combines elements: matmul, sum, reshape, indexing.

    `vjp` has one function per operand, `vjp[i](upstream, *operands, *attributes, out)`: what the operand gets,
    written with the table's ops (None: no gradient passes to it). A variadic op has one function in all, with the
    operand's index first: `vjp(index, upstream, *operands, *attributes, out)`. `shown` gives their formulas
    (plain, LaTeX), one per operand or one for all; G is the upstream gradient, `$0`, `$1` the operands, `$me` the
    one that gets it.
    `shape(*shapes, *attributes)` gives the result's shape before anything is computed (None: no larger than the
    operands); it raises `ShapeError`.
    """

    vjp: tuple[Callable[..., Any] | None, ...] | Callable[..., Any]
    shown: Texts
    shape: Callable[..., tuple[int, ...]] | None = None
    local: ClassVar[None] = None
    """It has no local derivatives, only a vector–Jacobian product."""
    linear: bool = False
    """Whether it is linear in each of its operands by itself, so that forward mode can apply it to tangents."""
    promotes: bool = False
    """Whether its operands are computed in their common type (`cat`, `matmul` wants equal ones)."""

    def compute(self, operands: Sequence[Any], attributes: Sequence[Any]) -> Value:
        values = list(map(dtypes.array, operands))
        if self.promotes:
            common = dtypes.promoted(values)
            values = [each if each.dtype == common else each.astype(common) for each in values]
        spending = mode.budget()
        if self.shape is not None:
            shape = self.shape(*[each.shape for each in values], *attributes)
            if spending is not None:
                spending.charge(shape)
        if spending is not None and spending.worked is not None:
            spending.worked(sum([each.size for each in values]))
        return dtypes.normal(mode.calmly(self.array, *values, *attributes))

    def contribution(
        self, index: int, upstream: Any, operands: Sequence[Any], attributes: Sequence[Any], out: Any
    ) -> Any:
        """What operand `index` gets from the upstream gradient; None if no gradient passes."""
        if callable(self.vjp):
            return self.vjp(index, upstream, *operands, *attributes, out)
        rule = self.vjp[index]
        return None if rule is None else rule(upstream, *operands, *attributes, out)

    def texts(self, index: int, operands: Sequence[Formula]) -> Formula:
        """The formula of what operand `index` gets."""
        return _filled(self.shown[min(index, len(self.shown) - 1)], operands, me=operands[index])


def functional(plain: str, latex: str) -> Callable[..., Formula]:
    """A notation by templates: `functional("√({0})", r"\\sqrt{{{0}}}")`."""
    return lambda *parts: Formula(
        plain.format(*[each.plain if is_formula(each) else each for each in parts]),
        latex.format(*[each.latex if is_formula(each) else each for each in parts]),
    )


def _part(value: Any) -> Formula:
    return value if is_formula(value) else formula(float(value))


def _filled(text: tuple[str, str], arguments: Sequence[Any], me: Formula | None = None) -> Formula:
    """A template with its places filled: `$0`, `$1` are the operands (then attributes), `$out` the last argument."""
    parts = list(map(_part_or_text, arguments))
    places = {str(index): each for index, each in enumerate(parts)} | {"out": parts[-1], "me": me or parts[0]}
    plain, latex = text
    return Formula(
        _PLACE.sub(lambda found: places[found[1]].plain, plain), _PLACE.sub(lambda found: places[found[1]].latex, latex)
    )


def _part_or_text(value: Any) -> Formula:
    return _part(value) if is_formula(value) or isinstance(value, (int, float)) else Formula(str(value), str(value))
