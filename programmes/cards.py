"""Cards of programmes and sessions for every list that shows them, with a fixed number of queries each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from cms.site.cards import Card
from cms.site.dates import when_words
from cms.site.requests import VisitorRequest

from .models import Person, ProgrammePage, SessionPage, SessionPerson


def visible_people(request: VisitorRequest) -> QuerySet[Person]:
    """Return the people whom this request may see, with their organisations."""
    return Person.objects.visible_to(request.principal).select_related("organisation")


def session_cards(sessions: QuerySet[SessionPage], request: VisitorRequest) -> list[Card]:
    """Return cards of sessions, which the caller has narrowed to what is visible; three statements however many."""
    roles = SessionPerson.objects.filter(person__in=visible_people(request)).select_related("person")
    rows = sessions.prefetch_related(Prefetch("people", roles, to_attr="visible_roles"))
    return [
        Card(
            kind="session",
            kind_label="Session",
            title=page.title,
            url=page.get_url(request) or "",
            summary=page.summary,
            people=tuple(person.name for person in _people_of(page)),
            people_slugs=tuple(person.slug for person in _people_of(page)),
            when=session_when(page),
            when_iso=page.starts_at.isoformat() if page.starts_at else "",
            status=page.status_words,
            calendar_url=calendar_address(page, request) if is_ahead(page) else "",
            facts=tuple(filter(None, [page.get_format_display(), page.place])),
            page=page,
        )
        for page in rows
    ]


def _people_of(page: Any) -> list[Person]:
    """Return the visible people of a session, each once, however many roles they have."""
    return list({role.person_id: role.person for role in page.visible_roles}.values())


def programme_cards(programmes: Iterable[ProgrammePage], request: VisitorRequest) -> list[Card]:
    """Return cards of programmes, which the caller has narrowed to what is visible."""
    return [
        Card(
            kind="programme",
            kind_label="Programme",
            title=page.title,
            url=page.get_url(request) or "",
            summary=page.summary,
            facts=tuple(filter(None, [page.get_format_display(), page.duration, page.get_status_display()])),
            page=page,
        )
        for page in programmes
    ]


def is_ahead(page: SessionPage) -> bool:
    """Whether a session has not ended yet and goes ahead."""
    ends_at = page.ends_at or page.starts_at
    return ends_at is not None and ends_at >= timezone.now() and not page.is_cancelled


def calendar_address(page: ProgrammePage | SessionPage, request: VisitorRequest) -> str:
    """Return the path of the calendar of a session or programme; "" where it has none, e.g. in the preview of a new page."""
    is_dated = not isinstance(page, SessionPage) or page.starts_at is not None
    url = page.get_url(request) if is_dated and page.pk else None
    return f"{url}calendar.ics" if url else ""


def session_when(page: SessionPage) -> str:
    """Return when a session is, in words, in its own time zone; "" when nobody knows."""
    return when_words(page.starts_at, page.ends_at, page.time_zone, settings.TIME_ZONE)
