"""What is kept of an API client: its websites in one spelling, its documents under the hash of their text, its use by the hour."""

from __future__ import annotations

import hashlib

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from cms.access.models import ApiClient, ApiUsage, TrustedDocument
from cms.access.origins import origin_of
from tests import factories

QUERY = "query Names {\n  academy { shortName }\n}\n"

ORIGINS = {
    "https://intranet.example.org": "https://intranet.example.org",
    "  https://Intranet.Example.org/ ": "https://intranet.example.org",
    "https://intranet.example.org:443": "https://intranet.example.org",
    "https://intranet.example.org:8443": "https://intranet.example.org:8443",
    "http://localhost:3000": "http://localhost:3000",
    "http://localhost:80": "http://localhost",
    "https://[::1]:8443": "https://[::1]:8443",
    "https://bücher.example": "https://xn--bcher-kva.example",
}


@pytest.mark.parametrize(("written", "kept"), ORIGINS.items(), ids=ORIGINS)
def test_a_website_is_kept_as_browsers_name_it(written, kept):
    assert origin_of(written) == kept
    assert origin_of(kept) == kept


@pytest.mark.parametrize(
    "written",
    ["", "*", "null", "intranet.example.org", "ftp://example.org", "https://", "https://*.example.org", "https://a:b@example.org",
     "https://example.org/page", "https://example.org?x", "https://example.org:port", "https://[::1", "https://" + "é" * 400],
)  # fmt: skip
def test_what_is_no_website_is_told(written):
    with pytest.raises(ValueError, match=r"is not a website|is more than|cannot be"):
        origin_of(written)


@pytest.fixture
def client(db) -> ApiClient:
    return ApiClient.objects.create(organisation=factories.organisation("A"), name="Intranet")


def test_a_clients_websites_are_brought_into_form_or_refused(client):
    client.allowed_origins = "https://A.example/\n\nhttps://a.example https://b.example"
    client.full_clean()
    assert client.origins == {"https://a.example", "https://b.example"}
    client.allowed_origins = "https://a.example\nhttps://a.example/page"
    with pytest.raises(ValidationError, match="is more than a website"):
        client.full_clean()


def test_a_document_is_kept_under_the_hash_of_its_text(client):
    document = TrustedDocument.objects.register(QUERY, name="Names", client=client)
    assert document.document_id == hashlib.sha256(QUERY.encode()).hexdigest()
    document.text = "{ viewer { kind } }"
    document.save(update_fields=["text"])
    document.refresh_from_db()
    assert document.document_id == hashlib.sha256(b"{ viewer { kind } }").hexdigest()


def test_a_document_is_registered_once_for_each_client_and_once_for_everybody(client):
    other = ApiClient.objects.create(organisation=factories.organisation("B"), name="Intranet")
    for owner in (client, other, None):
        first = TrustedDocument.objects.register(QUERY, name="Names", client=owner)
        again = TrustedDocument.objects.register(QUERY, name="Names of the academy", client=owner)
        assert (first.pk, again.name) == (again.pk, "Names of the academy")
        with pytest.raises(IntegrityError), transaction.atomic():
            TrustedDocument.objects.create(client=owner, name="Twice", text=QUERY)
        with pytest.raises(ValidationError, match="registered already, as 'Names of the academy'"):
            TrustedDocument(client=owner, name="Twice", text=QUERY).full_clean()


def test_a_document_is_there_for_its_own_client_or_for_everybody(client):
    other = ApiClient.objects.create(organisation=factories.organisation("B"), name="Intranet")
    own = TrustedDocument.objects.register("{ own: viewer { kind } }", name="Own", client=client)
    common = TrustedDocument.objects.register("{ common: viewer { kind } }", name="Common")
    assert set(TrustedDocument.objects.usable_by(client.pk)) == {own, common}
    assert set(TrustedDocument.objects.usable_by(other.pk)) == {common}
    assert set(TrustedDocument.objects.usable_by(None)) == {common}


def test_use_is_counted_in_one_row_an_hour_for_each_client_and_for_the_public(client):
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    for owner in (client, None):
        ApiUsage.objects.create(client=owner, starts_at=hour)
        with pytest.raises(IntegrityError), transaction.atomic():
            ApiUsage.objects.create(client=owner, starts_at=hour)
