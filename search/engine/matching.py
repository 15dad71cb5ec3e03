"""Why: a query as understood becomes clauses of the engine here, for resources and for passages alike, each with its
filters inside.

What a principal may not see is shut out by a term of the index (its audience) and by the two ends of its time, in
every query: hits, counts, facets, prefixes and moments. Only the word statistics behind the scores (how rare a word
is) are those of the whole index; they shift scores a little, and never show what is hidden.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from search.engine.clauses import Clause, ClauseFactory, FieldType, Occur
from search.engine.model import NO_FILTERS, SearchFilters
from search.engine.protocol import Searcher, Snapshot
from search.engine.rarity import Rarity, said_tokens
from search.engine.schema import SEEN_BY, field_of, microseconds, schema, tag
from search.engine.visible_counts import VisibleCounts
from search.facets import LANGUAGE
from search.language import analysis
from search.language.queries import UserQuery, Word
from search.language.said import MARK

# Found on two judged collections and on real recordings (tests/bench/bench_relevance.py): the title a little, runs of
# words more.
TITLE_BOOST = 0.3
TITLE_RUN_BOOST = 1.0
RUN_BOOST = 2.0
PAIR_BOOST = 0.15
# Of two words that both stand in more passages, to look for them side by side takes longer than it is worth.
MOST_PAIR_PASSAGES = 20_000
# A stretch in which one word is wrong: a little less than one that is right.
NEAR_RUN_BOOST = 1.5
SHORTEST_NEAR_RUN, LONGEST_NEAR_RUN = 4, 6
# A like word in place of one that nothing holds: in so short a stretch it may be chance, and would be no help.
SHORTEST_ALIKE_RUN = 3
FEWEST_TELLING = 2
# The same for a stretch that is nearly right.
MOST_NEAR_PASSAGES = 200_000
CONTEXT_BOOST = 1.0
PREFIX_BOOST = 0.4
MOST_PREFIX_WORDS = 24
# The fields whose words count, with what they count.
SCORED_FIELDS = {
    "all": (("all", 1.0), ("title", TITLE_BOOST)),
    "passage": (("passage", 1.0), ("context", CONTEXT_BOOST), ("speaker", 1.0)),
}
# The word as said counts whole, others of its stem less (measured on both judged collections).
STEM_WEIGHT = 0.8
# A word that stands in half of all resources or more tells next to nothing. BM25's rarity never falls so low by itself.
LEAST_WORD_WEIGHT = 0.2


@dataclass(frozen=True)
class Gate:
    """What may be seen by one principal at one moment, narrowed by filters."""

    audience_tokens: tuple[str, ...]
    now: datetime
    filters: SearchFilters

    def clauses(self, without: str = "") -> list[tuple[Occur, Clause]]:
        """The conditions, each without influence on scores; `without` leaves out the filter of one dimension (for its
        facet)."""
        now = microseconds(self.now)
        conditions = [
            _any_tag(SEEN_BY, self.audience_tokens),
            ClauseFactory.range_query(schema(), "visible_from", FieldType.Integer, None, now),
            ClauseFactory.range_query(schema(), "visible_until", FieldType.Integer, now, None, include_lower=False),
        ]
        conditions += [_any_tag(name, values) for name, values in self.narrowed().items() if name != without]
        filters = self.filters
        if filters.date_from or filters.date_to:
            first = filters.date_from.toordinal() if filters.date_from else 0
            last = filters.date_to.toordinal() if filters.date_to else 2**31
            conditions.append(ClauseFactory.range_query(schema(), "day", FieldType.Integer, first, last))
        return [(Occur.Must, ClauseFactory.const_score_query(condition, 0.0)) for condition in conditions]

    def unfiltered(self) -> Gate:
        """The same principal and moment without the filters."""
        return replace(self, filters=NO_FILTERS)

    @property
    def is_narrowed(self) -> bool:
        """Whether there are filters."""
        return self.filters != NO_FILTERS

    def narrowed(self) -> dict[str, tuple[str, ...]]:
        """The dimensions that filters narrow, with the values that are let through."""
        return self.filters.narrowed()


def _any_tag(dimension: str, values: Collection[str]) -> Clause:
    return ClauseFactory.term_set_query(schema(), "tags", [tag(dimension, value) for value in values])


class QueryMatcher:
    """The clauses of one user's query behind one gate."""

    def __init__(self, snapshot: Snapshot, query: UserQuery, gate: Gate) -> None:
        visible = VisibleCounts(snapshot.resources, gate.unfiltered().clauses())
        query = query.said_only([word.stem for word in query.words if visible.is_drowned(word)])
        self.query = query
        self.gate = gate
        self._words: dict[tuple[str, str], Clause] = {}
        self._ways_made: dict[tuple[str, str], list[tuple[tuple[str, ...], float]]] = {}
        self.prefix_stems = self._prefix_stems(snapshot.resources)
        # A word of every talk may be a rare one among passages, so each index is asked for its own.
        of_resources = Rarity(snapshot.resources, "all", self._tokens(), query.words)
        of_passages = Rarity(snapshot.passages, "passage", self._tokens(), query.words)
        of_speakers = Rarity(snapshot.passages, "speaker", self._tokens(), query.words)
        self.rarities = {
            "all": of_resources,
            "title": of_resources,
            "passage": of_passages,
            "context": of_passages,
            "speaker": of_speakers,
        }
        self.passages_with = of_passages.frequencies
        self.resources_with = of_resources.frequencies
        self.weights = {
            name: {word.stem: _weight(word, rarity.of_word(word), rarity.total) for word in query.words}
            for name, rarity in self.rarities.items()
        }
        # A resource that has only one of these has as much of the query as one with its two commonest words.
        self.telling = visible.telling(query.words)

    def _tokens(self) -> list[str]:
        """The tokens that rarity is asked of: each word as stem and as said, and its other ways."""
        tokens = [token for word in self.query.words for token in (word.stem, *said_tokens(word))]
        tokens += [stem for word in self.query.words for way in word.ways for stem in way.stems]
        tokens += [stem for run in self.query.runs for stem in run]
        return list(dict.fromkeys([*tokens, *self.prefix_stems]))

    def _prefix_stems(self, searcher: Searcher) -> tuple[str, ...]:
        """The stems that the unfinished last word may become, among words the principal may see, the most frequent
        first."""
        prefix = self.query.prefix
        if prefix is None:
            return ()
        visible = ClauseFactory.boolean_query(self.gate.clauses())
        # Who typed a word that is there has finished it: "react" does not mean "reaction" as well.
        typed = ClauseFactory.term_query(schema(), "words", prefix)
        own = ClauseFactory.boolean_query([*self.gate.unfiltered().clauses(), (Occur.Must, typed)])
        if searcher.search(own, 1).hits:
            return ()
        found = searcher.terms_with_prefix("words", prefix, filter_query=visible, limit=MOST_PREFIX_WORDS)
        distinct = dict.fromkeys(stem for word, _ in found for stem in analysis.stems(word))
        distinct.pop(self.query.prefix_stem or "", None)
        return tuple(distinct)

    def all_stems(self) -> set[str]:
        """Every stem that is worth marking wherever it stands; words of a longer phrase count only beside each
        other."""
        single = {phrase[0] for phrase in self.query.phrases if len(phrase) == 1}
        other = {way.stems[0] for word in self.query.words for way in word.ways if len(way.stems) == 1}
        return {*(word.stem for word in self.query.words), *self.prefix_stems, *single, *other}

    def all_phrases(self) -> list[tuple[str, ...]]:
        """Every stretch of stems that counts only where it stands together."""
        ways = [way.stems for word in self.query.words for way in word.ways if len(way.stems) > 1]
        return [*self.query.phrases, *dict.fromkeys(ways)]

    def resources(self, minimum: int, without: str = "", also: Sequence[tuple[Occur, Clause]] = ()) -> Clause:
        """Resources that contain `minimum` of the words, and all that is required; scored for the order of hits."""
        scoring = [
            (Occur.Should, ClauseFactory.boost_query(self._any_word("title"), TITLE_BOOST)),
            *(
                (Occur.Should, ClauseFactory.boost_query(self._phrase("title", run), TITLE_RUN_BOOST))
                for run in self.query.runs
            ),
        ]
        return self._matching("all", minimum, scoring, [*self.gate.clauses(without), *also])

    def counted(self, minimum: int, without: str = "", is_filtered: bool = True) -> Clause:
        """The same resources, for counting them, or those that the query alone finds: what only scores is left out, since
        the engine would look at it all the same."""
        words = self.query.words
        required = [(Occur.Must, self._phrase("all", phrase)) for phrase in self.query.phrases]
        if words and minimum:
            required.append((Occur.Must, self._enough("all", minimum)))
        excluded = [(Occur.MustNot, self._phrase("all", stems)) for stems in self.query.excluded]
        gate = self.gate if is_filtered else self.gate.unfiltered()
        return ClauseFactory.boolean_query([*gate.clauses(without), *required, *excluded])

    def _enough(self, field: str, minimum: int) -> Clause:
        """Entries that hold so many of the words, or one that tells as much."""
        words = [(Occur.Should, self._word(field, word)) for word in self.query.words]
        many = ClauseFactory.boolean_query(words, minimum_number_should_match=minimum)
        if minimum < 2 or not self.telling:
            return many
        alone = [(Occur.Should, self._word(field, word)) for word in self.telling]
        return ClauseFactory.boolean_query([(Occur.Should, many), *alone])

    def closed_to(self, conditions: Sequence[tuple[Occur, Clause]], without: str = "") -> Clause:
        """Resources that meet the conditions and hold nothing that is excluded, whatever words they have; all score 0."""
        excluded = [(Occur.MustNot, self._phrase("all", stems)) for stems in self.query.excluded]
        return ClauseFactory.boolean_query([*self.gate.clauses(without), *conditions, *excluded])

    def verbatim(self, kind: str, fewest_words: int) -> Clause | None:
        """Visible resources of one kind that contain every stretch of the query word by word; None for a short query."""
        if sum(len(run) for run in self.query.runs) < fewest_words:
            return None
        phrases = [(Occur.Must, self._phrase("all", run)) for run in self.query.runs]
        return ClauseFactory.boolean_query([*self.gate.clauses(), (Occur.Must, _any_tag("kind", [kind])), *phrases])

    def titled(self) -> Clause | None:
        """Visible resources whose title holds every word of the query; None when there are no words."""
        if not self.query.words:
            return None
        words = [(Occur.Must, self._word("title", word)) for word in self.query.words]
        return ClauseFactory.boolean_query([*self.gate.clauses(), *words])

    def passages(self) -> Clause:
        """Passages with any of the words; scored with their resource's title too, because it says what they are
        about."""
        return self._matching("passage", 1, [self._about()], self.gate.clauses())

    def passages_among(self, likely: Clause) -> Clause:
        """Those passages that `likely` tells, scored like all; they are known to hold something and to pass the gate."""
        own = (Occur.Must, ClauseFactory.const_score_query(likely, 0.0))
        return self._matching("passage", 0, [self._about()], [own])

    def _about(self) -> tuple[Occur, Clause]:
        return Occur.Should, ClauseFactory.boost_query(self._any_word("context"), CONTEXT_BOOST)

    def likely(self, field: str) -> list[Clause]:
        """What the best entries hold (`field` is "all" of resources, "passage" of passages), whoever may see them: first
        any of the words, then each stretch of the query.

        The words are terms in one flat union, since only in such a one the engine leaves out what cannot be among the
        best.
        """
        terms = [
            (
                Occur.Should,
                ClauseFactory.boost_query(self._phrase(name, stems), boost * self.weights[name][word.stem] * weight),
            )
            for name, boost in SCORED_FIELDS[field]
            for word in self.query.words
            for stems, weight in self._ways(name, word)
            if len(stems) == 1
        ]
        stretches = [
            (name, stems) for name, _ in SCORED_FIELDS[field] for stems in (*self.query.runs, *self.query.phrases)
        ]
        stretches += [(field, way.stems) for word in self.query.words for way in word.ways if len(way.stems) > 1]
        together = [self._phrase(name, stems) for name, stems in dict.fromkeys(stretches)]
        if field == "passage":
            together += self._nearly_said()
        likely = [ClauseFactory.boolean_query(terms)] if terms else []
        return [*likely, ClauseFactory.disjunction_max_query(together)] if together else likely

    def _ways(self, name: str, word: Word) -> list[tuple[tuple[str, ...], float]]:
        """The tokens in which a word may stand, with what each counts beside the word itself, all as rare as the word."""
        made = self._ways_made.get((name, word.stem))
        if made is None:
            rarity = self.rarities[name]
            made = [(stems, weight * rarity.levelled(word, stems)) for stems, weight in self._weighed(name, word)]
            self._ways_made[name, word.stem] = made
        return made

    def _weighed(self, name: str, word: Word) -> Iterator[tuple[tuple[str, ...], float]]:
        has_own = name in ("all", "passage") and self.rarities[name].is_said_otherwise(word)
        if has_own:
            yield from (((token,), 1.0) for token in said_tokens(word))
        yield (word.stem,), STEM_WEIGHT if has_own else 1.0
        yield from ((way.stems, way.weight) for way in word.ways)
        if word.stem == self.query.prefix_stem:
            yield from (((stem,), PREFIX_BOOST) for stem in self.prefix_stems)

    def _phrase(self, field: str, stems: Sequence[str]) -> Clause:
        """The tokens one after the other; where one of them counts as said only, all as they are said."""
        tokens = tuple(stems)
        if len(tokens) > 1 and any(token.startswith(MARK) for token in tokens):
            tokens = self.query.said_runs.get(tokens, tokens)
        name = field_of(field, tokens[0])[0]
        plain = [field_of(field, token)[1] for token in tokens]
        if len(plain) == 1:
            return ClauseFactory.term_query(schema(), name, plain[0])
        return ClauseFactory.phrase_query(schema(), name, plain)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the search is narrowed to; none where it is not."""
        return self.gate.narrowed().get(LANGUAGE, ())

    def moments(self, numbers: Sequence[int], languages: Sequence[str] = ()) -> Clause:
        """Passages of these resources with any of the words; required phrases only rank here, the resource requires them.

        Only for the numbers of resources that passed the gate: their passages passed with them, they carry the same tags
        and times. With `languages`, only captions in one of these, and what is no captions.
        """
        own = [
            ClauseFactory.term_set_query(schema(), "number", numbers),
            ClauseFactory.term_query(schema(), "is_moment", True),
        ]
        if languages:
            own.append(_any_tag(LANGUAGE, languages))
        only_own = [(Occur.Must, ClauseFactory.const_score_query(condition, 0.0)) for condition in own]
        return self._matching("passage", 1, [], only_own, is_ranking=False)

    def _matching(
        self,
        field: str,
        minimum: int,
        scoring: list[tuple[Occur, Clause]],
        conditions: list[tuple[Occur, Clause]],
        is_ranking: bool = True,
    ) -> Clause:
        query = self.query
        clauses = [*conditions, *scoring]
        words = [(Occur.Should, self._word(field, word)) for word in query.words]
        phrases = [self._phrase(field, phrase) for phrase in query.phrases]
        if field == "all":
            clauses += [(Occur.Must, phrase) for phrase in phrases]
            if words:
                group = ClauseFactory.boolean_query(words, minimum_number_should_match=minimum or None)
                if minimum > 1 and self.telling:
                    clauses.append((Occur.Must, ClauseFactory.const_score_query(self._enough(field, minimum), 0.0)))
                    group = ClauseFactory.boolean_query(words)
                clauses.append((Occur.Must if minimum else Occur.Should, group))
        else:
            anything = words + [(Occur.Should, ClauseFactory.boost_query(phrase, RUN_BOOST)) for phrase in phrases]
            # Who speaks is asked for like what is said: "Ana Kovač on waiting lists".
            anything += [(Occur.Should, self._word("speaker", word)) for word in query.words]
            anything += [(Occur.Should, self._phrase("speaker", phrase)) for phrase in query.phrases]
            clauses += [(Occur.Must, ClauseFactory.boolean_query(anything))] if minimum else anything
        clauses += [
            (Occur.Should, ClauseFactory.boost_query(self._phrase(field, run), RUN_BOOST)) for run in query.runs
        ]
        if field == "passage":
            clauses += [(Occur.Should, clause) for clause in self._nearly_said()]
        if is_ranking:
            clauses += [
                (Occur.Should, ClauseFactory.boost_query(self._phrase(field, pair), PAIR_BOOST))
                for pair in self._pairs()
            ]
        clauses += [(Occur.MustNot, self._phrase(field, excluded)) for excluded in query.excluded]
        return ClauseFactory.boolean_query(clauses)

    def _any_word(self, field: str) -> Clause:
        return ClauseFactory.boolean_query([(Occur.Should, self._word(field, word)) for word in self.query.words])

    def _word(self, field: str, word: Word) -> Clause:
        """The word in any of its ways, of which the best counts; weighed by how much it tells."""
        if (known := self._words.get((field, word.stem))) is not None:
            return known
        exact, *others = [
            ClauseFactory.boost_query(way, weight) if weight != 1.0 else way
            for stems, weight in self._ways(field, word)
            for way in (self._phrase(field, stems),)
        ]
        best = ClauseFactory.disjunction_max_query([exact, *others]) if others else exact
        made = ClauseFactory.boost_query(best, self.weights[field][word.stem])
        self._words[field, word.stem] = made
        return made

    def _nearly_said(self) -> list[Clause]:
        """Passages that hold a stretch of the query but for one word, or with a like word for one that nothing holds."""
        nearly = [clause for run in self.query.runs if (clause := self._nearly(run))]
        alike = [run for run in self.query.alike_runs if len(run) >= SHORTEST_ALIKE_RUN]
        return nearly + [ClauseFactory.boost_query(self._phrase("passage", run), NEAR_RUN_BOOST) for run in alike]

    def _nearly(self, run: tuple[str, ...]) -> Clause | None:
        """Passages in which a stretch of the query is said but for one word, wherever it is: people mishear and misremember.

        Of a short stretch any word may be another; of a long one, one half or the other is right.
        """
        if len(run) < SHORTEST_NEAR_RUN or any(token.startswith(MARK) for token in run):
            return None
        half = len(run) // 2
        pieces: list[tuple[tuple[str, ...], int | None]] = [(run[:half], None), (run[half:], None)]
        if len(run) <= LONGEST_NEAR_RUN:
            pieces = [((*run[:place], *run[place + 1 :]), place) for place in range(len(run))]
        chosen = {word.stem for word in self.query.words}
        telling = [
            piece
            for piece in pieces
            if sum(stem in chosen for stem in piece[0]) >= FEWEST_TELLING
            and min(self.passages_with.get(stem, MOST_NEAR_PASSAGES) for stem in piece[0]) <= MOST_NEAR_PASSAGES
        ]
        phrases = [
            ClauseFactory.phrase_query(schema(), "passage", stems, place if place and place < len(stems) else None)
            for stems, place in telling
        ]
        return (
            ClauseFactory.boost_query(ClauseFactory.disjunction_max_query(phrases), NEAR_RUN_BOOST) if phrases else None
        )

    def _pairs(self) -> list[tuple[str, str]]:
        """Neighbouring words that are both worth searching, unless both stand in more than MOST_PAIR_PASSAGES."""
        chosen = {word.stem for word in self.query.words}
        pairs = [
            (first, second)
            for run in self.query.runs
            if len(run) > 2
            for first, second in pairwise(run)
            if first in chosen and second in chosen and not (first.startswith(MARK) or second.startswith(MARK))
            if min(self.passages_with[first], self.passages_with[second]) <= MOST_PAIR_PASSAGES
        ]
        return list(dict.fromkeys(pairs))


def _weight(word: Word, frequency: int, total: int) -> float:
    """What a word counts beside BM25: more when it was typed several times, less when most resources have it.

    The second factor turns BM25's rarity into that of the probabilistic model, ln((N - n) / n), which falls to nothing
    for a word in half of the N entries (Robertson and Spärck Jones).
    """
    ratio = (total - frequency + 0.5) / (frequency + 0.5)
    telling = max(math.log(ratio) / math.log(1 + ratio), LEAST_WORD_WEIGHT) if ratio > 1 else LEAST_WORD_WEIGHT
    return math.sqrt(word.count) * telling
