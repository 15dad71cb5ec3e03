"""Why: resources must be counted exactly and yet be ranked by the best thing said in them.

Two stages. First the resources: one entry holds all words of a resource, so totals, facets, filters and pages are
exact. But among the words of an hour the minute that answers a question drowns, so secondly the passages: the best
passages of the library lend their scores to their resources. The longer a resource, the more its best passage counts:
nothing beside a handout of one page, which is a passage itself, and twice as much as the whole of a long talk (see
`fused_score`). So are ranked the WINDOW best resources and the resources of the PASSAGE_WINDOW best passages; whatever
is beyond follows in the order of the first stage. The windows do not depend on
the page asked for, so pages neither overlap nor leave gaps. Moments are fetched for the page only.

Measured on five judged collections (nDCG@10): the second stage changes nothing on abstracts (0.518); on twenty strung
together, as long as a talk, it raises 0.407 to 0.48, and on a mixture of both 0.447 to 0.540.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from search import analysis
from search.engine.clauses import Clause, Occur, Query
from search.engine.highlighting import Wanted, beginning_of, marked_html, moment_of, summary_html
from search.engine.matching import Matcher
from search.engine.model import Hit, Moment, SearchSort
from search.engine.nearness import NearPassage
from search.engine.ordering import ASKED_BOOST, HINTED_BOOST, Ranked, fused_by_place, ordered
from search.engine.protocol import Searcher, Snapshot
from search.engine.schema import has_passage, schema, unpacked, unpacked_passage
from search.queries import Hint

WINDOW = 300
PASSAGE_WINDOW = 300
# From so many passages on (a quarter of an hour of speech), the best passage counts about as much as the whole.
LONG_PASSAGES = 20
# Passages much worse than the best of their resource are noise: one common word of a question.
WORST_MOMENT_SHARE = 0.35
FACET_VALUES = 5_000
# Who types a sentence wants the moment at which it was said. Handouts repeat what was said, and being shorter they
# would come first: measured on a real drive, by up to a fifth.
VERBATIM_BOOST = 1.3
VERBATIM_WORDS = 4
# From this likeness (cosine) on a resource is found though none of the words stands in it; so many at most.
CLOSE_LIKENESS = 0.35
MOST_CLOSE = 50
# Who types words of a title means that thing, not an hour in which they are mentioned. Asked of all words of the query,
# so a question is ranked as before (title boosts for single words were worse on every judged collection).
TITLED_BOOST = 2.0
# The passages of all resources on a page are asked for at once; so many times more than are needed, since some have many.
ROOM = 4

Scored = tuple[float, Any]


class Searching:
    """One search on one snapshot of the index."""

    def __init__(self, snapshot: Snapshot, matcher: Matcher, near: Sequence[NearPassage] = ()) -> None:
        self.resources = snapshot.resources
        self.passages = snapshot.passages
        self.matcher = matcher
        self.near: dict[int, list[NearPassage]] = {}
        for passage in near:  # the nearest first, so these are in the order of their resources' nearest passages
            self.near.setdefault(passage.number, []).append(passage)
        self.close = _close(near)
        self.minimum, self.total, self.hint = self._settle_minimum()

    def _settle_minimum(self) -> tuple[int, int, Hint | None]:
        """How many words are asked of a resource, how many resources are found, and what is to be told of it."""
        query = self.matcher.query
        totals: list[int] = []
        for minimum in query.minimums():
            totals.append(count_of(self.resources, self.matcher.resources(minimum)))
            if totals[-1] >= query.enough:
                break
        total = count_of(self.resources, self._matching(minimum)) if self.close else totals[-1]
        if totals[-1] == 0:
            return minimum, total, Hint.BY_MEANING if total else None
        return minimum, total, Hint.SOME_WORDS if totals[0] == 0 else None

    def _matching(self, minimum: int, without: str = "", also: Sequence[tuple[Occur, Clause]] = ()) -> Clause:
        """The resources that are found: by their words, or because they are close in meaning."""
        by_words = self.matcher.resources(minimum, without, also)
        if not self.close:
            return by_words
        by_meaning = self.matcher.closed_to([*also, (Occur.Must, _numbers(self.close))], without)
        return Query.boolean_query([(Occur.Should, by_words), (Occur.Should, by_meaning)])

    def ranked(self, sort: SearchSort, first: int, offset: int) -> list[Ranked]:
        """The resources at places `offset` to `offset + first` of the order."""
        if first <= 0 or offset >= self.total:
            return []
        if sort is not SearchSort.RELEVANCE:
            return self._by_field(sort, first, offset)
        fused, beyond = self._fused()
        page = fused[offset : offset + first]
        if len(page) < first and len(fused) < self.total:
            rest = self.matcher.resources(self.minimum, also=[(Occur.MustNot, _numbers(beyond))] if beyond else [])
            place = max(offset, len(fused)) - len(beyond)
            page += self._resources(rest, first - len(page), place)
        return page

    def _by_field(self, sort: SearchSort, first: int, offset: int) -> list[Ranked]:
        is_falling = sort in (SearchSort.NEWEST, SearchSort.LONGEST)
        found = self.resources.search(
            self._matching(self.minimum),
            first,
            count=False,
            offset=offset,
            order_by_field=f"{sort.value}_order",
            is_falling=is_falling,
        )
        addresses = [address for _, address in found.hits]
        return [
            Ranked(number, 0.0, address)
            for number, address in zip(_numbers_at(self.resources, addresses), addresses, strict=True)
        ]

    def _fused(self) -> tuple[list[Ranked], list[int]]:
        """The head of the order, and the numbers of those that only their passages, their kind or their meaning brought
        into it."""
        head = {each.number: each for each in self._resources(self.matcher.resources(self.minimum), WINDOW)}
        best_passages = self._best_passages()
        asked = self._of_the_kind_asked_for()
        beyond = [number for number in asked if number not in head]
        head |= {number: asked[number] for number in beyond}
        missing = [number for number in best_passages.keys() | self.near.keys() if number not in head]
        if missing and self.total > len(head):
            confirmed = self._matching(self.minimum, also=[(Occur.Must, _numbers(missing))])
            for each in self._resources(confirmed, len(missing)):
                head[each.number] = each
                beyond.append(each.number)
        verbatim = self._recordings_that_say_it()
        titled = self._called_so()
        counts = self.resources.fast_field_values("passage_count", [each.address for each in head.values()])
        fused = [
            Ranked(
                each.number,
                fused_score(each.score, best_passages.get(each.number, 0.0), int(count or 0))
                * (VERBATIM_BOOST if each.number in verbatim else 1.0)
                * (TITLED_BOOST if each.number in titled else 1.0),
                each.address,
            )
            for each, count in zip(head.values(), counts, strict=True)
        ]
        wish = self.matcher.query.asked
        boost = ASKED_BOOST if wish and wish.is_led else HINTED_BOOST
        by_words = ordered(fused, self.resources, self.matcher.gate.now, asked.keys(), boost)
        if not self.near:
            return by_words, beyond
        boosts = dict.fromkeys(verbatim | titled, VERBATIM_BOOST)
        boosts |= {number: boosts.get(number, 1.0) * boost for number in asked}
        return fused_by_place(by_words, list(self.near), boosts), beyond

    def _of_the_kind_asked_for(self) -> dict[int, Ranked]:
        """The best resources of the kind that the query asks for, by number."""
        wish = self.matcher.query.asked
        if wish is None:
            return {}
        own = Query.const_score_query(Query.term_query(schema(), "tags", wish.tag), 0.0)
        matching = self._matching(self.minimum, also=[(Occur.Must, own)])
        return {each.number: each for each in self._resources(matching, WINDOW)}

    def _recordings_that_say_it(self) -> set[int]:
        """The recordings in which the whole of a typed sentence is said, word by word."""
        said = self.matcher.verbatim("recording", VERBATIM_WORDS)
        if said is None:
            return set()
        return {each.number for each in self._resources(said, WINDOW)}

    def _called_so(self) -> set[int]:
        """The resources in whose title all words of the query stand, in any of their ways."""
        titled = self.matcher.titled()
        return {each.number for each in self._resources(titled, WINDOW)} if titled else set()

    def _resources(self, query: Clause, limit: int, offset: int = 0) -> list[Ranked]:
        found = self.resources.search(query, limit, count=False, offset=offset).hits
        numbers = _numbers_at(self.resources, [address for _, address in found])
        return [Ranked(number, score, address) for number, (score, address) in zip(numbers, found, strict=True)]

    def _best_passages(self) -> dict[int, float]:
        """The score of the best passage of each resource that has one among the best of the index."""
        found = self.passages.search(self.matcher.passages(), PASSAGE_WINDOW, count=False).hits
        best: dict[int, float] = {}
        for number, (score, _) in zip(
            _numbers_at(self.passages, [address for _, address in found]), found, strict=True
        ):
            best.setdefault(number, score)
        return best

    def facets(self) -> dict[str, list[tuple[str, int]]]:
        """The counts of all values of all dimensions among the matching resources; a narrowed dimension as if it were
        not."""
        counted = self._counts("")
        for dimension in self.matcher.gate.narrowed():
            alone = self._counts(dimension).get(dimension, [])
            counted[dimension] = alone
        return counted

    def _counts(self, without: str) -> dict[str, list[tuple[str, int]]]:
        query = self._matching(self.minimum, without=without)
        counts: dict[str, list[tuple[str, int]]] = {}
        for facet, number in self.resources.facet_counts(query, "facets", FACET_VALUES):
            dimension, _, value = facet.partition(":")
            counts.setdefault(dimension, []).append((value, number))
        for values in counts.values():
            values.sort(key=lambda each: (-each[1], each[0]))
        return counts

    def wanted(self) -> Wanted:
        """The words to mark, each weighted by how rare it is among passages."""
        count = max(1, self.passages.num_docs)
        frequencies = self.passages.doc_freqs("passage", sorted(self.matcher.all_stems()))
        weights = {stem: math.log(1 + count / (1 + number)) for stem, number in frequencies.items()}
        return Wanted.of(weights, self.matcher.query.runs, self.matcher.all_phrases())

    def hits(self, ranked: Sequence[Ranked], moments: int, wanted: Wanted) -> tuple[Hit, ...]:
        """The resources as they are shown, each with its best moments."""
        passages = self._passages_of([each.number for each in ranked], moments)
        return tuple(self._hit(each, passages.get(each.number, []), moments, wanted) for each in ranked)

    def _hit(self, ranked: Ranked, passages: Sequence[Scored], moments: int, wanted: Wanted) -> Hit:
        stored = unpacked(self.resources.doc(ranked.address))
        hit = Hit(
            key=stored["key"],
            kind=stored["kind"],
            score=ranked.score,
            title_html=marked_html(stored["title"], wanted),
            moments=tuple(self._moments(ranked.number, passages, moments, wanted)),
            summary_html=summary_html(stored["summary"], wanted) if stored["summary"] else "",
            url_path=stored["url"],
        )
        if ranked.number not in self.close:
            return hit
        shown = (hit.title_html, hit.summary_html, *(moment.html for moment in hit.moments))
        return replace(hit, is_by_meaning=not any("<mark>" in html for html in shown))

    def numbers_of(self, key: str) -> list[int]:
        """The number of the resource of this key if it matches and may be seen; none otherwise."""
        own = Query.const_score_query(Query.term_query(schema(), "key", analysis.without_surrogates(key)), 0.0)
        return [each.number for each in self._resources(self.matcher.resources(0, also=[(Occur.Must, own)]), 1)]

    def moments(self, number: int, first: int, wanted: Wanted) -> list[Moment]:
        """The best moments of the resource of this number, the best first; places that overlap are shown once."""
        return self._moments(number, self._passages_of([number], first).get(number, []), first, wanted)

    def _passages_of(self, numbers: Sequence[int], moments: int) -> dict[int, list[Scored]]:
        """The best passages of each resource, twice as many as moments are shown, since neighbouring ones overlap.

        All are asked for at once; those whose passages were crowded out by others', once more.
        """
        if moments <= 0 or not numbers:
            return {}
        each = 2 * moments + 2
        limit = each if len(numbers) == 1 else ROOM * each * len(numbers)
        found = self.passages.search(self.matcher.moments(numbers), limit).hits
        best: dict[int, list[Scored]] = {number: [] for number in numbers}
        for number, hit in zip(_numbers_at(self.passages, [address for _, address in found]), found, strict=True):
            best[number].append(hit)
        if len(found) == limit and len(numbers) > 1:
            for number in numbers:
                if len(best[number]) < each:
                    best[number] = self.passages.search(self.matcher.moments([number]), each).hits
        return {number: hits[:each] for number, hits in best.items()}

    def _moments(self, number: int, found: Sequence[Scored], first: int, wanted: Wanted) -> list[Moment]:
        if first <= 0:
            return []
        chosen: list[Moment] = []
        for moment in chain(self._candidates(found, wanted), self._near_moments(number, wanted)):
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


def fused_score(whole: float, best_passage: float, passages: int) -> float:
    """The score of a resource of so many passages, from those of the whole and of its best passage."""
    length = passages**2 / (passages**2 + LONG_PASSAGES**2)
    return (1 - length / 2) * whole + length * best_passage


def _close(near: Sequence[NearPassage]) -> list[int]:
    """The numbers of the resources that are found by meaning alone, the nearest first."""
    close = dict.fromkeys(passage.number for passage in near if passage.likeness >= CLOSE_LIKENESS)
    return list(close)[:MOST_CLOSE]


def count_of(searcher: Searcher, query: Clause) -> int:
    """How many entries match, exactly."""
    return searcher.search(query, 1, count=True).count or 0


def _numbers_at(searcher: Searcher, addresses: list[Any]) -> list[int]:
    return [int(value or 0) for value in searcher.fast_field_values("number", addresses)]


def _numbers(numbers: Sequence[int]) -> Clause:
    return Query.const_score_query(Query.term_set_query(schema(), "number", list(numbers)), 0.0)


def _is_same_place(moment: Moment, other: Moment) -> bool:
    if moment.start_seconds is None or other.start_seconds is None:
        return moment.page_number == other.page_number and moment.text == other.text
    ends = (moment.end_seconds or moment.start_seconds, other.end_seconds or other.start_seconds)
    return moment.start_seconds == other.start_seconds or (
        moment.start_seconds < ends[1] and other.start_seconds < ends[0]
    )
