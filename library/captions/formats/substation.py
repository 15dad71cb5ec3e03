"""Reads SubStation Alpha (.ssa, .ass): dialogue lines whose fields a Format line names."""

from __future__ import annotations

import re

from library.captions.cues import CaptionError, CaptionWarning
from library.captions.formats.reading import Reading, clock_ms, fragments_of

_SECTION = re.compile(r"\s*\[(?:Script Info|V4\+? Styles\+?|Events)\]\s*", re.IGNORECASE)
_DRAWING = re.compile(r"\{[^{}]*\\p[1-9][^{}]*\}.*?(?:\{[^{}]*\\p0[^{}]*\}|$)", re.DOTALL)
_CODES = re.compile(r"\{[^{}]*\\[^{}]*\}")
_FIELDS = ["layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text"]
_EXPECTED = "“Dialogue: 0,0:00:01.00,0:00:03.00,Default,,0,0,0,,words”"


def read(text: str, lines: list[str]) -> Reading | None:
    """Return the dialogue of a SubStation file, or None for another file; CaptionError names a broken line."""
    first = next((line for line in lines if line.strip()), "")
    if not _SECTION.fullmatch(first):
        return None
    reading = Reading("substation", [], has_names=True)
    fields = _FIELDS
    for number, line in enumerate(lines, start=1):
        kind, colon, rest = line.strip().partition(":")
        if kind.casefold() == "format" and "text" in rest.casefold():
            fields = [field.strip().casefold() for field in rest.split(",")]
        elif kind.casefold() == "comment" and colon:
            reading.warnings.append(CaptionWarning(number, "a comment, which players do not show; left out"))
        elif kind.casefold() == "dialogue" and colon:
            _read_dialogue(reading, number, rest, fields)
    return reading


def _read_dialogue(reading: Reading, number: int, rest: str, fields: list[str]) -> None:
    values = dict(zip(fields, rest.split(",", len(fields) - 1), strict=False))
    start, end = clock_ms(values.get("start", "")), clock_ms(values.get("end", ""))
    if start is None or end is None or "text" not in values:
        raise CaptionError(number, "this line of dialogue has no readable times and words", _EXPECTED)
    raw, is_drawn = _DRAWING.subn("", values["text"])
    if is_drawn:
        reading.warnings.append(CaptionWarning(number, "a drawing; left out"))
    raw = _CODES.sub("", raw).replace("\\N", "\n").replace("\\n", "\n").replace("\\h", " ")
    reading.fragments += fragments_of(number, start, end, raw, values.get("name", values.get("actor", "")).strip())
