"""Every state the page can be in, once: `make shots` photographs them, and axe judges them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import httpx
from playwright.sync_api import Page, Route

from tests.bench.programs import network
from tests.pages import PHONE

Deed = Callable[[Page], None]

WIDTHS: Final[Mapping[str, tuple[int, int]]] = {"wide": (1440, 860), "tablet": (1024, 768), "phone": (390, 844)}
"""Name → width and height in px."""


@dataclass(frozen=True, slots=True)
class State:
    """How to get there: a path, or a source to keep first, and what to do then. `refused`: whether an error belongs
    to it; `media`: what Playwright is to emulate; `still`: whether it is a page that is only read."""

    path: str = "/"
    source: str = ""
    inputs: Mapping[str, float] = field(default_factory=dict)
    reach: Deed = lambda page: None
    refused: bool = False
    media: Mapping[str, str] = field(default_factory=dict)
    still: bool = False

    def address(self, client: httpx.Client) -> str:
        """Where it begins; keeps its source, if it has one."""
        if not self.source:
            return self.path
        body = {"source": self.source, "inputs": dict(self.inputs)}
        return f"/runs/{client.post('/api/v1/runs', json=body).raise_for_status().json()['id']}"

    def enter(self, page: Page, address: str, lang: str) -> None:
        """Goes there in a language, and waits until nothing moves any more."""
        page.goto(f"{address}{'&' if '?' in address else '?'}lang={lang}")
        if not self.still:
            page.locator("#editor").dispatch_event("pointerenter")
            page.locator("#editor .cm-content").wait_for(state="attached")
        page.evaluate("document.fonts.ready.then(() => {})")
        self.reach(page)


def press(*keys: str) -> Deed:
    """Presses keys one after the other."""

    def deed(page: Page) -> None:
        for key in keys:
            page.keyboard.press(key)

    return deed


def click(*names: str) -> Deed:
    """Clicks what has these selectors, one after the other."""

    def deed(page: Page) -> None:
        for name in names:
            page.locator(name).first.click()

    return deed


def step_of(phase: str, number: int = 0) -> Deed:
    """Goes to the first step of a phase, or to a later one."""

    def deed(page: Page) -> None:
        page.evaluate(
            """([phase, number]) => {
              const {steps} = JSON.parse(document.getElementById("film").textContent);
              gradstep.go([...steps.keys()].filter((index) => steps[index].phase === phase)[number]);
            }""",
            [phase, number],
        )

    return deed


def write(source: str, then: str) -> Deed:
    """Puts a source into the editor and waits for what it brings about."""

    def deed(page: Page) -> None:
        page.locator("#editor .cm-content").focus()
        page.keyboard.press("Control+a")
        page.keyboard.press("Delete")
        page.keyboard.insert_text(source)
        press("Escape", "Escape")(page)
        page.locator(then).first.wait_for()

    return deed


def height(name: str) -> Deed:
    """Has the landscape show another height, and the samples on it."""

    def reach(page: Page) -> None:
        page.locator("#dock select.of").select_option(name)
        page.locator("#dock .sample").first.wait_for(state="attached")

    return reach


def then(*deeds: Deed) -> Deed:
    """One deed after the other."""

    def deed(page: Page) -> None:
        for each in deeds:
            each(page)

    return deed


def lens(name: str, there: str) -> Deed:
    """Opens one of the other views and waits until it is filled."""

    def deed(page: Page) -> None:
        page.locator(f"#lens-{name}").click()
        page.locator(f"#dock {there}").first.wait_for()

    return deed


def shown(there: str) -> Deed:
    """Waits for something."""
    return lambda page: page.locator(there).first.wait_for(state="attached")


def edited(cell: str, value: str) -> Deed:
    """Types into a cell of a tensor and waits for what it does to the loss."""

    def deed(page: Page) -> None:
        page.get_by_role("textbox", name=cell, exact=True).fill(value)
        page.locator("#fate:visible").wait_for()

    return deed


def charted(page: Page) -> None:
    """Waits for the curves of all passes."""
    page.locator("#passes .loss").wait_for(state="attached")


def handed_out(page: Page) -> None:
    """Fills what only a printed page has."""
    page.evaluate("dispatchEvent(new Event('beforeprint'))")


def point(page: Page) -> None:
    """Points at a cell of the panel's last small grid."""
    page.locator("#panel section:visible .parts svg[data-part]").last.hover()


def unanswered(deed: Callable[[Route], None]) -> Deed:
    """Types something for which the server's answer does not come."""

    def reach(page: Page) -> None:
        page.route("**/api/v1/films*", deed)
        page.locator("#leaves input[type=number]").first.fill("3")
        page.locator(".toast:visible").wait_for()

    return reach


_CONVOLUTION = """
import torch
import torch.nn.functional as F

image = torch.tensor([[[[1.0, 2.0, 0.0, 1.0], [0.0, 1.0, 3.0, 1.0], [2.0, 1.0, 0.0, 0.0], [1.0, 0.0, 1.0, 2.0]]]])
kernel = torch.tensor([[[[1.0, -1.0], [0.5, 2.0]]]], requires_grad=True)
out = F.relu(F.conv2d(image, kernel))
loss = (out ** 2).mean()
loss.backward()
""".strip()
_BROADCAST = "\n".join(
    (
        "import torch",
        "X = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])",
        "b = torch.tensor([0.5, -0.5, 1.0], requires_grad=True)",
        "s = torch.tensor(2.0, requires_grad=True)",
        "loss = ((X + b) * s).sum()",
        "loss.backward()",
    )
)
_OWN = """
import torch

class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x ** 2

    @staticmethod
    def backward(ctx, grad_output):
        x, = ctx.saved_tensors
        return grad_output * x

x = torch.tensor([3.0, -1.0], requires_grad=True)
loss = Square.apply(x).sum()
loss.backward()
""".strip()
_LONG = "prediction_of_the_model = input_value * weight_of_neuron\nexp(prediction_of_the_model)"

STATES: Final[Mapping[str, State]] = {
    "opening": State(),
    "forward": State(reach=step_of("forward", 1)),
    "seed": State(reach=step_of("seed")),
    "backward": State(reach=press("End")),
    "backward-at": State("/?step=6"),
    "fan-in": State("/examples/twice?step=3"),
    "diamond": State("/examples/diamond", reach=press("End")),
    "neuron": State("/examples/neuron", reach=step_of("backward", 2)),
    "quadratic": State("/examples/quadratic", reach=press("End")),
    "vanishing": State("/examples/vanishing", reach=press("End")),
    "kink": State("/examples/relu?step=6"),
    "training": State("/examples/training?pass=12", reach=then(charted, click("#passes"), press("End"))),
    "update": State("/examples/training?pass=3", reach=then(charted, step_of("update"))),
    "parabola": State("/examples/parabola?pass=20", reach=then(charted, step_of("backward", 3))),
    "tensors": State("/examples/two-layers", reach=step_of("forward", 1)),
    "tensors-back": State("/examples/two-layers", reach=then(step_of("backward", 6), point)),
    "attention": State("/examples/attention", reach=step_of("backward", 4)),
    "attention-open": State("/examples/attention"),
    "own-function": State(source=_OWN, reach=press("End")),
    "unbroadcast": State(source=_BROADCAST, reach=step_of("unbroadcast")),
    "convolution": State(source=_CONVOLUTION, reach=then(step_of("forward"), point)),
    "convolution-back": State(source=_CONVOLUTION, reach=then(press("End"), point)),
    "landscape-one": State("/?step=8", reach=lens("landscape", ".here")),
    "landscape-two": State("/examples/parabola?pass=40", reach=then(charted, lens("landscape", ".here"))),
    "landscape-data": State(
        "/examples/xor?pass=59&step=4", reach=then(charted, lens("landscape", ".here"), height("v4[0, 0]"))
    ),
    "paths": State("/examples/diamond?step=5", reach=lens("paths", "ol li")),
    "paths-many": State("/examples/neuron?step=9", reach=lens("paths", "ol li")),
    "modes": State("/examples/neuron?step=9", reach=lens("modes", "tbody tr")),
    "modes-tensors": State("/examples/two-layers?step=12", reach=lens("modes", "tbody tr")),
    "opened": State("/examples/attention?step=6", reach=then(press("o"), shown("#opened button"))),
    "unfolded": State("/examples/two-layers?step=3", reach=then(press("o"), shown("#opened button"))),
    "cell": State("/examples/two-layers?step=19", reach=edited("W1[1, 0]", "3")),
    "momentum": State("/examples/momentum?pass=3&step=13&lens=landscape", reach=shown("#dock .here")),
    "adam": State("/examples/xor?pass=3", reach=then(charted, step_of("update"))),
    "leftover": State("/examples/forgotten?pass=1&step=6", reach=charted),
    "ledger": State("/?step=8", reach=lens("ledger", "tbody tr")),
    "ledger-many": State("/examples/attention?step=12", reach=lens("ledger", "tbody tr")),
    "moved": State("/?step=8", reach=lambda page: page.locator("#leaf-w").fill("1.5")),
    "error": State("/?step=5", reach=write("ŷ = sin2(x)\nloss = ŷ ** 2", "#problem"), refused=True),
    "empty": State(reach=write("", "#problem"), refused=True),
    "number": State(reach=write("42", "#panel[data-phase=none]")),
    "too-large": State(reach=write("x + " * 5_000 + "x", "#problem"), refused=True),
    "infinite": State(reach=then(write("y = log(x) / 0\nz = y - y", '#graph .name:text-matches("^z")'), press("End"))),
    "long-names": State(reach=then(write(_LONG, '#graph .name:text-matches("^predict")'), press("End"))),
    "network": State(source=network(3, 5)[0], inputs=network(3, 5)[1], reach=step_of("backward", 20)),
    "offline": State("/?step=5", reach=unanswered(lambda route: route.abort()), refused=True),
    "computing": State("/?step=5", reach=unanswered(lambda route: None)),
    "menu": State("/?step=2", reach=click("#examples summary")),
    "keys": State("/?step=2", reach=press("?")),
    "search": State("/?step=2", reach=then(press("/"), press("q"), press("Enter"))),
    "completion": State(reach=then(press("e", "Control+a"), press("s", "i"))),
    "focus-node": State("/?step=4", reach=press("g")),
    "focus-edge": State("/?step=4", reach=press("g", "ArrowLeft")),
    "projector": State("/?step=8&projector"),
    "projector-many": State("/examples/training?pass=4&step=6&projector", reach=charted),
    "print": State("/?step=8", reach=handed_out, media={"media": "print"}),
    "print-many": State(
        "/examples/training?pass=4&step=6", reach=then(shown("#printed li"), handed_out), media={"media": "print"}
    ),
    "forced": State("/?step=8", media={"forced_colors": "active"}),
    "forced-many": State("/examples/two-layers?step=11", media={"forced_colors": "active"}),
    "gallery": State("/examples", still=True),
    "operations": State("/ops", still=True),
    "unknown": State("/runs/unknown", still=True, refused=True),
    "api": State("/docs", still=True, reach=lambda page: page.locator(".info").first.wait_for()),
}
"""Name → state, from the first sight on."""


def context_options(width: str, *, dark: bool = False) -> dict[str, object]:
    """Keyword arguments for `browser.new_context`: a desk, a tablet or a phone."""
    phone = width == "phone"
    across, down = WIDTHS[width]
    return {
        "viewport": {"width": across, "height": down},
        "color_scheme": "dark" if dark else "light",
        "reduced_motion": "reduce",
        "is_mobile": phone,
        "has_touch": phone,
        "device_scale_factor": 2 if phone else 1,
        "user_agent": PHONE if phone else None,
    }
