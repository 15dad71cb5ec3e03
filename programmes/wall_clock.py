"""The clock on the wall of a session's own time zone: what is typed becomes a moment; gaps and overlaps are told in that zone."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from functools import cache

from cms.site.dates import clock_words, day_words

# Where zones are named by cities; the other names (Etc/GMT-5, US/Eastern) are kept for old computers' sake.
CONTINENTS = {"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}


class ClockChangeError(ValueError):
    """A time on the wall that does not come, or comes twice, because the clocks change; says so in words."""


@cache
def time_zone_names() -> tuple[str, ...]:
    """Return the IANA names of all time zones, in the order of the alphabet."""
    return tuple(sorted(zoneinfo.available_timezones()))


@cache
def _names_by_words() -> dict[str, str]:
    """The names by what people may type for them: in any case, with spaces, and by the city where only one zone has it."""
    names = {name.casefold(): name for name in time_zone_names()}
    cities: dict[str, set[str]] = {}
    for name in time_zone_names():
        if name.partition("/")[0] in CONTINENTS:
            cities.setdefault(name.rpartition("/")[2].casefold(), set()).add(name)
    return {city: min(found) for city, found in cities.items() if len(found) == 1} | names


def time_zone_named(text: str) -> str | None:
    """Return the IANA name that is meant by e.g. `Europe/London`, `europe/london` or `New York`; None for no known zone."""
    return _names_by_words().get("_".join(text.split()).casefold())


def moment_of(wall: dt.datetime, zone_name: str) -> dt.datetime:
    """Return the moment (UTC) at which the clocks of the zone show `wall`; ClockChangeError unless there is exactly one."""
    zone = zoneinfo.ZoneInfo(zone_name)
    first, second = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(dt.UTC)
    time, day = clock_words(wall.time()), day_words(wall.date())
    shown = wall_of(first.astimezone(dt.UTC), zone_name)
    if shown != wall:
        raise ClockChangeError(
            f"{time} on {day} does not exist in {zone_name}: the clocks go forward and skip it. "
            f"Did you mean {clock_words(shown.time())}?"
        )
    raise ClockChangeError(
        f"{time} on {day} happens twice in {zone_name} because the clocks go back. "
        "Choose a time outside that hour, or set the time zone to UTC and type the times in UTC."
    )


def wall_of(moment: dt.datetime, zone_name: str) -> dt.datetime:
    """Return what the clocks of the zone show at `moment`, without a zone of its own."""
    return moment.astimezone(zoneinfo.ZoneInfo(zone_name)).replace(tzinfo=None, fold=0)
