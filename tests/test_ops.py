"""Every row of the op table is complete, and the formula it shows is the rule that ran."""

import math
import re
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine import ops
from engine.formula import Formula, formula, symbol
from engine.ops import Op
from engine.snapshot import BackwardStep
from tests.operations import UNARY
from tests.oracle import BINARY, Program, programs

ROWS: Final = pytest.mark.parametrize("op", ops.TABLE.values(), ids=ops.TABLE)

SHOWN: Final[dict[str, tuple[str, list[str], list[str]]]] = {
    "add": ("x + y", ["1", "1"], ["1", "1"]),
    "sub": ("x − y", ["1", "−1"], ["1", "-1"]),
    "mul": ("x·y", ["y", "x"], ["y", "x"]),
    "div": ("x/y", ["1/y", "−z/y"], [r"\frac{1}{y}", r"\frac{-z}{y}"]),
    "pow": ("x^y", ["y·x^(y − 1)", "z·log(x)"], [r"y \cdot x^{y - 1}", r"z \cdot \ln(x)"]),
    **{name: (row.shown, [row.local], [row.latex]) for name, row in UNARY.items()},
}
"""Of z = op(x, y): the op, its local derivatives, and these as LaTeX."""

KINKED: Final = {"relu", "abs", "sign"}


def _symbols(op: Op) -> list[Formula]:
    return [symbol(name) for name in "xy"[: op.arity]]


def test_the_table_holds_the_oracles_operations_under_their_own_names() -> None:
    assert set(ops.TABLE) == {*UNARY, *BINARY}
    assert all(name == op.name for name, op in ops.TABLE.items())
    with pytest.raises(TypeError):
        ops.TABLE["sin"] = ops.COS  # type: ignore[index]


@ROWS
def test_a_row_says_everything_in_both_languages(op: Op) -> None:
    assert op.glyph
    assert op.domain
    assert re.fullmatch(r"[A-Z].*[a-z][^.]*\.", op.english)
    assert re.fullmatch(r".*[\u4e00-\u9fff].*。", op.chinese)


def test_different_rows_say_different_things() -> None:
    for said in ("glyph", "english", "chinese", "name"):
        assert len({getattr(op, said) for op in ops.TABLE.values()}) == len(ops.TABLE)


@ROWS
def test_a_kink_is_told_of_exactly_where_there_is_one(op: Op) -> None:
    assert (op.kink is not None) == (op.name in KINKED)
    if op.kink is not None:
        english, chinese = op.kink
        assert english.endswith(".")
        assert chinese.endswith("。")
        assert "PyTorch" in english
        assert "PyTorch" in chinese


@ROWS
def test_a_rule_has_one_local_derivative_per_operand(op: Op) -> None:
    numbers = [0.5, 2.0][: op.arity]
    assert len(op.local(*numbers, op(*numbers))) == op.arity
    assert len(op.slopes(*_symbols(op), symbol("z"))) == op.arity


@ROWS
def test_what_is_shown(op: Op) -> None:
    whole, plain, latex = SHOWN[op.name]
    locals_ = [formula(each) for each in op.slopes(*_symbols(op), symbol("z"))]
    assert op(*_symbols(op)).plain == whole
    assert [each.plain for each in locals_] == plain
    assert [each.latex for each in locals_] == latex


@ROWS
@settings(deadline=None)
@given(data=st.data())
def test_numpy_stands_in_with_the_same_function(op: Op, data: st.DataObject) -> None:
    numbers = [data.draw(st.floats(0.1, 9)) for _ in range(op.arity)]
    assert float(op.ieee(*numbers)) == pytest.approx(op.forward(*numbers), rel=1e-14)


@ROWS
@settings(deadline=None)
@given(data=st.data())
def test_no_float_makes_a_row_raise(op: Op, data: st.DataObject) -> None:
    numbers = [data.draw(st.floats()) for _ in range(op.arity)]
    out = op(*numbers)
    assert isinstance(out, float)
    assert all(isinstance(each, float) for each in op.slopes(*numbers, out))


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
    values = {node.label: node.value for node in snapshot.nodes if node.kind != "constant"}
    nodes = {node.id: node for node in snapshot.nodes}
    targets = {edge.id: nodes[edge.target] for edge in snapshot.edges}
    beside = [(node.expression, node.value) for node in snapshot.nodes if node.expression]
    for step in snapshot.steps:
        if isinstance(step, BackwardStep):
            exponent = targets[step.edge].attributes.get("exponent")
            if exponent != 0:  # x⁰: the slope 0 is exact, the general formula is 0·x⁻¹
                beside.append((step.local_formula, step.local))
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
    assert "−" not in text
    assert "·" not in text


def test_infinity_and_nan_have_formulas_too() -> None:
    for number in (math.inf, -math.inf, math.nan):
        snapshot = engine.snapshot(engine.tensor(2.0, requires_grad=True, name="x") * number)
        assert all(step.local_formula for step in snapshot.steps if isinstance(step, BackwardStep))
