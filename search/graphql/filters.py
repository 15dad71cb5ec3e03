"""How partners narrow a search: the same facets as on the site, by slugs and fixed words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import graphene
from django.apps import apps

from cms.access.visibility import Audience
from cms.api.loading.errors import bad_input
from cms.api.loading.planning import LoadPlan
from library.graphql.files import CaptionOrigin

from ..engine import SearchFilters
from ..facets import FACETS, Facet
from ..kinds import kind_names

ResourceKind = graphene.Enum(
    "ResourceKind", [(kind.upper(), kind) for kind in kind_names()],
    description=lambda member: f"A {member.value}." if member else "What kind of thing can be found.",
)  # fmt: skip
SearchAudience = graphene.Enum.from_enum(
    Audience, name="SearchAudience",
    description=lambda audience: f"{audience.label}." if audience else "How widely something is shared.",
)  # fmt: skip
# The facets whose enum the API has in other places too, or words in its own way; the others' are made here.
_ENUMS = {"kind": ResourceKind, "captions": CaptionOrigin, "audience": SearchAudience}
_ENUM_DESCRIPTIONS = {"length": "How long a recording is."}


def _enum(facet: Facet) -> Any:
    """Return the enum of a facet with fixed values, e.g. `SearchLength`."""
    names = facet.fixed_names or {}
    return graphene.Enum(
        f"Search{facet.name.title().replace('_', '')}", [(value.upper(), value) for value in names],
        description=lambda member: (
            f"{names[member.value]}." if member else _ENUM_DESCRIPTIONS.get(facet.name, f"{facet.label} of what can "
            f"be found.")
        ),
    )  # fmt: skip


def _input(facet: Facet) -> graphene.InputField:
    value = graphene.Int if facet.is_number else graphene.String
    if facet.is_enum:
        value = _ENUMS.get(facet.name) or _enum(facet)
    return graphene.InputField(graphene.List(graphene.NonNull(value)), description=facet.description)


_FacetFields: Any = type("_FacetFields", (), {facet.filter_name: _input(facet) for facet in FACETS})


class SearchFilter(_FacetFields, graphene.InputObjectType):
    """Narrows a search. Any value of a field can match, but all fields have to match."""

    from_day = graphene.InputField(
        graphene.Date, name="from", description="Only of this day or later, e.g. `2026-01-31`."
    )
    to = graphene.InputField(graphene.Date, description="Only of this day or earlier, e.g. `2026-12-31`.")
    captioned_only = graphene.InputField(graphene.Boolean, description="Only recordings with captions.")


def filters_of(plan: LoadPlan, given: dict[str, Any]) -> SearchFilters | None:
    """Return the filters for the engine; None when they can match nothing that the caller may see.

    Slugs of what the caller may not know of are dropped: through them one could learn what hidden things belong to.
    """
    chosen: dict[str, tuple[str, ...]] = {}
    for facet in FACETS:
        values = _values(given, facet.filter_name)
        if values and facet.is_confirming:
            model: Any = apps.get_model(facet.vocabulary.rpartition(".")[0])
            values = tuple(plan.fetch(plan.visible(model).filter(slug__in=values).values_list("slug", flat=True)))
            if not values:
                return None
        chosen[facet.filter_name] = values
    first_day: dt.date | None = given.get("from_day")
    last_day: dt.date | None = given.get("to")
    if first_day and last_day and first_day > last_day:
        raise bad_input("`from` is after `to`, so nothing can be between them.")
    return SearchFilters(
        **chosen,
        date_from=first_day,
        date_to=last_day,
        is_captioned=True if given.get("captioned_only") else None,
    )


def _values(given: dict[str, Any], name: str) -> tuple[str, ...]:
    """The values as words: of enum members, however the executor hands them on, and of numbers."""
    return tuple(str(getattr(value, "value", value)) for value in given.get(name) or ())
