"""Points and lengths of time are read as people write them, and written in one way."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.timecodes import (
    format_duration_words,
    format_iso_duration,
    format_timecode,
    format_webvtt_timestamp,
    parse_timecode,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("754", 754.0),
        ("754.5", 754.5),
        ("0", 0.0),
        ("12:34", 754.0),
        ("75:10", 4510.0),
        ("1:02:03.5", 3723.5),
        ("02:03,500", 123.5),
        ("00:00:01.2345", 1.234),
        (" 0:07 ", 7.0),
        ("12m34s", 754.0),
        ("1h2m3s", 3723.0),
        ("1H", 3600.0),
        ("90s", 90.0),
        ("1.5s", 1.5),
    ],
)
def test_reads_times_as_people_write_them(text: str, seconds: float) -> None:
    assert parse_timecode(text) == pytest.approx(seconds, abs=0.0006)


@pytest.mark.parametrize(
    "text",
    ["", " ", "banana", "-5", "1:60", "1:60:00", "12:", ":12", "1:2:3:4", "NaN", "inf", "1e3", "12m34", "9" * 400]
    + ["99999999999", "٣:٠٠", "5\n6", "10s5m", "0x10", "1:00:00:00"],
)
def test_refuses_what_is_no_time_and_says_what_one_looks_like(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected a time such as \"12:34\""):
        parse_timecode(text)


@given(st.text(max_size=30))
def test_reading_any_text_gives_sane_seconds_or_a_value_error(text: str) -> None:
    try:
        seconds = parse_timecode(text)
    except ValueError:
        return
    assert math.isfinite(seconds)
    assert seconds >= 0


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0:00"), (59.99, "0:59"), (754, "12:34"), (754.9, "12:34"), (3599, "59:59"), (3723, "1:02:03"), (-3, "0:00")]
    + [(360000, "100:00:00")],
)
def test_shows_timecodes_to_people(seconds: float, shown: str) -> None:
    assert format_timecode(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(0, "00:00:00.000"), (754, "00:12:34.000"), (1.0005, "00:00:01.000"), (59.9996, "00:01:00.000")]
    + [(3723.045, "01:02:03.045"), (86400, "24:00:00.000")],
)
def test_writes_webvtt_timestamps(seconds: float, written: str) -> None:
    assert format_webvtt_timestamp(seconds) == written


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 seconds"), (1, "1 second"), (45, "45 seconds"), (59.7, "1 minute"), (90, "2 minutes"), (550, "9 minutes")]
    + [(3599, "1 hour"), (3600, "1 hour"), (3900, "1 hour 5 minutes"), (7260, "2 hours 1 minute")],
)
def test_says_lengths_in_words(seconds: float, words: str) -> None:
    assert format_duration_words(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "iso"),
    [(0, "PT0S"), (550, "PT9M10S"), (3600, "PT1H"), (3723, "PT1H2M3S"), (59.6, "PT1M"), (90000, "PT25H")],
)
def test_writes_iso_durations(seconds: float, iso: str) -> None:
    assert format_iso_duration(seconds) == iso


@pytest.mark.parametrize(
    "write", [format_timecode, format_webvtt_timestamp, format_duration_words, format_iso_duration]
)
@pytest.mark.parametrize("seconds", [math.nan, math.inf])
def test_no_text_is_made_of_what_is_no_number(write, seconds: float) -> None:
    with pytest.raises((ValueError, OverflowError)):
        write(seconds)


@given(st.integers(min_value=0, max_value=1000 * 3600 - 1))
def test_what_people_are_shown_can_be_typed_back(seconds: int) -> None:
    assert parse_timecode(format_timecode(seconds)) == seconds


@given(st.integers(min_value=0, max_value=24 * 3600 * 1000))
def test_webvtt_timestamps_keep_every_millisecond(milliseconds: int) -> None:
    assert parse_timecode(format_webvtt_timestamp(milliseconds / 1000)) == milliseconds / 1000
