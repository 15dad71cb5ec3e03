"""Any search as an Atom feed (RFC 4287): for feed readers, and for partners with their key in the Authorization header."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, set_response_etag
from django.utils.html import escape
from django.views.decorators.http import require_safe

from cms.site.feeds import AtomFeed, in_xml

from ..engine import EngineUnavailable
from ..pages.result_cards import SearchResults, found_of
from ..pages.selection import SearchSelection, read_selection
from .digest import absolute
from .matches import hits_of
from .naming import filters_in_words

ENTRIES = 50
# Content that matches is read to this depth; of it the latest published stand in the feed.
DEPTH = 400


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Answer with the latest published things that match the search in the address; 304 when nothing changed."""
    selection = read_selection(lambda name: request.GET.get(name, ""), request.GET.getlist)
    try:
        found = _latest(selection, request)
    except EngineUnavailable:
        return HttpResponse(
            "Search is not available right now. Try again in a few minutes.\n",
            status=503,
            content_type="text/plain",
            headers={"Retry-After": "120"},
        )
    response = HttpResponse(
        _atom(selection, found, request).writeString("utf-8"), content_type="application/atom+xml; charset=utf-8"
    )
    set_response_etag(response)
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def _latest(selection: SearchSelection, request: Any) -> list[SearchResults]:
    hits = hits_of(
        selection,
        request.principal.audience_tokens,
        most=DEPTH,
        moments_per_hit=1,
        is_corrected=not selection.is_exact,
    )
    found = found_of(hits, request)
    return sorted(found, key=_published, reverse=True)[:ENTRIES]


def _published(result: SearchResults) -> Any:
    return result.card.page.first_published_at or result.card.page.latest_revision_created_at or timezone.now()


def _title(selection: SearchSelection, request: Any) -> str:
    title = f"Search: {selection.text}" if selection.text else "Search"
    filters = filters_in_words(selection, request.principal)
    return f"{title} ({filters})" if filters else title


def _summary_html(result: SearchResults) -> str:
    spoken = [f"{moment.label}: {moment.html}".removeprefix(": ") for moment in result.moments]
    return "<br>".join(filter(None, [escape(result.card.summary), *spoken]))


def _atom(selection: SearchSelection, found: list[SearchResults], request: Any) -> AtomFeed:
    query_string = selection.query_string()
    generator = AtomFeed(
        title=in_xml(_title(selection, request)),
        link=settings.BASE_URL + reverse("search:results") + query_string,
        feed_url=settings.BASE_URL + reverse("search:feed") + query_string,
        description="Everything in the library about it, newest first.",
        language=settings.LANGUAGE_CODE,
        # Home, which keeps the academy's name, lies above search: templates are given it.
        author_name=in_xml(render_to_string("search/feed_author.txt", request=request).strip()),
    )
    for result in found:
        page = result.card.page
        generator.add_item(
            title=in_xml(result.card.title),
            link=absolute(result.moments[0].url if result.moments and result.moments[0].url else result.card.url),
            description=in_xml(_summary_html(result)),
            unique_id=f"urn:uuid:{page.translation_key}",
            pubdate=_published(result),
            updateddate=page.last_published_at or _published(result),
            categories=[result.card.kind_label],
        )
    return generator
