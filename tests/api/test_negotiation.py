"""The media type and the status of an answer, by what the caller's `Accept` header lists."""

from __future__ import annotations

import pytest

from cms.api.http.negotiation import answer_type

from .http import post_json

GRAPHQL = "application/graphql-response+json; charset=utf-8"
JSON = "application/json; charset=utf-8"
APOLLO = "application/graphql-response+json,application/json;q=0.9"
ACCEPTS = {
    None: (JSON, 400),
    "": (JSON, 400),
    "*/*": (JSON, 400),
    "application/*": (JSON, 400),
    "text/html": (JSON, 400),
    "application/json": (JSON, 200),
    "Application/JSON; charset=utf-8": (JSON, 200),
    "application/json, */*;q=0.1": (JSON, 200),
    "application/json, text/plain, */*": (JSON, 200),
    "application/graphql-response+json": (GRAPHQL, 400),
    "application/graphql-response+json; charset=utf-8": (GRAPHQL, 400),
    'application/graphql-response+json;charset="UTF-8";q=0.5': (GRAPHQL, 400),
    "application/json, application/graphql-response+json": (GRAPHQL, 400),
    APOLLO: (GRAPHQL, 400),
    "application/graphql-response+json;q=0.5, application/json;q=0.4": (GRAPHQL, 400),
    "application/graphql-response+json;q=0.4, application/json;q=0.5": (JSON, 200),
    "application/graphql-response+json ; q=0.4 , application/json": (JSON, 200),
    "application/graphql-response+json;q=0, application/json": (JSON, 200),
    "application/graphql-response+json;q=0": (JSON, 400),
    "application/graphql-response+json;q=0, */*": (JSON, 400),
    "application/json;q=0, */*": (GRAPHQL, 400),
    "application/graphql-response+json;q=nonsense, application/json;q=0.1": (JSON, 200),
    "application/graphql-response+json;q=nan": (JSON, 400),
    "application/graphql-response+json;charset=utf-16": (JSON, 400),
    ";;,=,q": (JSON, 400),
}


@pytest.mark.parametrize("accept", ACCEPTS)
def test_what_accept_lists_chooses_type_and_status(accept):
    assert answer_type(accept) == ACCEPTS[accept]


# Well-formed requests that are refused before they are executed, each with words of its sentence.
REFUSED = {
    "an unknown field": ({"query": "{ recordings { nodes { secret } } }"}, "secret"),
    "no GraphQL": ({"query": "{ recordings"}, "Syntax"),
    "a wrong variable": ({"query": "query ($n: Int!) { recordings(first: $n) { totalCount } }", "variables": {"n": "x"}}, "Int"),
    "a missing operation": ({"query": "{ viewer { kind } }", "operationName": "Other"}, "operation"),
    "too much": ({"query": "{ " + " ".join(f"a{n}: viewer {{ kind }}" for n in range(70)) + " }"}, "aliases"),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize(("accept", "content_type", "status"), [
    (None, JSON, 400), ("application/json", JSON, 200), (APOLLO, GRAPHQL, 400),
])  # fmt: skip
def test_a_refused_query_is_told_in_the_type_asked_for(site, name, accept, content_type, status):
    body, words = REFUSED[name]
    got = post_json(body, **({} if accept is None else {"Accept": accept}))
    assert (got.status, got.header("Content-Type")) == (status, content_type)
    assert words in got.json["errors"][0]["message"]
    assert "data" not in got.json


@pytest.mark.django_db
@pytest.mark.parametrize("accept", [None, "application/json", APOLLO])
@pytest.mark.parametrize(("body", "headers", "status"), [
    ({}, {}, 400), ({"query": 1}, {}, 400), ({"query": "{ viewer { kind } }"}, {"Authorization": "Bearer acad_wrong"}, 401),
])  # fmt: skip
def test_what_is_no_request_at_all_keeps_its_status(site, accept, body, headers, status):
    got = post_json(body, **headers, **({} if accept is None else {"Accept": accept}))
    assert (got.status, got.header("Content-Type")) == (status, GRAPHQL if accept == APOLLO else JSON)
    assert got.json["errors"][0]["message"]


@pytest.mark.django_db
@pytest.mark.parametrize("accept", [None, "application/json", APOLLO])
def test_an_executed_query_is_200_and_says_what_makes_it_differ(site, accept):
    for query in ("{ viewer { kind } }", "{ viewer { kind } recordings(first: 101) { totalCount } }"):
        got = post_json({"query": query}, **({} if accept is None else {"Accept": accept}))
        assert (got.status, got.header("Content-Type")) == (200, GRAPHQL if accept == APOLLO else JSON)
        assert "Accept" in [name.strip() for name in got.header("Vary").split(",")]
