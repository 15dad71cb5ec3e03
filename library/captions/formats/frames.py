"""Reads formats that count frames or tenths of seconds: MicroDVD ("{25}{75}words") and MPL2 ("[10][30]words")."""

from __future__ import annotations

import re

from library.captions.cues import CaptionWarning
from library.captions.formats.reading import Reading, end_with_next, fragments_of

_FRAMES = re.compile(r"\s*\{(\d{1,9})\}\{(\d{0,9})\}(.*)")
_TENTHS = re.compile(r"\s*\[(\d{1,9})\]\[(\d{0,9})\](.*)")
_CODE = re.compile(r"\{[A-Za-z]:[^{}]*\}|(?:^|(?<=\|))/")
_RATE = re.compile(r"\d{2,3}(?:\.\d{1,5})?")
_USUAL_RATE = 25.0


def read(text: str, lines: list[str]) -> Reading | None:
    """Return the cues of a MicroDVD or MPL2 file, or None for another file."""
    first = next((line for line in lines if line.strip()), "")
    pattern, dialect = (_FRAMES, "microdvd") if _FRAMES.fullmatch(first) else (_TENTHS, "mpl2")
    if not pattern.fullmatch(first):
        return None
    reading = Reading(dialect, [])
    rate = 10.0 if dialect == "mpl2" else _USUAL_RATE
    for number, line in enumerate(lines, start=1):
        match = pattern.fullmatch(line)
        if match is None:
            if line.strip():
                reading.warnings.append(CaptionWarning(number, "text without a time of its own; left out"))
            continue
        if dialect == "microdvd" and match[1] == "1" and _RATE.fullmatch(match[3].strip()):
            rate = float(match[3].strip())
            continue
        start = round(int(match[1]) / rate * 1000)
        end = round(int(match[2]) / rate * 1000) if match[2] else -1
        reading.fragments += fragments_of(number, start, end, _CODE.sub("", match[3]).replace("|", "\n"))
    if dialect == "microdvd" and rate == _USUAL_RATE:
        told = "this format counts frames: we assumed 25 a second, so check that the captions keep time"
        reading.warnings.append(CaptionWarning(1, told))
    if any(fragment.end_ms < 0 for fragment in reading.fragments):
        end_with_next(reading.fragments)
    return reading
