"""Joins what the engine found with what the database shows of it now, so that a result tells who, when and how long."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.safestring import SafeString, mark_safe

from cms.site.cards import Card
from cms.site.requests import VisitorRequest
from library.cards import material_cards, part_word, recording_cards
from library.models import MaterialPage, RecordingPage
from library.timecodes import format_timecode
from programmes.cards import programme_cards, session_cards
from programmes.models import ProgrammePage, SessionPage

from ..engine import Hit, Moment
from ..indexing.resources import KINDS
from ..learning.promotion import promoted_pages

# A result shows its best moments; the rest are behind a link that searches inside the thing.
SHOWN_MOMENTS = 3

CardMaker = Callable[[Any, VisitorRequest], list[Card]]
_MAKERS: dict[type, CardMaker] = {
    RecordingPage: recording_cards,
    MaterialPage: material_cards,
    SessionPage: session_cards,
    ProgrammePage: programme_cards,
}
# The kinds whose pages search in themselves, and where on the page they show it.
_SEARCHED_INSIDE = {"recording": "transcript", "material": "inside"}


@dataclass(frozen=True, slots=True)
class FoundMoment:
    """A moment as a sentence with the link that leads to it; `label` is `12:34`, `Page 3`, or "" for a plain sentence."""

    html: SafeString
    label: str
    url: str
    speaker: str


@dataclass(frozen=True, slots=True)
class SearchResults:
    """One search result."""

    card: Card
    title_html: SafeString
    summary_html: SafeString
    moments: tuple[FoundMoment, ...]
    more_url: str = ""
    is_by_meaning: bool = False


def found_of(hits: Iterable[Hit], request: VisitorRequest, query: str = "") -> list[SearchResults]:
    """Return the hits in their order, each with its card; one that the database does not show (any more) is left out.

    A hit with more than SHOWN_MOMENTS moments gets a `more_url` that looks for `query` inside the thing.

    A fixed number of queries for each kind of resource, however many hits.
    """
    hits = list(hits)
    cards = {key: card for model in KINDS for key, card in _cards_of(model, hits, request)}
    return [_found(hit, cards[hit.key], query) for hit in hits if hit.key in cards]


def _cards_of(model: Any, hits: list[Hit], request: VisitorRequest) -> list[tuple[str, Card]]:
    kind = KINDS[model].name
    uuids = [hit.key.partition(":")[2] for hit in hits if hit.kind == kind]
    if not uuids:
        return []
    rows: QuerySet = model.objects.visible_to(request.principal).filter(translation_key__in=uuids)
    cards = _MAKERS.get(model, page_cards)(rows, request)
    return [(f"{kind}:{card.page.translation_key}", card) for card in cards]


def promoted_cards(text: str, request: VisitorRequest) -> list[Card]:
    """Return the cards of the pages that editors put first for these words, as far as the visitor may see them."""
    pages = promoted_pages(text, request.principal)
    found: dict[int, Card] = {}
    for model in dict.fromkeys(type(page) for page in pages):
        rows = model._default_manager.visible_to(request.principal).filter(pk__in=[page.pk for page in pages])
        found |= {card.page.pk: card for card in _MAKERS.get(model, page_cards)(rows, request)}
    return [found[page.pk] for page in pages if page.pk in found]


def page_cards(pages: Iterable[Any], request: VisitorRequest) -> list[Card]:
    """Return cards of plain pages."""
    return [
        Card(
            kind="page",
            kind_label="Page",
            title=page.title,
            url=page.get_url(request) or "",
            summary=page.summary,
            page=page,
        )
        for page in pages
    ]


def _found(hit: Hit, card: Card, query: str) -> SearchResults:
    # The engine escapes everything and adds nothing but <mark>: its tests hold it to that.
    return SearchResults(
        card=card,
        title_html=mark_safe(hit.title_html),
        summary_html=mark_safe(hit.summary_html),
        moments=tuple(found_moment(moment, card) for moment in hit.moments[:SHOWN_MOMENTS]),
        more_url=_more_url(hit, card, query),
        is_by_meaning=hit.is_by_meaning,
    )


def _more_url(hit: Hit, card: Card, query: str) -> str:
    if len(hit.moments) <= SHOWN_MOMENTS or card.kind not in _SEARCHED_INSIDE:
        return ""
    return f"{card.url}?{urlencode({'q': query})}#{_SEARCHED_INSIDE[card.kind]}"


def found_moment(moment: Moment, card: Card) -> FoundMoment:
    """Return a moment as a list shows it; `card` is of the thing that it is in."""
    label, url = "", ""
    if moment.start_seconds is not None:
        # Rounded down, so that the first word is heard.
        label, url = format_timecode(moment.start_seconds), f"{card.url}?t={int(moment.start_seconds)}"
    elif moment.page_number is not None:
        mime_type = card.page.document.mime_type if card.kind == "material" and card.page.document else ""
        label, url = f"{part_word(mime_type)} {moment.page_number}", f"{card.url}?page={moment.page_number}"
    return FoundMoment(mark_safe(moment.html), label, url, moment.speaker)
