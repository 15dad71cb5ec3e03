"""Why: while somebody types, the titles that may be meant are told at once, from what the asker may see and in spite of a typo.

Titles stand in the index with their words as written, apart from their stems: a half-typed word has no stem yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from search.engine.clauses import Clause, ClauseFactory, Occur
from search.engine.matching import Gate
from search.engine.protocol import Snapshot
from search.engine.schema import schema, unpacked
from search.language import analysis

FIELD = "title_words"
SHORTEST_TYPED = 2
# Shorter words have too many neighbours one letter away.
SHORTEST_FUZZY = 4
MOST_TYPED_WORDS = 8
# So many of the best are put into their final order.
WINDOW = 30


@dataclass(frozen=True)
class Title:
    """A visible resource whose title may be meant."""

    key: str
    kind: str
    title: str
    url_path: str


def titles_like(typed: str, snapshot: Snapshot, gate: Gate, first: int) -> list[Title]:
    """The titles that hold all words typed (the last one unfinished), those that begin so first; with a typo if need be."""
    words = [analysis.folded(word) for word, _, _ in analysis.words(typed)][:MOST_TYPED_WORDS]
    words = [word for word in words if word]
    if len("".join(words)) < SHORTEST_TYPED:
        return []
    found = _found(words, snapshot, gate, is_fuzzy=False)
    if len(found) < first and any(len(word) >= SHORTEST_FUZZY for word in words):
        known = {title.key for title in found}
        found += [title for title in _found(words, snapshot, gate, is_fuzzy=True) if title.key not in known]
    return found[:first]


def _found(words: Sequence[str], snapshot: Snapshot, gate: Gate, *, is_fuzzy: bool) -> list[Title]:
    clauses = gate.clauses()
    for place, word in enumerate(words):
        is_last = place == len(words) - 1
        # The small words of a title are often left out or typed otherwise.
        occur = Occur.Should if analysis.is_common(word) and not is_last else Occur.Must
        clauses.append((occur, _word(word, is_last, is_fuzzy)))
    hits = snapshot.resources.search(ClauseFactory.boolean_query(clauses), WINDOW, count=False).hits
    beginning = " ".join(words)
    ranked: list[tuple[tuple[bool, int], Title]] = []
    for place, (_, address) in enumerate(hits):
        stored = unpacked(snapshot.resources.doc(address))
        folded = " ".join(analysis.folded(word) for word, _, _ in analysis.words(stored["title"]))
        title = Title(stored["key"], stored["kind"], stored["title"], stored["url"])
        ranked.append(((not _begins_so(folded, beginning, is_fuzzy), place), title))
    return [title for _, title in sorted(ranked, key=lambda each: each[0])]


def _begins_so(title: str, beginning: str, is_fuzzy: bool) -> bool:
    """Whether the title begins as typed, or, where typos are forgiven, with one letter wrong, missing or too many."""
    if not is_fuzzy or title.startswith(beginning):
        return title.startswith(beginning)
    lengths = range(len(beginning) - 1, len(beginning) + 2)
    return any(OSA.distance(title[:length], beginning, score_cutoff=1) <= 1 for length in lengths)


def _word(word: str, is_last: bool, is_fuzzy: bool) -> Clause:
    exact = ClauseFactory.boost_query(ClauseFactory.term_query(schema(), FIELD, word), 2.0)
    ways = [exact]
    if is_last:
        ways.append(ClauseFactory.fuzzy_term_query(schema(), FIELD, word, distance=0, prefix=True))
    if is_fuzzy and len(word) >= SHORTEST_FUZZY:
        near = ClauseFactory.fuzzy_term_query(schema(), FIELD, word, distance=1, prefix=is_last)
        ways.append(ClauseFactory.boost_query(near, 0.5))
    return ClauseFactory.disjunction_max_query(ways)
