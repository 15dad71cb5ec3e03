"""The one declaration of a facet: the index, the engine's filter, the counts, addresses, the search page and the API read FACETS.

Knows no Django. To add a facet, add it here and give its value in `search.indexing.resources` (a field of ResourceDocument,
or `facet_values`); then raise SCHEMA_VERSION, since every entry changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from library.languages import LANGUAGES

from .kinds import kind_labels

_LENGTH_LIMITS = ((15 * 60, "short"), (60 * 60, "medium"))


class ValueOrder(Enum):
    """The order in which the values of a facet are offered."""

    MOST_FIRST = "most"
    AS_NAMED = "named"  # their own order tells more than how many there are
    LATEST_FIRST = "latest"


@dataclass(frozen=True, slots=True)
class Facet:
    """What hits are narrowed and counted by.

    `name` stands in addresses, tags of the index and the API's enum ("core_area"); `filter_name` is the field of filters,
    in Python and in the API ("core_areas"), which `description` explains to partners. `of_document` reads the values off a
    ResourceDocument; left out, they are its `facet_values` under `name`. What values are called is told by `value_names`
    (fixed words, or a function that returns them), or by the `vocabulary` that holds their slugs, "app.Model.field"; numbers
    call themselves. `is_confirming` says that the API must drop slugs which the caller may not know of, since narrowing by
    one would tell what it belongs to; `is_for_members` that the public is not offered it.
    """

    name: str
    label: str
    filter_name: str
    description: str
    of_document: Callable[[Any], Iterable[str]] | None = None
    value_names: Mapping[str, str] | Callable[[], Mapping[str, str]] | None = None
    vocabulary: str = ""
    order: ValueOrder = ValueOrder.MOST_FIRST
    is_number: bool = False
    is_enum: bool = False
    is_confirming: bool = False
    is_for_members: bool = False

    def values_of(self, document: Any) -> set[str]:
        """Return the values of a document; "" is none."""
        read = self.of_document(document) if self.of_document else document.facet_values.get(self.name, ())
        return set(read) - {""}

    @property
    def fixed_names(self) -> Mapping[str, str] | None:
        """What each value is called, where that is fixed; None where values are rows or numbers."""
        return self.value_names() if callable(self.value_names) else self.value_names


def length_of(duration_seconds: float | None) -> str:
    """Return "short" (under 15 minutes), "medium" (under an hour) or "long"; "" without a duration."""
    if duration_seconds is None:
        return ""
    return next((name for limit, name in _LENGTH_LIMITS if duration_seconds < limit), "long")


def audience_of(tokens: Iterable[str]) -> str:
    """Return how widely a resource is shared, without a word about who its chosen organisations are; "" for nobody."""
    known = set(tokens)
    for wide in ("public", "members"):
        if wide in known:
            return wide
    return "chosen" if known else ""


# In the order in which they are offered.
FACETS = (
    Facet(
        "kind", "Kind", "kinds", "Only these kinds of thing.",
        of_document=lambda document: (document.kind,), value_names=kind_labels, is_enum=True,
    ),
    Facet(
        "topic", "Topic", "topics", "Only about any of these topics (slugs).",
        of_document=lambda document: document.topic_slugs, vocabulary="programmes.Topic.name",
    ),
    Facet(
        "programme", "Programme", "programmes", "Only of any of these programmes (slugs).",
        of_document=lambda document: document.programme_slugs, vocabulary="programmes.ProgrammePage.title", is_confirming=True,
    ),
    Facet(
        "core_area", "Core area", "core_areas", "Only of any of these core areas (slugs).",
        of_document=lambda document: document.core_areas, vocabulary="programmes.CoreArea.name",
    ),
    Facet(
        "person", "Person", "people", "Only with any of these people (slugs).",
        of_document=lambda document: document.people_slugs, vocabulary="programmes.Person.name", is_confirming=True,
    ),
    Facet(
        "organisation", "Organisation", "organisations", "Only with people of any of these organisations (slugs).",
        of_document=lambda document: document.organisation_slugs, vocabulary="access.MemberOrganisation.name",
    ),
    Facet(
        "year", "Year", "years", "Only of any of these years, e.g. `2026`.",
        of_document=lambda document: (str(document.date.year),) if document.date else (),
        order=ValueOrder.LATEST_FIRST, is_number=True,
    ),
    Facet(
        "length", "Length", "lengths", "Only recordings of any of these lengths.",
        of_document=lambda document: (length_of(document.duration_seconds),),
        value_names={"short": "Under 15 minutes", "medium": "15 minutes to an hour", "long": "An hour and more"},
        order=ValueOrder.AS_NAMED, is_enum=True,
    ),
    Facet(
        "language", "Language", "languages", "Only with captions in any of these languages (codes, e.g. `en`).",
        of_document=lambda document: document.languages, value_names=dict(LANGUAGES),
    ),
    Facet(
        "captions", "Captions", "caption_origins", "Only with captions that were made like this.",
        of_document=lambda document: document.caption_origins,
        value_names={
            "human": "Written or checked by a person", "machine": "Machine-made", "imported": "Origin unknown",
        },
        order=ValueOrder.AS_NAMED, is_enum=True,
    ),
    Facet(
        "audience", "Shared with", "audiences", "Only what is shared as widely as this.",
        of_document=lambda document: (audience_of(document.audience_tokens),),
        value_names={"public": "Everybody", "members": "Members only", "chosen": "Chosen organisations only"},
        order=ValueOrder.AS_NAMED, is_enum=True, is_for_members=True,
    ),
)  # fmt: skip
FACET_NAMES = tuple(facet.name for facet in FACETS)
FACET_OF_NAME = {facet.name: facet for facet in FACETS}
# Counted like a facet, and offered as a switch: whether a resource has captions at all, "yes" or "no".
CAPTIONED = "captioned"
# The facet by which not only things but their passages are narrowed: captions in each language are passages of their own.
LANGUAGE = "language"


def facet_tags(document: Any) -> list[tuple[str, str]]:
    """Return the (dimension, value) pairs that an index entry is found, narrowed and counted by."""
    values = {facet.name: facet.values_of(document) for facet in FACETS}
    values[CAPTIONED] = {"yes" if document.is_captioned else "no"}
    return [(name, value) for name, chosen in values.items() for value in sorted(chosen)]
