"""What a list shows of a thing, whatever its kind: title, who, when and how long, in words, from a few bulk queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest

from cms.access.principals import Principal

from .dates import day_words, names_in_words, when_words
from .models import Person, ProgrammePage, SessionPage, SessionPerson


class VisitorRequest(HttpRequest):
    """A page request as the access middleware hands it on: with the principal it is for."""

    principal: Principal


@dataclass(frozen=True, slots=True)
class Card:
    """One entry of a list. `facts` are short words told after the others, such as "2 pages" or "captions in English"."""

    kind: str
    kind_label: str
    title: str
    url: str
    summary: str = ""
    people: tuple[str, ...] = ()
    when: str = ""
    when_iso: str = ""
    length: str = ""
    length_iso: str = ""
    facts: tuple[str, ...] = ()
    picture: Any = None
    page: Any = field(default=None, compare=False, repr=False)

    @property
    def people_words(self) -> str:
        """The names as they are said: `A, B and C`."""
        return names_in_words(self.people)


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
            people=tuple(dict.fromkeys(role.person.name for role in page.visible_roles)),
            when=session_when(page),
            when_iso=page.starts_at.isoformat() if page.starts_at else "",
            facts=tuple(filter(None, [page.get_format_display(), page.place])),
            page=page,
        )
        for page in rows
    ]


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


def session_when(page: SessionPage) -> str:
    """Return when a session is, in words, in its own time zone; "" when nobody knows."""
    return when_words(page.starts_at, page.ends_at, page.time_zone, settings.TIME_ZONE)


def day_or_nothing(day: dt.date | None) -> tuple[str, str]:
    """Return a day in words and in ISO form, or two empty strings."""
    return (day_words(day), day.isoformat()) if day else ("", "")
