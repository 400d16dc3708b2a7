"""Forward and reverse mode side by side in the page: in step with the pass, with what each of them multiplies."""

import httpx
import pytest
from playwright.sync_api import expect

from tests.pages import Open, Visit


def told(here: Visit) -> dict[str, tuple[str, str]]:
    """Of every node its tangent and its gradient as they stand in the table."""
    rows = here.page.locator("#dock tbody tr").all()
    return {
        str(row.locator("th").text_content()): tuple(row.locator("td").all_text_contents())  # type: ignore[misc]
        for row in rows
    }


def test_both_sweeps_fill_the_table_from_their_own_ends_as_the_steps_go(visit: Open) -> None:
    here = visit("/examples/linear?step=0")
    here.page.get_by_role("button", name="Two modes").click()
    here.page.locator("#dock .from").select_option("w")
    expect(here.page.locator("#dock tbody tr")).to_have_count(6)
    assert told(here) == {
        "x": ("0", "—"),
        "w": ("1", "—"),
        "ŷ = x·w": ("1", "—"),
        "y": ("0", "—"),
        "r = ŷ − y": ("—", "—"),
        "loss = r²": ("—", "—"),
    }
    here.page.locator("#play").focus()
    here.press("ArrowRight", "ArrowRight")
    assert told(here)["loss = r²"] == ("−2", "—")  # forward mode is done when the values are
    here.press("ArrowRight", "ArrowRight", "ArrowRight")
    assert told(here)["ŷ = x·w"] == ("1", "−2")
    assert told(here)["w"] == ("1", "—")
    expect(here.page.locator("#dock .reverse .now")).to_have_text("2")
    here.press("End")
    assert told(here)["w"] == ("1", "−2")
    assert told(here)["loss = r²"][0] == told(here)["w"][1]  # both modes say ∂loss/∂w


def test_an_address_in_the_middle_of_a_pass_knows_what_came_before(visit: Open) -> None:
    here = visit("/examples/linear?step=8")
    here.page.get_by_role("button", name="Two modes").click()
    here.page.locator("#dock .from").select_option("w")
    expect(here.page.locator("#dock tbody tr")).to_have_count(6)
    assert {name: gradient for name, (_, gradient) in told(here).items()} == {
        "x": "−2",
        "w": "−2",
        "ŷ = x·w": "−2",
        "y": "2",
        "r = ŷ − y": "−2",
        "loss = r²": "1",
    }


def test_the_counts_stand_beside_each_other_with_the_reason(visit: Open, client: httpx.Client) -> None:
    answer = client.post(
        "/api/v1/sweeps", json={"source": "x * w + b", "inputs": {"x": 2, "w": 3, "b": 1}, "leaf": "w"}
    )
    assert {key: answer.json()[key] for key in ("reverse", "all_forward", "sweeps")} == {
        "reverse": 4,
        "all_forward": 5,
        "sweeps": 3,
    }
    here = visit("/examples/two-layers?lang=zh", lang="zh")
    here.page.get_by_role("button", name="两种模式").click()
    expect(here.page.locator("#dock .forward .count")).to_have_text("88")
    expect(here.page.locator("#dock .reverse .count")).to_have_text("11")
    expect(here.page.locator("#dock .said")).to_contain_text("11 次乘法，而前向要 88 次")


def test_a_dragged_leaf_changes_both_columns(visit: Open) -> None:
    here = visit("/examples/linear?step=8")
    here.page.get_by_role("button", name="Two modes").click()
    here.page.locator("#dock .from").select_option("w")
    here.field("w").fill("3")
    expect(here.page.locator("#dock tbody tr").last.locator("td").first).to_have_text("2")
    assert told(here)["w"] == ("1", "2")


@pytest.mark.parametrize(("leaf", "said"), [("q", "no leaf `q`")])
def test_a_leaf_that_is_not_there_is_named(client: httpx.Client, leaf: str, said: str) -> None:
    answer = client.post("/api/v1/sweeps", json={"source": "x*x", "inputs": {"x": 1.0}, "leaf": leaf})
    assert answer.status_code == 422
    assert said in answer.json()["detail"]


def test_a_pass_with_too_many_leaves_says_why_reverse_mode_is_used(client: httpx.Client) -> None:
    terms = " + ".join(f"w{index}*x{index}" for index in range(90))
    chain = "\n".join([f"y0 = {terms}", *(f"y{index} = y{index - 1} * 0.99 + 1" for index in range(1, 390))])
    inputs = {f"{letter}{index}": 1.0 for letter in "wx" for index in range(90)}
    answer = client.post("/api/v1/sweeps", json={"source": chain, "inputs": inputs, "leaf": "w1"})
    assert answer.status_code == 422
    assert answer.json()["detail"] == "180 leaves are too many for a forward sweep each"
    assert "reverse" in answer.json()["hint"]


def test_beside_tensors_both_columns_are_seen_and_it_is_said_what_a_multiplication_is(visit: Open) -> None:
    here = visit("/examples/xor?pass=3&step=9&lens=modes")
    expect(here.page.locator("#dock .said")).to_contain_text("One of whole tensors counts as one.")
    assert here.page.locator("#dock .rows").evaluate("(rows) => rows.scrollWidth <= rows.clientWidth")
    here.page.goto("/examples/linear?lens=modes")
    expect(here.page.locator("#dock .said")).to_contain_text("so it goes backwards")
    expect(here.page.locator("#dock .said")).not_to_contain_text("whole tensors")
