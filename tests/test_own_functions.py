"""A program's own functions: one node with the reader's rule, three witnesses, PyTorch's refusals, budgets that hold.

What they print beside PyTorch stands in `programs/own_functions*.py`.
"""

import json
import re
from typing import Any, Final

import httpx
import jsonschema
import numpy as np
import pytest

import engine
from app import jobs
from app.landscape import landscape_json
from app.programs import program
from app.render.view import View
from app.snapshot_schema import snapshot_schema
from app.sweeps import sweeps_json
from engine.limits import Limits
from engine.replay import Replay
from engine.snapshot import BackwardStep, Snapshot
from tests import corpus
from tests.test_cli import called

FORWARD: Final = """import torch
class Square(torch.autograd.Function):
  @staticmethod
  def forward(ctx, x):
    ctx.save_for_backward(x)
    return x ** 2
"""
BACKWARD: Final = """  @staticmethod
  def backward(ctx, g):
    x, = ctx.saved_tensors
    return {}
"""
LOSS: Final = """x = torch.tensor({}, requires_grad=True, dtype=torch.float64)
y = Square.apply(x)
loss = (y * 2).sum()
loss.backward()
"""


def source(rule: str = "g * 2 * x", x: str = "3.0") -> str:
    """A square with that rule; the gradient of twice its sum at `x`."""
    return FORWARD + BACKWARD.format(rule) + LOSS.format(x)


def own(snapshot: Snapshot) -> list[BackwardStep]:
    """The steps along edges out of the program's own functions."""
    targets = {edge.id: edge.target for edge in snapshot.edges}
    return [each for each in snapshot.steps if isinstance(each, BackwardStep) and targets[each.edge] in snapshot.rows]


# --- one node


def test_a_function_is_one_node_that_has_the_name_of_its_class_and_the_rule_of_the_reader() -> None:
    seen = engine.run(source()).passes[0]
    assert [(node.op, node.label) for node in seen.nodes if node.op] == [
        ("Square", "y"),
        ("mul", "v1"),
        ("sum", "loss"),
    ]
    assert seen["y"].expression == "Square(x)"
    [step] = own(seen)
    assert (step.upstream, step.local_formula, step.contribution) == (2.0, "backward(G)", 12.0)
    assert step.finite_difference == pytest.approx(12.0)
    jsonschema.validate(json.loads(seen.to_json()), snapshot_schema())


def test_settings_stand_beside_the_operands_and_get_no_gradient() -> None:
    seen = engine.run(corpus.source("own_functions")).passes[1]
    reverse = next(node for node in seen.nodes if node.op == "Reverse")
    assert (reverse.expression, dict(reverse.attributes)) == ("Reverse(x, alpha=0.5)", {"alpha": 0.5})
    assert [step.local_formula for step in own(seen) if step.node == "n0"] == ["backward(G)[0]"]


def test_names_inside_a_function_stay_inside_it() -> None:
    nodes = engine.run(corpus.source("own_functions")).passes[1].nodes
    assert {node.name for node in nodes} <= {"x", "w", "b", "out", "s", "m", None}


def test_several_results_come_out_of_one_node() -> None:
    text = """import torch
class Both(torch.autograd.Function):
  @staticmethod
  def forward(ctx, x): return x.sum(), x * 2
  @staticmethod
  def backward(ctx, s, m): return s + 2 * m
x = torch.tensor([1.0, 2.0], requires_grad=True)
s, m = Both.apply(x)
(s * 3).backward()"""
    seen = engine.run(text).passes[0]
    node = next(each for each in seen.nodes if each.op == "Both")
    np.testing.assert_array_equal(node.value, [3.0, 2.0, 4.0])
    np.testing.assert_array_equal(np.asarray(node.gradient), [3.0, 0.0, 0.0])
    np.testing.assert_array_equal(np.asarray(seen["x"].gradient), [3.0, 3.0])


def test_a_class_that_is_called_like_an_operation_is_not_taken_for_it() -> None:
    text = source("g * 0").replace("Square", "relu") + "z = torch.relu(x)\nz.backward()"
    first, second = engine.run(text).passes
    assert [node.op for node in first.nodes if node.op] == ["relu.apply", "mul", "sum"]
    assert [node.op for node in second.nodes if node.op] == ["relu"]
    assert (float(np.asarray(first["x"].gradient)), float(np.asarray(second["x"].gradient))) == (0.0, 1.0)


def test_the_way_back_is_lit_where_the_reader_wrote_it() -> None:
    film = json.loads(jobs.film_json(program(source(), {}), 0, View(), "embedded"))
    [step] = [each for each in film["steps"] if each["phase"] == "backward" and each["at"] == "n1"]
    assert step["span"] == [9, 4, 10, 20]
    assert (film["start"]["n0_n1_0.rule"], film["start"]["n0_n1_0.shapes"]) == ("backward(G)", "2 → 12")


# --- witnesses


@pytest.mark.parametrize(("x", "given", "measured"), [("3.0", 6.0, 12.0), ("[3.0, -1.0]", None, None)])
def test_a_forgotten_factor_is_told_by_the_step_and_by_the_check(
    x: str, given: float | None, measured: float | None
) -> None:
    text = source("g * x", x)
    [step] = own(engine.run(text).passes[0])
    assert step.finite_difference == pytest.approx(2 * (step.expected_difference or 0))
    [verdict] = engine.check(text)
    assert not verdict.agrees
    [said] = verdict.contradictions
    assert (said.function, said.operand, said.along) == ("Square", "x", given is None)
    assert said.measured == pytest.approx(2 * said.said)
    if given is not None:
        assert str(said.message) == "`Square`: its backward gives 6, central differences give 12"


@pytest.mark.parametrize("x", ["3.0", "[3.0, -1.0]", "0.0", "1e5", "[[1e-3], [1e3]]"])
def test_a_right_rule_agrees_with_central_differences(x: str) -> None:
    [step] = own(engine.run(source(x=x)).passes[0])
    assert step.finite_difference == pytest.approx(step.expected_difference, rel=1e-5, abs=1e-6)
    [verdict] = engine.check(source(x=x))
    assert (verdict.agrees, verdict.contradictions) == (True, ())


def test_the_panel_says_what_both_say_in_both_languages() -> None:
    said: dict[tuple[str, str], Any] = {}
    for rule in ("g * 2 * x", "g * x"):
        for lang in ("en", "zh"):
            film = json.loads(jobs.film_json(program(source(rule), {}), 0, View(lang=lang), "embedded"))
            said[rule, lang] = film["captions"][-1]
    read = {key: plain_text(each["witness"] + each["contradicted"]) for key, each in said.items()}
    assert read["g * 2 * x", "en"] == "✓ Your backward gives 12, central differences give 12."
    assert read["g * x", "en"].startswith("≠ Your backward gives 6, central differences give 12. That is a mistake")
    assert read["g * x", "zh"] == "≠ 你的 backward 给出 6，中心差分给出 12。若非有意，便是写错了。"
    assert [bool(each["contradicted"]) for each in said.values()] == [False, False, True, True]
    assert "backward(G) = 6" in plain_text(said["g * x", "en"]["says"])


def plain_text(html: str) -> str:
    """What of a caption is read."""
    return re.sub(r"<[^>]*>", "", html)


def test_a_smooth_function_of_many_numbers_has_no_kink_and_a_kinked_one_has() -> None:
    many = "torch.linspace(-3, 3, 2000)"
    text = source(x="3.0").replace(
        "torch.tensor(3.0, requires_grad=True, dtype=torch.float64)", f"{many}.requires_grad_()"
    )
    [step] = own(engine.run(text).passes[0])
    assert step.kink is None
    assert step.finite_difference is not None
    kinked = source("g * (x > 0)", "[0.0, 1.0]").replace("x ** 2", "x.clamp(min=0)")
    [step] = own(engine.run(kinked).passes[0])
    assert step.finite_difference is None
    assert step.kink is not None
    [verdict] = engine.check(kinked)
    assert verdict.at_kink or verdict.agrees


def test_a_function_that_draws_random_numbers_is_not_measured() -> None:
    text = source("g").replace("x ** 2", "x * torch.rand(())")
    [step] = own(engine.run(text).passes[0])
    assert (step.finite_difference, step.kink) == (None, None)


def test_a_function_that_looks_at_what_has_changed_since_is_not_called_wrong() -> None:
    text = "k = 2\n" + source("g * 2 * x * 2").replace("x ** 2", "x ** 2 * k")
    assert own(engine.run(text).passes[0])[0].finite_difference == pytest.approx(24.0)
    [step] = own(engine.run(text + "k = 5\n").passes[0])
    assert (step.contribution, step.finite_difference) == (24.0, None)


def test_a_whole_number_beside_the_tensor_stays_one_when_the_rest_is_moved() -> None:
    text = source("g.expand(2) * torch.tensor([0.0, 1.0]), None", "[3.0, 1.0]")
    text = (
        text.replace("(ctx, x)", "(ctx, x, i)")
        .replace("x ** 2", "x[i]")
        .replace("apply(x)", "apply(x, torch.tensor(1))")
    )
    [verdict] = engine.check(text)
    assert (verdict.agrees, np.asarray(verdict.finite_difference).round(6).tolist()) == (True, [0.0, 2.0])


# --- after the run


def test_what_backward_said_is_not_asked_again() -> None:
    text = (
        "calls = []\n" + source("(calls.append(1), print(len(calls)), g * len(calls))[-1]") + "loss2 = Square.apply(x)"
    )
    text += " * 2\nloss2.backward()\n"
    run = engine.run(text)
    assert (run.printed, run.living) == ("1\n2\n", True)
    assert [float(np.asarray(each["x"].gradient)) for each in run.passes] == [2.0, 6.0]
    assert run.passes[1].steps[-1].before == 2.0  # type: ignore[union-attr]
    assert run.printed == "1\n2\n"


def test_a_replay_asks_the_reader_for_other_numbers() -> None:
    seen = engine.run(source("g * 2 * x if x > 0 else g * 100")).passes[0]
    for x, gradient in ((5.0, 20.0), (-1.0, 200.0)):
        again = Replay(seen).snapshot({"x": x})
        assert (float(np.asarray(again["loss"].value)), float(np.asarray(again["x"].gradient))) == (2 * x * x, gradient)
    outputs, _ = Replay(seen).outputs({"x": np.array([1.0, 2.0])})
    np.testing.assert_array_equal(outputs, [2.0, 8.0])


def test_landscape_and_two_modes_know_the_function() -> None:
    given = program(source(), {})
    ground = json.loads(landscape_json(given, 0, ["x"], [(-1.0, 1.0)], False))
    low = ground["axes"][0]["low"]
    assert (low, ground["heights"][0][0], ground["heights"][0][100]) == (-1.0, 2.0, 0.0)
    rows = {row["name"]: row["tangent"] for row in json.loads(sweeps_json(given, 0, "x"))["rows"]}
    assert (rows["y"], rows["loss"]) == ("6", "12")


def test_where_the_reader_refuses_there_is_a_hole_in_the_landscape() -> None:
    text = source().replace("    return x ** 2", "    assert x >= 0\n    return x ** 2")
    heights = json.loads(landscape_json(program(text, {}), 0, ["x"], [(-1.0, 1.0)], False))["heights"][0]
    assert (heights[0], heights[100], heights[200]) == (None, 0.0, 2.0)


@pytest.mark.parametrize(
    ("rule", "tangent"),
    [("2 * x * g", "6"), ("torch.tensor(2 * x.item() * g.item(), dtype=torch.float64)", "6"), ("None", None)],
)
def test_forward_mode_asks_a_rule_that_cannot_be_recorded_number_by_number(rule: str, tangent: str | None) -> None:
    rows = {row["name"]: row["tangent"] for row in json.loads(sweeps_json(program(source(rule), {}), 0, "x"))["rows"]}
    assert rows["y"] == (tangent or "0")


def test_a_rule_may_be_part_of_a_gradient_check_of_its_own() -> None:
    for rule, said in (("g * 2 * x", "True"), ("g * x", "False")):
        text = source(rule) + "print(torch.autograd.gradcheck(Square.apply, x, raise_exception=False))"
        assert engine.run(text).printed == f"{said}\n"
    with pytest.raises(engine.InputError, match="Jacobian mismatch") as caught:
        engine.run(source("g * x", "[3.0, 1.0]") + "torch.autograd.gradcheck(Square.apply, (x,))")
    assert "numerical 6, 0, 0, 2, analytical 3, 0, 0, 1" in str(caught.value.message)


def test_over_http_a_run_other_leaves_and_the_check_know_it(client: httpx.Client) -> None:
    for inputs, gradient in (({}, 6.0), ({"x": 5.0}, 10.0)):
        answer = client.post("/api/v1/runs", json={"source": source("g * x"), "inputs": inputs}).raise_for_status()
        assert answer.json()["passes"][0]["parameters"]["x"]["gradient"] == gradient
    asked = {"source": source("g * x"), "pass": 0, "fill": 1, "only": 3, "moved": {"x": 4.0}}
    known = client.post("/api/v1/films", json=asked | {"only": None, "moved": {}}).raise_for_status().json()
    seen = client.post("/api/v1/films", json=asked | {"structure": known["structure"]}).raise_for_status().json()
    assert seen["loss"] == 32.0
    checked = client.post("/api/v1/check", json={"source": source("g * x")}).raise_for_status().json()
    [told] = checked["leaves"]["x"]["contradictions"]
    assert told == {
        "function": "Square",
        "operand": "x",
        "backward": 6.0,
        "central_differences": pytest.approx(12.0),
    }
    assert checked["agrees"] is False


def test_the_command_line_names_the_function_that_is_wrong(tmp_path: Any) -> None:
    finished = called("check", source("g * x"), folder=tmp_path)
    assert finished.returncode == 1
    assert finished.stdout.splitlines()[-1].strip() == "`Square`: its backward gives 6, central differences give 12"


# --- refusals


REFUSED: Final = {
    "one gradient too many": ("g, g", "returned an incorrect number of gradients (expected 1, got 2)", "one gradient"),
    "no tensor": ("2.0", "expected Variable or None (got float)", "returns tensors"),
    "what was not kept": ("g * ctx.k", "there is no `SquareBackward.k`", ""),
}


@pytest.mark.parametrize("mistake", REFUSED)
def test_what_backward_may_not_return_is_refused_in_pytorchs_words(client: httpx.Client, mistake: str) -> None:
    rule, said, hint = REFUSED[mistake]
    with pytest.raises(engine.EngineError) as caught:
        engine.run(source(rule))
    assert said in str(caught.value.message)
    assert hint in str(caught.value.hint)
    for lang in ("en", "zh"):
        asked = {"source": source(rule)}
        answer = client.post("/api/v1/runs", json=asked, headers={"Accept-Language": lang})
        assert answer.status_code == 422


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (FORWARD + "x = torch.tensor(1.0, requires_grad=True)\nSquare.apply(x)", None, "backward or vjp method"),
        ("import torch\nclass A(torch.autograd.Function): pass\nA.apply(torch.ones(2))", 3, "forward function"),
        (source().replace(".apply(x)", "(x)"), 12, "Legacy autograd function"),
        (source().replace("save_for_backward(x)", "save_for_backward(2)"), 5, "can only save variables"),
        (source().replace("save_for_backward(x)", "mark_dirty(x)"), 5, "change their input in place"),
        (source().replace(".apply(x)", ".apply(x, 2)"), 12, "takes 2 values, and 3 are given"),
        (source().replace(".apply(x)", ".apply(k=x)"), 12, "has no argument called k"),
    ],
)
def test_a_function_that_is_not_written_as_pytorch_wants_it_is_refused(text: str, line: int | None, said: str) -> None:
    with pytest.raises(engine.EngineError, match=said) as caught:
        engine.run(text)
    assert caught.value.hint is not None
    assert line in (None, caught.value.line)


def test_a_gradient_of_another_shape_is_refused() -> None:
    said = re.escape("returned an invalid gradient at index 0 - got [] but expected shape compatible with [2]")
    with pytest.raises(engine.ShapeError, match=said):
        engine.run(source("g.sum()", "[3.0, -1.0]"))


def test_a_result_that_was_saved_may_not_change_either() -> None:
    text = source("x * g").replace(
        "    ctx.save_for_backward(x)\n    return x ** 2", "    y = x.exp()\n    ctx.save_for_backward(y)\n    return y"
    )
    engine.run(text)
    with pytest.raises(engine.InputError, match="modified by an inplace operation"):
        engine.run(text.replace("loss =", "y += 1\nloss ="))


def test_one_may_go_back_twice_where_nothing_was_kept() -> None:
    kept = source("g * 2").replace("loss = (y * 2).sum()\nloss.backward()", "y.backward()\ny.backward()\nprint(x.grad)")
    with pytest.raises(engine.InputError, match="a second time"):
        engine.run(kept)
    free = kept.replace("ctx.save_for_backward(x)", "pass").replace("x, = ctx.saved_tensors", "pass")
    assert engine.run(free).printed == "tensor(4., dtype=torch.float64)\n"


def test_a_saved_value_may_not_change_and_what_was_not_saved_may() -> None:
    changed = source().replace("loss.back", "with torch.no_grad(): x.add_(1)\nloss.back")
    with pytest.raises(engine.InputError, match="modified by an inplace operation"):
        engine.run(changed)
    free = changed.replace("ctx.save_for_backward(x)", "pass").replace("x, = ctx.saved_tensors", "x = 1")
    assert engine.run(free + "print(x.grad)").printed == "tensor(4., dtype=torch.float64)\n"


# --- budgets


@pytest.mark.parametrize("method", ["forward", "backward"])
@pytest.mark.parametrize(
    ("greedy", "said"),
    [
        ("while True: pass", "steps"),
        ("torch.zeros(100000, 100000)", "elements"),
        ("Square.apply(ctx.saved_tensors[0]); Square.backward(ctx, ctx.saved_tensors[0])", "wait for each other"),
        ("[0] * 10 ** 9", "steps"),
        ("print('x' * 1000) or [print('x' * 1000) for k in range(70)]", "bytes"),
    ],
)
def test_budgets_hold_inside_a_function(method: str, greedy: str, said: str) -> None:
    lines = {"forward": "    return x ** 2", "backward": "    return g * 2 * x"}
    text = source().replace(lines[method], f"    {greedy}\n{lines[method]}")
    with pytest.raises(engine.LimitError, match=said):
        engine.run(text, limits=Limits(steps=200_000))


def test_what_is_asked_after_the_run_has_a_budget_too_and_prints_nothing() -> None:
    text = "calls = []\n" + source().replace(
        "    return x ** 2",
        "    calls.append(1)\n    print('forward')\n    while len(calls) > 1: pass\n    return x ** 2",
    )
    run = engine.run(text)
    [step] = own(run.passes[0])
    assert step.finite_difference is None
    with pytest.raises(engine.LimitError):
        Replay(run.passes[0]).snapshot({"x": 1.0})
    assert run.printed == "forward\n"
    chatty = source().replace("    return x ** 2", "    print('x' * 30000)\n    return x ** 2")
    assert own(engine.run(chatty).passes[0])[0].finite_difference == pytest.approx(12.0)


def test_what_is_asked_after_the_run_leaves_nothing_behind() -> None:
    text = "log, box, last = [], {'seen': []}, None\n" + source().replace(
        "  @staticmethod\n  def forward(ctx, x):", "  @staticmethod\n  def forward(ctx, x):\n    global last"
    ).replace(
        "    return x ** 2",
        "    last = (last or 0) + 1\n    log.append(x)\n    box['seen'].append(x)\n    box[len(box)] = x\n"
        "    return x * (last + len(log) + len(box['seen']) + len(box))",
    )
    seen = engine.run(text).passes[0]
    for _ in range(2):
        outputs, _ = Replay(seen).outputs({"x": np.array([1.0, 2.0])})
        np.testing.assert_array_equal(outputs, [2 * 9.0, 4 * 9.0])


def test_what_a_function_puts_aside_counts_as_kept() -> None:
    text = (
        source()
        .replace("    return x ** 2", "    big = torch.zeros(1000, 900)\n    {}\n    return x ** 2")
        .replace("y = Square", "for k in range(6):\n  y = Square")
        .replace("loss", "  loss")
    )
    engine.run(text.format("pass"))
    for kept in ("ctx.big = big", "ctx.parts = [(big,)]", "ctx.save_for_backward(x, big)"):
        rule = text.replace("x, = ctx.saved_tensors", "x = ctx.saved_tensors[0]")
        with pytest.raises(engine.LimitError, match="all tensors together"):
            engine.run(rule.format(kept))


def test_a_backward_may_go_backward_itself_through_what_the_sweep_is_in() -> None:
    text = """import torch
x = torch.tensor(2.0, requires_grad=True)
a = x * 3
class Odd(torch.autograd.Function):
  @staticmethod
  def forward(ctx, y): return y * 1
  @staticmethod
  def backward(ctx, g): return g * torch.autograd.grad(a, x, retain_graph=True)[0]
(Odd.apply(a) + a * a).backward()
print(x.grad)"""
    assert engine.run(text).printed == "tensor(45.)\n"
