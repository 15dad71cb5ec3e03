"""Deleting tells the truth: what prevents it, what goes along and what loses something, by name, before anything is done."""

from __future__ import annotations

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from cms.access.models import ApiClient, MemberOrganisation, Membership
from cms.access.principals import VISITOR, principal_of_user
from cms.publishing.webhooks.claiming import due_deliveries
from cms.publishing.webhooks.models import WebhookSubscription
from cms.publishing.webhooks.queueing import queue_ping
from library.models import MaterialDocument, RecordingMedia, RecordingPage
from programmes.models import Person, SessionPage, Topic
from tests import factories
from tests.api.asking import ask


def delete_url(thing) -> str:
    return reverse(thing.snippet_viewset.get_url_name("delete"), args=[thing.pk])


def told(answer) -> str:
    """The words of a page without the frame around them."""
    return " ".join(BeautifulSoup(answer.content, "html.parser").select_one("main").get_text(" ").split())


def test_a_media_file_in_use_is_not_deleted_and_the_use_is_named(site, admin):
    recording = factories.recording(site, "Flow in wards")
    url = reverse("wagtailmedia:delete", args=[recording.media_id])
    page = admin.get(url)
    assert "Flow in wards" in told(page)
    assert "Yes, delete" not in told(page)
    answer = admin.post(url, headers={"referer": url}, follow=True)
    assert answer.status_code == 200
    assert "it is used by recording “Flow in wards”" in answer.content.decode()
    assert RecordingMedia.objects.filter(pk=recording.media_id).exists()


def test_a_document_in_use_is_not_deleted_by_any_way(site, admin):
    material = factories.material(site, "Toolkit")
    single = reverse("wagtaildocs:delete", args=[material.document_id])
    many = (
        reverse("wagtail_bulk_action", args=["library", "materialdocument", "delete"]) + f"?id={material.document_id}"
    )
    for url in (single, many):
        assert "Toolkit" in told(admin.get(url))
        assert admin.post(url).status_code in (302, 403)
    assert MaterialDocument.objects.filter(pk=material.document_id).exists()


@pytest.mark.parametrize("state", ["live", "draft", "scheduled"])
def test_an_organisation_is_not_deleted_while_anything_is_shared_with_it(site, admin, state):
    org = factories.organisation("Example Trust")
    factories.standard_page(site, "For Example only", audience="chosen", organisations=[org], state=state)
    many = reverse("wagtail_bulk_action", args=["access", "memberorganisation", "delete"]) + f"?id={org.pk}"
    for url in (delete_url(org), many):
        page = told(admin.get(url))
        assert "For Example only" in page
        assert "used 1 time" in page
        assert "Yes, delete" not in page
        assert admin.post(url).status_code in (302, 403)
        assert MemberOrganisation.objects.filter(pk=org.pk).exists()


def test_a_draft_of_a_live_page_protects_its_organisation_too(site, admin):
    org = factories.organisation("Example Trust")
    page = factories.standard_page(site, "Soon for Example only")
    page.audience, page.audience_organisations = "chosen", [org]
    page.save_revision()
    assert "Soon for Example only" in told(admin.get(delete_url(org)))
    answer = admin.post(delete_url(org), follow=True)
    assert "it is used by standard page “Soon for Example only”" in answer.content.decode()
    assert MemberOrganisation.objects.filter(pk=org.pk).exists()


def test_an_organisation_that_nothing_is_shared_with_goes_with_what_is_named_before(site, admin, django_user_model):
    org = factories.organisation("Example Trust")
    factories.api_key(org)
    client = ApiClient.objects.get(organisation=org)
    WebhookSubscription.objects.create(client=client, url="https://hooks.example.org/changes")
    Membership.objects.create(user=django_user_model.objects.create_user("mary"), organisation=org)
    ada = factories.person("Ada", organisation=org)
    page = told(admin.get(delete_url(org)))
    for name in ("API client Intranet", "API key acad_", "membership mary of", "webhook https://hooks", "person Ada"):
        assert name in page
    assert admin.post(delete_url(org)).status_code == 302
    assert not MemberOrganisation.objects.filter(pk=org.pk).exists()
    assert Person.objects.get(pk=ada.pk).organisation is None


def test_a_topic_and_a_person_name_what_uses_them(site, admin):
    topic, ada = factories.topic("COVID-19"), factories.person("Ada")
    factories.session(site, "First session", topics=[topic], people=[ada])
    factories.session(site, "Second session", topics=[topic])
    factories.recording(site, "A recording", speakers=[ada])
    page = told(admin.get(delete_url(topic)))
    assert "used 2 times" in page
    assert "First session" in page
    assert "Second session" in page
    usage = told(admin.get(reverse(topic.snippet_viewset.get_url_name("usage"), args=[topic.pk])))
    assert "First session" in usage
    page = told(admin.get(delete_url(ada)))
    assert "used 2 times" in page
    assert "First session" in page
    assert "A recording" in page
    assert admin.post(delete_url(topic)).status_code == 302
    assert admin.post(delete_url(ada)).status_code == 302
    assert SessionPage.objects.count() == 2
    assert not Topic.objects.filter(pk=topic.pk).exists()


def test_a_page_names_what_loses_it_and_what_goes_with_it(site, admin):
    programme = factories.programme(site, "Leading across systems")
    factories.session(site, "Day one", programme=programme)
    recording = factories.recording(site, "Look at me")
    factories.standard_page(site, "Links", body=[("resource_link", {"page": recording})])
    assert "Day one" in told(admin.get(reverse("wagtailadmin_pages:delete", args=[programme.pk])))
    assert "Links" in told(admin.get(reverse("wagtailadmin_pages:delete", args=[recording.pk])))
    assert admin.post(reverse("wagtailadmin_pages:delete", args=[recording.pk])).status_code == 302
    assert not RecordingPage.objects.filter(pk=recording.pk).exists()


def test_names_that_the_user_may_not_open_stay_hidden(site, client, django_user_model):
    from home.roles import ensure_roles

    org = factories.organisation("Example Trust")
    factories.standard_page(site, "Confidential title", audience="chosen", organisations=[org])
    user = django_user_model.objects.create_user("keys")
    user.groups.add(ensure_roles()[1])
    client.force_login(user)
    page = told(client.get(delete_url(org)))
    assert "standard page (one that you may not open)" in page
    assert "Confidential title" not in page
    answer = client.post(delete_url(org), follow=True)
    assert "Confidential title" not in answer.content.decode()
    assert MemberOrganisation.objects.filter(pk=org.pk).exists()


def test_a_membership_ends_with_its_keys_members_and_webhooks_and_keeps_its_history(site, admin, django_user_model):
    org = factories.organisation("Example Trust")
    page = factories.standard_page(site, "For Example only", audience="chosen", organisations=[org])
    key = factories.api_key(org)
    client = ApiClient.objects.get(organisation=org)
    mary = django_user_model.objects.create_user("mary")
    Membership.objects.create(user=mary, organisation=org)
    queue_ping(WebhookSubscription.objects.create(client=client, url="https://hooks.example.org/changes"))
    soon = timezone.now() + dt.timedelta(seconds=1)
    assert due_deliveries(soon).count() == 1
    assert principal_of_user(mary).organisation_id == org.pk
    assert ask("{ viewer { kind } }", key=key).status == 200

    url = reverse("access_end", args=[org.pk])
    words = told(admin.get(url))
    assert "mary sees no more than the public" in words
    assert "1 page shared with it" in words
    assert admin.post(url).status_code == 302

    mary = django_user_model.objects.get(pk=mary.pk)
    assert principal_of_user(mary) == VISITOR
    assert ask("{ viewer { kind } }", key=key).status == 401
    assert due_deliveries(soon).count() == 0
    assert [one.pk for one in type(page).objects.get(pk=page.pk).audience_organisations.all()] == [org.pk]
    history = admin.get(reverse(org.snippet_viewset.get_url_name("history"), args=[org.pk]))
    assert "Membership ended" in history.content.decode()
    answer = admin.post(reverse("access_new_key", args=[client.pk]), {"good_for": ""}, follow=True)
    assert "Resume it before you make a key" in answer.content.decode()

    assert admin.post(reverse("access_resume", args=[org.pk])).status_code == 302
    assert principal_of_user(django_user_model.objects.get(pk=mary.pk)).organisation_id == org.pk
    assert ask("{ viewer { kind } }", key=key).status == 401
    assert ask("{ viewer { kind } }", key=client.issue_key()[1]).status == 200
