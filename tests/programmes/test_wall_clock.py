"""What the clocks of a time zone show, and the moments that are meant by it."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programmes.wall_clock import ClockChangeError, moment_of, time_zone_named, time_zone_names, wall_of


@given(
    st.sampled_from(time_zone_names()),
    st.datetimes(min_value=dt.datetime(2000, 1, 1), max_value=dt.datetime(2037, 12, 31)),
)
def test_what_is_typed_is_what_the_clocks_show_at_that_moment(zone, wall):
    try:
        moment = moment_of(wall, zone)
    except ClockChangeError as error:
        zone_info = zoneinfo.ZoneInfo(zone)
        offsets = {wall.replace(tzinfo=zone_info, fold=fold).utcoffset() for fold in (0, 1)}
        assert len(offsets) == 2
        assert zone in str(error)
    else:
        assert wall_of(moment, zone) == wall


def test_a_gap_and_an_overlap_are_told_in_the_zone_where_they_are():
    with pytest.raises(ClockChangeError, match=r"1:30am on 28 March 2027 does not exist in Europe/London.*2:30am"):
        moment_of(dt.datetime(2027, 3, 28, 1, 30), "Europe/London")
    with pytest.raises(ClockChangeError, match="1:30am on 31 October 2027 happens twice in Europe/London"):
        moment_of(dt.datetime(2027, 10, 31, 1, 30), "Europe/London")
    assert moment_of(dt.datetime(2027, 3, 28, 1, 30), "America/New_York") == dt.datetime(
        2027, 3, 28, 5, 30, tzinfo=dt.UTC
    )


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Europe/London", "Europe/London"),
        ("europe/london", "Europe/London"),
        (" New York ", "America/New_York"),
        ("utc", "UTC"),
        ("Mars/Olympus", None),
        ("", None),
        ("../etc/passwd", None),
    ],
)
def test_a_time_zone_is_known_by_what_people_type(typed, name):
    assert time_zone_named(typed) == name
