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
from collections.abc import Sequence
from dataclasses import replace

from search.engine.clauses import Clause, ClauseFactory, Occur
from search.engine.highlighting import Wanted, marked_html, summary_html
from search.engine.matching import QueryMatcher
from search.engine.model import Hit, Moment, SearchSort
from search.engine.moments import Moments
from search.engine.nearness import CLOSE_LIKENESS, MOST_CLOSE, NearPassage
from search.engine.ordering import ASKED_BOOST, HINTED_BOOST, Ranked, fused_by_place, ordered
from search.engine.protocol import Searcher, Snapshot
from search.engine.rarity import Rarity
from search.engine.schema import numbers_at, schema, unpacked
from search.engine.shortlist import WINDOW, Scoring, ranked_of
from search.language import analysis
from search.language.queries import Hint

# From so many passages on (a quarter of an hour of speech), the best passage counts about as much as the whole.
LONG_PASSAGES = 20
FACET_VALUES = 5_000
# Who types a sentence wants the moment at which it was said. Handouts repeat what was said, and being shorter they
# would come first: measured on a real drive, by up to a fifth.
VERBATIM_BOOST = 1.3
VERBATIM_WORDS = 4
# Who types words of a title means that thing, not an hour in which they are mentioned. Asked of all words of the query,
# so a question is ranked as before (title boosts for single words were worse on every judged collection).
TITLED_BOOST = 2.0


Facets = dict[str, list[tuple[str, int]]]


class Searching:
    """One search on one snapshot of the index; `scoring` is what the order by relevance begins with."""

    def __init__(
        self,
        snapshot: Snapshot,
        matcher: QueryMatcher,
        scoring: Scoring | None = None,
        near: Sequence[NearPassage] = (),
    ) -> None:
        self.resources = snapshot.resources
        self.passages = snapshot.passages
        self.matcher = matcher
        self.near: dict[int, list[NearPassage]] = {}
        for passage in near:  # the nearest first, so these are in the order of their resources' nearest passages
            self.near.setdefault(passage.number, []).append(passage)
        self.moments = Moments(self.passages, matcher, self.near)
        self.close = _close(near)
        self.scoring = scoring
        self.minimum = 0
        self.hint: Hint | None = None
        self.total_by_words = self.total = 0
        self._counted_facets: Facets = {}
        self._settle_minimum()

    def _settle_minimum(self) -> None:
        """Decide how many words are asked of a resource, by how many the query finds without its filters.

        A filter only narrows: what a facet counted is what it leaves, so it must not make the query ask for fewer words.
        """
        query = self.matcher.query
        totals: list[int] = []
        for self.minimum in query.minimums():
            total, self._counted_facets = self._counts(self.matcher.counted(self.minimum, is_filtered=False))
            totals.append(total)
            if total >= query.enough:
                break
        if self.matcher.gate.is_narrowed:
            total, self._counted_facets = self._counts(self.matcher.counted(self.minimum))
        self.total = self.total_by_words = total
        if self.close:
            self.total, self._counted_facets = self._counts(self._counted(self.minimum))
        if self.total_by_words == 0:
            self.hint = Hint.BY_MEANING if self.total else None
        elif totals[0] == 0:
            self.hint = Hint.SOME_WORDS

    def _matching(self, minimum: int, without: str = "", also: Sequence[tuple[Occur, Clause]] = ()) -> Clause:
        """The resources that are found: by their words, or because they are close in meaning."""
        return self._or_close(self.matcher.resources(minimum, without, also), without, also)

    def _counted(self, minimum: int, without: str = "") -> Clause:
        """The same, for counting them."""
        return self._or_close(self.matcher.counted(minimum, without), without)

    def _or_close(self, by_words: Clause, without: str, also: Sequence[tuple[Occur, Clause]] = ()) -> Clause:
        if not self.close:
            return by_words
        by_meaning = self.matcher.closed_to([*also, (Occur.Must, _numbers(self.close))], without)
        return ClauseFactory.boolean_query([(Occur.Should, by_words), (Occur.Should, by_meaning)])

    def ranked(self, sort: SearchSort, first: int, offset: int) -> list[Ranked]:
        """The resources at places `offset` to `offset + first` of the order."""
        if first <= 0 or offset >= self.total:
            return []
        if sort is not SearchSort.RELEVANCE:
            return self._by_field(sort, first, offset)
        fused = self._fused()
        page = fused[offset : offset + first]
        if len(page) < first and len(fused) < self.total:
            others = [(Occur.MustNot, _numbers([each.number for each in fused]))]
            rest = self.matcher.resources(self.minimum, also=others)
            page += self._resources(rest, first - len(page), max(offset - len(fused), 0))
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
        addresses = found.addresses
        return [
            Ranked(number, 0.0, address)
            for number, address in zip(numbers_at(self.resources, addresses), addresses, strict=True)
        ]

    def _fused(self) -> list[Ranked]:
        """The head of the order: the best resources, and those that only their passages, their kind or their meaning
        brought into it."""
        assert self.scoring is not None
        # Asked for while the passages are still being looked at.
        verbatim, titled = self._recordings_that_say_it(), self._called_so()
        scored, best_passages = self.scoring.scored(self.minimum, self.total_by_words)
        head = {
            each.number: each for place, each in enumerate(scored) if place < WINDOW or each.number in best_passages
        }
        asked = self._of_the_kind_asked_for()
        head |= {number: each for number, each in asked.items() if number not in head}
        missing = [number for number in best_passages.keys() | self.near.keys() if number not in head]
        if missing and self.total > len(head):
            confirmed = self._matching(self.minimum, also=[(Occur.Must, _numbers(missing))])
            head |= {resource.number: resource for resource in self._resources(confirmed, len(missing))}
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
            return by_words
        boosts = dict.fromkeys(verbatim | titled, VERBATIM_BOOST)
        boosts |= {number: boosts.get(number, 1.0) * boost for number in asked}
        return fused_by_place(by_words, list(self.near), boosts)

    def _of_the_kind_asked_for(self) -> dict[int, Ranked]:
        """The best resources of the kind that the query asks for, by number."""
        wish = self.matcher.query.asked
        if wish is None:
            return {}
        own = ClauseFactory.const_score_query(ClauseFactory.term_query(schema(), "tags", wish.tag), 0.0)
        matching = self._matching(self.minimum, also=[(Occur.Must, own)])
        return {resource.number: resource for resource in self._resources(matching, WINDOW)}

    def _recordings_that_say_it(self) -> set[int]:
        """The recordings in which the whole of a typed sentence is said, word by word."""
        said = self.matcher.verbatim("recording", VERBATIM_WORDS)
        if said is None:
            return set()
        return {resource.number for resource in self._resources(said, WINDOW)}

    def _called_so(self) -> set[int]:
        """The resources in whose title all words of the query stand, in any of their ways."""
        titled = self.matcher.titled()
        return {resource.number for resource in self._resources(titled, WINDOW)} if titled else set()

    def _resources(self, query: Clause, limit: int, offset: int = 0) -> list[Ranked]:
        return ranked_of(self.resources, query, limit, offset)

    def facets(self) -> Facets:
        """The counts of all values of all dimensions among the matching resources; a narrowed dimension as if it were
        not."""
        counted = dict(self._counted_facets)
        for dimension in self.matcher.gate.narrowed():
            _, alone = self._counts(self._counted(self.minimum, dimension))
            counted[dimension] = alone.get(dimension, [])
        return counted

    def _counts(self, matching: Clause) -> tuple[int, Facets]:
        """How many resources match, and how many of them have each value of each dimension."""
        found = self.resources.facet_counts(matching, "facets", FACET_VALUES)
        counts: Facets = {}
        for facet, number in found:
            dimension, _, value = facet.partition(":")
            counts.setdefault(dimension, []).append((value, number))
        for values in counts.values():
            values.sort(key=lambda each: (-each[1], each[0]))
        # Each resource is of one kind, so these add up to all; unless there were more values than were asked for.
        total = sum(number for _, number in counts.get("kind", []))
        return (total if len(found) < FACET_VALUES else count_of(self.resources, matching)), counts

    def wanted(self) -> Wanted:
        """The words to mark, each weighted by how rare it is among passages."""
        count = max(1, self.passages.num_docs)
        frequencies = Rarity(self.passages, "passage", sorted(self.matcher.all_stems())).frequencies
        weights = {stem: math.log(1 + count / (1 + number)) for stem, number in frequencies.items()}
        return Wanted.of(weights, self.matcher.query.runs, self.matcher.all_phrases())

    def hits(self, ranked: Sequence[Ranked], moments: int, wanted: Wanted) -> tuple[Hit, ...]:
        """The resources as they are shown, each with its best moments."""
        shown = self.moments.of([each.number for each in ranked], moments, wanted)
        return tuple(self._hit(each, shown[each.number], wanted) for each in ranked)

    def _hit(self, ranked: Ranked, moments: Sequence[Moment], wanted: Wanted) -> Hit:
        stored = unpacked(self.resources.doc(ranked.address))
        hit = Hit(
            key=stored["key"],
            kind=stored["kind"],
            score=ranked.score,
            title_html=marked_html(stored["title"], wanted),
            moments=tuple(moments),
            summary_html=summary_html(stored["summary"], wanted) if stored["summary"] else "",
            url_path=stored["url"],
        )
        if ranked.number not in self.close:
            return hit
        shown = (hit.title_html, hit.summary_html, *(moment.html for moment in hit.moments))
        return replace(hit, is_by_meaning=not any("<mark>" in html for html in shown))

    def numbers_of(self, key: str) -> list[int]:
        """The number of the resource of this key if it matches and may be seen; none otherwise."""
        own = ClauseFactory.const_score_query(
            ClauseFactory.term_query(schema(), "key", analysis.without_surrogates(key)), 0.0
        )
        return [resource.number for resource in self._resources(self.matcher.resources(0, also=[(Occur.Must, own)]), 1)]


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


def _numbers(numbers: Sequence[int]) -> Clause:
    return ClauseFactory.const_score_query(ClauseFactory.term_set_query(schema(), "number", list(numbers)), 0.0)
