"""Why: a field speaks in short forms, and who searches for "ICS" must find "integrated care system" and the other way
round.

This is the plain data that a search is given; where it comes from (the editors' glossary) is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from search.language import analysis

# More words than this are a sentence, not a term; more ways than this to say one thing would slow every search for it.
LONGEST_TERM_WORDS = 8
MOST_WAYS = 12


@dataclass(frozen=True, slots=True)
class Match:
    """A term found in a query: how many of its words it takes, and the other ways to say it, as stems."""

    length: int
    ways: tuple[tuple[str, ...], ...]


class Synonyms:
    """Groups of ways to say the same thing, looked up by their stems; never changes once made.

    A way that is written like a common word ("IT", "US") counts only where it is typed in capitals.
    """

    def __init__(self, groups: Iterable[Iterable[str]] = ()) -> None:
        """Each group holds the ways to say one thing, e.g. ("ICS", "integrated care system"); a way may stand in
        several groups. The plural of a way of one word ("ICSs") counts as the word."""
        groups = [tuple(group) for group in groups]
        self._ways: dict[tuple[str, ...], dict[tuple[str, ...], None]] = {}
        self._common: set[tuple[str, ...]] = set()
        for group in groups:
            ways = self._stems_of(group)
            for way in ways:
                others = self._ways.setdefault(way, {})
                others.update(dict.fromkeys(other for other in ways if other != way))
        for group in groups:
            self._add_plurals(group)
        self._longest = max(map(len, self._ways), default=0)

    def _add_plurals(self, group: Iterable[str]) -> None:
        for written in group:
            one = tuple(analysis.tokens(written).stems)
            many = tuple(analysis.tokens(f"{written}s").stems)
            if len(one) == len(many) == 1 and one in self._ways and many not in self._ways:
                self._ways[many] = {one: None, **self._ways[one]}

    def _stems_of(self, group: Iterable[str]) -> list[tuple[str, ...]]:
        ways: dict[tuple[str, ...], None] = {}
        for way in group:
            stems = tuple(analysis.tokens(way).stems)
            if not 0 < len(stems) <= LONGEST_TERM_WORDS:
                continue
            ways[stems] = None
            if len(stems) == 1 and analysis.is_common(way):
                self._common.add(stems)
        return list(ways)

    def __bool__(self) -> bool:
        return bool(self._ways)

    def match(self, stems: Sequence[str], start: int, is_capital: bool) -> Match | None:
        """The longest term that begins at `start`; `is_capital` tells whether the word there is typed in capitals."""
        for length in range(min(self._longest, len(stems) - start), 0, -1):
            term = tuple(stems[start : start + length])
            others = self._ways.get(term)
            if others is not None and (is_capital or term not in self._common):
                return Match(length, tuple(others)[:MOST_WAYS])
        return None


NO_SYNONYMS = Synonyms()
