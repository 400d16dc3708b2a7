"""What a run may use: each budget allows what is at it, refuses what is beyond it, and says which one it was."""

import itertools
from typing import Final

import pytest

import engine
from engine.limits import Limits

TRIED: Final = {
    "nesting": (
        Limits(nesting=5),
        "x = [[[tensor(1.0)]]]\ny = x[0][0][0] * 1",
        "[[[[[[1.0]]]]]]",
        "nested more than 5 deep",
    ),
    "calls": (
        Limits(calls=8),
        "def f(n, x): return x * 1 if n == 1 else f(n - 1, x)\nf(8, tensor(1.0))",
        "def f(n, x): return x * 1 if n == 1 else f(n - 1, x)\nf(9, tensor(1.0))",
        "more than 8 calls",
    ),
    "steps": (
        Limits(steps=1_000),
        "x = tensor(1.0)\nfor k in range(400): pass\nx * 1",
        "x = tensor(1.0)\nfor k in range(600): pass\nx * 1",
        "more than 1000 steps",
    ),
    "elements": (Limits(elements=10), "ones(10) * 2", "ones(11) * 2", "the limit is 10"),
    "elements_in_all": (
        Limits(elements_in_all=40),
        "ones(10) * 2 * 2 * 2",
        "ones(10) * 2 * 2 * 2 * 2",
        "more than 40 elements",
    ),
    "whole_bits": (
        Limits(whole_bits=100),
        "print(2 ** 33)\ntensor(1.0) * 1",
        "print(2 ** 50 * 2 ** 51)\ntensor(1.0) * 1",
        "more than 100 bits",
    ),
    "text_width": (
        Limits(text_width=20),
        "print(f'{1:>20}')\ntensor(1.0) * 1",
        "print(f'{1:>21}')\ntensor(1.0) * 1",
        "more than 20 characters",
    ),
    "printed_bytes": (
        Limits(printed_bytes=10),
        "print('学' * 3)\ntensor(1.0) * 1",
        "print('学' * 4)\ntensor(1.0) * 1",
        "more than 10 bytes",
    ),
    "seconds": (
        Limits(seconds=100.0),
        "x = tensor(1.0)\nfor k in range(9000): pass\nx * 1",
        "x = tensor(1.0)\nfor k in range(900000): pass\nx * 1",
        "longer than 100.0 seconds",
    ),
}
"""Each limit: where it is set, a program at it, one beyond it, what the refusal says."""


@pytest.mark.parametrize("limit", TRIED)
def test_a_budget_is_allowed_at_and_refused_beyond(limit: str) -> None:
    limits, at, beyond, said = TRIED[limit]
    engine.run(at, limits=limits, clock=itertools.count().__next__)
    with pytest.raises(engine.LimitError, match=said) as caught:
        engine.run(beyond, limits=limits, clock=itertools.count().__next__)
    assert caught.value.line is not None
    assert caught.value.hint is not None


PROMISED: Final = {
    "source_bytes": (16 * 1024, "#" + "x" * 16 * 1024, 1),
    "nesting": (64, "x = 1" + "".join("\n" + " " * level + "if 1:" for level in range(66)) + "\n" + " " * 66 + "x", 66),
    "operations": (
        100_000,
        "import torch\nx = torch.tensor(1.0, dtype=torch.double)\nfor k in range(100_001):\n  x = x * 1.0",
        4,
    ),
    "elements": (1_000_000, "import torch\nx = torch.zeros(1001, 1000)", 2),
    "elements_in_all": (4_000_000, "import torch\nfor k in range(5):\n  x = torch.zeros(1000, 1000)", 3),
    "steps": (2_000_000, "import torch\nx = 1\nwhile True:\n  x = x + 1", 3),
    "printed_bytes": (64 * 1024, "import torch\nfor k in range(70):\n  print('x' * 1000)", 3),
    "seconds": (5, "import torch\nx = 1\nwhile True:\n  x = x + 1", 3),
}
"""The budgets as they were promised: how much, a program beyond it, the line that is named."""


@pytest.mark.parametrize("limit", PROMISED)
def test_a_budget_is_as_large_as_promised_and_its_refusal_names_it_and_the_line(limit: str) -> None:
    size, beyond, line = PROMISED[limit]
    assert getattr(Limits(), limit) == size
    ticks = itertools.count(step=1 if limit == "seconds" else 0)
    with pytest.raises(engine.LimitError) as caught:
        engine.run(beyond, clock=ticks.__next__)
    assert str(size) in str(caught.value.message).replace(",", "")
    assert caught.value.line == line


@pytest.mark.parametrize(
    "greedy",
    [
        *("'x' * 10**9", "[0] * 10**9", "'x' * 10**5 * 10**5", "(1,) * 10**12", "list(range(10**12))", "1 << 10**10"),
        *(
            "10**10**10",
            "7**7**7**7",
            "f'{1:>999999999}'",
            "f'{1.0:.999999999f}'",
            "'%999999999d' % 1",
            "'a'.ljust(10**9)",
        ),
        *("'a'.join(['x' * 1000] * 100000)", "'aaaa'.replace('a', 'b' * 10**6).replace('b', 'c' * 10**6)"),
        *("zeros(10**9)", "ones(10**5, 10**5)", "torch.arange(10**12)", "torch.rand(10**9)", "torch.eye(10**6)"),
        *(
            "torch.linspace(0, 1, 10**10)",
            "ones(1000, 1) * ones(1, 10000)",
            "ones(1).expand(10**9)",
            "ones(2).repeat(10**9)",
        ),
        *("sum(range(10**12))", "max(range(10**12))", "sorted(range(10**12))", "10**12 in list(range(10**12))"),
        *("[x for x in range(10**12)]", "'{:>999999999}'.format(1)", "math.factorial(10**6)", "np.zeros(10**10)"),
        *("torch.randperm(10**10)", "torch.nn.Linear(10**5, 10**5)", "[[0] * 1000 for _ in range(10**6)]"),
        *("torch.full((10**5, 10**5), 1.0)", "ones(300, 300, 300)", "np.ones((10**5, 10**5))", "np.arange(10**12)"),
    ],
)
def test_what_would_need_too_much_is_refused_before_it_is_made(greedy: str) -> None:
    with pytest.raises(engine.LimitError) as caught:
        engine.run(f"import torch, math\nimport numpy as np\nprint(len(str({greedy})))")
    assert caught.value.line == 3


@pytest.mark.parametrize(
    "endless",
    [
        *("while True: pass", "while 1:\n  x = 1", "for a in range(10**12): pass"),
        "def f(): f()\nf()",
        "f = lambda: f()\nf()",
        "(lambda f: f(f))(lambda f: f(f))",
        "a = []\na.append(a)\nb = []\nb.append(b)\nprint(a == b)",
        "a = []\nfor x in range(10**7): a = [a]",
        "a = [1]\nfor x in a: a.append(x)",
        "class A:\n  def __add__(self, other): return self + other\nA() + A()",
        "class A:\n  def __getattr__(self, name): return self.other\nA().x",
        "class A:\n  def __repr__(self): return str(self)\nprint(A())",
        "class A:\n  def __iter__(self): return self\nlist(A())",
        "s = 'a'\nwhile True: s += s",
        "n = 3\nwhile True: n *= n",
        "d = {}\nwhile True: d[len(d)] = 1",
        "x = [1]\nwhile True: x += x",
        "def f(n): return [f(n) for _ in range(2)]\nf(1)",
        "sorted([1, 2], key=lambda x: sorted([x], key=lambda y: [0] * 10**9))",
    ],
)
def test_what_never_ends_is_ended(endless: str) -> None:
    with pytest.raises(engine.EngineError) as caught:
        engine.run(f"import torch\n{endless}")
    assert caught.value.line is not None


def test_what_the_passes_keep_counts_until_the_end() -> None:
    source = "import torch\nw = torch.ones(10, requires_grad=True)\nfor k in range({}):\n  (w * 2.0).sum().backward()"
    engine.run(source.format(10), limits=Limits(elements_in_all=150))
    with pytest.raises(engine.LimitError, match="more than 150 elements"):
        engine.run(source.format(20), limits=Limits(elements_in_all=150))


def test_few_but_large_operations_are_timed_as_well() -> None:
    """By the number of their steps alone, the clock would not be looked at once."""
    source = "import torch\nx = torch.ones(1000, 1000)\nfor k in range(3): x.sum()\nfor k in range(60): x = -x + x * 0"
    with pytest.raises(engine.LimitError, match=r"longer than 4\.0 seconds"):
        engine.run(source, limits=Limits(seconds=4.0, elements_in_all=10**9), clock=itertools.count().__next__)


# --- progress


def test_a_long_run_says_how_far_it_has_come() -> None:
    """A clock that goes on by a hundredth each time it is read: a report for every fifth reading."""
    said: list[engine.Progress] = []
    start = "import torch\nw = torch.ones(1, requires_grad=True)\n"
    source = start + "for k in range(20000):\n  if k % 3000 == 0: w.sum().backward()"
    engine.run(source, clock=(each / 100 for each in itertools.count()).__next__, progress=said.append)
    assert len(said) >= 2
    assert [each.steps for each in said] == sorted({each.steps for each in said})
    assert said[0].steps >= 4 * 2_000
    assert 2 <= said[0].passes < said[-1].passes <= 7
    assert said[-1].operations == said[-1].passes + 1  # the sums, and w


def test_a_run_can_be_ended_from_outside() -> None:
    def enough(progress: engine.Progress) -> None:
        if progress.steps > 10_000:
            raise engine.Cancelled

    with pytest.raises(engine.Cancelled):
        engine.run("while True: pass", progress=enough)


@pytest.mark.parametrize("small", ["a.median()", "a.sum()", "torch.einsum('ij,ij->', a, a)", "a.amax()"])
def test_time_is_looked_at_often_where_much_is_gone_through_for_a_small_result(small: str) -> None:
    looks = itertools.count()
    source = f"import torch\na = torch.ones(1000, 1000)\nfor i in range(40): {small}\ntorch.ones(1) * 1"
    engine.run(source, clock=lambda: 0.0 * next(looks))
    assert next(looks) > 15


def test_a_negative_size_gives_nothing_back_to_the_budget() -> None:
    source = "for i in range(9):\n  try: torch.zeros(-10)\n  except RuntimeError: pass\n"
    with pytest.raises(engine.LimitError, match="more than 40 elements"):
        engine.run(f"import torch\n{source}for i in range(5): torch.ones(10)", limits=Limits(elements_in_all=40))


@pytest.mark.parametrize("layer", ["LayerNorm(10**9)", "LayerNorm((10**5, 10**5))", "BatchNorm1d(10**9)"])
def test_a_layer_is_charged_before_it_is_made(layer: str) -> None:
    with pytest.raises(engine.LimitError, match="the limit is 1000000"):
        engine.run(f"import torch.nn as nn\nnn.{layer}")


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a+)+$", "'a' * 30 + 'b'"),
        ("a?" * 30 + "a" * 30, "'a' * 30"),
        ("(a|a)" * 20 + "b", "'a' * 40"),
        ("a*a*b", "'a' * 1500"),
        ("a{0,999}a{0,999}b", "'a' * 1500"),
        ("(a|aa)" * 8 + "a*c", "'a' * 16000"),
        (r"(a)\1", "'aa'"),
        ("(?=a)a", "'a'"),
        ("a*" * 200, "'a'"),
        ("a" * 401, "'a'"),
    ],
)
def test_a_pattern_that_could_take_for_ever_is_refused_before_it_is_tried(pattern: str, text: str) -> None:
    for call in ("findall", "search", "split", "compile"):
        arguments = f"{pattern!r}" if call == "compile" else f"{pattern!r}, {text}"
        source = f"import re\nimport torch\nre.search(re.{call}({arguments}), {text})\ntorch.ones(1) * 2"
        with pytest.raises((engine.InputError, engine.LimitError)) as caught:
            engine.run(source)
        assert caught.value.line == 3
