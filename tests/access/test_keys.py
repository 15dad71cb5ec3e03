"""API keys: shown once, kept as a hash, good until revoked or expired."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from cms.access.models import ApiClient, ApiKey
from cms.access.principals import PrincipalKind, principal_of_client
from tests import factories


@pytest.fixture
def client(db) -> ApiClient:
    return ApiClient.objects.create(organisation=factories.organisation("A"), name="Intranet")


def test_the_text_of_a_key_is_not_kept(client):
    key, text = client.issue_key()
    kept = {str(value) for value in ApiKey.objects.filter(pk=key.pk).values_list().get()}
    assert text not in kept
    secret = text.split("_", 2)[2]
    assert not any(secret in value for value in kept)
    assert ApiKey.objects.find(text) == key


def test_a_found_key_names_its_organisation(client):
    _, text = client.issue_key()
    principal = principal_of_client(ApiKey.objects.find(text).client)
    assert (principal.kind, principal.organisation_name) == (PrincipalKind.CLIENT, "A")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[:-1],
        lambda text: text + "x",
        lambda text: text.replace("acad_", "acme_"),
        lambda text: text.upper(),
        lambda text: "",
        lambda text: "acad__",
        lambda text: "acad_\0_x",
        lambda text: "acad_" + "é" * 12 + "_x",
        lambda text: "\ud800" + text,
        lambda text: text.split("_")[0] + "_" + text.split("_")[1] + "_\ud800",
    ],
)
def test_a_wrong_key_finds_nothing_and_breaks_nothing(client, spoil):
    _, text = client.issue_key()
    assert ApiKey.objects.find(spoil(text)) is None


@pytest.mark.parametrize(
    ("field", "hours", "is_good"),
    [("expires_at", 1, True), ("expires_at", -1, False), ("revoked_at", -1, False), ("revoked_at", 1, True)],
)
def test_a_key_ends_when_it_expires_or_is_revoked(client, field, hours, is_good):
    key, text = client.issue_key()
    ApiKey.objects.filter(pk=key.pk).update(**{field: timezone.now() + dt.timedelta(hours=hours)})
    assert (ApiKey.objects.find(text) is not None) == is_good


def test_two_keys_overlap_so_that_a_change_needs_no_gap(client):
    (_, old), (_, new) = client.issue_key(), client.issue_key()
    assert ApiKey.objects.find(old) and ApiKey.objects.find(new)


def test_use_is_noted_at_most_every_few_minutes(client, django_assert_num_queries):
    _, text = client.issue_key()
    ApiKey.objects.find(text).note_use()
    again = ApiKey.objects.find(text)
    assert again.last_used_at is not None
    with django_assert_num_queries(0):
        again.note_use()


def test_a_key_opens_the_files_that_the_api_names(site, client, django_user_model):
    """A partner's server fetches files with its key; a wrong key is told so, and never taken for the public."""
    from django.test import Client

    a, b = client.organisation, factories.organisation("B")
    page = factories.recording(site, audience="chosen", organisations=[a])
    _, key_of_a = client.issue_key()
    key_of_b = factories.api_key(b)

    def status(key: str | None) -> int:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return Client().get(page.media.url, headers=headers).status_code

    assert [status(key) for key in (None, key_of_a, key_of_b, key_of_a[:-1])] == [404, 200, 404, 401]


def test_the_answer_to_a_shared_file_is_not_kept_by_shared_caches(site, client):
    from django.test import Client

    page = factories.recording(site, audience="members")
    answer = Client().get(page.media.url, headers={"Authorization": f"Bearer {client.issue_key()[1]}"})
    assert answer.headers["Cache-Control"].startswith("private")
