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
    assert not any(text.split("_")[2] in value for value in kept)
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
