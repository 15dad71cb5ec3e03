"""Queries by their id: trusted documents over GET and POST, and automatic persisted queries."""

from __future__ import annotations

import re

import orjson
import pytest
from graphql import parse, validate

from cms.access.models import ApiClient, TrustedDocument
from cms.api.http.trusted_documents import MAX_PERSISTED, PersistedQueries, published_documents
from cms.schema import schema
from tests import factories

from .http import document_id_of, get, head, options, persisted, post_json, trusted

pytestmark = pytest.mark.django_db
TITLE = 'query Title($path: String!) { page(path: $path) { title } }'  # fmt: skip
HOME = {"data": {"page": {"title": "Home"}}, "extensions": {"cost": 2}}


@pytest.fixture
def key() -> str:
    return factories.api_key(factories.organisation("Alder Trust"))


@pytest.fixture
def registered(site) -> TrustedDocument:
    return TrustedDocument.objects.register(TITLE, name="Title")


@pytest.mark.parametrize(
    ("name", "text"), published_documents().values(), ids=lambda value: value if "\n" not in value else ""
)
def test_a_document_published_with_the_schema_is_valid_and_answers_everybody(site, key, name, text):
    assert validate(schema.graphql_schema, parse(text)) == []
    told = re.search(r"^# Variables: (.*)$", text, re.MULTILINE)
    variables = orjson.loads(told[1]) if told else {}
    for who in (None, key):
        assert "errors" not in get(trusted(text, **variables), key=who).json


@pytest.mark.parametrize("prefix", ["", "sha256:"])
def test_a_trusted_document_is_asked_by_its_id_with_get_and_with_post(registered, key, prefix):
    asked = {"documentId": prefix + registered.document_id, "variables": {"path": "/"}, "operationName": "Title"}
    for who in (None, key):
        for got in (get(asked, key=who), post_json(asked, key=who)):
            assert (got.status, got.json) == (200, HOME)


def test_head_answers_like_get_without_the_body(registered):
    asked = trusted(TITLE, path="/")
    plain, only_head = get(asked), head(asked)
    assert only_head.content == b""
    assert only_head.header("Content-Length") == str(len(plain.content))
    assert only_head.header("Content-Type") == plain.header("Content-Type")


def test_a_document_is_there_for_the_client_that_registered_it_and_for_no_other(site):
    keys = [factories.api_key(factories.organisation(name)) for name in ("Alder Trust", "Birch Trust")]
    client = ApiClient.objects.get(organisation__name="Alder Trust")
    TrustedDocument.objects.register(TITLE, name="Title", client=client)
    asked = trusted(TITLE, path="/")
    assert [get(asked, key=key).status for key in (*keys, None)] == [200, 404, 404]
    refused, unknown = get(asked), get({"documentId": "0" * 64})
    assert refused.code == unknown.code == "NOT_FOUND"
    assert refused.content == unknown.content
    assert refused.header("Cache-Control") == "no-store"


def test_a_document_that_was_looked_up_needs_no_statement_of_its_own_again(registered):
    asked = trusted(TITLE, path="/")
    first, second = get(asked), get(asked)
    assert len(second.statements) == len(first.statements) - 1


def test_variables_of_a_trusted_document_are_checked_like_any(registered):
    assert (get(trusted(TITLE)).status, get(trusted(TITLE)).code) == (400, "BAD_USER_INPUT")
    assert get(trusted(TITLE, path="\x00")).code == "BAD_USER_INPUT"
    assert get({**trusted(TITLE, path="/"), "operationName": "Other"}).code == "BAD_USER_INPUT"


def test_use_of_a_document_is_noted(registered):
    from cms.api.http.usage import usage

    get(trusted(TITLE, path="/"))
    usage.flush()
    registered.refresh_from_db()
    assert registered.last_used_at is not None


# --- automatic persisted queries


def own(number: int = 0) -> str:
    """A query that no other test persists."""
    return f'{{ own{number}: page(path: "/") {{ title }} }}'


def test_a_query_is_persisted_when_it_comes_with_its_hash(site):
    text = own(1)
    missing = [get(persisted(text)), post_json(persisted(text))]
    assert [(one.status, one.code) for one in missing] == [(200, "PERSISTED_QUERY_NOT_FOUND")] * 2
    assert missing[0].json["errors"][0]["message"] == "PersistedQueryNotFound"
    assert missing[0].header("Cache-Control") == "no-store"
    expected = post_json({"query": text, **persisted(text)}).json
    assert expected["data"] == {"own1": {"title": "Home"}}
    assert get(persisted(text)).json == post_json(persisted(text)).json == expected


def test_a_get_never_brings_the_query_along(site):
    refused = get({"query": own(2), **persisted(own(2))})
    assert (refused.status, refused.code) == (400, "BAD_USER_INPUT")
    assert get(persisted(own(2))).code == "PERSISTED_QUERY_NOT_FOUND"


NO_GOOD = {
    "invalid": "{ nothing }",
    "unreadable": "{ viewer",
    "a mutation": "mutation { delete }",
    "too much": "{ " + " ".join(f"a{n}: viewer {{ kind }}" for n in range(40)) + " }",
}


@pytest.mark.parametrize("text", NO_GOOD.values(), ids=NO_GOOD)
def test_only_what_proved_valid_is_persisted(text):
    assert post_json({"query": text, **persisted(text)}).status == 400
    assert get(persisted(text)).code == "PERSISTED_QUERY_NOT_FOUND"


def test_strangers_persist_nothing_among_partners(site, key):
    text = own(3)
    post_json({"query": text, **persisted(text)})
    assert get(persisted(text), key=key).code == "PERSISTED_QUERY_NOT_FOUND"
    post_json({"query": text, **persisted(text)}, key=key)
    assert get(persisted(text), key=key).json["data"] == {"own3": {"title": "Home"}}


def test_persisted_queries_are_kept_in_bounded_memory():
    queries = PersistedQueries("test")
    for number in range(MAX_PERSISTED + 5):
        queries.put(document_id_of(own(number)), own(number))
    assert queries.get(document_id_of(own(0))) is None
    assert queries.get(document_id_of(own(MAX_PERSISTED))) == own(MAX_PERSISTED)
    long = " " * 700_000
    for number in range(4):
        queries.put(document_id_of(own(number) + long), own(number) + long)
    assert [queries.get(document_id_of(own(number) + long)) is not None for number in range(4)] == [
        False,
        False,
        True,
        True,
    ]


def test_options_need_no_origin():
    assert options().status == 204
