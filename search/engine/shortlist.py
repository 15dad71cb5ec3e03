"""Why: to score all that matches takes longer the larger a library is, and almost all of it is scored to be left out.

An engine that is asked for nothing but single words skips what cannot come among the best; filters, phrases and all else
make it look at every entry. So first the likely ones are taken: the WINDOW best by their words alone, and by the stretches of
the query, of those that pass the gate. Only these are scored by all that counts.

Which they are does not depend on what is hidden: they are looked for among more than that many, whoever may see them, and
where too few of those pass, once more behind the gate, which is slower and finds the same. Resources and passages are looked
at side by side, in two threads.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import TypeVar

from search.engine.clauses import Clause, ClauseFactory, Occur
from search.engine.matching import QueryMatcher
from search.engine.ordering import Ranked
from search.engine.protocol import Searcher, Snapshot
from search.engine.schema import numbers_at, schema

WINDOW = 200
PASSAGE_WINDOW = 200
# How many are looked at whoever may see them: at first, and when too few of them pass. Of fewer resources all are scored.
LOOKS = (300, 1_200)
# Of these so many times as many are scored as should be enough by how many are hidden; all, when these are too few.
SPARE = 1.1

# A passage by its resource's number and its meaning, which stands for its text.
Place = tuple[int, int]
_Entry = TypeVar("_Entry")


@dataclass(frozen=True)
class Likely:
    """The likeliest resources and passages, the best first, one list for each way to look for them."""

    resources: list[list[int]]
    passages: list[list[Place]]

    def cut(self, most: int) -> Likely:
        """The first of each list."""
        return Likely([resource[:most] for resource in self.resources], [passage[:most] for passage in self.passages])


class Scoring:
    """The best resources of one query, and the best passages of the library for it."""

    def __init__(self, snapshot: Snapshot, matcher: QueryMatcher, beside: Executor) -> None:
        self.resources = snapshot.resources
        self.passages = snapshot.passages
        self.matcher = matcher
        self.beside = beside
        # The passages are looked at from the beginning, while others still find out how much there is.
        self._all: Future[dict[Place, float]] | None = None
        self._first: list[Future[list[Place]]] | None = None
        if matcher.query.phrases:
            self._all = self._all_passages()
        elif not matcher.gate.is_narrowed:
            self._first = self._likely_passages(LOOKS[0])

    def scored(self, minimum: int, total: int) -> tuple[list[Ranked], dict[int, float]]:
        """The best of `total` resources that hold `minimum` of the words, the best first (more than WINDOW, where passages
        name them), and of those that have one of the best passages, its score."""
        if total <= LOOKS[0] or self.matcher.query.phrases:  # phrases are few themselves
            passages = self._all or self._all_passages()
            resources = ranked_of(self.resources, self.matcher.resources(minimum), WINDOW)
            return resources, _best_of_each(passages.result(), PASSAGE_WINDOW)
        share = self._share_found(total)
        for most in LOOKS:
            if most * share < WINDOW:
                continue
            likely = self._likely(most)
            for cut in sorted({min(most, math.ceil(WINDOW / share * SPARE)), most}):
                if scored := self._among_the_likely(minimum, likely.cut(cut), cut):
                    return scored
        return self._among_the_visible(minimum)

    def _share_found(self, total: int) -> float:
        """About which share of all that have any of the words is found, and neither hidden nor filtered out."""
        have_any = min(self.resources.num_docs, sum(self.matcher.resources_with.values()))
        return min(1.0, total / max(1, have_any))

    def _likely(self, most: int) -> Likely:
        """So many of the likeliest, whoever may see them."""
        looking = self._first if self._first and most == LOOKS[0] else self._likely_passages(most)
        resources = [
            numbers_at(self.resources, _addresses(self.resources, clause, most))
            for clause in self.matcher.likely("all")
        ]
        return Likely(resources, [each.result() for each in looking])

    def _among_the_likely(
        self, minimum: int, likely: Likely, most: int
    ) -> tuple[list[Ranked], dict[int, float]] | None:
        """What is found among the likely, `most` of each way to look for them; None when too few of them are found."""
        scoring = self.beside.submit(self._scored_passages, likely.passages)
        resources = self._scored_resources(likely, minimum)
        found = {resource.number for resource in resources}
        visible = found | self._visible({number for places in likely.passages for number, _ in places} - found)
        numbers = _first(likely.resources, lambda number: number in found, most)
        places = _first(likely.passages, lambda place: place[0] in visible, most)
        scores = scoring.result()
        if numbers is None or places is None:
            return None
        return self._kept(resources, scores, numbers, places)

    def _among_the_visible(self, minimum: int) -> tuple[list[Ranked], dict[int, float]]:
        """The same, looked for behind the gate."""
        looking = self._likely_passages(WINDOW, self.matcher.gate.clauses())
        own = ClauseFactory.const_score_query(self.matcher.counted(minimum), 0.0)
        of_resources = [
            numbers_at(self.resources, _addresses(self.resources, _both([(Occur.Must, own)], clause), WINDOW))
            for clause in self.matcher.likely("all")
        ]
        likely = Likely(of_resources, [each.result() for each in looking])
        scoring = self.beside.submit(self._scored_passages, likely.passages)
        resources = self._scored_resources(likely, minimum)
        numbers = {number for resource in likely.resources for number in resource}
        places = {place for passage in likely.passages for place in passage}
        return self._kept(resources, scoring.result(), numbers, places)

    def _kept(
        self, resources: list[Ranked], scores: dict[Place, float], numbers: set[int], places: set[Place]
    ) -> tuple[list[Ranked], dict[int, float]]:
        found = {each.number for each in resources}
        best = _best_of_each({place: score for place, score in scores.items() if place in places}, PASSAGE_WINDOW)
        best = {number: score for number, score in best.items() if number in found}
        return [resource for resource in resources if resource.number in numbers or resource.number in best], best

    def _likely_passages(self, most: int, gate: Sequence[tuple[Occur, Clause]] = ()) -> list[Future[list[Place]]]:
        """The likeliest passages, for each way to look for them; each way is gone in a thread of its own."""
        clauses = [_both(gate, clause) for clause in self.matcher.likely("passage")]
        return [self.beside.submit(self._likely_places, clause, most) for clause in clauses]

    def _likely_places(self, clause: Clause, most: int) -> list[Place]:
        return self._places(_addresses(self.passages, clause, most))

    def _scored_resources(self, likely: Likely, minimum: int) -> list[Ranked]:
        named = {number for places in likely.passages for number, _ in places}
        either = list(named.union(*likely.resources))
        own = ClauseFactory.const_score_query(ClauseFactory.term_set_query(schema(), "number", either), 0.0)
        return ranked_of(self.resources, self.matcher.resources(minimum, also=[(Occur.Must, own)]), len(either))

    def _scored_passages(self, likely: list[list[Place]]) -> dict[Place, float]:
        """The score of each of these passages."""
        meanings = list({meaning for places in likely for _, meaning in places})
        own = ClauseFactory.term_set_query(schema(), "meaning", meanings)
        return self._scores(self.matcher.passages_among(own), 2 * len(meanings))

    def _all_passages(self) -> Future[dict[Place, float]]:
        return self.beside.submit(self._scores, self.matcher.passages(), PASSAGE_WINDOW)

    def _scores(self, matching: Clause, most: int) -> dict[Place, float]:
        found = self.passages.search(matching, max(1, most))
        places = self._places(found.addresses)
        # Of passages that say the same in one resource the best counts, so it is put in last.
        return {place: score for place, (score, _) in reversed(list(zip(places, found.hits, strict=True)))}

    def _places(self, addresses: Sequence[object]) -> list[Place]:
        meanings = self.passages.fast_field_values("meaning", list(addresses))
        return list(zip(numbers_at(self.passages, addresses), map(int, meanings), strict=True))

    def _visible(self, numbers: set[int]) -> set[int]:
        """Those of these resources that pass the gate."""
        if not numbers:
            return set()
        own = ClauseFactory.const_score_query(ClauseFactory.term_set_query(schema(), "number", list(numbers)), 0.0)
        passing = ClauseFactory.boolean_query([*self.matcher.gate.clauses(), (Occur.Must, own)])
        return set(numbers_at(self.resources, _addresses(self.resources, passing, len(numbers))))


def ranked_of(searcher: Searcher, query: Clause, limit: int, offset: int = 0) -> list[Ranked]:
    """The resources at places `offset` to `offset + limit`, by score."""
    found = searcher.search(query, max(1, limit), offset=offset)
    numbers = numbers_at(searcher, found.addresses)
    return [Ranked(number, score, address) for number, (score, address) in zip(numbers, found.hits, strict=True)]


def _addresses(searcher: Searcher, query: Clause, limit: int) -> list[object]:
    return searcher.search(query, max(1, limit)).addresses


def _both(conditions: Sequence[tuple[Occur, Clause]], clause: Clause) -> Clause:
    return ClauseFactory.boolean_query([*conditions, (Occur.Must, clause)]) if conditions else clause


def _first(lists: list[list[_Entry]], is_good: Callable[[_Entry], bool], most: int) -> set[_Entry] | None:
    """The first WINDOW good ones of each list; None when a list of `most` holds too few, so that others may be good."""
    kept: set[_Entry] = set()
    for each in lists:
        good = [one for one in each if is_good(one)][:WINDOW]
        if len(good) < WINDOW and len(each) >= most:
            return None
        kept.update(good)
    return kept


def _best_of_each(scores: dict[Place, float], most: int) -> dict[int, float]:
    """The best score of each number among the `most` best places."""
    best: dict[int, float] = {}
    for (number, _), score in sorted(scores.items(), key=lambda each: -each[1])[:most]:
        best.setdefault(number, score)
    return best
