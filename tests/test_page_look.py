"""How the page looks: colours that mean one thing, text that can be read and fits, a phone, and nothing that jumps."""

import itertools
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import expect

from app.examples import EXAMPLES
from app.render.theme import palette
from tests.bench.programs import network
from tests.browser import SLOWER
from tests.pages import Open, Visit, until

CONTRAST: Final = """() => {
  const parse = (text) => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return {r, g, b, a}; };
  const over = (top, under) => ({a: 1, ...Object.fromEntries(
    ["r", "g", "b"].map((part) => [part, top[part] * top.a + under[part] * (1 - top.a)]))});
  const light = ({r, g, b}) => [r, g, b].map((part) => part / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const paper = (element) => {
    if (!element) return {r: 255, g: 255, b: 255, a: 1};
    const own = parse(getComputedStyle(element).backgroundColor);
    return own.a === 1 ? own : over(own, paper(element.parentElement ?? element.getRootNode().host));
  };
  const opacity = (element) => element ? getComputedStyle(element).opacity * opacity(element.parentElement) : 1;
  const shape = (text) => {
    const group = text.closest("g.local, g.arithmetic, g.node");
    return group.querySelector(text.classList.contains("glyph") ? ".op-chip" : "rect.card, rect");
  };
  const texts = [];
  const walk = (root) => {
    for (const element of root.querySelectorAll("*:not(title, option, script, template)")) {
      if (element.shadowRoot) walk(element.shadowRoot);
      const own = [...element.childNodes].map((node) => node.nodeType === 3 ? node.data : "").join("").trim();
      const shown = element.getBoundingClientRect().width > 2
        && element.checkVisibility({visibilityProperty: true, opacityProperty: true});
      if (!own || !shown || element.closest("[aria-disabled=true]")) continue;
      const [style, drawn] = [getComputedStyle(element), element.closest("svg")];
      const back = drawn ? parse(getComputedStyle(shape(element)).fill) : paper(element);
      const ink = parse(drawn ? style.fill : style.color);
      const front = over({...ink, a: ink.a * opacity(element)}, back);
      const [high, low] = [light(front), light(back)].sort((a, b) => b - a);
      texts.push([own.slice(0, 30), (high + 0.05) / (low + 0.05)]);
    }
  };
  walk(document);
  return texts;
}"""
WIDTHS: Final = """() => {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = '600 100px "JetBrains Mono"';
  return [..."+−-"].map((sign) => {
    const ink = pen.measureText(sign);
    return ink.actualBoundingBoxLeft + ink.actualBoundingBoxRight;
  });
}"""
FITS: Final = """() => {
  for (const hidden of document.querySelectorAll("#graph .local, #graph .arithmetic")) hidden.style.display = "inline";
  for (const unseen of document.querySelectorAll("#graph .sheet > svg")) unseen.style.display = "";
  const [outside, known] = [[], new Map()];
  const boxOf = (element) => known.get(element) ?? known.set(element, element.getBBox()).get(element);
  for (const text of document.querySelectorAll("#graph text")) {
    const group = text.closest("g.local, g.arithmetic, g.node");
    const room = boxOf(group.querySelector(text.classList.contains("glyph") ? ".op-chip" : "rect.card, rect"));
    const box = boxOf(text);
    if (box.x < room.x + 2 || box.x + box.width > room.x + room.width - 2) outside.push([text.textContent, "too wide"]);
    for (const other of group.querySelectorAll("text, .op-chip")) {
      if (other === text || text.classList.contains("glyph")) continue;
      const taken = boxOf(other);
      const beside = taken.x >= box.x + box.width || box.x >= taken.x + taken.width;
      const below = taken.y >= box.y + box.height - 4 || box.y >= taken.y + taken.height - 4; // ascents overlap
      if (!beside && !below) outside.push([text.textContent, "lies on", other.textContent]);
    }
  }
  return outside;
}"""
ACTIVE_IN_VIEW: Final = """() => {
  const stage = document.getElementById("stage").getBoundingClientRect();
  const inside = (element) => {
    const {left, right, top, bottom} = element.getBoundingClientRect();
    return stage.left <= left && right <= stage.right && stage.top <= top && bottom <= stage.bottom;
  };
  return [...document.querySelectorAll(".node:is(.receiving, .computing)")].some(inside)
    && [...document.querySelectorAll(".edge:is(.active, .flowing)")].every(inside);
}"""
DOWNWARDS: Final = """() => {
  const [from, to] = ["n0", "n2"].map((id) => document.querySelector(`[data-node=${id}]`).getBoundingClientRect());
  return from.bottom < to.top;
}"""
SHIFTS: Final = """window.shifts = [];
new PerformanceObserver((list) => shifts.push(...list.getEntries().map(({value, hadRecentInput, sources}) => [
  value, hadRecentInput, sources.map(({node}) => (node?.outerHTML ?? node?.parentElement?.outerHTML)?.slice(0, 80))])))
  .observe({type: "layout-shift", buffered: true});
new MutationObserver((_, watch) => {
  if (!document.getElementById("scrub")) return;
  watch.disconnect();
  window.whole = performance.now();
}).observe(document, {childList: true, subtree: true});"""
JUMPS: Final = """new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
  .then(() => shifts.filter(([value, hadRecentInput]) => !hadRecentInput))"""
"""What Cumulative Layout Shift counts: not what moves by a hand, nor when a phone gives the page its width."""
SMALL: Final = """() => [...document.querySelectorAll("a, button, summary, select, input")]
  .filter((each) => each.checkVisibility({visibilityProperty: true}) && !each.closest("dialog, #examples nav"))
  .map((each) => [each.id || each.textContent.trim() || each.ariaLabel, each.getBoundingClientRect()])
  .filter(([, box]) => box.width < 43.5 || box.height < 43.5).map(([name, box]) => [name, box.width, box.height])"""


def rgb(colour: str) -> str:
    """A colour as the browser computes it."""
    return f"rgb({int(colour[1:3], 16)}, {int(colour[3:5], 16)}, {int(colour[5:7], 16)})"


def computed(here: Visit, selector: str, name: str) -> str:
    """A computed style of the first element."""
    found: str = here.page.locator(selector).first.evaluate("(element, name) => getComputedStyle(element)[name]", name)
    return found


def box(here: Visit, selector: str) -> dict[str, float]:
    """Where an element is."""
    found = here.page.locator(selector).first.bounding_box()
    assert found is not None
    x, y = found["x"], found["y"]
    return {"x": x, "y": y, "right": x + found["width"], "bottom": y + found["height"]}


def test_a_minus_is_as_long_as_a_plus_and_no_hyphen(visit: Open) -> None:
    here = visit()
    plus, minus, hyphen = here.page.evaluate(WIDTHS)
    assert minus > 0.85 * plus
    assert minus > 1.3 * hyphen


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_three_numbers_have_their_colours_everywhere(visit: Open, theme: Any) -> None:
    here = visit(dark=theme == "dark")
    here.press("End")
    for name, places in {
        "value": ["#graph .node .value", ".legend .value", "#leaf-w"],
        "gradient": [
            "#graph .reached .gradient",
            "#graph .edge.active .upstream",
            ".legend .gradient",
            ".sum .gradient td span",
        ],
        "local": ["#graph .local text", "#graph .edge.active .factor", ".legend .local", ".sum .local td span"],
    }.items():
        wanted = rgb(palette(theme)[f"--{name}"])
        for place in places:
            found = computed(here, place, "fill" if place.startswith("#graph") else "color")
            assert (place, found) == (place, wanted)
    assert computed(here, "body", "backgroundColor") == rgb(palette(theme)["--paper"])


def test_the_theme_is_switched_kept_and_there_before_anything_is_painted(visit: Open) -> None:
    here = visit()
    paper = {theme: rgb(palette(theme)["--paper"]) for theme in ("light", "dark")}
    assert computed(here, "body", "backgroundColor") == paper["light"]
    here.press("d")
    assert computed(here, "body", "backgroundColor") == paper["dark"]
    here.own.add_init_script(
        """new MutationObserver((_, watch) => {
          if (!document.body) return;
          watch.disconnect();
          const root = document.documentElement;
          window.first = [root.dataset.theme, getComputedStyle(root).colorScheme];
        }).observe(document, {childList: true, subtree: true})"""
    )
    here.page.reload()
    assert here.page.evaluate("window.first") == ["dark", "dark"]
    assert computed(here, "body", "backgroundColor") == paper["dark"]
    here.page.locator("#theme").click()
    assert computed(here, "body", "backgroundColor") == paper["light"]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_can_be_read_at_every_step(visit: Open, lang: str, dark: bool) -> None:
    here = visit(lang=lang, dark=dark)
    here.edit()
    faint: set[tuple[str, float]] = set()
    for step in range(9):
        here.at(step)
        texts = here.page.evaluate(CONTRAST)
        assert len(texts) > 60
        faint.update((text, round(contrast, 2)) for text, contrast in texts if contrast < 4.5)
        here.press("ArrowRight")
    here.type_source("sin2(x)")
    expect(here.page.locator("#problem")).to_be_visible()
    here.forgive("422")
    here.page.locator("summary").click()
    here.press("?")
    faint.update((text, round(contrast, 2)) for text, contrast in here.page.evaluate(CONTRAST) if contrast < 4.5)
    assert faint == set()


@pytest.mark.long
@pytest.mark.parametrize(("lang", "phone"), [("en", False), ("zh", True)])
def test_every_text_of_the_graph_fits_where_it_stands(visit: Open, lang: str, phone: bool) -> None:
    here = visit(lang=lang, phone=phone)
    for example in EXAMPLES:
        here.page.goto(f"/examples/{example.slug}?lang={lang}")
        here.ready()
        for key in ("Home", "End"):
            here.press(key)
            assert here.page.evaluate(FITS) == [], example.slug


def test_numbers_that_grow_by_dragging_still_fit(visit: Open) -> None:
    here = visit()
    here.field("w").fill("-1234.567")
    here.field("x").fill("-0.0012345")
    expect(here.card("x").locator(".value")).to_have_text("−0.001234")
    here.page.locator("#play").focus()
    here.press("End")
    assert here.page.evaluate(FITS) == []


PANEL = "document.getElementById('panel')"


def test_a_long_name_is_cut_on_its_card_and_wrapped_in_the_panel(visit: Open) -> None:
    here = visit()
    here.type_source("the_very_long_name_of_a_weight_that_goes_on * another_long_name_of_an_input_value")
    expect(here.page.locator("#graph [data-node]")).to_have_count(3)
    assert here.page.evaluate(FITS) == []
    for key in ("Home", "End"):
        here.press(key)
        until(lambda: here.page.evaluate(f"{PANEL}.scrollWidth <= {PANEL}.clientWidth"), here.page)  # at the next frame
        assert here.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_sixty_operations_are_readable_and_their_labels_apart(visit: Open) -> None:
    here = visit()
    lines = ["a0 = x * w", *(f"a{i} = a{i - 1} * w + b" for i in range(1, 30)), "loss = (a29 - y) ** 2"]
    here.type_source("\n".join(lines))
    expect(here.card("a29")).to_be_attached()
    name = here.card("a0").locator(".name")
    assert name.evaluate("(text) => text.getScreenCTM().a * 14") >= 8  # px on the screen
    weight = here.page.locator("#graph [data-node=n1] .name").first
    place = weight.evaluate(
        "(text) => { const {x, y, width, height} = text.getBoundingClientRect(); return {x, y, width, height}; }"
    )
    seen = here.page.screenshot(clip=place)
    weight.evaluate("(text) => (text.style.visibility = 'hidden')")
    assert here.page.screenshot(clip=place) != seen  # a letter laid out tiny and then enlarged gets lost
    labels = [found for label in here.page.locator("#blocks span").all() if (found := label.bounding_box())]
    assert len(labels) >= 2
    for left, right in itertools.pairwise(labels):
        assert left["x"] + left["width"] <= right["x"]
    for key in ["End", *["ArrowLeft"] * 12, "Home", *["Shift+ArrowRight"] * 12]:
        here.press(key)
        assert here.page.evaluate(ACTIVE_IN_VIEW), (key, here.step)


def large(client: httpx.Client, units: int = 3, inputs: int = 5, step: int = 68) -> str:
    """The address of a graph that does not fit: a network (of 77 nodes), in the middle of its way back."""
    source, given = network(units, inputs)
    id = client.post("/api/v1/runs", json={"source": source, "inputs": given}).raise_for_status().json()["id"]
    return f"/runs/{id}?step={step}"


MOVES: Final = """(pan) => {
  const steps = Number(document.getElementById("scrub").max);
  let [moves, seen] = [0, pan.style.transform];
  for (let step = 0; step < steps; step++) {
    document.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight", cancelable: true}));
    if (pan.style.transform !== seen) moves++;
    seen = pan.style.transform;
  }
  return moves / steps;
}"""
"""How many of the steps through a pass move the picture."""


def test_stepping_through_a_large_graph_moves_its_picture_seldom(visit: Open, client: httpx.Client) -> None:
    here = visit(large(client, 8, 8, 0))
    assert here.page.locator("#pan").evaluate(MOVES) < 0.25
    assert here.step == here.last
    assert here.page.evaluate(ACTIVE_IN_VIEW)


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_every_card_of_a_large_graph_is_painted(visit: Open, client: httpx.Client, phone: bool) -> None:
    address = large(client) if phone else large(client, 8, 8, 300)
    here = visit(address, phone=phone, width=390 if phone else 1440)
    assert here.step == (68 if phone else 300)
    unseen = """[...document.querySelectorAll("#graph [data-node]")]
      .filter((card) => card.closest("svg").style.display !== "none" && !card.getBoundingClientRect().width).length"""
    until(lambda: here.page.evaluate(unseen) == 0, here.page)


def test_buttons_and_legend_stand_on_paper_never_on_a_card(visit: Open, client: httpx.Client) -> None:
    here = visit(large(client))
    stills = [here.page.locator(still) for still in (".zoom", ".lenses", ".legend")]
    places = [place for still in stills if (place := still.bounding_box())]
    drawn = [here.page.screenshot(clip=place) for place in places]
    for each in stills:
        each.evaluate("(still) => (still.style.visibility = 'hidden')")
    seen = [here.page.screenshot(clip=place) for place in places]
    assert all(one != other for one, other in zip(drawn, seen, strict=True)), "nothing lies over them"
    here.page.locator("#pan").evaluate("(pan) => (pan.style.visibility = 'hidden')")
    assert [here.page.screenshot(clip=place) for place in places] == seen


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_headings_beside_the_graph_are_one_line(visit: Open, lang: str) -> None:
    here = visit(lang=lang)
    heights = "[...document.querySelectorAll('.source > h2')].map((each) => each.getBoundingClientRect().height)"
    assert max(here.page.evaluate(heights)) < 30


def test_numbers_in_cells_have_the_colour_of_ink(visit: Open) -> None:
    here = visit("/examples/attention?step=12")
    fills = "(texts) => [...new Set(texts.map((text) => getComputedStyle(text).fill))]"
    for part in ("local", "gradient"):
        shown = here.page.locator(f"#panel section:visible .part.{part} .cells text")
        assert shown.evaluate_all(fills) == [rgb(palette("light")["--ink"])]


def test_a_phone_has_the_graph_from_top_to_bottom_and_all_within_reach(visit: Open) -> None:
    for script in (False, True):
        here = visit(phone=True, width=390, height=844, script=script)
        assert here.page.evaluate(DOWNWARDS)
    here.edit()
    assert here.page.evaluate("document.documentElement.scrollWidth") == 390
    assert here.page.evaluate(SMALL) == []
    header, stage, timeline = box(here, ".top"), box(here, "#stage"), box(here, ".timeline")
    assert header["bottom"] <= stage["y"]
    assert stage["bottom"] <= timeline["y"]
    assert timeline["bottom"] <= 844
    controls = [box(here, f"#{name}") for name in ("first", "back", "play", "next", "last", "speed")]
    for left, right in itertools.pairwise(controls):
        assert left["x"] >= 0
        assert left["right"] <= right["x"]
        assert right["right"] <= 390
    for still in (".lenses", ".zoom", "#hint"):
        over = box(here, still)
        for card in here.page.locator("#graph [data-node]").all():
            place = card.bounding_box()
            assert place is not None
            assert place["y"] >= over["bottom"] or place["y"] + place["height"] <= over["y"] or still == ".zoom", still
    here.page.locator("#next").tap()
    here.page.locator("#next").tap()
    assert here.step == 2
    here.field("w").fill("3")
    expect(here.card("w").locator(".value")).to_have_text("3")
    assert here.page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_narrow_window_turns_the_graph(visit: Open) -> None:
    here = visit(width=390, height=844)
    expect(here.page.locator("#working")).to_be_hidden()
    until(lambda: bool(here.page.evaluate(DOWNWARDS)), here.page)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_legend_is_not_covered_by_the_buttons_beside_it(visit: Open, lang: str) -> None:
    here = visit(lang=lang)
    for width in (1440, 1250, 1200, 1121, 1120, 960, 900, 800):
        here.own.set_viewport_size({"width": width, "height": 800})
        legend, views = (here.page.locator(each).bounding_box() for each in (".legend", ".lenses"))
        assert views is not None
        assert legend is None or legend["x"] + legend["width"] <= views["x"], width


def test_no_width_scrolls_sideways(visit: Open) -> None:
    here = visit()
    here.edit()
    here.press("End")
    for width, height in ((1440, 900), (1024, 768), (768, 1024), (390, 844), (320, 640)):
        here.own.set_viewport_size({"width": width, "height": height})
        assert here.page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_nothing_jumps_on_loading_nor_while_stepping(visit: Open, phone: bool) -> None:
    here = visit(phone=phone, width=390 if phone else 1440, height=844)
    here.edit()
    here.own.add_init_script(SHIFTS)
    wire = here.own.context.new_cdp_session(here.page)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    here.page.goto("about:blank")
    here.page.goto("/")  # the typefaces are there by now; on a slow machine the document itself comes bit by bit
    here.edit()
    assert here.page.evaluate("performance.getEntriesByName('first-paint')[0].startTime >= whole")
    assert here.page.evaluate(JUMPS) == []
    wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    graph = "[...document.querySelectorAll('#graph [data-node]')].map((card) => card.getBoundingClientRect().toJSON())"
    places = here.page.evaluate(graph)
    for _ in range(8):
        here.press("ArrowRight")
        assert here.page.evaluate(graph) == places
    assert here.page.evaluate(JUMPS) == []


def test_the_first_page_is_light(visit: Open) -> None:
    here = visit("about:blank", ready=False, alone=True)
    wire = here.own.context.new_cdp_session(here.page)
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda loaded: sizes.append(loaded["encodedDataLength"]))
    wire.send("Network.enable")
    here.page.goto("/")
    here.page.wait_for_load_state("networkidle")
    here.press("End")
    here.page.wait_for_load_state("networkidle")
    assert 10 <= len(sizes) <= 20
    assert sum(sizes) <= 200_000
