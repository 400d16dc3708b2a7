"""The page in real Chromium: a step, a dragged leaf, the first load."""

import json
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from tests.bench.measure import Row
from tests.bench.programs import network
from tests.browser import chromium_options
from tests.conftest import start

_WORK = ("EventDispatch", "FunctionCall", "TimerFire", "FireAnimationFrame", "UpdateLayoutTree", "Layout", "PrePaint")
_FRAMES = """() => {
  window.frames_ = [];
  window.last_ = undefined;
  const watch = (now) => {
    if (window.last_ !== undefined) frames_.push(now - window.last_);
    window.last_ = now;
    window.watching_ = requestAnimationFrame(watch);
  };
  requestAnimationFrame(watch);
}"""
_SHIFTS = """new PerformanceObserver((list) => {
  for (const {value, hadRecentInput} of list.getEntries())
    if (!hadRecentInput) window.shift_ = (window.shift_ ?? 0) + value;
}).observe({type: "layout-shift", buffered: true})"""
_PAINT = ("Paint", "Layerize", "Commit", "UpdateLayer", "CompositeLayers", "HitTest", "ParseHTML", "RunMicrotasks")


def rows() -> Iterator[Row]:
    """300 nodes in the graph for the step, about 100 operations for the drag."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        process, server = start(Path(folder))
        browser = playwright.chromium.launch(**chromium_options(whole=True))
        try:
            large, small = (_kept(server.url, *network(*size)) for size in ((8, 8), (4, 9)))
            page = browser.new_page(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
            yield from _first_load(browser, server.url)
            yield from _steps(page, server.url + large)
            yield from _drag(page, server.url + small)
            yield from _scrub(page, f"{server.url}/examples/training?step=7")
        finally:
            browser.close()
            process.terminate()
            process.wait(10)


def _kept(url: str, source: str, inputs: dict[str, float]) -> str:
    answer = httpx.post(f"{url}/api/v1/runs", json={"source": source, "inputs": inputs}, timeout=60).json()
    return f"/runs/{answer['id']}"


def _first_load(browser: Browser, url: str) -> Iterator[Row]:
    """Three people who were never here before."""
    times: list[float] = []
    for _ in range(3):
        page = browser.new_context().new_page()
        sizes: list[float] = []
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda event, sizes=sizes: sizes.append(event["encodedDataLength"]))
        page.goto(url)
        page.wait_for_load_state("networkidle")
        times.append(page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"))
    yield Row("first page on a cold cache", sum(sizes) / 1000, 250, f"{len(sizes)} answers", unit="kB")
    usable, slowest = statistics.median(times) / 1000, max(times) / 1000
    yield Row("first page usable", usable, 1.0, f"the player's script has run; slowest {slowest:.2f} s", unit="s")
    page.evaluate(_SHIFTS)
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(200)
    shifted = page.evaluate("window.shift_ ?? 0")
    yield Row("layout shift on load and while stepping", shifted, 0.0, "CLS, of shifts without a hand in them", unit="")


def _steps(page: Page, url: str) -> Iterator[Row]:
    page.goto(f"{url}?step=250")
    page.wait_for_load_state("networkidle")
    nodes = page.locator("#graph .node").count()
    session = page.context.new_cdp_session(page)
    for throttle in (1, 4):
        session.send("Emulation.setCPUThrottlingRate", {"rate": throttle})
        page.wait_for_timeout(400)
        times = [_traced(session, page) for _ in range(25)]
        figure = statistics.median(times)
        if throttle == 1:
            yield Row("a step in the page", figure, 4.0, f"{nodes} nodes, median of {len(times)} traces", unit="ms")
        else:
            print(f"     {figure:8.3f} ms  (the same with the CPU throttled {throttle} times)", flush=True)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})


def _traced(session: CDPSession, page: Page) -> float:
    """Milliseconds of script, style, layout and paint on the page's main thread for one press of →."""
    events: list[dict[str, Any]] = []
    done: list[bool] = []
    collect, finish = (lambda part: events.extend(part["value"])), (lambda _: done.append(True))
    session.on("Tracing.dataCollected", collect)
    session.on("Tracing.tracingComplete", finish)
    session.send(
        "Tracing.start", {"transferMode": "ReportEvents", "traceConfig": {"includedCategories": ["devtools.timeline"]}}
    )
    page.keyboard.press("ArrowRight")
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))")
    session.send("Tracing.end")
    while not done:
        page.wait_for_timeout(5)
    session.remove_listener("Tracing.dataCollected", collect)
    session.remove_listener("Tracing.tracingComplete", finish)
    key = [e for e in events if e.get("name") == "EventDispatch" and e["args"]["data"]["type"] == "keydown"]
    assert key, "the key press is not in the trace"
    thread = key[0]["tid"]
    spans = sorted(
        (e["tts"], e["tts"] + e["tdur"])  # the thread's own clock: other programs on the machine do not count
        for e in events
        if e.get("tid") == thread and e["name"] in _WORK + _PAINT and e["ts"] >= key[0]["ts"] and "tdur" in e
    )
    return _covered(spans) / 1000


def _covered(spans: list[tuple[float, float]]) -> float:
    """The length of the union of intervals: nested events count once."""
    total = reached = 0.0
    for begin, end in spans:
        total += max(0.0, end - max(begin, reached))
        reached = max(reached, end)
    return total


def _drag(page: Page, url: str) -> Iterator[Row]:
    page.goto(url)
    page.wait_for_load_state("networkidle")
    page.keyboard.press("End")
    rounds: list[list[float]] = json.loads(
        page.evaluate(
            """async () => {
              const field = document.querySelector('.leaf input[type=number]');
              const watched = document.querySelector('#graph .output text.value');
              const rounds = [];
              for (let round = 0; round < 40; round++) {
                performance.clearResourceTimings();
                const changed = new Promise(told => new MutationObserver((_, watch) => {
                  watch.disconnect();
                  told(performance.now());
                }).observe(watched, { characterData: true, childList: true, subtree: true }));
                const begin = performance.now();
                field.value = String(0.3 + round / 50);
                field.dispatchEvent(new Event('input', { bubbles: true }));
                const whole = (await changed) - begin;
                await new Promise(next => setTimeout(next, 20)); // the browser notes the request a little later
                const asked = performance.getEntriesByType('resource').find(each => each.name.includes('/films'));
                if (asked && round > 5) rounds.push([whole, asked.responseEnd - asked.requestStart]);
              }
              return JSON.stringify(rounds);
            }"""
        )
    )
    times = [whole for whole, _ in rounds]
    server = statistics.median(waited for _, waited in rounds)
    browser = statistics.median(whole - waited for whole, waited in rounds)
    yield Row(
        "a changed leaf → every number new on screen",
        statistics.median(times),
        25.0,
        f"median of {len(times)}: {server:.1f} ms until the answer is there, {browser:.1f} ms in the page; "
        f"best {min(times):.0f} ms, worst {max(times):.0f} ms",
        unit="ms",
    )


def _scrub(page: Page, url: str) -> Iterator[Row]:
    """Drags along the track of 300 passes, there and back, as a hand does; the films come from the server meanwhile."""
    page.goto(url)
    page.locator("#passes .loss").wait_for(state="attached")
    box = page.locator("#pass").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    for turn in ("first", "again"):
        page.mouse.move(box["x"] + 3, y)
        page.mouse.down()
        page.evaluate(_FRAMES)
        for x in (box["x"] + box["width"] - 3, box["x"] + 3):
            page.mouse.move(x, y, steps=150)
        page.evaluate("cancelAnimationFrame(watching_)")
        page.mouse.up()
        frames = sorted(page.evaluate("frames_"))
        late = sum(frame > 32 for frame in frames)
        detail = f"the longest of {len(frames)}; {late} over 32 ms; median {statistics.median(frames):.1f} ms"
        yield Row(f"frames while scrubbing 300 passes, {turn}", frames[-1], 32.0, detail, unit="ms")
