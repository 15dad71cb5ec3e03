"""Why: the academy's search, in one object that knows resources and moments and hides Tantivy; it knows nothing of
Django.

`Engine` is cheap to make and opens the index at first use; it may be kept for the life of a process and shared by
threads. How resources are ranked is told in `searching`, who sees what in `matching`, how the index survives crashes
in `store`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Container, Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from search.engine.clauses import ClauseFactory
from search.engine.inventory import count_orphans, stored_resources
from search.engine.matching import Gate, QueryMatcher
from search.engine.model import (
    NO_FILTERS,
    Correction,
    EngineUnavailable,
    Hit,
    Moment,
    ResourceDocument,
    SearchFilters,
    SearchResult,
    SearchSort,
)
from search.engine.nearness import FEWEST_WORDS, Meaning, NearPassage, near_passages
from search.engine.protocol import Snapshot, Store, Writers
from search.engine.schema import schema
from search.engine.searching import Searching, count_of
from search.engine.shortlist import Scoring
from search.engine.spelling import Dictionaries, Speller
from search.engine.store import IndexStore
from search.engine.titles import Title, titles_like
from search.engine.writing import deleting, filling, putting, replacing
from search.language import analysis
from search.language.queries import Hint, UserQuery, understand
from search.language.synonyms import NO_SYNONYMS, Synonyms

__all__ = [
    "Correction",
    "Engine",
    "EngineUnavailable",
    "Hint",
    "Hit",
    "Moment",
    "ResourceDocument",
    "SearchFilters",
    "SearchResult",
    "SearchSort",
    "Synonyms",
    "Title",
]

ReadAgain = Callable[[Collection[str]], Iterable[ResourceDocument]]

THREADS = 4
LONGEST_PAGE = 200
DEEPEST_OFFSET = 1_000_000


class Engine:
    """Search over the index in one directory, or in another store; every method but `is_healthy` may raise
    EngineUnavailable. With `meaning`, `search` also finds what says the same in other words."""

    def __init__(self, place: Path | Store, meaning: Meaning | None = None) -> None:
        self._store: Store = IndexStore(place) if isinstance(place, Path) else place
        self._dictionaries = Dictionaries()
        self._meaning = meaning
        self._threads = (os.getpid(), ThreadPoolExecutor(THREADS, "search"))

    @property
    def _beside(self) -> Executor:
        """Who looks at passages while resources are looked at: the stores let go of Python's lock, so two cores can do both.

        Threads do not live on in a forked process, which would wait for them for ever; so it begins with new ones.
        """
        if self._threads[0] != os.getpid():
            self._threads = (os.getpid(), ThreadPoolExecutor(THREADS, "search"))
        return self._threads[1]

    def search(
        self,
        text: str,
        audience_tokens: Collection[str],
        *,
        filters: SearchFilters = NO_FILTERS,
        sort: SearchSort = SearchSort.RELEVANCE,
        first: int = 20,
        offset: int = 0,
        moments_per_hit: int = 3,
        now: datetime | None = None,
        is_prefix_of_last_word: bool = True,
        is_corrected: bool = True,
        synonyms: Synonyms = NO_SYNONYMS,
        names: Container[str] = frozenset(),
    ) -> SearchResult:
        """The page of hits from `offset` (at most 200), with the exact total and facets of what these tokens may see
        at `now`.

        Any text is taken; see `search.language.queries` for its syntax and `Hint` for what is told back about it. Words that
        nothing visible holds and nobody knows are corrected, unless `is_corrected` is False ("search instead for …").
        `synonyms` are ways to say the same; any of them counts as the word that was typed. `names` are words (folded)
        that are known to be right, such as those of people, beside the words of English.
        """
        query = understand(text, is_prefix_of_last_word, synonyms)
        if not query.is_searchable or not audience_tokens:
            return SearchResult(hint=query.hint)
        gate = Gate(tuple(audience_tokens), now or datetime.now(UTC), filters)
        snapshot = self._store.snapshot()
        if first <= 0:  # only counted: an order that needs no scores
            sort = SearchSort.NEWEST
        # Words are looked for while they are still being checked: most are written well.
        scoring = self._scoring(snapshot, query, gate, sort)
        correction, alike = self._speller(snapshot, gate, names).checked(text, query) if is_corrected else (None, {})
        if correction and correction.is_applied:
            text = correction.text
            query = understand(text, is_prefix_of_last_word, synonyms)
            scoring = self._scoring(snapshot, query, gate, sort)
        if (misheard := query.misheard(alike)) is not query:
            query = misheard
            scoring = self._scoring(snapshot, query, gate, sort)
        searching = Searching(snapshot, *scoring, self._near(snapshot, query, gate))
        if not searching.total and query.phrases and query.words:
            # No resource has the quoted words: better those that have them apart than nothing.
            apart = query if query.has_only_common_words else understand(text, is_prefix_of_last_word, synonyms, False)
            query = replace(apart, phrases=(), hint=Hint.SOME_WORDS)
            searching = Searching(snapshot, *self._scoring(snapshot, query, gate, sort))
        is_common_in_vain = query.has_only_common_words and not searching.total
        ranked = searching.ranked(sort, min(max(first, 0), LONGEST_PAGE), min(max(offset, 0), DEEPEST_OFFSET))
        wanted = searching.wanted()
        return SearchResult(
            hits=searching.hits(ranked, moments_per_hit, wanted),
            total=searching.total,
            hint=Hint.ONLY_COMMON_WORDS if is_common_in_vain else query.hint or searching.hint,
            facets=searching.facets(),
            correction=correction,
            words=tuple(word.folded for word in query.words),
        )

    def _scoring(
        self, snapshot: Snapshot, query: UserQuery, gate: Gate, sort: SearchSort
    ) -> tuple[QueryMatcher, Scoring | None]:
        matcher = QueryMatcher(snapshot, query, gate)
        return matcher, Scoring(snapshot, matcher, self._beside) if sort is SearchSort.RELEVANCE else None

    def near_words(
        self, word: str, audience_tokens: Collection[str], limit: int = 5, *, now: datetime | None = None
    ) -> tuple[str, ...]:
        """Words that resemble `word` and stand in something these tokens may see, the likeliest first; lower case."""
        folded = analysis.folded(word)
        if not audience_tokens or not folded:
            return ()
        gate = Gate(tuple(audience_tokens), now or datetime.now(UTC), NO_FILTERS)
        return tuple(self._speller(self._store.snapshot(), gate).near(folded, limit))

    def titles_like(
        self, typed: str, audience_tokens: Collection[str], first: int = 5, *, now: datetime | None = None
    ) -> tuple[Title, ...]:
        """Resources these tokens may see whose title is probably being typed, the likeliest first; none for one letter."""
        if not audience_tokens:
            return ()
        gate = Gate(tuple(audience_tokens), now or datetime.now(UTC), NO_FILTERS)
        return tuple(titles_like(typed, self._store.snapshot(), gate, first))

    def _near(self, snapshot: Snapshot, query: UserQuery, gate: Gate) -> list[NearPassage]:
        """What is near in meaning; nothing for a single word, and nothing for who demands words by quoting them.

        The filters do not count here: what is near is the same whatever a facet would let through.
        """
        if self._meaning is None or query.phrases or len(query.words) < FEWEST_WORDS:
            return []
        return near_passages(self._meaning, query.meant, snapshot.passages, gate.unfiltered().clauses())

    def snapshot(self) -> Snapshot:
        """The index as it is now, for those who read more of it than a search does."""
        return self._store.snapshot()

    def _speller(self, snapshot: Snapshot, gate: Gate, names: Container[str] = frozenset()) -> Speller:
        return Speller(snapshot, gate, lambda: self._dictionaries.of(snapshot), names)

    def moments_within(
        self,
        key: str,
        text: str,
        audience_tokens: Collection[str],
        first: int = 50,
        *,
        now: datetime | None = None,
        is_prefix_of_last_word: bool = True,
        synonyms: Synonyms = NO_SYNONYMS,
    ) -> tuple[Moment, ...]:
        """The best `first` (at most 200) moments of one resource, in the order in which they stand in it; none when
        it is hidden."""
        query = understand(text, is_prefix_of_last_word, synonyms)
        if not query.is_searchable or not audience_tokens:
            return ()
        snapshot = self._store.snapshot()
        gate = Gate(tuple(audience_tokens), now or datetime.now(UTC), NO_FILTERS)
        searching = Searching(snapshot, QueryMatcher(snapshot, query, gate))
        found = searching.moments.of(searching.numbers_of(key), min(first, LONGEST_PAGE), searching.wanted())
        moments = [moment for own in found.values() for moment in own]
        return tuple(sorted(moments, key=lambda each: (each.page_number or 0, each.start_seconds or 0.0)))

    def put(self, documents: Iterable[ResourceDocument]) -> None:
        """Add the documents, or replace those of the same key, in one commit; doing it twice does no harm."""

        known = tuple(documents)
        self._store.write(partial(putting, known), [each.key for each in known])

    def delete(self, keys: Iterable[str]) -> None:
        """Take the resources of these keys out, in one commit; keys that are not there are no error."""
        known = tuple(keys)
        self._store.write(partial(deleting, known), known)

    def replace(self, keys: Collection[str], documents: Iterable[ResourceDocument]) -> None:
        """Make `documents` all there is under `keys`: put what comes, take out the keys for which nothing comes.

        `documents` is read with the writer's lock held, so give it lazily, straight from the source of truth: then an
        older state is never written over a newer one, however many processes follow changes.
        """
        self._store.write(partial(replacing, keys, documents), keys)

    def rebuild(
        self,
        documents: Iterable[ResourceDocument],
        progress: Callable[[int], None] | None = None,
        read_again: ReadAgain | None = None,
    ) -> int:
        """Build the index anew from all documents, beside the present one, and swap; returns how many there are.

        `progress` is called with the number of documents done. Changes go on meanwhile; before the swap those keys are
        read anew with `read_again(keys)` (without it they are taken from `documents`' time, and the next change mends
        them). Works on a damaged or outdated index too.
        """

        def catch_up(keys: Collection[str]) -> Callable[[Writers], object]:
            return partial(replacing, keys, read_again(keys)) if read_again else lambda writers: None

        return self._store.rebuild(partial(filling, documents, progress or (lambda done: None)), catch_up)

    def fingerprints(self) -> dict[str, str]:
        """What the index holds: of each resource its key and the fingerprint of the document it was made from."""
        self._store.check()
        snapshot = self._store.snapshot()
        return {resource["key"]: resource.get("fingerprint", "") for resource in stored_resources(snapshot.resources)}

    def orphans(self) -> int:
        """How many passages no resource owns any more: they are never found, and the next rebuild leaves them behind."""
        snapshot = self._store.snapshot()
        return count_orphans(snapshot.resources, snapshot.passages)

    def count(self) -> dict[str, int]:
        """How many resources and passages the index holds (hidden ones included), and its generation."""
        snapshot = self._store.snapshot()
        moments = ClauseFactory.term_query(schema(), "is_moment", True)
        return {
            "resources": snapshot.resources.num_docs,
            "passages": count_of(snapshot.passages, moments),
            "generation": snapshot.generation,
        }

    def is_healthy(self) -> tuple[bool, str]:
        """Whether the index is whole, and a sentence for operators; never raises.

        A damaged one may still be answered from, by processes that had it open before.
        """
        try:
            self._store.check()
            counted = self.count()
        except EngineUnavailable as error:
            return False, str(error)
        return True, f"{counted['resources']} resources with {counted['passages']} passages"
