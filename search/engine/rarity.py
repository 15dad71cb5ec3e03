"""Tells how rare the words of a query are in one index, and brings all spellings of a word to one rarity.

BM25 gives each token its own: of two spellings the one that is seldom used would outweigh the thing itself. As Lucene's
SynonymQuery does, all that is one word counts as often as its most frequent spelling.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from search.engine.protocol import Searcher
from search.engine.schema import field_of
from search.language.queries import Word
from search.language.said import MARK

# Where nearly all that has the stem has the word as said, to ask for it as well changes nothing.
NEARLY_ALL = 0.95


class Rarity:
    """In how many entries of one index each token of a query stands, whoever may see them: it only weighs."""

    def __init__(self, searcher: Searcher, name: str, tokens: Sequence[str], words: Sequence[Word] = ()) -> None:
        self.total = searcher.num_docs
        # What two words are written as in one ("preschool") is a way to write either, and as rare as the rarer of them.
        self.compounds: dict[tuple[str, ...], list[Word]] = {}
        for word in words:
            for way in word.ways:
                self.compounds.setdefault(way.stems, []).append(word)
        self.frequencies: dict[str, int] = {}
        plain = [token for token in tokens if not token.startswith(MARK)]
        said = [token for token in tokens if token.startswith(MARK)]
        self.frequencies.update(searcher.doc_freqs(name, plain))
        if said:
            found = searcher.doc_freqs(field_of(name, said[0])[0], [token.removeprefix(MARK) for token in said])
            self.frequencies.update((f"{MARK}{token}", number) for token, number in found.items())

    def of_word(self, word: Word) -> int:
        """Return in how many entries the most frequent of the word's spellings stands."""
        spellings = [
            way.stems[0] for way in word.ways
            if len(way.stems) == 1 and not word.is_term and len(self.compounds.get(way.stems, ())) < 2
        ]  # fmt: skip
        return max(self.frequencies.get(token, 0) for token in (word.stem, *spellings))

    def is_said_otherwise(self, word: Word) -> bool:
        """Return whether other words than this one have its stem."""
        if word.is_said_only or not word.said:
            return False
        own = sum(self.frequencies.get(token, 0) for token in said_tokens(word))
        return 0 < own < NEARLY_ALL * self.frequencies.get(word.stem, 0)

    def levelled(self, word: Word, stems: Sequence[str]) -> float:
        """Return what brings the score of these tokens down to the rarity of the word; never up."""
        own = sum(self._idf(self.frequencies.get(stem, 0)) for stem in stems) / len(stems)
        parts = self.compounds.get(tuple(stems), ())
        words = parts if len(parts) > 1 and len(stems) == 1 else (word,)
        rarest = max(self._idf(self.of_word(part)) for part in words)
        return min(1.0, rarest / own) if own else 1.0

    def _idf(self, frequency: int) -> float:
        """BM25's."""
        return math.log(1 + (self.total - min(frequency, self.total) + 0.5) / (frequency + 0.5))


def said_tokens(word: Word) -> tuple[str, ...]:
    """Return the word as said, in all countries' spellings, beside its stem; nothing when that is all it counts by."""
    if word.is_said_only or not word.said:
        return ()
    return tuple(f"{MARK}{said}" for said in dict.fromkeys((word.said, *word.said_elsewhere)))
