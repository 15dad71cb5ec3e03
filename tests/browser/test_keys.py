"""A partner's key from beginning to end, as whoever looks after partners does it in the admin; and a webhook's secret."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request

import pytest

pytestmark = pytest.mark.browser
KEY = re.compile(r"acad_[0-9a-f]{12}_[\w-]{43}")


@pytest.fixture
def page(visit):
    page = visit("/admin/login/")
    page.get_by_label("Username").fill("editor")
    page.locator("#id_password").fill("academy-demo")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/admin/")
    page.goto("/admin/snippets/access/apiclient/")
    page.get_by_role("link", name="Demo intranet", exact=True).click()
    return page


def answered(address: str, key: str) -> int:
    """The status with which the API answers this key."""
    request = urllib.request.Request(
        f"{address}/graphql/",
        json.dumps({"query": "{ viewer { kind } }"}).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {key}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


def shown(page, label: str) -> str:
    """The text that is shown once; copying it is tried, and loading the page again, which must not make another."""
    text = page.get_by_label(label).input_value()
    page.get_by_role("button", name="Copy").click()
    told = page.get_by_role("status").filter(has_text=re.compile("Copied|Ctrl"))
    told.wait_for()
    page.reload()
    assert "/inspect/" in page.url
    assert text not in page.content()
    return text


def test_a_key_is_made_replaced_and_revoked(page, address):
    page.get_by_role("link", name="Make a key").first.click()
    page.get_by_role("button", name="Make the key").click()
    first = shown(page, "Key of")
    assert KEY.fullmatch(first)
    assert answered(address, first) == 200
    keys = page.locator("table tr").filter(has=page.get_by_role("link", name="Revoke"))
    count = keys.count()

    keys.filter(has_text=first[:17]).get_by_role("link", name="Replace").click()
    page.get_by_role("button", name="Make the new key").click()
    second = shown(page, "Key of")
    assert keys.count() == count + 1
    assert (answered(address, first), answered(address, second)) == (200, 200)

    keys.filter(has_text=first[:17]).get_by_role("link", name="Revoke").click()
    page.get_by_role("button", name="Revoke it").click()
    page.get_by_text("is revoked").wait_for()
    assert (answered(address, first), answered(address, second)) == (401, 200)


def test_a_webhooks_secret_is_shown_once_and_replaced(page):
    page.get_by_role("link", name="Add a webhook").click()
    page.locator("input[name=url]").fill("http://127.0.0.1:9/changes")
    page.locator("main form button[type=submit]").last.click()
    first = shown(page, "Secret of")
    page.get_by_role("link", name="Replace the secret").click()
    page.get_by_role("button", name="Make a new secret").click()
    assert shown(page, "Secret of") not in ("", first)
