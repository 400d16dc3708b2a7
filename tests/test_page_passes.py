"""Many passes, and the other views of one: the lecture's training, landscape, paths, table, the graph by keyboard."""

import math
import re
from typing import Final

import httpx
import pytest
from playwright.sync_api import expect

from app.examples import EXAMPLES
from app.render.numbers import short
from tests.pages import Open, Visit, drawn, kept, until

TRAINING: Final = next(example for example in EXAMPLES if example.slug == "training")
FOCUSED: Final = "document.activeElement.dataset.node ?? document.activeElement.dataset.edge"


def turned(here: Visit, index: int) -> None:
    """Waits until a pass is shown."""
    expect(here.page.locator("#turn")).to_have_text(f"Pass {index + 1} of 300")


def test_the_lectures_training_is_walked_pass_by_pass_and_step_by_step(visit: Open) -> None:
    here = visit("/examples/training")
    turned(here, 0)
    for key, index, step in (
        ("ArrowDown", 1, 0),
        ("ArrowDown", 2, 0),
        ("ArrowUp", 1, 0),
        ("ArrowLeft", 0, 7),
        ("ArrowRight", 1, 0),
        ("End", 1, 7),
        ("ArrowDown", 2, 7),
    ):
        here.press(key)
        turned(here, index)
        here.at(step)
    expect(here.card("w").locator(".gradient")).to_have_text("−16.23")
    expect(here.page).to_have_url(re.compile(r"pass=2&step=7$"))


DIVERGED: Final = """import torch
w = torch.tensor(1.0, requires_grad=True)
for step in range(4):
    loss = torch.exp(w * w)
    loss.backward()
    with torch.no_grad():
        w -= w.grad
    w.grad.zero_()"""


def test_a_training_that_diverges_is_drawn_as_far_as_it_has_numbers(visit: Open, client: httpx.Client) -> None:
    here = visit(f"/runs/{kept(client, DIVERGED, {})}")
    expect(here.page.locator("#passes .loss")).to_be_attached()
    for name in here.page.locator("#passes .named").all():
        assert math.isfinite(float(name.get_attribute("y") or "nan"))
    dot = here.page.locator("#passes .dot")
    expect(dot).to_be_visible()
    here.page.locator("#pass").fill("2")
    expect(here.page.locator("#passes .said")).to_contain_text("loss ∞")
    expect(dot).to_be_hidden()
    here.page.locator("#pass").fill("1")
    expect(dot).to_be_visible()


def test_the_pass_in_which_the_loss_first_goes_below_1_is_found_on_its_curve(visit: Open, client: httpx.Client) -> None:
    run = kept(client, TRAINING.source, TRAINING.inputs)
    losses = client.get(f"/api/v1/runs/{run}/series").raise_for_status().json()["value"]
    low = next(index for index, loss in enumerate(losses) if loss < 1)
    here = visit(f"/runs/{run}")
    expect(here.page.locator("#passes .loss")).to_be_attached()
    here.page.locator("#pass").fill(str(low))
    turned(here, low)
    expect(here.page.locator("#pass")).to_have_attribute(
        "aria-valuetext", re.compile(r"^Pass 4 of 300, loss 0\.5466, w 1\.\d+$")
    )
    here.page.locator("#play").focus()
    here.press(*["ArrowRight"] * 6)
    here.at(6)
    assert here.panel()["contribution"] == "−1.479"


def test_curves_of_parameters_are_switched_by_keyboard_and_a_pointer_reads_a_pass_off_them(
    visit: Open, client: httpx.Client
) -> None:
    here = visit("/examples/parabola")
    here.edit()
    curves = here.page.locator("#passes .parameter")
    expect(curves).to_have_count(3)
    here.page.locator("#pass").focus()
    here.press("Tab", "Tab", "Enter")
    switch = here.page.locator("#passes").get_by_role("button", name="w2", exact=True)
    expect(switch).to_have_attribute("aria-pressed", "false")
    expect(curves).to_have_count(2)
    box = here.page.locator("#passes").bounding_box()
    assert box is not None
    here.page.mouse.move(box["x"] + box["width"] * 100 / 299, box["y"] + 20)
    run = kept(client, "\n".join(here.page.locator("#editor .cm-line").all_text_contents()), {})
    series = client.get(f"/api/v1/runs/{run}/series").raise_for_status().json()
    numbers = [f"{name} {short(values[100])}" for name, values in series["of"].items() if name != "w2"]
    told = here.page.locator("#passes .told")
    expect(told).to_have_text(", ".join([f"Pass 101 of 300: loss {short(series['value'][100])}", *numbers]))
    turned(here, 0)
    here.page.mouse.move(10, 10)
    expect(told).to_be_hidden()
    here.press("Enter")
    expect(curves).to_have_count(3)


def test_however_quickly_passes_are_turned_each_press_counts(visit: Open) -> None:
    here = visit("/examples/training")
    press = """([key, times]) => {
      for (let time = 0; time < times; time++)
        document.dispatchEvent(new KeyboardEvent("keydown", {key, cancelable: true}));
    }"""
    here.page.evaluate(press, ["ArrowDown", 10])
    turned(here, 10)
    here.page.evaluate(press, ["ArrowDown", 4])
    here.page.evaluate(press, ["ArrowUp", 3])
    turned(here, 11)
    for there, back in ((1, 1), (3, 4)):  # to the pass that is shown, and to one that was seen before
        here.page.evaluate(press, ["ArrowDown", there])
        here.page.evaluate(press, ["ArrowUp", back])
        here.page.wait_for_timeout(300)
        turned(here, 11 + there - back)


def test_a_printed_line_leads_to_its_pass(visit: Open) -> None:
    here = visit("/examples/training")
    line = here.page.locator("#printed button", has_text="progress: 12 ")
    line.click()
    turned(here, 38)
    expect(here.page.locator("#printed li[aria-current]").first).to_be_attached()
    assert here.page.locator("#printed button").last.text_content() == "predict (after training) 4 7.999998569488525"


def test_the_printed_lines_of_a_pass_come_into_view_once_the_hand_rests(visit: Open) -> None:
    here = visit("/examples/training")
    expect(here.page.locator("#printed button").first).to_be_attached()
    here.page.locator("#pass").fill("200")
    turned(here, 200)
    marked = here.page.locator("#printed li[aria-current]").first
    in_view = """(row) => {
      const [list, own] = [row.parentElement.getBoundingClientRect(), row.getBoundingClientRect()];
      return list.top <= own.top && own.bottom <= list.bottom;
    }"""
    until(lambda: bool(marked.evaluate(in_view)), here.page)
    assert marked.text_content() == marked.locator("button").text_content() != ""


def test_what_a_pass_had_is_told_within_the_track_and_over_its_place(visit: Open) -> None:
    here = visit("/examples/training")
    expect(here.page.locator("#passes .loss")).to_be_attached()
    box = here.page.locator("#passes").bounding_box()
    assert box is not None
    for part, place in ((0.001, "left"), (0.5, "middle"), (0.999, "right")):
        here.page.mouse.move(box["x"] + part * box["width"], box["y"] + box["height"] / 2)
        told = here.page.locator("#passes .told")
        expect(told).to_be_visible()
        own = told.bounding_box()
        assert own is not None
        gaps = {
            "left": own["x"] - box["x"],
            "middle": own["x"] + own["width"] / 2 - box["x"] - box["width"] / 2,
            "right": box["x"] + box["width"] - own["x"] - own["width"],
        }
        assert abs(gaps[place]) < 3, gaps
        assert min(gaps["left"], gaps["right"]) > -1


def test_a_link_to_a_pass_or_step_that_is_not_there_shows_the_nearest(visit: Open) -> None:
    here = visit("/examples/training?pass=999&step=99")
    turned(here, 299)
    here.at(7)
    here = visit("/?step=99")
    here.at(8)


def test_who_browses_to_nothing_meets_a_page_and_a_program_a_document(visit: Open, client: httpx.Client) -> None:
    here = visit("/runs/unknown", ready=False)
    expect(here.page.get_by_role("heading", level=1)).to_have_text("there is nothing at this address")
    here.page.get_by_role("link", name="All examples").click()
    expect(here.page.locator(".gallery svg")).to_have_count(len(EXAMPLES))
    here.forgive("404")
    answer = client.get("/runs/unknown")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    answer = client.get("/api/v1/runs/unknown", headers={"Accept": "text/html"})
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_graph_is_walked_by_arrows_and_enter_goes_to_the_step(visit: Open) -> None:
    here = visit()
    here.press("g")
    seen = [here.page.evaluate(FOCUSED)]
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight"):
        here.press(key)
        seen.append(here.page.evaluate(FOCUSED))
    assert seen == ["n2", "n2_n4_0", "n4", "n4_n5_0", "n5"]
    assert here.step == 0
    here.press("ArrowLeft", "Enter")
    here.at(4)
    here.press("ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowDown", "Escape")
    expect(here.page.locator("#next")).to_be_focused()


def test_a_click_on_an_edge_goes_to_its_arithmetic(visit: Open) -> None:
    here = visit("/?step=3")
    here.page.locator('[data-edge="n1_n2_1"] .local text').click()
    here.at(8)


@pytest.mark.parametrize("name", ["Landscape", "Paths", "Table"])
def test_a_view_opens_and_closes_by_keyboard_and_moves_no_step(visit: Open, name: str) -> None:
    here = visit("/?step=8")
    button = here.page.get_by_role("button", name=name, exact=True)
    button.focus()
    here.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(here.page.locator("#dock")).to_be_visible()
    here.press("Enter")
    expect(here.page.locator("#dock")).to_be_hidden()
    assert here.step == 8


def test_dragging_the_point_of_the_landscape_down_the_slope_makes_the_gradient_vanish(visit: Open) -> None:
    here = visit("/?step=8")
    here.page.get_by_role("button", name="Landscape").click()
    point = here.page.locator("#dock .here")
    expect(point).to_be_attached()
    ticks = here.page.locator("#dock .tick", has_text=re.compile("^2$")).first
    until(lambda: ticks.bounding_box() is not None, here.page)  # it is drawn anew when the heights are there
    tick, box = ticks.bounding_box(), point.bounding_box()
    assert tick is not None
    assert box is not None
    here.page.mouse.move(box["x"] + 7, box["y"] + 7)
    here.page.mouse.down()
    here.page.mouse.move(tick["x"] + tick["width"] / 2, box["y"], steps=8)
    here.page.mouse.up()
    until(lambda: abs(float(here.field("w").input_value()) - 2) < 0.02, here.page)
    expect(here.card("w").locator("title")).to_have_text(re.compile(r"w = (2|1\.9|2\.0)"))
    expect(here.page.locator("#fate")).to_be_visible()


CHOICES: Final = {
    "landscape": ("/examples/parabola?pass=40&lens=landscape", {"over": ["b", "w1"]}, "At b = "),
    "paths": ("/examples/neuron?step=9&lens=paths", {"from": ["w1"]}, "w1 reaches the output"),
    "modes": ("/examples/neuron?step=9&lens=modes", {"from": ["w1"]}, "when w1 moves"),
}
"""View → where it is opened, what is chosen in it, and what it says then."""


@pytest.mark.parametrize("lens", CHOICES)
def test_a_link_brings_what_was_chosen_in_a_view(visit: Open, lens: str) -> None:
    path, choices, says = CHOICES[lens]
    here = visit(path)
    expect(here.page.locator("#dock .said").first).not_to_be_empty()
    fields = {name: here.page.locator(f"#dock select.{name}") for name in choices}
    for name, values in choices.items():
        for index, value in enumerate(values):
            fields[name].nth(index).select_option(value)
    said = here.page.locator("#dock .said").first
    expect(said).to_contain_text(says)
    if lens == "landscape":
        before = said.text_content() or ""
        here.page.locator("#dock .whole input").uncheck()
        expect(said).not_to_have_text(before)
    expect(here.page).to_have_url(re.compile("view=false" if lens == "landscape" else "view=w1"))
    heard = said.text_content() or ""
    there = visit(here.page.url)
    expect(there.page.locator("#dock .said").first).to_have_text(heard)
    for name, values in choices.items():
        for index, value in enumerate(values):
            expect(there.page.locator(f"#dock select.{name}").nth(index)).to_have_value(value)
    if lens == "landscape":
        expect(there.page.locator("#dock .whole input")).not_to_be_checked()
    there.page.locator("#dock .close").click()
    expect(there.page).not_to_have_url(re.compile("view="))


def test_the_table_is_walked_by_keyboard(visit: Open) -> None:
    here = visit("/?step=0&lens=ledger")
    rows = here.page.locator("#dock tbody")
    rows.get_by_role("button", name="loss", exact=True).focus()
    here.press("Enter")
    here.at(3)
    rows.get_by_role("button", name="w", exact=True).focus()
    here.press("Space")
    here.at(8)


def test_the_table_is_copied_where_there_is_no_tls_too_and_its_button_comes_back(visit: Open) -> None:
    here = visit("/?step=8&lens=ledger")
    expect(here.page.locator("#dock tbody tr").first).to_be_attached()
    here.own.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    copy = here.page.locator("#dock .copy")
    for _ in range(2):
        copy.click()
        expect(copy).to_have_text("Copied")
    expect(copy).to_have_text("Copy")
    here.press("/", "Control+v")
    expect(here.page.locator("#search input")).to_have_value(re.compile(r"loss.*r²"))


def test_the_numbers_of_a_tensor_stand_on_one_line_of_the_table(visit: Open) -> None:
    here = visit("/examples/attention?step=12&lens=ledger")
    cells = here.page.locator("#dock tbody td.number")
    expect(cells.first).to_be_attached()
    assert (
        cells.evaluate_all(
            """(cells) => cells.map((cell) => {
          const range = document.createRange();
          range.selectNodeContents(cell);
          return range.getClientRects().length;
        }).filter((lines) => lines > 1)"""
        )
        == []
    )
    rows = here.page.locator("#dock .rows")
    assert rows.evaluate("(rows) => rows.scrollWidth <= rows.clientWidth")


def test_a_path_of_tensors_has_no_single_product_and_a_tensor_of_one_number_is_that_number(visit: Open) -> None:
    here = visit("/examples/xor?pass=3&lens=paths")
    expect(here.page.locator("#dock .said")).to_contain_text("0.weight reaches the output along one path.")
    expect(here.page.locator("#dock li .way")).to_have_text("0.weight → v1 → v2 → v3 → v4 → loss")
    expect(here.page.locator("#dock li .product")).to_have_text("")
    here.page.get_by_role("button", name="Table").click()
    bias = here.page.locator("#dock tbody tr").filter(has_text="2.bias").first.locator("td.value")
    expect(bias).to_have_text(re.compile(r"^−?[\d.]+$"))


def test_the_paths_of_a_leaf_light_up_and_add_up_to_its_gradient(visit: Open) -> None:
    here = visit("/examples/diamond")
    here.page.get_by_role("button", name="Paths").click()
    expect(here.page.locator("#dock ol li")).to_have_text(["a → b → loss3 × 2 = 6", "a → c → loss4 × 1 = 4"])
    expect(here.page.locator("#dock .total")).to_have_text("6 + 4 = 10")
    expect(here.page.locator("#graph .edge.traced")).to_have_count(4)
    here.page.locator("#dock ol button").first.hover()
    expect(here.page.locator("#graph .edge.traced")).to_have_count(2)


def test_a_moved_leaf_shows_what_its_gradient_foretold_and_what_came(visit: Open) -> None:
    here = visit()
    here.field("w").fill("1.5")
    fate = here.page.locator("#fate")
    expect(fate.locator(".predicted")).to_have_text("−1")
    expect(fate.locator(".true")).to_have_text("−0.75")
    expect(here.page.locator(".ghost:visible")).to_have_count(1)


def test_find_says_when_nothing_matches(visit: Open) -> None:
    here = visit()
    here.press("/")
    here.page.keyboard.type("q")
    here.press("Enter")
    expect(here.page.get_by_role("status").filter(has_text="No node is called “q”.")).to_be_visible()
    here.press("Control+a")
    here.page.keyboard.type("loss")
    here.press("Enter")
    expect(here.page.locator("#search")).to_be_hidden()


def test_nobody_without_keys_is_told_of_keys(visit: Open) -> None:
    for here in (visit(script=False), visit(phone=True, width=390, height=844)):
        expect(here.page.locator(".for-keys")).to_be_hidden()
        expect(here.page.locator(".for-touch")).to_be_visible()
    assert here.page.locator("#next").get_attribute("title") is not None
    plain = visit(script=False)
    assert plain.page.locator("#next").get_attribute("title") is None


def test_a_phone_shows_the_three_numbers_without_scrolling(visit: Open) -> None:
    here = visit("/?step=8", phone=True, width=390, height=844)
    bar = here.page.locator(".timeline").bounding_box()
    numbers = here.page.locator("#panel .sum").bounding_box()
    assert bar is not None
    assert numbers is not None
    assert numbers["y"] + numbers["height"] <= bar["y"]


def test_a_turned_phone_turns_the_graph(visit: Open) -> None:
    here = visit(width=844, height=390)
    here.own.set_viewport_size({"width": 390, "height": 844})
    edges = ("n0", "bottom"), ("n2", "top")
    upper, lower = (
        f"document.querySelector('[data-node={node}]').getBoundingClientRect().{side}" for node, side in edges
    )
    downwards = f"{upper} < {lower}"
    until(lambda: bool(here.page.evaluate(downwards)), here.page)


def test_where_the_page_scrolls_the_wheel_scrolls_it(visit: Open) -> None:
    here = visit(width=1000, height=700)
    here.page.mouse.move(300, 300)
    here.page.mouse.wheel(0, 200)
    until(lambda: bool(here.page.evaluate("scrollY > 50")), here.page)
    assert here.page.locator("#pan svg").first.evaluate("(svg) => svg.style.transform") == ""


MANY: Final = {"training": (0, 1, 150, 299), "momentum": (0, 3, 39), "xor": (0, 2), "forgotten": (0, 1, 2)}
"""Examples of many passes → the passes that are walked through."""


@pytest.mark.parametrize("slug", MANY)
def test_every_step_of_many_passes_is_the_servers_picture_however_the_pass_is_reached(
    visit: Open, client: httpx.Client, slug: str
) -> None:
    [example] = [each for each in EXAMPLES if each.slug == slug]
    run = kept(client, example.source, example.inputs)
    here = visit(f"/examples/{slug}")
    expect(here.page.locator("#passes .loss")).to_be_attached()
    for index in MANY[slug]:
        here.page.locator("#pass").fill(str(index))
        expect(here.page.locator("#turn")).to_have_text(re.compile(f"^Pass {index + 1} of "))
        here.page.locator("#play").focus()
        here.press("Home")
        count = here.last + 1
        pictures = [drawn(client, run, step, index=index) for step in range(count)]
        for step, (picture, panel) in enumerate(here.walk("ArrowRight", count - 1)):
            assert (index, step, picture) == (index, step, pictures[step])
            assert panel["spoken"].startswith(f"Step {step + 1} of {count}. ")
        assert here.picture() == pictures[-1]
        for step, (picture, _) in zip(reversed(range(1, count)), here.walk("ArrowLeft", count - 1), strict=True):
            assert (index, step, picture) == (index, step, pictures[step])


def test_a_pass_is_the_servers_picture(visit: Open, client: httpx.Client) -> None:
    run = kept(client, TRAINING.source, TRAINING.inputs)
    here = visit(f"/runs/{run}")
    for turn in range(1, 5):
        here.press("ArrowDown")
        turned(here, turn)
    assert here.picture() == drawn(client, run, 0, index=4)
