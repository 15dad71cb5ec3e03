"""Reads caption formats other than WebVTT and SRT, and transcripts with times; each module knows some of one family."""

from __future__ import annotations

from library.captions.formats import frames, lyrics, markup_files, ranges, segments, substation, tables, turns
from library.captions.formats.reading import Reading

# In this order: what says its name on the first line, then what is told by the look of its lines.
_READERS = (markup_files.read, substation.read, segments.read, tables.read, ranges.read, frames.read, lyrics.read)


def read_other_format(text: str, lines: list[str]) -> Reading | None:
    """Return what a file of another format holds, or None when it is none of these; CaptionError for a broken one."""
    for read in _READERS:
        reading = read(text, lines)
        if reading is not None:
            return reading
    return None


def read_transcript(lines: list[str]) -> Reading | None:
    """Return what a transcript with speakers and times holds, or None when the lines are none."""
    return turns.read(lines)


__all__ = ["Reading", "read_other_format", "read_transcript"]
