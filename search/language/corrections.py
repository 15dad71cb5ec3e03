"""Which words may be taken for mistyped ones: one rule for the search of the site and for the search inside a transcript."""

from __future__ import annotations

from search.language import analysis
from search.language.known_words import is_negation

SHORTEST_WORD = 4
# One edit in four letters, two from this length on.
TWO_EDITS_LENGTH = 7


def edits_allowed(word: str) -> int:
    """Return how many letters of a word (folded) may be wrong, a swap of neighbours being one; 0 for words too short."""
    if len(word) < SHORTEST_WORD:
        return 0
    return 1 if len(word) < TWO_EDITS_LENGTH else 2


def may_be_meant(word: str, other: str) -> bool:
    """Whether `other`, which is near enough, may stand for `word`: not when it says the same, nothing, or the contrary."""
    if analysis.is_common(other) or is_negation(word, other):
        return False
    return analysis.stems(other) != analysis.stems(word)
