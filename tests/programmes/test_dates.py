"""Days and times in words, as people in health and care write them."""

from __future__ import annotations

import datetime as dt

import pytest

from cms.site.dates import clock_words, day_words, names_in_words, when_words

UTC = dt.UTC


def at(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (dt.time(8), "8am"),
        (dt.time(8, 5), "8:05am"),
        (dt.time(12), "midday"),
        (dt.time(12, 30), "12:30pm"),
        (dt.time(0), "midnight"),
        (dt.time(0, 15), "12:15am"),
        (dt.time(23, 59), "11:59pm"),
    ],
)
def test_a_clock_time(time, words):
    assert clock_words(time) == words


def test_a_day():
    assert day_words(dt.date(2021, 10, 21)) == "21 October 2021"
    assert day_words(dt.date(2021, 10, 1), has_weekday=True) == "Friday 1 October 2021"


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "zone", "words"),
    [
        (None, None, "Europe/London", ""),
        # In October London is an hour ahead of UTC, in February it is not.
        (at(2021, 10, 21, 7), at(2021, 10, 21, 9), "Europe/London", "Thursday 21 October 2021, 8am to 10am"),
        (at(2022, 2, 3, 14, 30), None, "Europe/London", "Thursday 3 February 2022, 2:30pm"),
        (
            at(2022, 2, 3, 9),
            at(2022, 2, 4, 16),
            "Europe/London",
            "Thursday 3 February 2022, 9am to Friday 4 February 2022, 4pm",
        ),
        (
            at(2022, 2, 3, 9),
            at(2022, 2, 3, 10),
            "Europe/Warsaw",
            "Thursday 3 February 2022, 10am to 11am (Warsaw time)",
        ),
        (at(2022, 2, 3, 9), None, "America/New_York", "Thursday 3 February 2022, 4am (New York time)"),
        # Other name, same clocks: nothing to warn of.
        (at(2022, 2, 3, 9), None, "Europe/Lisbon", "Thursday 3 February 2022, 9am"),
        (at(2022, 2, 3, 9), None, "Mars/Olympus", "Thursday 3 February 2022, 9am"),
    ],
)
def test_when_something_happens_is_told_in_its_own_time_zone(starts_at, ends_at, zone, words):
    assert when_words(starts_at, ends_at, zone) == words


@pytest.mark.parametrize(
    ("names", "words"), [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (("A", "B", "C"), "A, B and C")]
)
def test_names(names, words):
    assert names_in_words(names) == words
