"""VTIMEZONE: what the clocks of a zone do in the years around some events, written out change by change.

`icalendar` can make these too, but puts each spring change an hour late: RFC 5545 counts an onset on the clocks before it.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterator
from functools import lru_cache

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_DAY = dt.timedelta(days=1)


@lru_cache(maxsize=256)
def timezone_of(zone_name: str, first_year: int, last_year: int) -> Timezone:
    """Return the VTIMEZONE of an IANA zone, right from the beginning of `first_year` to the end of `last_year`."""
    zone = zoneinfo.ZoneInfo(zone_name)
    moment = dt.datetime(first_year, 1, 1, tzinfo=dt.UTC)
    until = dt.datetime(last_year + 1, 1, 1, tzinfo=dt.UTC)
    component = Timezone()
    component.add("TZID", zone_name)
    component.add_component(_observance(zone, moment, moment))
    for change in _changes(zone, moment, until):
        component.add_component(_observance(zone, change - dt.timedelta(seconds=1), change))
    return component


def _changes(zone: dt.tzinfo, moment: dt.datetime, until: dt.datetime) -> Iterator[dt.datetime]:
    """Yield the moments (UTC) at which the clocks of the zone change."""
    while moment < until:
        following = moment + _DAY
        if _state(zone, moment) != _state(zone, following):
            yield _first_after(zone, moment, following)
        moment = following


def _state(zone: dt.tzinfo, moment: dt.datetime) -> tuple[dt.timedelta | None, str | None]:
    local = moment.astimezone(zone)
    return local.utcoffset(), local.tzname()


def _first_after(zone: dt.tzinfo, before: dt.datetime, after: dt.datetime) -> dt.datetime:
    """Return the first second at which the clocks show what they show `after`."""
    new = _state(zone, after)
    while after - before > dt.timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if _state(zone, middle) == new:
            after = middle
        else:
            before = middle
    return after


def _observance(zone: dt.tzinfo, before: dt.datetime, moment: dt.datetime) -> TimezoneStandard | TimezoneDaylight:
    """Return what holds from `moment` on; its onset is told on the clocks as they were `before`."""
    local = moment.astimezone(zone)
    offset_before = before.astimezone(zone).utcoffset() or dt.timedelta()
    is_summer_time = bool(local.dst()) and (local.dst() or dt.timedelta()) > dt.timedelta()
    observance = TimezoneDaylight() if is_summer_time else TimezoneStandard()
    observance.add("DTSTART", (moment + offset_before).replace(tzinfo=None))
    observance.add("TZOFFSETFROM", offset_before)
    observance.add("TZOFFSETTO", local.utcoffset() or dt.timedelta())
    observance.add("TZNAME", local.tzname() or "")
    return observance
