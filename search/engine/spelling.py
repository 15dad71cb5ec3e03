"""Why: who mistypes a word should find what was meant, in the words this very index holds.

Candidates come from the dictionary of the index, by edit distance; but a caller is only ever corrected to words that
stand in something the caller may see, and how frequent a word is is counted among that alone. So a word that only
members may read is, to the public, neither known nor suggested.

What is spelt rightly is never replaced, though the index lacks it (`search.language.known_words`): it is asked about
("Did you mean …"), and so is whatever was typed with a capital, which may be a name or a short form.
"""

from __future__ import annotations

import math
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.engine.clauses import Clause, ClauseFactory, Occur
from search.engine.matching import Gate
from search.engine.model import Correction
from search.engine.protocol import Searcher, Snapshot
from search.engine.schema import numbers_at, schema
from search.language import analysis
from search.language.corrections import SHORTEST_WORD, edits_allowed, may_be_meant
from search.language.known_words import is_known
from search.language.queries import UserQuery, Word

# Bounds memory and time in a huge index: its rarest words are mostly errors themselves.
MOST_WORDS = 300_000
LONGEST_WORD = 32
MOST_CANDIDATES = 40
# One edit more must be outweighed by this many times the frequency.
EDIT_FACTOR = 60.0
FIRST_LETTER_FACTOR = 6.0
# A word that stands in so few things, while a neighbour is so many times as frequent, is doubtful: asked, not changed.
RARE_COUNT = 2
DOUBTFUL_FACTOR = 50
# That a word is known is mostly seen from so many resources that hold it.
LOOKED_AT = 8
# A dictionary up to this size is read anew with each change of the index (in milliseconds); a larger one at most so often.
SMALL_DICTIONARY = 20_000
STALE_SECONDS = 60.0


@dataclass(frozen=True)
class Dictionary:
    """The words of one state of the index by their length; hidden ones included, so it never leaves the engine."""

    words: dict[int, list[str]]
    size: int
    made_at: float

    @staticmethod
    def of(searcher: Searcher) -> Dictionary:
        """The words that can be meant: letters only, the most frequent first."""
        by_length: dict[int, list[str]] = defaultdict(list)
        size = 0
        for word, _ in searcher.terms_with_prefix("words", "", limit=2 * MOST_WORDS):
            if SHORTEST_WORD - 1 <= len(word) <= LONGEST_WORD and word.isalpha():
                by_length[len(word)].append(word)
                size += 1
                if size == MOST_WORDS:
                    break
        return Dictionary(dict(by_length), size, time.monotonic())

    def near(self, word: str, edits: int) -> Iterator[tuple[str, int]]:
        """Words at most so many edits away (a swap of neighbours is one), each with its distance, the nearest first."""
        found: list[tuple[str, int]] = []
        for length in range(len(word) - edits, len(word) + edits + 1):
            near = process.extract(
                word, self.words.get(length, ()), scorer=OSA.distance, score_cutoff=edits, limit=MOST_CANDIDATES
            )
            found += [(other, int(distance)) for other, distance, _ in near]
        yield from sorted((each for each in found if each[0] != word), key=lambda each: each[1])


class Dictionaries:
    """The dictionary of an index, made at first need and kept; safe for threads."""

    def __init__(self) -> None:
        self._current: tuple[Searcher, Dictionary] | None = None
        self._making = threading.Lock()

    def of(self, snapshot: Snapshot) -> Dictionary:
        """The dictionary of this state, or, of a large index, of a state not long ago: candidates are checked anyway."""
        current = self._current
        if current is not None and (current[0] is snapshot.resources or self._is_recent(current[1])):
            return current[1]
        with self._making:
            if self._current is current:
                self._current = (snapshot.resources, Dictionary.of(snapshot.resources))
            assert self._current is not None
            return self._current[1]

    @staticmethod
    def _is_recent(dictionary: Dictionary) -> bool:
        return dictionary.size > SMALL_DICTIONARY and time.monotonic() - dictionary.made_at < STALE_SECONDS


@dataclass(frozen=True, slots=True)
class SpellingChange:
    """What was probably meant by a word: `count` visible resources hold the word itself; `is_sure` when it is no word."""

    word: Word
    other: str
    count: int
    is_sure: bool


class Speller:
    """Corrects queries behind one gate."""

    def __init__(
        self,
        snapshot: Snapshot,
        gate: Gate,
        dictionary: Callable[[], Dictionary],
        names: Container[str] = frozenset(),
    ) -> None:
        """`names` are folded words that are known beside those of the language: of people, places, organisations."""
        self.resources = snapshot.resources
        self.dictionary = dictionary
        self.names = names
        self._visible = gate.unfiltered().clauses()

    def correction(self, text: str, query: UserQuery) -> Correction | None:
        """Return the text with its unknown words corrected; with its doubtful ones when there are no unknown; or None."""
        return self.checked(text, query)[0]

    def checked(self, text: str, query: UserQuery) -> tuple[Correction | None, dict[str, str]]:
        """Return the correction, and of the words that nothing holds and that are not replaced, the stems of like ones."""
        known = self._well_known(query.words)
        doubtful = (word for word in query.words if word.stem not in known)
        changes = [change for word in doubtful if (change := self._change(word, text, query)) is not None]
        unknown = [change for change in changes if change.is_sure]
        chosen = unknown or changes
        if not chosen:
            return None, {}
        alike = {
            change.word.stem: stems[0]
            for change in changes
            if not change.is_sure and not change.count and (stems := analysis.stems(change.other))
        }
        return _corrected(text, [(change.word, change.other) for change in chosen], bool(unknown)), alike

    def near(self, word: str, limit: int) -> list[str]:
        """Visible words that resemble `word` (folded) and are worth a search of their own, the likeliest first."""
        return [other for other, _ in self._candidates(word)][:limit]

    def _well_known(self, words: Sequence[Word]) -> set[str]:
        """The stems of those words that surely stand in more than RARE_COUNT visible resources.

        The first resources of each are looked at, all at once, which for most words tells enough.
        """
        of_stems: dict[str, list[int]] = {}
        for word in words:
            found = self.resources.search(_stem_query(word.stem), LOOKED_AT)
            of_stems[word.stem] = numbers_at(self.resources, found.addresses)
        looked_at = sorted({number for numbers in of_stems.values() for number in numbers})
        own = ClauseFactory.const_score_query(ClauseFactory.term_set_query(schema(), "number", looked_at), 0.0)
        found = self.resources.search(
            ClauseFactory.boolean_query([*self._visible, (Occur.Must, own)]), max(1, len(looked_at))
        )
        visible = set(numbers_at(self.resources, found.addresses))
        return {stem for stem, numbers in of_stems.items() if sum(each in visible for each in numbers) > RARE_COUNT}

    def _change(self, word: Word, text: str, query: UserQuery) -> SpellingChange | None:
        """Return what was probably meant by a word; None for one that stands as it is."""
        if (
            word.is_term
            or word.is_said_only
            or not SHORTEST_WORD <= len(word.folded) <= LONGEST_WORD
            or not word.folded.isalpha()
        ):
            return None
        count = self._count(_stem_query(word.stem))
        if count > RARE_COUNT or self._is_otherwise_known(word, query):
            return None
        is_right = is_known(word.folded, self.names)
        if count and is_right:
            return None
        best = next(iter(self._candidates(word.folded)), None)
        if best is None or (count and best[1] < DOUBTFUL_FACTOR * count):
            return None
        is_capital = text[word.start : word.end] != text[word.start : word.end].lower()
        return SpellingChange(word, best[0], count, is_sure=not (count or is_right or is_capital))

    def _is_otherwise_known(self, word: Word, query: UserQuery) -> bool:
        """Whether another way to say it is known, or a word that this unfinished one may become."""
        if any(self._count(_way_query(way.stems)) for way in word.ways):
            return True
        return word.stem == query.prefix_stem and bool(
            self.resources.terms_with_prefix(
                "words", query.prefix or "", filter_query=ClauseFactory.boolean_query(self._visible), limit=1
            )
        )

    def _candidates(self, word: str) -> list[tuple[str, int]]:
        """Visible words near the word with their counts, the likeliest first."""
        weighed = []
        for other, distance in self.dictionary().near(word, edits_allowed(word)):
            if not may_be_meant(word, other):
                continue
            count = self._count(ClauseFactory.term_query(schema(), "words", other))
            if count:
                weight = math.log(count) - distance * math.log(EDIT_FACTOR)
                weight -= math.log(FIRST_LETTER_FACTOR) if other[0] != word[0] else 0.0
                weighed.append((weight, other, count))
        weighed.sort(key=lambda each: (-each[0], each[1]))
        return [(other, count) for _, other, count in weighed]

    def _count(self, condition: Clause) -> int:
        """How many visible resources meet the condition."""
        query = ClauseFactory.boolean_query([*self._visible, (Occur.Must, condition)])
        return self.resources.search(query, 1, count=True).count or 0


def _stem_query(stem: str) -> Clause:
    return ClauseFactory.term_query(schema(), "all", stem)


def _way_query(stems: tuple[str, ...]) -> Clause:
    return _stem_query(stems[0]) if len(stems) == 1 else ClauseFactory.phrase_query(schema(), "all", list(stems))


def _corrected(text: str, changes: Iterable[tuple[Word, str]], is_applied: bool) -> Correction:
    plain: list[str] = []
    html: list[str] = []
    position = 0
    for word, other in sorted(changes, key=lambda change: change[0].start):
        new = _in_case_of(text[word.start : word.end], other)
        plain += [text[position : word.start], new]
        html += [escape(text[position : word.start]), f"<mark>{escape(new)}</mark>"]
        position = word.end
    rest = text[position:]
    return Correction(text, "".join([*plain, rest]), "".join([*html, escape(rest)]), is_applied)


def _in_case_of(typed: str, word: str) -> str:
    if typed.isupper():
        return word.upper()
    return word.capitalize() if typed[:1].isupper() else word
