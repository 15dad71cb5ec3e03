"""What the pages of programmes and sessions show, narrowed to what the visitor may see."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from cms.site.page_context import context_of
from cms.site.requests import VisitorRequest

from .cards import calendar_address, is_ahead, programme_cards, session_cards, session_when, visible_people
from .models import (
    Person,
    ProgrammePage,
    ProgrammesIndexPage,
    ProgrammeStatus,
    SessionPage,
    SessionPerson,
    SessionRole,
)

# More than this and the page is a catalogue; the library list and search take over.
MOST_SESSIONS = 100
MOST_RESOURCES = 12


def upcoming(sessions: QuerySet[SessionPage]) -> QuerySet[SessionPage]:
    """Keep sessions that have not ended, the next one first."""
    now = timezone.now()
    has_not_ended = Q(ends_at__gte=now) | (Q(ends_at__isnull=True) & Q(starts_at__gte=now))
    return sessions.filter(has_not_ended).order_by("starts_at", "pk")


def past(sessions: QuerySet[SessionPage]) -> QuerySet[SessionPage]:
    """Keep sessions that have ended or whose date is not known, the latest first and the undated ones last."""
    now = timezone.now()
    has_ended = Q(ends_at__lt=now) | (Q(ends_at__isnull=True) & (Q(starts_at__lt=now) | Q(starts_at__isnull=True)))
    return sessions.filter(has_ended).order_by(F("starts_at").desc(nulls_last=True), "title", "pk")


@context_of(ProgrammesIndexPage)
def programmes_index_context(page: ProgrammesIndexPage, request: VisitorRequest) -> dict[str, Any]:
    """Return `running`, `closed` programmes and the `upcoming` sessions of all."""
    programmes = ProgrammePage.objects.visible_to(request.principal).order_by("title")
    sessions = SessionPage.objects.visible_to(request.principal)
    is_closed = Q(status=ProgrammeStatus.CLOSED)
    return {
        "running": programme_cards(programmes.exclude(is_closed), request),
        "closed": programme_cards(programmes.filter(is_closed), request),
        "upcoming": session_cards(upcoming(sessions)[:MOST_RESOURCES], request),
        "past": session_cards(past(sessions)[:MOST_RESOURCES], request),
    }


@context_of(ProgrammePage)
def programme_context(page: ProgrammePage, request: VisitorRequest) -> dict[str, Any]:
    """Return the programme's visible `upcoming` and `past` sessions, its `recordings` and `materials` as querysets."""
    sessions = SessionPage.objects.visible_to(request.principal).filter(programme_id=page.pk)
    recent = session_cards(past(sessions)[:MOST_SESSIONS], request)
    resources = _resources_of(page, request)
    return {
        "upcoming": session_cards(upcoming(sessions)[:MOST_SESSIONS], request),
        "past": recent,
        "calendar_url": calendar_address(page, request) if page.live else "",
        "has_resources": bool(recent) or any(resources.values()),
        **resources,
    }


@context_of(SessionPage)
def session_context(page: SessionPage, request: VisitorRequest) -> dict[str, Any]:
    """Return the session's `when`, visible `roles` (people), `programme`, `recordings` and `materials`."""
    roles = list(page.people.all())
    people = {person.pk: person for person in visible_people(request).filter(pk__in=[role.person_id for role in roles])}
    programme = ProgrammePage.objects.visible_to(request.principal).filter(pk=page.programme_id).first()
    ends_at = page.ends_at or page.starts_at
    return {
        "when": session_when(page),
        "zone_differs": page.time_zone != settings.TIME_ZONE,
        "calendar_url": calendar_address(page, request) if page.live and is_ahead(page) else "",
        "is_past": ends_at is not None and ends_at < timezone.now(),
        "roles": [(role, people[role.person_id]) for role in roles if role.person_id in people]
        + _heard_in_recordings(page, set(people), request),
        "programme": programme,
        **_resources_of(page, request),
    }


def _heard_in_recordings(
    page: SessionPage, known: set[int], request: VisitorRequest
) -> list[tuple[SessionPerson, Person]]:
    """Return, as speakers, the visible people whom only the session's recordings name."""
    if page.pk is None:
        return []
    recordings: Any = page.recordings
    visible = recordings.visible_to(request.principal).order_by().values("pk")
    people = visible_people(request).filter(recordings__in=visible).exclude(pk__in=known).distinct()
    return [(SessionPerson(person=person, role=SessionRole.SPEAKER), person) for person in people]


def _resources_of(page: ProgrammePage | SessionPage, request: VisitorRequest) -> dict[str, Any]:
    """Return what the library (an app above this one) hangs on a page, through the relations it adds to the model."""
    if page.pk is None:  # an editor previews a page that was never saved: nothing can point at it yet
        return {"recordings": (), "materials": ()}
    recordings: Any = page.recordings  # type: ignore[union-attr]
    materials: Any = page.materials  # type: ignore[union-attr]
    newest = F("recorded_on").desc(nulls_last=True)
    visible = recordings.visible_to(request.principal)
    # What goes with a recording of the session (or programme) belongs to it as well.
    with_recordings = materials.model.objects.filter(recording_links__recording__in=visible.order_by().values("pk"))
    its_own = Q(pk__in=materials.order_by().values("pk")) | Q(pk__in=with_recordings.order_by().values("pk"))
    return {
        "recordings": visible.order_by(newest, "-pk")[:MOST_RESOURCES],
        "materials": materials.model.objects.visible_to(request.principal)
        .filter(its_own)
        .order_by("title", "pk")[:MOST_RESOURCES],
    }
