"""Why: inside one recording people step from place to place, in the order of time, so its words are searched as they stand there.

The site's index ranks recordings by their best passages; here every place counts, over the ends of cues and windows, in
the very captions that are shown. Knows no Django.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.language import analysis
from search.language.corrections import edits_allowed, may_be_meant
from search.language.known_words import is_english
from search.language.passages import CueLike
from search.language.queries import UserQuery, Word, understand
from search.language.said import MARK, cut_as_wanted, token_of
from search.language.synonyms import NO_SYNONYMS, Synonyms

# All words of a query must stand within so many words of each other to be one place: about half a minute of speech.
NEAR_WORDS = 60
MOST_PLACES = 200
MOST_NEAR = 10
# Where the word itself is said so seldom among those of its stem, or not at all and these are many, they are not meant.
SELDOM = 0.6
MOST_OF_ANOTHER = 3


@dataclass(frozen=True, slots=True)
class TranscriptPlace:
    """Where the words are said: from which cue to which (numbers, both included), and when it begins in seconds."""

    first_cue: int
    last_cue: int
    start_seconds: float


@dataclass(frozen=True, slots=True)
class TranscriptMatches:
    """What a transcript holds of a query: the places in order of time, and the characters to mark in each cue, by its number.

    `is_some_words` says that nowhere do all the words stand together; `corrected` is the query as it was probably meant,
    when it was taken so.
    """

    places: tuple[TranscriptPlace, ...] = ()
    marks: dict[int, list[tuple[int, int]]] | None = None
    is_some_words: bool = False
    corrected: str = ""


@dataclass(frozen=True, slots=True)
class _Idea:
    """One thing asked for: runs of stems of which any will do, and the beginning of an unfinished word."""

    runs: tuple[tuple[str, ...], ...]
    prefix: str = ""
    is_required: bool = False


class Transcript:
    """The words of cues in their order, ready to be searched."""

    def __init__(self, cues: Sequence[CueLike]) -> None:
        self.cues = cues
        self.stems: list[str]
        self.places: list[tuple[int, int, int]]  # cue number, start and end of the word in its text
        self._cut(frozenset())

    def _cut(self, said: frozenset[str]) -> None:
        """Cut the cues into stems, and into words as said where one of these stands."""
        self.stems, self.places = [], []
        for number, cue in enumerate(self.cues):
            tokens = cut_as_wanted(cue.text, said)
            self.stems += tokens.stems
            self.places += [(number, start, end) for start, end in tokens.spans]

    def find(
        self, text: str, synonyms: Synonyms = NO_SYNONYMS, names: Container[str] = frozenset()
    ) -> TranscriptMatches:
        """Return where the words of `text` are said; any text is taken. A word that is nowhere is corrected if it can be,
        unless it is English or one of `names` (folded words)."""
        found = self._find(text, synonyms)
        if found.places and not found.is_some_words:
            return found
        corrected = self._corrected(text, names)
        better = self._find(corrected, synonyms) if corrected else TranscriptMatches()
        if not better.places or (found.places and better.is_some_words):
            return found
        return TranscriptMatches(better.places, better.marks, better.is_some_words, corrected)

    def _find(self, text: str, synonyms: Synonyms) -> TranscriptMatches:
        query = understand(text, True, synonyms)
        query = query.said_only([word.stem for word in query.words if self._is_drowned(word)])
        ideas = _ideas(query)
        self._cut(frozenset(stem for idea in ideas for run in idea.runs for stem in run if stem.startswith(MARK)))
        spans = [list(self._spans(idea)) for idea in ideas]
        if not ideas or any(idea.is_required and not each for each, idea in zip(spans, ideas, strict=True)):
            return TranscriptMatches()
        every = sorted({span for each in spans for span in each})
        together = _together(spans)
        return self._found(together or [[one] for one in every], every, is_some_words=not together)

    def _is_drowned(self, word: Word) -> bool:
        """Whether the word, made of another one, would drown in the places that have the same stem."""
        if not word.is_derived:
            return False
        places = [place for place, stem in enumerate(self.stems) if stem == word.stem]
        own = sum(token_of(self._written(place)) in (word.said, *word.said_elsewhere) for place in places)
        return own < SELDOM * len(places) and (own > 0 or len(places) > MOST_OF_ANOTHER)

    def _spans(self, idea: _Idea) -> Iterator[tuple[int, int]]:
        """Where the idea stands: numbers of its first and last word."""
        by_first: dict[str, list[tuple[str, ...]]] = {}
        for run in idea.runs:
            by_first.setdefault(run[0], []).append(run)
        # Who typed a word that is said has finished it.
        is_finished = idea.prefix and any(self._folded(place) == idea.prefix for place in range(len(self.places)))
        prefix = "" if is_finished else idea.prefix
        single = {run[0] for run in idea.runs if len(run) == 1}
        for place, stem in enumerate(self.stems):
            lengths = [len(run) for run in by_first.get(stem, ()) if tuple(self.stems[place : place + len(run)]) == run]
            if lengths:
                yield place, place + max(lengths) - 1
            elif stem.startswith(MARK) and single & set(analysis.stems(stem.removeprefix(MARK))):
                yield place, place  # wanted as said by another idea
            elif prefix and self._folded(place).startswith(prefix):
                yield place, place

    def _written(self, place: int) -> str:
        number, start, end = self.places[place]
        return self.cues[number].text[start:end]

    def _folded(self, place: int) -> str:
        return analysis.folded(self._written(place))

    def _found(
        self, groups: Iterable[list[tuple[int, int]]], every: Iterable[tuple[int, int]], *, is_some_words: bool
    ) -> TranscriptMatches:
        """Make places of groups of spans; groups that share a cue are one place. In the cues of a place every span is marked."""
        places: list[TranscriptPlace] = []
        for group in groups:
            first = self.places[min(start for start, _ in group)][0]
            last = self.places[max(end for _, end in group)][0]
            if places and first <= places[-1].last_cue:
                places[-1] = TranscriptPlace(
                    places[-1].first_cue, max(last, places[-1].last_cue), places[-1].start_seconds
                )
            elif len(places) == MOST_PLACES:
                break
            else:
                places.append(TranscriptPlace(first, last, self.cues[first].start_seconds))
        inside = {number for place in places for number in range(place.first_cue, place.last_cue + 1)}
        marks: dict[int, list[tuple[int, int]]] = {}
        for start, end in every:
            if self.places[start][0] in inside:
                self._mark(marks, start, end)
        joined = {number: _joined(each, self.cues[number].text) for number, each in marks.items()}
        return TranscriptMatches(tuple(places), joined, is_some_words and bool(places))

    def _mark(self, marks: dict[int, list[tuple[int, int]]], first: int, last: int) -> None:
        """Mark the words from `first` to `last`, in each cue from its first to its last of them."""
        for place in range(first, last + 1):
            number, start, end = self.places[place]
            own = marks.setdefault(number, [])
            if place > first and self.places[place - 1][0] == number:
                own[-1] = (own[-1][0], end)
            else:
                own.append((start, end))

    def _corrected(self, text: str, names: Container[str]) -> str:
        """The text with the words that are not said here replaced by the nearest that are; "" when there are none."""
        said = {self._folded(place) for place in range(len(self.places))}
        known = set(self.stems)
        parts: list[str] = []
        position = 0
        for word, start, end in analysis.words(text):
            folded = analysis.folded(word)
            is_right = word != word.lower() or is_english(folded) or folded in names
            if not edits_allowed(folded) or is_right or known & set(analysis.stems(word)):
                continue
            near = next(iter(_near(folded, said)), None)
            if near is not None:
                parts += [text[position:start], near]
                position = end
        return "".join([*parts, text[position:]]) if parts else ""


def _near(word: str, said: Iterable[str]) -> list[str]:
    """Return the words of `said` that may be meant by `word`, the nearest first."""
    near = process.extract(word, sorted(said), scorer=OSA.distance, score_cutoff=edits_allowed(word), limit=MOST_NEAR)
    return [other for other, *_ in near if may_be_meant(word, other)]


def _ideas(query: UserQuery) -> list[_Idea]:
    """What is asked for; of common words only ("to be or not to be"), that they stand side by side."""
    words = () if query.has_only_common_words and query.phrases else query.words
    ideas = [
        _Idea(
            ((word.stem,), *(way.stems for way in word.ways)),
            (query.prefix or "") if word.stem == query.prefix_stem else "",
        )
        for word in words
    ]
    return ideas + [_Idea((phrase,), is_required=True) for phrase in query.phrases]


def _together(spans: Sequence[Sequence[tuple[int, int]]]) -> list[list[tuple[int, int]]]:
    """The tightest groups that hold one span of each idea within NEAR_WORDS, from left to right, sharing none."""
    if not all(spans):
        return []
    groups: list[list[tuple[int, int]]] = []
    latest: dict[int, tuple[int, int]] = {}
    fresh = -1  # spans up to here belong to an earlier group
    for span, idea in sorted((span, idea) for idea, each in enumerate(spans) for span in each):
        if span[0] <= fresh:
            continue
        latest[idea] = span
        if len(latest) < len(spans):
            continue
        group = sorted(set(latest.values()))
        if group[-1][1] - group[0][0] < NEAR_WORDS:
            groups.append(group)
            fresh = group[-1][1]
            latest = {}
    return groups


def _joined(spans: list[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """Spans in order; those that overlap, or with only space between them, made one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and (start <= joined[-1][1] or not text[joined[-1][1] : start].strip()):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
