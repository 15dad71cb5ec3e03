"""Forms that visitors send, in a real browser, whose rules about where a form comes from no test client knows."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser


def link_in_mail(served: dict[str, str], name: str) -> str:
    """The path of the newest link of this name in the mails that the server printed."""
    log, deadline = Path(served["VAR_DIR"]) / "server.log", time.monotonic() + 20
    while True:
        found = re.findall(rf"https?://[^/\s]+(/search/alerts/{name}/[\w:.-]+/)", log.read_text(errors="replace"))
        if found:
            return found[-1]
        assert time.monotonic() < deadline, "no mail was sent"
        time.sleep(0.1)


def test_a_search_is_followed_by_mail_and_let_go_again(visit, served):
    page = visit("/search/?q=leadership")
    page.get_by_role("link", name="Email me when").click()
    page.get_by_label("address").fill("ann@example.org")
    page.locator("main form").get_by_role("button").click()
    page.get_by_role("heading", name="Check your email").wait_for()

    page.goto(link_in_mail(served, "confirm"))
    page.get_by_role("button", name="Start the emails").click()
    page.get_by_role("heading", name="You are following this search").wait_for()
    assert page.get_by_role("button", name="Start the emails").count() == 0

    page.goto(link_in_mail(served, "stop"))
    page.locator("main form").get_by_role("button").click()
    page.wait_for_load_state()
    assert page.locator("main form").count() == 0
    assert page.locator("main h1").count() == 1


def test_what_is_not_there_is_asked_for(visit):
    page = visit("/search/?q=blorptide")
    page.get_by_label("What would help you?").fill("A talk on tides")
    page.get_by_role("button", name="Ask for it").click()
    page.wait_for_url("**/ask/thanks/")
