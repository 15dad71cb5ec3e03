"""Reads LRC, the format of song words that some transcription tools write: "[00:12.34] words"."""

from __future__ import annotations

import re

from library.captions.cues import CaptionWarning
from library.captions.formats.reading import Reading, clock_ms, end_with_next, fragments_of

_TIMES = re.compile(r"\s*((?:\[\d{1,3}:\d{1,2}(?:\.\d{1,3})?\]\s*)+)(.*)")
_TIME = re.compile(r"\[(\d{1,3}:\d{1,2})(?:\.(\d{1,3}))?\]")
_ABOUT = re.compile(r"\s*\[(?:ti|ar|al|au|by|re|ve|length|offset|la|tool|#)\s*:[^\]]*\]\s*", re.IGNORECASE)
_WORD_TIME = re.compile(r"<\d{1,3}:\d{1,2}[.:]\d{1,3}>\s?")
_OFFSET = re.compile(r"\s*\[offset\s*:\s*([+-]?\d{1,9})\s*\]\s*", re.IGNORECASE)


def read(text: str, lines: list[str]) -> Reading | None:
    """Return the lines of an LRC file with their times, or None for another file."""
    filled = [line for line in lines[:200] if line.strip()]
    timed = sum(1 for line in filled if _TIMES.fullmatch(line))
    about = sum(1 for line in filled if _ABOUT.fullmatch(line))
    exact = sum(1 for line in filled if re.match(r"\s*\[\d{1,3}:\d{1,2}\.\d{1,3}\]", line))
    if not exact or (timed + about) * 10 < len(filled) * 9 or "-->" in text[:20_000]:
        return None
    reading = Reading("lrc", [])
    offset = 0
    found: list[tuple[int, int, str]] = []
    for number, line in enumerate(lines, start=1):
        if shifted := _OFFSET.fullmatch(line):
            offset = int(shifted[1])
        elif _ABOUT.fullmatch(line) or not line.strip():
            continue
        elif match := _TIMES.fullmatch(line):
            words = _WORD_TIME.sub("", match[2])
            for time in _TIME.finditer(match[1]):
                start = (clock_ms(time[1]) or 0) + int(((time[2] or "") + "000")[:3])
                found.append((max(0, start - offset), number, words))
        else:
            reading.warnings.append(CaptionWarning(number, "text without a time of its own; left out"))
    _place(reading, sorted(found))
    return reading


def _place(reading: Reading, found: list[tuple[int, int, str]]) -> None:
    """Turn lines in order of time into fragments; an empty line ends the one before it."""
    starts = [start for start, _, _ in found]
    for place, (start, number, words) in enumerate(found):
        end = next((other for other in starts[place + 1 :] if other > start), -1)
        reading.fragments += fragments_of(number, start, end, words)
    if reading.fragments and reading.fragments[-1].end_ms < 0:
        last = [fragment for fragment in reading.fragments if fragment.end_ms < 0]
        end_with_next(last)
