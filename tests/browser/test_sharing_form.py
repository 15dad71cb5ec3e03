"""An editor shares a page with one organisation by mouse alone: in the form, while it saves itself, and publishes it."""

from __future__ import annotations

import json
import re
import urllib.request

import pytest

pytestmark = pytest.mark.browser


def page_title(address: str, path: str) -> str | None:
    """What the public is told of a page by the API."""
    request = urllib.request.Request(
        f"{address}/graphql/",
        json.dumps({"query": "query($path: String!) { page(path: $path) { title } }", "variables": {"path": path}}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as response:
        page = json.load(response)["data"]["page"]
    return page and page["title"]


@pytest.fixture
def editor(visit):
    page = visit("/admin/login/")
    page.get_by_label("Username").fill("editor")
    page.locator("#id_password").fill("academy-demo")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/admin/")
    return page


def test_a_page_is_shared_with_a_chosen_organisation_by_mouse(editor, address):
    page = editor
    page.goto("/admin/pages/")
    page.goto("/admin/reports/page-types-usage/")
    page.goto("/admin/pages/search/?q=About")
    page.get_by_role("link", name=re.compile("About")).first.click()
    path = page.get_by_role("link", name=re.compile("Live")).first.get_attribute("href") or ""
    page.get_by_role("tab", name=re.compile("Promote")).click()
    page.get_by_label("Chosen organisations only").click()
    # Nobody is chosen yet: the autosave that comes now is refused, and must not get in the way.
    page.wait_for_timeout(1_500)
    box = page.locator(".academy-audience-panel").get_by_role("combobox")
    box.click()
    page.get_by_role("option").first.click()
    page.wait_for_timeout(1_500)
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_text(re.compile("has been published|published")).first.wait_for()
    assert path == "" or page_title(address, re.sub(r"^https?://[^/]+", "", path)) is None
