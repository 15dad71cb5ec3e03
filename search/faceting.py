"""Turns the engine's facet counts into links that narrow or widen a search by one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from .engine import SearchResult
from .selection import MULTIPLE, Selection

MOST_OPTIONS = 12
FACET_LABELS = {"kind": "Kind", "topic": "Topic", "programme": "Programme"}
KIND_LABELS = {
    "recording": "Recordings",
    "material": "Materials",
    "session": "Sessions",
    "programme": "Programmes",
    "page": "Pages",
}


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet: what it is called, how many hits it holds, and the address that toggles it."""

    label: str
    count: int
    query_string: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A dimension with the values worth offering."""

    name: str
    label: str
    options: tuple[Option, ...]


def facets_of(result: SearchResult, selection: Selection, names: Mapping[str, Mapping[str, str]]) -> list[Facet]:
    """Return the facets that have something to offer. `names` tells what each value is called; unnamed ones stay hidden."""
    facets: list[Facet] = []
    for name in MULTIPLE:
        chosen: tuple[str, ...] = getattr(selection, name)
        counts = dict(result.facets.get(name, ()))
        values = dict.fromkeys([*chosen, *counts])
        options = tuple(
            Option(
                names[name][value], counts.get(value, 0), selection.toggled(name, value).query_string(), value in chosen
            )
            for value in values
            if value in names[name]
        )
        if options:
            facets.append(Facet(name, FACET_LABELS[name], options[: max(MOST_OPTIONS, len(chosen))]))
    captioned = dict(result.facets.get("captioned", ())).get("yes", 0)
    if captioned or selection.is_captioned:
        toggled = replace(selection, is_captioned=not selection.is_captioned)
        option = Option("With captions", captioned, toggled.query_string(), selection.is_captioned)
        facets.append(Facet("captioned", "Captions", (option,)))
    return facets


def filters_set(selection: Selection, names: Mapping[str, Mapping[str, str]]) -> list[tuple[str, Selection]]:
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
