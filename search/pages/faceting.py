"""Turns the engine's facet counts into links that narrow or widen a search by one value, each called by its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.apps import apps

from ..engine import SearchResult
from ..facets import CAPTIONED, FACETS, Facet, ValueOrder
from .selection import SearchSelection

Names = Mapping[str, Mapping[str, str]]
# So many values of a facet lie open; up to MOST_OPTIONS are behind "more".
OPEN_OPTIONS = 8
MOST_OPTIONS = 60


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet: what it is called, how many hits it holds, and the address that toggles it."""

    label: str
    count: int
    query_string: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class OfferedFacet:
    """A facet with the values worth offering, of which `more` are shown only when asked for."""

    name: str
    label: str
    options: tuple[Option, ...]
    more: tuple[Option, ...] = ()


def names_of(result: SearchResult, selection: SearchSelection, principal: Any) -> dict[str, Mapping[str, str]]:
    """Return what the values of each facet are called; what is hidden from `principal` has no name, so it is never offered.

    Asks only for the values at hand: one statement for each vocabulary that occurs.
    """
    return {
        facet.name: _names_of(
            facet,
            {value for value, _ in result.facets.get(facet.name, ())[:MOST_OPTIONS]}
            | set(selection.chosen(facet.name)),
            principal,
        )
        for facet in FACETS
    }


def _names_of(facet: Facet, values: set[str], principal: Any) -> Mapping[str, str]:
    # To the public everything it finds is public: a facet of one value would only raise questions.
    if facet.is_for_members and not (principal.sees_everything_live or principal.organisation_id):
        return {}
    if (names := facet.fixed_names) is not None:
        return names
    if facet.is_number:
        return {value: value for value in values if value.isascii() and value.isdigit()}
    model_label, _, field = facet.vocabulary.rpartition(".")
    rows = apps.get_model(model_label)._default_manager.visible_to(principal)
    return dict(rows.filter(slug__in=values).values_list("slug", field)) if values else {}


def facets_of(result: SearchResult, selection: SearchSelection, names: Names) -> list[OfferedFacet]:
    """Return the facets that have something to offer. `names` tells what each value is called; unnamed ones stay hidden."""
    facets: list[OfferedFacet] = []
    for facet in FACETS:
        options = _options(facet, result, selection, names[facet.name])
        if facet.name == "captions":
            options = _captioned(result, selection) + options
        if options:
            chosen = sum(option.is_chosen for option in options)
            cut = max(OPEN_OPTIONS, chosen)
            # One hidden value would take the same room as the word that hides it.
            cut = cut + 1 if len(options) == cut + 1 else cut
            facets.append(OfferedFacet(facet.name, facet.label, tuple(options[:cut]), tuple(options[cut:MOST_OPTIONS])))
    return facets


def _options(facet: Facet, result: SearchResult, selection: SearchSelection, names: Mapping[str, str]) -> list[Option]:
    chosen = selection.chosen(facet.name)
    counts = dict(result.facets.get(facet.name, ()))
    values = [value for value in dict.fromkeys([*chosen, *counts]) if value in names]
    if facet.order is ValueOrder.AS_NAMED:
        values.sort(key=list(names).index)
    elif facet.order is ValueOrder.LATEST_FIRST:
        values.sort(reverse=True)
    return [
        Option(names[value], counts.get(value, 0), selection.toggled(facet.name, value).query_string(), value in chosen)
        for value in values
    ]


def _captioned(result: SearchResult, selection: SearchSelection) -> list[Option]:
    count = dict(result.facets.get(CAPTIONED, ())).get("yes", 0)
    if not count and not selection.is_captioned:
        return []
    toggled = replace(selection, is_captioned=not selection.is_captioned)
    return [Option("With captions", count, toggled.query_string(), selection.is_captioned)]


def filters_set(selection: SearchSelection, names: Names) -> list[tuple[str, SearchSelection]]:
    """Return (what the filter is called, the selection without it) for each filter that is set."""
    filters = [
        (names[facet.name].get(value, value), selection.toggled(facet.name, value))
        for facet in FACETS
        for value in selection.chosen(facet.name)
    ]
    if selection.day_from:
        filters.append((f"From {selection.day_from:%d/%m/%Y}", replace(selection, day_from=None)))
    if selection.day_to:
        filters.append((f"Until {selection.day_to:%d/%m/%Y}", replace(selection, day_to=None)))
    if selection.is_captioned:
        filters.append(("With captions", replace(selection, is_captioned=False)))
    return filters
