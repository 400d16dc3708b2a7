"""Somebody whose program takes long: how far it is stands there, and nobody has to wait for it."""

import re

from playwright.sync_api import expect

from tests.pages import Open, until
from tests.test_tickets import training


def test_a_long_training_says_how_far_it_is_and_can_be_cancelled(visit: Open) -> None:
    here = visit("/?step=7")
    before = here.picture()
    here.type_source(training(19_000))
    notice, cancel = here.page.locator("#working"), here.page.get_by_role("button", name="Cancel")
    expect(notice.locator(".doing")).to_have_text("Computing…")
    expect(notice).to_be_visible()
    expect(notice).to_contain_text(re.compile(r"\d,\d{3} passes, [\d,]+ operations"))
    first = notice.inner_text()
    until(lambda: notice.inner_text() != first, here.page)
    assert here.picture() == before
    cancel.focus()
    here.press("Enter")
    expect(notice).to_be_hidden()
    expect(here.page.locator("#problem")).to_contain_text("Cancelled")
    assert here.page.evaluate("document.activeElement.id") == "next"
    assert here.picture() == before
    here.press("ArrowRight")
    here.at(8)
    here.type_source("w = 3.0\nloss = w * w")
    expect(here.card("loss").locator(".value")).to_have_text("9")
    expect(here.page.locator("#problem")).to_be_hidden()


def test_escape_cancels_in_chinese_too_and_the_editor_keeps_the_hand(visit: Open) -> None:
    here = visit(lang="zh")
    here.edit()
    here.page.locator("#editor .cm-content").focus()
    here.press("Control+a")
    here.page.keyboard.insert_text(training(18_999))
    expect(here.page.locator("#working")).to_contain_text("次传播")
    here.press("Escape")
    expect(here.page.locator("#working")).to_be_hidden()
    expect(here.page.locator("#problem")).to_contain_text("已取消")
    assert here.page.evaluate("document.activeElement.closest('#editor') !== null")


def test_who_types_on_does_not_wait_for_what_was_there_before(visit: Open) -> None:
    here = visit()
    asked: list[str] = []
    here.own.on("request", lambda request: asked.append(f"{request.method} {request.url.partition('/api/v1/')[2]}"))
    here.type_source(training(18_998))
    expect(here.page.locator("#working")).to_contain_text("passes")
    here.type_source("w = 4.0\nloss = w * w")
    expect(here.card("loss").locator(".value")).to_have_text("16")
    expect(here.page.locator("#problem")).to_be_hidden()
    assert [each for each in asked if each.startswith("DELETE jobs/")]
