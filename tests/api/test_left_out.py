"""A null argument is one that was left out: clients in many languages send null for whatever their caller did not set."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from graphql import GraphQLObjectType, Undefined, get_named_type

from cms.schema import schema

from .asking import ask

QUERY = schema.graphql_schema.query_type
assert QUERY is not None
NEEDED = {"query": "change", "prefix": "s", "slug": "thinking-in-systems", "path": "/"}
# Enough of each answer to tell which default was taken.
SHOWN = {
    "SuggestionsOfOneSort": "{ name suggestions { __typename } }",
    "SearchConnection": "{ totalCount nodes { resource { id } } }",
}
NESTED = [
    'search(query: "change") { nodes { resource { id } moments(%s) { text } } }',
    "programmes { nodes { slug recordings(%s) { totalCount nodes { id } } } }",
    "programmes { nodes { slug sessions(%s) { nodes { id } } materials(%s) { nodes { id } } } }",
    "people { nodes { slug recordings(%s) { nodes { id } } } }",
]


def with_defaults() -> list[tuple[str, str, str]]:
    """Return the root fields with an argument that has a default, the argument, and its type."""
    return [
        (name, argument, str(one.type))
        for name, field in QUERY.fields.items()
        for argument, one in field.args.items()
        if one.default_value is not Undefined
    ]


@pytest.fixture
def demo(db):
    call_command("seed_demo", verbosity=0)
    call_command("rebuild_index", verbosity=0)


def test_root_arguments_of_every_sort_have_defaults():
    assert {("recordings", "first"), ("recordings", "orderBy"), ("search", "sort"), ("suggest", "first")} <= {
        (field, argument) for field, argument, _ in with_defaults()
    }


def test_null_reads_as_left_out_for_every_argument_of_the_query(demo):
    for name, argument, type_ in with_defaults():
        field = QUERY.fields[name]
        needed = ", ".join(f'{one}: "{text}"' for one, text in NEEDED.items() if one in field.args)
        shown = selection_of(get_named_type(field.type))
        left_out = ask(f"{{ {name}{f'({needed})' if needed else ''} {shown} }}")
        between = ", " if needed else ""
        written = ask(f"{{ {name}({needed}{between}{argument}: null) {shown} }}")
        given = ask(f"query($v: {type_}) {{ {name}({needed}{between}{argument}: $v) {shown} }}", v=None)
        assert left_out.data == written.data == given.data, f"{name}({argument})"
        assert left_out.body["extensions"] == written.body["extensions"] == given.body["extensions"]


def selection_of(type_: object) -> str:
    assert isinstance(type_, GraphQLObjectType)
    if type_.name in SHOWN:
        return SHOWN[type_.name]
    return (
        "{ totalCount nodes { id } pageInfo { endCursor } }" if type_.name != "ChangeConnection" else "{ nodes { id } }"
    )


def test_null_reads_as_left_out_further_below_too(demo):
    for query in NESTED:
        left_out = ask(f"{{ {query.replace('(%s)', '')} }}").data
        assert ask(f"{{ {query.replace('%s', 'first: null')} }}").data == left_out
        assert ask(f"query($n: Int) {{ {query.replace('%s', 'first: $n')} }}", n=None).data == left_out
