"""Reads formats whose cues begin with two times but no arrow: SBV of YouTube, SubViewer, and what Whisper prints."""

from __future__ import annotations

import re

from library.captions.cues import CaptionWarning
from library.captions.formats.reading import Reading, clock_ms, fragments_of
from library.captions.speakers import Fragment

_TIME = r"(\d{1,2}:\d{1,2}:\d{1,2}[.,]\d{1,3})"
_COMMA_RANGE = re.compile(rf"\s*{_TIME}\s*,\s*{_TIME}\s*")
_PRINTED = re.compile(
    r"\s*\[((?:\d{1,2}:)?\d{1,2}:\d{1,2}[.,]\d{1,3})\s*-->\s*((?:\d{1,2}:)?\d{1,2}:\d{1,2}[.,]\d{1,3})\]\s*(.*)"
)
_HEADER = re.compile(
    r"\s*\[(?:INFORMATION|TITLE|AUTHOR|SOURCE|PRG|FILEPATH|DELAY|CD TRACK|COMMENT|END INFORMATION|SUBTITLE|COLF|STYLE).*",
    re.IGNORECASE,
)
_LINES_LOOKED_AT = 200


def read(text: str, lines: list[str]) -> Reading | None:
    """Return the cues of an SBV or SubViewer file, or of Whisper's printed output; None for any other."""
    head = [line for line in lines[:_LINES_LOOKED_AT] if line.strip()]
    arrows = sum(1 for line in head if "-->" in line)
    printed = sum(1 for line in head if _PRINTED.fullmatch(line))
    if printed and printed * 2 >= arrows:
        return _read_printed(lines)
    if sum(1 for line in head if _COMMA_RANGE.fullmatch(line)) > arrows:
        return _read_comma_ranges(lines)
    return None


def _read_printed(lines: list[str]) -> Reading:
    reading = Reading("whisper", [])
    for number, line in enumerate(lines, start=1):
        match = _PRINTED.fullmatch(line)
        if match:
            start, end = clock_ms(match[1]) or 0, clock_ms(match[2]) or 0
            reading.fragments += fragments_of(number, start, end, match[3]) or [Fragment(number, start, end, "", "")]
        elif line.strip() and reading.fragments:
            last = reading.fragments[-1]
            last.text = f"{last.text}\n{line.strip()}".strip()
        elif line.strip():
            reading.warnings.append(CaptionWarning(number, "text without a time of its own; left out"))
    reading.fragments = [fragment for fragment in reading.fragments if fragment.text]
    return reading


def _read_comma_ranges(lines: list[str]) -> Reading:
    reading = Reading("sbv", [])
    place, times, words = 0, (0, 0), list[str]()

    def close() -> None:
        if place:
            reading.fragments.extend(fragments_of(place, *times, "\n".join(words)))

    for number, line in enumerate(lines, start=1):
        match = _COMMA_RANGE.fullmatch(line)
        if match:
            close()
            place, times, words = number, (clock_ms(match[1]) or 0, clock_ms(match[2]) or 0), []
        elif place:
            words.append(line)
        elif line.strip() and not _HEADER.fullmatch(line):
            reading.warnings.append(CaptionWarning(number, "text without a time of its own; left out"))
    close()
    return reading
