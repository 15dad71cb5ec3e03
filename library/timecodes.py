"""Reads and writes points and lengths of time, so that pages, links, captions and the API say them the same way."""

from __future__ import annotations

import math
import re

EXPECTED_TIMECODE = 'a time such as "12:34", "1:02:03.5", "754" or "12m34s"'

# Longer than any recording, short enough that nothing downstream overflows.
MAX_TIMECODE_SECONDS = 1_000 * 3600

_CLOCK = re.compile(r"(?:([0-9]{1,4}):)?([0-9]{1,5}):([0-9]{1,2})(?:[.,]([0-9]{1,9}))?")
_PLAIN = re.compile(r"([0-9]{1,10})(?:[.,]([0-9]{1,9}))?")
_UNITS = re.compile(r"(?:([0-9]{1,4})h)?(?:([0-9]{1,5})m)?(?:([0-9]{1,10})(?:[.,]([0-9]{1,9}))?s)?", re.IGNORECASE)


def parse_timecode(text: str) -> float:
    """Return the seconds meant by ``text``: ``1:02:03.5``, ``02:03,500``, ``754`` or ``12m34s``.

    The result is at least 0 and exact to the millisecond. Raises ValueError, which says what was expected.
    """
    stripped = text.strip()
    seconds: float | None = None
    if match := _CLOCK.fullmatch(stripped):
        seconds = _clock_seconds(match)
    elif match := _PLAIN.fullmatch(stripped):
        seconds = int(match[1]) + _fraction(match[2])
    elif stripped and (match := _UNITS.fullmatch(stripped)):
        hours, minutes, whole = (int(part or 0) for part in match.group(1, 2, 3))
        seconds = hours * 3600 + minutes * 60 + whole + _fraction(match[4])
    if seconds is None or seconds > MAX_TIMECODE_SECONDS:
        raise ValueError(f"{text[:40]!r} is not a time: expected {EXPECTED_TIMECODE}")
    return round(seconds, 3)


def _clock_seconds(match: re.Match[str]) -> float | None:
    hours, minutes, seconds = (int(part or 0) for part in match.group(1, 2, 3))
    # Without hours people write "75:10"; beside hours a minute above 59 is a slip of the pen.
    if seconds > 59 or (match[1] is not None and minutes > 59):
        return None
    return hours * 3600 + minutes * 60 + seconds + _fraction(match[4])


def _fraction(digits: str | None) -> float:
    return int(digits) / 10 ** len(digits) if digits else 0.0


def format_timecode(seconds: float) -> str:
    """Return ``12:34`` or ``1:02:03`` for people.

    Rounds down, so that a link labelled with it never opens after the moment; a negative time counts as 0.
    """
    hours, minutes, rest = _split(math.floor(max(seconds, 0)))
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def plain_seconds(seconds: float) -> str:
    """Return seconds as scripts and addresses read them, `12.34`: never with a comma, whatever the language of the page."""
    return f"{seconds:.3f}".rstrip("0").rstrip(".")


def format_webvtt_timestamp(seconds: float) -> str:
    """Return ``00:12:34.000`` as WebVTT wants it, rounded to the millisecond; a negative time counts as 0."""
    whole, milliseconds = divmod(round(max(seconds, 0) * 1000), 1000)
    hours, minutes, rest = _split(whole)
    return f"{hours:02d}:{minutes:02d}:{rest:02d}.{milliseconds:03d}"


def format_duration_words(seconds: float) -> str:
    """Return a length for people, rounded to the minute from one minute on: ``45 seconds``, ``1 hour 5 minutes``."""
    whole = round(max(seconds, 0))
    if whole < 60:
        return _count(whole, "second")
    hours, minutes = divmod(_nearest_minute(whole), 60)
    words = [_count(hours, "hour")] if hours else []
    if minutes or not hours:
        words.append(_count(minutes, "minute"))
    return " ".join(words)


def format_iso_duration(seconds: float) -> str:
    """Return an ISO 8601 duration in whole seconds, for ``<time datetime>`` and structured data: ``PT9M10S``."""
    hours, minutes, rest = _split(round(max(seconds, 0)))
    parts = ((hours, "H"), (minutes, "M"), (rest, "S"))
    return "PT" + ("".join(f"{number}{unit}" for number, unit in parts if number) or "0S")


def _split(whole_seconds: int) -> tuple[int, int, int]:
    minutes, seconds = divmod(whole_seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return hours, minutes, seconds


def _nearest_minute(whole_seconds: int) -> int:
    # Halves go up: Python's round() would call both 90 s and 150 s "2 minutes".
    return (whole_seconds + 30) // 60


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
