"""What is refused is refused by a named part, at a place, by name, and leaves no trace; what is read is harmless."""

import re
import sys
import warnings
from collections.abc import Iterator
from typing import Any, Final

import pytest

import engine
from engine.language.values import Class, Namespace, Value
from engine.library import surface
from tests.scalars import scalar
from tests.stages import INPUTS, Refused, accepted, refused, seen, stage_of

SLIPS: Final = refused("refused.txt")
ESCAPES: Final = refused("escapes.txt")
HARMLESS: Final = accepted("accepted.txt")


@pytest.mark.parametrize(
    ("fields", "use", "said"),
    [
        ("x: list = []", "A()", "the field `x` would share one value among all objects"),
        ("x: list = field(default=[])", "A()", "the field `x` would share one value among all objects"),
        ("x: int = 1\n  y: int", "A()", "the field `y` has no value and follows `x`, which has one"),
        ("x: int", "A()", "`A` is not given its `x`"),
        ("x: int", "A(1, 2)", "`A` takes 1 values, and 2 are given"),
        ("x: int", "A(1, x=2)", "`A` gets `x` twice"),
        ("x: int", "A(y=2)", "`A` has no argument called `y`"),
        ("x: int", "asdict(3)", "this is not an object of a dataclass"),
    ],
)
def test_a_dataclass_is_refused_where_python_refuses_it(fields: str, use: str, said: str) -> None:
    source = f"from dataclasses import asdict, dataclass, field\n@dataclass\nclass A:\n  {fields}\n{use}"
    with pytest.raises((TypeError, ValueError)):
        exec(source, {"__name__": "here"})
    with pytest.raises(engine.SourceError, match=re.escape(said)):
        engine.run(source)


@pytest.mark.parametrize("row", [*SLIPS, *ESCAPES], ids=lambda row: row.source[:60])
def test_it_is_refused_by_the_part_at_the_place_and_by_name(row: Refused) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(engine.EngineError) as caught:
            engine.run(row.source, inputs=INPUTS)
    error = caught.value
    told = stage_of(row.source), type(error).__name__.removesuffix("Error"), f"{error.line}:{error.column}"
    assert told == (row.stage, row.kind, row.place)
    assert row.named in str(error.message)
    assert str(error.hint)


def test_every_escape_is_refused_by_name() -> None:
    assert len(ESCAPES) > 300
    assert [row.source for row in ESCAPES if not row.named] == []
    stages = {row.stage for row in ESCAPES}
    assert stages == {"gate", "whitelist", "names", "run"}


PYTHONS_OWN: Final = re.compile(r"Traceback|object at 0x|<ast|engine\.|numpy\.(ndarray|float|int)|\bNative\b|Namespace")


@pytest.mark.parametrize(
    ("rows", "words"),
    [(SLIPS, re.compile(rf"Error(?!\()|<class|{PYTHONS_OWN.pattern}")), (ESCAPES, PYTHONS_OWN)],
    ids=["slips", "escapes"],
)
def test_nothing_of_python_itself_is_named_in_a_refusal(rows: list[Refused], words: re.Pattern[str]) -> None:
    for row in rows:
        with pytest.raises(engine.EngineError) as caught:
            engine.run(row.source, inputs=INPUTS)
        assert not words.search(str(caught.value))


WATCHED: Final = re.compile(
    r"open|exec|import|os\.|subprocess\.|socket\.|shutil\.|ctypes\.|pickle\.|marshal\.|code\.__new__|function\.__new__"
    r"|object\.__(?:get|set|del)attr__|sys\.(?!excepthook)|winreg\.|tempfile\.|glob\.|pty\.|builtins\.(?!id)|gc\."
)
"""Events that Python itself reports before it does what a sandbox is there to prevent."""


class Watch:
    """Collects such events while it is on. A hook of Python's can't be taken out again."""

    def __init__(self) -> None:
        self.on = False
        self.events: list[str] = []
        sys.addaudithook(self._heard)

    def _heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        unread = event == "open" and arguments[0] == "<unknown>"  # the parser looks for the line of a syntax error
        if self.on and WATCHED.match(event) and not unread:
            self.events.append(f"{event}{arguments!r}"[:200])


def library() -> Iterator[tuple[str, int]]:
    """Everything that programs share, by its path, with the object that stands there."""
    waiting: list[tuple[str, Value]] = [*surface.NAMES.items(), *surface.MODULES.items()]
    known: set[int] = set()
    while waiting:
        path, held = waiting.pop()
        yield path, id(held)
        if id(held) in known:
            continue
        known.add(id(held))
        if isinstance(held, Namespace):
            waiting += [(f"{path}.{name}", each) for name, each in held.members.items()]
        elif isinstance(held, Class):
            waiting += [(f"{path}.{name}", each) for name, each in held.attributes.items()]
            waiting += [(f"{path}.order[{place}]", each) for place, each in enumerate(held.order)]


def test_no_escape_does_anything_to_the_machine_or_to_the_next_program() -> None:
    before, modules, limit = sorted(library()), set(sys.modules), sys.getrecursionlimit()
    assert len(before) > 500
    watch = Watch()
    for row in (*SLIPS, *ESCAPES):
        watch.on = True
        try:
            told = seen(row.source)
        finally:
            watch.on = False
        assert told is not None
    for source, _ in HARMLESS:
        watch.on = True
        engine.run(f"{source}\nx * 1", inputs=INPUTS)
        watch.on = False
    assert watch.events == []
    assert sorted(library()) == before
    assert (set(sys.modules) - modules, sys.getrecursionlimit()) == (set(), limit)


def test_what_escapes_do_would_be_noticed() -> None:
    watch = Watch()
    watch.on = True
    [].__class__.__base__.__subclasses__()  # type: ignore[union-attr]
    (lambda: 1).__code__.replace(co_name="other")
    sys.modules.pop("colorsys", None)
    __import__("colorsys")
    with open(__file__, encoding="utf-8"):
        watch.on = False
    assert [event.partition("(")[0] for event in watch.events][-1] == "open"
    assert any(event.startswith("import") for event in watch.events)
    assert any(event.startswith("code.__new__") for event in watch.events)


def test_one_program_changes_nothing_for_the_next() -> None:
    engine.run("class Exception: pass\nException.secret = 1\nclass Tensor: pass\nx * 1", inputs=INPUTS)
    engine.run("import math\nmath = 3\nprint = 4\nsum = 5\nx * 1", inputs=INPUTS)
    assert engine.run(
        "import math\nprint(math.pi, sum([1]), hasattr(Exception, 'secret'))\nx * 1", inputs=INPUTS
    ).printed == ("3.141592653589793 1 False\n")


@pytest.mark.parametrize(("source", "printed"), HARMLESS, ids=lambda text: text[:60])
def test_what_is_read_prints_what_it_says(source: str, printed: str) -> None:
    assert engine.run(f"{source}\nx * 1", inputs=INPUTS).printed == f"{printed}\n"


FORMULAS: Final[dict[str, tuple[float, dict[str, float | None]]]] = {
    "x.backward()": (3.0, {"x": 1.0}),
    "print(x)": (3.0, {}),
    "sum(x)": (3.0, {"x": 1.0}),
    "max(x, 1)": (3.0, {"x": 1.0}),
    "max(x, 4)": (4.0, {"x": 0.0}),
    "(lambda: x)()": (3.0, {"x": 1.0}),
    "(lambda a: a * 2 + 1)(x)": (7.0, {"x": 2.0}),
    "(y := x) * y": (9.0, {"x": 6.0}),
    "pow(x, exponent=2)": (9.0, {"x": 6.0}),
    "x[...]": (3.0, {"x": 1.0}),
    "x ** True": (3.0, {"x": 1.0}),
    "x and y": (2.0, {"x": None, "y": 1.0}),
    "x or y": (3.0, {"x": 1.0}),
    "x < y": (0.0, {"x": None, "y": None}),
    "x == y": (0.0, {"x": None, "y": None}),
    "x < y < z": (0.0, {"x": None, "y": None}),
    "y < x < z": (1.0, {"x": None, "y": None, "z": None}),
    "x if y else z": (3.0, {"x": 1.0, "y": None}),
    "x * 2 if x > 0 else x": (6.0, {"x": 2.0}),
    "x // y": (1.0, {"x": 0.0, "y": 0.0}),
    "x % y": (1.0, {"x": 1.0, "y": -1.0}),
    "x += 1": (4.0, {"x": 1.0}),
    "x **= 2": (9.0, {"x": 6.0}),
    "a = x\na += 1\na * a": (16.0, {"x": 8.0}),
    "x: float = 1": (3.0, {"x": 1.0}),
    "x: __import__('os').system('id') = 1": (3.0, {"x": 1.0}),
    "if x: y": (2.0, {"x": None, "y": 1.0}),
    "a = x\nif x > 2: a = x * 5 + 1\na": (16.0, {"x": 5.0}),
    "def f(a): return a * a + 1\nf(x)": (10.0, {"x": 6.0}),
    "a = x\nfor k in range(3): a = a * 2\na": (24.0, {"x": 8.0}),
    "sum([x * k for k in [1, 2]])": (9.0, {"x": 3.0}),
    "class X: y": (2.0, {}),
    "sin = 1": (1.0, {"sin": 1.0}),
}
"""Formulas that use more than formulas once did: what they come to, and the gradients of their leaves."""


@pytest.mark.parametrize("source", FORMULAS)
def test_a_formula_may_use_the_language_and_keeps_its_gradients(source: str) -> None:
    value, gradients = FORMULAS[source]
    snapshot = engine.run(source, inputs={name: each for name, each in INPUTS.items() if name in source}).passes[0]
    assert scalar(next(node.value for node in snapshot.nodes if node.id == snapshot.output)) == value
    found = {node.name: node.gradient for node in snapshot.nodes if node.kind == "leaf"}
    assert {
        name: None if each is None else scalar(each) for name, each in found.items() if name in gradients
    } == gradients
