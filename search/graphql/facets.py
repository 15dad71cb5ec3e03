"""What a search tells beside its hits: how many there are of each kind, topic, person, …, and how the words were understood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import graphene

from cms.api.loading.fields import ApiField, many

from ..engine import SearchResult
from ..facets import FACET_OF_NAME, FACETS
from ..pages.faceting import MOST_OPTIONS, names_of
from ..pages.selection import SearchSelection

SearchFacetName = graphene.Enum(
    "SearchFacetName", [(facet.name.upper(), facet.name) for facet in FACETS],
    description=lambda member: f"{FACET_OF_NAME[member.value].label}." if member else "What hits are counted by.",
)  # fmt: skip


class SearchFacetValue(graphene.ObjectType):
    """One value of a facet, such as a topic, with the hits that have it."""

    value = ApiField(graphene.String, "value", description="The value for the filter, e.g. a slug, as text.")
    number = ApiField(
        graphene.Int,
        "number",
        required=False,
        description="The value as a number, where the filter takes numbers (years); null elsewhere.",
    )
    label = ApiField(graphene.String, "label", description="What people call it.")
    count = ApiField(
        graphene.Int,
        "count",
        description="The exact number of hits with this value, for the query and all filters except this facet's own.",
    )


class SearchFacet(graphene.ObjectType):
    """The values of one facet among the hits."""

    name = ApiField(SearchFacetName, "name", description="Which facet.")
    label = ApiField(graphene.String, "label", description="What people call it.")
    values = ApiField(
        many(SearchFacetValue),
        "values",
        size=10,
        description=f"Its values, the most frequent first, at most {MOST_OPTIONS}.",
    )


class SearchCorrection(graphene.ObjectType):
    """A query that was probably mistyped."""

    original = ApiField(graphene.String, "original", description="As it was typed.")
    text = ApiField(graphene.String, "text", description="As it was probably meant.")
    html = ApiField(
        graphene.String, "html",
        description="What was probably meant, as safe HTML. `<mark>` is the only tag, around the changed words.",
    )  # fmt: skip
    is_applied = ApiField(
        graphene.Boolean, "is_applied",
        description="Whether the hits are for the corrected words. Use `exact: true` to search for the words as typed.",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Value:
    value: str
    label: str
    count: int
    number: int | None = None


@dataclass(frozen=True, slots=True)
class _Facet:
    name: str
    label: str
    values: list[_Value]


def facets_shown(result: SearchResult, principal: Any) -> list[_Facet]:
    """Return the facets of a result with names; values that `principal` may not know of have none and are left out."""
    names = names_of(result, SearchSelection(), principal)
    facets = []
    for facet in FACETS:
        counts, own = result.facets.get(facet.name, ())[:MOST_OPTIONS], names[facet.name]
        values = [
            _Value(value, own[value], count, int(value) if facet.is_number else None)
            for value, count in counts
            if value in own
        ]
        if values:
            facets.append(_Facet(facet.name, facet.label, values))
    return facets
