"""Sharing as an editor does it, by what is seen on the screen alone: choose, look as others, change, withdraw."""

from __future__ import annotations

import json
import re
import urllib.request

import pytest

from tests.serving import manage

pytestmark = pytest.mark.browser
TITLE = "Thinking in systems: a first look"
ASKED = """{ recordings(first: 100) { edges { node { title } } } }"""
KEY = re.compile(r"acad_[0-9a-f]{12}_[\w-]{43}")
MANY = """
from cms.access.models import ApiClient, MemberOrganisation
from programmes.models import Topic
MemberOrganisation.objects.bulk_create(
    MemberOrganisation(name=f"Trust number {n}", slug=f"trust-{n}") for n in range(200))
Topic.objects.bulk_create(Topic(name=f"Subject {n}", slug=f"subject-{n}") for n in range(300))
for name in ("Trust number 17", "Trust number 18"):
    organisation = MemberOrganisation.objects.get(name=name)
    print(ApiClient.objects.create(organisation=organisation, name="Intranet").issue_key()[1])
"""


@pytest.fixture(scope="module")
def keys(address, served):
    """The keys of two partners among two hundred."""
    return KEY.findall(manage(served, "shell", "--no-imports", "-c", MANY))


@pytest.fixture
def page(visit, keys):
    """The admin's first page, signed in."""
    page = visit("/admin/")
    page.get_by_label("Username").fill("editor")
    page.locator("#id_password").fill("academy-demo")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/admin/")
    return page


def titles(address: str, key: str) -> list[str]:
    """What a partner's next call answers."""
    request = urllib.request.Request(
        f"{address}/graphql/",
        json.dumps({"query": ASKED}).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {key}"},
    )
    with urllib.request.urlopen(request, timeout=20) as response:
        edges = json.load(response)["data"]["recordings"]["edges"]
    return [edge["node"]["title"] for edge in edges]


def open_recording(page) -> None:
    """From the first page to the recording's form, through the report that lists all pages."""
    page.get_by_role("button", name="Reports").click()
    page.get_by_role("link", name="Who sees what").click()
    page.get_by_role("link", name=TITLE).click()
    page.wait_for_url("**/edit/")


def look_as(page, name: str) -> None:
    page.get_by_label("Look at this page as").select_option(label=name)
    page.get_by_role("button", name="Look", exact=True).click()
    page.get_by_role("heading", name=f"What {name} gets").wait_for()


def test_a_recording_is_shared_with_one_of_two_hundred_looked_at_and_withdrawn(page, address, keys):
    first, second = keys
    assert TITLE in titles(address, first)
    assert TITLE in titles(address, second)
    open_recording(page)

    # Three clicks from the open form: the tab, the audience, the box.
    page.get_by_role("tab", name="Promote").click()
    page.get_by_label("Chosen organisations only").click()
    box = page.get_by_role("combobox", name="Chosen organisations")
    box.click()
    page.keyboard.type("number 17")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Remove Trust number 17", exact=True).wait_for()

    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Publish").click()
    page.get_by_text(f"Page '{TITLE}' has been published").wait_for()
    assert TITLE in titles(address, first)
    assert TITLE not in titles(address, second)

    open_recording(page)
    page.get_by_role("button", name="Toggle status").click()
    page.get_by_text("Live. Trust number 17 can see it.").wait_for()
    page.get_by_role("link", name="See it as …").first.click()
    look_as(page, "Trust number 17")
    page.get_by_text("They see this page.").wait_for()
    page.frame_locator("iframe").get_by_role("heading", name=TITLE).wait_for()
    look_as(page, "Trust number 18")
    page.get_by_text("They do not see this page.").wait_for()
    page.get_by_text("It is shared with Trust number 17 only.").wait_for()
    assert "null" in page.get_by_label("Answer", exact=True).inner_text()

    page.get_by_role("link", name="Edit the page").click()
    page.get_by_role("button", name="Toggle breadcrumbs").click()
    page.get_by_role("link", name="Library").first.click()
    page.wait_for_url(re.compile(r"/admin/pages/\d+/$"))
    line = page.locator("tr", has=page.get_by_role("link", name=TITLE, exact=True))
    assert "Trust number 17" in line.inner_text()
    line.get_by_role("checkbox").check()
    page.get_by_role("link", name="Unpublish").first.click()
    page.get_by_role("button", name="Yes, unpublish").click()
    page.get_by_text("1 page has been unpublished").wait_for()
    assert TITLE not in titles(address, first)
    assert TITLE not in titles(address, second)


def test_a_chooser_is_used_by_keyboard_and_keeps_what_was_chosen(page):
    open_recording(page)
    box = page.get_by_role("combobox", name="Topics")
    chosen = page.get_by_role("list", name="Chosen: Topics").get_by_role("listitem")
    before = chosen.all_inner_texts()
    assert before
    box.focus()
    page.keyboard.type("subject 29")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert len(chosen.all_inner_texts()) == len(before) + 1
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    page.keyboard.type("A subject of today")
    page.get_by_role("option", name="Create the topic “A subject of today”").wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Remove A subject of today").wait_for()
    texts = chosen.all_inner_texts()
    assert len(texts) == len(before) + 2
    assert set(before) <= set(texts)
    page.get_by_role("button", name="Remove A subject of today").press("Enter")
    assert len(chosen.all_inner_texts()) == len(before) + 1
    value = page.locator("select[name=topics]").evaluate("list => [...list.selectedOptions].length")
    assert value == len(before) + 1
