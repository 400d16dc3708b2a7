"""What the panel says is true: updates with their numbers, leftovers, single numbers among tensors, kinks."""

import html
import json
import re
from typing import Final

import pytest

import engine
from app import reference
from app.render.captions import Caption, captions
from app.render.film import film
from app.render.view import Language
from engine import recording
from engine.ops import TABLE, Op
from engine.snapshot import UpdateStep
from engine.tensor import Origin, apply

RAW: Final = re.compile(r"\\|Formula\(|None|array\(|object at|\{\w+\}|np\.|<class")
"""What stands in a text that somebody forgot to write."""

# --- updates


@pytest.mark.parametrize(
    ("optimizer", "worked", "kept"),
    [
        ("SGD([w], lr=0.1)", "2 − 0.1 × 4 = 1.6", []),
        ("SGD([w], lr=0.1, momentum=0.5)", "2 − 0.1 × 4 = 1.6", ["= 4"]),
        ("SGD([w], lr=0.1, momentum=0.5, nesterov=True)", "", ["= 4"]),
        (
            "Adam([w], lr=0.1)",
            "2 − 0.1 × 4 / (√16 + ε) = 1.9",
            ["0.9 × 0 + 0.1 × 4 = 0.4", "0.999 × 0 + 0.001 × 4² = 0.016"],
        ),
        ("RMSprop([w], lr=0.1)", "2 − 0.1 × 4 / (√0.16 + ε) = 1", ["0.99 × 0 + 0.01 × 4² = 0.16"]),
        ("Adagrad([w], lr=0.1)", "2 − 0.1 × 4 / (√16 + ε) = 1.9", ["0 + 4² = 16"]),
    ],
)
def test_an_update_is_worked_out_with_what_the_optimizer_keeps(optimizer: str, worked: str, kept: list[str]) -> None:
    source = f"""import torch
w = torch.tensor(2.0, requires_grad=True)
optimizer = torch.optim.{optimizer}
(w * w).backward()
optimizer.step()"""
    seen = engine.run(source).passes[0]
    [told] = [each for each in captions(seen, "en") if each and each["phase"] == "update"]
    plain = re.sub(r"<[^>]*>", "", told["becomes"].partition('class="worked"')[2].lstrip(">"))
    assert plain == worked
    lines = re.findall(r"<span>(.*?)</span></li>", told["kept"])
    assert [re.sub(r"<[^>]*>", "", line) for line in lines][: len(kept)] == kept


def test_in_the_second_update_momentum_carries_the_first_on() -> None:
    source = """import torch
w = torch.tensor(2.0, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1, momentum=0.5)
for step in range(2):
    optimizer.zero_grad()
    (w * w).backward()
    optimizer.step()"""
    [update] = [step for step in engine.run(source).passes[1].steps if isinstance(step, UpdateStep)]
    [velocity] = update.state
    assert (velocity.rule, velocity.before) == ("0.5·v + w.grad", 4.0)
    assert velocity.after == pytest.approx(0.5 * 4.0 + 3.2)
    assert update.after == pytest.approx(1.6 - 0.1 * 5.2)
    assert json.loads(engine.run(source).passes[1].to_json())["steps"][-1]["state"][0]["name"] == "v"


def updates(source: str, lang: Language, index: int = 0) -> list[Caption]:
    """What is said about the updates of a pass, as plain text."""
    seen = engine.run("import torch\n" + source).passes[index]
    told = [each for each in captions(seen, lang) if each and each["phase"] == "update"]
    return [{slot: re.sub(r"<[^>]*>", "", text) for slot, text in each.items()} for each in told]


@pytest.mark.parametrize(
    ("start", "rate", "english", "chinese"),
    [
        ("torch.tensor(2.0", 1e-9, "The update leaves w at 2.", "更新之后 w 仍为 2。"),
        (
            "torch.tensor(2.0",
            2e-6,
            "The update moves w by −7.987e−6; it is still about 2.",
            "更新只让 w 变化 −7.987e−6；它仍约为 2。",
        ),
        (
            "torch.tensor([2.0, 1.0]",
            1e-9,
            "The update leaves all numbers of w as they are.",
            "更新没有改变 w 的任何一个数。",
        ),
    ],
)
def test_an_update_that_hardly_moves_anything_is_not_said_to_move_it(
    start: str, rate: float, english: str, chinese: str
) -> None:
    source = f"""w = {start}, requires_grad=True)
(w * w).sum().backward()
with torch.no_grad():
    w -= {rate} * w.grad"""
    assert [each["says"] for each in updates(source, "en")] == [english]
    assert [each["says"] for each in updates(source, "zh")] == [chinese]


@pytest.mark.parametrize(
    ("start", "index", "says", "alarm"),
    [
        (
            "torch.tensor(10.0",
            0,
            "The update moves w from 10 to −∞.",
            "−∞ appears here. It began at loss, in exp(v1).",
        ),
        ("torch.tensor(10.0", 1, "The update moves w from −∞ to NaN.", "NaN appears here. It came in with w."),
        (
            "torch.tensor([10.0, 1.0]",
            0,
            "After the update there is −∞ among the numbers of w.",
            "−∞ appears here. It began at v2, in exp(v1).",
        ),
    ],
)
def test_an_update_to_what_is_no_number_names_its_maker(start: str, index: int, says: str, alarm: str) -> None:
    total = ".sum()" if "[" in start else ""
    source = f"""w = {start}, requires_grad=True)
for k in range(2):
    loss = torch.exp(w * w){total}
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
    w.grad.zero_()"""
    [told] = updates(source, "en", index)
    assert (told["says"], told["alarm"]) == (says, alarm)


@pytest.mark.parametrize(
    ("turn", "becomes", "kept"),
    [
        (0, "1 − (−1) × 0.5 = 1.5", ["= 0.5", "= −1"]),
        (1, "1.5 − (−1) × 0.6 = 2.1", ["1.2 × 0.5 = 0.6", "= −1"]),
        (2, "2.1 − 0 × 0.3 = 2.1", ["0.5 × 0.6 = 0.3", "= 0"]),  # the gradient has turned: no step
        (3, "2.1 − 1 × 0.3 = 1.8", ["= 0.3", "= 1"]),
    ],
)
def test_resilient_propagation_says_how_far_and_which_way(turn: int, becomes: str, kept: list[str]) -> None:
    source = """import torch
w = torch.tensor(1.0, requires_grad=True)
optimizer = torch.optim.Rprop([w], lr=0.5)
for step in range(4):
    optimizer.zero_grad()
    ((3 * w - 6) ** 2).backward()
    optimizer.step()"""
    *_, told = captions(engine.run(source).passes[turn], "en")
    assert told is not None
    worked = re.sub(r"<[^>]*>", "", told["becomes"].partition('class="worked"')[2].lstrip(">"))
    lines = [re.sub(r"<[^>]*>", "", line) for line in re.findall(r"<span>(.*?)</span></li>", told["kept"])]
    assert (worked, lines) == (becomes, kept)


def test_a_negative_number_that_does_not_begin_a_line_stands_in_brackets() -> None:
    source = """import torch
w = torch.tensor(-2.0, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1, momentum=0.5)
for step in range(2):
    optimizer.zero_grad()
    (w * w).backward()
    optimizer.step()"""
    *_, told = captions(engine.run(source).passes[1], "en")
    assert told is not None
    [line] = re.findall(r"<span>(.*?)</span></li>", told["kept"])
    assert re.sub(r"<[^>]*>", "", line) == "0.5 × (−4) + (−3.2) = −5.2"


# --- sentences that must be true


def said_of(source: str, index: int = 0, **inputs: float) -> list[Caption]:
    """What is said about every step of a pass, without its marks."""
    said = captions(engine.run(source, inputs=inputs).passes[index], "en")
    return [{key: re.sub(r"<[^>]*>", "", each) for key, each in caption.items()} for caption in said if caption]


def test_a_gradient_that_was_left_over_is_called_so_and_foretells_nothing() -> None:
    source = "import torch\nw = torch.tensor(1.0, requires_grad=True)\nfor k in range(2):\n    (w * 3).backward()"
    first, second = (said_of(source, index)[-1] for index in (0, 1))
    assert first["gathers"] == "Nothing had reached w before."
    assert first["foresees"] == "In short: raise w by 0.01, and out changes by about 0.03."
    assert second["gathers"].startswith("w still holds the gradient of an earlier pass")
    assert second["foresees"] == ""


def test_what_is_used_twice_is_no_leftover() -> None:
    assert said_of("x * x", x=3.0)[-1]["gathers"] == "x is used more than once, so its contributions are added up."


def test_a_single_number_that_was_stretched_is_called_so() -> None:
    source = "import torch\nx = torch.tensor([1.0, 2.0])\nw = torch.tensor(3.0, requires_grad=True)\n(x * w).sum()"
    *_, before, last = said_of(source)
    assert before["says"].endswith("but w is a single number: the next step adds up the copies.")
    assert last["says"].startswith("In the forward pass w, a single number, was stretched to [2]: it was used 2 times.")


def test_a_tensor_of_one_number_has_the_slope_of_a_number() -> None:
    source = "import torch\nw = torch.tensor([[3.0]], requires_grad=True)\nloss = (w ** 2).sum()\nloss.backward()"
    assert said_of(source)[-1]["witness"] == "✓ Measured slope: 6, by a tiny change of the operand."


def test_a_kink_somewhere_in_a_tensor_is_not_one_everywhere() -> None:
    source = (
        "import torch\nx = torch.tensor([0.0, 1.0], requires_grad=True)\nloss = torch.relu(x).sum()\nloss.backward()"
    )
    assert said_of(source)[-1]["witness"].startswith(
        "At some of the numbers: Measured slope: 0 on the left, 1 on the right."
    )


def test_where_no_gradient_passes_nothing_is_foretold_to_move() -> None:
    assert said_of("relu(w)", w=-1.0)[-1]["foresees"] == "In short: a tiny change of w does not move out."


# --- every operation


@pytest.mark.parametrize("op", TABLE.values(), ids=TABLE)
def test_what_stands_on_the_page_for_an_operation_is_text_and_numbers(op: Op) -> None:
    """Neither LaTeX nor the text of an object nor an unfilled place; truth values are shown like other numbers."""
    operands, settings = reference.example(op)
    for name, operand in zip("abcdefgh", operands, strict=False):
        operand.origin = Origin("parameter" if operand.requires_grad else "leaf", name)
    made = recording.snapshot(apply(op, *operands, attributes=settings))
    shot = film(made)
    told = [*captions(made, "en"), *captions(made, "zh")]
    assert len(shot.changes) == len(made.steps)
    for slots in (shot.start, *shot.changes, *filter(None, told)):
        for slot, text in slots.items():
            plain = html.unescape(re.sub(r"<[^>]*>", " ", text))
            assert not RAW.search(plain) or slot in ("trace", "opens"), (slot, plain)
