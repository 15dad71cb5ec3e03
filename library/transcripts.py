"""Turns the cues of a recording into something to read: paragraphs by speaker, under the chapters they belong to."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .captions import Cue

LONG_PAUSE_SECONDS = 4.0
# A paragraph ends at the next full stop after this many characters: about six lines of a column.
PARAGRAPH_CHARACTERS = 420
LONGEST_PARAGRAPH_CHARACTERS = 800
# Chapter marks are set by ear: a cue that begins a breath before its chapter belongs to it.
CHAPTER_TOLERANCE_SECONDS = 0.5

_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Cues of one speaker that are read in one breath. `has_new_speaker` says that the name is worth telling again."""

    speaker: str
    has_new_speaker: bool
    cues: tuple[Cue, ...]

    @property
    def start_seconds(self) -> float:
        """When the first word is spoken."""
        return self.cues[0].start_seconds


@dataclass(frozen=True, slots=True)
class Section:
    """The paragraphs under one chapter; `title` is "" before the first chapter and where there are none."""

    title: str
    start_seconds: float
    paragraphs: tuple[Paragraph, ...]


def sections_of(cues: Sequence[Cue], chapters: Iterable[tuple[float, str]] = ()) -> tuple[Section, ...]:
    """Return the cues as sections by chapter, a chapter being (start in seconds, title); sections without words are left out."""
    marks = sorted(chapters)
    starts = [start - CHAPTER_TOLERANCE_SECONDS for start, _ in marks]
    groups: dict[int, list[Cue]] = {}
    for cue in cues:
        groups.setdefault(bisect.bisect_right(starts, cue.start_seconds) - 1, []).append(cue)
    sections: list[Section] = []
    speaker = ""
    for place, group in sorted(groups.items()):
        start, title = marks[place] if place >= 0 else (group[0].start_seconds, "")
        paragraphs = _paragraphs(group, speaker)
        sections.append(Section(title, start, paragraphs))
        speaker = paragraphs[-1].speaker
    return tuple(sections)


def _paragraphs(cues: Sequence[Cue], speaker_before: str) -> tuple[Paragraph, ...]:
    groups: list[list[Cue]] = [[cues[0]]]
    for before, cue in pairwise(cues):
        if _ends_paragraph(groups[-1], before, cue):
            groups.append([])
        groups[-1].append(cue)
    paragraphs: list[Paragraph] = []
    speaker = speaker_before
    for group in groups:
        paragraphs.append(Paragraph(group[0].speaker, group[0].speaker not in ("", speaker), tuple(group)))
        speaker = group[0].speaker
    return tuple(paragraphs)


def _ends_paragraph(paragraph: Sequence[Cue], before: Cue, cue: Cue) -> bool:
    if cue.speaker != before.speaker or cue.start_seconds - before.end_seconds >= LONG_PAUSE_SECONDS:
        return True
    length = sum(len(cue.text) + 1 for cue in paragraph)
    if length >= LONGEST_PARAGRAPH_CHARACTERS:
        return True
    return length >= PARAGRAPH_CHARACTERS and bool(_SENTENCE_END.search(before.text))


def cue_at(cues: Sequence[Cue], seconds: float) -> Cue | None:
    """Return the cue that is spoken at this moment, or the last one before it; None before the first.

    A whole second stands for all that begins within it, since links to a moment are rounded down to the second.
    """
    latest = seconds + 0.999 if seconds == int(seconds) else seconds
    place = bisect.bisect_right(cues, latest, key=lambda cue: cue.start_seconds) - 1
    return cues[place] if place >= 0 else None
