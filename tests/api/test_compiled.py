"""The compiled way through a query gives what graphql-core's executor gives, byte by byte, and leaves to it what is unusual."""

from __future__ import annotations

import orjson
import pytest
from graphql import get_introspection_query

from cms.access.principals import VISITOR
from cms.api.loading.errors import DeadlineExceededError
from cms.api.loading.request import ApiRequest
from cms.api.queries import execution
from cms.api.queries.compiled import CompiledOperation
from cms.api.queries.documents import Documents
from cms.api.queries.execution import answer
from cms.schema import schema
from tests import factories

from .asking import ask

pytestmark = pytest.mark.django_db


def answered(query: str, **variables):
    """The body of an answer, and whether the executor was needed for it."""
    needed = []
    before = execution._executed
    execution._executed = lambda *args: needed.append(True) or before(*args)
    try:
        body = answer(Documents(schema.graphql_schema), ApiRequest(VISITOR), query, variables, None).body
    finally:
        execution._executed = before
    return body, bool(needed)


@pytest.mark.parametrize(
    ("query", "is_left"),
    [
        ("{ __typename topics { name } }", False),
        ('{ recording(slug: "none") { title } }', False),
        (get_introspection_query(), True),
        ('{ __type(name: "Recording") { name } topics { name } }', True),
        ("{ recordings(first: 101) { nodes { title } } }", True),
        ('{ recordings(after: "nonsense") { nodes { title } } topics { name } }', True),
        ("{ programmes { nodes { recordings(first: -1) { nodes { title } } } } }", True),
    ],
)
def test_what_is_unusual_is_left_to_the_executor(site, query, is_left):
    factories.programme(site)
    body, was_left = answered(query)
    assert was_left is is_left
    if "first: " in query or "after" in query:
        assert [error["extensions"]["code"] for error in body["errors"]] == ["BAD_USER_INPUT"]


def test_a_getter_that_fails_makes_an_error_with_its_place_and_not_a_lost_answer(site, monkeypatch):
    factories.topic("Leadership")
    monkeypatch.setattr(CompiledOperation, "answer", lambda *args: 1 / 0)
    assert answered("{ topics { name } }")[0]["data"] == {"topics": [{"name": "Leadership"}]}


def test_the_deadline_holds_in_the_compiled_way_too(site):
    factories.topic("Leadership")
    documents = Documents(schema.graphql_schema)
    document = documents.get("{ topics { name } }")
    compiled = documents.compiled(document, document.operation(None), {})
    with pytest.raises(DeadlineExceededError):
        compiled.answer(ApiRequest(VISITOR, deadline_seconds=-1), {})


SHAPED = """query($with: Boolean = true, $first: Int!, $inner: Int!, $slug: String) { topics { name slug @include(if: $with) }
  programmes(first: $first) { nodes { title recordings(first: $inner) { totalCount nodes { title } } } }
  recordings(topic: $slug) { totalCount } }"""


def test_one_document_serves_all_values_of_its_variables(site):
    topic = factories.topic("Leadership")
    for n in range(3):
        programme = factories.programme(site)
        for _ in range(n):
            factories.recording(site, programme=programme, topics=[topic])
    seen = set()
    for given in ({}, {"with": False}, {"with": True}):
        for first, inner in ((3, 1), (3, 2), (1, 2), (2, 0)):
            for slug in ("leadership", "none"):
                data = ask(SHAPED, first=first, inner=inner, slug=slug, **given).data
                assert ("slug" in data["topics"][0]) is given.get("with", True)
                nodes = data["programmes"]["nodes"]
                assert len(nodes) == first
                assert all(len(node["recordings"]["nodes"]) <= inner for node in nodes)
                assert data["recordings"]["totalCount"] == (3 if slug == "leadership" else 0)
                seen.add(orjson.dumps(data))
    assert len(seen) > 12


def test_only_variables_that_shape_the_answer_make_another_plan_and_plans_are_bounded(site, monkeypatch):
    documents = Documents(schema.graphql_schema)
    document = documents.get(SHAPED)
    operation = document.operation(None)
    assert document.shaping_variables(documents.schema, operation) == {"with", "inner"}
    base = {"with": True, "first": 3, "inner": 1, "slug": "x"}
    plan = documents.compiled(document, operation, base)
    assert documents.compiled(document, operation, {**base, "first": 9, "slug": "y"}) is plan
    assert documents.compiled(document, operation, {**base, "with": False}) is not plan
    monkeypatch.setattr("cms.api.queries.documents.MAX_DOCUMENTS", 3)
    for inner in range(20):
        documents.compiled(document, operation, {**base, "inner": inner})
    assert len(documents._compiled) == 3


def test_a_document_of_many_places_is_not_remembered_in_full(site, monkeypatch):
    """A few hundred words can name more places than there is memory for: twice the same fragment in each fragment."""
    programme = factories.programme(site, "One of many")
    factories.session(site, "Twice and twice again", programme=programme)
    levels = 5
    fragments = " ".join(
        f"fragment F{n} on Session {{ a: programme {{ sessions(first: 1) {{ nodes {{ ...F{n + 1} }} }} }}"
        f" b: programme {{ sessions(first: 1) {{ nodes {{ ...F{n + 1} title }} }} }} }}"
        for n in range(levels)
    )
    query = f"{{ sessions {{ nodes {{ ...F0 }} }} }} {fragments} fragment F{levels} on Session {{ slug }}"
    documents = Documents(schema.graphql_schema)
    document = documents.get(query)
    before = documents.compiled(document, document.operation(None), {})
    assert before.fields == 0
    assert before.answer(ApiRequest(VISITOR), {})["sessions"]["nodes"]
    assert documents.compiled(document, document.operation(None), {}) is before
    assert before.fields > 100
    monkeypatch.setattr("cms.api.queries.documents.MOST_FIELDS_EACH", 100)
    other = documents.get("{ topics { name } }")
    documents.compiled(other, other.operation(None), {})
    assert documents.compiled(document, document.operation(None), {}) is not before
