"""What each request works out, it works out once: hashes of its query and key, its rate, the limits in force."""

from __future__ import annotations

from collections import Counter

import pytest

from cms.access.models import TrustedDocument
from cms.api.http import endpoint as endpoint_module
from cms.api.http import messages, trusted_documents
from cms.api.queries import documents as documents_module
from cms.api.queries.limits import limits
from tests import factories

from .http import get, post_json, trusted

pytestmark = pytest.mark.django_db
QUERY = "{ recordings { nodes { title } } }"


@pytest.fixture
def counted(monkeypatch) -> Counter:
    """How often each step was taken, by its name."""
    counts: Counter = Counter()
    # Read and hashed once a process.
    trusted_documents.published_documents()

    def count(module, name: str, step: str) -> None:
        real = getattr(module, name)

        def counting(*arguments):
            counts[step] += 1
            return real(*arguments)

        monkeypatch.setattr(module, name, counting)

    count(messages, "hash_key", "key hashed")
    count(trusted_documents, "document_id_of", "query hashed")
    count(documents_module, "document_id_of", "query hashed")
    count(endpoint_module, "rate_of", "rate made")
    return counts


def test_a_new_answer_hashes_its_query_and_key_once(site, keeping, counted):
    key = factories.api_key(factories.organisation("Alder Trust"))
    counted.clear()
    assert post_json({"query": QUERY}, key=key).status == 200
    assert counted == {"key hashed": 1, "query hashed": 1, "rate made": 1}


def test_a_trusted_document_is_not_hashed_at_all(site, keeping, counted):
    TrustedDocument.objects.register(QUERY, name="Titles")
    trusted_id = trusted(QUERY)
    counted.clear()
    assert get(trusted_id).status == 200
    assert counted == {"rate made": 1}


def test_no_key_of_a_cache_holds_a_whole_query(site, keeping):
    assert post_json({"query": QUERY}).status == 200
    documents = keeping.documents
    assert documents._known
    assert documents._compiled
    assert not any("recordings" in repr(key) for cache in (documents._known, documents._compiled) for key in cache)


def test_the_limits_in_force_are_merged_once_and_follow_the_setting(settings):
    assert limits() is limits()
    settings.API_LIMITS = {"depth": 3}
    assert (limits()["depth"], limits()["aliases"]) == (3, 60)
