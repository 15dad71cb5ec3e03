"""Why: the glossary's names are looked for in queries and in hours of transcript, so they are found word by word in one pass.

Knows no Django. A name stands where its words stand in a row, whatever their case, accents and hyphens, with a plural -s
allowed. A name in capitals is an acronym: in running text it must be in capitals there too, or "it" would be taken for IT.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from search.language import analysis

LONGEST_ACRONYM = 10

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sighting(Generic[T]):
    """Where a name stands in a text (characters `start` to `end`), and the things that go by it."""

    start: int
    end: int
    things: tuple[T, ...]


@dataclass(frozen=True, slots=True)
class _Name(Generic[T]):
    words: tuple[str, ...]
    acronym: str
    thing: T


def is_acronym(name: str) -> bool:
    """Whether the name is one short word in capitals, such as ICS or VCSE."""
    letters = [character for character in name if character.isalpha()]
    return (
        " " not in name
        and len(name) <= LONGEST_ACRONYM
        and len(letters) > 1
        and all(letter.isupper() for letter in letters)
    )


class TermFinder(Generic[T]):
    """Finds the names of things in texts; made once for a whole glossary and used for many texts."""

    def __init__(self, named: Iterable[tuple[str, T]]) -> None:
        self._by_first_word: dict[str, list[_Name[T]]] = {}
        for name, thing in named:
            words = tuple(analysis.folded(word) for word, _, _ in analysis.words(name))
            if not words:
                continue
            for last in (words[-1], f"{words[-1]}s"):
                one = _Name((*words[:-1], last), name if is_acronym(name) else "", thing)
                self._by_first_word.setdefault(one.words[0], []).append(one)
        for names in self._by_first_word.values():
            names.sort(key=lambda one: -len(one.words))

    def sightings(self, text: str, *, is_case_kept: bool = True) -> list[Sighting[T]]:
        """Return where names stand, the longest of those that begin at a word; they never overlap.

        `is_case_kept` says whether acronyms must be in capitals: yes in running text, no in what people type.
        """
        return list(self._walk(text, is_case_kept)) if self._by_first_word else []

    def _walk(self, text: str, is_case_kept: bool) -> Iterator[Sighting[T]]:
        words = list(analysis.words(text))
        folded = [analysis.folded(word) for word, _, _ in words]
        place = 0
        while place < len(words):
            found = self._at(text, words, folded, place, is_case_kept)
            if not found:
                place += 1
                continue
            length = len(found[0].words)
            things = tuple(dict.fromkeys(one.thing for one in found))
            yield Sighting(words[place][1], words[place + length - 1][2], things)
            place += length

    def _at(
        self, text: str, words: Sequence[tuple[str, int, int]], folded: Sequence[str], place: int, is_case_kept: bool
    ) -> list[_Name[T]]:
        """The longest names that begin at this word; several only when they are the same words."""
        found: list[_Name[T]] = []
        for one in self._by_first_word.get(folded[place], ()):
            length = len(one.words)
            if found and length < len(found[0].words):
                break
            if tuple(folded[place : place + length]) != one.words:
                continue
            if one.acronym and is_case_kept and words[place][0] not in (one.acronym, f"{one.acronym}s"):
                continue
            if all(_is_one_gap(text[words[each][2] : words[each + 1][1]]) for each in range(place, place + length - 1)):
                found.append(one)
        return found


def _is_one_gap(between: str) -> bool:
    """Whether two words are parted by no more than space or a hyphen."""
    return not between.strip(" \t\n\r\u00a0-‐‑–")
