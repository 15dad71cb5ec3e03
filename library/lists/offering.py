"""What there is to choose from beside the library's list: only values that lead to something, and what a page of it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, QuerySet, Value

from cms.site.requests import VisitorRequest

from .listing import KIND, LISTED, SORTS, LibraryChoice, fitting, kind_choices, list_cards
from .narrowing import FILTERS, Filter


def listing_context(choice: LibraryChoice, request: VisitorRequest) -> dict[str, Any]:
    """Return the `cards` of one page of the list, its `paging`, the `choice` made and what there is to choose from."""
    cards, paging = list_cards(choice, request.GET.get("page"), request)
    offered = offered_filters(choice, request)
    return {
        "cards": cards,
        "paging": paging,
        "choice": choice,
        "filters": offered,
        "chosen": chosen_filters(choice, offered),
        "page_links": [(number, choice.query_string(page=number) if number else "") for number in paging.numbers],
        "previous_link": choice.query_string(page=paging.previous) if paging.previous else "",
        "next_link": choice.query_string(page=paging.next) if paging.next else "",
        "sorts": SORTS.items(),
    }


@dataclass(frozen=True, slots=True)
class OfferedFilter:
    """A filter as a list to choose from: (value, what it is called) pairs that lead to something, and the one chosen."""

    name: str
    label: str
    every: str
    options: tuple[tuple[str, str], ...]
    chosen: str

    @property
    def chosen_label(self) -> str:
        """What the chosen value is called; the value itself where it leads to nothing."""
        return dict(self.options).get(self.chosen, self.chosen)


def offered_filters(choice: LibraryChoice, request: VisitorRequest) -> list[OfferedFilter]:
    """Return the filters that have something to choose, each with the values that occur under all the others; one statement."""
    querysets = list(_kinds_that_occur(choice, request))
    open_filters = [library_filter for library_filter in FILTERS if library_filter.name not in dict(choice.within)]
    for offered_filter in open_filters:
        for name in LISTED:
            if _may_show(name, choice):
                querysets += offered_filter.values(
                    fitting(name, choice, request, without=offered_filter.name), name, request
                )
    found: dict[str, dict[str, str]] = {}
    for filter_name, value, called in querysets[0].union(*querysets[1:]):
        found.setdefault(filter_name, {})[value] = called
    kinds = [(value, label) for value, label in kind_choices() if value in found.get(KIND, {}) or value == choice.kind]
    offered = [OfferedFilter(KIND, "Kind", "Everything", tuple(kinds), choice.kind)]
    for offered_filter in open_filters:
        options = _called(offered_filter, found.get(offered_filter.name, {}))
        chosen = choice.value_of(offered_filter.name)
        if chosen and chosen not in dict(options):
            options = (*options, (chosen, chosen))
        if options:
            offered.append(
                OfferedFilter(offered_filter.name, offered_filter.label, offered_filter.every, options, chosen)
            )
    return offered


def _may_show(name: str, choice: LibraryChoice) -> bool:
    """Whether pages of a kind could be shown once one more filter is set."""
    return choice.shows(name) if choice.kind else True


def _kinds_that_occur(choice: LibraryChoice, request: VisitorRequest) -> list[QuerySet[Any]]:
    def text(words: str) -> Any:
        return Value(words, CharField())

    querysets = []
    for name, listed in LISTED.items():
        rows = fitting(name, choice, request).order_by()
        querysets.append(rows.values_list(text(KIND), text(name), text("")).distinct())
        if listed.forms:
            querysets.append(rows.values_list(text(KIND), F(KIND), text("")).distinct())
    return querysets


def _called(library_filter: Filter, values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return (value, what it is called) pairs in the order in which they are offered."""
    if library_filter.names is not None:
        return tuple((value, name) for value, name in library_filter.names.items() if value in values)
    if library_filter.name == "year":
        return tuple((value, value) for value in sorted(values, reverse=True))
    return tuple(sorted(values.items(), key=lambda pair: pair[1].casefold()))


def chosen_filters(choice: LibraryChoice, offered: list[OfferedFilter]) -> list[tuple[str, str]]:
    """Return (label, address without it) for each filter that is set."""
    return [(offer.chosen_label, choice.query_string(**{offer.name: ""})) for offer in offered if offer.chosen]


def slugs_in_use(name: str, request: VisitorRequest) -> set[str]:
    """Return the values of a filter under which there is anything that the visitor may see; one statement."""
    choice, chosen = LibraryChoice(), next(library_filter for library_filter in FILTERS if library_filter.name == name)
    querysets = [values for kind in LISTED for values in chosen.values(fitting(kind, choice, request), kind, request)]
    return {value for _, value, _ in querysets[0].union(*querysets[1:])}
