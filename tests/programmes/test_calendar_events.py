"""Sessions as iCalendar, without a database: strict form, whatever is written in them, and exact times in forty zones."""

from __future__ import annotations

import datetime as dt
import itertools
import zoneinfo
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from programmes.calendar.events import Organiser, SessionFacts, calendar_of
from programmes.wall_clock import ClockChangeError, moment_of, wall_of
from tests.calendars import changes_in, events_of, moment_in, read_strictly

ACADEMY = Organiser("Leadership Academy", "hello@academy.example")
FACTS = SessionFacts(
    uid="11111111-2222-4333-8444-555555555555",
    title="Flow",
    starts_at=dt.datetime(2027, 6, 1, 9, tzinfo=dt.UTC),
    ends_at=dt.datetime(2027, 6, 1, 11, tzinfo=dt.UTC),
    time_zone="Europe/London",
    url="https://academy.example/programmes/flow/",
    changed_at=dt.datetime(2027, 1, 1, 12, 0, 30, 5, tzinfo=dt.UTC),
)
ZONES = [
    "Europe/London", "Europe/Dublin", "Europe/Paris", "Europe/Berlin", "Europe/Athens", "Europe/Istanbul",
    "Europe/Moscow", "Europe/Lisbon", "Atlantic/Azores", "Atlantic/Reykjavik", "Africa/Casablanca", "Africa/Cairo",
    "Africa/Lagos", "Africa/Johannesburg", "Africa/Nairobi", "Asia/Jerusalem", "Asia/Beirut", "Asia/Gaza",
    "Asia/Tehran", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Dhaka", "Asia/Tokyo", "Asia/Shanghai", "Asia/Singapore",
    "Australia/Sydney", "Australia/Lord_Howe", "Australia/Adelaide", "Pacific/Auckland", "Pacific/Chatham",
    "Pacific/Apia", "Pacific/Kiritimati", "America/New_York", "America/Los_Angeles", "America/St_Johns",
    "America/Santiago", "America/Sao_Paulo", "America/Havana", "America/Nuuk", "America/Phoenix", "Antarctica/Troll",
    "UTC", "GMT", "Etc/UTC", "Etc/GMT-5",
]  # fmt: skip


def clock_changes(zone: zoneinfo.ZoneInfo) -> list[dt.datetime]:
    """The hours of 2026 and 2027 in which the clocks of the zone change."""
    hours = [dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(hours=n) for n in range(2 * 365 * 24)]
    return [
        after
        for before, after in itertools.pairwise(hours)
        if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset()
    ]


def told_times(facts: SessionFacts) -> tuple[dt.datetime, dt.datetime]:
    """The times as the strict reader understands them; `icalendar` must read the same."""
    data = calendar_of([facts], ACADEMY)
    calendar = read_strictly(data)
    (event,) = events_of(calendar)
    (read,) = Calendar.from_ical(data).walk("VEVENT")
    told = moment_in(calendar, event, "DTSTART"), moment_in(calendar, event, "DTEND")
    assert (read.start, read.end) == told
    return told


@pytest.mark.parametrize("zone_name", ZONES)
def test_times_are_exact_on_both_sides_of_each_clock_change(zone_name):
    changes = clock_changes(zoneinfo.ZoneInfo(zone_name)) or [dt.datetime(2027, 3, 28, 1, tzinfo=dt.UTC)]
    for change in changes:
        for minutes in (-24 * 60, -121, -61, -60, -31, -30, -1, 0, 1, 29, 30, 59, 60, 90, 120, 24 * 60):
            start = change + dt.timedelta(minutes=minutes)
            end = start + dt.timedelta(minutes=95)
            assert told_times(replace(FACTS, starts_at=start, ends_at=end, time_zone=zone_name)) == (start, end)


@pytest.mark.parametrize("zone_name", ZONES)
def test_what_is_typed_stands_in_the_calendar(zone_name):
    """Wherever the clocks show a time once, the calendar shows that time, to the minute."""
    for change in clock_changes(zoneinfo.ZoneInfo(zone_name))[:4]:
        for hours in range(-5, 6):
            typed = wall_of(change + dt.timedelta(hours=hours), zone_name)
            try:
                moment = moment_of(typed, zone_name)
            except ClockChangeError:
                continue
            data = calendar_of([replace(FACTS, starts_at=moment, ends_at=None, time_zone=zone_name)], ACADEMY)
            ending = "Z" if zone_name == "UTC" else ""
            assert events_of(read_strictly(data))[0].value("DTSTART") == f"{typed:%Y%m%dT%H%M%S}{ending}"


@pytest.mark.parametrize(
    "zone_name", ["Europe/London", "America/Santiago", "Australia/Lord_Howe", "Europe/Dublin", "Asia/Beirut"]
)
def test_a_zone_tells_the_very_moment_of_each_change(zone_name):
    told = changes_in(read_strictly(calendar_of([replace(FACTS, time_zone=zone_name)], ACADEMY)))
    zone = zoneinfo.ZoneInfo(zone_name)
    assert len(told) == 6
    for moment in told:
        before = (moment - dt.timedelta(seconds=1)).astimezone(zone)
        assert before.utcoffset() != moment.astimezone(zone).utcoffset()


@pytest.mark.parametrize("hour", [0, 1])
def test_a_time_that_comes_twice_is_told_in_utc(hour):
    start = dt.datetime(2027, 10, 31, hour, 30, tzinfo=dt.UTC)
    data = calendar_of([replace(FACTS, starts_at=start, ends_at=start + dt.timedelta(hours=2))], ACADEMY)
    event = events_of(read_strictly(data))[0]
    assert event.value("DTSTART") == f"{start:%Y%m%dT%H%M%S}Z"
    assert event.value("DTEND") == f"{start + dt.timedelta(hours=2):%Y%m%dT%H%M%S}"


def test_a_session_without_an_end_keeps_an_hour_free_and_says_so():
    facts = replace(FACTS, ends_at=None)
    assert told_times(facts) == (facts.starts_at, facts.starts_at + dt.timedelta(hours=1))
    assert "one hour is kept free" in events_of(read_strictly(calendar_of([facts], ACADEMY)))[0].text("DESCRIPTION")


def test_a_zone_that_is_no_more_is_told_in_utc():
    facts = replace(FACTS, time_zone="Mars/Olympus")
    assert told_times(facts) == (facts.starts_at, facts.ends_at)


@pytest.mark.parametrize(
    "moment", [dt.datetime(1, 1, 1, 12), dt.datetime(1900, 6, 1, 12), dt.datetime(9999, 12, 31, 20)]
)
@pytest.mark.parametrize("zone_name", ["Europe/London", "Pacific/Auckland", "America/New_York"])
def test_years_far_off_are_exact(moment, zone_name):
    start = moment.replace(tzinfo=dt.UTC)
    end = start + dt.timedelta(hours=3)
    assert told_times(replace(FACTS, starts_at=start, ends_at=end, time_zone=zone_name)) == (start, end)


def test_a_cancelled_session_says_so_and_keeps_no_time():
    facts = replace(
        FACTS, is_cancelled=True, status_words="Cancelled. The hall is closed.", joining_note="https://meet.example"
    )
    event = events_of(read_strictly(calendar_of([facts], ACADEMY)))[0]
    assert event.value("STATUS") == "CANCELLED" and event.value("TRANSP") == "TRANSPARENT"
    assert event.text("SUMMARY") == "Cancelled: Flow"
    assert "The hall is closed." in event.text("DESCRIPTION") and "meet.example" not in event.text("DESCRIPTION")


def test_a_feed_holds_each_session_once_and_each_zone_once():
    paris = replace(FACTS, uid="other", time_zone="Europe/Paris", starts_at=FACTS.starts_at - dt.timedelta(days=1))
    calendar = read_strictly(
        calendar_of([FACTS, paris, FACTS], ACADEMY, "Dates", "https://academy.example/calendar.ics")
    )
    assert [event.value("UID") for event in events_of(calendar)] == ["other", FACTS.uid]
    assert calendar.value("SOURCE") == "https://academy.example/calendar.ics"


def test_an_empty_feed_is_a_calendar():
    assert events_of(read_strictly(calendar_of([], ACADEMY, "Dates"))) == []


def test_the_same_facts_give_the_same_bytes():
    assert calendar_of([FACTS], ACADEMY) == calendar_of([FACTS], ACADEMY)


HOSTILE = [
    "A\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:x",
    "A\rATTENDEE:mailto:x@example.com",
    "semi;colon, comma\\n back\\slash \\; \\,",
    "nul\x00 bell\x07 escape\x1b del\x7f c1\x85\x9f line\u2028 paragraph\u2029 end",
    'quoted "CN";X=1:mailto:evil@example.com',
    "é€😀" * 200,
    "👩🏽‍⚕️" * 60,
    "x" * 1000,
    " ",
    "\n\n",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("place", ["title", "summary", "place", "joining_note", "status_words"])
def test_nothing_written_in_a_session_breaks_out_of_its_property(text, place):
    calendar = read_strictly(calendar_of([replace(FACTS, **{place: text})], Organiser(text, "a@b.example"), text))
    assert len(events_of(calendar)) == 1


SAID = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@given(title=SAID, summary=SAID, place=SAID, name=SAID)
def test_any_text_is_read_back_as_it_was_but_for_what_cannot_be_held(title, summary, place, name):
    data = calendar_of(
        [replace(FACTS, title=title, summary=summary, place=place)], Organiser(name, "a@b.example"), name
    )
    event = events_of(read_strictly(data))[0]
    (read,) = Calendar.from_ical(data).walk("VEVENT")
    assert event.text("SUMMARY") == str(read["SUMMARY"])
    kept = [letter for letter in summary if letter.isprintable() and not letter.isspace()]
    assert [letter for letter in event.text("DESCRIPTION") if letter in kept][: len(kept)] == kept
