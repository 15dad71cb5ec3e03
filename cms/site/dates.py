"""Says days and times in words, the way people in health and care read them: "Thursday 21 October 2021, 8am to 10am"."""

from __future__ import annotations

import datetime as dt
import zoneinfo

FALLBACK_ZONE = "Europe/London"


def zone_of(name: str) -> dt.tzinfo:
    """Return the time zone with this IANA name; London's for a name that does not exist."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return zoneinfo.ZoneInfo(FALLBACK_ZONE)


def day_words(day: dt.date, has_weekday: bool = False) -> str:
    """Return `21 October 2021`, or `Thursday 21 October 2021` with the weekday."""
    words = f"{day.day} {day:%B} {day.year}"
    return f"{day:%A} {words}" if has_weekday else words


def clock_words(time: dt.time) -> str:
    """Return `8am`, `8:30am`, `midday` or `midnight`."""
    if (time.hour, time.minute) in {(0, 0), (12, 0)}:
        return "midday" if time.hour else "midnight"
    hour = time.hour % 12 or 12
    minutes = f":{time.minute:02d}" if time.minute else ""
    return f"{hour}{minutes}{'am' if time.hour < 12 else 'pm'}"


def when_words(
    starts_at: dt.datetime | None,
    ends_at: dt.datetime | None = None,
    zone_name: str = FALLBACK_ZONE,
    reader_zone_name: str = FALLBACK_ZONE,
) -> str:
    """Return when something happens, in its own time zone; "" when the start is not known.

    The zone is named only when its clocks differ from the reader's at that moment, so that nobody comes an hour late.
    """
    if starts_at is None:
        return ""
    zone = zone_of(zone_name)
    start = starts_at.astimezone(zone)
    words = f"{day_words(start.date(), has_weekday=True)}, {clock_words(start.time())}"
    if ends_at is not None:
        end = ends_at.astimezone(zone)
        is_same_day = end.date() == start.date()
        last_day = "" if is_same_day else f"{day_words(end.date(), has_weekday=True)}, "
        words += f" to {last_day}{clock_words(end.time())}"
    if start.utcoffset() != starts_at.astimezone(zone_of(reader_zone_name)).utcoffset():
        words += f" ({zone_name.rpartition('/')[2].replace('_', ' ')} time)"
    return words


def names_in_words(names: list[str] | tuple[str, ...]) -> str:
    """Return `A`, `A and B` or `A, B and C`."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
