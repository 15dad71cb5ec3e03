"""Why: visitors type questions, half words, quotes and symbols; this understands them, and never fails on any of them.

Understood are: plain words, "quoted phrases" (must stand there word for word), -word and -"phrase" (must not stand
there), and the unfinished last word. Everything else is punctuation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from search import analysis

LONGEST_QUERY_CHARACTERS = 1_000
# More distinct words than this add nothing to a ranking and cost time.
MOST_WORDS = 48
SHORTEST_PREFIX = 2

_OPENING, _CLOSING = '"“„«”', '"”“»'
_PART = re.compile(
    rf"(?P<minus>(?<!\S)[-−])?(?:[{_OPENING}](?P<phrase>[^{_OPENING}{_CLOSING}]*)[{_CLOSING}]|(?P<plain>[^\s{_OPENING}{_CLOSING}]+))"
)


class Hint(StrEnum):
    """What a page can tell a visitor about the query; None means there is nothing to tell."""

    NO_WORDS = "no_words"  # nothing, or only symbols, or only exclusions: nothing was searched
    ONLY_COMMON_WORDS = "only_common_words"  # nothing was searched
    TOO_LONG = "too_long"  # only the first 1,000 characters were searched
    SOME_WORDS = "some_words"  # no resource has as many of the words as usual; these have some


@dataclass(frozen=True, slots=True)
class UserQuery:
    """A query as understood; all words are stems (see search.analysis).

    `words` are the distinct words worth searching, in their order. `prefix` is the unfinished last word, folded and
    unstemmed; its stem is the last of `words` too. `runs` are the stretches of unquoted words, common ones included,
    for phrase ranking.
    """

    words: tuple[str, ...] = ()
    prefix: str | None = None
    prefix_stem: str | None = None
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[tuple[str, ...], ...] = ()
    runs: tuple[tuple[str, ...], ...] = ()
    hint: Hint | None = None

    @property
    def is_searchable(self) -> bool:
        """Whether there is anything to search for."""
        return bool(self.words or self.phrases)

    def minimums(self) -> tuple[int, ...]:
        """How many of `words` a resource must contain, as a ladder to go down while nothing is found.

        One or two words: all of them. Longer questions: two, because a question is asked in other words than it is
        answered in, and demanding more loses right answers (measured). Below a required phrase, words only rank.
        """
        count = len(self.words)
        lowest = 0 if self.phrases else min(1, count)
        return tuple(dict.fromkeys((min(2, count), lowest)))


def understand(text: str, is_prefix_of_last_word: bool = True) -> UserQuery:
    """Understand any text as a query; never raises. See the module's first words for what it knows."""
    is_too_long = len(text) > LONGEST_QUERY_CHARACTERS
    if is_too_long:
        text = text[:LONGEST_QUERY_CHARACTERS].rsplit(None, 1)[0]
    reading = _Reading()
    for part in _PART.finditer(text):
        reading.take(part)
    # The last word is unfinished only while the text ends in it: a space, a full stop or a quote finishes it.
    prefix = prefix_stem = None
    if is_prefix_of_last_word and not is_too_long and reading.words:
        prefix, prefix_stem = reading.unfinished_word(text)
    searchable = bool(reading.words or reading.phrases)
    hint = Hint.TOO_LONG if is_too_long else None
    if not searchable:
        hint = Hint.ONLY_COMMON_WORDS if reading.has_common_words else Hint.NO_WORDS
    return UserQuery(
        words=tuple(reading.words),
        prefix=prefix,
        prefix_stem=prefix_stem,
        phrases=tuple(reading.phrases),
        excluded=tuple(reading.excluded),
        runs=tuple(tuple(run) for run in reading.runs if len(run) > 1),
        hint=hint,
    )


class _Reading:
    """The parts of a query, gathered from left to right."""

    def __init__(self) -> None:
        self.words: dict[str, None] = {}  # a dict, because it keeps the order of what is distinct
        self.phrases: list[tuple[str, ...]] = []
        self.excluded: list[tuple[str, ...]] = []
        self.runs: list[list[str]] = [[]]
        self.has_common_words = False
        self.last_word: tuple[str, int] | None = None  # the last unquoted word and where it ends

    def take(self, part: re.Match[str]) -> None:
        quoted = part["phrase"]
        if part["minus"]:
            if stems := tuple(token.stem for token in analysis.tokens(quoted if quoted is not None else part["plain"])):
                self.excluded.append(stems)
            self.runs.append([])
        elif quoted is not None:
            if stems := tuple(token.stem for token in analysis.tokens(quoted)):
                self.phrases.append(stems)
            self.runs.append([])
        else:
            self._take_words(part["plain"], part.start("plain"))

    def _take_words(self, plain: str, position: int) -> None:
        for word, _, end in analysis.words(plain):
            stems = analysis.stems(word)
            self.runs[-1].extend(stems)
            self.last_word = (word, position + end)
            if analysis.is_common(word):
                self.has_common_words = True
            elif len(self.words) < MOST_WORDS:
                self.words.update(dict.fromkeys(stems))

    def unfinished_word(self, text: str) -> tuple[str | None, str | None]:
        """The last word and its stem if the text ends in it and it can be the beginning of something else."""
        if self.last_word is None or self.last_word[1] != len(text):
            return None, None
        word = self.last_word[0]
        stems, folded = analysis.stems(word), analysis.folded(word)
        if len(stems) != 1 or len(folded) < SHORTEST_PREFIX or stems[0] not in self.words:
            return None, None
        return folded, stems[0]
