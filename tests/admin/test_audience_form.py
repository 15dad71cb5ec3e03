"""Sharing with chosen organisations, set where editors set it: in the form of each type that has an audience."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from home.models import StandardPage
from tests import factories
from tests.admin.content import audience_models
from tests.editors import field_errors, form_fields

ACTIONS: dict[str, dict[str, str]] = {"save": {}, "publish": {"action-publish": "1"}}


def edit_address(thing) -> str:
    if isinstance(thing, Page):
        return reverse("wagtailadmin_pages:edit", args=[thing.pk])
    return reverse(thing.snippet_viewset.get_url_name("edit"), args=[thing.pk])


def reset(thing, audience: str, organisations) -> None:
    """Bring a thing to an audience as a published form would."""
    thing.refresh_from_db()
    thing.audience, thing.audience_organisations = audience, organisations
    thing.save()
    thing.save_revision().publish()


def latest(thing):
    return type(thing)._default_manager.get(pk=thing.pk).get_latest_revision_as_object()


def test_each_type_can_be_shared_with_chosen_organisations_and_never_with_nobody(everything, admin):
    chosen = factories.organisation("Chosen Trust")
    for model in audience_models():
        thing = everything[model]
        for action, button in ACTIONS.items():
            reset(thing, "public", [])
            url = edit_address(thing)
            fields = form_fields(admin, url)
            answer = admin.post(url, fields | button | {"audience": "chosen", "audience_organisations": [chosen.pk]})
            assert answer.status_code == 302, (model, action, field_errors(answer))
            assert [one.pk for one in latest(thing).audience_organisations.all()] == [chosen.pk], (model, action)
            assert latest(thing).audience == "chosen"

            reset(thing, "chosen", [chosen])
            answer = admin.post(url, form_fields(admin, url) | button | {"audience_organisations": []})
            assert "Choose at least one organisation" in field_errors(answer)["audience_organisations"], (model, action)
            assert [one.pk for one in latest(thing).audience_organisations.all()] == [chosen.pk], (model, action)


def test_autosave_takes_chosen_organisations_and_tells_of_none(everything, admin):
    chosen = factories.organisation("Chosen Trust")
    for model in audience_models():
        thing = everything[model]
        reset(thing, "public", [])
        url = edit_address(thing)
        fields = form_fields(admin, url) | {"audience": "chosen"}
        asked = {"headers": {"accept": "application/json"}}
        refused = admin.post(url, fields | {"audience_organisations": []}, **asked)
        assert (refused.status_code, refused.json()["success"]) == (400, False), model
        taken = admin.post(url, fields | {"audience_organisations": [chosen.pk]}, **asked)
        assert taken.json()["success"], (model, taken.json())
        assert [one.pk for one in latest(thing).audience_organisations.all()] == [chosen.pk]


def test_an_expiry_that_is_over_bars_nobody_from_editing(everything, admin):
    over = timezone.now().replace(microsecond=0) - dt.timedelta(minutes=2)
    for model in audience_models():
        thing = everything[model]
        thing.refresh_from_db()
        thing.expire_at = over
        thing.save()
        revision = thing.save_revision()
        revision.publish()
        thing.unpublish(set_expired=True)
        url = edit_address(thing)
        for button in ACTIONS.values():
            answer = admin.post(url, form_fields(admin, url) | button)
            assert answer.status_code == 302, (model, field_errors(answer))
        thing.refresh_from_db()
        assert (thing.live, thing.expire_at) == (True, None)


def test_a_new_expiry_in_the_past_is_still_refused_at_its_field(site, admin):
    page = factories.standard_page(site)
    fields = form_fields(admin, edit_address(page)) | {"expire_at": "2020-01-01 10:00"}
    assert "future" in field_errors(admin.post(edit_address(page), fields))["expire_at"]


def test_a_draft_for_an_organisation_that_is_gone_is_seen_by_nobody_and_breaks_nothing(site, admin):
    """Revisions keep their organisations as numbers: what is gone drops out when one is published."""
    gone = factories.organisation("Gone Trust")
    page = factories.standard_page(site)
    page.audience, page.audience_organisations = "chosen", [gone]
    revision = page.save_revision()
    gone.delete()
    revision.publish()
    page = StandardPage.objects.get(pk=page.pk)
    assert (page.live, page.audience_tokens()) == (True, ("editors",))


def test_versions_of_each_type_can_be_compared(everything, admin):
    chosen = factories.organisation("Chosen Trust")
    for model in audience_models():
        thing = everything[model]
        reset(thing, "members", [])
        reset(thing, "chosen", [chosen])
        ends = ("earliest", "latest")
        if isinstance(thing, Page):
            url = reverse("wagtailadmin_pages:revisions_compare", args=[thing.pk, *ends])
        else:
            url = reverse(thing.snippet_viewset.get_url_name("revisions_compare"), args=[thing.pk, *ends])
        answer = admin.get(url)
        assert answer.status_code == 200, model
        assert "Chosen Trust" in answer.content.decode(), model


def test_nothing_is_newly_shared_with_ended_memberships_alone_and_what_was_can_be_mended(site, admin):
    ended, member = factories.organisation("Ended Trust"), factories.organisation("Member Trust")
    before = factories.standard_page(site, audience="chosen", organisations=[ended])
    ended.end()
    assert admin.post(edit_address(before), form_fields(admin, edit_address(before))).status_code == 302
    page = factories.standard_page(site)
    fields = form_fields(admin, edit_address(page)) | {"audience": "chosen", "audience_organisations": [ended.pk]}
    assert "Ended Trust has ended" in field_errors(admin.post(edit_address(page), fields))["audience_organisations"]
    both = fields | {"audience_organisations": [ended.pk, member.pk]}
    assert admin.post(edit_address(page), both).status_code == 302
