"""The page as its readers have it: a tab in a real browser that notes what goes wrong, and what its picture shows."""

import dataclasses
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Protocol
from xml.etree import ElementTree

import httpx
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Request,
    expect,
    sync_playwright,
)

from tests.browser import PATIENCE, chromium_options, home, tab
from tests.conftest import Server

PHONE: Final = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36"
XML_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
CROSSED: Final = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy violated: ${event.violatedDirective} by ${event.blockedURI} ${event.sourceFile}`))"""
PICTURES: Final = """(graph) => [...graph.querySelectorAll("svg.graph")]
  .map((svg) => new XMLSerializer().serializeToString(svg)).join("")"""
"""The graph as XML; a large one is spread over several SVGs."""
READERS: Final = frozenset({"style", "tabindex", "role", "aria-label"})
"""Attributes that only the page's picture has: where its reader is."""
PANEL: Final = """(panel) => ({
  ...Object.fromEntries([...panel.querySelectorAll(`[data-for=${panel.dataset.phase}] [data-slot], .count [data-slot]`)]
    .map((element) => [element.dataset?.slot ?? element.getAttribute("data-slot"), element.textContent.trim()])),
  spoken: document.getElementById("spoken").textContent})"""
LIT: Final = """() => {
  const shining = document.querySelectorAll("#editor :is(.lit-value, .lit-gradient)");
  const pieces = [...shining].map((each) => each.textContent);
  const ranges = [...CSS.highlights.values()].flatMap((lit) => [...lit].map(String));
  return pieces.length ? [...ranges, pieces.join("")] : ranges;
}"""
SEEN: Final = f"""[({PICTURES})(document.getElementById("graph")), ({PANEL})(document.getElementById("panel"))]"""
WALK: Final = f"""({{key, times}}) => {{
  const seen = [];
  for (let time = 0; time < times; time++) {{
    seen.push({SEEN});
    document.dispatchEvent(new KeyboardEvent("keydown", {{key, cancelable: true}}));
  }}
  return JSON.stringify(seen);
}}"""
SCRUB: Final = f"""(steps) => {{
  const seen = [];
  const scrub = document.getElementById("scrub");
  for (const step of steps) {{
    scrub.value = step;
    for (const kind of ["input", "change"]) scrub.dispatchEvent(new Event(kind, {{bubbles: true, composed: true}}));
    seen.push({SEEN});
  }}
  return JSON.stringify(seen);
}}"""

Homes = Callable[..., BrowserContext]
Tabs = dict[BrowserContext, list[Page]]
Element = tuple[str, dict[str, str], str]
"""An element of a picture: its name, its attributes and its own text."""


@dataclasses.dataclass
class Visit:
    """Somebody on the page. `requests` and `complaints` grow as they come; those that are `forgiven` belong to the
    story. The next visitor gets the same tab, unless it has been `altered`."""

    page: Page
    altered: bool = False
    requests: list[str] = dataclasses.field(default_factory=list)
    complaints: list[str] = dataclasses.field(default_factory=list)
    forgiven: list[str] = dataclasses.field(default_factory=list)

    @property
    def own(self) -> Page:
        """The tab, to be altered so that it stays so: by routes, a clock, media, sizes, scripts, listeners."""
        self.altered = True
        return self.page

    def begin(self) -> None:
        """Notes from now on what the page asks for and what goes wrong."""
        self.page.on("request", self._asked)
        self.page.on("console", self._said)
        self.page.on("pageerror", self._failed)

    def end(self) -> None:
        """Leaves the tab, with nothing stored in it, under no hand and at no page."""
        self.page.evaluate("sessionStorage.clear()")
        self.page.remove_listener("request", self._asked)
        self.page.remove_listener("console", self._said)
        self.page.remove_listener("pageerror", self._failed)
        self.page.mouse.move(-1, -1)
        self.page.goto("about:blank")

    def _asked(self, request: Request) -> None:
        """But for the icon: Chromium takes it out of its cache whenever the address bar changes."""
        if not request.url.endswith("/icon.svg"):
            self.requests.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning", "assert"):
            self.complaints.append(f"{message.type}: {message.text}")

    def _failed(self, error: Error) -> None:
        self.complaints.append(str(error))

    def ready(self) -> None:
        """Waits until the fonts are there."""
        self.page.evaluate("document.fonts.ready.then(() => {})")

    def edit(self) -> None:
        """Comes near the editor, as readers do before they type, and waits until it is there."""
        self.page.locator("#editor").dispatch_event("pointerenter")
        self.page.locator("#editor .cm-content").wait_for()
        self.ready()

    def press(self, *keys: str) -> None:
        """Presses keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    @property
    def step(self) -> int:
        """The step the timeline stands at."""
        return int(self.page.locator("#scrub").input_value())

    @property
    def last(self) -> int:
        """The last step of the pass."""
        return int(self.page.locator("#scrub").get_attribute("max") or "0")

    def at(self, step: int) -> None:
        """Waits until the page shows a step."""
        expect(self.page.locator("#scrub")).to_have_value(str(step))

    def card(self, name: str) -> Locator:
        """The card of a node."""
        named = self.page.locator("text.name", has_text=re.compile(rf"^{re.escape(name)}( =|$)"))
        return self.page.locator("#graph [data-node]").filter(has=named).first

    def field(self, leaf: str) -> Locator:
        """The number field of a leaf."""
        return self.page.get_by_role("spinbutton", name=leaf, exact=True)

    def panel(self) -> dict[str, str]:
        """What the panel shows, by slot; under `spoken` what a screen reader hears."""
        said: dict[str, str] = self.page.locator("#panel").evaluate(PANEL)
        return said

    def picture(self) -> list[Element]:
        """Every element of the graph on the page, in order."""
        return _elements(f"<page>{self.page.locator('#graph').evaluate(PICTURES)}</page>")

    def walk(self, key: str, times: int) -> list[tuple[list[Element], dict[str, str]]]:
        """Presses a key many times, faster than anybody could; picture and panel before each of them."""
        return _seen(self.page.evaluate(WALK, {"key": key, "times": times}))

    def scrub(self, steps: list[int]) -> list[tuple[list[Element], dict[str, str]]]:
        """Drags the scrubber from step to step, faster than anybody could; picture and panel at each of them."""
        return _seen(self.page.evaluate(SCRUB, steps))

    def lit(self) -> list[str]:
        """The pieces of source that are lit."""
        found: list[str] = self.page.evaluate(LIT)
        return found

    def type_source(self, source: str) -> None:
        """Goes to the editor, puts a source in place of the one there, and leaves it again."""
        self.edit()
        self.page.locator("#editor .cm-content").focus()
        self.press("Control+a")
        self.page.keyboard.insert_text(source)
        self.press("Escape", "Escape")

    def write(self, text: str) -> None:
        """Types into the editor letter by letter; what is half written may be sent, and refused, before the rest is."""
        self.page.keyboard.type(text)
        self.forgiven.append("422")

    def forgive(self, expected: str) -> None:
        """Lets complaints pass that belong to the story, and makes sure there were any."""
        assert any(expected in complaint for complaint in self.complaints), self.complaints
        self.forgiven.append(expected)

    @property
    def unforgiven(self) -> list[str]:
        """What nobody expected."""
        return [each for each in self.complaints if not any(expected in each for expected in self.forgiven)]


class Open(Protocol):
    """What the fixture `visit` gives: a function that opens the page."""

    def __call__(
        self,
        path: str = "/",
        *,
        width: int = 1440,
        height: int = 900,
        lang: str = "en",
        dark: bool = False,
        script: bool = True,
        phone: bool = False,
        motion: bool = False,
        ready: bool = True,
        alone: bool = False,
    ) -> Visit: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the tests in a browser last: while it is open, its event loop occupies the main thread. The long ones
    of them come before the others: two workers end together if what is left in the end is short."""
    items.sort(key=lambda item: ("browser" in getattr(item, "fixturenames", ()), not item.get_closest_marker("long")))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole test run."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(**chromium_options())
        yield running
        running.close()


@pytest.fixture(scope="session")
def homes(browser: Browser) -> Homes:
    """A context for each kind of reader, who was here before and has the style sheets and the typefaces."""
    known: dict[str, BrowserContext] = {}

    def of(**like: Any) -> BrowserContext:
        return known.get(str(like)) or known.setdefault(str(like), home(browser, **like))

    return of


@pytest.fixture(scope="session")
def tabs() -> Tabs:
    """The tabs nobody is at: one that is there already opens a page in half the time."""
    return defaultdict(list)


@pytest.fixture
def visit(browser: Browser, server: Server, homes: Homes, tabs: Tabs) -> Iterator[Open]:
    """Opens the page in a tab with nothing stored, and `alone` in a context of its own, with nothing in the cache
    either; in the end nobody has complained and no other host was asked."""
    visits: list[Visit] = []
    own: list[BrowserContext] = []

    def opened(
        path: str = "/",
        *,
        width: int = 1440,
        height: int = 900,
        lang: str = "en",
        dark: bool = False,
        script: bool = True,
        phone: bool = False,
        motion: bool = False,
        ready: bool = True,
        alone: bool = False,
    ) -> Visit:
        like: dict[str, Any] = {
            "base_url": server.url,
            "viewport": {"width": width, "height": height},
            "locale": "zh-CN" if lang == "zh" else "en-GB",
            "color_scheme": "dark" if dark else "light",
            "reduced_motion": "no-preference" if motion else "reduce",
            "java_script_enabled": script,
            "user_agent": PHONE if phone else None,
            "is_mobile": phone,
            "has_touch": phone,
            "device_scale_factor": 2 if phone else 1,
        }
        context = home(browser, **like) if alone else homes(**like)
        own.extend([context] * alone)
        if tabs[context]:
            page = tabs[context].pop()
        else:
            page = tab(context)
            page.add_init_script(CROSSED)
        wire = context.new_cdp_session(page)
        wire.send("Storage.clearDataForOrigin", {"origin": server.url, "storageTypes": "local_storage,cookies"})
        wire.detach()
        here = Visit(page, altered=alone or not script)
        here.begin()
        page.goto(path)
        if script and ready:
            here.ready()
        visits.append(here)
        return here

    yield opened
    for here in visits:
        strangers = [url for url in here.requests if not url.startswith((server.url, "data:", "blob:"))]
        if here.altered:
            here.page.close()
        else:
            here.end()
            tabs[here.page.context].append(here.page)
        assert here.unforgiven == []
        assert strangers == []
    for context in own:
        context.close()


def _seen(told: str) -> list[tuple[list[Element], dict[str, str]]]:
    """The pictures and panels that a script of the page has noted."""
    return [(_elements(f"<page>{picture}</page>"), panel) for picture, panel in json.loads(told)]


def _elements(text: str | bytes) -> list[Element]:
    """Every element of the cards and edges in a document, in order."""
    return [
        (
            element.tag.partition("}")[2],
            {
                "xml:space" if name == XML_SPACE else name: value
                for name, value in element.attrib.items()
                if name not in READERS
            },
            (element.text or "") + "".join(child.tail or "" for child in element),
        )
        for group in ElementTree.fromstring(text).iter()
        if "data-node" in group.attrib or "data-edge" in group.attrib
        for element in group.iter()
    ]


def kept(client: httpx.Client, source: str, inputs: Mapping[str, float]) -> str:
    """Submits a program; its id."""
    answer = client.post("/api/v1/runs", json={"source": source, "inputs": dict(inputs)})
    return str(answer.raise_for_status().json()["id"])


def snapshot(client: httpx.Client, run: str) -> dict[str, Any]:
    """The snapshot of a run's only pass."""
    found: dict[str, Any] = client.get(f"/api/v1/runs/{run}/passes/0").raise_for_status().json()
    return found


def drawn(client: httpx.Client, run: str, step: int, *, index: int = 0, **view: str) -> list[Element]:
    """Every element of the graph in the server's own SVG file of a step of a pass, in order."""
    answer = client.get(f"/api/v1/runs/{run}/passes/{index}/graph.svg", params={"step": str(step), **view})
    return _elements(answer.raise_for_status().content)


def slots(picture: list[Element]) -> dict[str, list[str]]:
    """Only what the film fills: of each slot its class, its size or its text."""
    found: dict[str, list[str]] = {}
    for _, attributes, text in picture:
        slot = attributes.get("data-slot", "")
        if slot.endswith(".class"):
            shown = [attributes["class"]]
        elif slot.endswith((".chip", ".pill")):
            shown = [f"{attributes['width']} {attributes['height']}"]
        else:
            shown = [text]
        if slot:
            found[slot] = found.get(slot, []) + shown
    return found


def numbers(picture: list[Element]) -> dict[str, list[str]]:
    """The slots without the sizes of the pills."""
    return {slot: shown for slot, shown in slots(picture).items() if not slot.endswith((".chip", ".pill"))}


def until(true: Callable[[], bool], page: Page) -> None:
    """Waits for something only Python can see."""
    for _ in range(PATIENCE // 20):
        if true():
            return
        page.wait_for_timeout(20)
    raise AssertionError("it did not come about")
