"""Turns the engine's facet counts into links that narrow or widen a search by one value, each called by its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from cms.access.models import MemberOrganisation
from library.languages import LANGUAGES
from library.models import CaptionOrigin
from programmes.models import CoreArea, Person, ProgrammePage, Topic

from ..engine import SearchResult
from .selection import MULTIPLE, SearchSelection

Names = Mapping[str, Mapping[str, str]]
# So many values of a facet lie open; up to MOST_OPTIONS are behind "more".
OPEN_OPTIONS = 8
MOST_OPTIONS = 60
FACET_LABELS = {
    "kind": "Kind",
    "topic": "Topic",
    "programme": "Programme",
    "core_area": "Core area",
    "person": "Person",
    "organisation": "Organisation",
    "year": "Year",
    "length": "Length",
    "language": "Language",
    "captions": "Captions",
    "audience": "Shared with",
}
KIND_LABELS = {
    "recording": "Recordings",
    "material": "Materials",
    "session": "Sessions",
    "programme": "Programmes",
    "page": "Pages",
}
LENGTH_LABELS = {"short": "Under 15 minutes", "medium": "15 minutes to an hour", "long": "An hour and more"}
AUDIENCE_LABELS = {"public": "Everybody", "members": "Members only", "chosen": "Chosen organisations only"}
ORIGIN_LABELS = {
    CaptionOrigin.HUMAN.value: "Written or checked by a person",
    CaptionOrigin.MACHINE.value: "Machine-made",
    CaptionOrigin.IMPORTED.value: "Origin unknown",
}
# The order in which values stand where their own order tells more than how many there are.
_FIXED_ORDER = {"length": list(LENGTH_LABELS), "audience": list(AUDIENCE_LABELS), "captions": list(ORIGIN_LABELS)}


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet: what it is called, how many hits it holds, and the address that toggles it."""

    label: str
    count: int
    query_string: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A dimension with the values worth offering, of which `more` are shown only when asked for."""

    name: str
    label: str
    options: tuple[Option, ...]
    more: tuple[Option, ...] = ()


def names_of(result: SearchResult, selection: SearchSelection, principal: Any) -> dict[str, dict[str, str]]:
    """Return what the values of each facet are called; what is hidden from `principal` has no name, so it is never offered.

    Asks only for the values at hand: one statement for each vocabulary that occurs.
    """
    asked = {
        name: {value for value, _ in result.facets.get(name, ())[:MOST_OPTIONS]} | set(getattr(selection, name))
        for name in MULTIPLE
    }
    years = {year: year for year in asked["year"] if year.isascii() and year.isdigit()}
    return {
        "kind": KIND_LABELS,
        "topic": _called(Topic.objects.visible_to(principal), "name", asked["topic"]),
        "programme": _called(ProgrammePage.objects.visible_to(principal), "title", asked["programme"]),
        "core_area": _called(CoreArea.objects.visible_to(principal), "name", asked["core_area"]),
        "person": _called(Person.objects.visible_to(principal), "name", asked["person"]),
        "organisation": _called(MemberOrganisation.objects.visible_to(principal), "name", asked["organisation"]),
        "year": years,
        "length": LENGTH_LABELS,
        "language": dict(LANGUAGES),
        "captions": ORIGIN_LABELS,
        # To the public everything it finds is public: a facet of one value would only raise questions.
        "audience": AUDIENCE_LABELS if principal.sees_everything_live or principal.organisation_id else {},
    }


def _called(rows: Any, field: str, slugs: set[str]) -> dict[str, str]:
    return dict(rows.filter(slug__in=slugs).values_list("slug", field)) if slugs else {}


def facets_of(result: SearchResult, selection: SearchSelection, names: Names) -> list[Facet]:
    """Return the facets that have something to offer. `names` tells what each value is called; unnamed ones stay hidden."""
    facets: list[Facet] = []
    for name in MULTIPLE:
        options = _options(name, result, selection, names[name])
        if name == "captions":
            options = _captioned(result, selection) + options
        if options:
            chosen = sum(option.is_chosen for option in options)
            cut = max(OPEN_OPTIONS, chosen)
            # One hidden value would take the same room as the word that hides it.
            cut = cut + 1 if len(options) == cut + 1 else cut
            facets.append(Facet(name, FACET_LABELS[name], tuple(options[:cut]), tuple(options[cut:MOST_OPTIONS])))
    return facets


def _options(name: str, result: SearchResult, selection: SearchSelection, names: Mapping[str, str]) -> list[Option]:
    chosen: tuple[str, ...] = getattr(selection, name)
    counts = dict(result.facets.get(name, ()))
    values = [value for value in dict.fromkeys([*chosen, *counts]) if value in names]
    if name in _FIXED_ORDER:
        values.sort(key=_FIXED_ORDER[name].index)
    elif name == "year":
        values.sort(reverse=True)
    return [
        Option(names[value], counts.get(value, 0), selection.toggled(name, value).query_string(), value in chosen)
        for value in values
    ]


def _captioned(result: SearchResult, selection: SearchSelection) -> list[Option]:
    count = dict(result.facets.get("captioned", ())).get("yes", 0)
    if not count and not selection.is_captioned:
        return []
    toggled = replace(selection, is_captioned=not selection.is_captioned)
    return [Option("With captions", count, toggled.query_string(), selection.is_captioned)]


def filters_set(selection: SearchSelection, names: Names) -> list[tuple[str, SearchSelection]]:
    """Return (what the filter is called, the selection without it) for each filter that is set."""
    filters = [
        (names[name].get(value, value), selection.toggled(name, value))
        for name in MULTIPLE
        for value in getattr(selection, name)
    ]
    if selection.day_from:
        filters.append((f"From {selection.day_from:%d/%m/%Y}", replace(selection, day_from=None)))
    if selection.day_to:
        filters.append((f"Until {selection.day_to:%d/%m/%Y}", replace(selection, day_to=None)))
    if selection.is_captioned:
        filters.append(("With captions", replace(selection, is_captioned=False)))
    return filters
