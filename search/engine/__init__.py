"""Why: the academy's search, in one object that knows resources and moments and hides Tantivy; it knows nothing of
Django.

`Engine` is cheap to make and opens the index at first use; it may be kept for the life of a process and shared by
threads. How resources are ranked is told in `searching`, who sees what in `matching`, how the index survives crashes
in `store`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from tantivy import Query

from search.engine.matching import Gate, Matcher
from search.engine.model import (
    NO_FILTERS,
    EngineUnavailable,
    Hit,
    Moment,
    ResourceDocument,
    SearchFilters,
    SearchResult,
    SearchSort,
)
from search.engine.schema import schema
from search.engine.searching import Searching, count_of
from search.engine.store import IndexStore
from search.engine.writing import deleting, filling, putting
from search.queries import Hint, understand

__all__ = [
    "Engine",
    "EngineUnavailable",
    "Hint",
    "Hit",
    "Moment",
    "ResourceDocument",
    "SearchFilters",
    "SearchResult",
    "SearchSort",
]

LONGEST_PAGE = 200
DEEPEST_OFFSET = 1_000_000


class Engine:
    """Search over the index in one directory; every method but `is_healthy` may raise EngineUnavailable."""

    def __init__(self, directory: Path) -> None:
        self._store = IndexStore(Path(directory))

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
    ) -> SearchResult:
        """The page of hits from `offset` (at most 200), with the exact total and facets of what these tokens may see
        at `now`.

        Any text is taken; see `search.queries` for its syntax and `Hint` for what is told back about it.
        """
        query = understand(text, is_prefix_of_last_word)
        if not query.is_searchable or not audience_tokens:
            return SearchResult(hint=query.hint)
        gate = Gate(tuple(audience_tokens), now or datetime.now(UTC), filters)
        snapshot = self._store.snapshot()
        searching = Searching(snapshot, Matcher(snapshot.resources, query, gate))
        ranked = searching.ranked(sort, min(max(first, 0), LONGEST_PAGE), min(max(offset, 0), DEEPEST_OFFSET))
        wanted = searching.wanted()
        is_relaxed = bool(searching.total) and searching.minimum < query.minimums()[0]
        return SearchResult(
            hits=tuple(searching.hit(each, moments_per_hit, wanted) for each in ranked),
            total=searching.total,
            hint=query.hint or (Hint.SOME_WORDS if is_relaxed else None),
            facets=searching.facets(),
        )

    def moments_within(
        self,
        key: str,
        text: str,
        audience_tokens: Collection[str],
        first: int = 50,
        *,
        now: datetime | None = None,
        is_prefix_of_last_word: bool = True,
    ) -> tuple[Moment, ...]:
        """The best `first` (at most 200) moments of one resource, in the order in which they stand in it; none when
        it is hidden."""
        query = understand(text, is_prefix_of_last_word)
        if not query.is_searchable or not audience_tokens:
            return ()
        snapshot = self._store.snapshot()
        gate = Gate(tuple(audience_tokens), now or datetime.now(UTC), NO_FILTERS)
        searching = Searching(snapshot, Matcher(snapshot.resources, query, gate))
        moments = [
            moment
            for number in searching.numbers_of(key)
            for moment in searching.moments(number, min(first, LONGEST_PAGE), searching.wanted())
        ]
        return tuple(sorted(moments, key=lambda each: (each.page_number or 0, each.start_seconds or 0.0)))

    def put(self, documents: Iterable[ResourceDocument]) -> None:
        """Add the documents, or replace those of the same key, in one commit; doing it twice does no harm."""

        self._store.write(partial(putting, documents))

    def delete(self, keys: Iterable[str]) -> None:
        """Take the resources of these keys out, in one commit; keys that are not there are no error."""
        self._store.write(partial(deleting, keys))

    def rebuild(self, documents: Iterable[ResourceDocument], progress: Callable[[int], None] | None = None) -> int:
        """Build the index anew from all documents, beside the present one, and swap; returns how many there are.

        `progress` is called with the number of documents done. The writer's lock is held from before the first
        document is read: a put that comes meanwhile waits and is applied to the new index. Works on a damaged or
        outdated index too.
        """
        return self._store.rebuild(partial(filling, documents, progress or (lambda done: None)))

    def count(self) -> dict[str, int]:
        """How many resources and passages the index holds (hidden ones included), and its generation."""
        snapshot = self._store.snapshot()
        moments = Query.term_query(schema(), "is_moment", True)
        return {
            "resources": snapshot.resources.num_docs,
            "passages": count_of(snapshot.passages, moments),
            "generation": snapshot.generation,
        }

    def is_healthy(self) -> tuple[bool, str]:
        """Whether searches can be answered, and a sentence for operators; never raises."""
        try:
            counted = self.count()
        except EngineUnavailable as error:
            return False, str(error)
        return True, f"{counted['resources']} resources with {counted['passages']} passages"
