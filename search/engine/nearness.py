"""Why: what says the same in other words is found too, behind the same gate as all else.

The meaning stage (see `search.meaning`) knows texts only; whose they are, and who may see them, the index says. So more and
more of the nearest texts are looked up until enough of them are visible: hidden ones take no visible one's place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from search.engine.clauses import Clause, ClauseFactory, Occur
from search.engine.protocol import Searcher
from search.engine.schema import schema

# One word means what it says; from two on there is something to be said in other words.
FEWEST_WORDS = 2
FIRST_LOOK = 600
NEXT_LOOK = 8
MOST_PASSAGES = 300
# Below this likeness (cosine) two texts of the model have nothing to do with each other.
LEAST_LIKENESS = 0.2
# From this likeness on a resource is found though none of the words stands in it; so many at most.
CLOSE_LIKENESS = 0.35
MOST_CLOSE = 50
MOST_FOUND = 20_000


class Meaning(Protocol):
    """What knows which texts mean something near to a question."""

    def nearest(self, text: str, first: int) -> list[tuple[int, float]]:
        """Return the keys (`search.language.meaning_texts`) of the nearest texts with their likeness (at most 1), nearest first."""


@dataclass(frozen=True, slots=True)
class NearPassage:
    """A visible passage that is near to the question."""

    number: int
    likeness: float
    address: Any


def near_passages(
    meaning: Meaning, text: str, passages: Searcher, conditions: Sequence[tuple[Occur, Clause]]
) -> list[NearPassage]:
    """The MOST_PASSAGES nearest passages that meet the conditions, the nearest first."""
    look = FIRST_LOOK
    while True:
        nearest = meaning.nearest(text, look)
        likely = {key: likeness for key, likeness in nearest if likeness >= LEAST_LIKENESS}
        found = _visible(likely, passages, conditions)
        if len(found) >= MOST_PASSAGES or len(nearest) < look or len(likely) < len(nearest):
            return found[:MOST_PASSAGES]
        look *= NEXT_LOOK


def _visible(
    likely: dict[int, float], passages: Searcher, conditions: Sequence[tuple[Occur, Clause]]
) -> list[NearPassage]:
    if not likely:
        return []
    own = ClauseFactory.const_score_query(ClauseFactory.term_set_query(schema(), "meaning", list(likely)), 0.0)
    addresses = passages.search(ClauseFactory.boolean_query([*conditions, (Occur.Must, own)]), MOST_FOUND).addresses
    keys = passages.fast_field_values("meaning", addresses)
    numbers = passages.fast_field_values("number", addresses)
    found = [
        NearPassage(int(number), likely[int(key)], address)
        for number, key, address in zip(numbers, keys, addresses, strict=True)
    ]
    return sorted(found, key=lambda each: (-each.likeness, each.number))
