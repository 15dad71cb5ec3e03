"""The one GraphQL schema: what partners may ask. Its text lies beside it in schema.graphql, and a check keeps the two alike."""

from __future__ import annotations

import graphene

from cms.access.models import MemberOrganisation
from cms.api.types.blocks import describe_block_interface
from cms.api.types.changes import changes_query
from cms.api.types.nodes import node_query
from home.graphql import HomeQuery
from library.graphql import BLOCK_TYPES as LIBRARY_BLOCK_TYPES
from library.graphql import LibraryQuery
from programmes.graphql import (
    BLOCK_TYPES,
    CoreArea,
    Organisation,
    Person,
    PriorityGroup,
    ProgrammesQuery,
    Topic,
)
from programmes.models import CoreArea as CoreAreaModel
from programmes.models import Person as PersonModel
from programmes.models import PriorityGroup as PriorityGroupModel
from programmes.models import Topic as TopicModel
from search.graphql.glossary import terms_by_id
from search.graphql.search import SearchQuery

ChangesQuery: type = changes_query(
    {
        "person": Person,
        "topic": Topic,
        "organisation": Organisation,
        "core_area": CoreArea,
        "priority_group": PriorityGroup,
    }
)

NodeQuery: type = node_query(
    [PersonModel, TopicModel, CoreAreaModel, PriorityGroupModel, MemberOrganisation], in_memory=[terms_by_id]
)


class Query(NodeQuery, ChangesQuery, HomeQuery, ProgrammesQuery, LibraryQuery, SearchQuery, graphene.ObjectType):
    """Everything that can be asked. You get what your key may see; what it may not see looks as if it were not there."""


schema = graphene.Schema(query=Query, types=[*BLOCK_TYPES, *LIBRARY_BLOCK_TYPES])
describe_block_interface(schema.graphql_schema)
# Graphene's words for these name a standard, and no example.
schema.graphql_schema.type_map["Date"].description = "A day, as ISO 8601 writes it, e.g. `2026-03-01`."
schema.graphql_schema.type_map[
    "DateTime"
].description = "A moment with its offset from UTC, as ISO 8601 writes it, e.g. `2026-03-01T09:30:00+00:00`."
