"""Every row of the op table is complete, and the formula it shows is the rule that ran."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from app.files import package_file
from engine import dtypes, ops
from engine.dtypes import Array
from engine.formula import Formula, formula, symbol
from engine.ops import Elementwise, Op, Structural
from engine.snapshot import BackwardStep
from engine.tensor import Tensor
from tests.comparison import node_of
from tests.drawing import Draw, weights
from tests.operations import CASES, UNARY
from tests.oracle import BINARY, Program, programs
from tests.scalars import scalar

ROWS: Final = pytest.mark.parametrize("op", ops.TABLE.values(), ids=ops.TABLE)
ELEMENTWISE: Final = pytest.mark.parametrize(
    "op", [each for each in ops.TABLE.values() if isinstance(each, Elementwise)], ids=lambda op: op.name
)

SHOWN: Final[dict[str, tuple[str, list[str], list[str]]]] = {
    "add": ("x + y", ["1", "1"], ["1", "1"]),
    "sub": ("x − y", ["1", "−1"], ["1", "-1"]),
    "mul": ("x·y", ["y", "x"], ["y", "x"]),
    "div": ("x/y", ["1/y", "−z/y"], [r"\frac{1}{y}", r"\frac{-z}{y}"]),
    "pow": ("x^y", ["y·x^(y − 1)", "z·log(x)"], [r"y \cdot x^{y - 1}", r"z \cdot \ln(x)"]),
    "matmul": ("x @ y", ["G·yᵀ", "xᵀ·G"], [r"G\,y^{\top}", r"x^{\top} G"]),
    **{name: (row.shown, [row.local], [row.latex]) for name, row in UNARY.items()},
}
"""Of z = op(x, y): the op, its local derivatives or vector–Jacobian products, and these as LaTeX."""


def test_the_table_holds_the_oracles_operations_under_their_own_names() -> None:
    assert set(ops.TABLE) > {*UNARY, *BINARY}
    assert all(name == op.name for name, op in ops.TABLE.items())
    with pytest.raises(TypeError):
        ops.TABLE["sin"] = ops.ADD  # type: ignore[index]


@ROWS
def test_a_row_says_everything_in_both_languages(op: Op) -> None:
    assert op.glyph
    assert op.domain
    assert re.fullmatch(r"[A-Z\W].*[a-z][^.]*\.", op.english)
    assert re.fullmatch(r".*[\u4e00-\u9fff].*。", op.chinese)


@ROWS
def test_the_fonts_that_are_shipped_have_its_sign(op: Op) -> None:
    widths = json.loads(package_file("render", "widths.json").read_text("utf-8"))["mono"]["600"]
    assert {sign for sign in op.glyph if sign < "\U00010000"} <= set("".join(widths.values()))


def test_different_rows_say_different_things() -> None:
    for said in ("glyph", "english", "chinese", "name"):
        counted = Counter(getattr(op, said) for op in ops.TABLE.values())
        assert [each for each, count in counted.items() if count > 1] == [], said


# --- kinks: what the row says, and what its own function does


@ROWS
def test_a_kink_is_told_of_exactly_where_there_is_one(op: Op) -> None:
    found = next(kinks(op), None)
    assert (op.kink is not None) == (found is not None), found
    if op.kink is not None:
        english, chinese = op.kink
        assert english.endswith(".")
        assert chinese.endswith("。")
        assert "PyTorch" in english
        assert "PyTorch" in chinese


def kinks(op: Op) -> Iterator[str]:
    """Points of the op's cases (zeros, ties and borders among them) where the slopes of the two sides differ."""
    for case in CASES.get(op.name, ()):
        if not op.differentiable:
            return
        tied = {
            name: replace(each, kind="real" if each.kind == "distinct" else each.kind)
            for name, each in case.specs.items()
        }
        case = replace(case, specs=tied)
        for seed in range(24):
            node = node_of(op.name, case, Draw(seed, dtypes.FLOAT64, "zero" if seed % 8 == 0 else "border"))
            for index in range(0 if node is None else len(node.operands)):
                assert node is not None
                bend = bent(node, index, seed)
                if bend > 0.01:
                    yield f"{case.key}: operand {index}, {[each.value for each in node.operands]}: {bend}"


def bent(node: Tensor, index: int, seed: int) -> float:
    """How much the slope of the op itself changes at its operand, along a direction; 0 where a value is no number."""
    values = [np.asarray(each.value) for each in node.operands]
    if values[index].dtype.kind != "f" or node.dtype != np.float64 or not node.requires_grad:
        return 0.0
    along = weights(values[index].shape, values[index].dtype, seed)

    def at(step: float) -> Array:
        moved = [each + step * along if place == index else each for place, each in enumerate(values)]
        assert node.op is not None
        return np.asarray(node.op.compute(list(map(dtypes.normal, moved)), node.attributes), np.float64)

    with np.errstate(all="ignore"):
        wide, narrow = ((at(-step) - 2 * at(0.0) + at(step)) / step for step in (1e-6, 1e-7))
        bends = np.where(np.abs(narrow) > 0.5 * np.abs(wide), np.abs(narrow), 0.0)  # of a curve it would be a tenth
        jumps = np.abs(at(1e-7) - at(-1e-7))
    found = np.maximum(np.nan_to_num(bends, nan=0.0, posinf=0.0), np.nan_to_num(jumps, nan=0.0, posinf=0.0))
    return float(found.max(initial=0.0))


# --- rules


@cache
def _nodes(name: str) -> tuple[Tensor, ...]:
    """The op of that name as its cases make it."""
    made = (node_of(name, case, Draw(1, dtypes.FLOAT64)) for case in CASES.get(name, ()))
    return tuple(node for node in made if node is not None)


def _symbols(count: int) -> list[Formula]:
    return [symbol(name) for name in "xyuvst"[:count]]


@ROWS
def test_a_rule_speaks_of_every_operand(op: Op) -> None:
    for node in _nodes(op.name):
        count = len(node.operands)
        assert count == op.arity or op.variadic or (op.name == "pow" and count == 1)
        written = op.written(_symbols(count), node.attributes)
        texts = [written.plain, written.latex]
        if isinstance(op, Elementwise):
            values = [each.value for each in node.operands]
            exponent = [symbol("p")] if op.name == "pow" and count == 1 else []
            settings_ = exponent or node.attributes
            assert len(op.slopes(*values, *node.attributes, node.value)) >= count
            slopes = op.slopes(*_symbols(count), *settings_, symbol("z"))
            texts += [text for each in map(formula, slopes) for text in (each.plain, each.latex)]
        else:
            assert isinstance(op, Structural)
            products = [op.texts(index, _symbols(count)) for index in range(count)]
            texts += [text for each in products for text in (each.plain, each.latex)]
        assert all(texts)
        assert not any("$" in text or "<" in text.replace(" < ", "") for text in texts), texts
        for text in texts[1::2]:
            _check_latex(text)


@pytest.mark.parametrize("name", SHOWN)
def test_what_is_shown(name: str) -> None:
    op = ops.TABLE[name]
    whole, plain, latex = SHOWN[name]
    symbols = _symbols(op.arity)
    if isinstance(op, Structural):
        told = [op.texts(index, symbols) for index in range(op.arity)]
    else:
        assert isinstance(op, Elementwise)
        told = [formula(each) for each in op.slopes(*symbols, symbol("z"))]
    assert op(*symbols).plain == whole
    assert [each.plain for each in told] == plain
    assert [each.latex for each in told] == latex


@ELEMENTWISE
def test_floats_and_arrays_go_through_the_same_function(op: Elementwise) -> None:
    for node in _nodes(op.name):
        values = np.broadcast_arrays(*[np.asarray(each.value) for each in node.operands])
        if op.forward is None or any(each.dtype != np.float64 for each in values):
            continue
        for place in np.ndindex(values[0].shape):
            one = op.forward(*[float(each[place]) for each in values], *node.attributes)
            assert float(np.asarray(node.value)[place]) == pytest.approx(one, rel=1e-14, abs=1e-16)


@ELEMENTWISE
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_no_float_makes_a_row_raise(op: Elementwise, data: st.DataObject) -> None:
    for node in _nodes(op.name):
        if op.selects or all(each.dtype.kind != "f" for each in node.operands):  # it wants truth values
            continue
        numbers = [data.draw(st.floats()) for _ in node.operands]
        out = op(*numbers, *node.attributes)
        assert isinstance(out, float) or out.dtype.kind in "bi"
        slopes = op.slopes(*numbers, *node.attributes, out)
        assert all(np.ndim(each) == 0 and np.asarray(each).dtype.kind in "fb" for each in slopes)


# --- formulas as a person would write them


@pytest.mark.parametrize(
    ("source", "expression", "latex", "locals_"),
    [
        ("x ** 2", "x²", "x^{2}", ["2x"]),
        ("x ** 3", "x³", "x^{3}", ["3x²"]),
        ("x ** 1", "x¹", "x^{1}", ["1"]),
        ("x ** 0", "x⁰", "x^{0}", ["0"]),
        ("x ** -1", "x⁻¹", "x^{-1}", ["−x⁻²"]),
        ("x ** 0.5", "x^0.5", "x^{0.5}", ["0.5x^(−0.5)"]),
        ("x ** 1e300", "x^(1e300)", r"x^{1 \cdot 10^{300}}", ["1e300x^(1e300)"]),
        ("2 ** x", "2^x", "2^{x}", ["out·log(2)"]),
        ("(-2) ** x", "(−2)^x", "(-2)^{x}", ["out·log(−2)"]),
        ("1e20 ** x", "(1e20)^x", r"(1 \cdot 10^{20})^{x}", ["out·log(1e20)"]),
        ("x - -2", "x − (−2)", "x - (-2)", ["1"]),
        ("x * -2", "x·(−2)", r"x \cdot (-2)", ["−2"]),
        ("x / -2", "x/(−2)", r"\frac{x}{-2}", ["1/(−2)"]),
        ("-3 / x", "−3/x", r"\frac{-3}{x}", ["−out/x"]),
        ("1 * x", "1·x", r"1 \cdot x", ["1"]),
        ("2 * x", "2·x", r"2 \cdot x", ["2"]),
        ("x * 2", "x·2", r"x \cdot 2", ["2"]),
        ("x1 * w12", "x1·w12", r"x_{1} \cdot w_{12}", ["w12", "x1"]),
        ("学 * y_hat", "学·y_hat", r"学 \cdot \text{y\_hat}", ["y_hat", "学"]),
    ],
)
def test_formulas_read_well(source: str, expression: str, latex: str, locals_: list[str]) -> None:
    inputs = dict.fromkeys(engine.free_names(source), 2.0)
    snapshot = engine.run(source, inputs=inputs).passes[0]
    last = snapshot.nodes[-1]
    assert (last.expression, last.expression_latex) == (expression, latex)
    assert [step.local_formula for step in snapshot.steps if isinstance(step, BackwardStep)] == locals_


def test_a_minus_before_a_minus_stands_in_brackets() -> None:
    assert [node.expression for node in engine.run("-(-2)").passes[0].nodes if node.op] == ["−(−2)"]


# --- what is shown is what ran


_TYPED: Final = {ord(sign): typed for sign, typed in zip("−·√σ^", ("-", "*", "sqrt", "sigmoid", "**"), strict=True)}


def retyped(shown: str) -> str:
    """A plain formula in the engine's own language."""
    text = shown.translate(_TYPED)
    text = re.sub(r"\[(.*) > 0\]", r"relu(sign(\1))", text)
    text = re.sub(r"\|(.*)\|", r"abs(\1)", text)
    text = re.sub(r"[⁻⁰¹²³⁴-⁹]+", lambda raised: f"**({_lowered(raised.group())})", text)
    return re.sub(r"(?<![\w.])(\d+(?:\.\d+)?(?:e-?\d+)?)(?=[a-z])", r"\1*", text)


def _lowered(raised: str) -> str:
    return raised.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))


@settings(max_examples=60, deadline=None)
@given(programs())
def test_every_formula_shown_gives_the_number_beside_it(program: Program) -> None:
    snapshot = engine.run(program.source, inputs=program.inputs).passes[0]
    values = {node.label: scalar(node.value) for node in snapshot.nodes if node.kind != "constant"}
    nodes = {node.id: node for node in snapshot.nodes}
    targets = {edge.id: nodes[edge.target] for edge in snapshot.edges}
    beside = [(node.expression, scalar(node.value)) for node in snapshot.nodes if node.expression]
    for step in snapshot.steps:
        if isinstance(step, BackwardStep):
            exponent = targets[step.edge].attributes.get("exponent")
            if exponent != 0:  # x⁰: the slope 0 is exact, the general formula is 0·x⁻¹
                beside.append((step.local_formula, scalar(step.local)))
    for shown, number in beside:
        source = retyped(shown)
        run = engine.run(source, inputs={name: values[name] for name in engine.free_names(source)})
        assert run.passes[0].nodes[-1].value == pytest.approx(number, rel=1e-9, abs=1e-12), shown


@settings(max_examples=60, deadline=None)
@given(programs())
def test_latex_is_balanced_and_raises_nothing_twice(program: Program) -> None:
    snapshot = engine.run(program.source, inputs=program.inputs).passes[0]
    for node in snapshot.nodes:
        _check_latex(node.label_latex)
        _check_latex(node.expression_latex or "")
    for step in snapshot.steps:
        if isinstance(step, BackwardStep):
            _check_latex(step.local_latex)


def _check_latex(text: str) -> None:
    depth = 0
    for character in text.replace(r"\_", ""):
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0, text
    assert depth == 0, text
    assert not re.search(r"\^\{[^{}]*\}\^", text), text
    in_formulas = re.sub(r"\\text\{[^{}]*\}", "", text)
    assert "−" not in in_formulas
    assert "·" not in in_formulas


def test_infinity_and_nan_have_formulas_too() -> None:
    for number in (math.inf, -math.inf, math.nan):
        snapshot = engine.snapshot(engine.tensor(2.0, requires_grad=True, name="x") * number)
        assert all(step.local_formula for step in snapshot.steps if isinstance(step, BackwardStep))
