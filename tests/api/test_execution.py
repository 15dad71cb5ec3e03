"""Which answers may be kept for the next caller, as the executor says it to whoever keeps answers."""

from __future__ import annotations

import pytest

from cms.access.principals import VISITOR
from cms.api.loading.request import ApiRequest
from cms.api.queries.documents import Documents
from cms.api.queries.execution import answer
from cms.schema import schema

pytestmark = pytest.mark.django_db
DOCUMENTS = Documents(schema.graphql_schema)


@pytest.mark.parametrize(
    ("query", "is_cacheable"),
    [
        ("{ recordings { nodes { title } } }", True),
        ("{ __typename topics { name } }", True),
        ("{ __schema { queryType { name } } }", True),
        ('{ recording(slug: "none") { title } }', True),
        ("{ viewer { kind } }", False),
        ("{ topics { name } me: viewer { __typename } }", False),
        ("{ ...all } fragment all on Query { ... { viewer { kind } } }", False),
        ("query($no: Boolean = false) { topics { name } viewer @include(if: $no) { kind } }", False),
        ('{ search(query: "words") { totalCount } }', False),
        ("{ recordings(first: 1000) { nodes { title } } }", False),
        ("{ recordings { nodes { noSuchField } } }", False),
        ("{ recordings(", False),
    ],
)
def test_an_answer_is_kept_when_it_is_whole_and_depends_on_no_more_than_content_and_audience(site, query, is_cacheable):
    assert answer(DOCUMENTS, ApiRequest(VISITOR), query, {}, None).is_cacheable is is_cacheable


def test_each_operation_of_a_document_is_judged_for_itself(site):
    query = "query A { topics { name } } query B { viewer { kind } }"
    kept = [answer(DOCUMENTS, ApiRequest(VISITOR), query, {}, name).is_cacheable for name in ("A", "B", "A")]
    assert kept == [True, False, True]
