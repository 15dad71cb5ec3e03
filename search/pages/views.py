"""The search page: for any input an answer, and where nothing is found a way on."""

from __future__ import annotations

import logging
from dataclasses import asdict, replace
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from cms.site.paging import PAGE_SIZE, page_number, paging
from library.lists.listing import read_choice
from library.models import LibraryIndexPage

from ..engine import EngineUnavailable, Hint, SearchResult, SearchSort
from ..glossary import Glossary, definitions, glossary
from ..indexing.index import engine
from ..learning.recorder import recorder
from ..models import SearchSettings
from .faceting import facets_of, filters_set, names_of
from .inquiries import new_form
from .no_results import near_terms, popular_topics
from .result_cards import SHOWN_MOMENTS, found_of, promoted_cards
from .selection import SearchSelection, read_selection
from .suggestions import suggest

log = logging.getLogger(__name__)

SORT_LABELS = {
    SearchSort.RELEVANCE: "Best match",
    SearchSort.NEWEST: "Newest",
    SearchSort.OLDEST: "Oldest",
    SearchSort.LONGEST: "Longest",
    SearchSort.SHORTEST: "Shortest",
}
# Each costs a search, so only the first few filters are tried out when nothing was found.
MOST_FILTERS_TRIED = 6


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Show what was found for `q`; 503 with a plain word when the index cannot be read."""
    selection = read_selection(lambda name: request.GET.get(name, ""), request.GET.getlist)
    if not selection.text and selection.is_narrowed and (library := _library_list(selection, request)):
        return redirect(library)
    context: dict[str, Any] = {"selection": selection, "sorts": _sorts(selection)}
    try:
        context |= _answer(selection, request)
    except EngineUnavailable:
        log.exception("the search index cannot be read")
        return render(request, "search/results.html", {**context, "is_unavailable": True}, status=503)
    return render(request, "search/results.html", context)


def _library_list(selection: SearchSelection, request: HttpRequest) -> str:
    """Return the address of the library's list narrowed in the same way: without words there is nothing to search for."""
    library = LibraryIndexPage.objects.visible_to(request.principal).first()  # type: ignore[attr-defined]
    choice = read_choice(dict(selection.pairs()))
    return f"{library.get_url(request)}{choice.query_string()}" if library is not None and choice.is_narrowed else ""


def _answer(selection: SearchSelection, request: Any) -> dict[str, Any]:
    size, words = PAGE_SIZE, glossary()
    asked = page_number(request.GET.get("page"))
    result = _search(selection, words, request, first=size, offset=(asked - 1) * size)
    where = paging(request.GET.get("page"), result.total, size)
    if where.number != asked and result.total:
        result = _search(selection, words, request, first=size, offset=where.offset)
    is_searched = bool(selection.text) and result.hint not in (Hint.NO_WORDS, Hint.ONLY_COMMON_WORDS)
    # Paging and narrowing are part of the same search, and tell nothing about whether the words find anything.
    if is_searched and asked == 1 and not selection.is_narrowed:
        # What is found by meaning alone is not there in these words: editors shall hear of them all the same.
        recorder.search(request, selection.text, 0 if result.hint is Hint.BY_MEANING else result.total)
    names = names_of(result, selection, request.principal)
    filters = filters_set(selection, names)
    return {
        "result": result,
        "hint": result.hint,
        "correction": result.correction,
        "exact_link": replace(selection, is_exact=True).query_string(),
        "corrected_link": replace(selection, text=result.correction.text).query_string() if result.correction else "",
        "definitions": definitions(words.asked_about(selection.text)),
        "carried": _carried(selection, filters).pairs(),
        "is_searched": is_searched,
        "promoted": promoted_cards(selection.text, request) if is_searched and asked == 1 else [],
        "are_alerts_offered": is_searched and SearchSettings.load(request).are_alerts_offered,
        "found": found_of(result.hits, request, _words_found(result, selection)),
        "paging": where,
        "page_links": [(number, selection.query_string(number) if number else "") for number in where.numbers],
        "previous_link": selection.query_string(where.previous) if where.previous else "",
        "next_link": selection.query_string(where.next) if where.next else "",
        "facets": facets_of(result, selection, names),
        "filters_set": [(label, without.query_string()) for label, without in filters],
        "without_filters": SearchSelection(text=selection.text, sort=selection.sort).query_string(),
        **(_ways_on(selection, filters, result, words, request) if is_searched and not result.total else {}),
    }


def _words_found(result: SearchResult, selection: SearchSelection) -> str:
    """Return the words that the hits were found by: corrected, where they were mistyped."""
    return result.correction.text if result.correction and result.correction.is_applied else selection.text


def _search(selection: SearchSelection, words: Glossary, request: Any, first: int, offset: int = 0) -> SearchResult:
    return engine().search(
        selection.text,
        request.principal.audience_tokens,
        filters=selection.filters,
        sort=selection.sort,
        first=first,
        offset=offset,
        moments_per_hit=SHOWN_MOMENTS + 1,  # one more tells whether there are more
        is_corrected=not selection.is_exact,
        synonyms=words.synonyms,
        names=words.known_words,
    )


def _carried(selection: SearchSelection, filters: list[tuple[str, SearchSelection]]) -> SearchSelection:
    """Return what the next search in the box is narrowed by as well.

    A filter that says the same as the words came with a suggestion, not from the searcher: other words are not meant in it.
    """
    said = selection.text.casefold()
    return next((without for label, without in filters if label.casefold().endswith(said)), selection)


def _ways_on(
    selection: SearchSelection,
    filters: list[tuple[str, SearchSelection]],
    result: SearchResult,
    words: Glossary,
    request: Any,
) -> dict[str, Any]:
    """Return what helps where nothing was found: filters to drop (with how many there would be), near terms, topics."""
    ways = [
        (label, _search(without, words, request, first=0).total, without)
        for label, without in filters[:MOST_FILTERS_TRIED]
    ]
    return {
        "ways_on": [(label, total, without.query_string()) for label, total, without in ways if total],
        "total_without_filters": _search(SearchSelection(text=selection.text), words, request, first=0).total
        if filters
        else 0,
        "near_terms": near_terms(result.words, words.asked_about(selection.text), request),
        "popular_topics": popular_topics(request),
        "ask_form": new_form(selection.text),
    }


def _sorts(selection: SearchSelection) -> list[tuple[str, str, bool]]:
    return [
        (label, replace(selection, sort=sort).query_string(), sort is selection.sort)
        for sort, label in SORT_LABELS.items()
    ]


@require_safe
def suggestions(request: Any) -> JsonResponse:
    """Answer what `q`, still being typed, may mean: {"groups": [{"name", "label", "suggestions": [{"text", "detail", "url"}]}]}.

    Without an index there are no suggestions, and the box stays a plain one.
    """
    try:
        groups = suggest(request.GET.get("q", ""), request.principal)
    except EngineUnavailable:
        log.exception("the search index cannot be read")
        groups = []
    return JsonResponse({"groups": [asdict(group) for group in groups]})
