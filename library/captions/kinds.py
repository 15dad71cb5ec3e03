"""Tells captions from other timed text: preview pictures, chapters, metadata for programs, forced subtitles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from library.captions.cues import CaptionWarning, Cue, TrackKind

_HEADER_KIND = re.compile(r"Kind[ \t]*[:=][ \t]*([a-z]+)[ \t]*", re.IGNORECASE)
_SPRITE = re.compile(r"\S+\.(?:jpe?g|png|webp|gif|avif)(?:\?\S*)?(?:#xywh=\S*)?|\S*#xywh=[\d,:a-z]+", re.IGNORECASE)
_METADATA = re.compile(
    r"\{.*[:}].*\}|\[\s*[{\"].*\]|(?=\D{0,79}\d)(?=[^A-Z]{0,79}[A-Z])(?=[^a-z]{0,79}[a-z])[A-Za-z0-9+/]{80,}={0,2}|https?://\S+",
    re.DOTALL,
)
_CHAPTER_SECONDS = 45.0
_CHAPTER_CHARACTERS = 90
_NAME_MARKS = (
    (TrackKind.FORCED, re.compile(r"(?:^|[\W_])(?:forced|foreign[\W_]+(?:parts?|only))(?:$|[\W_])", re.IGNORECASE)),
    (TrackKind.CHAPTERS, re.compile(r"(?:^|[\W_])chapters?(?:$|[\W_](?:vtt|srt)?$)", re.IGNORECASE)),
    (TrackKind.SPRITES, re.compile(r"(?:^|[\W_])(?:sprites?|thumb(?:nail)?s?|storyboards?)(?:$|[\W_])", re.IGNORECASE)),
    (TrackKind.METADATA, re.compile(r"(?:^|[\W_])metadata(?:$|[\W_])", re.IGNORECASE)),
)
_TOLD = {
    TrackKind.SPRITES: "these are addresses of preview pictures, not captions",
    TrackKind.METADATA: "this is data for programs, not captions",
    TrackKind.CHAPTERS: "these look like chapters, not captions: few words, each shown for a long time",
}


def kind_in_header(line: str) -> TrackKind | None:
    """Return the kind that a line of a WebVTT header names, if it is one that is no captions."""
    match = _HEADER_KIND.fullmatch(line)
    kinds = {"chapters": TrackKind.CHAPTERS, "metadata": TrackKind.METADATA, "forced": TrackKind.FORCED}
    return kinds.get(match[1].lower()) if match else None


def kind_by_name(name: str) -> TrackKind:
    """Return what a file's name (without its extension) says about its kind; captions where it says nothing."""
    return next((kind for kind, mark in _NAME_MARKS if mark.search(name)), TrackKind.CAPTIONS)


def kind_of(cues: Sequence[Cue]) -> TrackKind:
    """Return what the cues are by what stands in them."""
    if _are_mostly(_SPRITE, cues):
        return TrackKind.SPRITES
    if _are_mostly(_METADATA, cues):
        return TrackKind.METADATA
    if len(cues) > 1 and _look_like_chapters(cues):
        return TrackKind.CHAPTERS
    return TrackKind.CAPTIONS


def warn_of_kind(kind: TrackKind, line: int) -> list[CaptionWarning]:
    """Return the warning that the cues of a file are no captions, if so."""
    return [CaptionWarning(line, _TOLD[kind])] if kind in _TOLD else []


def _are_mostly(pattern: re.Pattern[str], cues: Sequence[Cue]) -> bool:
    matching = sum(1 for cue in cues if pattern.fullmatch(cue.text.strip()))
    return matching * 2 > len(cues)


def _look_like_chapters(cues: Sequence[Cue]) -> bool:
    """Chapters follow each other without a gap, last for minutes and have a few words."""
    if median(cue.end_seconds - cue.start_seconds for cue in cues) < _CHAPTER_SECONDS:
        return False
    return median(len(cue.text) for cue in cues) <= _CHAPTER_CHARACTERS and not any(cue.speaker for cue in cues)
