"""The search page: for any input an answer, and where nothing is found a way on."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from programmes.models import ProgrammePage, Topic
from programmes.paging import PAGE_SIZE, page_number, paging

from .engine import EngineUnavailable, Hint, SearchResult, SearchSort
from .faceting import KIND_LABELS, facets_of, filters_set
from .found import found_of, promoted_cards
from .glossary import definitions, glossary
from .index import engine
from .learning.recorder import recorder
from .models import SearchSettings
from .selection import Selection, read_selection

log = logging.getLogger(__name__)

SORT_LABELS = {SearchSort.RELEVANCE: "Best match", SearchSort.NEWEST: "Newest", SearchSort.OLDEST: "Oldest"}
# Each costs a search, so only the first few filters are tried out when nothing was found.
MOST_FILTERS_TRIED = 6


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Show what was found for `q`; 503 with a plain word when the index cannot be read."""
    selection = read_selection(lambda name: request.GET.get(name, ""), request.GET.getlist)
    context: dict[str, Any] = {"selection": selection, "sorts": _sorts(selection)}
    try:
        context |= _answer(selection, request)
    except EngineUnavailable:
        log.exception("the search index cannot be read")
        return render(request, "search/results.html", {**context, "is_unavailable": True}, status=503)
    return render(request, "search/results.html", context)


def _answer(selection: Selection, request: Any) -> dict[str, Any]:
    size = PAGE_SIZE
    asked = page_number(request.GET.get("page"))
    result = _search(selection, request, first=size, offset=(asked - 1) * size)
    where = paging(request.GET.get("page"), result.total, size)
    if where.number != asked and result.total:
        result = _search(selection, request, first=size, offset=where.offset)
    is_searched = bool(selection.text) and result.hint not in (Hint.NO_WORDS, Hint.ONLY_COMMON_WORDS)
    # Paging and narrowing are part of the same search, and tell nothing about whether the words find anything.
    if is_searched and asked == 1 and not selection.is_narrowed:
        recorder.search(request, selection.text, result.total)
    names = _names(request)
    filters = filters_set(selection, names)
    return {
        "result": result,
        "hint": result.hint,
        "definitions": definitions(glossary().asked_about(selection.text)),
        "is_searched": is_searched,
        "promoted": promoted_cards(selection.text, request) if is_searched and asked == 1 else [],
        "are_alerts_offered": is_searched and SearchSettings.load(request).are_alerts_offered,
        "found": found_of(result.hits, request),
        "paging": where,
        "page_links": [(number, selection.query_string(number) if number else "") for number in where.numbers],
        "previous_link": selection.query_string(where.previous) if where.previous else "",
        "next_link": selection.query_string(where.next) if where.next else "",
        "facets": facets_of(result, selection, names),
        "filters_set": [(label, without.query_string()) for label, without in filters],
        "ways_on": _ways_on(filters, request) if not result.total else [],
        "without_filters": Selection(text=selection.text, sort=selection.sort).query_string(),
    }


def _search(selection: Selection, request: Any, first: int, offset: int = 0) -> SearchResult:
    return engine().search(
        selection.text,
        request.principal.audience_tokens,
        filters=selection.filters,
        sort=selection.sort,
        first=first,
        offset=offset,
    )


def _ways_on(filters: list[tuple[str, Selection]], request: Any) -> list[tuple[str, int, str]]:
    """Return (filter, how many there would be without it, address), for those filters whose loss would help."""
    ways = [
        (label, _search(without, request, first=0).total, without) for label, without in filters[:MOST_FILTERS_TRIED]
    ]
    return [(label, total, without.query_string()) for label, total, without in ways if total]


def _names(request: Any) -> dict[str, dict[str, str]]:
    """Return what the values of each facet are called; a hidden programme has no name, so it is never offered."""
    programmes = ProgrammePage.objects.visible_to(request.principal).order_by("title")
    return {
        "kind": KIND_LABELS,
        "topic": dict(Topic.objects.values_list("slug", "name")),
        "programme": dict(programmes.values_list("slug", "title")),
    }


def _sorts(selection: Selection) -> list[tuple[str, str, bool]]:
    return [
        (label, replace(selection, sort=sort).query_string(), sort is selection.sort)
        for sort, label in SORT_LABELS.items()
    ]
