"""The calendar of one session, and the feeds of many: what the caller may see of them, and never more.

A session that is withdrawn or narrowed leaves the feeds, and calendars that subscribe drop it. It is not told as cancelled:
it may well take place, and in a feed for everybody that would tell strangers of what they may not know of.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response, patch_vary_headers, set_response_etag
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe
from wagtail.models import Page

from cms.access.middleware import PRIVATE_CACHE
from cms.access.models import CalendarAddress
from cms.access.principals import VISITOR, Principal, principal_of_organisation
from cms.site.requests import VisitorRequest

from ..models import Person, ProgrammePage, SessionPage, Topic
from .events import Organiser, SessionFacts, calendar_of

# Far beyond what an academy holds; the latest come first.
MOST_EVENTS = 5000
# So long may an answer for everybody be kept by others; what is for some is asked for anew each time.
PUBLIC_CACHE = "public, max-age=300"
TOKEN_CACHE = "private, no-cache"  # noqa: S105


@require_safe
def everything(request: VisitorRequest) -> HttpResponse:
    """Answer with all sessions that the caller may see."""
    return _feed(request, SessionPage.objects.all(), "", "sessions")


@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """Answer with all sessions that an organisation may see, to whoever has its address; 404 for one that opens nothing."""
    address = CalendarAddress.objects.find(token)
    if address is None:
        raise Http404
    organisation = address.organisation
    principal = principal_of_organisation(organisation)
    facts = _facts(SessionPage.objects.all(), principal, request)
    organiser = _organiser(request)
    body = calendar_of(facts, organiser, f"{organiser.name}: {organisation.name}")
    return _answer(request, body, "sessions", TOKEN_CACHE)


@require_safe
def named(request: VisitorRequest, kind: str, slug: str) -> HttpResponse:
    """Answer with the sessions about a topic, or with those that a person has a part in."""
    model: Any = Topic if kind == "topics" else Person
    thing = model.objects.visible_to(request.principal).filter(slug=slug).first()
    if thing is None:
        raise Http404
    # A subquery, not a join: somebody with two roles has a session once.
    mine = SessionPage.topics.through.objects.filter(topic=thing).values("sessionpage_id") if kind == "topics" else (
        thing.session_roles.values("session_id")
    )  # fmt: skip
    return _feed(request, SessionPage.objects.filter(pk__in=mine), str(thing), thing.slug)


@require_safe
def of_page(request: VisitorRequest, path: str) -> HttpResponse:
    """Answer with the one session, or with the sessions of the programme, that lies at this path; 404 for any other page."""
    route = Page.route_for_request(request, path)
    page = route.page if route is not None else None
    if isinstance(page, ProgrammePage):
        return _feed(request, SessionPage.objects.filter(programme_id=page.pk), page.title, page.slug)
    if isinstance(page, SessionPage):
        facts = _facts(SessionPage.objects.filter(pk=page.pk), request.principal, request)
        if facts:
            body = calendar_of(facts, _organiser(request))
            return _answer(request, body, page.slug, _cache_for(request.principal), is_download=True)
    raise Http404


def _feed(request: VisitorRequest, sessions: QuerySet[SessionPage], name: str, file_name: str) -> HttpResponse:
    organiser = _organiser(request)
    title = f"{organiser.name}: {name}" if name else organiser.name
    facts = _facts(sessions, request.principal, request)
    body = calendar_of(facts, organiser, title, settings.BASE_URL + request.path)
    return _answer(request, body, file_name, _cache_for(request.principal))


def _facts(sessions: QuerySet[SessionPage], principal: Principal, request: HttpRequest) -> list[SessionFacts]:
    """Return what the calendar tells of those sessions that the principal may see and whose date is known; one statement."""
    dated = sessions.visible_to(principal).filter(starts_at__isnull=False)
    rows = dated.select_related("calendar_entry").order_by("-starts_at", "pk")[:MOST_EVENTS]
    return [facts_of(page, request) for page in rows]


def facts_of(page: SessionPage, request: HttpRequest | None = None) -> SessionFacts:
    """Return what a calendar is told of a session."""
    entry = getattr(page, "calendar_entry", None)
    path = page.get_url_parts(request)
    return SessionFacts(
        uid=str(page.translation_key),
        title=page.title,
        starts_at=page.starts_at,
        ends_at=page.ends_at,
        time_zone=page.time_zone,
        url=settings.BASE_URL + (path[2] if path else "/"),
        changed_at=entry.changed_at if entry else page.last_published_at or page.starts_at,
        sequence=entry.sequence if entry else 0,
        summary=page.summary,
        status_words=page.status_words,
        joining_note=page.joining_note,
        place=page.place,
        is_cancelled=page.is_cancelled,
    )


def _organiser(request: HttpRequest) -> Organiser:
    # The academy's name is kept in an app above: templates are given it.
    name, _, email = render_to_string("programmes/organiser.txt", request=request).strip().partition("\n")
    return Organiser(name.strip(), email.strip() or settings.DEFAULT_FROM_EMAIL)


def _cache_for(principal: Principal) -> str:
    return PUBLIC_CACHE if principal == VISITOR else PRIVATE_CACHE


def _answer(
    request: HttpRequest, body: bytes, file_name: str, cache: str, *, is_download: bool = False
) -> HttpResponse:
    """Return the calendar, or 304 where the caller has it already."""
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(is_download, f"{file_name}.ics") or ""
    response["Cache-Control"] = cache
    response["X-Robots-Tag"] = "noindex"
    if cache != TOKEN_CACHE:
        patch_vary_headers(response, ["Cookie", "Authorization"])
    set_response_etag(response)
    return get_conditional_response(request, etag=response["ETag"], response=response) or response
