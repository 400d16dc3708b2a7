"""The landscape under a hand: it stays where it is, its slope is the gradient, a later pass can be asked "what if?"."""

import re
from itertools import pairwise
from typing import Final

import pytest
from playwright.sync_api import expect

from tests.pages import Open, Visit, until

AXIS: Final = """(svg) => Object.fromEntries(["across", "up"].map((side) => [side,
  [...svg.querySelectorAll(".tick")]
    .filter((tick) => tick.getAttribute("text-anchor") === (side === "across" ? "middle" : "end"))
    .map((tick) => [Number(tick.textContent.replace("−", "-")),
      side === "across" ? Number(tick.getAttribute("x")) : Number(tick.getAttribute("y")) - 4])]))"""


def point(here: Visit) -> tuple[float, float]:
    """Where the middle of the point is, in px of the window."""
    x, y = here.page.locator("#dock .ground svg").evaluate(  # in one go: every answer draws the point anew
        """(svg) => {
          const {x, y, width, height} = svg.querySelector(".here").getBoundingClientRect();
          return [x + width / 2, y + height / 2];
        }"""
    )
    return x, y


def unit(here: Visit) -> tuple[float, float]:
    """How many px a unit of each axis takes, upwards positive."""
    axes = here.page.locator("#dock .ground svg").evaluate(AXIS)
    (a, xa), *_, (b, xb) = axes["across"]
    (c, yc), *_, (d, yd) = axes["up"]
    return (xb - xa) / (b - a), (yc - yd) / (d - c)


def way(here: Visit, part: str) -> tuple[float, float]:
    """The direction of a straight line of the landscape, in px, upwards positive."""
    d = here.page.locator(f"#dock .{part}").first.get_attribute("d") or ""
    x0, y0, x1, y1 = map(float, re.findall(r"-?[\d.]+", d))
    return x1 - x0, y0 - y1


def drag(here: Visit, by: tuple[int, int], *, drop: bool = True) -> tuple[float, float]:
    """Takes the point along; where the pointer is in the end."""
    x, y = point(here)
    here.page.mouse.move(x, y)
    here.page.mouse.down()
    here.page.mouse.move(x + by[0], y + by[1], steps=4)
    if drop:
        here.page.mouse.up()
    return x + by[0], y + by[1]


def under(here: Visit, pointer: tuple[float, float]) -> bool:
    """Whether the point lies where the pointer is, to 3 px."""
    return all(abs(a - b) < 3 for a, b in zip(point(here), pointer, strict=True))


def test_training_starts_anew_from_where_the_point_is_let_go_and_the_ground_stays(visit: Open) -> None:
    here = visit("/examples/momentum?lens=landscape")
    expect(here.page.locator("#dock .here")).to_be_attached()
    ticks = here.page.locator("#dock .tick").all_text_contents()
    pointer = drag(here, (-110, 20))
    until(lambda: float(here.field("a").input_value()) < 3.5, here.page)
    expect(here.page).to_have_url(re.compile("/runs/"))
    assert under(here, pointer)
    assert here.page.locator("#dock .tick").all_text_contents() == ticks
    begun = here.page.locator("#dock .begun").bounding_box()
    assert begun is not None
    assert abs(begun["x"] + begun["width"] / 2 - pointer[0]) < 3
    expect(here.page.locator("#turn")).to_have_text("Pass 1 of 40")


def test_a_point_that_goes_off_the_ground_takes_the_ground_along(visit: Open) -> None:
    here = visit("/?lens=landscape")
    expect(here.page.locator("#dock .here")).to_be_attached()
    ticks = here.page.locator("#dock .tick").all_text_contents()
    here.field("w").fill("2.5")
    expect(here.page.locator("#dock .said")).to_contain_text("w = 2.5")
    assert here.page.locator("#dock .tick").all_text_contents() == ticks
    here.field("w").fill("9")
    expect(here.page.locator("#dock .said")).to_contain_text("w = 9")
    assert here.page.locator("#dock .tick").all_text_contents() != ticks


def test_in_a_later_pass_the_point_asks_what_if_and_a_step_goes_back_to_the_training(visit: Open) -> None:
    here = visit("/examples/momentum?pass=3&step=11&lens=landscape")
    expect(here.page.locator("#dock .here")).to_be_attached()
    gradient = here.card("b").locator(".gradient")
    expect(gradient).to_have_text("−9.12")
    pointer = drag(here, (40, -30))
    expect(here.page.locator("#dock .said")).to_contain_text("If it were at a = ")
    expect(gradient).not_to_have_text("−9.12")

    def agree() -> bool:
        """The landscape and the graph are asked for apart: in the end both are of the point where it is."""
        said = (here.page.locator("#dock .said").text_content() or "").replace("pass 4", "").replace("−", "-")
        a, b, loss = map(float, re.findall(r"-?[\d.]*\d", said)[:3])
        shown = float((gradient.text_content() or "").replace("−", "-"))
        return loss == pytest.approx(0.5 * a * a + 5 * b * b, rel=5e-3) and shown == pytest.approx(10 * b, rel=5e-3)

    until(agree, here.page)
    here.page.wait_for_timeout(400)  # longer than a dragged leaf takes to settle
    assert under(here, pointer)
    assert here.field("a").input_value() == "4"
    here.page.locator("#play").focus()
    here.press("ArrowLeft")
    here.at(10)
    expect(here.page.locator("#dock .said")).to_contain_text("At a = 2.546, b = −0.912 the loss is 7.399")
    expect(here.card("loss").locator(".value")).to_have_text("7.399")
    assert "/examples/momentum" in here.page.url
    drag(here, (-60, 10))
    here.page.get_by_role("button", name="Back to the training").click()
    expect(here.page.locator("#dock .said")).to_contain_text("At a = 2.546")
    expect(here.page.locator("#dock .was")).to_have_count(0)


def test_the_point_is_moved_by_arrow_keys_and_no_step_is_taken(visit: Open) -> None:
    here = visit("/?step=8&lens=landscape")
    expect(here.page.locator("#dock .here")).to_be_attached()
    before = point(here)
    here.page.locator("#dock .ground svg").focus()
    here.press("ArrowRight", "ArrowRight", "Shift+ArrowRight")
    until(lambda: point(here)[0] > before[0] + 20, here.page)
    assert float(here.field("w").input_value()) > 1.3
    assert here.step == 8


@pytest.mark.parametrize(("w", "gradient"), [("1", -2.0), ("2.5", 1.0), ("-0.5", -5.0)])
def test_the_tangent_rises_as_the_gradient_says(visit: Open, w: str, gradient: float) -> None:
    here = visit("/?lens=landscape")
    expect(here.page.locator("#dock .here")).to_be_attached()
    here.field("w").fill(w)
    expect(here.page.locator("#dock .slope")).to_have_text(f"slope {gradient:g}".replace("-", "−"))
    (dx, dy), (across, up) = way(here, "tangent"), unit(here)
    assert (dy / up) / (dx / across) == pytest.approx(gradient, rel=0.02)
    (dx, dy) = way(here, "down")
    assert dy < 0
    assert (dx > 0) == (gradient < 0)


def test_the_arrow_of_a_map_is_a_step_against_the_gradient(visit: Open) -> None:
    here = visit("/examples/momentum?pass=3&lens=landscape")
    expect(here.page.locator("#dock .here")).to_be_attached()
    (dx, dy), (across, up) = way(here, "down"), unit(here)
    assert (dy / up) / (dx / across) == pytest.approx(9.12 / -2.546, rel=0.06)
    assert dx < 0 < dy


def test_a_map_says_what_its_colours_stand_for_and_how_its_axes_are_called(visit: Open) -> None:
    for dark in (False, True):
        here = visit("/examples/parabola?pass=150&lens=landscape", dark=dark)
        expect(here.page.locator("#dock .axis-name")).to_have_text(["w1", "w2", "loss"])
        levels = here.page.locator("#dock .tick:not([text-anchor])").all_text_contents()
        assert len(levels) >= 5
        numbers = [float(each) for each in levels]
        assert all(below < above for below, above in pairwise(numbers))
        assert here.page.locator("#dock .trained").count() <= 8


def test_a_map_shows_what_the_network_makes_of_every_sample_and_how_it_learns_to(visit: Open) -> None:
    here = visit("/examples/xor?pass=0&lens=landscape")
    expect(here.page.locator("#dock .here")).to_be_attached()
    here.page.get_by_label("height").select_option("v4(x)")
    expect(here.page.locator("#dock .wanted")).to_have_text(["0", "1", "1", "0"])
    said = here.page.locator("#dock .said")
    expect(said).to_contain_text("Every dot is a sample, with what is wanted of it.")
    assert [each.input_value() for each in here.page.locator("#dock .over").all()] == ["x[0, 0]", "x[0, 1]"]
    expect(here.page.get_by_text("mean over all samples")).to_be_hidden()
    expect(here.page.locator("#dock .down")).to_have_count(0)
    untrained = said.text_content() or ""
    here.page.locator("#play").focus()
    here.press("ArrowDown")
    expect(here.page.locator("#turn")).to_have_text("Pass 2 of 60")
    expect(said).not_to_have_text(untrained)
    assert here.page.get_by_label("height").input_value() == "v4[0, 0]"
    here.page.goto("/examples/xor?pass=59&step=4&lens=landscape")
    expect(here.page.locator("#dock .here")).to_be_attached()
    here.page.get_by_label("height").select_option("v4(x)")
    expect(said).to_contain_text(re.compile(r"At x\[0, 0\] = 0, x\[0, 1\] = 0, v4\[0, 0\] is 0\.00[1-9]"))
    samples = [each.bounding_box() for each in here.page.locator("#dock .sample").all()]
    origin, second = samples[0], samples[1]
    assert origin is not None
    assert second is not None
    loss = here.card("loss").locator(".value")
    expect(loss).to_have_text("0.002696")
    drag(here, (0, round(second["y"] - origin["y"])))  # onto the sample of which 1 is wanted
    expect(said).to_contain_text(re.compile(r"If it were at .* in pass 60, v4\[0, 0\] would be 0\.99"))
    expect(loss).not_to_have_text("0.002696")


def test_a_cell_of_a_weight_is_an_axis_and_the_graph_follows_its_point(visit: Open) -> None:
    here = visit("/examples/xor?pass=20&step=4&lens=landscape")
    expect(here.page.locator("#dock .here")).to_be_attached()
    here.page.locator("#dock .over").first.select_option("0.weight[1, 0]")
    said, loss = here.page.locator("#dock .said"), here.card("loss").locator(".value")
    expect(said).to_contain_text("At 0.weight[1, 0] = ")
    before = loss.text_content() or ""
    drag(here, (-120, 0))
    expect(said).to_contain_text("If it were at 0.weight[1, 0] = ")
    expect(loss).not_to_have_text(before)
    until(lambda: re.findall(r"would be ([\d.]*\d)", said.text_content() or "") == [loss.text_content()], here.page)
    here.page.get_by_role("button", name="Back to the training").click()
    expect(loss).to_have_text(before)
