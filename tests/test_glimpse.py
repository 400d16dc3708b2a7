"""While a hand drags a leaf the page is shown what it will be shown again when the hand rests."""

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from app import glimpse, jobs
from app.examples import EXAMPLES
from app.programs import Program, program
from app.render.captions import captions
from app.render.film import film, moment
from app.render.view import View
from engine.replay import Replay
from engine.snapshot import BackwardStep, Snapshot
from tests.oracle import Program as Drawn
from tests.oracle import programs

VIEW = View("en", "light", "LR")
KINKED = program("a = 1.0\nrelu(a*b) + abs(b - a) / log(b)", {"b": 2.0})
each_example = pytest.mark.parametrize(
    "shown", [*(each.program for each in EXAMPLES), KINKED], ids=[*(each.slug for each in EXAMPLES), "kinked"]
)


def glimpsed(shown: Program, step: int, *, known: str, index: int = 0) -> dict[str, Any]:
    """What the page gets while somebody drags."""
    answer = glimpse.glimpse_json(shown, index, VIEW, "embedded", known=known, fill=1.0, only=step)
    found: dict[str, Any] = json.loads(answer)
    return found


def filmed(shown: Program, index: int = 0) -> dict[str, Any]:
    """What it gets when the hand rests."""
    found: dict[str, Any] = json.loads(jobs.film_json(shown, index, VIEW, "embedded", fill=1.0))
    return found


def moved(shown: Program, leaves: list[dict[str, Any]]) -> Program:
    """Every leaf that is a number somewhere else."""
    numbers = {each["name"]: each["value"] for each in leaves if isinstance(each["value"], float)}
    return replace(shown, inputs=tuple(sorted((name, value * 1.25 - 0.5) for name, value in numbers.items())))


def at(whole: dict[str, Any], step: int) -> dict[str, str]:
    """Every slot of a film at a step."""
    frame = dict(whole["start"])
    for change in whole["changes"][1 : step + 1]:
        frame |= change
    return frame


def visible(frame: dict[str, str]) -> dict[str, str]:
    """The slots that show numbers, but for those of edges whose arithmetic is hidden."""
    hidden = ("upstream", "factor", "contribution", "pill", "lines")
    found: dict[str, str] = {}
    for slot, text in frame.items():
        owner, _, part = slot.partition(".")
        state = frame[f"{owner}.class"].split()[1:]
        unseen = (part in hidden and "active" not in state) or (part in ("local", "chip") and "pending" in state)
        if part not in ("class", "title") and not unseen:
            found[slot] = text
    return found


@each_example
def test_a_glimpse_shows_all_that_a_film_would_show_differently(shown: Program) -> None:
    before = filmed(shown)
    after = moved(shown, before["leaves"])
    whole = filmed(after)
    assert whole["structure"] == before["structure"]
    for step in range(0, len(whole["steps"]), max(1, len(whole["steps"]) // 12)):
        seen = glimpsed(after, step, known=before["structure"])
        was, wanted = at(before, step), at(whole, step)
        assert seen["frame"].items() <= wanted.items()
        stays = {slot: text for slot, text in visible(was).items() if slot not in seen["frame"]}
        assert stays | {slot: text for slot, text in seen["frame"].items() if slot in visible(wanted)} == visible(
            wanted
        )
        assert seen["caption"] == whole["captions"][step]
        assert (seen["id"], seen["loss"], seen["step"]) == (whole["id"], whole["loss"], step)
        values = {each["name"]: each["value"] for each in whole["leaves"]}
        for each in seen["leaves"]:
            set_to, told = each["value"], values[each["name"]]  # a float32 leaf is told with no more digits than it has
            assert set_to == told or np.float32(set_to) == np.float32(told)


@settings(max_examples=100, deadline=None)
@given(programs(), st.data())
def test_a_renewed_pass_is_the_run_itself_but_for_what_was_not_measured(shown: Drawn, data: st.DataObject) -> None:
    recorded = engine.run(shown.source, inputs=shown.inputs)
    other = {name: data.draw(st.floats(-4, 4), name) for name in recorded.inputs}
    anew = engine.run(shown.source, inputs={**shown.inputs, **other}).passes[0]
    replay, measured = Replay(recorded.passes[0]), data.draw(st.integers(0, len(anew.steps) - 1), "step")
    assert replay.plain
    assert text(replay.renewed(other, measured=measured)) == text(unmeasured(anew, measured))


def unmeasured(snapshot: Snapshot, measured: int) -> Snapshot:
    """The pass without finite differences but at one step."""
    steps = [
        replace(step, finite_difference=None, kink=None)
        if isinstance(step, BackwardStep) and step.index != measured
        else step
        for step in snapshot.steps
    ]
    return replace(snapshot, steps=tuple(steps))


def text(snapshot: Snapshot) -> str:
    """Everything but the source, whose literals are not rewritten."""
    return json.dumps(snapshot.to_dict() | {"source": ""})


@each_example
def test_a_moment_is_that_of_the_film(shown: Program) -> None:
    snapshot = jobs.pass_of(shown, 0)
    whole = film(snapshot)
    for step in range(len(snapshot.steps)):
        seen = moment(snapshot, step)
        assert seen.items() <= whole.at(step).items()
        assert {slot for slot in seen if slot.endswith((".class", ".title"))} == set()


def test_a_leaf_that_gets_its_name_twice_is_moved_where_inputs_move_it() -> None:
    source = "x = 3.0\ny = x * x\nx = 5.0\ny + x"
    first = filmed(program(source, {}))
    moved = program(source, {"x": 4.0})
    assert glimpsed(moved, 0, known=first["structure"])["loss"] == 21.0


def test_leaves_without_a_value_are_filled_and_numbers_that_are_none_pass() -> None:
    source = "x / y + z"
    first = filmed(program(source, {}))
    seen = glimpsed(program(source, {"y": 0.0}), 0, known=first["structure"])
    assert seen["loss"] == "Infinity"
    assert seen["leaves"] == [{"name": name, "value": value} for name, value in (("x", 1.0), ("y", 0.0), ("z", 1.0))]
    again = glimpsed(program(source, {"x": math.nan, "y": 2.0, "z": 0.0}), 4, known=first["structure"])
    assert again["loss"] == "NaN"
    assert again["caption"] == captions(jobs.pass_of(program(source, {"x": math.nan, "y": 2.0, "z": 0.0}), 0), "en")[4]


def test_a_program_that_takes_another_branch_gets_its_film() -> None:
    source = "y = x * 2\nif y > 0:\n    y = y * y\ny + 1"
    first = filmed(program(source, {"x": 1.0}))
    same = glimpsed(program(source, {"x": 2.0}), 0, known=first["structure"])
    assert same["loss"] == 17.0
    assert "svg" not in same
    other = glimpsed(program(source, {"x": -1.0}), 0, known=first["structure"])
    assert "svg" in other
    assert len(other["steps"]) < len(first["steps"])


def test_a_later_pass_follows_the_training_that_led_to_it() -> None:
    shown = next(each.program for each in EXAMPLES if each.slug == "training")
    first = filmed(shown, 50)
    after = moved(shown, first["leaves"])
    seen = glimpsed(after, 0, known=first["structure"], index=50)
    assert seen["pass"] == 50
    assert seen["loss"] == filmed(after, 50)["loss"] != first["loss"]


def test_a_cell_of_a_tensor_is_a_leaf_too() -> None:
    source = "import torch\nw = torch.tensor([1.0, 2.0], requires_grad=True)\nloss = (w * w).sum()\nloss.backward()"
    first = filmed(program(source, {}))
    seen = glimpsed(program(source, {"w": [3.0, 2.0]}), 0, known=first["structure"])
    assert (seen["loss"], seen["leaves"]) == (13.0, [{"name": "w", "value": [3.0, 2.0]}])
    tensor = program("y = x * x", {"x": [1.0, 2.0]})
    assert glimpsed(tensor, 1, known=filmed(tensor)["structure"])["leaves"] == [{"name": "x", "value": [1.0, 2.0]}]
    assert glimpsed(program("y = x * x", {"x": 3.0}), 1, known=filmed(tensor)["structure"])["loss"] == 9.0
