"""What may be published, one by one and many at once: nothing without its file, no button to nowhere, and no error page."""

from __future__ import annotations

import json

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.actions.create_alias import CreatePageAliasAction

from library.models import RecordingPage
from programmes.models import ProgrammePage
from tests import factories
from tests.editors import edit_url, field_errors, form_fields

PUBLISH = {"action-publish": "1"}


def messages_of(answer) -> str:
    return " ".join(BeautifulSoup(answer.content, "html.parser").select_one(".messages").get_text(" ").split())


def bulk_publish(admin, *pages, **data):
    ids = "&".join(f"id={page.pk}" for page in pages)
    return admin.post(
        reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?next=/admin/&{ids}",
        data,
        follow=True,
    )


def test_many_are_published_and_an_alias_or_an_incomplete_draft_among_them_is_named(site, admin):
    ready = factories.programme(site, "Ready", state="draft")
    original = factories.standard_page(site, "Original")
    alias = CreatePageAliasAction(original, parent=site.home, update_slug="alias").execute(skip_permission_checks=True)
    empty = factories.programme(site, "Unfinished", state="draft")
    ProgrammePage.objects.filter(pk=empty.pk).update(summary="")
    empty.refresh_from_db()
    empty.save_revision(clean=False)
    silent = factories.recording(site, "Silent", state="draft", media=None)
    button = factories.standard_page(site, "Button", state="draft", body=[("call_to_action", {"button_text": "Join"})])
    told = messages_of(bulk_publish(admin, alias, empty, silent, button, ready))
    for words in (
        "is an alias",
        "“Unfinished” was not published. summary",
        "video or audio file",
        "“Button” was not",
        "1 page",
    ):
        assert words in told
    for page, is_live in ((ready, True), (empty, False), (silent, False), (button, False)):
        page.refresh_from_db()
        assert page.live is is_live, page


def test_drafts_below_are_published_too(site, admin):
    programme = factories.programme(site, "Above", state="draft")
    below = programme.add_child(
        instance=type(factories.session(site))(title="Below", slug="below", summary="x", live=False)
    )
    told = messages_of(bulk_publish(admin, programme, include_descendants="on"))
    below.refresh_from_db()
    assert below.live
    assert "1 child page" in told


def test_a_recording_waits_for_its_file_as_a_draft_and_is_not_published_without(site, admin):
    page = factories.recording(site, state="draft", media=None)
    fields = form_fields(admin, edit_url(page))
    refused = admin.post(edit_url(page), fields | PUBLISH)
    assert "needs its video or audio file" in field_errors(refused)["media"]
    assert admin.post(edit_url(page), fields).status_code == 302
    assert not RecordingPage.objects.get(pk=page.pk).live


def test_a_recording_without_captions_is_published_with_a_word(site, admin):
    page = factories.recording(site)
    answer = admin.post(edit_url(page), form_fields(admin, edit_url(page)) | PUBLISH, follow=True)
    assert "without captions" in messages_of(answer)


def body(kind: str, **values: str) -> dict[str, str]:
    block = {"body-0-deleted": "", "body-0-order": "0", "body-0-type": kind, "body-0-id": "", "body-count": "1"}
    return block | {f"body-0-value{'-' if name else ''}{name}": value for name, value in values.items()}


NO_STYLE = {"depth": 0, "inlineStyleRanges": [], "entityRanges": []}
EMPTY_TEXT = json.dumps({"blocks": [{"key": "a", "text": " ", "type": "unstyled", **NO_STYLE}], "entityMap": {}})
ITEM = {"items-count": "1", "items-0-deleted": "", "items-0-order": "0", "items-0-type": "item", "items-0-id": ""}


@pytest.mark.parametrize(
    ("block", "told"),
    [
        (body("call_to_action", button_text="Join", url="", page=""), "Say where the button leads"),
        (body("call_to_action", button_text="Join", url="https://example.org", page="HOME"), "one of the two"),
        (body("text", **{"": EMPTY_TEXT}), "Write some text"),
        (
            body("accordion", **ITEM, **{"items-0-value-heading": "Why?", "items-0-value-text": EMPTY_TEXT}),
            "Write some text",
        ),
        (body("quote", text="", source=""), "This field is required"),
        (body("picture", image="", alt_text="", caption=""), "This field is required"),
        (body("heading", **{"": "  "}), "This field is required"),
        (body("embed", embed="", title="x"), "This field is required"),
        (body("resource_link", page="", note="x"), "This field is required"),
    ],
)
def test_a_block_that_would_show_nothing_is_refused_at_its_place(site, admin, block, told):
    page = factories.standard_page(site)
    block = {name: str(site.home.pk) if value == "HOME" else value for name, value in block.items()}
    answer = admin.post(edit_url(page), form_fields(admin, edit_url(page)) | block | PUBLISH)
    assert answer.status_code == 200
    assert told in answer.content.decode()
