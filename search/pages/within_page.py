"""Searches inside one page of the library, for those who want all its moments and not only the best three."""

from __future__ import annotations

import logging

from cms.access.models import AudiencePage
from cms.site.cards import Card
from cms.site.requests import VisitorRequest

from ..engine import EngineUnavailable
from ..glossary import glossary
from ..indexing.index import engine
from ..indexing.resources import key_of
from ..kinds import KINDS
from .result_cards import FoundMoment, found_moment

log = logging.getLogger(__name__)
MOST_PLACES = 50


def inside(page: AudiencePage, query: str, request: VisitorRequest) -> list[FoundMoment]:
    """Return the places of `page` that hold the words of `query`, in its order; none when the index cannot tell."""
    if not query or type(page) not in KINDS or not page.live:
        return []
    try:
        moments = engine().moments_within(
            key_of(page),
            query,
            request.principal.audience_tokens,
            MOST_PLACES,
            synonyms=glossary().synonyms,
        )
    except EngineUnavailable:
        log.exception("the search index cannot be read")
        return []
    card = Card(
        kind=KINDS[type(page)].name, kind_label="", title=page.title, url=page.get_url(request) or "", page=page
    )
    return [found_moment(moment, card, query) for moment in moments]
