"""Thousands of made-up queries over content in which everything points at everything: both ways of answering agree on each."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from graphql import validate

from cms.access.bearer import principal_of_header
from cms.access.principals import VISITOR
from cms.api.queries.documents import Documents
from cms.schema import schema

from .asking import assert_both_ways_alike
from .generated import VARIABLES, QueryMaker

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# More on a developer's machine: GENERATED_QUERIES=5000.
GENERATED = int(os.environ.get("GENERATED_QUERIES", "240"))


@pytest.fixture(autouse=True)
def wide_limits(settings):
    settings.API_LIMITS = dict.fromkeys(
        ("tokens", "aliases", "directives", "repeats", "cost", "depth", "fragments"), 1000000000.0
    )


def slugs_of(graph) -> dict[str, list[str]]:
    kinds = ("recording", "session", "programme", "material", "person")
    slugs = {kind: [graph.hub[kind].slug, *(one.slug for one in graph.all(kind))] for kind in kinds}
    return slugs | {"node": graph.ids()}


def test_generated_queries_are_answered_alike_both_ways(graph):
    slugs = slugs_of(graph)
    principals = [
        VISITOR if asker.key is None else principal_of_header(f"Bearer {asker.key}") for asker in graph.askers.values()
    ]
    outcomes = Counter()
    for seed in range(GENERATED):
        query = QueryMaker(seed, slugs).make()
        outcomes[assert_both_ways_alike(query, VARIABLES, principals[seed % len(principals)])] += 1
    # Most of them are answered, or the comparison would prove nothing.
    assert outcomes[True] > 0.9 * GENERATED, outcomes


def test_generated_queries_are_valid_and_varied(graph):
    documents = Documents(schema.graphql_schema)
    queries = [QueryMaker(seed, slugs_of(graph)).make() for seed in range(60)]
    for query in queries:
        assert not validate(documents.schema, documents.get(query).node), query
    together = " ".join(queries)
    for sign in ("... on ", "fragment ", "@skip(if: $yes)", "edges", "body", "totalCount", "resource", "a1"):
        assert sign in together
