"""What readers of a lecture do, from first key to last: the quadratic model, its training, a slip, and a phone."""

import re
from typing import Final

import httpx
from playwright.sync_api import expect

from app.examples import EXAMPLES
from tests.pages import Open, Visit, kept, until

QUADRATIC: Final = "ŷ = w1 * x**2 + w2 * x + b\nr = ŷ - y\nloss = r ** 2"
TRAINING: Final = next(example.source for example in EXAMPLES if example.slug == "training")
PINCH: Final = ((150, 300), (240, 300)), ((60, 300), (330, 300))


def gradient(here: Visit, name: str) -> str:
    """What stands on the gradient line of a card."""
    return here.card(name).locator(".gradient").text_content() or ""


def fill_by_keyboard(here: Visit, leaf: str, value: str) -> None:
    """Walks to the number field of a leaf by Tab and types a value."""
    field = here.field(leaf).element_handle()
    for _ in range(80):
        if field.evaluate("(field) => field === document.activeElement"):
            break
        here.press("Tab")
    here.press("Control+a")
    here.page.keyboard.type(value)
    here.press("Enter")


def test_the_quadratic_model_is_typed_and_walked_by_keyboard_only(visit: Open) -> None:
    here = visit()
    here.edit()
    here.press("e", "Control+a")
    here.page.keyboard.insert_text(QUADRATIC)
    expect(here.card("w2")).to_be_attached()
    here.press("Escape")
    if here.page.locator("#editor").evaluate("(editor) => editor.matches(':focus-within')"):
        here.press("Escape")
    for leaf, value in {"w1": "1", "x": "2", "w2": "1", "b": "0", "y": "7"}.items():
        fill_by_keyboard(here, leaf, value)
    expect(here.card("y").locator(".value")).to_have_text("7")
    here.page.locator("#play").focus()
    here.press("Home")
    said: list[str] = []
    for step in range(here.last + 1):
        here.at(step)
        said.append(here.page.locator("#spoken").inner_text())
        here.press("ArrowRight")
    assert len(set(said)) == len(said)
    assert [gradient(here, name) for name in ("w1", "w2", "b", "x")] == ["−8", "−4", "−2", "−10"]
    assert "x receives" in " ".join(said)


def test_the_training_is_pasted_and_one_edge_is_stepped_where_the_loss_first_goes_under_1(
    visit: Open, client: httpx.Client
) -> None:
    here = visit()
    here.type_source(TRAINING)
    expect(here.page.locator("#turn")).to_have_text("Pass 1 of 300")
    expect(here.page.locator("#passes .loss")).to_be_attached()
    track = here.page.get_by_role("slider", name=re.compile("Loss of every pass"))
    track.focus()
    found = 0
    while float(re.findall(r"loss ([^,]+)", track.get_attribute("aria-valuetext") or "")[0]) >= 1:
        found += 1
        here.press("ArrowRight")
        expect(here.page.locator("#turn")).to_have_text(f"Pass {found + 1} of 300")
    assert found == 3
    here.page.locator("#play").focus()
    here.press(*["ArrowRight"] * 6)
    here.at(6)
    panel = here.panel()
    assert (panel["upstream"], panel["factor"], panel["contribution"]) == ("−1.479", "1", "−1.479")


def test_w_is_dragged_to_2_and_the_gradient_vanishes_to_a_plain_0(visit: Open) -> None:
    here = visit("/?step=8")
    assert gradient(here, "w") == "−2"
    slider = here.page.get_by_role("slider", name="w", exact=True)
    box = slider.bounding_box()
    assert box is not None
    left, width, y = box["x"] + 8, box["width"] - 16, box["y"] + box["height"] / 2
    here.page.mouse.move(left + width * 0.6, y)
    here.page.mouse.down()
    here.page.mouse.move(left + width * 0.7, y, steps=10)
    here.page.mouse.up()
    slider.focus()
    for _ in range(60):
        if (value := float(here.field("w").input_value())) == 2:
            break
        here.page.keyboard.press("ArrowRight" if value < 2 else "ArrowLeft")
    expect(here.card("w").locator(".value")).to_have_text("2")
    expect(here.card("w").locator(".gradient")).to_have_text("0")
    expect(here.card("loss").locator(".value")).to_have_text("0")
    assert "−0" not in re.split(r"[\s=×→+]+", here.page.locator("#panel").inner_text())


def test_a_broken_source_is_mended_by_its_hint(visit: Open) -> None:
    here = visit()
    here.type_source("ŷ = x * w\nloss = sigmod(ŷ - y)")
    expect(here.page.locator(".cm-lintRange-error")).to_have_text("sigmod")
    meant = here.page.locator("#problem span code").inner_text()
    here.type_source(f"ŷ = x * w\nloss = {meant}(ŷ - y)")
    expect(here.page.locator("#problem")).to_be_hidden()
    expect(here.card("loss").locator(".glyph")).to_have_text("σ")
    here.press("End")
    expect(here.card("w").locator(".gradient")).to_have_text("0.1966")
    here.forgive("422")


def test_who_forgets_a_factor_in_a_backward_is_told_and_mends_it(visit: Open, client: httpx.Client) -> None:
    source = (
        "import torch\n\nclass Square(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x):\n"
        "        ctx.save_for_backward(x)\n        return x ** 2\n\n    @staticmethod\n    def backward(ctx, grad):\n"
        "        x, = ctx.saved_tensors\n        return grad * x\n\n"
        "x = torch.tensor(3.0, requires_grad=True)\ny = Square.apply(x)\ny.backward()\n"
    )
    here = visit(f"/runs/{kept(client, source, {})}")
    expect(here.card("y").locator(".glyph")).to_have_text("Square")
    here.edit()
    here.press("End")
    here.at(here.last)
    told = here.page.locator("#panel section:visible [data-slot=contradicted]")
    expect(told).to_contain_text("Your backward gives 3, central differences give 6.")
    assert "central differences give 6" in here.panel()["spoken"]
    until(lambda: "return grad * x" in "".join(here.lit()), here.page)
    here.field("x").fill("5")
    expect(told).to_contain_text("Your backward gives 5, central differences give 10.")
    here.type_source(source.replace("grad * x", "grad * 2 * x"))
    here.press("End")
    expect(told).to_be_hidden()
    expect(here.field("x")).to_have_value("3")  # as the source that was just typed says
    expect(here.page.locator("#panel section:visible .witness")).to_contain_text("✓ Your backward gives 6")


def test_the_whole_way_in_chinese_on_a_phone_by_touch(visit: Open) -> None:
    here = visit(lang="zh", phone=True, width=390, height=844)
    page = here.page
    for step in range(8):
        here.at(step)
        page.get_by_role("button", name="下一步").tap()
    here.at(8)
    assert here.panel()["contribution"] == "−2"
    expect(page.locator("#panel section:visible h2")).to_have_text("反向：一条边")
    page.get_by_role("button", name="路径").tap()
    expect(page.locator("#dock")).to_be_visible()
    page.locator("#dock").get_by_role("button", name="关闭").tap()
    here.field("w").tap()
    here.field("w").fill("2")
    expect(here.card("w").locator(".gradient")).to_have_text("0")
    page.evaluate("scrollTo(0, 0)")
    page.locator("#examples summary").tap()
    page.get_by_role("link", name="训练过程").first.tap()
    expect(page.locator("#turn")).to_have_text(re.compile("300"))
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_two_fingers_zoom_the_graph_and_one_moves_it(visit: Open) -> None:
    here = visit(phone=True, width=390, height=844)
    hand = here.own.context.new_cdp_session(here.page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        fingers = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

    card = here.card("r")
    before = card.bounding_box()
    touch("touchStart", *PINCH[0])
    for part in range(1, 6):
        points = [
            tuple(a + (b - a) * part / 5 for a, b in zip(*ends, strict=True)) for ends in zip(*PINCH, strict=True)
        ]
        touch("touchMove", *[(x, y) for x, y in points])
    touch("touchEnd")
    zoomed = card.bounding_box()
    assert before is not None
    assert zoomed is not None
    assert zoomed["width"] > 1.5 * before["width"]
    touch("touchStart", (200, 300))
    for part in range(1, 6):
        touch("touchMove", (200 - 12 * part, 300))
    touch("touchEnd")
    until(lambda: (card.bounding_box() or zoomed)["x"] < zoomed["x"] - 30, here.page)
    here.page.locator("#fit").click()
    until(lambda: abs((card.bounding_box() or zoomed)["width"] - before["width"]) < 1, here.page)
