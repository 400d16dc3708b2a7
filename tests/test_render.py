"""The picture shows the snapshot: every number where and when it belongs, nothing twice, nothing in the way.

`python -m tests.test_render` writes the DOT document on file anew, when a change of it is meant.
"""

import dataclasses
import itertools
import math
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markupsafe import escape

import engine
from app import jobs
from app.examples import EXAMPLES, OPENING, Example
from app.programs import program
from app.render import chips, labels, text
from app.render.captions import Caption, captions
from app.render.dot import document
from app.render.drawing import CARD_HEIGHT, Drawing, drawing
from app.render.film import Film, Frame, film
from app.render.layout import layout
from app.render.numbers import full, short
from app.render.paint import Picture
from app.render.plan import Direction, px
from app.render.stencil import NAMES, Stencil, X, Y
from app.render.theme import Theme, palette, stylesheet
from app.render.view import Language, View
from engine.snapshot import BackwardStep, ForwardStep, Node, SeedStep, Snapshot, UnbroadcastStep, UpdateStep
from tests.golden import DATA
from tests.oracle import Program, programs

SVG = "{http://www.w3.org/2000/svg}"
LECTURE_DOT = DATA / "lecture_by_hand.step-6.dot"
LANGUAGES: tuple[Language, ...] = ("en", "zh")
DIRECTIONS: tuple[Direction, ...] = ("LR", "TB")

PLAIN = View()

any_program = settings(max_examples=40, deadline=None)
each_example = pytest.mark.parametrize("shown", EXAMPLES, ids=lambda shown: shown.slug)


def snapshot(source: str, **inputs: float) -> Snapshot:
    return engine.run(source, inputs=inputs).passes[0]


FIRST: Final[dict[str, Snapshot]] = {}
"""The first passes of the examples, once somebody has asked for them: some have trained for 300 by then."""


def of(shown: Example | Program) -> Snapshot:
    if not isinstance(shown, Example):
        return snapshot(shown.source, **shown.inputs)
    if shown.slug not in FIRST:
        FIRST[shown.slug] = snapshot(shown.source, **shown.inputs)
    return FIRST[shown.slug]


def picture(seen: Snapshot, view: View = PLAIN, *, standalone: bool = True) -> Picture:
    drawn = drawing(seen, view)
    return Picture(drawn, view, title=seen.source, standalone=standalone).place(layout(drawn.plan(view)))


def painted(seen: Snapshot, step: int, view: View = PLAIN, *, standalone: bool = True) -> ElementTree.Element:
    return ElementTree.fromstring(picture(seen, view, standalone=standalone).paint(film(seen), step))


def steps(seen: Snapshot) -> range:
    return range(max(1, len(seen.steps)))


# --- numbers


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "—"),
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (-2.0, "−2"),
        (0.1 + 0.2, "0.3"),
        (-0.196611933, "−0.1966"),
        (1234.5678, "1235"),
        (123456.0, "123456"),
        (999999.0, "999999"),
        (1e6, "1e6"),
        (1234567.0, "1.235e6"),
        (0.0001, "0.0001"),
        (0.00001234567, "1.235e−5"),
        (-0.0001234567, "−1.235e−4"),
        (9.99996e-5, "0.0001"),
        (-1.23456e-100, "−1.2e−100"),
        (-1.7976931348623157e308, "−1.8e308"),
        (5e-324, "4.94e−324"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "NaN"),
    ],
)
def test_a_number_is_written_as_people_read_it(value: float | None, shown: str) -> None:
    assert short(value) == shown


@given(st.floats())
@example(-0.0001234)
@example(-1.2345e-10)
@example(-9.9999e-100)
def test_any_number_fits_on_a_card_and_is_near_the_truth(value: float) -> None:
    shown = short(value)
    assert len(shown) <= 9
    assert "-" not in shown
    assert shown not in ("−0", "0.0")
    if abs(value) < 1.79e308:  # a larger one may be rounded to what no float64 holds
        roomy = value == 0 or 1e-9 <= abs(value) < 1e100
        assert float(shown.replace("−", "-")) == pytest.approx(value, rel=5.1e-4 if roomy else 0.051, abs=0)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_in_full_is_exact(value: float) -> None:
    assert float(full(value).replace("−", "-")) == value
    assert full(value) != "−0"


# --- widths


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_text_is_as_wide_as_its_parts(one: str, other: str) -> None:
    for face in ("sans", "sans-bold", "mono"):
        parts = text.width(one, 12, face) + text.width(other, 12, face)
        assert text.width(one + other, 12, face) == pytest.approx(parts)
        assert text.width(one, 24, face) == pytest.approx(2 * text.width(one, 12, face))


def test_figures_are_tabular_chinese_is_square_and_accents_take_no_room() -> None:
    assert len({text.width(figure, 12, "mono") for figure in "0123456789−.e∞"}) == 1
    assert text.width("学", 10) >= 10
    assert text.width("e\u0301", 12) == text.width("e", 12)
    assert text.width("iiii", 12) < text.width("mmmm", 12)
    assert text.width("", 12) == 0


# --- the film


def expected(seen: Snapshot, at: int) -> Frame:
    """What every slot with a number or a state shows at a step, worked out from the snapshot alone."""
    nodes = {node.id: node for node in seen.nodes}
    edges = {edge.id: edge for edge in seen.edges}
    values = {node.id: labels.number(node.value) for node in seen.nodes if not node.operands}
    gradients: dict[str, str] = {}
    states: dict[str, str] = {}
    edge_states: dict[str, str] = {}
    for step in seen.steps[: at + 1]:
        now = step.index == at
        if isinstance(step, ForwardStep):
            values[step.node] = labels.number(step.value)
            for edge in seen.edges:
                if edge.target == step.node:
                    edge_states[edge.id] = "flowing" if now else ""
            states[step.node] = "computing" if now else ""
        elif isinstance(step, SeedStep):
            gradients[step.node] = labels.number(step.gradient)
            states[step.node] = "receiving" if now else ""
        elif isinstance(step, BackwardStep):
            states[edges[step.edge].target] = "giving" if now else ""
            edge_states[step.edge] = "active" if now else "done"
            if not step.broadcast:
                gradients[step.node] = labels.number(step.after)
                states[step.node] = "receiving" if now else ""
        elif isinstance(step, UnbroadcastStep):
            gradients[step.node] = labels.number(step.after)
            states[step.node] = "receiving" if now else ""
            edge_states[step.edge] = "active" if now else "done"
        else:
            values[step.node] = labels.number(step.after)
            states[step.node] = "updating" if now else ""
    frame: Frame = {}
    for node in seen.nodes:
        roles = [node.kind, "output" if node.id == seen.output else "", "reached" if node.id in gradients else ""]
        state = states.get(node.id, "pending" if nodes[node.id].operands else "")
        frame[f"{node.id}.class"] = " ".join(filter(None, ["node", *roles, state]))
        frame[f"{node.id}.value"] = values.get(node.id, "—")
        frame[f"{node.id}.gradient"] = gradients.get(node.id, "—")
    for edge in seen.edges:
        frame[f"{edge.id}.class"] = " ".join(filter(None, ["edge", edge_states.get(edge.id, "pending")]))
    return frame


@each_example
def test_each_step_of_an_example_shows_what_has_happened_until_then(shown: Example) -> None:
    seen = of(shown)
    played = film(seen)
    for at in steps(seen):
        assert expected(seen, at).items() <= played.at(at).items()


@any_program
@given(programs())
def test_each_step_of_any_program_shows_what_has_happened_until_then(shown: Program) -> None:
    seen = of(shown)
    played = film(seen)
    for at in steps(seen):
        assert expected(seen, at).items() <= played.at(at).items()


@any_program
@given(programs())
def test_a_step_is_all_changes_until_then(shown: Program) -> None:
    played = film(of(shown))
    frame = dict(played.start)
    assert not played.changes or played.changes[0] == {}
    for at, change in enumerate(played.changes):
        assert set(change) <= set(frame)
        frame |= change
        assert played.at(at) == frame


def test_the_lecture_as_a_film() -> None:
    """`none` is a dash, a computed zero is 0, and at each moment one thing is going on."""
    seen = of(OPENING)
    played = film(seen)
    w, loss = (next(node.id for node in seen.nodes if node.label == name) for name in ("w", "loss"))
    assert [played.at(at)[f"{loss}.value"] for at in steps(seen)] == ["—"] * 2 + ["1"] * 7
    assert [played.at(at)[f"{loss}.gradient"] for at in steps(seen)] == ["—"] * 3 + ["1"] * 6
    assert [played.at(at)[f"{w}.gradient"] for at in steps(seen)] == ["—"] * 8 + ["−2"]
    for at in steps(seen):
        classes = [value.split()[-1] for slot, value in played.at(at).items() if slot.endswith(".class")]
        assert Counter(classes)["active"] == (1 if at > 3 else 0)
        assert Counter(classes)["computing"] == (1 if at < 3 else 0)


def test_what_is_not_reached_is_not_zero() -> None:
    last = film(snapshot("y * 2\nx * 0", x=1.0, y=1.0)).at(99)
    assert (last["n0.gradient"], last["n3.gradient"]) == ("—", "0")


def test_the_second_use_of_a_value_adds_to_the_first() -> None:
    seen = snapshot("x * x", x=3.0)
    played = film(seen)
    assert [played.at(at)["n0.gradient"] for at in steps(seen)] == ["—", "—", "3", "6"]
    assert [played.at(at)["n0_n1_0.class"] for at in steps(seen)] == [
        "edge flowing",
        "edge",
        "edge active",
        "edge done",
    ]
    assert [played.at(at)["n0_n1_1.class"] for at in steps(seen)] == ["edge flowing", "edge", "edge", "edge active"]


def test_an_update_changes_the_value_once() -> None:
    seen = snapshot("x * x", x=3.0)
    trained = dataclasses.replace(seen, steps=(*seen.steps, UpdateStep(index=4, node="n0", before=3.0, after=2.94)))
    played = film(trained)
    assert [played.at(at)["n0.value"] for at in range(5)] == ["3"] * 4 + ["2.94"]
    assert played.at(4)["n0.class"] == "node leaf reached updating"
    assert "2.94" in (captions(trained, "en")[4] or {})["says"]


# --- the SVG


ELEMENTS = {"svg", "title", "style", "rect", "g", "path", "text", "tspan"}
HOSTILE = [
    "<script>alert(1)</script>",
    "</title><script>",
    "]]>",
    "&lt;b&gt;",
    "\" onload='x'",
    "<b>bold</b>",
    "\\N\\G\\l",
    "{a|b}",
    "\\",
    'x"]; y [URL="javascript:x"',
    "x\ny",
    "𝒳 学习率 ŷ",
    "<>",
    "{node}",
    "%s",
]


def renamed(seen: Snapshot, name: str) -> Snapshot:
    """The snapshot of a foreign writer: every text in it is hostile."""

    def node(each: Node) -> Node:
        formula = f"{name} + 1" if each.operands else None
        named = dataclasses.replace(each, name=name, label=name, label_latex=name)
        return dataclasses.replace(named, expression=formula, expression_latex=formula)

    return dataclasses.replace(
        seen,
        source=name,
        nodes=tuple(map(node, seen.nodes)),
        steps=tuple(
            dataclasses.replace(step, local_formula=name, local_latex=name) if isinstance(step, BackwardStep) else step
            for step in seen.steps
        ),
    )


def harmless(root: ElementTree.Element) -> None:
    """Only shapes and texts: nothing that runs, loads or styles from within."""
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in ELEMENTS
        for name in element.attrib:
            assert name not in ("style", "href")
            assert not name.startswith("on")
            assert "}" not in name or name.endswith("}space")


def slots(root: ElementTree.Element) -> set[str]:
    return {element.attrib["data-slot"] for element in root.iter() if "data-slot" in element.attrib}


@any_program
@given(programs(), st.sampled_from(DIRECTIONS), st.sampled_from(LANGUAGES))
def test_a_picture_is_harmless_and_has_the_slots_of_its_film(
    shown: Program, direction: Direction, lang: Language
) -> None:
    seen = of(shown)
    played = film(seen)
    for standalone in (True, False):
        root = painted(seen, 0, View(lang, "light", direction), standalone=standalone)
        harmless(root)
        assert (root.find(f"{SVG}style") is not None) == standalone
        assert slots(root) <= set(played.start)
        constants = {node.id for node in seen.nodes if node.kind == "constant"}
        for slot in set(played.start) - slots(root):
            owner, _, name = slot.partition(".")
            assert owner in constants
            assert name in ("value", "gradient")


@any_program
@given(programs())
def test_a_picture_shows_its_frame(shown: Program) -> None:
    seen = of(shown)
    played, blank = film(seen), picture(seen)
    at = len(seen.steps) // 2
    root, frame = ElementTree.fromstring(blank.paint(played, at)), played.at(at)
    for element in root.iter():
        slot = element.attrib.get("data-slot", "")
        if slot.endswith(".class"):
            assert element.attrib["class"] == frame[slot]
        elif slot.endswith((".chip", ".pill")):
            sides = [float(element.attrib[side]) for side in ("width", "height")]
            assert sides == [float(side) for side in frame[slot].split()]
            for axis, side in zip("xy", sides, strict=True):
                middle = float(element.attrib[axis]) + side / 2
                assert middle == pytest.approx(float(element.attrib[f"data-{axis}"]), abs=0.01)
        elif slot.endswith(".lines"):
            assert 1 + len([turn for turn in element if "dy" in turn.attrib]) == int(frame[slot])
        elif slot:
            assert "".join(element.itertext()) == frame[slot]


@any_program
@given(programs())
def test_painting_all_steps_at_once_is_painting_each(shown: Program) -> None:
    seen = of(shown)
    blank, played = picture(seen), film(seen)
    for at, svg in enumerate(blank.paint_all(played)):
        assert svg == blank.paint(played, at)
    assert at == len(seen.steps) - 1


def room_is_for_what_is_carried(seen: Snapshot) -> None:
    """What is drawn before anybody has asked for the steps is what they would have said."""
    drawn = drawing(seen, PLAIN)
    nodes = {node.id: node for node in seen.nodes}
    targets = {edge.id: nodes[edge.target] for edge in seen.edges}
    carried = [step for step in seen.steps if isinstance(step, BackwardStep)]
    assert {wire.edge.id: (wire.chip, wire.rule) for wire in drawn.wires if wire.chip} == {
        step.edge: (chips.room(step, targets[step.edge], nodes), chips.is_tensor(step)) for step in carried
    }


@any_program
@given(programs())
def test_an_edge_has_room_for_what_it_carries(shown: Program) -> None:
    room_is_for_what_is_carried(snapshot(shown.source, **shown.inputs))


@each_example
def test_an_edge_of_an_example_has_room_for_what_it_carries(shown: Example) -> None:
    if len(of(shown).edges) <= 400:  # in a larger picture there is no room at all
        room_is_for_what_is_carried(snapshot(shown.source, **shown.inputs))


def test_of_numbers_a_layout_needs_no_steps_so_they_are_made_while_graphviz_works() -> None:
    seen = snapshot("v = x*w\nv.sigmoid() + 2*y", x=1.0, w=2.0, y=3.0)
    drawing(seen, PLAIN)
    waiting = vars(seen)["steps"]
    assert len(seen.steps) == 11
    assert waiting is not seen.steps
    assert vars(seen)["steps"] is seen.steps is seen.steps


@given(st.tuples(st.floats(-9e4, 9e4), st.floats(-9e4, 9e4)).map(lambda at: (px(at[0]), px(at[1]))))
def test_a_stencil_writes_what_would_be_written_where_it_is_put(at: tuple[float, float]) -> None:
    left = (X - 3.5).rounded()
    stencil = Stencil(
        f'<g x="{X + 1.5}" id="{NAMES[0]}">7 % 2', f'<b y="{Y}" x="{left + 2}">{NAMES[1]}{NAMES[2]}</b></g>'
    )
    x, y = at
    assert stencil.at(at, "n1", "a%gb", "{c}") == [
        f'<g x="{x + 1.5:g}" id="n1">7 % 2',
        f'<b y="{y:g}" x="{round(x - 3.5) + 2:g}">a%gb{{c}}</b></g>',
    ]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_only_text(name: str) -> None:
    seen = renamed(snapshot("(x*w - 2)**2", x=1.0, w=-1.0), name)
    for at in steps(seen):
        root = painted(seen, at)
        harmless(root)
        assert root.attrib["aria-label"] == " ".join(name.split("\n"))
        names = [element.text for element in root.iter(f"{SVG}text") if element.attrib.get("class") == "name"]
        assert names == [labels.label(node) for node in seen.nodes if node.kind != "constant"]


def test_what_xml_cannot_hold_is_shown_as_missing() -> None:
    seen = renamed(snapshot("x*w", x=1.0, w=2.0), "a\0b\1c\2d\3e\4f\x0bg\ud800h\uffff")
    root = painted(seen, 1)
    assert root.attrib["aria-label"] == "a�b�c�d�e�f�g�h�"
    assert [each.text for each in root.iter(f"{SVG}text") if each.attrib.get("class") == "name"] == [
        "a�b�c�d�e�f�g�h�"
    ] * 3


def test_a_layer_may_have_any_name_and_it_is_seen() -> None:
    source = (
        'import torch\nm = torch.nn.Sequential()\nm.add_module("a\\x00b\\x1bŷ", torch.nn.Linear(1, 1, bias=False))\n'
        "m(torch.ones(1, 1)).sum().backward()"
    )
    seen = snapshot(source)
    assert [node.label for node in seen.nodes if node.kind == "parameter"] == ["a\\x00b\\x1bŷ.weight"]
    assert "a\\x00b\\x1bŷ" in "".join(painted(seen, 0).itertext())


def test_a_graph_too_large_for_arithmetic_on_its_edges_is_drawn_without() -> None:
    seen = snapshot("\n".join(["y = x * 1"] + ["y = y * y + x"] * 150), x=0.5)
    assert len(seen.edges) > 400
    root = painted(seen, len(seen.steps) - 1)
    harmless(root)
    assert not [slot for slot in slots(root) if slot.endswith((".chip", ".pill", ".lines", ".local"))]
    assert {f"{node.id}.class" for node in seen.nodes} <= slots(root)


@pytest.mark.parametrize("source", ["3", "x", "2*3"])
def test_the_smallest_passes_have_a_picture(source: str) -> None:
    harmless(painted(engine.run(source, inputs={"x": 1.0}).passes[0], 0))


@each_example
def test_light_and_dark_differ_in_nothing_but_colours(shown: Example) -> None:
    seen = of(shown)
    themes: tuple[Theme, ...] = ("light", "dark")
    light, dark = (picture(seen, View(theme=theme)).paint(film(seen), 5) for theme in themes)
    colour = re.compile("#[0-9A-F]{6}")
    assert colour.sub("#", light) == colour.sub("#", dark)
    assert light != dark
    assert len(set(colour.findall(light))) == len(set(colour.findall(dark)))
    assert picture(seen, View(theme="light"), standalone=False).paint(film(seen), 5) == picture(
        seen, View(theme="dark"), standalone=False
    ).paint(film(seen), 5), "on the page, the page's own stylesheet decides"


def brightness(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("line", ["--wire", "--gradient-done", "--value", "--gradient"])
def test_lines_can_be_told_from_what_is_behind_them(theme: Theme, line: str) -> None:
    """WCAG 1.4.11: 3:1."""
    colours = palette(theme)
    for ground in ("--paper", "--panel"):
        low, high = sorted((brightness(colours[line]), brightness(colours[ground])))
        assert (high + 0.05) / (low + 0.05) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_exported_stylesheet_needs_no_browser(theme: Theme) -> None:
    assert "var(" not in stylesheet(theme)
    assert "light-dark(" not in stylesheet(theme)
    assert not re.search("[<&]|@import|url", stylesheet(theme))
    assert len(palette(theme)) > 15


# --- where everything stands


class Place(NamedTuple):
    """A rectangle of the picture; `owner` is the card or the edge it belongs to."""

    owner: str
    left: float
    top: float
    right: float
    bottom: float


def places(root: ElementTree.Element) -> Iterator[Place]:
    """All cards and all chips, also those that are hidden at this step."""
    (ground,) = root.findall(f"{SVG}g")
    margin = float(ground.attrib["transform"].removeprefix("translate(").split()[0])
    for number, group in enumerate(ground):
        for rect in group.iter(f"{SVG}rect"):
            if rect.attrib.get("class") == "card" or "data-slot" in rect.attrib:
                x, y, width, height = (float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
                yield Place(str(number), x + margin, y + margin, x + width + margin, y + height + margin)


def nothing_is_in_the_way(root: ElementTree.Element) -> None:
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    assert (root.attrib["width"], root.attrib["height"]) == (f"{width:g}", f"{height:g}")
    found = list(places(root))
    assert found
    for each in found:
        assert each.left >= 0
        assert each.top >= 0
        assert each.right <= width
        assert each.bottom <= height
    for one, other in itertools.combinations(found, 2):
        apart = max(other.left - one.right, one.left - other.right, other.top - one.bottom, one.top - other.bottom)
        assert one.owner == other.owner or apart > 0


@each_example
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_no_card_or_chip_of_an_example_covers_another(shown: Example, lang: Language, direction: Direction) -> None:
    nothing_is_in_the_way(painted(of(shown), 0, View(lang, "light", direction)))


@any_program
@given(programs(), st.sampled_from(LANGUAGES), st.sampled_from(DIRECTIONS))
def test_no_card_or_chip_of_any_program_covers_another(shown: Program, lang: Language, direction: Direction) -> None:
    nothing_is_in_the_way(painted(of(shown), 0, View(lang, "light", direction)))


@pytest.mark.parametrize(
    ("source", "inputs"),
    [
        ("学习率甲乙丙丁戊 * 学习率子丑寅卯辰", {"学习率甲乙丙丁戊": -1.2345e-100, "学习率子丑寅卯辰": -1.2345e-100}),
        (
            "甲乙丙丁戊己庚辛壬癸 * 子丑寅卯辰巳午未申酉",
            {"甲乙丙丁戊己庚辛壬癸": -1e-5, "子丑寅卯辰巳午未申酉": -1.23456},
        ),
        ("W" * 60 + " * " + "M" * 60, {"W" * 60: -1.2345e-200, "M" * 60: 1 / 3}),
        ("x / y + x ** y", {"x": -1.23456e-5, "y": -1.23456e-5}),
        ("x * x * x * x * x", {"x": 1 / 3}),
    ],
)
def test_the_widest_texts_have_room(source: str, inputs: Mapping[str, float]) -> None:
    seen = engine.run(source, inputs=inputs).passes[0]
    for lang, direction in itertools.product(LANGUAGES, DIRECTIONS):
        root = painted(seen, 0, View(lang, "light", direction))
        nothing_is_in_the_way(root)
        texts_fit(drawing(seen, View(lang)), film(seen), lang)


def texts_fit(drawn: Drawing, played: Film, lang: Language) -> None:
    """The two lines of a card's heading do not meet, nor do a row's name and its number."""
    for card in drawn.cards:
        node = card.node
        if node.kind == "constant":
            assert text.width(labels.label(node), 12, "mono") < card.width
            continue
        name = text.width(labels.label(node), 14, "sans-bold") + text.width(labels.expression(node), 12.5)
        kind = labels.KINDS[lang].get(node.kind)
        mark = text.width(kind, 10.5) if kind else text.width(labels.glyph(node), 12, "mono")
        assert 10 + name < card.width - 10 - mark
        row = max(text.width(key, 11) for key in labels.ROWS[lang])
        assert 10 + row + text.width("−" + "8" * 8, 12, "mono") < card.width - 10
        assert card.height == CARD_HEIGHT


@any_program
@given(programs(), st.sampled_from(LANGUAGES))
def test_texts_fit_their_cards(shown: Program, lang: Language) -> None:
    texts_fit(drawing(of(shown), View(lang)), film(of(shown)), lang)


@each_example
def test_the_flow_goes_right_on_wide_screens_and_down_on_narrow_ones(shown: Example) -> None:
    seen = of(shown)
    for axis, direction in enumerate(DIRECTIONS):
        view = View(direction=direction)
        drawn = drawing(seen, view)
        centres = layout(drawn.plan(view)).centres
        for wire in drawn.wires:
            assert centres[wire.source][axis] < centres[wire.target][axis]


def test_two_edges_of_x_times_x_are_two_wires_with_a_chip_each() -> None:
    root = painted(snapshot("x * x", x=3.0), 3)
    edges = [group.attrib["data-edge"] for group in root.iter(f"{SVG}g") if "data-edge" in group.attrib]
    assert edges == ["n0_n1_0", "n0_n1_1"]
    curves = [path.attrib["d"] for path in root.iter(f"{SVG}path") if path.attrib["class"] == "wire"]
    assert len(set(curves)) == 2
    assert len({place.owner for place in places(root)}) == 4


# --- structures


def test_a_structure_is_the_program_without_its_numbers() -> None:
    base = jobs.structure_of(snapshot("(x*w - y)**2", x=1.0, w=1.0, y=2.0))
    assert base == jobs.structure_of(snapshot("(x*w - y)**2", x=-1e-9, w=math.nan, y=1e300))
    assert base == jobs.structure_of(snapshot("# again\n( x * w-y ) ** 2", x=1.0, w=1.0, y=2.0))
    others = [
        snapshot("(x*w + y)**2", x=1.0, w=1.0, y=2.0),
        snapshot("(x*w - y)**3", x=1.0, w=1.0, y=2.0),
        snapshot("(x*v - y)**2", x=1.0, v=1.0, y=2.0),
        snapshot("(w*x - y)**2", x=1.0, w=1.0, y=2.0),
        snapshot("loss = (x*w - y)**2", x=1.0, w=1.0, y=2.0),
        snapshot("loss = (x*w - y)**2\nx", x=1.0, w=1.0, y=2.0),
        snapshot("(x*w - y)**2\nx", x=1.0, w=1.0, y=2.0),
        snapshot("(x*2 - y)**2", x=1.0, y=2.0),
    ]
    assert len({base, *map(jobs.structure_of, others)}) == len(others) + 1


@any_program
@given(programs(), st.lists(st.floats(allow_nan=False), min_size=3, max_size=3))
def test_cards_keep_their_size_whatever_the_numbers(shown: Program, numbers: list[float]) -> None:
    other = engine.run(shown.source, inputs=dict(zip(shown.inputs, numbers, strict=False))).passes[0]
    assert jobs.structure_of(other) == jobs.structure_of(of(shown))
    one, two = (drawing(seen, View()) for seen in (of(shown), other))
    assert [(card.id, card.width, card.height) for card in one.cards] == [
        (card.id, card.width, card.height) for card in two.cards
    ]


@any_program
@given(programs(), st.lists(st.floats(), min_size=3, max_size=3), st.sampled_from(LANGUAGES))
def test_whatever_the_numbers_a_program_has_one_layout_and_they_fit_into_it(
    shown: Program, numbers: list[float], lang: Language
) -> None:
    view = View(lang)
    other = engine.run(shown.source, inputs=dict(zip(shown.inputs, numbers, strict=False))).passes[0]
    drawn = drawing(other, view)
    assert drawn.plan(view) == drawing(of(shown), view).plan(view)
    frame = film(other).at(len(other.steps))
    for wire in drawn.wires:
        if wire.chip:
            for pill in ("chip", "pill"):
                width, height = map(float, frame[f"{wire.edge.id}.{pill}"].split())
                assert width <= wire.chip[0]
                assert height <= wire.chip[1]


@pytest.mark.parametrize(
    ("numbers", "lines", "widest"),
    [
        (("−2", "1", "−2"), "1", "−2 × 1 = −2"),
        (("−7.704", "1.5", "−11.56"), "2", "−7.704 × 1.5"),
        (("−1.2e−100", "(−1.2e−100)", "1.44e−200"), "3", "× (−1.2e−100)"),
    ],
)
def test_arithmetic_takes_as_many_lines_as_it_needs(numbers: tuple[str, str, str], lines: str, widest: str) -> None:
    found, size = chips.arithmetic(*numbers)
    assert found == lines
    assert size == f"{chips.pill_width(widest):g} {chips.height(int(lines)):g}"


# --- captions


TENSORS = ("made", "vjp", "unbroadcast")
"""The sections of the panel for steps in which tensors flow."""


def read(html: str) -> str:
    """The text of a piece of HTML, which has to be well-formed."""
    return "".join(ElementTree.fromstring(f"<p>{html}</p>").itertext())


def told(seen: Snapshot, lang: Language) -> list[Caption]:
    return [caption for caption in captions(seen, lang) if caption is not None]


@each_example
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_step_of_an_example_is_told(shown: Example, lang: Language) -> None:
    seen = of(shown)
    spoken = told(seen, lang)
    assert len(spoken) == len(seen.steps)
    for step, caption in zip(seen.steps, spoken, strict=True):
        assert caption["phase"] in (step.phase, *TENSORS)
        assert read(caption["says"]).strip()
        assert str(step.index + 1) in caption["count"]
        for html in caption.values():
            assert not re.search(r"{\w*}", read(html))
        agree(seen, step.index, caption)


def agree(seen: Snapshot, index: int, caption: Caption) -> None:
    """A caption has the numbers of its step."""
    step = seen.steps[index]
    names = {node.id: node.label for node in seen.nodes}
    said = read(caption["says"])
    if caption["phase"] in TENSORS:
        assert names[step.node] in said  # the rest is in test_tensor_picture
    elif isinstance(step, ForwardStep):
        assert caption["value"] == labels.number(step.value)
        assert labels.number(step.value) in said
        assert names[step.node] in said
    elif isinstance(step, SeedStep):
        assert caption["gradient"] == labels.number(step.gradient) == "1"
    elif isinstance(step, BackwardStep) and not chips.is_tensor(step):
        factor = labels.number(step.local)
        assert caption["upstream"] == labels.number(step.upstream)
        assert caption["factor"] in (factor, f"({factor})")
        assert caption["contribution"] == labels.number(step.contribution)
        arithmetic = f"{labels.number(step.upstream)} × {caption['factor']} = {labels.number(step.contribution)}"
        assert arithmetic in said
        assert names[step.node] in said
        assert read(caption["sum"]).endswith(f"→ {labels.number(step.after)}")
        assert read(caption["sum"]).startswith(labels.number(step.before))


@any_program
@given(programs(), st.sampled_from(LANGUAGES))
def test_every_step_of_any_program_is_told(shown: Program, lang: Language) -> None:
    seen = of(shown)
    for index, caption in enumerate(told(seen, lang)):
        for html in caption.values():
            assert not re.search(r"{\w*}", read(html))
        agree(seen, index, caption)


def test_x_times_x_is_told_as_three_and_three_makes_six() -> None:
    *_, first, second = told(snapshot("x * x", x=3.0), "en")
    assert (read(first["sum"]), read(second["sum"])) == ("— → 3", "3 + 3 → 6")
    assert read(first["gathers"]) == "Nothing had reached x before."
    assert read(second["gathers"]) == "x is used more than once, so its contributions are added up."


def test_the_lecture_is_told_in_both_languages() -> None:
    english, chinese = (told(of(OPENING), lang) for lang in LANGUAGES)
    assert read(english[0]["says"]) == "With x = 1, w = 1, ŷ becomes 1."
    assert read(chinese[0]["says"]) == "由 x = 1，w = 1 得到 ŷ = 1。"
    assert read(english[-1]["says"]) == "So w receives −2 × 1 = −2."
    assert read(chinese[-1]["says"]) == "所以 w 得到 −2 × 1 = −2。"
    assert read(english[-1]["foresees"]) == "In short: raise w by 0.01, and loss changes by about −0.02."
    assert "✓" in english[-1]["witness"]


def test_a_result_of_mere_numbers_is_told_without_stating_the_obvious() -> None:
    assert read(told(snapshot("2 * 3"), "en")[0]["says"]) == "With 2, 3, out becomes 6."


def test_one_step_can_be_told_alone() -> None:
    alone = captions(of(OPENING), "en", only=4)
    assert [caption is None for caption in alone] == [index != 4 for index in range(9)]
    assert alone[4] == captions(of(OPENING), "en")[4]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_hostile_names_are_escaped_in_captions(name: str, lang: Language) -> None:
    seen = renamed(snapshot("(x*w - 2)**2 / y", x=1.0, w=math.inf, y=0.0), name)
    for caption in told(seen, lang):
        assert f"<b>{escape(name)}</b>" in caption["says"]
        for html in caption.values():
            root = ElementTree.fromstring(f"<p>{html}</p>")
            assert not {"script", "img"} & {element.tag for element in root.iter()}
            assert {name for element in root.iter() for name in element.attrib} <= {
                "accent",
                "class",
                "stretchy",
                "fence",
                "form",
            }


@pytest.mark.parametrize("name", ["_", "__", "_1", "x_", "x__2", "a_b_c", "x_1_2", "ŷ_hat", "学_3", "x2y"])
def test_any_name_can_be_set_as_mathematics(name: str) -> None:
    for caption in told(engine.run(f"{name} * 2 / {name}", inputs={name: 3.0}).passes[0], "en"):
        for html in caption.values():
            read(html)
        if caption["phase"] == "backward":
            assert read(caption["node"])


# --- NaN and infinity name their maker


def alarms(seen: Snapshot) -> list[str]:
    return [read(caption["alarm"]) for caption in told(seen, "en") if caption.get("alarm")]


@pytest.mark.parametrize(
    ("source", "inputs", "first", "last"),
    [
        (
            "a = 1/x\na*w",
            {"x": 0.0, "w": 2.0},
            "∞ appears here. It began at a, in 1/x.",
            "−∞ appears here. It began at a, in 1/x.",
        ),
        ("exp(x) * w", {"x": 1000.0, "w": 1.0}, "∞ appears here. It began at v1, in exp(x).", None),
        ("log(x) + w", {"x": -1.0, "w": 1.0}, "NaN appears here. It began at v1, in log(x).", None),
        ("x * w", {"x": math.nan, "w": 1.0}, "NaN appears here. It came in with x.", None),
        (
            "sqrt(x)",
            {"x": 0.0},
            "∞ appears here: the local derivative of √(x) is infinite or undefined.",
            None,
        ),
        (
            "y = sqrt(x)\ny*y",
            {"x": 0.0},
            "NaN appears here: the local derivative of √(x) is infinite or undefined.",
            None,
        ),
        (
            "sqrt(x * 2)",
            {"x": 0.0},
            "∞ appears here: the local derivative of √(v1) is infinite or undefined.",
            "∞ appears here: the local derivative of √(v1) is infinite or undefined.",
        ),
        (
            "y = x * 2\ns = sqrt(x)\ny + s",
            {"x": 0.0},
            "∞ appears here: the local derivative of √(x) is infinite or undefined.",
            "∞ appears here: the local derivative of √(x) is infinite or undefined.",
        ),
        ("(x * 1e200) * 1e200", {"x": 1e-200}, "∞ appears here: the result is too large to be a number.", None),
        (
            "a = 1/x\nb = log(y)\na + b",
            {"x": 0.0, "y": -1.0},
            "∞ appears here. It began at a, in 1/x.",
            "−∞ appears here. It began at a, in 1/x.",
        ),
    ],
)
def test_nan_and_infinity_name_the_operation_that_made_them(
    source: str, inputs: Mapping[str, float], first: str, last: str | None
) -> None:
    heard = alarms(engine.run(source, inputs=inputs).passes[0])
    assert heard[0] == first
    assert len(heard) >= 2 or last is None
    assert heard[-1] == (last or heard[-1])


def test_each_of_two_makers_is_named_for_its_own() -> None:
    heard = alarms(snapshot("a = 1/x\nb = log(y)\na + b", x=0.0, y=-1.0))
    assert heard[:3] == [
        "∞ appears here. It began at a, in 1/x.",
        "NaN appears here. It began at b, in log(y).",
        "NaN appears here. It began at b, in log(y).",
    ]


@any_program
@given(programs(), st.lists(st.sampled_from([0.0, -1.0, 1e200, math.inf, math.nan, 1.0]), min_size=3, max_size=3))
def test_there_is_an_alarm_exactly_where_a_number_is_none(shown: Program, numbers: list[float]) -> None:
    seen = engine.run(shown.source, inputs=dict(zip(shown.inputs, numbers, strict=False))).passes[0]
    for step, caption in zip(seen.steps, told(seen, "zh"), strict=True):
        if not isinstance(step, (SeedStep, UpdateStep)):
            number = step.value if isinstance(step, ForwardStep) else step.after
            assert isinstance(number, float)
            assert bool(caption["alarm"]) == (not math.isfinite(number))


# --- DOT


def dot_document(seen: Snapshot, at: int, view: View = PLAIN) -> str:
    return document(seen, film(seen).at(at), view)


def test_the_dot_document_is_the_one_on_file() -> None:
    kept = LECTURE_DOT.read_text(encoding="utf-8")
    assert dot_document(of(OPENING), 6) == kept, "if this is meant: python -m tests.test_render"


needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="no `dot` program installed")


def drawn_by_dot(source: str) -> list[str]:
    """The lines of text in the picture that the system's `dot` draws of a document, without complaining."""
    finished = subprocess.run(["dot", "-Tsvg"], input=source.encode(), capture_output=True, check=True, timeout=60)
    assert finished.stderr.decode() == ""
    root = ElementTree.fromstring(finished.stdout)
    return ["".join(element.itertext()).replace("\u00a0", " ") for element in root.iter(f"{SVG}text")]


@needs_dot
@each_example
def test_any_graphviz_draws_every_example_without_complaint(shown: Example) -> None:
    seen = of(shown)
    for at, view in ((0, View()), (len(seen.steps) // 2, View("zh", "dark", "TB")), (len(seen.steps) - 1, View())):
        frame = film(seen).at(at)
        lines = drawn_by_dot(dot_document(seen, at, view))
        value, gradient = labels.ROWS[view.lang]
        for node in seen.nodes:
            if node.kind != "constant":
                assert f"{value} {frame[f'{node.id}.value']}" in lines
                assert f"{gradient} {frame[f'{node.id}.gradient']}" in lines
                assert labels.label(node) + labels.expression(node) in lines
        step = seen.steps[at]
        if isinstance(step, BackwardStep) and chips.is_tensor(step):
            assert chips.rule(step) in lines
        elif isinstance(step, BackwardStep):
            upstream, factor, contribution = labels.arithmetic(step)
            assert f"{upstream} × {factor} = {contribution}" in lines


@needs_dot
@pytest.mark.parametrize("name", [name for name in HOSTILE if "\n" not in name])
def test_hostile_names_are_only_text_in_dot(name: str) -> None:
    seen = renamed(snapshot("(x*w - 2)**2", x=1.0, w=-1.0), name)
    for at in (0, 5, 8):
        lines = drawn_by_dot(dot_document(seen, at))
        for node in seen.nodes:
            assert labels.label(node) + labels.expression(node) in lines
        assert len([line for line in lines if line.startswith("value ")]) == 5


@needs_dot
@settings(max_examples=10, deadline=None)
@given(programs())
def test_any_graphviz_draws_any_program(shown: Program) -> None:
    drawn_by_dot(dot_document(of(shown), len(of(shown).steps) - 1))


# --- the jobs behind the addresses


def test_the_job_of_an_address_gives_what_its_parts_give() -> None:
    seen, kept = of(OPENING), program(OPENING.source, OPENING.inputs)
    assert jobs.svg(kept, 0, 6, View(), "embedded").decode() == picture(seen).paint(film(seen), 6)
    assert jobs.dot_source(kept, 0, 6, View()).decode() == dot_document(seen, 6)
    assert jobs.page(kept, 0, 6, View(), "embedded")["svg"] == picture(seen, standalone=False).paint(film(seen), 6)


if __name__ == "__main__":
    LECTURE_DOT.write_text(dot_document(of(OPENING), 6), encoding="utf-8")
