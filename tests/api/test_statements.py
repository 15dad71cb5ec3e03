"""The number of SQL statements follows the shape of a query, not the length of its lists: the same for 1 thing and for 100."""

from __future__ import annotations

import pytest
from django.db import connection

from cms.access.principals import VISITOR
from cms.api.loading.request import ApiRequest
from cms.api.queries.documents import Documents
from cms.schema import schema

from .asking import ask
from .selections import QUERY, selection

pytestmark = pytest.mark.django_db
MOST_STATEMENTS = 8

A_HUNDRED_RECORDINGS = """query($first: Int) { recordings(first: $first) { totalCount pageInfo { hasNextPage endCursor } nodes {
  id slug title summary url recordedOn durationSeconds updatedAt
  speakers { name jobTitle organisation { name logo(rendition: "width-320") { url } } }
  topics { name }
  programme { title url }
  session { title startsAt }
  materials { title kind file { url mimeType sizeBytes } }
  captionTracks { language label origin url }
  chapters { title startSeconds }
  media { url mimeType sizeBytes durationSeconds }
  poster(rendition: "width-640") { url width height alt srcSet }
  accessibility { isCaptioned captionOrigin captionLanguages }
} } }"""
SHAPES = {
    "bodies": """query($first: Int) { recordings(first: $first) { nodes { title body { id blockType rawValue
        ... on TextBlock { value } ... on PictureBlock { image { url rendition(filter: "width-320") { url } } }
        ... on CallToActionBlock { url page { title ... on Session { startsAt } } }
        ... on ResourceLinkBlock { resource { title ... on Material { kind topics { name } } } }
        ... on AccordionBlock { items { heading text } } } } } }""",
    "transcripts": "query($first: Int) { recordings(first: $first) { nodes { transcript { startSeconds speaker text } } } }",
    "lists inside lists": """query($first: Int) { people(first: $first) { nodes { name
        recordings(first: 2) { totalCount nodes { title session { people { role person { name } } } } }
        sessions(first: 2) { totalCount edges { cursor node { title programme { title coreAreas { name } } } } } } } }""",
    "programmes with all": """query($first: Int) { programmes(first: $first) { nodes { title outcomes coreAreas { name }
        priorityGroups { name } topics { name } sessions(first: 3) { nodes { title recordings { title } materials { title } } }
        recordings(first: 3) { nodes { title } } materials(first: 3) { totalCount nodes { title recordings { title } } } } } }""",
    "one field by many names": """query($first: Int) { recordings(first: $first) { nodes { a: speakers { name }
        b: speakers { slug } c: speakers { organisation { name } } } edges { node { speakers { jobTitle } } } } }""",
    "search": """query($first: Int) { search(query: "everyday words", first: $first, filter: {kinds: [RECORDING]}) { totalCount
        nodes { titleHtml moments { url html } resource { title ... on Recording { speakers { name } topics { name } } } } } }""",
}  # fmt: skip


def counted(query: str, first: int):
    """The statements of a request, when the pictures have been drawn and the site's addresses are known."""
    ask(query, first=first)
    reply = ask(query, first=first)
    assert reply.data
    return reply


def test_a_hundred_recordings_with_all_that_belongs_to_them(hundred):
    one, many = counted(A_HUNDRED_RECORDINGS, 1), counted(A_HUNDRED_RECORDINGS, 100)
    assert len(many.data["recordings"]["nodes"]) == 100
    assert len(one.statements) == len(many.statements) <= MOST_STATEMENTS, "\n".join(many.statements)
    recording = many.data["recordings"]["nodes"][0]
    assert len(recording["speakers"]) == len(recording["materials"]) == 2
    assert recording["poster"]["width"] == 640


@pytest.mark.parametrize("query", SHAPES.values(), ids=SHAPES)
def test_any_shape_takes_as_many_statements_for_one_as_for_many(hundred, query):
    few, many = counted(query, 1), counted(query, 100)
    assert len(few.statements) == len(many.statements), "\n".join(many.statements)


def test_a_search_that_finds_things_of_several_types_asks_for_each_type_once(hundred):
    kinds = "... on Session { people { role } } ... on Material { session { title } } ... on Programme { outcomes }"
    found, after = set(), None
    while after is not None or not found:
        hits = ask(
            """query($after: String) {
              search(query: "words", first: 100, after: $after, filter: {kinds: [SESSION, MATERIAL, PROGRAMME]}) {
              nodes { resource { __typename KINDS } } pageInfo { hasNextPage endCursor } } }""".replace("KINDS", kinds),
            after=after,
        )
        page = hits.data["search"]
        found |= {one["resource"]["__typename"] for one in page["nodes"]}
        assert len(hits.statements) <= MOST_STATEMENTS
        after = page["pageInfo"]["endCursor"] if page["pageInfo"]["hasNextPage"] else None
    assert found == {"Material", "Session", "Programme"}


def test_a_count_is_made_only_when_it_is_asked_for(hundred):
    assert not [sql for sql in ask("{ recordings { nodes { title } } }").statements if "COUNT" in sql]
    only_count = ask("{ recordings { totalCount } }")
    assert (only_count.data, len(only_count.statements)) == ({"recordings": {"totalCount": 100}}, 1)


def test_heavy_columns_stay_in_the_database_until_they_are_asked_for(hundred):
    light = " ".join(
        ask("{ recordings { nodes { title captionTracks { label } materials { file { url } } } } }").statements
    )
    assert not [column for column in ('"body"', '"text_pages"') if column in light]
    assert '"webvtt",' not in light
    assert '"body"' in " ".join(ask("{ recordings { nodes { body { id } } } }").statements)


def test_things_asked_for_twice_are_whole_in_both_places(hundred):
    recording = ask(SHAPES["one field by many names"], first=1).data["recordings"]
    node, edge = recording["nodes"][0], recording["edges"][0]["node"]
    assert [set(one) for one in node["a"]] == [{"name"}] * 2
    assert [set(one) for one in node["b"]] == [{"slug"}] * 2
    assert all(one["organisation"]["name"] for one in node["c"])
    assert [set(one) for one in edge["speakers"]] == [{"jobTitle"}] * 2


@pytest.mark.parametrize("name", ["recordings", "sessions", "programmes", "people", "materials", "topics", "academy"])
def test_nothing_is_asked_of_the_database_while_the_answer_is_written(hundred, settings, name):
    settings.API_LIMITS = dict.fromkeys(("tokens", "aliases", "cost", "depth"), 1000000000.0)
    field = QUERY.fields[name]
    arguments = "(first: 3)" if "first" in field.args else ""
    documents = Documents(schema.graphql_schema)
    document = documents.get(f"{{ {name}{arguments} {selection(field.type, 1)} }}".replace("first: 100", "first: 3"))
    operation = document.operation(None)
    compiled = documents.compiled(document, operation, {})
    assert compiled is not None
    compiled.answer(ApiRequest(VISITOR), {})

    def refuse(execute, sql, params, many, context):
        raise AssertionError(f"asked while writing: {sql}")

    for place, field in enumerate(compiled.roots):
        write = field.write

        def guarded(value, request, write=write):
            with connection.execute_wrapper(refuse):
                return write(value, request)

        compiled.roots[place] = type(field)(field.name, field.definition, field.resolve, field.selection, guarded)
    assert compiled.answer(ApiRequest(VISITOR), {})
