"""Joins what the engine found with what the database shows of it now, so that a result tells who, when and how long."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.safestring import SafeString, mark_safe

from cms.site.cards import Card
from cms.site.requests import VisitorRequest
from library.cards import part_word
from library.timecodes import format_timecode

from ..engine import Hit, Moment
from ..kinds import KINDS, Kind, kind_named
from ..learning.promotion import promoted_pages
from .moment_address import link_to_moment

# A result shows its best moments; the rest are behind a link that searches inside the thing.
SHOWN_MOMENTS = 3


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
    cards = {key: card for model, kind in KINDS.items() for key, card in _cards_of(model, kind, hits, request)}
    return [_found(hit, cards[hit.key], query) for hit in hits if hit.key in cards]


def _cards_of(model: Any, kind: Kind, hits: list[Hit], request: VisitorRequest) -> list[tuple[str, Card]]:
    uuids = [hit.key.partition(":")[2] for hit in hits if hit.kind == kind.name]
    if not uuids:
        return []
    rows: QuerySet = model._default_manager.visible_to(request.principal).filter(translation_key__in=uuids)
    cards = kind.cards(rows, request)
    return [(f"{kind.name}:{card.page.translation_key}", card) for card in cards]


def promoted_cards(text: str, request: VisitorRequest) -> list[Card]:
    """Return the cards of the pages that editors put first for these words, as far as the visitor may see them."""
    pages = promoted_pages(text, request.principal)
    found: dict[int, Card] = {}
    for model in dict.fromkeys(type(page) for page in pages):
        rows = model._default_manager.visible_to(request.principal).filter(pk__in=[page.pk for page in pages])
        found |= {card.page.pk: card for card in KINDS[model].cards(rows, request)}
    return [found[page.pk] for page in pages if page.pk in found]


def _found(hit: Hit, card: Card, query: str) -> SearchResults:
    # The engine escapes everything and adds nothing but <mark>: its tests hold it to that.
    return SearchResults(
        card=card,
        title_html=mark_safe(hit.title_html),
        summary_html=mark_safe(hit.summary_html),
        moments=tuple(found_moment(moment, card, query) for moment in hit.moments[:SHOWN_MOMENTS]),
        more_url=_more_url(hit, card, query),
        is_by_meaning=hit.is_by_meaning,
    )


def _more_url(hit: Hit, card: Card, query: str) -> str:
    kind = kind_named(hit.kind)
    if len(hit.moments) <= SHOWN_MOMENTS or kind is None or not kind.searched_inside:
        return ""
    return f"{card.url}?{urlencode({'q': query})}#{kind.searched_inside}"


def found_moment(moment: Moment, card: Card, query: str = "") -> FoundMoment:
    """Return a moment as a list shows it; `card` is of the thing that it is in, and `query` goes with the visitor."""
    label, url = "", ""
    if moment.start_seconds is not None:
        label, url = format_timecode(moment.start_seconds), link_to_moment(card.url, moment, query)
    elif moment.page_number is not None:
        document = getattr(card.page, "document", None)
        mime_type = document.mime_type if document else ""
        label, url = f"{part_word(mime_type)} {moment.page_number}", link_to_moment(card.url, moment, query)
    return FoundMoment(mark_safe(moment.html), label, url, moment.speaker)
