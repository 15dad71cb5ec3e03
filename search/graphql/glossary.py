"""The glossary as partners read it: the same words on every intranet."""

from __future__ import annotations

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from cms.api.loading.connections import part_of_plain_list, plain_after_argument, plain_first_argument
from cms.api.loading.fields import ApiField, many
from cms.api.loading.planning import api_type
from cms.api.loading.roots import Root
from cms.api.types.nodes import Node

from ..glossary import Entry, glossary

# How many terms a query is reckoned to return.
GLOSSARY_SIZE = 100


@api_type(Entry)
class GlossaryTerm(graphene.ObjectType):
    """A term of the field, such as ICS, with what it stands for."""

    class Meta:
        interfaces = (Node,)

    id = ApiField(graphene.ID, "uuid", description="Lasting id (a UUID).")
    term = ApiField(graphene.String, "term", description="As people write it, e.g. `ICS`.")
    expansion = ApiField(
        graphene.String, "expansion", description="What it stands for, e.g. `integrated care system`. May be empty."
    )
    other_names = ApiField(
        many(graphene.String), lambda entry, request: list(entry.other_names), description="What else people call it."
    )
    definition = ApiField(graphene.String, "definition", description="What it is, in plain words; may be empty.")
    is_expanded = ApiField(
        graphene.Boolean, "is_expanded", description="Whether search treats all its names as the same."
    )


def terms_by_id() -> dict[str, Entry]:
    """Return all terms by their ids."""
    return {entry.uuid: entry for entry in glossary().entries}


def resolve_glossary(
    root: Any, info: GraphQLResolveInfo, first: int | None = None, after: str | None = None
) -> list[Entry]:
    return part_of_plain_list(glossary().entries, first, after)


class GlossaryQuery:
    """The root field of the glossary."""

    glossary = Root(
        many(GlossaryTerm), resolve_glossary, size=GLOSSARY_SIZE, first=plain_first_argument(), after=plain_after_argument(),
        description="All terms of the glossary, by term.",
    )  # fmt: skip
