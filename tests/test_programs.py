"""Programs as people write them print what PyTorch prints; what PyTorch refuses is refused."""

import importlib.util
from typing import Final

import numpy as np
import pytest

import engine
from engine.snapshot import BackwardStep, SeedStep, UpdateStep
from tests import corpus, marks

needs_torch = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None, reason="PyTorch is not installed: what is on file stands for it"
)
GRADIENTS: Final = marks.on_file()
LAST_PLACE: Final[dict[str, str]] = {}
"""Programs whose tensors may differ by one in the last place printed, and why."""
EARLY: Final = {"mistake_name": "a name that nothing gives a value is seen before the first line is run"}
FAILING: Final = [name for name in corpus.NAMES if corpus.recorded(name)[1] is not None]


def test_there_are_many_programs_and_each_was_recorded() -> None:
    assert len(corpus.NAMES) >= 182
    assert {path.stem for path in corpus.FOLDER.glob("*.out")} == set(corpus.NAMES), "run python -m tests.corpus"


@pytest.mark.parametrize("name", sorted(set(corpus.NAMES) - set(FAILING)))
def test_a_program_prints_what_pytorch_prints_and_has_its_gradients(name: str) -> None:
    """Tensors character by character, other numbers to six digits; every leaf's gradient in every pass."""
    run, (theirs, _) = engine.run(corpus.source(name)), corpus.recorded(name)
    assert corpus.agree(run.printed, theirs, last_place=name in LAST_PLACE), f"\n{run.printed}\n--- PyTorch:\n{theirs}"
    if GRADIENTS[name]:  # else PyTorch has made no pass: it was all `autograd.grad`, or micrograd
        assert marks.differences(marks.of_run(run), GRADIENTS[name]) == []


@pytest.mark.parametrize("name", FAILING)
def test_a_program_that_pytorch_refuses_is_refused_on_the_same_line(name: str) -> None:
    printed, error = corpus.recorded(name)
    assert error is not None
    with pytest.raises(engine.EngineError) as caught:
        engine.run(corpus.source(name))
    assert caught.value.line == int(error.partition(":")[0])
    assert corpus.agree(caught.value.printed, "" if name in EARLY else printed)
    assert caught.value.hint is not None


@needs_torch
@pytest.mark.parametrize("name", corpus.NAMES)
def test_what_is_on_file_is_what_pytorch_says(name: str) -> None:
    recorded = (corpus.FOLDER / f"{name}.out").read_text(encoding="utf-8")
    printed, gradients = corpus.watched(corpus.source(name))
    assert corpus.agree(printed, recorded, last_place=True), "run python -m tests.corpus"
    assert marks.differences(gradients, GRADIENTS[name]) == [], "run python -m tests.corpus"


# --- the lecture's program, pass by pass


LECTURE: Final = engine.run(corpus.source("lecture_linear"))


def test_the_lecture_has_three_hundred_passes() -> None:
    assert len(LECTURE.passes) == 300
    assert [np.asarray(LECTURE.passes[k]["w"].gradient).item() for k in range(3)] == [
        -2.0,
        -7.840000152587891,
        -16.228801727294922,
    ]
    assert LECTURE.printed.splitlines()[-1] == "predict (after training) 4 7.999998569488525"
    assert LECTURE.warnings == ()
    assert LECTURE.inputs == {"w": 1.0}


def test_a_pass_ends_with_the_update_of_its_parameter() -> None:
    for index in (0, 1, 299):
        *_, last = LECTURE.passes[index].steps
        assert isinstance(last, UpdateStep)
        assert last.expression == "w − 0.01·w.grad"
        if index < 299:
            np.testing.assert_array_equal(LECTURE.passes[index + 1]["w"].value, last.after)


def test_every_result_knows_its_line_its_function_and_its_round() -> None:
    nodes = {node.name: node for node in LECTURE.passes[4].nodes}
    assert nodes["w"].kind == "parameter"
    assert nodes["y_pred"].scope == ("epoch=1", "x=2.0, y=4.0", "loss", "forward")
    assert nodes["y_pred"].span == (9, 11, 9, 16)
    assert nodes["l"].span == (13, 11, 13, 28)


def test_what_a_layer_makes_stands_for_the_call_that_led_there() -> None:
    source = (
        "import torch\nfrom torch import nn\nmodel = nn.Sequential(nn.Linear(1, 1), nn.Tanh())\n"
        "x = torch.ones(1)\nloss = (model(x) - torch.relu(model(2 * x))).sum()\nloss.backward()"
    )
    lines = source.split("\n")
    made = [node for node in engine.run(source).passes[0].nodes if node.op or node.kind == "parameter"]
    pieces = [lines[node.span[0] - 1][node.span[1] : node.span[3]] for node in made if node.span]
    layer, once, twice = "nn.Linear(1, 1)", "model(x)", "model(2 * x)"
    whole = "model(x) - torch.relu(model(2 * x))"
    expected = [layer, layer, once, once, "2 * x", twice, twice, "torch.relu(model(2 * x))", whole, f"({whole}).sum()"]
    assert sorted(pieces) == sorted(expected)


def test_every_printed_line_knows_its_pass_and_its_line() -> None:
    assert [(line.pass_index, line.line) for line in LECTURE.lines[:6]] == [
        (0, 15),
        (0, 20),
        (1, 20),
        (2, 20),
        (2, 23),
        (3, 20),
    ]
    assert "".join(line.text for line in LECTURE.lines) == LECTURE.printed


def test_a_named_value_can_be_followed_over_all_passes() -> None:
    series = LECTURE.series(["l", "w", "nobody"])
    assert len(series["l"]) == 300
    assert np.asarray(series["w"][1]) == np.asarray(LECTURE.passes[1]["w"].value)
    assert series["nobody"] == [None] * 300


def test_left_out_zero_is_seen_and_named_where_it_starts_to_matter() -> None:
    run = engine.run(corpus.source("lecture_without_zero"))
    (warning,) = run.warnings
    assert str(warning).startswith("pass 2: the gradient of `w` was not set to zero")
    steps = [step for step in run.passes[1].steps if isinstance(step, BackwardStep) and step.node == "n0"]
    np.testing.assert_array_equal(steps[0].before, run.passes[0]["w"].gradient)
    np.testing.assert_array_equal(steps[-1].after, run.passes[1]["w"].gradient)


def test_gradients_collected_on_purpose_are_no_mistake() -> None:
    source = "import torch\nw = torch.tensor(1.0, requires_grad=True)\nfor k in range(3):\n  (w * k).backward()\n"
    assert engine.run(source).warnings == ()


def test_an_optimizer_says_what_it_does() -> None:
    source = (
        "import torch\nm = torch.nn.Linear(1, 1)\nopt = torch.optim.{}(m.parameters(), lr=0.1)\n"
        "m(torch.ones(1, 1)).sum().backward()\nopt.step()"
    )
    said = {
        name: [
            step.expression for step in engine.run(source.format(name)).passes[0].steps if isinstance(step, UpdateStep)
        ]
        for name in ("SGD", "Adam")
    }
    assert said == {
        "SGD": ["m.weight − 0.1·m.weight.grad", "m.bias − 0.1·m.bias.grad"],
        "Adam": ["m.weight − 0.1·m̂/(√v̂ + ε)", "m.bias − 0.1·m̂/(√v̂ + ε)"],
    }


def test_a_program_without_backward_has_its_last_scalar_differentiated() -> None:
    run = engine.run("import torch\nx = torch.tensor(3.0, requires_grad=True)\ny = x * x")
    assert len(run.passes) == 1
    assert np.asarray(run.passes[0]["x"].gradient) == 6.0
    assert any(isinstance(step, SeedStep) for step in run.passes[0].steps)


def test_inputs_replace_a_leaf_of_the_program() -> None:
    source = "import torch\nw = torch.tensor([1.0], requires_grad=True)\n(w * w).sum().backward()"
    run = engine.run(source, inputs={"w": 4.0})
    assert run.inputs == {"w": 4.0}
    assert np.asarray(run.passes[0]["w"].gradient).tolist() == [8.0]


def test_a_pass_is_shown_as_it_was_though_its_results_were_changed_since() -> None:
    source = (
        "import torch\na = torch.tensor(2.0, requires_grad=True)\nb = a * 2\nc = a + 1\nloss = b * c\nloss.backward()\n"
        "for k in range(3):\n  c += 1\n  b *= 2\nwith torch.no_grad(): b.mul_(3)\n(c * 2).backward()"
    )
    first = engine.run(source).passes[0]
    told = {name: (np.asarray(first[name].value).item(), np.asarray(first[name].gradient).item()) for name in "abc"}
    assert told == {"a": (2.0, 10.0), "b": (4.0, 3.0), "c": (3.0, 4.0)}


@pytest.mark.parametrize(
    ("change", "gradient"),
    [
        ("c += c + 1", [2.0, 2.0]),
        ("c += c * 2", [3.0, 3.0]),
        ("d = c + 1\nc += 1\nc = c + d", [2.0, 2.0]),
        ("d = c * 3\nc += 1\nc = c + d", [4.0, 4.0]),
        ("d = c.sum()\nc.mul_(2)\nc = d + c.mean()", [2.0, 2.0]),
        ("d = c.exp()\nc.mul_(0)\nc = c + d", [20.085536, 1.0]),
        ("d = torch.stack([c, c])\nc += 1\nc = c + d", [4.0, 4.0]),
        ("for k in range(3): c += c * 0.5 + a", [8.125, 8.125]),
        ("d = c * c\nc += 1\nc = c + d", None),
        ("d = c ** 2\nc += 1\nc = c + d", None),
        ("d = c * a\nc += 1\nc = c + d", None),
        ("d = 1 * (c / a)\nc += 1\nc = c + d", None),
    ],
)
def test_a_result_may_be_changed_in_place_where_nobody_needs_its_value(
    change: str, gradient: list[float] | None
) -> None:
    source = f"import torch\na = torch.tensor([2.0, -1.0], requires_grad=True)\nc = a + 1\n{change}\nc.sum().backward()"
    if gradient is None:
        with pytest.raises(engine.InputError, match="modified by an inplace operation"):
            engine.run(source)
    else:
        np.testing.assert_allclose(np.asarray(engine.run(source).passes[0]["a"].gradient), gradient, rtol=1e-6)


def test_a_hook_that_changes_a_gradient_is_told_of_and_stays_in_the_pass() -> None:
    source = (
        "import torch\na = torch.tensor(2.0, requires_grad=True)\nb = a * 3\nb.register_hook(lambda g: g * 10)\n"
        "a.register_hook(lambda g: print(g))\nc = b + a\nc.backward()\nprint(a.grad)"
    )
    run = engine.run(source)
    assert run.printed == "tensor(31.)\ntensor(31.)\n"
    steps = [step for step in run.passes[0].steps if isinstance(step, BackwardStep)]
    told = [(np.asarray(step.upstream).item(), np.asarray(step.contribution).item()) for step in steps]
    assert told == [(1.0, 1.0), (1.0, 1.0), (10.0, 30.0)]
    assert np.asarray(run.passes[0]["a"].gradient).item() == 31.0
    (warning,) = run.warnings
    assert str(warning) == "line 7: a hook changes the gradient of `b`: what arrives there is not what goes on"


@pytest.mark.parametrize("inner", ["c.backward()", "torch.autograd.grad(c, a)", "(v * v).backward()"])
def test_a_hook_starts_no_pass_of_its_own(inner: str) -> None:
    source = (
        "import torch\nfrom micrograd.engine import Value\nv = Value(2.0)\na = torch.tensor(2.0, requires_grad=True)\n"
        f"c = a * 3\na.register_hook(lambda g: {inner})\nc.backward()"
    )
    with pytest.raises(engine.InputError, match="a hook cannot start a backward pass"):
        engine.run(source)


def test_the_seed_is_where_random_numbers_start() -> None:
    source = "import torch\nprint(torch.rand(1).item())\ntorch.ones(1) * 2"
    assert engine.run(source, seed=1).printed != engine.run(source).printed == engine.run(source, seed=0).printed


@pytest.mark.parametrize(
    ("program", "line"),
    [
        ("x = [1]\nx.y", "AttributeError"),
        ("torch.ones(2) @ torch.ones(3)", "RuntimeError"),
        ("None + 1", "TypeError"),
        ("nobody = 1\ndel nobody\nnobody", "NameError"),
    ],
)
def test_an_error_is_caught_by_the_name_python_gives_it_alone(program: str, line: str) -> None:
    body = program.replace("\n", "\n  ")
    kinds = ("AttributeError", "NameError", "RuntimeError" if line != "TypeError" else "TypeError")
    clauses = "".join(f"except {kind}: print('{kind}')\n" for kind in kinds)
    source = f"import torch\ntry:\n  {body}\n{clauses}torch.ones(1) * 2"
    assert engine.run(source).printed == f"{line}\n"


def test_a_result_made_inside_a_generator_belongs_to_its_scope_and_round() -> None:
    source = (
        "import torch\nw = torch.tensor(2.0, requires_grad=True)\ndef parts(n):\n  for i in range(n):\n    p = w * i\n"
        "    yield p\nloss = 0.0\nfor each in parts(3):\n  q = each + 1\n  loss = loss + q\nloss.backward()"
    )
    nodes = engine.run(source).passes[0].nodes
    assert [node.scope[-2:] for node in nodes if node.name == "p"][-1] == ("parts", "i=2")
    assert all("parts" not in node.scope for node in nodes if node.name == "q")


def test_generators_stay_within_the_budgets() -> None:
    for source, said in {
        "def f():\n  while True: yield 1\nlist(f())": "steps",
        "def f(n):\n  yield from f(n + 1)\nlist(f(0))": "wait for each other",
    }.items():
        with pytest.raises(engine.LimitError, match=said):
            engine.run(f"import torch\n{source}\ntorch.ones(1) * 2")


def test_a_number_given_two_names_makes_two_leaves() -> None:
    run = engine.run("x = y = 1\nz = x * y + x")
    assert (run.inputs, run.passes[0]["x"].gradient, run.passes[0]["y"].gradient) == ({"x": 1.0, "y": 1.0}, 2.0, 1.0)


def test_arrays_that_are_let_go_of_cost_nothing_in_the_end() -> None:
    source = (
        "import numpy as np\nimport torch\nx = np.ones(100_000)\nfor k in range(100): x = x * 1.01\ntorch.ones(1) * 2"
    )
    engine.run(source)
    with pytest.raises(engine.LimitError, match="all tensors together"):
        engine.run("import numpy as np\nimport torch\nx = [np.ones(100_000) for k in range(100)]\ntorch.ones(1) * 2")


def test_a_leaf_that_was_frozen_for_a_pass_gets_no_gradient_in_its_picture() -> None:
    source = (
        "import torch\nw = torch.tensor(2.0, requires_grad=True)\nv = torch.tensor(3.0, requires_grad=True)\n"
        "w.requires_grad_(False)\n(w * v).backward()\nw.requires_grad_(True)\n(w * v).backward()"
    )
    first, second = engine.run(source).passes
    assert (first["w"].gradient, first["w"].kind, first["w"].requires_grad) == (None, "leaf", False)
    assert (second["w"].gradient, second["w"].kind, second["v"].gradient) == (3.0, "parameter", 4.0)


def test_a_singular_matrix_has_cofactors_for_the_slopes_of_its_determinant() -> None:
    """PyTorch gives zeros here, central differences the cofactors."""
    source = "import torch\nA = torch.tensor([[1.0, 2.0], [2.0, 4.0]], requires_grad=True)\ntorch.det(A).backward()"
    (only,) = engine.run(source).passes
    np.testing.assert_allclose(np.asarray(only["A"].gradient), [[4.0, -2.0], [-2.0, 1.0]], rtol=1e-5)
    checked = engine.check("det(A)", {"A": [[1.0, 2.0], [2.0, 4.0]]})
    assert all(each.agrees for each in checked)
