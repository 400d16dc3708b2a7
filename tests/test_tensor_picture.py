"""Tensors in the picture: grids by shape, shades by number, and where each cell comes from."""

import dataclasses
import itertools
import json
import math
import re
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import engine
from app import jobs
from app.render import cells, chips, labels
from app.render.arrays import one, reach, shape, shape_text
from app.render.captions import captions
from app.render.dot import document
from app.render.drawing import drawing
from app.render.film import film
from app.render.grid import blank, grid, scales
from app.render.grid import cells as shades
from app.render.numbers import brief, extent
from app.render.view import View
from engine.snapshot import BackwardStep, ForwardStep, UnbroadcastStep, UpdateStep
from tests.pages import Open
from tests.tensors import PASSES, two_layers
from tests.test_render import (
    DIRECTIONS,
    LANGUAGES,
    drawn_by_dot,
    harmless,
    needs_dot,
    nothing_is_in_the_way,
    painted,
    picture,
    read,
    slots,
    told,
)

SVG = "{http://www.w3.org/2000/svg}"
each_pass = pytest.mark.parametrize("name", PASSES)
any_shape = arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=40)
any_array = arrays.arrays(
    np.float64, arrays.array_shapes(min_dims=1, max_dims=3, max_side=30), elements=st.floats(width=32)
)

DRAWN = """async ([module, shapes]) => {
  const { draw } = await import(module);
  return shapes.map(([attributes, text]) => {
    const group = document.createElementNS("http://www.w3.org/2000/svg", "g");
    for (const name in attributes) group.setAttribute(name, attributes[name]);
    draw(group, text);
    return [...group.children].map((each) => [each.localName,
      Object.fromEntries([...each.attributes].map(({name, value}) => [name, value])), each.textContent]);
  });
}"""
PLAYED = """async ([picture, film, svg, document_]) => {
  const [{ Picture }, { Film }] = await Promise.all([import(picture), import(film)]);
  const place = document.createElement("div");
  place.innerHTML = svg;
  document.body.append(place);
  const [shown, played] = [new Picture(place), new Film(document_)];
  const seen = [];
  const look = () => seen.push([...place.querySelectorAll("[data-slot]")].map((each) => each.outerHTML));
  look();
  for (let step = 1; step < played.length; step++) { shown.apply(played.between(step - 1, step)); look(); }
  shown.apply(played.between(played.last, 0)); look();
  place.remove();
  return seen;
}"""
APPLIED = """async ([picture, before, frame, after]) => {
  const { Picture } = await import(picture);
  const seen = [before, after].map((svg) => Object.assign(document.createElement("div"), { innerHTML: svg }));
  document.body.append(...seen);
  new Picture(seen[0]).apply(frame);
  return seen.map((place) => [...place.querySelectorAll("[data-edge] *")].map((each) => {
    const own = [...each.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data);
    return [each.localName, own, Object.fromEntries([...each.attributes].map(({name, value}) => [name, value]))];
  }));
}"""
PANEL = """async ([module, caption]) => {
  const { Panel } = await import(module);
  new Panel(document.getElementById("panel"), document.getElementById("spoken")).show(caption);
}"""


def module(here: Any, name: str) -> str:
    """The address of one of the page's modules."""
    address: str = here.page.evaluate(
        "[...document.scripts].map(({src}) => src).find((src) => src.includes('/static/'))"
    )
    return re.sub(r"[^/]+$", name, address)


# --- the grid of a shape


@pytest.mark.parametrize(
    ("lengths", "rows", "columns", "block", "written"),
    [
        ((3,), 1, 3, (1, 1), True),
        ((5,), 1, 5, (1, 1), False),
        ((2, 3), 2, 3, (1, 1), True),
        ((6, 5), 6, 5, (1, 1), False),
        ((12, 12), 12, 12, (1, 1), False),
        ((13, 12), 7, 12, (2, 1), False),
        ((64, 50), 11, 10, (6, 5), False),
        ((24,), 1, 24, (1, 1), False),
        ((100,), 1, 20, (1, 5), False),
        ((2, 3, 4), 3, 8, (1, 1), False),
    ],
)
def test_a_matrix_is_exact_up_to_twelve_by_twelve_and_sampled_beyond(
    lengths: tuple[int, ...], rows: int, columns: int, block: tuple[int, int], written: bool
) -> None:
    shown = grid(lengths)
    assert (shown.rows, shown.columns, shown.block, shown.written) == (rows, columns, block, written)
    assert bool(labels.note(shown, "en")) == (not shown.exact)


@given(any_shape)
def test_any_shape_has_a_small_grid_with_a_cell_for_each_block(lengths: tuple[int, ...]) -> None:
    shown = grid(lengths)
    assert shown.width <= 4 * 53
    assert shown.height <= 100
    text = shades(np.ones(lengths), 1.0)
    assert len(text.split("|")[0]) == shown.rows * shown.columns
    assert (text == "") == (0 in lengths)


def test_what_a_grid_leaves_out_is_said() -> None:
    assert labels.note(grid((64, 50)), "en") == "1 cell = 6×5"
    assert labels.note(grid((8, 3, 28, 28)), "en") == "1 of 24 slices · 1 cell = 3×3"
    assert labels.note(grid((8, 3, 28, 28)), "zh") == "24 个切片中的 1 个 · 1 格 = 3×3"
    assert labels.note(grid((6, 5)), "en") == ""


# --- the shade of a number


@given(any_array, st.floats(0.01, 100))
def test_a_shade_has_the_sign_of_its_number_and_only_zero_is_blank(array: Any, scale: float) -> None:
    shown = grid(array.shape)
    text = shades(array, scale).split("|")[0]
    if shown.exact and array.ndim < 3:
        for number, shade in zip(array.ravel().tolist(), text, strict=True):
            if not math.isfinite(number):
                assert shade == "!"
            elif number == 0:
                assert shade == "0"
            else:
                assert (shade in "123456789") == (number > 0)
                assert (shade in "abcdefghi") == (number < 0)


@given(st.lists(st.floats(-10, 10, width=32), min_size=2, max_size=12))
def test_a_larger_magnitude_is_never_lighter_and_the_scale_is_the_darkest(numbers: list[float]) -> None:
    level = {shade: index for index, shade in enumerate("0123456789")} | {
        shade: index for index, shade in enumerate("abcdefghi", 1)
    }
    array = np.array([*numbers, 10.0])
    text = shades(array, 10.0).split("|")[0]
    ordered = sorted(zip(np.abs(array).tolist(), (level[shade] for shade in text), strict=True))
    assert [depth for _, depth in ordered] == sorted(depth for _, depth in ordered)
    assert text[-1] == "9"


def test_a_block_shows_its_number_farthest_from_zero() -> None:
    array = np.full((24, 24), 0.25)
    array[5, 7], array[6, 6], array[20, 1] = -4.0, 3.0, math.nan
    text = shades(array, 4.0)
    assert (text[2 * 12 + 3], text[3 * 12 + 3], text[10 * 12 + 0], text[0]) == ("i", "8", "!", "3")


def test_a_few_numbers_are_written_and_none_is_a_dash() -> None:
    assert shades(np.array([1.0, -2.0, 0.0]), 2.0) == "7i0|1|−2|0"
    assert blank((3,)) == "000|—|—|—"
    assert blank((6, 5)) == ""


@given(st.floats())
def test_a_number_in_a_cell_has_at_most_seven_characters(value: float) -> None:
    assert len(brief(value)) <= 7
    if 1e-9 < abs(value) < 1e100:
        assert float(brief(value).replace("−", "-")) == pytest.approx(value, rel=0.051)


def test_an_extent_says_from_where_to_where() -> None:
    assert extent(np.array([1.0, -2.5, 0.0])) == "−2.5…1"
    assert extent(np.ones((3, 3))) == "1"
    assert extent(np.array([1.0, math.nan])) == "NaN"
    assert extent(np.zeros((0, 3))) == "∅"


# --- the film


@each_pass
def test_each_cell_comes_and_goes_with_its_number(name: str) -> None:
    seen = PASSES[name]()
    played, fixed = film(seen), scales((seen,))
    expected = {
        f"{node.id}.{row}.cells": blank(node.shape)
        if row == "gradient" or node.operands
        else shades(node.value, fixed.values[node.id])
        for node in seen.nodes
        for row in ("value", "gradient")
        if not one(node.shape) and (row == "value" or node.requires_grad)
    }
    for step in seen.steps:
        if isinstance(step, ForwardStep) and not one(shape(step.value)):
            expected[f"{step.node}.value.cells"] = shades(step.value, fixed.values[step.node])
        landed = isinstance(step, UnbroadcastStep) or (isinstance(step, BackwardStep) and not step.broadcast)
        if landed and f"{step.node}.gradient.cells" in expected:
            assert isinstance(step, (BackwardStep, UnbroadcastStep))
            assert step.after is not None
            expected[f"{step.node}.gradient.cells"] = shades(step.after, fixed.gradient)
        frame = played.at(step.index)
        assert {slot: text for slot, text in frame.items() if slot.endswith(".cells")} == expected


def test_undoing_a_broadcast_is_a_moment_of_its_own() -> None:
    seen = two_layers()
    played = film(seen)
    (undone,) = [step for step in seen.steps if isinstance(step, UnbroadcastStep) and step.node == seen["b1"].id]
    before, at, after = (played.at(undone.index + each) for each in (-1, 0, 1))
    edge, node = undone.edge, undone.node
    assert [frame[f"{edge}.class"] for frame in (before, at, after)] == ["edge active", "edge active", "edge done"]
    assert [frame[f"{edge}.rule"] for frame in (before, at)] == ["G × 1", "Σ dim=0"]
    assert [frame[f"{edge}.shapes"] for frame in (before, at)] == ["4×5", "4×5 → [5]"]
    assert before[f"{node}.gradient.cells"] == ""
    assert before[f"{node}.class"] == "node parameter"
    assert len(at[f"{node}.gradient.cells"]) == 5
    assert at[f"{node}.class"].endswith("receiving")


def test_gradients_share_one_scale_so_that_a_vanishing_one_is_seen_to_vanish() -> None:
    saturated = film(two_layers(scale=30.0)).at(99)
    seen = two_layers(scale=30.0)
    depth = {shade: index for index, shade in enumerate("0123456789")} | dict(
        zip("abcdefghi", range(1, 10), strict=True)
    )
    first, second = (
        max(depth[shade] for shade in saturated[f"{seen[name].id}.gradient.cells"]) for name in ("W1", "W2")
    )
    assert first < second


@each_pass
def test_the_darkest_gradient_is_the_largest_that_flows_in_the_pass(name: str) -> None:
    seen = PASSES[name]()
    flowing = [
        np.abs(np.asarray(array))
        for step in seen.steps
        if isinstance(step, BackwardStep)
        for array in (step.contribution, step.after)
        if array is not None and np.size(array) > 1
    ]
    assert scales((seen,)).gradient == max(
        [0.0, *(float(each) for array in flowing for each in array.ravel() if math.isfinite(each))]
    )


def test_the_scale_of_a_run_holds_for_each_of_its_passes() -> None:
    one_pass, other = two_layers(), two_layers()
    larger = dataclasses.replace(
        other, nodes=tuple(dataclasses.replace(node, value=node.value * 4.0) for node in other.nodes)
    )
    whole = scales((one_pass, larger))
    slot = f"{one_pass['W1'].id}.value.cells"
    assert whole.values[one_pass["W1"].id] == pytest.approx(4 * reach(one_pass["W1"].value))
    assert film(one_pass).at(0)[slot] != film(one_pass, whole).at(0)[slot]
    assert film(larger, whole).at(0)[slot] == film(one_pass).at(0)[slot]


def test_an_update_moves_the_cells_and_starts_from_the_old_ones() -> None:
    seen = two_layers()
    w = seen["W1"]
    moved = UpdateStep(
        index=len(seen.steps),
        node=w.id,
        before=w.value,
        after=w.value - 0.5,
        expression="W1 − 0.01·W1.grad",
        expression_latex=r"W_{1} - 0.01 \cdot W_{1}.\mathrm{grad}",
    )
    trained = dataclasses.replace(seen, steps=(*seen.steps, moved))
    played = film(trained)
    slot = f"{w.id}.value.cells"
    settled = [dataclasses.replace(node, value=moved.after) if node.id == w.id else node for node in trained.nodes]
    assert film(dataclasses.replace(trained, nodes=tuple(settled))).at(0)[slot] == played.at(0)[slot]
    assert played.at(moved.index - 1)[slot] != played.at(moved.index)[slot]
    assert played.at(moved.index)[f"{w.id}.class"].endswith("updating")
    last = told(trained, "en")[-1]
    assert "W" in read(last["becomes"])
    assert read(last["says"]) == "The update moves the numbers of W1, the farthest by 0.5."


# --- the picture


@each_pass
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_tensors_are_drawn_without_harm_or_overlap(name: str, lang: Any, direction: Any) -> None:
    seen = PASSES[name]()
    played = film(seen)
    for at in (0, len(seen.steps) - 1):
        root = painted(seen, at, View(lang, "light", direction))
        harmless(root)
        assert slots(root) <= set(played.start)
        nothing_is_in_the_way(root)
        for element in root.iter():
            slot = element.attrib.get("data-slot", "")
            if slot.endswith(".cells"):
                drawn = [path for path in element if path.attrib.get("class") not in ("minus", "minus deep", "cross")]
                assert bool(drawn) == bool(played.at(at)[slot].strip("0"))


@each_pass
def test_every_text_of_a_card_fits_into_it(name: str) -> None:
    for lang, at in itertools.product(LANGUAGES, (0, 99)):
        seen = PASSES[name]()
        root = painted(seen, min(at, len(seen.steps) - 1), View(lang))
        for group in root.iter(f"{SVG}g"):
            if "data-node" not in group.attrib:
                continue
            card = next(rect for rect in group.iter(f"{SVG}rect") if rect.attrib.get("class") == "card")
            x, y, width, height = (float(card.attrib[side]) for side in ("x", "y", "width", "height"))
            for path in group.iter(f"{SVG}path"):
                places = [float(each) for each in re.findall(r"M(-?[\d.]+)", path.attrib["d"])]
                assert all(x <= place <= x + width for place in places)
            for text in group.iter(f"{SVG}text"):
                assert x < float(text.attrib["x"]) < x + width
                assert y < float(text.attrib["y"]) < y + height


def test_a_card_is_as_large_as_its_shape_whatever_the_numbers() -> None:
    small, large = two_layers(scale=1.0), two_layers(scale=1e6)
    assert reach(large["W1"].value) == pytest.approx(1e6 * reach(small["W1"].value))
    for lang, direction in itertools.product(LANGUAGES, DIRECTIONS):
        view = View(lang, "light", direction)
        assert drawing(small, view).plan(view) == drawing(large, view).plan(view)


def test_another_shape_is_another_structure() -> None:
    found = {jobs.structure_of(two_layers(samples)) for samples in (3, 4, 5)}
    assert len(found) == 3


def test_the_lectures_matrices_say_how_many_weights_they_have() -> None:
    seen = two_layers(64, 5, 6, 7)
    texts = ["".join(text.itertext()) for text in painted(seen, 0).iter(f"{SVG}text")]
    assert {"30 weights", "42 weights", "5×6", "6×7", "64×5", "[6]"} <= set(texts)
    assert "30 个权重" in ["".join(text.itertext()) for text in painted(seen, 0, View("zh")).iter(f"{SVG}text")]


def test_structural_edges_carry_their_rule_with_shapes() -> None:
    seen = two_layers(64, 5, 6, 7)
    nodes = {node.id: node for node in seen.nodes}
    edges = {edge.id: edge for edge in seen.edges}
    found = {
        chips.rule(step): chips.shapes(step, nodes[edges[step.edge].target], nodes)
        for step in seen.steps
        if isinstance(step, BackwardStep) and chips.is_tensor(step)
    }
    assert found["Xᵀ·G"] == "(5×64)·(64×6) → 5×6"
    assert [shapes for rule, shapes in found.items() if rule.startswith("G·")] == ["(64×7)·(7×6) → 64×6"]
    assert [rule for rule, shapes in found.items() if "⊙" in rule and shapes == "64×6"]


def test_one_number_of_any_shape_is_a_number_with_its_arithmetic() -> None:
    seen = PASSES["one_number"]()
    last = film(seen).at(len(seen.steps) - 1)
    w = seen["w"].id
    assert (last[f"{w}.value"], last[f"{w}.gradient"]) == ("1", "−8")
    assert [value for slot, value in last.items() if slot.endswith(".contribution")] == ["−8", "−4", "−4"]
    assert "[1]" in ["".join(text.itertext()) for text in painted(seen, 0).iter(f"{SVG}text")]


@needs_dot
@each_pass
def test_any_graphviz_draws_tensors_as_text(name: str) -> None:
    seen = PASSES[name]()
    for at in range(len(seen.steps)):
        lines = drawn_by_dot(document(seen, film(seen).at(at), View()))
        step = seen.steps[at]
        if isinstance(step, (BackwardStep, UnbroadcastStep)) and f"{step.edge}.rule" in film(seen).at(at):
            assert film(seen).at(at)[f"{step.edge}.shapes"] in lines


# --- what is said


@each_pass
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_step_with_tensors_is_told(name: str, lang: Any) -> None:
    seen = PASSES[name]()
    names = {node.id: node.label for node in seen.nodes}
    for step, caption in zip(seen.steps, told(seen, lang), strict=True):
        said = read(caption["says"])
        assert names[step.node] in said
        for html in (text for slot, text in caption.items() if slot != "trace"):
            assert not re.search(r"{\w*}", read(html))
        if isinstance(step, BackwardStep) and chips.is_tensor(step):
            assert caption["phase"] == "vjp"
            assert chips.whole_rule(step) in said
            assert shape_text(shape(step.contribution)) in said
            assert ("sum" in caption) == (not step.broadcast)
        if isinstance(step, UnbroadcastStep):
            assert caption["phase"] == "unbroadcast"
            assert f"{shape_text(shape(step.stretched))} → {shape_text(shape(step.contribution))}" in said


def test_the_network_is_told_in_english_and_chinese() -> None:
    seen = two_layers(4, 3, 5, 2)
    english, chinese = (told(seen, lang) for lang in LANGUAGES)
    undone = next(step.index for step in seen.steps if isinstance(step, UnbroadcastStep) and step.node == seen["b1"].id)
    assert read(english[undone]["says"]) == (
        "In the forward pass b1, which is [5], was stretched to 4×5: each of its numbers was used 4 times. "
        "So its gradient is the sum over the stretched axis: 4×5 → [5]."
    )
    assert read(chinese[undone]["says"]) == (
        "前向传播时，形状为 [5] 的 b1 被扩展成 4×5：它的每个数被用了 4 次。所以它的梯度要沿被扩展的轴求和：4×5 → [5]。"
    )
    assert read(english[-1]["says"]) == "So W1 receives Xᵀ·G: 3×5, like W1 itself."
    assert read(chinese[-1]["says"]) == "所以 W1 得到 Xᵀ·G：形状为 3×5，与 W1 相同。"


def test_what_is_foreseen_of_a_weight_is_its_largest_gradient() -> None:
    seen = two_layers()
    gradient = np.asarray(seen["W1"].gradient)
    row, column = np.unravel_index(int(np.argmax(np.abs(gradient))), gradient.shape)
    said = read(told(seen, "en")[-1]["foresees"])
    assert said.startswith(f"In short: W1[{row}, {column}] counts most.")
    assert labels.number(float(gradient[row, column]) * 0.01) in said


def test_nothing_is_foreseen_before_a_gradient_is_complete() -> None:
    *_, first, last = told(PASSES["used_twice"](), "en")
    assert first["foresees"] == ""
    assert read(last["foresees"]).startswith("In short: w[")


def test_a_gradient_that_is_used_twice_is_added_up() -> None:
    seen = PASSES["matrix_and_vector"]()
    twice = [step for step in seen.steps if isinstance(step, BackwardStep) and step.before is not None]
    assert twice
    for step in twice:
        assert "added up, number by number" in read(told(seen, "en")[step.index]["gathers"])


def test_nan_and_infinity_in_a_tensor_name_what_made_them() -> None:
    heard = [read(caption["alarm"]) for caption in told(PASSES["not_finite"](), "en") if caption.get("alarm")]
    assert heard[0] == "NaN appears here. It began at v1, in log(z)."
    assert all("log(z)" in each for each in heard)


# --- where a cell comes from


def recomputed(trace: dict[str, Any]) -> Any:
    """The last part of a trace from the others."""
    parts = [np.array(part["rows"], dtype=float) for part in trace["parts"]]
    match trace["kind"]:
        case "product":
            return parts[0] @ parts[1]
        case "pointwise":
            return parts[0] * parts[1]
        case "sum":
            axes = tuple(trace["axes"])
            return (
                parts[0].sum(axis=axes[0] if parts[0].shape[0] == 1 and axes == (0,) else axes).reshape(parts[1].shape)
            )
        case _:
            return parts[-1]


@each_pass
def test_every_cell_is_what_its_trace_says(name: str) -> None:
    seen = PASSES[name]()
    kinds = set()
    for caption in told(seen, "en"):
        if caption.get("trace"):
            trace = json.loads(caption["trace"])
            kinds.add(trace["kind"])
            result = np.array(trace["parts"][-1]["rows"], dtype=float)
            if np.isfinite(result).all():
                assert recomputed(trace) == pytest.approx(result, rel=1e-4, abs=1e-6)
            grids = re.findall(r'data-part="(\d)"', caption["parts"])
            assert len(grids) == len(set(grids)) <= len(trace["parts"])
    assert kinds >= {"two_layers": {"product", "pointwise", "sum", "values"}, "vectors": {"product"}}.get(name, set())


def test_a_tensor_too_large_to_point_at_has_no_trace() -> None:
    assert all(
        not caption.get("trace") for caption in told(PASSES["three_dimensions"](), "en") if caption["phase"] == "vjp"
    )


# --- the page does as the server does


def test_the_page_draws_the_cells_that_the_server_draws(visit: Open) -> None:
    here = visit()
    samples: list[tuple[dict[str, str], str]] = []
    expected = []
    random = np.random.default_rng(0)
    for lengths in ((3,), (2, 3), (6, 5), (12, 12), (64, 50), (1, 5), (9, 1), (2, 3, 4), (24,)):
        array = np.where(random.random(lengths) < 0.1, math.nan, random.normal(size=lengths))
        shown, text = grid(lengths), shades(array, 2.0)
        opening = cells.group("value", "n0.value.cells", shown, 12.0, 345.0)
        group = ElementTree.fromstring(f"{opening}{cells.paths(text, shown, 12.0, 345.0)}</g>")
        samples.append((group.attrib, text))
        expected.append([[each.tag, dict(each.attrib), each.text or ""] for each in group])
    assert here.page.evaluate(DRAWN, [module(here, "cells.js"), samples]) == expected


@each_pass
def test_the_page_plays_tensors_as_the_server_paints_them(visit: Open, name: str) -> None:
    here = visit()
    seen = PASSES[name]()
    played = film(seen)
    drawn = picture(seen, standalone=False)
    steps = [{"phase": step.phase, "node": step.node} for step in seen.steps]
    told = {"steps": steps, "start": played.start, "changes": played.changes, "captions": []}
    painted_ = [drawn.paint(played, at) for at in (*range(len(seen.steps)), 0)]
    shown = here.page.evaluate(PLAYED, [module(here, "picture.js"), module(here, "film.js"), painted_[0], told])
    assert len(shown) == len(painted_)
    wanted = here.page.evaluate(
        """(all) => all.map((svg) => {
          const place = document.createElement("div");
          place.innerHTML = svg;
          return [...place.querySelectorAll("[data-slot]")].map((each) => each.outerHTML);
        })""",
        painted_,
    )
    plain = re.compile(r'\s(?:x|y|width|height|dy)="[^"]*"')
    for page, server in zip(shown, wanted, strict=True):
        assert [sorted(plain.findall(each)) for each in page] == [sorted(plain.findall(each)) for each in server]
        assert [plain.sub("", each) for each in page] == [plain.sub("", each) for each in server]


@pytest.mark.parametrize("numbers", [(1.5, -1.23456, 2.0), (1e-7, -1.23456e-9, -2.01234e-5), (1.0, 1.0, 2.0)])
def test_the_page_breaks_arithmetic_into_lines_as_the_server_does(
    visit: Open, numbers: tuple[float, float, float]
) -> None:
    here = visit()
    before, after = (
        engine.run("(x*w - y)**2", inputs=dict(zip("xwy", values, strict=True))).passes[0]
        for values in ((2.0, -3.25, 1.125), numbers)
    )
    drawn, last = picture(before, standalone=False), len(after.steps) - 1
    frame = film(after).at(last)
    page, server = here.page.evaluate(
        APPLIED, [module(here, "picture.js"), drawn.paint(film(before), 0), frame, drawn.paint(film(after), last)]
    )
    assert page == server


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_cell_that_is_pointed_at_shows_its_row_its_column_and_their_product(visit: Open, lang: Any) -> None:
    here = visit(lang=lang)
    seen = two_layers()
    caption = captions(seen, lang)[-1]
    assert caption is not None
    here.page.evaluate(PANEL, [module(here, "panel.js"), caption])
    trace = json.loads(caption["trace"])
    left, right, result = (np.array(part["rows"]) for part in trace["parts"])
    section = here.page.locator("[data-for=vjp]")
    box = section.locator("svg[data-part='2']").bounding_box()
    assert box is not None
    rows, columns = result.shape
    here.page.mouse.move(box["x"] + box["width"] * 3.5 / columns, box["y"] + box["height"] * 1.5 / rows)
    said = section.locator(".traced").inner_text()
    for factor in (*left[1], *right[:, 3]):
        assert labels.number(float(factor)) in said
    assert said.endswith(f"= {labels.number(float(result[1, 3]))}")
    assert section.locator("svg .lit").count() == 3
    section.locator("svg[data-part='2']").focus()
    here.press("ArrowRight", "ArrowDown")
    assert section.locator(".traced").inner_text().endswith(f"= {labels.number(float(result[1, 1]))}")
    here.page.mouse.move(5, 5)
