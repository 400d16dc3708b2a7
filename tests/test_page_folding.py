"""Somebody with a program too large for one picture: cards that stand for many nodes, and the way into them."""

import re

import httpx
from playwright.sync_api import expect

from tests.pages import Open, drawn, kept, numbers
from tests.test_folding import RECURRENT

LOOP = RECURRENT.format(rounds=60)


def test_a_large_pass_opens_folded_and_can_be_looked_into(visit: Open, client: httpx.Client) -> None:
    run = kept(client, LOOP, {})
    here = visit(f"/runs/{run}")
    trail = here.page.locator("#trail")
    expect(trail).to_contain_text("All 548 nodes")
    assert 10 < here.page.locator("#graph .many").count() <= 60
    card = here.page.locator("#graph .many", has_text="k=").first
    label = card.locator(".name").text_content() or ""
    card.click()
    expect(trail.get_by_role("button", name=label.strip(), exact=True)).to_have_attribute("aria-current", "true")
    expect(here.page).to_have_url(re.compile(r"part=\d+-\d+"))
    here.page.reload()
    expect(trail.get_by_role("button", name=label.strip(), exact=True)).to_be_visible()
    here.press("End")
    expect(here.page.locator("#panel")).to_contain_text("w")
    trail.get_by_role("button", name="All 548 nodes").click()
    expect(trail.get_by_role("button")).to_have_count(1)
    expect(here.page).not_to_have_url(re.compile("part="))


def test_the_keyboard_leads_into_a_card_and_a_changed_leaf_stays_there(visit: Open, client: httpx.Client) -> None:
    here = visit(f"/runs/{kept(client, LOOP, {})}", lang="zh")
    here.press("g")
    for _ in range(12):
        if here.page.evaluate("document.activeElement.classList.contains('many')"):
            break
        here.press("ArrowRight")
    here.press("Enter")
    trail = here.page.locator("#trail")
    expect(trail.get_by_role("button")).to_have_count(2)
    expect(trail).to_contain_text("全部 548 个节点")
    part = re.search(r"part=[\d-]+", here.page.url)
    here.field("w").fill("0.25")
    here.field("w").press("Tab")
    expect(here.card("w").locator(".value")).to_have_text("0.25")
    expect(trail.get_by_role("button")).to_have_count(2)
    expect(here.page).to_have_url(re.compile(re.escape(part[0]) if part else "part="))


def test_every_step_of_a_folded_pass_is_drawn_as_the_server_draws_it(visit: Open, client: httpx.Client) -> None:
    run = kept(client, LOOP, {})
    here = visit(f"/runs/{run}?step=0", ready=False)
    for step in (0, here.last // 2, here.last):
        here.page.evaluate("(step) => gradstep.go(step)", step)
        here.at(step)
        assert numbers(here.picture()) == numbers(drawn(client, run, step))


def test_parts_over_http(client: httpx.Client) -> None:
    run = kept(client, LOOP, {})
    film = client.get(f"/api/v1/runs/{run}/passes/0/film").raise_for_status().json()
    stretch = next(iter(film["stretches"].values()))
    inner = client.get(f"/api/v1/runs/{run}/passes/0/film", params={"part": stretch["part"]}).json()
    assert inner["trail"] == [{"part": "0-548", "label": "", "nodes": 548}, stretch]
    assert inner["structure"] != film["structure"]
    whole = client.get(f"/api/v1/runs/{run}/passes/0/film", params={"part": "all"}).json()
    assert "trail" not in whole
    about = client.get(f"/api/v1/runs/{run}").json()["passes"][0]
    assert (about["nodes"], about["steps"]) == (548, len(whole["steps"]))
    assert client.get(f"/api/v1/runs/{run}/passes/0/film", params={"part": "1-x"}).status_code == 422
    assert len(client.get(f"/api/v1/runs/{run}/passes/0/graph.svg").content) < 200_000


def test_a_hundred_thousand_operations_have_a_page(client: httpx.Client) -> None:
    source = RECURRENT.format(rounds=10_000)
    film = client.post("/api/v1/films", json={"source": source}).raise_for_status()
    assert 10 < len(re.findall(r"\bdata-node=", film.json()["svg"])) <= 80
    assert len(film.content) < 1_000_000
    assert film.json()["trail"][0]["nodes"] > 80_000
    assert client.get(f"/runs/{kept(client, source, {})}").status_code == 200
