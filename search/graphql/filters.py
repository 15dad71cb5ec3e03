"""How partners narrow a search: the same facets as on the site, by slugs and fixed words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import graphene

from cms.access.visibility import Audience
from cms.api.loading.errors import bad_input
from cms.api.loading.planning import LoadPlan
from library.graphql.files import CaptionOrigin
from programmes.models import Person, ProgrammePage

from ..engine import SearchFilters
from ..engine.model import KINDS

ResourceKind = graphene.Enum(
    "ResourceKind", [(kind.upper(), kind) for kind in KINDS],
    description=lambda one: f"A {one.value}." if one else "What kind of thing can be found.",
)  # fmt: skip


_LENGTH_WORDS = {"SHORT": "Under 15 minutes.", "MEDIUM": "15 minutes to an hour.", "LONG": "An hour and more."}
SearchLength = graphene.Enum(
    "SearchLength", [(name, name.lower()) for name in _LENGTH_WORDS],
    description=lambda one: _LENGTH_WORDS[one.name] if one else "How long a recording is.",
)  # fmt: skip
SearchAudience = graphene.Enum.from_enum(
    Audience, name="SearchAudience",
    description=lambda audience: f"{audience.label}." if audience else "How widely something is shared.",
)  # fmt: skip


def _slugs(description: str) -> graphene.InputField:
    return graphene.InputField(graphene.List(graphene.NonNull(graphene.String)), description=description)


class SearchFilter(graphene.InputObjectType):
    """Narrows a search: any of the values within a field, all of the fields together."""

    kinds = graphene.InputField(graphene.List(graphene.NonNull(ResourceKind)), description="Only these kinds of thing.")
    topics = _slugs("Only about any of these topics (slugs).")
    programmes = _slugs("Only of any of these programmes (slugs).")
    people = _slugs("Only with any of these people (slugs).")
    core_areas = _slugs("Only of any of these core areas (slugs).")
    organisations = _slugs("Only with people of any of these organisations (slugs).")
    years = graphene.InputField(
        graphene.List(graphene.NonNull(graphene.Int)), description="Only of any of these years, e.g. `2026`."
    )
    lengths = graphene.InputField(
        graphene.List(graphene.NonNull(SearchLength)), description="Only recordings of any of these lengths."
    )
    caption_origins = graphene.InputField(
        graphene.List(graphene.NonNull(CaptionOrigin)), description="Only with captions that were made like this."
    )
    audiences = graphene.InputField(
        graphene.List(graphene.NonNull(SearchAudience)), description="Only what is shared as widely as this."
    )
    languages = _slugs("Only with captions in any of these languages (codes, e.g. `en`).")
    from_day = graphene.InputField(
        graphene.Date, name="from", description="Only of this day or later, e.g. `2026-01-31`."
    )
    to = graphene.InputField(graphene.Date, description="Only of this day or earlier, e.g. `2026-12-31`.")
    captioned_only = graphene.InputField(graphene.Boolean, description="Only recordings with captions.")


def filters_of(plan: LoadPlan, given: dict[str, Any]) -> SearchFilters | None:
    """Return the filters for the engine; None when they can match nothing that the caller may see.

    Slugs of hidden programmes and people are dropped: through them one could learn what they belong to.
    """
    slugs: dict[str, tuple[str, ...]] = {}
    for name, model in (("programmes", ProgrammePage), ("people", Person)):
        if given.get(name):
            seen = plan.fetch(plan.visible(model).filter(slug__in=given[name]).values_list("slug", flat=True))
            if not seen:
                return None
            slugs[name] = tuple(seen)
    first_day: dt.date | None = given.get("from_day")
    last_day: dt.date | None = given.get("to")
    if first_day and last_day and first_day > last_day:
        raise bad_input("`from` is after `to`, so nothing can lie between them.")
    return SearchFilters(
        kinds=_values(given, "kinds"),
        topics=tuple(given.get("topics") or ()),
        core_areas=tuple(given.get("core_areas") or ()),
        organisations=tuple(given.get("organisations") or ()),
        years=tuple(str(year) for year in given.get("years") or ()),
        lengths=_values(given, "lengths"),
        caption_origins=_values(given, "caption_origins"),
        audiences=_values(given, "audiences"),
        languages=tuple(given.get("languages") or ()),
        date_from=first_day,
        date_to=last_day,
        is_captioned=True if given.get("captioned_only") else None,
        **slugs,
    )


def _values(given: dict[str, Any], name: str) -> tuple[str, ...]:
    """The values of enum members, however the executor hands them on."""
    return tuple(str(getattr(one, "value", one)) for one in given.get(name) or ())
