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


def test_over_all_samples_all_that_follows_from_other_parameters_is_of_this_pass_too() -> None:
    found, passed = (
        ground("parabola", ["w1"], 150, all_samples=True),
        engine.run(BY_SLUG["parabola"].source).passes[150],
    )
    w1, w2, b = (float(np.asarray(passed[name].value)) for name in ("w1", "w2", "b"))
    gaps = [w1 * x * x + w2 * x + b - y for x, y in [(1.0, 3.0), (2.0, 7.0), (3.0, 13.0)]]
    assert found["value"] == pytest.approx(sum(gap * gap for gap in gaps) / 3, rel=1e-4)
    trained, last = ground("xor", ["2.bias"], 59, all_samples=True), engine.run(BY_SLUG["xor"].source).passes[59]
    assert trained["samples"] == 1
    assert trained["value"] == pytest.approx(last.nodes[-1].value, rel=1e-4)


XOR: Final = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def answers(index: int, x: Any, **other: Any) -> Any:
    """What the network of the example says to samples, worked out by hand with its weights in a pass."""
    passed = engine.run(BY_SLUG["xor"].source).passes[index]
    w1, b1, w2, b2 = (
        np.asarray(other.get(name, passed[name].value), float) for name in ("0.weight", "0.bias", "2.weight", "2.bias")
    )
    return 1 / (1 + np.exp(-(np.tanh(x @ w1.T + b1) @ w2.T + b2)))[:, 0]


def test_a_map_over_the_data_is_what_the_network_makes_of_any_sample() -> None:
    [chosen, *_] = ground("xor", ["2.bias"], 40)["maps"]
    assert chosen == {"name": "v4(x)", "of": "v4[0, 0]", "over": ["x[0, 0]", "x[0, 1]"]}
    found = ground("xor", chosen["over"], 40, of=chosen["of"], all_samples=True)
    across, up = (np.linspace(axis["low"], axis["high"], 49) for axis in found["axes"])
    for row, second in enumerate(up):
        wanted = answers(40, np.stack([across, np.full(49, second)], axis=1))
        assert found["heights"][row] == pytest.approx(wanted, abs=2e-6)
    assert found["rows"] == [[*map(float, x), f"{int(x[0] != x[1])}"] for x in XOR]
    assert found["path"] == []
    assert [axis["name"] for axis in found["axes"]] == chosen["over"]
    for axis in found["axes"]:
        assert axis["low"] < 0
        assert axis["high"] > 1


def test_the_slope_of_another_height_is_that_of_what_the_network_says() -> None:
    [axis] = ground("xor", ["x[1, 0]"], 40, of="v4[1, 0]")["axes"]
    below, above = answers(40, np.array([[-1e-5, 1.0], [1e-5, 1.0]]))
    assert axis["gradient"] == pytest.approx((above - below) / 2e-5, rel=2e-3)


def test_a_landscape_over_a_cell_of_a_weight_is_the_loss_with_that_cell() -> None:
    found = ground("xor", ["0.weight[2, 1]"], 20)
    [axis] = found["axes"]
    passed = engine.run(BY_SLUG["xor"].source).passes[20]
    weight, target = np.asarray(passed["0.weight"].value, float), np.array([0, 1, 1, 0])
    assert axis["value"] == pytest.approx(weight[2, 1])
    assert axis["gradient"] == pytest.approx(float(np.asarray(passed["0.weight"].gradient)[2, 1]))
    assert len(found["path"]) == 60
    for place in (0, 77, 200):
        changed = weight.copy()
        changed[2, 1] = np.linspace(axis["low"], axis["high"], 201)[place]
        said = answers(20, XOR, **{"0.weight": changed})
        loss = -np.mean(target * np.log(said) + (1 - target) * np.log(1 - said))
        assert found["heights"][0][place] == pytest.approx(loss, rel=1e-4)


@pytest.mark.parametrize(
    "asked", [{"over": ["0.weight[4, 0]"]}, {"over": ["x[0]"]}, {"over": ["x"]}, {"over": ["v4[0, 0]"]}]
)
def test_a_number_that_no_leaf_has_is_refused(client: httpx.Client, asked: dict[str, Any]) -> None:
    refused = client.post("/api/v1/landscape", json={"source": BY_SLUG["xor"].source, **asked})
    assert refused.status_code == 422
    assert f"there is no floating point number `{asked['over'][0]}` among the leaves" in refused.json()["detail"]


def test_there_is_nothing_between_two_classes(client: httpx.Client) -> None:
    source = BY_SLUG["classes"].source
    refused = client.post("/api/v1/landscape", json={"source": source, "over": ["target[0]"]})
    assert refused.status_code == 422
    film = client.post("/api/v1/films", json={"source": source}).raise_for_status().json()
    assert "x[0, 1]" in film["scalars"]
    assert not any(name.startswith("target") for name in film["scalars"])
    assert [each["name"] for each in ground("classes", ["x[0, 1]"])["maps"][:3]] == [
        f"logits(x)[{k}]" for k in range(3)
    ]


@pytest.mark.parametrize("of", ["v4", "v9[0, 0]", "v4[4, 0]", "v4[0]", "v4[-1, 0]"])
def test_a_height_that_is_no_number_is_refused(client: httpx.Client, of: str) -> None:
    asked = {"source": BY_SLUG["xor"].source, "over": ["2.bias"], "of": of}
    refused = client.post("/api/v1/landscape", json=asked)
    assert refused.status_code == 422
    assert f"there is no number `{of}` in this pass" in refused.json()["detail"]


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
