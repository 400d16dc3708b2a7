"""The landscape of the loss: its heights are the program's own losses, and it stays where it is while it can."""

import json
import random
from typing import Any, Final

import httpx
import numpy as np
import pytest

import engine
from app.examples import EXAMPLES
from app.landscape import landscape_json
from app.programs import program

BY_SLUG: Final = {each.slug: each for each in EXAMPLES}


def ground(slug: str, names: list[str], index: int = 0, **how: Any) -> dict[str, Any]:
    """The landscape of an example; of one pass alone unless said otherwise."""
    example = BY_SLUG[slug]
    how = {"around": None, "all_samples": False} | how
    found: dict[str, Any] = json.loads(landscape_json(program(example.source, example.inputs), index, names, **how))
    return found


@pytest.mark.parametrize(
    ("slug", "names"),
    [
        ("linear", ["w"]),
        ("linear", ["w", "x"]),
        ("neuron", ["w1", "w2"]),
        ("momentum", ["a", "b"]),
        ("parabola", ["w2", "b"]),
    ],
)
def test_every_height_is_the_loss_that_the_program_has_there(slug: str, names: list[str]) -> None:
    example, found = BY_SLUG[slug], ground(slug, names)
    heights = np.array(found["heights"])
    axes = [
        np.linspace(axis["low"], axis["high"], count)
        for axis, count in zip(found["axes"], heights.shape[::-1], strict=False)
    ]
    for chance in map(random.Random, range(10)):
        at = [chance.randrange(len(axis)) for axis in axes]
        point = {name: float(axis[place]) for name, axis, place in zip(names, axes, at, strict=True)}
        passed = engine.run(example.source, inputs={**example.inputs, **point}).passes[0]
        [loss] = [float(np.asarray(node.value)) for node in passed.nodes if node.id == passed.output]
        assert heights[tuple(reversed([*at, 0][:2]))] == pytest.approx(loss, rel=2e-5, abs=1e-9)


def test_over_all_samples_it_is_the_mean_of_their_losses_and_the_slope_is_that_of_the_mean() -> None:
    found = ground("parabola", ["w1", "w2"], 150, all_samples=True, at=[1.5, -0.5])
    samples = [(1.0, 3.0), (2.0, 7.0), (3.0, 13.0)]
    b = float(np.asarray(engine.run(BY_SLUG["parabola"].source).passes[150]["b"].value))
    gaps = [1.5 * x * x - 0.5 * x + b - y for x, y in samples]
    assert found["value"] == pytest.approx(sum(gap * gap for gap in gaps) / 3, rel=1e-5)
    slopes = [sum(2 * gap * x**power for gap, (x, _) in zip(gaps, samples, strict=True)) / 3 for power in (2, 1)]
    assert [axis["gradient"] for axis in found["axes"]] == pytest.approx(slopes, rel=1e-3)
    assert (found["samples"], found["round"]) == (3, 3)


def test_where_gradients_pile_up_the_slope_is_that_of_the_pass_alone() -> None:
    run = engine.run(BY_SLUG["forgotten"].source)
    for index in (0, 1, 7):
        [axis] = ground("forgotten", ["w"], index)["axes"]
        w, x = (float(np.asarray(run.passes[index][name].value).item()) for name in ("w", "x"))
        assert axis["gradient"] == pytest.approx(2 * x * (x * w - 2 * x), rel=1e-3)


def test_the_ground_stays_while_point_and_path_are_on_it() -> None:
    first = ground("momentum", ["a", "b"])
    ranges = [(axis["low"], axis["high"]) for axis in first["axes"]]
    held = [(low - 0.3, high + 0.4) for low, high in ranges]
    shown = ground("momentum", ["a", "b"], around=held, loose=True)
    assert [(axis["low"], axis["high"]) for axis in shown["axes"]] == held
    for unfit in ([(3.0, 5.0), (-2.0, 2.0)], [(-900.0, 900.0), (-2.0, 2.0)]):
        shown = ground("momentum", ["a", "b"], around=unfit, loose=True)
        assert [(axis["low"], axis["high"]) for axis in shown["axes"]] == ranges
        shown = ground("momentum", ["a", "b"], around=unfit)
        assert [(axis["low"], axis["high"]) for axis in shown["axes"]] == unfit


def test_leaves_moved_in_one_pass_have_the_numbers_they_would_have_there(client: httpx.Client) -> None:
    asked = {"source": BY_SLUG["momentum"].source, "pass": 7, "fill": 1, "only": 11, "moved": {"a": 3.0, "b": -1.0}}
    known = client.post("/api/v1/films", json=asked | {"only": None, "moved": {}}).raise_for_status().json()
    seen = client.post("/api/v1/films", json=asked | {"structure": known["structure"]}).raise_for_status().json()
    assert seen["loss"] == pytest.approx(0.5 * 9 + 5)
    shown = {card: seen["frame"][f"{card}.gradient"] for card in ("n0", "n1")}
    named = {known["start"][f"{card}.title"]: card for card in ("n0", "n1")}
    assert len(named) == 2
    assert sorted(shown.values()) == ["3", "−10"]
    refused = client.post("/api/v1/films", json=asked | {"structure": known["structure"], "moved": {"q": 1.0}})
    assert refused.status_code == 422
