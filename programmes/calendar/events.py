"""One session as a VEVENT, and many as a calendar: pure, so that the same facts always give the same bytes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from icalendar import Calendar, Event, vCalAddress, vDatetime, vText

from ..wall_clock import ClockChangeError, moment_of, time_zone_named, wall_of
from .zones import timezone_of

PRODUCT = "-//Academy//Sessions//EN"
# What is kept free for a session whose end nobody has set.
USUAL_LENGTH = dt.timedelta(hours=1)
# How often calendars are asked to look again.
REFRESH_EVERY = dt.timedelta(hours=1)
# Outside these years nobody's calendar knows the clocks: such times are told in UTC.
YEARS_ON_THE_WALL = range(1901, 9000)
LATEST = dt.datetime.max.replace(microsecond=0, tzinfo=dt.UTC)
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What a calendar is told of a session. `sequence` and `changed_at` move only when one of the other facts did."""

    uid: str
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime | None
    time_zone: str
    url: str
    changed_at: dt.datetime
    sequence: int = 0
    summary: str = ""
    status_words: str = ""
    joining_note: str = ""
    place: str = ""
    is_cancelled: bool = False

    @property
    def end(self) -> dt.datetime:
        """The end, or the end of the time that is kept free when none is set."""
        if self.ends_at and self.ends_at > self.starts_at:
            return self.ends_at
        return self.starts_at + min(USUAL_LENGTH, LATEST - self.starts_at)


@dataclass(frozen=True, slots=True)
class Organiser:
    """Who holds the sessions: the academy's name and the address that answers questions."""

    name: str
    email: str


def plain(text: str) -> str:
    """Return the text with line breaks as iCalendar knows them, and without characters that it cannot hold."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")).strip()


def one_line(text: str) -> str:
    """Return the text on a single line."""
    return " ".join(plain(text).split())


def calendar_of(sessions: Iterable[SessionFacts], organiser: Organiser, name: str = "", source: str = "") -> bytes:
    """Return the sessions as a calendar, each once, by date; with a name and its own address (`source`) it is a feed."""
    known = {session.uid: session for session in sessions}
    ordered = sorted(known.values(), key=lambda session: (session.starts_at, session.uid))
    calendar = Calendar()
    for key, value in (("PRODID", PRODUCT), ("VERSION", "2.0"), ("CALSCALE", "GREGORIAN"), ("METHOD", "PUBLISH")):
        calendar.add(key, value)
    if name:
        # The names of RFC 7986, and those that calendars knew before it.
        for key in ("NAME", "X-WR-CALNAME"):
            calendar.add(key, vText(one_line(name)))
        calendar.add("REFRESH-INTERVAL", REFRESH_EVERY, parameters={"VALUE": "DURATION"})
        calendar.add("X-PUBLISHED-TTL", "PT1H")
    if source:
        calendar.add("SOURCE", source, parameters={"VALUE": "URI"})
    for zone_name, years in sorted(_years_by_zone(ordered).items()):
        calendar.add_component(timezone_of(zone_name, min(years) - 1, max(years) + 1))
    for session in ordered:
        calendar.add_component(event_of(session, organiser))
    return bytes(calendar.to_ical(sorted=False))


def _years_by_zone(sessions: Iterable[SessionFacts]) -> dict[str, set[int]]:
    """Return which zones the events name, and in which years."""
    years: dict[str, set[int]] = {}
    for session in sessions:
        for moment in (session.starts_at, session.end):
            if is_told_on_the_wall(moment, session.time_zone):
                years.setdefault(session.time_zone, set()).add(moment.year)
    return years


def is_told_on_the_wall(moment: dt.datetime, zone_name: str) -> bool:
    """Whether a moment is told on the clocks of its zone.

    UTC needs no zone. A time that comes twice is told in UTC, since the clocks would not say which of the two is meant.
    """
    if moment.year not in YEARS_ON_THE_WALL or zone_name == "UTC" or time_zone_named(zone_name) != zone_name:
        return False
    try:
        return moment_of(wall_of(moment, zone_name), zone_name) == moment
    except (ClockChangeError, OverflowError):
        return False


def event_of(session: SessionFacts, organiser: Organiser) -> Event:
    """Return the VEVENT of a session."""
    event = Event()
    event.add("UID", session.uid)
    event.add("SEQUENCE", session.sequence)
    for key in ("DTSTAMP", "LAST-MODIFIED"):
        event.add(key, session.changed_at.astimezone(dt.UTC).replace(microsecond=0))
    event.add("DTSTART", _time(session.starts_at, session.time_zone))
    event.add("DTEND", _time(session.end, session.time_zone))
    title = one_line(session.title)
    event.add("SUMMARY", f"Cancelled: {title}" if session.is_cancelled else title)
    event.add("DESCRIPTION", _description(session))
    if place := one_line(session.place):
        event.add("LOCATION", place)
    event.add("URL", session.url)
    event.add("STATUS", "CANCELLED" if session.is_cancelled else "CONFIRMED")
    if session.is_cancelled:
        event.add("TRANSP", "TRANSPARENT")
    event.add("ORGANIZER", _address(organiser))
    return event


def _time(moment: dt.datetime, zone_name: str) -> vDatetime:
    if is_told_on_the_wall(moment, zone_name):
        told = vDatetime(wall_of(moment, zone_name))
        told.params["TZID"] = zone_name
        return told
    return vDatetime(moment.astimezone(dt.UTC))


def _description(session: SessionFacts) -> str:
    end_unknown = "" if session.ends_at else "No end has been set: one hour is kept free."
    joining = "" if session.is_cancelled or not session.joining_note else f"How to join:\n{session.joining_note}"
    parts = (session.status_words, session.summary, joining, end_unknown, session.url)
    return "\n\n".join(filter(None, map(plain, parts)))


def _address(organiser: Organiser) -> Any:
    address = vCalAddress(f"mailto:{one_line(organiser.email)}")
    # A parameter has no way to write a quotation mark.
    if name := one_line(organiser.name).replace('"', "'"):
        address.params["CN"] = name
    return address
