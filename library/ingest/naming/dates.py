"""Reads dates out of file and folder names, because an export keeps names but loses the files' own dates."""

# ruff: noqa: SIM905 - long word lists are read most easily as lines of words

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time

_MONTHS = {
    name[:length]: number
    for number, name in enumerate(
        "january february march april may june july august september october november december".split(), start=1
    )
    for length in {3, 4 if name == "september" else 3, len(name)}
}
_MONTH_NAMES = "_ January February March April May June July August September October November December".split()
_MONTH = r"(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")"
_START, _END = r"(?<![^\W_])", r"(?![^\W_])"


@dataclass(frozen=True, slots=True)
class NameDate:
    """A date as precise as a name gives it: a year, a month, a day, or a day with a clock time (as written)."""

    year: int
    month: int | None = None
    day: int | None = None
    clock: time | None = None

    @property
    def as_date(self) -> date | None:
        """The exact day; None when the name tells only a month or a year (a day is never made up)."""
        return date(self.year, self.month, self.day) if self.month and self.day else None

    @property
    def precision(self) -> int:
        """1 for a year, 2 for a month, 3 for a day."""
        return 1 + bool(self.month) + bool(self.month and self.day)

    @property
    def words(self) -> str:
        """For people: "14 May 2020", "February 2022" or "2022"."""
        month = f"{_MONTH_NAMES[self.month]} " if self.month else ""
        return f"{f'{self.day} ' if self.day else ''}{month}{self.year}"

    @property
    def stamp(self) -> tuple[date, time] | None:
        """Day and clock time, when both are told: enough to recognise one meeting among all."""
        day = self.as_date
        return (day, self.clock) if day and self.clock else None

    def contradicts(self, other: NameDate | None) -> bool:
        """Whether the two cannot be the same day."""
        if other is None:
            return False
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        return any(mine and theirs and mine != theirs for mine, theirs in pairs)


def split_date(name: str, year: int | None = None) -> tuple[NameDate | None, str]:
    """Return the first date in `name`, and the name without it and without the weekday beside it.

    Understood: 20200514-080012 and 20211021_080342 (meeting stamps), 2024-03-05T1000Z and "2024-03-05 at 10.11.12",
    2020-05-14, 21-10-2021 (day first, unless only month first is possible), 14th May 2020, May 14 2020, 5 Mar '24, 240305
    at the beginning or end (yymmdd), "Feb 22" and "February 2022" (months). `year` is the year of a folder above: with it
    "Feb" at the end is enough, and the 22 in "Feb 22" is a day when it cannot be that year.
    """
    for pattern, build in _PATTERNS:
        for match in pattern.finditer(name):
            found = _built(build, match, year)
            if found is not None:
                return found, _without_weekday(name[: match.start()], name[match.end() :], found)
    return None, name


def _without_weekday(before: str, after: str, found: NameDate) -> str:
    """What stands around a date, without its weekday: "Tues 5 March", "5 March (Tues)", "w/c 5 March"."""
    before = _BEFORE_DATE.sub("", before)
    match = _WEEKDAY_AFTER.match(after)
    day = found.as_date
    # After a date a weekday must be the right one: "5 March 2024 Sunday service" is about Sundays.
    if match and day and _WEEKDAYS[day.weekday()].startswith(match[1][:3].casefold()):
        after = after[match.end() :]
    return f"{before} {after}".strip()


def _built(
    build: Callable[[re.Match[str], int | None], NameDate | None], match: re.Match[str], year: int | None
) -> NameDate | None:
    try:
        found = build(match, year)
        if found and found.month:
            date(found.year, found.month, found.day or 1)
    except ValueError:
        return None
    return found if found and 1970 <= found.year <= 2099 else None


def _from_stamp(match: re.Match[str], _: int | None) -> NameDate | None:
    day, clock = match["day"], match["clock"]
    moment = time(int(clock[:2]), int(clock[2:4]), int(clock[4:6] or 0))
    return NameDate(int(day[:4]), int(day[4:6]), int(day[6:]), moment)


def _from_iso(match: re.Match[str], _: int | None) -> NameDate | None:
    return NameDate(int(match["year"]), int(match["month"]), int(match["day"]))


def _from_moment(match: re.Match[str], _: int | None) -> NameDate | None:
    hour, half = int(match["hour"]), (match["half"] or "").casefold()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + 12 * (half == "pm")
    clock = time(hour, int(match["minute"]), int(match["second"] or 0))
    return NameDate(int(match["year"]), int(match["month"]), int(match["day"]), clock)


def _from_six_digits(match: re.Match[str], year: int | None) -> NameDate | None:
    """Read yymmdd, or ddmmyy (as some write in Britain) where only that is likely or a folder above says so."""
    first, month, last = int(match["first"]), int(match["second"]), int(match["third"])
    year_first, day_first = (2000 + first, last), (2000 + last, first)
    fits = [
        NameDate(full, month, day)
        for full, day in (year_first, day_first)
        if _FIRST_YEAR <= full <= _LAST_YEAR and 1 <= month <= 12 and 1 <= day <= 28 + 3 * (month != 2)
    ]
    return next((date for date in fits if date.year == year), fits[0] if fits else None)


def _from_day_first(match: re.Match[str], _: int | None) -> NameDate | None:
    day, month = int(match["day"]), int(match["month"])
    if month > 12 and day <= 12:
        day, month = month, day
    return NameDate(_full_year(match["year"]), month, day)


def _from_words(match: re.Match[str], year: int | None) -> NameDate | None:
    parts = match.groupdict()
    month = _MONTHS[match["month"].casefold()]
    day, told = parts.get("day"), parts.get("year")
    if told and len(told) == 2 and not day and year and year % 100 != int(told):
        return NameDate(year, month, int(told))
    full = _full_year(told) if told else year
    return NameDate(full, month, int(day) if day else None) if full else None


def _from_year(match: re.Match[str], _: int | None) -> NameDate | None:
    return NameDate(int(match["year"]))


def _full_year(text: str) -> int:
    return int(text) + (2000 if len(text) == 2 else 0)


_FIRST_YEAR, _LAST_YEAR = 2010, 2039  # of dates written in six digits
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_BEFORE_DATE = re.compile(
    rf"(?:(?<![^\W_]){_WEEKDAY}[\s_.,-]*(?:the\s+)?|(?<![^\W_])(?:w[/ _-]?c|week commencing)[\s_.,-]*)$", re.IGNORECASE
)
_WEEKDAY_AFTER = re.compile(rf"[\s_.,(\[-]*({_WEEKDAY})(?![^\W_])[)\].]?", re.IGNORECASE)
_HALF = r"(?:\s*(?P<half>[ap]m))?(?![^\W_])"
_ZONE = r"(?:\s*(?:UTC|GMT(?:[+-]\d{1,2}(?::?\d\d)?)?|BST|Z)(?![^\W_]))?"
_YMD = r"(?<!\d)(?P<year>20\d\d)[-_.](?P<month>\d\d)[-_.](?P<day>\d\d)"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_YEAR4 = r"(?P<year>19[789]\d|20\d\d)"
_YEAR = r"(?P<year>19[789]\d|20\d\d|[0-3]\d)"
_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], int | None], NameDate | None]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), build)
    for pattern, build in (
        (r"(?<!\d)(?:GMT)?(?P<day>20\d{6})[-_T ](?P<clock>\d{6})(?!\d)(?:UTC|Z)?", _from_stamp),
        (
            _YMD + r"(?:[-_, ]+|\s+at\s+)(?P<hour>\d\d)(?P<sep>[-._:h ])(?P<minute>\d\d)(?P=sep)(?P<second>\d\d)(?!\d)"
            r"(?:\s*(?P<half>[ap]m)(?![^\W_]))?" + _ZONE,
            _from_moment,
        ),
        (
            _YMD + r"(?:[-_, ]+|\s+at\s+)(?P<hour>\d\d)[._:h](?P<minute>\d\d)(?P<second>(?!))?" + _HALF + _ZONE,
            _from_moment,
        ),
        (
            r"(?<!\d)(?P<year>20\d\d)-?(?P<month>\d\d)-?(?P<day>\d\d)T(?P<hour>\d\d)[-._:]?(?P<minute>\d\d)"
            r"(?:[-._:]?(?P<second>\d\d)(?:\.\d+)?)?(?P<half>(?!))?(?!\d)" + _ZONE,
            _from_moment,
        ),
        (r"(?<!\d)" + _YEAR4 + r"([-_. /])(?P<month>\d{1,2})\2(?P<day>\d{1,2})(?!\d)", _from_iso),
        (r"(?<!\d)(?P<year>19[789]\d|20\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)(?!\d)", _from_iso),
        (r"(?<!\d)(?P<day>\d{1,2})([-_. /])(?P<month>\d{1,2})\2" + _YEAR + r"(?!\d)", _from_day_first),
        (_START + _DAY + r"(?:st|nd|rd|th)?[-_., ]*(?:of )?" + _MONTH + r"[-_., '’]*" + _YEAR + _END, _from_words),
        (_START + _MONTH + r"[-_., ]+" + _DAY + r"(?:st|nd|rd|th)?[-_., ]+" + _YEAR4 + _END, _from_words),
        (_START + _YEAR4 + r"[-_., ]+" + _MONTH + _END, _from_words),
        (_START + _MONTH + r"[-_., '’]*" + _YEAR + _END, _from_words),
        (_START + _DAY + r"(?:st|nd|rd|th)?[-_., ]*(?:of )?" + _MONTH + _END, _from_words),
        (r"(?:^\W*|[\s_-])" + _MONTH + r"\W*(?:[(\[].*)?$", _from_words),
        (r"^(?P<first>\d\d)(?P<second>\d\d)(?P<third>\d\d)(?=[\s_.-]+[^\W\d_]|$)", _from_six_digits),
        (r"(?<=[^\W\d_][\s_.-])(?P<first>\d\d)(?P<second>\d\d)(?P<third>\d\d)$", _from_six_digits),
        (r"^\W*" + _YEAR4 + r"\W*$", _from_year),
    )
)
