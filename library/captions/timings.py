"""Reads the timing line of a cue, and tells a line that was meant for one from what somebody said."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

EXPECTED_TIMING = "“00:00:01.000 --> 00:00:04.000” (start, arrow, end)"

_STAMP = r"(?:([0-9]{1,12}):)?([0-9]{1,3}):([0-9]{1,2})(?:[.,]([0-9]{1,9}))?"
_TIMING = re.compile(rf"[ \t]*{_STAMP}[ \t]*-->[ \t]*{_STAMP}(?:[ \t].*)?")
# What a browser reads, too: cue settings without a blank before them.
_GLUED_SETTINGS = re.compile(
    rf"[ \t]*{_STAMP}[ \t]*-->[ \t]*{_STAMP}(?=(?:align|line|position|size|vertical|region):)[^\n]*"
)
# Times, whatever stands between them: no letter or digit, or a small word. At least one must be exact to less than a
# second or name its hours, since "10:30 to 12:00" is what people say.
_EXACT = r"(?:[0-9]{1,3}:)?[0-9]{1,3}:[0-9]{1,2}[.,:;][0-9]{1,9}"
_LOOSE = r"[0-9]{1,3}(?::[0-9]{1,3}){1,3}(?:[.,;][0-9]{1,9})?"
_BETWEEN = r"\s*(?:&gt;|&amp;gt;|-{0,2}\s*&(?:amp;)?gt;|to|until|till|bis|a|à|al|tot|do|–?|[^\w\s]{1,6}(?:\s+[^\w\s]{1,4})?)\s*"
_MEANT_FOR_TIMING = re.compile(
    rf"\s*(?:{_EXACT}{_BETWEEN}{_LOOSE}|{_LOOSE}{_BETWEEN}{_EXACT})(?:\s+\S+:\S+)*\s*", re.IGNORECASE
)
# An arrow of some kind right behind a time: meant for a timing line even where the end is missing.
_TIME_AND_ARROW = re.compile(
    r"[ \t]*[0-9]{1,12}:[0-9:.,]{2,20}[ \t]*(?:-{1,2}[ \t]*>|[–—]{1,2}[ \t]*>|→|=>|-{0,2}&gt;)"
)
_SPACED = re.compile(r"(?<=[0-9])\s*([:.,])\s*(?=[0-9])")
_INVISIBLE = re.compile("[\u200b-\u200f\u061c\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]")
_TENTHS_OF_MILLISECONDS = re.compile(r"[.,](?!1000(?![0-9]))[0-9]{4}(?![0-9])")
_BEGUN = re.compile(r"[0-9]{1,3}(?::[0-9]{0,3}){1,2}(?:[.,][0-9]{0,3})?\s*(?:-{1,2}>?\s*(?:[0-9][0-9:.,]*)?)?")


@dataclass(frozen=True, slots=True)
class Timing:
    """Start and end in milliseconds, and what was odd about the line ("" for nothing)."""

    start_ms: int
    end_ms: int
    flaw: str = ""


def read_timing(line: str, *, is_rounding: bool = True) -> Timing | None:
    """Return the timing in a line, or None when it holds none that can be read.

    Signs that only look different (no-break blanks, full-width colons, other scripts' digits) are read and told.
    `is_rounding` says that a fraction of 1000 is a whole second, as converters write it, rather than a tenth.
    """
    match = _TIMING.fullmatch(line)
    if match is not None:
        return _timing(match, "", is_rounding)
    match = _GLUED_SETTINGS.fullmatch(line)
    if match is not None:
        return _timing(match, "a blank is missing behind this time", is_rounding)
    plain = as_typed(line)
    if plain == line:
        return None
    match = _TIMING.fullmatch(plain)
    return (
        _timing(match, f"odd signs in this time ({_odd_signs(line)}) were read as plain ones", is_rounding)
        if match
        else None
    )


def as_typed(line: str) -> str:
    """Return a line with plain digits, colons and blanks for those that only look so, and none within a time."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", line))
    plain = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in plain)
    return _SPACED.sub(r"\1", " ".join(plain.split()))


def is_meant_for_timing(line: str) -> bool:
    """Tell a line that begins and ends with a time but has no arrow between them that can be read."""
    if not any(sign.isdigit() for sign in line[:8]):
        return False
    return bool(_TIME_AND_ARROW.match(line) or _MEANT_FOR_TIMING.fullmatch(as_typed(line)))


def is_begun_timing(line: str) -> bool:
    """Tell the beginning of a timing line, as a file ends with that was cut off."""
    return bool(_BEGUN.fullmatch(line.strip()))


def has_tenths_of_milliseconds(text: str) -> bool:
    """Tell a file that writes four digits behind the second, so that 1000 of them are a tenth."""
    return bool(_TENTHS_OF_MILLISECONDS.search(text))


def _timing(match: re.Match[str], flaw: str, is_rounding: bool) -> Timing | None:
    hours, minutes, seconds, fraction, end_hours, end_minutes, end_seconds, end_fraction = match.group(*range(1, 9))
    start = _milliseconds(hours, minutes, seconds, fraction, is_rounding)
    end = _milliseconds(end_hours, end_minutes, end_seconds, end_fraction, is_rounding)
    if start is None or end is None:
        return None
    rounded = (seconds, end_seconds, minutes if hours else "", end_minutes if end_hours else "")
    if "60" in rounded or (is_rounding and "1000" in (fraction, end_fraction)):
        flaw = flaw or "a rounded time was carried over to the next second"
    return Timing(start, end, flaw)


def _milliseconds(hours: str | None, minutes: str, seconds: str, fraction: str | None, is_rounding: bool) -> int | None:
    if int(seconds) > 60 or (hours is not None and int(minutes) > 60):
        return None
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    if is_rounding and fraction == "1000":
        return whole * 1000 + 1000
    return whole * 1000 + int(((fraction or "") + "000")[:3])


def _odd_signs(line: str) -> str:
    odd = dict.fromkeys(sign for sign in line if not sign.isascii())
    return ", ".join(f"U+{ord(sign):04X}" for sign in list(odd)[:3]) or "blanks"
