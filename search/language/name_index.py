"""Why: a few thousand names must be found from their first letters within a millisecond, in spite of a typo; knows no Django."""

from __future__ import annotations

import bisect
from collections.abc import Hashable, Iterable, Iterator
from typing import Generic, TypeVar

from search.language import analysis

# Shorter words have too many neighbours one letter away.
SHORTEST_FUZZY = 4
LONGEST_FUZZY = 24
MOST_TYPED_WORDS = 8
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"

T = TypeVar("T", bound=Hashable)


class NameIndex(Generic[T]):
    """Finds things by the beginnings of the words of their names; made once, then only read."""

    def __init__(self, named: Iterable[tuple[str, T]]) -> None:
        self._things: list[T] = []
        self._folded: list[str] = []
        pairs: list[tuple[str, int]] = []
        for name, thing in named:
            words = _words(name)
            pairs += ((word, len(self._things)) for word in words)
            self._things.append(thing)
            self._folded.append(" ".join(words))
        pairs.sort()
        self._words = [word for word, _ in pairs]
        self._numbers = [number for _, number in pairs]

    def like(self, typed: str, most: int) -> list[T]:
        """Return things whose names hold words that begin like each word typed: names that begin so first, then by name.

        A word that begins none is tried with one letter wrong, missing, too many, or two swapped.
        """
        words = _words(typed)[:MOST_TYPED_WORDS]
        if not words:
            return []
        numbers: set[int] | None = None
        for word in words:
            own = self._beginning(word) or self._almost_beginning(word)
            numbers = own if numbers is None else numbers & own
            if not numbers:
                return []
        beginning = " ".join(words)
        ranked = sorted(
            numbers or (),
            key=lambda number: (not self._folded[number].startswith(beginning), self._folded[number], number),
        )
        return list(dict.fromkeys(self._things[number] for number in ranked))[:most]

    def _beginning(self, word: str) -> set[int]:
        first = bisect.bisect_left(self._words, word)
        last = bisect.bisect_left(self._words, word + "\U0010ffff", first)
        return set(self._numbers[first:last])

    def _almost_beginning(self, word: str) -> set[int]:
        if not SHORTEST_FUZZY <= len(word) <= LONGEST_FUZZY:
            return set()
        return {number for other in set(_one_edit_away(word)) for number in self._beginning(other)}


def _words(text: str) -> list[str]:
    return [folded for word, _, _ in analysis.words(text) if (folded := analysis.folded(word))]


def _one_edit_away(word: str) -> Iterator[str]:
    for place in range(len(word) + 1):
        head, tail = word[:place], word[place:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in _LETTERS:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]
