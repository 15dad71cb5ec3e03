"""An editor shares a page with one organisation by mouse alone: in its form, while it saves itself, and publishes it."""

from __future__ import annotations

import json
import re
import urllib.request

import pytest

pytestmark = pytest.mark.browser


def told(address: str, path: str) -> str | None:
    """The title of a page as the API tells it to the public; None for a page that is hidden."""
    query = "query($path: String!) { page(path: $path) { title } }"
    body = json.dumps({"query": query, "variables": {"path": path}}).encode()
    request = urllib.request.Request(f"{address}/graphql/", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as response:
        page = json.load(response)["data"]["page"]
    return page and page["title"]


@pytest.fixture
def editor(chromium, address):
    """A page of the admin, signed in. An autosave that is refused shows in the browser's console, and is meant here."""
    context = chromium.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto("/admin/login/")
    page.get_by_label("Username").fill("editor")
    page.locator("#id_password").fill("academy-demo")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/admin/")
    yield page
    context.close()


def publish(page):
    page.get_by_role("button", name="More actions").first.click()
    page.get_by_role("button", name="Publish", exact=True).first.click()


def test_a_page_is_shared_with_a_chosen_organisation_by_mouse(editor, address):
    page = editor
    assert told(address, "/get-involved/") == "Get involved"
    page.goto("/admin/pages/search/?q=Get+involved")
    page.get_by_role("link", name="Get involved", exact=True).first.click()
    page.get_by_role("tab", name=re.compile("Promote")).click()
    form, panel = page.url, page.locator(".academy-audience-panel")

    # Nobody is chosen yet: the refusal stands at the field, and nothing is lost or published.
    panel.get_by_label("Chosen organisations only").click()
    publish(page)
    page.get_by_role("tab", name=re.compile("Promote")).click()
    panel.get_by_text("Choose at least one organisation").wait_for()
    assert panel.get_by_label("Chosen organisations only").is_checked()
    assert told(address, "/get-involved/") == "Get involved"

    panel.get_by_role("combobox").click()
    option = panel.get_by_role("option").first
    chosen = option.inner_text()
    option.click()
    publish(page)
    page.get_by_text(re.compile("published")).first.wait_for()
    assert told(address, "/get-involved/") is None
    page.goto(form)
    page.get_by_role("tab", name=re.compile("Promote")).click()
    assert chosen in panel.inner_text()
