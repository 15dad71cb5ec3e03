"""Prepares a recording's transcript for its page: what was looked for is marked and listed, the glossary's terms are explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.safestring import SafeString, mark_safe

from library.transcripts import Section

from ..glossary import Entry, Glossary, definitions
from ..language.marking import MarkedTerm, words_html
from ..language.transcript import Transcript, TranscriptMatches


@dataclass(frozen=True, slots=True)
class HeardPlace:
    """One place at which the words are said: when it begins, in seconds, and how far into the recording that is, in percent."""

    start_seconds: float
    percent: str


@dataclass(frozen=True, slots=True)
class Heard:
    """A transcript ready to be shown. `entries` are the glossary terms in it, in the order in which they are first said."""

    places: tuple[HeardPlace, ...] = ()
    is_some_words: bool = False
    corrected: str = ""
    entries: tuple[Entry, ...] = ()
    html_by_cue: dict[int, SafeString] = field(default_factory=dict)
    found_cues: frozenset[int] = frozenset()


def heard(sections: Sequence[Section], query: str, words: Glossary, duration_seconds: float | None) -> Heard:
    """Return the transcript in `sections` with `query` marked in it (nothing when it is empty) and its terms explained."""
    cues = [cue for section in sections for paragraph in section.paragraphs for cue in paragraph.cues]
    found = Transcript(cues).find(query, words.synonyms, words.known_words) if query else TranscriptMatches()
    marks = found.marks or {}
    terms, entries = _terms(sections, words)
    html = [mark_safe(words_html(cue.text, marks.get(n, ()), terms[n])) for n, cue in enumerate(cues)]
    length = duration_seconds or (cues[-1].end_seconds if cues else 0) or 1
    return Heard(
        places=tuple(
            HeardPlace(place.start_seconds, f"{min(100.0, 100 * place.start_seconds / length):.2f}")
            for place in found.places
        ),
        is_some_words=found.is_some_words,
        corrected=found.corrected,
        entries=tuple(definitions(entries)),
        html_by_cue={id(cue): words for cue, words in zip(cues, html, strict=True)},
        found_cues=frozenset(id(cues[number]) for number in marks),
    )


def _terms(sections: Sequence[Section], words: Glossary) -> tuple[list[list[MarkedTerm]], list[Entry]]:
    """Return the terms in each cue, and the entries they belong to; the first mention in a paragraph is a link."""
    terms: list[list[MarkedTerm]] = []
    entries: dict[Entry, None] = {}
    for section in sections:
        for paragraph in section.paragraphs:
            linked: set[str] = set()
            for cue in paragraph.cues:
                own: list[MarkedTerm] = []
                for sighting in words.sightings(cue.text):
                    told = definitions(sighting.things)
                    if not told:
                        continue
                    entries.update(dict.fromkeys(told))
                    anchor = told[0].anchor
                    own.append(MarkedTerm(sighting.start, sighting.end, anchor, anchor not in linked))
                    linked.add(anchor)
                terms.append(own)
    return terms, list(entries)
