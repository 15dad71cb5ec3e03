"""A new page whose first autosave is still under way when "Save draft" is pressed: one page, with what was typed last."""

from __future__ import annotations

import uuid

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from library.models import MaterialPage
from programmes.models import ProgrammePage
from tests import factories
from tests.editors import field_errors, form_fields, signed_in


@pytest.fixture
def address(site) -> str:
    return reverse("wagtailadmin_pages:add", args=["programmes", "programmepage", site.programmes.pk])


def filled(admin, address: str, **typed: str) -> dict:
    outcome = {"outcomes-TOTAL_FORMS": "1", "outcomes-0-id": "", "outcomes-0-ORDER": "1", "outcomes-0-DELETE": ""}
    typed = {"title": "A paper", "slug": "a-paper", "summary": "Words", "outcomes-0-text": "To lead"} | typed
    return form_fields(admin, address) | outcome | typed


def autosave(admin, address: str, fields: dict):
    return admin.post(address, fields, headers={"accept": "application/json"})


def test_save_draft_takes_the_place_of_its_own_first_autosave(site, admin, address):
    fields = filled(admin, address)
    first = autosave(admin, address, fields)
    assert first.json()["success"], first.json()
    answer = admin.post(address, fields | {"title": "A paper on flow", "summary": "More words"})
    assert answer.status_code == 302, field_errors(answer)
    page = ProgrammePage.objects.get(title__startswith="A paper")
    assert (page.title, page.slug, page.summary) == ("A paper on flow", "a-paper", "More words")
    assert [outcome.text for outcome in page.get_latest_revision_as_object().outcomes.all()] == ["To lead"]
    site.programmes.refresh_from_db()
    assert site.programmes.numchild == 1
    # And once more, published this time.
    assert admin.post(address, fields | {"action-publish": "1"}).status_code == 302
    assert ProgrammePage.objects.get(title__startswith="A paper").live


def test_what_is_not_ones_own_draft_is_never_replaced(site, admin, address, django_user_model):
    fields = filled(admin, address)
    autosave(admin, address, fields)
    other = signed_in(django_user_model.objects.create_superuser("other", password="x"))
    refused = other.post(address, fields)
    assert "already in use" in field_errors(refused)["slug"]

    page = ProgrammePage.objects.get(slug="a-paper")
    page.save_revision().publish()
    assert "already in use" in field_errors(admin.post(address, fields))["slug"]
    taken = fields | {"slug": "another", "title": "Another", "draft_key": str(site.home.translation_key)}
    assert admin.post(address, taken).status_code == 302
    assert ProgrammePage.objects.count() == 2
    site.home.refresh_from_db()


def test_an_invalid_second_save_leaves_the_autosaved_draft_and_what_was_typed(site, admin, address):
    fields = filled(admin, address)
    autosave(admin, address, fields)
    answer = admin.post(address, fields | {"summary": "Typed later", "slug": "", "title": ""})
    assert "title" in field_errors(answer)
    assert "Typed later" in answer.content.decode()
    assert ProgrammePage.objects.get().title == "A paper"
    key = BeautifulSoup(answer.content, "html.parser").select_one("input[name=draft_key]")["value"]
    assert uuid.UUID(key) == uuid.UUID(fields["draft_key"])


def test_a_nonsense_key_is_told_or_ignored_and_the_edit_form_has_none(site, admin, address):
    answer = admin.post(address, filled(admin, address, draft_key="nonsense"))
    assert answer.status_code in (200, 302)
    page = factories.material(site)
    assert "draft_key" not in form_fields(admin, reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert MaterialPage.objects.count() == 1
