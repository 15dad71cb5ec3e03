"""Why: people look for a second or a page, not for an hour of film, so every resource is searched in passages.

A passage of speech is a window of whole cues, about sixty words long: short enough to be one thought, long enough for
the words of a question to meet. A window never crosses a long pause or the start of a chapter. Neighbouring windows
share their last cues (about fifteen words), so a phrase that straddles two windows is whole in one of them;
`overlap_characters` says how much of a passage repeats the one before, so that the running text can be put together
again without repetition.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

TARGET_WORDS = 60
LONG_PAUSE_SECONDS = 8.0
# A cue that begins a breath before its chapter belongs to the chapter: chapter marks are set by hand and by ear.
CHAPTER_TOLERANCE_SECONDS = 0.5

_WORD_START = re.compile(r"\S+")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")


class CueLike(Protocol):
    """Anything with the four attributes of a caption cue; times are seconds."""

    @property
    def start_seconds(self) -> float: ...
    @property
    def end_seconds(self) -> float: ...
    @property
    def text(self) -> str: ...
    @property
    def speaker(self) -> str: ...


class DocumentPageLike(Protocol):
    """Anything with the three attributes of a page, slide or section of a document; pages count from 1."""

    @property
    def number(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def heading(self) -> str: ...


@dataclass(frozen=True, slots=True)
class SpokenCue:
    """One caption cue, for callers that have no cue class of their own; times are seconds."""

    start_seconds: float
    end_seconds: float
    text: str
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a resource that is searched as one.

    Spoken passages carry seconds, passages of documents a page or slide number (from 1) and the heading they stand
    under. `cue_offsets` holds, for each cue, the character offset in `text` where it begins, its start and its end in
    seconds; `cue_speakers` runs parallel to it. `overlap_characters` leading characters repeat the end of the passage
    before. `language` is that of the captions it was cut from ("en"), "" for what is no captions.
    """

    text: str
    start_seconds: float | None = None
    end_seconds: float | None = None
    page_number: int | None = None
    section: str = ""
    speaker: str = ""
    cue_offsets: tuple[tuple[int, float, float], ...] = ()
    cue_speakers: tuple[str, ...] = ()
    overlap_characters: int = 0
    language: str = ""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A cue with its words counted, because the windows are measured in words again and again."""

    start_seconds: float
    end_seconds: float
    text: str
    speaker: str
    word_count: int


def passages_of_cues(
    cues: Iterable[CueLike],
    chapters_seconds: Sequence[float] = (),
    target_words: int = TARGET_WORDS,
    long_pause_seconds: float = LONG_PAUSE_SECONDS,
) -> list[Passage]:
    """Gather cues (in order of time) into overlapping windows of about `target_words` words.

    `chapters_seconds` are the starts of chapters; no window reaches over one of them, nor over a silence longer than
    `long_pause_seconds`. Cues without words are left out; every other cue stands in at least one passage.
    """
    passages: list[Passage] = []
    for stretch in _stretches(cues, sorted(chapters_seconds), long_pause_seconds):
        passages.extend(_windows(stretch, max(1, target_words)))
    return passages


def _stretches(
    cues: Iterable[CueLike], chapters_seconds: Sequence[float], long_pause_seconds: float
) -> Iterator[list[_Piece]]:
    stretch: list[_Piece] = []
    chapter = 0
    end_seconds = 0.0
    for cue in cues:
        words = cue.text.split()
        if not words:
            continue
        own_chapter = bisect.bisect_right(chapters_seconds, cue.start_seconds + CHAPTER_TOLERANCE_SECONDS)
        if stretch and (own_chapter != chapter or cue.start_seconds - end_seconds > long_pause_seconds):
            yield stretch
            stretch = []
            end_seconds = cue.end_seconds
        chapter = own_chapter
        end_seconds = max(end_seconds, cue.end_seconds)
        stretch.append(_Piece(cue.start_seconds, cue.end_seconds, " ".join(words), cue.speaker, len(words)))
    if stretch:
        yield stretch


def _windows(pieces: list[_Piece], target_words: int) -> Iterator[Passage]:
    remaining_words = sum(piece.word_count for piece in pieces)
    first, fresh = 0, 0  # the window begins at `first`; up to `fresh` its cues repeat the window before
    while fresh < len(pieces):
        last, words = fresh, sum(piece.word_count for piece in pieces[first:fresh])
        while last < len(pieces) and (last == fresh or words + pieces[last].word_count <= target_words):
            words += pieces[last].word_count
            remaining_words -= pieces[last].word_count
            last += 1
        if remaining_words < target_words / 3:  # a tail of a few words is no passage of its own
            last, remaining_words = len(pieces), 0
        yield _spoken_passage(pieces[first:last], repeated=fresh - first)
        first, fresh = _overlap_start(pieces, first, last, target_words), last


def _overlap_start(pieces: list[_Piece], first: int, last: int, target_words: int) -> int:
    """Where the next window begins: about a quarter of the words is shared, one cue at least unless it is very long."""
    start, words = last, 0
    while start - 1 > first and words < target_words / 4:
        words += pieces[start - 1].word_count
        if words > target_words / 2:
            break
        start -= 1
    return start


def _spoken_passage(pieces: Sequence[_Piece], repeated: int) -> Passage:
    offsets: list[tuple[int, float, float]] = []
    position = 0
    for piece in pieces:
        offsets.append((position, piece.start_seconds, piece.end_seconds))
        position += len(piece.text) + 1
    return Passage(
        text=" ".join(piece.text for piece in pieces),
        start_seconds=pieces[0].start_seconds,
        end_seconds=max(piece.end_seconds for piece in pieces),
        speaker=pieces[0].speaker,
        cue_offsets=tuple(offsets),
        cue_speakers=tuple(piece.speaker for piece in pieces),
        overlap_characters=offsets[repeated][0] if repeated else 0,
    )


def passages_of_pages(pages: Iterable[DocumentPageLike], target_words: int = TARGET_WORDS) -> list[Passage]:
    """Cut the text of pages, slides or sections into overlapping passages; none reaches over the end of its page.

    A passage ends with a sentence where one ends near the target. White space is collapsed; pages without words give
    nothing.
    """
    passages: list[Passage] = []
    for page in pages:
        text = " ".join(page.text.split())
        passages.extend(_page_passages(text, page.number, page.heading, max(4, target_words)))
    return passages


def _page_passages(text: str, page_number: int, section: str, target_words: int) -> Iterator[Passage]:
    spans = [match.span() for match in _WORD_START.finditer(text)]
    overlap_words = target_words // 5
    fresh = 0
    while fresh < len(spans):
        first = max(0, fresh - overlap_words) if fresh else 0
        last = min(len(spans), first + target_words)
        if len(spans) - last < target_words / 3:
            last = len(spans)
        else:
            last = _sentence_end(text, spans, max(fresh + 1, last - target_words // 4), last)
        yield Passage(
            text=text[spans[first][0] : spans[last - 1][1]],
            page_number=page_number,
            section=section,
            overlap_characters=spans[fresh][0] - spans[first][0],
        )
        fresh = last


def _sentence_end(text: str, spans: list[tuple[int, int]], earliest: int, latest: int) -> int:
    """The last word boundary in earliest..latest that ends a sentence, or `latest`."""
    for candidate in range(latest, earliest - 1, -1):
        start, end = spans[candidate - 1]
        if _SENTENCE_END.search(text[start:end]):
            return candidate
    return latest
