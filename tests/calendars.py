"""A strict reader of iCalendar (RFC 5545), apart from the library that writes it: it refuses what calendars stumble over."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, field

MOST_OCTETS = 75
ONCE_IN_EVENT = {
    "UID",
    "DTSTAMP",
    "DTSTART",
    "DTEND",
    "SUMMARY",
    "SEQUENCE",
    "LAST-MODIFIED",
    "STATUS",
    "ORGANIZER",
    "URL",
}
AT_MOST_ONCE_IN_EVENT = {"DESCRIPTION", "LOCATION", "TRANSP"}
ONCE_IN_CALENDAR = {"PRODID", "VERSION", "METHOD"}
NAME = r"[A-Z][A-Z0-9-]*"
LINE = re.compile(rf'({NAME})((?:;{NAME}=(?:"[^"\x00-\x1f\x7f]*"|[^";:,\x00-\x1f\x7f]+))*):([^\x00-\x1f\x7f]*)')
TEXTS = {"SUMMARY", "DESCRIPTION", "LOCATION", "NAME", "X-WR-CALNAME", "TZNAME"}
TEXT = re.compile(r"(?:[^\\;,]|\\[\\;,nN])*")
OFFSET = re.compile(r"([+-])(\d\d)(\d\d)(\d\d)?")


@dataclass
class Component:
    """A component as its lines say it; `properties` are (name, parameters, value), nothing unescaped."""

    name: str
    properties: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    parts: list[Component] = field(default_factory=list)

    def value(self, name: str) -> str:
        return next(value for found, _, value in self.properties if found == name)

    def text(self, name: str) -> str:
        """Return a text as a person reads it."""
        return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], self.value(name))


def read_strictly(data: bytes) -> Component:
    """Return the calendar; AssertionError says what a strict reader would refuse."""
    assert data.endswith(b"\r\n") and not re.search(rb"(?<!\r)\n|\r(?!\n)", data), (
        "lines end with CRLF and nothing else"
    )
    folded = data.split(b"\r\n")[:-1]
    for line in folded:
        assert 0 < len(line) <= MOST_OCTETS, line
        line.decode("utf-8")  # no character is cut in two
    calendar = _tree(data.decode("utf-8").replace("\r\n ", "").split("\r\n")[:-1])
    _check_calendar(calendar)
    return calendar


def _tree(lines: list[str]) -> Component:
    outer = Component("")
    open_ = [outer]
    for line in lines:
        found = LINE.fullmatch(line)
        assert found, f"no content line: {line!r}"
        name, value = found[1], found[3]
        if name == "BEGIN":
            part = Component(value)
            open_[-1].parts.append(part)
            open_.append(part)
        elif name == "END":
            assert open_.pop().name == value
        else:
            parameters = dict(re.findall(rf';({NAME})=("[^"]*"|[^;:,]+)', found[2]))
            assert name not in TEXTS or TEXT.fullmatch(value), f"not escaped: {line!r}"
            open_[-1].properties.append((name, parameters, value))
    assert open_ == [outer] and [part.name for part in outer.parts] == ["VCALENDAR"] and not outer.properties
    return outer.parts[0]


def _names(component: Component) -> Counter[str]:
    return Counter(name for name, _, _ in component.properties)


def _check_calendar(calendar: Component) -> None:
    names = _names(calendar)
    assert all(names[name] == 1 for name in ONCE_IN_CALENDAR)
    assert calendar.value("VERSION") == "2.0" and calendar.value("METHOD") == "PUBLISH"
    zones = [part.value("TZID") for part in calendar.parts if part.name == "VTIMEZONE"]
    assert len(zones) == len(set(zones))
    events = events_of(calendar)
    assert {part.name for part in calendar.parts} <= {"VTIMEZONE", "VEVENT"}
    uids = [event.value("UID") for event in events]
    assert len(uids) == len(set(uids)), "an event stands twice"
    used = set()
    for event in events:
        names = _names(event)
        assert all(names[name] == 1 for name in ONCE_IN_EVENT), names
        assert set(names) <= ONCE_IN_EVENT | AT_MOST_ONCE_IN_EVENT
        assert all(names[name] <= 1 for name in AT_MOST_ONCE_IN_EVENT)
        assert event.value("STATUS") in {"CONFIRMED", "CANCELLED"} and event.value("SEQUENCE").isdecimal()
        assert event.value("URL").startswith("http") and event.value("ORGANIZER").startswith("mailto:")
        for name, parameters, value in event.properties:
            if name in {"DTSTART", "DTEND"}:
                used |= {parameters["TZID"]} if "TZID" in parameters else set()
                assert re.fullmatch(r"\d{8}T\d{6}" + ("" if "TZID" in parameters else "Z"), value)
            elif name in {"DTSTAMP", "LAST-MODIFIED"}:
                assert re.fullmatch(r"\d{8}T\d{6}Z", value) and not parameters
        assert moment_in(calendar, event, "DTSTART") < moment_in(calendar, event, "DTEND")
    assert used == set(zones), "each zone that is named is told, and no other"


def events_of(calendar: Component) -> list[Component]:
    return [part for part in calendar.parts if part.name == "VEVENT"]


def moment_in(calendar: Component, event: Component, name: str) -> dt.datetime:
    """Return the moment of DTSTART or DTEND by the rules that the calendar itself brings along, and no knowledge of zones."""
    _, parameters, value = next(found for found in event.properties if found[0] == name)
    if "TZID" not in parameters:
        return dt.datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
    wall = dt.datetime.strptime(value, "%Y%m%dT%H%M%S")
    zone = next(
        part for part in calendar.parts if part.name == "VTIMEZONE" and part.value("TZID") == parameters["TZID"]
    )
    onsets = sorted(
        (dt.datetime.strptime(part.value("DTSTART"), "%Y%m%dT%H%M%S"), _offset(part.value("TZOFFSETTO")))
        for part in zone.parts
    )
    offset = [offset for onset, offset in onsets if onset <= wall][-1]
    return (wall - offset).replace(tzinfo=dt.UTC)


def changes_in(calendar: Component) -> list[dt.datetime]:
    """Return the moments at which the clocks change, as the calendar's first zone tells them, the first onset left out."""
    zone = next(part for part in calendar.parts if part.name == "VTIMEZONE")
    return sorted(
        (dt.datetime.strptime(part.value("DTSTART"), "%Y%m%dT%H%M%S") - _offset(part.value("TZOFFSETFROM"))).replace(
            tzinfo=dt.UTC
        )
        for part in zone.parts
        if part.value("TZOFFSETFROM") != part.value("TZOFFSETTO")
    )


def _offset(text: str) -> dt.timedelta:
    sign, hours, minutes, seconds = OFFSET.fullmatch(text).groups()
    size = dt.timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds or 0))
    return -size if sign == "-" else size
