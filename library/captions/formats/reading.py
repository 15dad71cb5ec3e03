"""What a reader of a caption format returns, and what several of them need."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from library.captions.cues import CaptionWarning
from library.captions.plain_text import MAX_RAW_CHARACTERS, voices
from library.captions.speakers import Fragment

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.,:;](\d{1,9}))?")


@dataclass(slots=True)
class Reading:
    """Cues of a file as fragments; ``has_names`` says that the format tells speakers itself."""

    dialect: str
    fragments: list[Fragment]
    warnings: list[CaptionWarning] = field(default_factory=list)
    language: str = ""
    has_names: bool = False


def clock_ms(text: str) -> int | None:
    """Return the milliseconds of "1:02:03.5", "02:03,500" or "2:03", or None for what is no such time."""
    match = _CLOCK.fullmatch(text.strip())
    if match is None or int(match[3]) > 60:
        return None
    whole = (int(match[1] or 0) * 60 + int(match[2])) * 60 + int(match[3])
    return whole * 1000 + int(((match[4] or "") + "000")[:3])


def fragments_of(line: int, start_ms: int, end_ms: int, raw: str, speaker: str = "") -> list[Fragment]:
    """Return what is said in the raw text of a cue: plain text, in fragments by voice; none when it has no words."""
    found = voices(raw[:MAX_RAW_CHARACTERS], is_clean=False, is_webvtt=False)
    return [Fragment(line, start_ms, end_ms, voice or speaker, text) for voice, text in found if text]


def end_with_next(fragments: list[Fragment], last_ms: int = 4_000) -> None:
    """Give each fragment, which knows its start only, the start of the next as its end; the last lasts ``last_ms``."""
    end = 0
    for fragment in reversed(fragments):
        fragment.end_ms = end if end > fragment.start_ms else fragment.start_ms + last_ms
        end = fragment.start_ms
