"""The schema as a contract: the names that partners rely on, words for everything, nothing that came in by itself."""

from __future__ import annotations

import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    build_schema,
    get_named_type,
    is_enum_type,
    print_schema,
)

from cms.api.management.commands.export_schema import PATH
from cms.schema import schema

from .selections import QUERY, TYPES, partner_types

BY_SLUG = {"slug", "previewToken"}
ROOTS = {
    "academy": {}, "page": {"path", "previewToken"}, "programmes": {"first", "after", "coreArea", "format"}, "programme": BY_SLUG,
    "sessions": {"first", "after", "from", "to", "programme", "topic", "status"}, "session": BY_SLUG,
    "recordings": {"first", "after", "topic", "programme", "speaker", "captionedOnly", "orderBy"}, "recording": BY_SLUG,
    "materials": {"first", "after", "topic", "programme", "kind"}, "material": BY_SLUG, "people": {"first", "after"},
    "topics": {"first", "after"},
    "search": {"query", "first", "after", "filter", "sort", "exact"}, "viewer": {},
    "glossary": {"first", "after"}, "suggest": {"prefix", "first"},
    "changes": {"after", "first"}, "node": {"id"}, "nodes": {"ids"}, "person": {"slug"}, "topic": {"slug"}, "coreArea": {"slug"},
    "priorityGroup": {"slug"}, "organisations": {"first", "after"}, "organisation": {"slug"},
}  # fmt: skip
PROMISED = {
    "Recording": "id slug title summary url recordedOn durationSeconds session programme speakers topics materials captionTracks "
    "chapters transcript media poster accessibility updatedAt",
    "Cue": "startSeconds endSeconds speaker text",
    "Material": "id slug title summary url kind file link session programme topics updatedAt",
    "SearchHit": "resource score titleHtml moments",
    "Moment": "startSeconds endSeconds pageNumber text html url",
    "Media": "url mimeType sizeBytes",
    "Viewer": "kind organisation audiences limits",
}


@pytest.mark.parametrize(("name", "arguments"), ROOTS.items(), ids=ROOTS)
def test_root_fields_are_those_of_the_contract(name, arguments):
    assert set(QUERY.fields[name].args) == set(arguments)


def test_there_are_no_other_root_fields_and_no_mutations():
    assert set(QUERY.fields) == set(ROOTS)
    assert schema.graphql_schema.mutation_type is None
    assert schema.graphql_schema.subscription_type is None


@pytest.mark.parametrize(("name", "fields"), PROMISED.items(), ids=PROMISED)
def test_types_have_the_promised_fields(name, fields):
    assert set(fields.split()) <= set(TYPES[name].fields)


def described():
    """Everything that can have words: types, fields, arguments, values."""
    for name, one in TYPES.items():
        if name.startswith("__"):
            continue
        yield name, one.description
        if is_enum_type(one):
            yield from ((f"{name}.{value}", definition.description) for value, definition in one.values.items())
        elif isinstance(one, GraphQLInputObjectType | GraphQLInterfaceType) or one in partner_types():
            for field, definition in one.fields.items():
                yield f"{name}.{field}", definition.description
                arguments = getattr(definition, "args", {})
                yield from ((f"{name}.{field}({argument})", each.description) for argument, each in arguments.items())


def test_everything_has_words():
    without = [name for name, words in described() if not (words or "").strip()]
    assert not without


# A number says what it counts, and a moment how it is written; these count what their name says, or compare only.
COUNTS_WHAT_ITS_NAME_SAYS = {"SearchHit.score"} | {f"Limits.{name}" for name in TYPES["Limits"].fields}
UNITS = re.compile(r"`|second|pixel|byte|minute|day|year|count|how many|number|cost", re.IGNORECASE)
EXAMPLES = re.compile(r"`|slug|cursor|short name|\b0 to ", re.IGNORECASE)
SCALARS = {"Int", "Float", "Date", "DateTime"}


def fields_and_arguments():
    """Every field and argument with its name, the name of its type, its words, and whether it is asked for or told."""
    for name, one in TYPES.items():
        if name.startswith("__"):
            continue
        for field, definition in getattr(one, "fields", {}).items():
            is_input = isinstance(one, GraphQLInputObjectType)
            yield f"{name}.{field}", get_named_type(definition.type).name, definition.description, is_input
            for argument, each in getattr(definition, "args", {}).items():
                yield f"{name}.{field}({argument}:)", get_named_type(each.type).name, each.description, True


def test_numbers_and_moments_are_told_with_their_unit_or_an_example():
    without = [
        name
        for name, kind, words, is_input in fields_and_arguments()
        if kind in SCALARS and not is_input and name not in COUNTS_WHAT_ITS_NAME_SAYS and not UNITS.search(words)
    ]
    assert without == []


def test_what_is_asked_for_is_told_with_an_example():
    without = [
        name
        for name, kind, words, is_input in fields_and_arguments()
        if kind in SCALARS | {"String", "ID"} and is_input and not EXAMPLES.search(words)
    ]
    assert without == []


def test_words_say_nothing_of_the_inside():
    inside = ("Django", "Wagtail", "queryset", "grapple", "TODO", "graphene")
    assert not [name for name, words in described() if any(word.lower() in words.lower() for word in inside)]


def test_no_type_came_in_by_itself():
    """Types that grapple makes of models show drafts: none may be drawn in by a careless field."""
    stray = {
        "PageInterface",
        "SnippetInterface",
        "CollectionObjectType",
        "ImageObjectType",
        "DocumentObjectType",
        "JSONString",
    }
    assert not stray & TYPES.keys()


def test_ids_are_uuids_and_nothing_can_be_counted_through():
    fields = {name for kind in partner_types() for name in kind.fields}
    assert not fields & {"pk", "databaseId", "draftTitle", "path", "urlPath", "contentType"}


def test_the_file_beside_the_schema_is_up_to_date():
    call_command("export_schema", "--check")


def test_a_file_that_is_out_of_date_is_told_with_what_to_do(tmp_path, capsys):
    path = tmp_path / "schema.graphql"
    with pytest.raises(CommandError, match="export_schema"):
        call_command("export_schema", "--check", path=path)
    call_command("export_schema", path=path)
    assert path.read_text() == PATH.read_text()
    path.write_text(path.read_text().replace("totalCount: Int!", "total: Int!", 1))
    with pytest.raises(CommandError):
        call_command("export_schema", "--check", path=path)
    assert "-  total: Int!" in capsys.readouterr().out


@pytest.mark.django_db
def test_the_schema_is_served_as_text():
    response = Client().get("/graphql/schema.graphql")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert print_schema(build_schema(response.content.decode())) == print_schema(schema.graphql_schema)
    assert Client().post("/graphql/schema.graphql").status_code == 405
