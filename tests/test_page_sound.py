"""Things a reader trips over: what jumps, what is clipped, what says something that is not so."""

import re

import httpx
import pytest
from playwright.sync_api import Route, expect

from app.render.mathml import mathml
from tests.pages import Open, kept, until
from tests.test_page_leaves import large

TOP = "document.querySelector('.timeline').getBoundingClientRect().top"
STICKS_OUT = """() => [...document.querySelectorAll("#panel math[display=block]")].filter((math) => {
  const {right} = math.lastElementChild.getBoundingClientRect();
  return math.checkVisibility() && (math.scrollWidth > math.clientWidth + 1 || right > innerWidth - 8);
}).length"""
TWICE = """
import torch
w = torch.tensor(0.5, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1)
for epoch in range(2):
    h = w * 1.0
    for k in range(120):
        h = torch.tanh(h * w + 0.1)
    loss = h ** 2
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
"""


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (820, 1180)])
def test_on_a_tablet_time_stays_where_it_is_while_steps_go_by(visit: Open, width: int, height: int) -> None:
    here = visit("/", width=width, height=height)
    tops = set()
    for step in range(here.last + 1):
        here.at(step)
        tops.add(here.page.evaluate(TOP))
        here.press("ArrowRight")
    assert len(tops) == 1
    assert tops.pop() < height - 90


@pytest.mark.parametrize("width", [1440, 1024])
def test_the_formula_of_an_optimizer_fits_into_the_panel(visit: Open, width: int) -> None:
    here = visit("/examples/xor?pass=3&step=14", width=width)
    expect(here.page.locator("#panel")).to_have_attribute("data-phase", "update")
    here.page.wait_for_function(f"({STICKS_OUT})() === 0")


def test_a_variable_wears_its_hat_in_mathematics() -> None:
    assert mathml("ŷ") == '<mover accent="true"><mi>y</mi><mo stretchy="false">^</mo></mover>'
    assert "<mi>学</mi>" in mathml("学_{3}")
    assert "<mtext>ŷ_hat</mtext>" in mathml(r"\text{ŷ\_hat}")


def test_code_in_a_sentence_is_set_as_code(visit: Open) -> None:
    here = visit("/")
    here.type_source("loss = sin2(x)")
    problem = here.page.locator("#problem")
    expect(problem.locator("b")).to_have_text("sin2 is not an operation")
    expect(problem.locator("code")).to_have_text(["sin2", "sin"])
    here.forgive("422")


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "The graph is still that of the last program that ran."), ("zh", "图仍是上一个能运行的程序的图。")],
)
def test_beside_a_mistake_graph_and_panel_say_that_they_are_older(visit: Open, lang: str, said: str) -> None:
    here = visit("/", lang=lang)
    here.type_source("loss = sin2(x)")
    expect(here.page.locator("#problem .stands")).to_have_text(said)
    for old in ("#graph", "#panel"):
        expect(here.page.locator(old)).to_have_class(re.compile("stale"))
    here.type_source("loss = sin(x)")
    expect(here.page.locator("#problem")).to_be_hidden()
    expect(here.page.locator("#panel")).not_to_have_class(re.compile("stale"))
    here.forgive("422")


def test_the_source_does_not_jump_when_the_printed_lines_arrive(visit: Open) -> None:
    here = visit("about:blank", ready=False)
    held: list[Route] = []
    here.own.route("**/series", lambda route: held.append(route))
    with here.page.expect_request("**/series"):
        here.page.goto("/examples/training")
    here.page.evaluate("document.fonts.ready.then(() => {})")
    places = """() => JSON.stringify(["#editor", "#leaves", "#printed"].map((each) => {
      const {top, bottom} = document.querySelector(each).getBoundingClientRect();
      return [top, bottom];
    }))"""
    before = here.page.evaluate(places)
    expect(here.page.locator("#printed li")).to_have_count(0)
    held[0].continue_()
    expect(here.page.locator("#printed li")).to_have_count(402)
    assert here.page.evaluate(places) == before


def test_a_cell_of_a_large_tensor_foretells_what_its_change_does_to_the_loss(visit: Open, client: httpx.Client) -> None:
    run = kept(client, large(40, 48), {})
    here = visit(f"/runs/{run}")
    about = {part: whole(client, run, part) for part in ("value", "gradient")}
    here.page.get_by_role("button", name="Show the numbers").click()
    cell = here.page.get_by_role("textbox", name="W[0, 1]", exact=True)
    cell.fill("1")
    fate = here.page.locator("#fate")
    expect(fate.locator("dt").first).to_have_text("W[0, 1]")
    predicted = about["gradient"][0][1] * (1 - about["value"][0][1])
    assert shown(fate.locator(".predicted").text_content()) == pytest.approx(predicted, rel=1e-3)
    expect(here.page).to_have_url(re.compile(f"/runs/(?!{run})"))
    after = here.page.url.rpartition("/")[2].partition("?")[0]
    assert shown(fate.locator(".true").text_content()) == pytest.approx(
        loss(client, after) - loss(client, run), rel=1e-2
    )


def test_the_gradient_of_a_large_tensor_is_that_of_the_numbers_on_screen(visit: Open, client: httpx.Client) -> None:
    here = visit(f"/runs/{kept(client, large(40, 48), {})}")
    here.page.get_by_role("button", name="Show the numbers").click()
    expect(here.page.get_by_role("textbox", name="W[0, 0]", exact=True)).to_be_focused()
    with here.page.expect_response("**/api/v1/leaf"):
        here.field("a").fill("2")
        here.field("a").press("Tab")
    expect(here.page).to_have_url(re.compile("/runs/"))
    gradient = client.post("/api/v1/leaf", json={"source": large(40, 48), "inputs": {"a": 2.0}, "leaf": "W"}).json()[
        "gradient"
    ]
    value = whole(client, kept(client, large(40, 48), {}), "value")
    here.page.get_by_role("textbox", name="W[0, 0]", exact=True).fill("2")
    expect(here.page.locator("#fate dt").first).to_have_text("W[0, 0]")
    predicted = gradient[0][0] * (2 - value[0][0])
    assert shown(here.page.locator("#fate .predicted").text_content()) == pytest.approx(predicted, rel=1e-3)


def shown(text: str | None) -> float:
    """A number as it stands on the page."""
    return float((text or "").replace("−", "-"))


def whole(client: httpx.Client, run: str, part: str) -> list[list[float]]:
    """An array of W in full."""
    found: list[list[float]] = client.get(f"/api/v1/runs/{run}/passes/0/nodes/W/{part}").raise_for_status().json()[part]
    return found


def loss(client: httpx.Client, run: str) -> float:
    """The output of a run's first pass."""
    return float(client.get(f"/api/v1/runs/{run}").raise_for_status().json()["passes"][0]["value"])


@pytest.mark.parametrize(("lang", "said"), [("en", "keeps the numbers of training"), ("zh", "仍是训练中的数值")])
def test_a_folded_pass_says_that_only_the_landscape_asks_what_if(
    visit: Open, client: httpx.Client, lang: str, said: str
) -> None:
    here = visit(f"/runs/{kept(client, TWICE, {})}?pass=1&lens=landscape", lang=lang)
    ground = here.page.locator("#dock .ground svg")
    expect(here.page.locator("#dock .here")).to_be_visible()
    expect(here.page.locator("#trail")).to_be_visible()
    ground.focus()
    here.press("ArrowRight")
    expect(here.page.locator("#ground-said")).to_contain_text(said)


def test_the_reference_of_the_api_can_be_read_in_the_dark(visit: Open) -> None:
    here = visit("/docs", dark=True, ready=False)
    here.page.locator("#swagger .opblock-summary-path").first.wait_for()
    light = """(selector) => Math.max(...getComputedStyle(document.querySelector(selector)).color.match(/[\\d.]+/g)
      .slice(0, 3).map(Number))"""
    for text in (".info .title", ".opblock-summary-path", ".opblock-summary-description"):
        assert here.page.evaluate(light, f"#swagger {text}") > 150


@pytest.mark.parametrize("example", ["linear", "neuron"])
def test_what_stands_below_the_formula_stays_where_it_is(visit: Open, example: str) -> None:
    here = visit(f"/examples/{example}")
    tops = set()
    for _ in range(here.last + 1):
        tops |= set(
            here.page.evaluate("""() => [...document.querySelectorAll("#panel .sum")]
          .filter((sum) => sum.checkVisibility()).map((sum) => sum.getBoundingClientRect().top)""")
        )
        here.press("ArrowRight")
    assert len(tops) == 1


LONG = """import torch
optimizer_of_the_network = torch.optim.AdamW([torch.tensor(1.0, requires_grad=True)], lr=0.01)
w = torch.tensor(2.0, requires_grad=True)
the_prediction_of_the_very_long_named_model = torch.nn.functional.binary_cross_entropy_with_logits(w, torch.tensor(1.0))
if True:
    the_prediction_of_the_very_long_named_model.backward()"""


@pytest.mark.parametrize("width", [1440, 390])
def test_long_names_in_the_source_are_broken_as_the_editor_breaks_them(
    visit: Open, client: httpx.Client, width: int
) -> None:
    here = visit(f"/runs/{kept(client, LONG, {})}", width=width)
    lines = "(lines) => lines.map((line) => Math.round(line.getBoundingClientRect().height))"
    editor = here.page.locator("#editor")
    assert editor.evaluate("(editor) => editor.scrollWidth <= editor.clientWidth")
    before = here.page.locator("#editor .line").evaluate_all(lines)
    here.edit()
    assert here.page.locator("#editor .cm-line").evaluate_all(lines) == before


@pytest.mark.parametrize("width", [1440, 390])
def test_the_chain_rule_of_very_long_names_is_seen_whole(visit: Open, client: httpx.Client, width: int) -> None:
    model = "prediction_of_the_model"
    source = f"{model} = input_value * weight_of_neuron\nloss_of_the_whole_batch = exp({model})"
    here = visit(f"/runs/{kept(client, source, {'input_value': 1.0, 'weight_of_neuron': 1.0})}?step=5", width=width)
    expect(here.page.locator("#panel")).to_have_attribute("data-phase", "backward")
    until(lambda: here.page.evaluate(STICKS_OUT) == 0, here.page)
    chain = here.page.locator("#panel section:visible math[display=block]")
    expect(chain.locator("[data-slot=node]").first).to_have_text("weight…euron")
    expect(here.page.locator("#panel .says:visible")).to_contain_text("weight_of_neuron")


def test_names_that_have_room_in_the_chain_rule_are_not_cut(visit: Open, client: httpx.Client) -> None:
    run = kept(client, "loss = hidden_weights * x", {"hidden_weights": 1.0, "x": 2.0})
    here = visit(f"/runs/{run}?step=2")
    chain = here.page.locator("#panel section:visible math[display=block]")
    expect(chain.locator("[data-slot=node]").first).to_have_text("hidden_weights")
