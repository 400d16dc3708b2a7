"""Any text is read safely: understood, or refused with a place and a way out; nothing else ever happens."""

import ast
import string
import sys
import warnings
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import engine
from engine.limits import Limits
from engine.messages import Message
from tests import test_program_limits
from tests.oracle import Program, programs
from tests.scalars import scalar

ENGINE: Final = Path(engine.__file__).parent


def refusal(source: str, **inputs: float) -> engine.EngineError:
    """How a source is refused: with a sentence, a place inside the source, and a hint."""
    given_values = inputs or dict.fromkeys("xyzw", 1.0)
    with pytest.raises(engine.EngineError) as caught:
        engine.run(source, inputs=given_values)
    error = caught.value
    assert str(error.message)
    assert error.hint is not None
    assert str(error.hint)
    _check_place(error, source)
    return error


def _check_place(error: engine.EngineError, source: str) -> None:
    """A place lies inside the source, and the text of the error begins with it."""
    assert (error.line is None) == (error.column is None)
    if error.line is not None and error.column is not None:
        lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        assert 1 <= error.line <= len(lines)
        assert 1 <= error.column <= len(lines[error.line - 1]) + 1
        assert str(error).startswith(f"line {error.line}, column {error.column}: ")


def place(source: str) -> tuple[int | None, int | None]:
    """Line and column of a refusal."""
    error = refusal(source)
    return error.line, error.column


def value(source: str, /, **inputs: float) -> float:
    """What a source comes to."""
    snapshot = engine.run(source, inputs=inputs or {"x": 1.0}).passes[0]
    return scalar(next(node.value for node in snapshot.nodes if node.id == snapshot.output))


# --- each limit: allowed at, refused beyond, named

AT_LIMIT: Final = {
    "source_bytes": ("x" + " " * (16 * 1024 - 1), "x" + " " * (16 * 1024), "16384"),
    "lines": ("x\n" * 399 + "x", "x\n" * 400 + "x", "400 lines"),
    "lines with a last newline": ("x\n" * 400, "x\n" * 401, "400 lines"),
    "brackets": ("(" * 64 + "x" + ")" * 64, "(" * 65 + "x" + ")" * 65, "64 deep"),
    "brackets of calls": ("sin(" * 64 + "x" + ")" * 64, "sin(" * 65 + "x" + ")" * 65, "64 deep"),
    "tokens": ("-" * 399 + "x", "-" * 400 + "x", "400 symbols"),
    "tokens of a sum": ("x" + "+x" * 199 + "\nx", "x" + "+x" * 200, "400 symbols"),
    "tokens over lines": ("(x" + "\n+x" * 198 + ")", "(x" + "\n+x" * 199 + ")", "400 symbols"),
    "digits": ("9" * 18, "9" * 19, "18 digits"),
    "digits with underscores": ("9_" * 17 + "9", "9_" * 18 + "9", "18 digits"),
    "digits in hex": ("0x" + "e" * 18, "0x" + "e" * 19, "18 digits"),
    "digits in octal": ("0o" + "7" * 18, "0o" + "7" * 19, "18 digits"),
    "digits in binary": ("0b" + "1" * 18, "0b" + "1" * 19, "18 digits"),
    "name": ("n" * 64 + " = 1", "n" * 65 + " = 1", "64 characters"),
    "name in Chinese": ("变" * 64 + " = 1", "变" * 65 + " = 1", "64 characters"),
    "name with combining accents": ("e\u0301" * 64 + " = 1", "e\u0301" * 65 + " = 1", "64 characters"),
    "name with dots inside": ("a·" * 32 + " = 1", "a·" * 33 + " = 1", "64 characters"),
    "name in ligatures": ("ﬁ" * 32 + " = 1", "ﬁ" * 33 + " = 1", "64 characters"),
}


@pytest.mark.parametrize("limit", AT_LIMIT)
def test_a_limit_is_allowed_at_and_refused_beyond(limit: str) -> None:
    at, beyond, named = AT_LIMIT[limit]
    value(at)
    error = refusal(beyond)
    assert isinstance(error, engine.LimitError)
    assert named in str(error.message)


def test_the_limits_on_what_a_run_uses() -> None:
    engine.run("x * x + x", inputs={"x": 2.0}, limits=Limits(operations=3))
    with pytest.raises(engine.LimitError, match="more than 3 results") as caught:
        engine.run("x * x + x\nx + 2", inputs={"x": 2.0}, limits=Limits(operations=3))
    assert (caught.value.line, caught.value.column) == (2, 5)
    many = {f"x{k}": 1.0 for k in range(1_000)}
    assert value("x0", **many) == 1.0
    with pytest.raises(engine.LimitError, match="1001 inputs; the limit is 1000"):
        engine.run("x0", inputs={**many, "x1000": 1.0})


def test_every_limit_is_tried_here() -> None:
    here = {"source_bytes", "lines", "brackets", "tokens", "digits", "name_characters", "inputs", "operations"}
    assert set(Limits.__dataclass_fields__) == here | set(test_program_limits.TRIED)


def test_limits_may_be_raised() -> None:
    engine.run("x" + "+x" * 500, inputs={"x": 1.0}, limits=Limits(tokens=2_000))


@pytest.mark.parametrize(
    "source",
    [
        *("-" * 5_900 + "x", "~" * 16_000 + "x", "not " * 3_000 + "x", "x" + "**x" * 5_000),
        *("(" * 10_000, "[" * 10_000, "{" * 10_000, ")" * 10_000, "(" * 5_000 + ")" * 5_000),
        *("x" + ".sin()" * 2_500, "lambda:" * 2_000 + "x", "x if x else " * 1_300 + "x"),
        *("0x" + "f" * 16_000, "9" * 16_000, "1" + "0" * 15_000 + "if x else 1", "0o" + "7" * 9_000 + "else"),
        *("f'{" + "-" * 6_000 + "x}'", "f'{" + "(" * 6_000 + "}'", "x = '" + "a" * 16_000),
        *("\n" * 16_000, ";" * 16_000, "x;" * 8_000, "#" * 16_000 + "\ny+", "\\\n" * 8_000, "@" * 16_000),
        *('"""' * 5_000 + "\\", "'" * 16_000, '"' + "\\" * 16_000, "x:" * 8_000, "if x:" * 3_000 + "x"),
        "x" * 1_000_000,
        "变" * 100_000,
        "\ud800" * 100_000,
    ],
    ids=lambda source: f"{source[:8]!r}…",
)
def test_a_hostile_size_is_refused_before_python_reads_it(source: str) -> None:
    refusal(source)


@pytest.mark.parametrize(
    "source", ["-" * 5_900 + "x", "x" + ".sin()" * 5_000, "(" * 300 + "x" + ")" * 300, "9" * 5_000]
)
def test_what_pythons_parser_gives_up_on_is_refused_even_without_limits(source: str) -> None:
    without = Limits(source_bytes=10**6, brackets=10**6, tokens=10**6, digits=10**6)
    with pytest.raises(engine.SourceError):
        engine.run(source, inputs={"x": 1.0}, limits=without)


# --- numbers


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1_000", 1000.0),
        ("0x1F", 31.0),
        ("0b101", 5.0),
        ("0o17", 15.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e-3", 0.001),
        ("1E5", 1e5),
        ("1e-999", 0.0),
        ("1234567890123456789012.5", 1234567890123456789012.5),
        ("-0.0", 0.0),
        ("1.7976931348623157e308", sys.float_info.max),
        ("+3", 3.0),
        ("--3", 3.0),
    ],
)
def test_numbers_as_python_writes_them(source: str, expected: float) -> None:
    assert value(source) == expected


@pytest.mark.parametrize("source", ["1e999", "-1e999", "x * 1e309", "x ** 1e999", "x + 9.9e99999"])
def test_a_number_too_large_is_refused_and_not_taken_for_infinity(source: str) -> None:
    assert "too large" in str(refusal(source).message)


@pytest.mark.parametrize("source", ["1j", "x + 2j", "1_", "1__0", "0xg", "012", "1e", "1.2.3", "0b2", "٣", "²"])
def test_what_is_no_real_number_is_refused(source: str) -> None:
    refusal(source)


@pytest.mark.parametrize(
    ("source", "column"),
    [("2x", 2), ("y = 3x + 1", 6), ("x + 2sin(x)", 6), ("1if x else 2", 2), ("0x1for", 5)],
)
def test_a_number_before_a_name_asks_for_the_star(source: str, column: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        error = refusal(source)
    assert (error.line, error.column) == (1, column)
    assert "2*x" in str(error.hint)


# --- characters

INVISIBLE: Final = {
    "null": "\0",
    "bell": "\a",
    "backspace": "\b",
    "escape": "\x1b",
    "form feed": "\f",
    "vertical tab": "\v",
    "delete": "\x7f",
    "next line": "\x85",
    "soft hyphen": "\xad",
    "zero-width space": "\u200b",
    "zero-width joiner": "\u200d",
    "left-to-right mark": "\u200e",
    "right-to-left override": "\u202e",
    "isolate": "\u2066",
    "word joiner": "\u2060",
    "byte order mark": "\ufeff",
    "line separator": "\u2028",
    "paragraph separator": "\u2029",
    "private": "\ue000",
    "unassigned": "\u0378",
    "not a character": "\uffff",
    "low surrogate": "\udc00",
    "high surrogate": "\ud83d",
    "language tag": "\U000e0041",
}
UNSEEN_LETTERS: Final = {
    "Hangul filler": "\u3164",
    "half-width Hangul filler": "\uffa0",
    "Hangul choseong filler": "\u115f",
    "variation selector": "\ufe0f",
    "variation selector supplement": "\U000e0100",
    "combining grapheme joiner": "\u034f",
}


@pytest.mark.parametrize("name", [*INVISIBLE, *UNSEEN_LETTERS])
def test_an_invisible_character_is_pointed_at(name: str) -> None:
    character = {**INVISIBLE, **UNSEEN_LETTERS}[name]
    for before in ("y = x\n变量", "y = x\nx"):
        error = refusal(f"{before}{character} = 1")
        assert (error.line, error.column) == (2, len(before) - 5)
        assert f"U+{ord(character):04X}" in str(error.message)


@pytest.mark.parametrize("name", INVISIBLE)
def test_an_invisible_character_is_refused_in_remarks_too(name: str) -> None:
    assert place(f"x # {INVISIBLE[name]}") == (1, 5)


@pytest.mark.parametrize(
    "source",
    [
        *("x", "x\t*\tx", "  \nx", "# 注释 ❤️ é\nx", "x # 😀", "x\r\n", "x\r", "\r\rx", "x;", "x\\\n+x"),
        *("# -*- coding: utf-7 -*-\nx", "#!/usr/bin/python\nx", "(x\n\n  # 注释\n  )", "x = 1\r\ny = x\ry*x"),
    ],
)
def test_ordinary_white_space_and_remarks_are_read(source: str) -> None:
    value(source)


def test_a_lone_carriage_return_ends_a_line() -> None:
    run = engine.run("a = x\rb = a + 1\r\na*b\n\r", inputs={"x": 2.0})
    assert run.passes[0]["out"].value == 6.0
    assert run.source == run.passes[0].source == "a = x\nb = a + 1\na*b\n\n", "spans count these lines"
    assert place("x\ry +\r") == (2, 4)


@pytest.mark.parametrize("source", ["", " ", "\n", "\t\n", "# only a remark", "\r\n\r\n", "# 一\n\n# 二\n"])
def test_there_must_be_something_to_compute(source: str) -> None:
    assert "nothing to compute" in str(refusal(source).message)


def test_names_are_read_as_python_reads_them() -> None:
    assert value("𝓍 + ｘ", x=2.0) == 4.0
    assert engine.free_names("𝓍 * ﬁ") == ("x", "fi")
    assert value("ｓｉｎ(x)", x=0.0) == 0.0
    assert value("é * e\u0301", é=3.0) == 9.0, "two ways to type one name"
    assert value("学 ** 2", 学=3.0) == 9.0


# --- what can be said


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x", 3.0),
        ("(x)", 3.0),
        ("x ** -1", 1 / 3),
        ("-x ** 2", -9.0),
        ("2 ** -x", 0.125),
        ("2 ** 3 ** 2", 512.0),
        ("x - 1 - 1", 1.0),
        ("12 / x / 2", 2.0),
        ("2 + x * 2", 8.0),
        ("pow(x, 2)", 9.0),
        ("x.pow(2)", 9.0),
        ("pow(2, x)", 8.0),
        ("x.add(1).mul(2)", 8.0),
        ("(x + 1).sub(x)", 1.0),
        ("relu(-x)", 0.0),
        ("abs(neg(x))", 3.0),
        ("y = x\ny = y * y\ny", 9.0),
        ("y = x; y + 1", 4.0),
        ("x = 5\nx", 3.0),
        ("y = 5\nx = y", 5.0),
        ("_ = x\n_ + _", 6.0),
    ],
)
def test_programs_mean_what_they_mean_in_python(source: str, expected: float) -> None:
    assert value(source, x=3.0) == expected


def test_free_names_are_the_inputs_a_source_needs() -> None:
    assert engine.free_names("a = b + c\nd = a * b\ne + d") == ("b", "c", "e")
    assert engine.free_names("x = 1\nx * w") == ("w",)
    assert engine.free_names("x = x + 1") == ("x",)


def test_deep_nesting_within_the_limit_is_read() -> None:
    assert value("(" * 63 + "sin(x)" + ")" * 63, x=0.0) == 0.0
    assert value("(-" * 64 + "x" + ")" * 64, x=2.0) == 2.0
    assert value("x" + ".neg()" * 90, x=2.0) == 2.0


# --- what cannot

STATEMENTS: Final[dict[str, str]] = {
    "FunctionDef": "def f(): x",
    "AsyncFunctionDef": "async def f(): x",
    "ClassDef": "class C(3): pass",
    "Return": "return x",
    "Delete": "del q",
    "Assign": "x, y = 1, 2, 3",
    "TypeAlias": "type X = x",
    "AugAssign": "x @= 1",
    "AnnAssign": "f(): y = 1",
    "For": "for x in y: x",
    "AsyncFor": "async def f():\n async for x in y: x",
    "While": "while x: pass",
    "If": "if x.a: y",
    "With": "with x: y",
    "AsyncWith": "async def f():\n async with x: y",
    "Match": "match x:\n case x.a: y",
    "Raise": "raise x",
    "Try": "try: raise x\nexcept 3: y",
    "TryStar": "try: x\nexcept* y: z",
    "Assert": "assert x == 7",
    "Import": "import x",
    "ImportFrom": "from x import y",
    "Global": "global x",
    "Nonlocal": "nonlocal x",
    "Pass": "pass",
    "Break": "break",
    "Continue": "continue",
    "Expr": "x.y",
}
EXPRESSIONS: Final[dict[str, str]] = {
    "BoolOp": "q() and y",
    "NamedExpr": "(q.y := y)",
    "BinOp": "x ^ y",
    "UnaryOp": "~x",
    "Lambda": "lambda: x",
    "IfExp": "x if 'a' + 1 else z",
    "Dict": "{[]: y}",
    "Set": "{[]}",
    "ListComp": "[q for q in 3]",
    "SetComp": "{[] for q in [1]}",
    "DictComp": "{[]: 1 for q in [1]}",
    "GeneratorExp": "(q for q in 3)",
    "Await": "await x",
    "Yield": "(yield x)",
    "YieldFrom": "(yield from x)",
    "Compare": "x < 'a'",
    "Call": "x(y)",
    "FormattedValue": "f'{x.y}'",
    "Interpolation": "t'{x}'",
    "JoinedStr": "f'x'",
    "TemplateStr": "t'x'",
    "Constant": "None",
    "Attribute": "x.y",
    "Subscript": "x['a']",
    "Starred": "*x",
    "Name": "sin",
    "List": "[x][2]",
    "Tuple": "(x, y)[2]",
    "Slice": "x[y:z]",
}
"""Every node where it has no place, or with parts that do not go together."""
ACCEPTED: Final = {
    "FunctionDef": "def f(a, *b, c=1, **d): return a * c\nf(x)",
    "ClassDef": "class C:\n def m(self): return x\nC().m()",
    "Return": "def f():\n return x\nf()",
    "Delete": "q = [x]\ndel q[0]\nx * 1",
    "Assign": "y = x",
    "AugAssign": "y = x\ny += 1",
    "AnnAssign": "y: float = x * 1",
    "For": "y = x\nfor k in range(3): y = y * 2",
    "While": "k = [1]\nwhile k: k.pop()\nx * 1",
    "If": "if x > 0: y = x * 1",
    "With": "with no_grad(): pass\nx * 1",
    "Raise": "if x < 0: raise ValueError('no')\nx * 1",
    "Assert": "assert x > 0\nx * 1",
    "Import": "import math\nx * math.pi",
    "ImportFrom": "from math import pi\nx * pi",
    "Global": "def f():\n global y\n y = x * 1\nf()",
    "Nonlocal": "def f():\n y = x\n def g():\n  nonlocal y\n  y = y * 1\n g()\n return y\nf()",
    "Pass": "pass\nx * 1",
    "Break": "for k in [1]: break\nx * 1",
    "Continue": "for k in [1]: continue\nx * 1",
    "Expr": "x",
    "BoolOp": "(x and x) * 1",
    "NamedExpr": "(y := x * 2)",
    "BinOp": "x + x",
    "UnaryOp": "-x",
    "Lambda": "(lambda a: a * 1)(x)",
    "IfExp": "x * 2 if x > 0 else x",
    "Dict": "{'a': x}['a'] * 1",
    "Set": "len({1, 2}) * x",
    "ListComp": "sum([x * k for k in [1, 2]])",
    "SetComp": "len({k for k in [1, 1]}) * x",
    "DictComp": "{k: x for k in [1]}[1] * 1",
    "GeneratorExp": "sum(x * k for k in [1, 2])",
    "Compare": "x * (1 < 2 < 3)",
    "Call": "sin(x)",
    "FormattedValue": "float(f'{1.25:.1f}') * x",
    "JoinedStr": "len(f'a{1}') * x",
    "Constant": "1.5",
    "Attribute": "x.sin()",
    "Subscript": "[x, 2][0] * 1",
    "Starred": "sum([*[x, x]])",
    "Name": "x",
    "List": "[x][0] * 1",
    "Tuple": "(x, 1)[0] * 1",
    "Slice": "sum([x, x][0:1])",
}
"""Nodes that have a place in the language; each is refused above where it is out of place."""


def _subclasses(kind: type[ast.AST]) -> set[str]:
    deprecated = {"Num", "Str", "Bytes", "NameConstant", "Ellipsis", "Index", "ExtSlice", "Suite"}
    return {each.__name__ for each in kind.__subclasses__()} - deprecated


def test_every_node_of_this_pythons_grammar_is_tried() -> None:
    assert _subclasses(ast.stmt) <= set(STATEMENTS)
    assert _subclasses(ast.expr) <= set(EXPRESSIONS)


@pytest.mark.parametrize("node", [*STATEMENTS, *EXPRESSIONS])
def test_every_node_of_pythons_grammar_is_refused_where_it_has_no_place(node: str) -> None:
    refusal({**STATEMENTS, **EXPRESSIONS}[node])


@pytest.mark.parametrize("node", ACCEPTED)
def test_the_nodes_that_have_a_place_are_read(node: str) -> None:
    assert isinstance(value(ACCEPTED[node]), float)


# --- pointing and advising


@pytest.mark.parametrize(
    ("source", "line", "column", "hint"),
    [
        ("y = sin2(x)", 1, 5, "did you mean `sin`?"),
        ("变量 = sin2(x)", 1, 6, "did you mean `sin`?"),
        ("# 注释 😀\nétape = x; y = 学*sin2(x)", 2, 18, "did you mean `sin`?"),
        ("x.sqr()", 1, 1, "did you mean `sqrt`?"),
        ("frobznik(x)", 1, 1, "def frobznik"),
        ("变 = x\n变 + sin", 2, 1, "sin(x)"),
        ("x ^ 2", 1, 1, "x**2"),
        ("变 = x\n变 + (x ^ 2)", 2, 6, "x**2"),
        ("sin(x, y)", 1, 1, "sin(input)"),
        ("x + add(x)", 1, 5, "add(input, other"),
        ("变 = (x", 1, 5, "a bracket is still open"),
        ("x\n变 = x)", 2, 6, "never opened"),
        ("变 = x + ", 1, 9, "missing here"),
        ("变 = ?", 1, 5, "missing here"),
        ("变 = 1e999", 1, 5, "1.8e308"),
        ("变量 = （x + 1）", 1, 6, "keyboard"),
        ("x × x", 1, 3, "keyboard"),
        ("变 = 'a", 1, 5, "quotation mark"),
        ("x\n y", 2, 1, "same column"),
    ],
)
def test_a_refusal_points_and_says_what_to_do(source: str, line: int, column: int, hint: str) -> None:
    error = refusal(source)
    assert (error.line, error.column) == (line, column)
    assert hint in str(error.hint)


def test_a_name_without_a_value_is_pointed_at() -> None:
    error = refusal("变 = x * 2\n变 + 学习 * w", x=1.0)
    assert isinstance(error, engine.InputError)
    assert (error.line, error.column) == (2, 5)
    assert str(error.message) == "`学习`, `w` have no value"
    assert str(error.hint) == 'give inputs such as {"学习": 1.0, "w": 1.0}, or a line such as 学习 = 1.0'
    assert str(refusal("w * x", x=1.0).message) == "`w` has no value"


@pytest.mark.parametrize("name", ["", " ", "1x", "x y", "x.y", "x\n", "\0", "\ud800", "{x}", "x" * 65, "变" * 65])
def test_an_input_must_have_a_name(name: str) -> None:
    with pytest.raises(engine.InputError, match="cannot be the name"):
        engine.run("1", inputs={name: 1.0})


@pytest.mark.parametrize("held", ["1", None, True, ["1"], {}, 1j, 10**400, -(10**400)])
def test_an_input_must_be_a_number(held: object) -> None:
    with pytest.raises(engine.InputError, match="`x` is"):
        engine.run("x", inputs={"x": held})  # type: ignore[dict-item]


def test_refusals_travel_between_processes_and_are_one_family() -> None:
    import pickle

    error = refusal("y = sin2(x)")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.message, again.hint) == (
        type(error),
        str(error),
        error.message,
        error.hint,
    )
    assert str(error) == "line 1, column 5: `sin2` is not an operation (did you mean `sin`?)"
    for kind in (engine.SourceError, engine.InputError, engine.LimitError):
        assert issubclass(kind, engine.EngineError)


# --- every sentence can be said


def _messages() -> Iterator[tuple[str, ast.Call]]:
    """Every `Message(...)` of the engine's own source, with its place."""
    for path in sorted(ENGINE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="Message")):
                    yield f"{path.name}:{node.lineno}", node


@pytest.mark.parametrize(("where", "call"), [pytest.param(*each, id=each[0]) for each in _messages()])
def test_a_message_has_a_value_for_each_of_its_fields(where: str, call: ast.Call) -> None:
    (template,) = call.args
    assert isinstance(template, ast.Constant), where
    assert isinstance(template.value, str), where
    fields = {field for _, field, _, _ in string.Formatter().parse(template.value) if field is not None}
    given_values = {keyword.arg for keyword in call.keywords}
    assert given_values == fields or given_values == {None}, where  # None: given as **counts
    message = Message(template.value, **dict.fromkeys(fields, "{braces} 变 %s"))
    assert str(message).count("{braces} 变 %s") >= len(fields)


def test_a_message_says_its_values_as_they_are() -> None:
    assert str(Message("`{name}` has no value", name="{x} {0} %s")) == "`{x} {0} %s` has no value"


# --- any text at all

quick = settings(
    max_examples=300,
    deadline=timedelta(seconds=5),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)


def read(source: str, **inputs: float) -> None:
    """Understands or refuses; whatever else happens is a bug."""
    try:
        run = engine.run(source, inputs=inputs or dict.fromkeys("xyz", 1.0))
    except engine.EngineError as error:
        _check_place(error, source)
    else:
        run.passes[0].to_json()
        engine.free_names(source)


@quick
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(source: str) -> None:
    read(source)


@quick
@given(st.text(alphabet="xyz sin()[]{}.,:;=+-*/%@^~<>!#'\"\\\n\t\r0123456789eEjJ_变é²√", max_size=120))
def test_any_text_of_programmers_characters_is_read_or_refused(source: str) -> None:
    read(source)


PIECES: Final = (
    *(
        "x",
        "y",
        "变",
        "sin",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "=",
        ":=",
        "==",
        "+",
        "-",
        "*",
        "**",
        "/",
        "//",
        "@",
    ),
    *(
        "lambda",
        "if",
        "else",
        "for",
        "in",
        "and",
        "not",
        "await",
        "yield",
        "def",
        "class",
        ":",
        ",",
        ".",
        ";",
    ),
    *(
        "1",
        "1e400",
        "0x",
        "9" * 30,
        "'",
        '"',
        "'''",
        "f'",
        "{x}",
        "#",
        "\\",
        "\n",
        "\n ",
        "\r",
        "\t",
        " ",
        "->",
    ),
    *("None", "True", "__class__", "import", "from", "\u202e", "\ud800", "\0", "é", "（", "π", "pow(x, 2)"),
)


@quick
@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_any_sequence_of_pythons_pieces_is_read_or_refused(pieces: list[str]) -> None:
    read(" ".join(pieces))
    read("".join(pieces))


@quick
@given(programs(), st.data())
def test_any_damaged_program_is_read_or_refused(program: Program, data: st.DataObject) -> None:
    source = program.source
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(source)))
        end = data.draw(st.integers(at, min(len(source), at + 6)))
        source = source[:at] + data.draw(st.sampled_from(("", *PIECES))) + source[end:]
    read(source, **program.inputs)


@settings(max_examples=100, deadline=None)
@given(programs(), st.dictionaries(st.sampled_from("xyz"), st.floats()))
def test_any_inputs_are_computed_with(program: Program, inputs: dict[str, float]) -> None:
    read(program.source, **{**program.inputs, **inputs})


# --- notebooks and sessions


def test_commands_of_a_notebook_are_passed_over_and_a_warning_says_so() -> None:
    source = "%matplotlib inline\nimport torch\nif True:\n    !pip install torch==2.0 'x\n%%time\n"
    run = engine.run(f"{source}x = torch.ones(1) * (7\n  % 4)\nprint(x)")
    assert run.printed == "tensor([3.])\n"
    (warning,) = run.warnings
    assert str(warning).startswith("line 1: lines that begin with `%` or `!` speak to a notebook")


def test_a_session_is_read_without_its_prompts_and_places_are_those_of_the_text() -> None:
    source = (
        ">>> import torch\n>>> for k in range(2):\n...     x = torch.ones(2) * k\n...\ntensor([0., 0.])\n>>> print(x)\n"
    )
    run = engine.run(source)
    assert run.printed == "tensor([1., 1.])\n"
    (made,) = [node for node in run.passes[0].nodes if node.op]
    assert made.span == (3, 12, 3, 29)
    assert source.split("\n")[2][12:29] == "torch.ones(2) * k"
    for program, place in {
        ">>> x = 1\n>>> y = )": (2, 9),
        ">>> x = 1\n>>> open(x)": (2, 5),
        ">>> 1 + 2x": (1, 10),
    }.items():
        with pytest.raises(engine.EngineError) as caught:
            engine.run(program)
        assert (caught.value.line, caught.value.column) == place
