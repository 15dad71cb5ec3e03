"""Decides by what the asker may see how the words of a query are taken; what is hidden must not change what is found.

A word made of a very common one (*kindness*, *meaning*) would drown in it (*kind of*, *I mean*): then it counts as said only,
and where nobody says it nothing is found. And of several words one may tell as much as two common ones together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from search.engine.clauses import Clause, ClauseFactory, Occur
from search.engine.protocol import Searcher
from search.engine.rarity import said_tokens
from search.engine.schema import field_of, schema
from search.language.queries import Word

# A stem drowns a word in which it stands, when so many of all resources (and at least so many) have it, ...
UBIQUITOUS = 0.2
FEWEST_UBIQUITOUS = 4
# ... and so few of these the word itself.
SELDOM = 0.6
# Other forms of a word, rather than other words: who types these means all of them.
INFLECTED = "ed"
# Below so many words each resource must have two, or there are not.
FEWEST_WORDS = 3


class VisibleCounts:
    """Counts the resources that pass the conditions, filters apart."""

    def __init__(self, resources: Searcher, conditions: Sequence[tuple[Occur, Clause]]) -> None:
        self.resources = resources
        self.conditions = conditions
        self._total: int | None = None

    @property
    def total(self) -> int:
        """How many resources may be seen."""
        if self._total is None:
            self._total = self._count([])
        return self._total

    def _count(self, own: Sequence[tuple[Occur, Clause]]) -> int:
        query = ClauseFactory.boolean_query([*self.conditions, *own])
        return self.resources.search(query, 1, count=True).count or 0

    def of(self, tokens: Sequence[str]) -> int:
        """How many have any of these tokens."""
        terms = [(Occur.Should, ClauseFactory.term_query(schema(), *field_of("all", token))) for token in tokens]
        any_of_them = ClauseFactory.const_score_query(ClauseFactory.boolean_query(terms), 0.0)
        return self._count([(Occur.Must, any_of_them)])

    def is_drowned(self, word: Word) -> bool:
        """Whether the word would drown in what has the same stem: one that is made of another, or that nothing visible says."""
        if word.is_said_only or not word.said or word.said.endswith(INFLECTED):
            return False
        # What all may hold is no less than what is seen of it, so this tells nothing of what is hidden.
        if self.resources.doc_freqs("all", [word.stem])[word.stem] < FEWEST_UBIQUITOUS:
            return False
        of_stem = self.of([word.stem])
        if of_stem < max(FEWEST_UBIQUITOUS, UBIQUITOUS * self.total):
            return False
        own = self.of(said_tokens(word))
        return own < SELDOM * of_stem if word.is_derived else own == 0

    def telling(self, words: Sequence[Word]) -> tuple[Word, ...]:
        """The words that tell as much, each alone, as the two commonest that are found together."""
        if len(words) < FEWEST_WORDS:
            return ()
        total = max(1, self.total)
        rarities = {}
        for word in words:
            if number := self.of([word.stem]):
                rarities[word.stem] = math.log(1 + total / number)
        if len(rarities) < FEWEST_WORDS:
            return ()
        enough = sum(sorted(rarities.values())[:2])
        return tuple(word for word in words if rarities.get(word.stem, 0.0) >= enough)
