"""Why: of each resource on a page its best moments are shown, and a page must not cost a query for each.

The passages of all of them are asked for at once. What is found by its words comes first, then what is near in meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from search.engine.highlighting import Wanted, beginning_of, moment_of
from search.engine.matching import QueryMatcher
from search.engine.model import Moment
from search.engine.nearness import CLOSE_LIKENESS, NearPassage
from search.engine.protocol import Searcher
from search.engine.schema import has_passage, numbers_at, unpacked_passage

# Passages much worse than the best of their resource are noise: one common word of a question.
WORST_MOMENT_SHARE = 0.35
# So many times more passages than are needed are asked for, since some resources have many.
ROOM = 4

Scored = tuple[float, Any]


class Moments:
    """The places of the resources that one search finds."""

    def __init__(self, passages: Searcher, matcher: QueryMatcher, near: Mapping[int, Sequence[NearPassage]]) -> None:
        self.passages = passages
        self.matcher = matcher
        self.near = near

    def of(self, numbers: Sequence[int], first: int, wanted: Wanted) -> dict[int, list[Moment]]:
        """The best moments of the resource of each number, the best first; places that overlap are shown once."""
        found = self._passages_of(numbers, first, self.matcher.languages)
        if self.matcher.languages and (others := [number for number in numbers if not found.get(number)]):
            # Found by words in another language than asked for: these are shown rather than none.
            found |= self._passages_of(others, first)
        return {number: self._chosen(number, found.get(number, []), first, wanted) for number in numbers}

    def _passages_of(
        self, numbers: Sequence[int], moments: int, languages: Sequence[str] = ()
    ) -> dict[int, list[Scored]]:
        """The best passages of each resource, twice as many as moments are shown, since neighbouring ones overlap; of
        captions only those in one of `languages`, if any are given.

        All are asked for at once; those whose passages were crowded out by others', once more.
        """
        if moments <= 0 or not numbers:
            return {}
        each = 2 * moments + 2
        limit = each if len(numbers) == 1 else ROOM * each * len(numbers)
        found = self.passages.search(self.matcher.moments(numbers, languages), limit).hits
        best: dict[int, list[Scored]] = {number: [] for number in numbers}
        for number, hit in zip(numbers_at(self.passages, [address for _, address in found]), found, strict=True):
            best[number].append(hit)
        if len(found) == limit and len(numbers) > 1:
            for number in numbers:
                if len(best[number]) < each:
                    best[number] = self.passages.search(self.matcher.moments([number], languages), each).hits
        return {number: hits[:each] for number, hits in best.items()}

    def _chosen(self, number: int, found: Sequence[Scored], first: int, wanted: Wanted) -> list[Moment]:
        if first <= 0:
            return []
        chosen: list[Moment] = []
        candidates: Iterable[Moment] = chain(self._candidates(found, wanted), self._near_moments(number, wanted))
        if languages := self.matcher.languages:
            candidates = sorted(
                candidates, key=lambda moment: bool(moment.language) and moment.language not in languages
            )
        for moment in candidates:
            if not any(_is_same_place(moment, other) for other in chosen):
                chosen.append(moment)
                if len(chosen) == first:
                    break
        return chosen

    def _candidates(self, found: Sequence[Scored], wanted: Wanted) -> Iterator[Moment]:
        for score, address in found:
            if score < WORST_MOMENT_SHARE * found[0][0]:
                return
            moment = moment_of(unpacked_passage(self.passages.doc(address)), score, wanted)
            if moment is not None:
                yield moment

    def _near_moments(self, number: int, wanted: Wanted) -> Iterator[Moment]:
        """The places of a resource that are close in meaning, words marked where they happen to stand there."""
        for near in self.near.get(number, []):
            if near.likeness < CLOSE_LIKENESS:
                return
            entry = self.passages.doc(near.address)
            if has_passage(entry):
                passage = unpacked_passage(entry)
                yield moment_of(passage, near.likeness, wanted) or beginning_of(passage, near.likeness)


def _is_same_place(moment: Moment, other: Moment) -> bool:
    if moment.start_seconds is None or other.start_seconds is None:
        return moment.page_number == other.page_number and moment.text == other.text
    ends = (moment.end_seconds or moment.start_seconds, other.end_seconds or other.start_seconds)
    return moment.start_seconds == other.start_seconds or (
        moment.start_seconds < ends[1] and other.start_seconds < ends[0]
    )
