"""Why: visitors type questions, half words, quotes and symbols; this understands them, and never fails on any of them.

Understood are: plain words, "quoted phrases" (must stand there word for word), -word and -"phrase" (must not stand
there), and the unfinished last word. Everything else is punctuation. What is quoted is taken as it stands; other words
also count in their other ways of being written or said (see `search.language.variants`, `search.language.synonyms`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from search.language import analysis
from search.language.kind_intent import KindIntent, asked_kind
from search.language.synonyms import NO_SYNONYMS, Synonyms
from search.language.variants import JOINING, parts, variants

LONGEST_QUERY_CHARACTERS = 1_000
# More distinct words than this add nothing to a ranking and cost time.
MOST_WORDS = 48
# Shorter words, and numbers, are finished: OT is not the beginning of "other", nor 18 that of 187.
SHORTEST_PREFIX = 4
# In a text of so many words quotes mention and dashes separate; nobody means them as commands.
PROSE_WORDS = 10
ENOUGH_FOR_TWO_WORDS = 10
ENOUGH_FOR_A_QUESTION = 100

_OPENING, _CLOSING = '"“„«”', '"”“»'
_DOTTED = re.compile(r"(?:[^\W\d_]\.){2,}(?:[^\W\d_]|s)?")
_HYPHENS = frozenset("-‐‑–")
_PART = re.compile(
    rf"(?P<minus>(?<!\S)[-−])?(?:[{_OPENING}](?P<phrase>[^{_OPENING}{_CLOSING}]*)[{_CLOSING}]|(?P<plain>[^\s{_OPENING}{_CLOSING}]+))"
)


class Hint(StrEnum):
    """What a page can tell a visitor about the query; None means there is nothing to tell."""

    NO_WORDS = "no_words"  # nothing, or only symbols, or only exclusions: nothing was searched
    ONLY_COMMON_WORDS = "only_common_words"  # nothing holds them, and there was nothing else to search for
    TOO_LONG = "too_long"  # only the first 1,000 characters were searched
    SOME_WORDS = "some_words"  # no resource has as many of the words as usual; these have some
    BY_MEANING = "by_meaning"  # no resource has any of the words; these say something near to them


@dataclass(frozen=True, slots=True)
class Way:
    """Another way to write or say a word: its stems (more than one stand as a phrase), and what it counts beside it."""

    stems: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Word:
    """A word worth searching.

    `stem` is what is searched, `folded` how it was typed (in lower case, without accents), which stands in the text
    from `start` to `end`. Any of `ways` counts as the word too. `count` tells how many times it was typed. `is_term`
    tells that it belongs to a term that the glossary knows.
    """

    stem: str
    folded: str
    start: int
    end: int
    ways: tuple[Way, ...] = ()
    count: int = 1
    is_term: bool = False


@dataclass(frozen=True, slots=True)
class UserQuery:
    """A query as understood.

    `words` are the distinct words worth searching, in their order. `prefix` is the unfinished last word, folded and
    unstemmed; its stem is that of the last of `words`. The rest are stems: `phrases` must stand there, `excluded` must
    not, `runs` are the stretches of unquoted words, common ones included, for phrase ranking; `alike_runs` are the same
    with words that nothing holds replaced by like ones that something does, since people mishear. `meant` is what was
    typed without what is excluded, for those who look at the meaning of the whole. `asked` is the kind of thing that is
    asked for. `has_only_common_words` tells that there was nothing better to search for than words like "who" and "it".
    """

    words: tuple[Word, ...] = ()
    prefix: str | None = None
    prefix_stem: str | None = None
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[tuple[str, ...], ...] = ()
    runs: tuple[tuple[str, ...], ...] = ()
    alike_runs: tuple[tuple[str, ...], ...] = ()
    meant: str = ""
    hint: Hint | None = None
    asked: KindIntent | None = None
    has_only_common_words: bool = False

    @property
    def is_searchable(self) -> bool:
        """Whether there is anything to search for."""
        return bool(self.words or self.phrases)

    @property
    def enough(self) -> int:
        """How many resources are so many that fewer words need not be asked of them: a page for two words, and more
        for a question, which is asked in other words than it is answered in."""
        return {0: 1, 1: 1, 2: ENOUGH_FOR_TWO_WORDS}.get(len(self.words), ENOUGH_FOR_A_QUESTION)

    def misheard(self, alike: Mapping[str, str]) -> UserQuery:
        """Return the query with `alike_runs`, made of `alike`: stems that nothing holds, each with the stem of a like word."""
        runs = [tuple(alike.get(stem, stem) for stem in run) for run in self.runs if alike.keys() & set(run)]
        return replace(self, alike_runs=tuple(runs)) if runs else self

    def minimums(self) -> tuple[int, ...]:
        """How many of `words` a resource must contain, as a ladder to go down while too few are found (see `enough`).

        Two of them, then one; demanding more loses right answers (measured). Below a required phrase, words only rank.
        """
        count = len(self.words)
        lowest = 0 if self.phrases else min(1, count)
        return tuple(dict.fromkeys((min(2, count), lowest)))


def understand(
    text: str, is_prefix_of_last_word: bool = True, synonyms: Synonyms = NO_SYNONYMS, are_signs_meant: bool = True
) -> UserQuery:
    """Understand any text as a query; never raises. See the module's first words for what it knows.

    Remembered for the texts last asked: search, definitions, the transcript and the ways on from nothing found all go by one
    understanding of what was typed. Of a text no more is looked at than the longest query and one character, which tells that
    there was more.

    Quotes and minus signs are commands in a short query and mere punctuation in prose; `are_signs_meant=False` takes
    them for punctuation anywhere.
    """
    return _understood(text[: LONGEST_QUERY_CHARACTERS + 1], is_prefix_of_last_word, synonyms, are_signs_meant)


@lru_cache(maxsize=256)
def _understood(text: str, is_prefix_of_last_word: bool, synonyms: Synonyms, are_signs_meant: bool) -> UserQuery:
    is_too_long = len(text) > LONGEST_QUERY_CHARACTERS
    if is_too_long:
        text = text[:LONGEST_QUERY_CHARACTERS].rsplit(None, 1)[0]
    parts_of_text = list(_PART.finditer(text))
    is_prose = sum(1 for part in parts_of_text if part["phrase"] is None) >= PROSE_WORDS
    asked = asked_kind(text)
    reading = _Reading(synonyms, are_signs_meant and not is_prose, asked.end if asked and asked.is_led else 0)
    reading.is_shouted = not any(sign.islower() for sign in text)
    for part in parts_of_text:
        reading.take(part)
    reading.end_run()
    has_only_common = not (reading.words or reading.phrases) and bool(reading.common)
    if has_only_common:
        reading.take_common_words()
    # The last word is unfinished only while the text ends in it: a space, a full stop or a quote finishes it.
    prefix = prefix_stem = None
    if is_prefix_of_last_word and not is_too_long and reading.words and not has_only_common:
        prefix, prefix_stem = reading.unfinished_word(text)
    searchable = bool(reading.words or reading.phrases)
    hint = Hint.TOO_LONG if is_too_long else None
    if not searchable:
        hint = Hint.NO_WORDS
    return UserQuery(
        words=tuple(reading.words.values()),
        prefix=prefix,
        prefix_stem=prefix_stem,
        phrases=tuple(reading.phrases),
        excluded=tuple(reading.excluded),
        runs=tuple(run for run in reading.runs if len(run) > 1),
        meant=" ".join(reading.meant),
        hint=hint,
        asked=asked if searchable else None,
        has_only_common_words=has_only_common,
    )


@dataclass(frozen=True, slots=True)
class _Compound:
    """What is written with hyphens: in one word, and as the stems of its parts."""

    joined: str
    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Typed:
    """One stem of what was typed, with the word it comes from, and the compound that it is a part of."""

    stem: str
    word: str
    start: int
    end: int
    compound: _Compound | None = None


class _Reading:
    """The parts of a query, gathered from left to right."""

    def __init__(self, synonyms: Synonyms, are_signs_meant: bool, kind_end: int = 0) -> None:
        self.synonyms = synonyms
        self.kind_end = kind_end  # up to here the query names a kind of thing, which is not searched for
        self.are_signs_meant = are_signs_meant
        self.words: dict[str, Word] = {}  # by stem, in their order
        self.phrases: list[tuple[str, ...]] = []
        self.excluded: list[tuple[str, ...]] = []
        self.runs: list[tuple[str, ...]] = []
        self.run: list[_Typed] = []
        self.meant: list[str] = []
        self.common: list[_Typed] = []  # unquoted words that are too common to be searched for beside others
        self.is_shouted = False  # the whole query is in capitals, so they mark nothing
        self.last_word: tuple[str, int] | None = None  # the last unquoted word and where it ends

    def take(self, part: re.Match[str]) -> None:
        quoted = part["phrase"]
        if not (self.are_signs_meant and part["minus"]):
            self.meant.append((part["plain"] if quoted is None else quoted).strip())
        if not self.are_signs_meant:
            name = "plain" if quoted is None else "phrase"
            if quoted is not None:  # a run of its own: what was put in quotes belongs together
                self.end_run()
            for piece in re.finditer(r"\S+", part[name]):
                self._take_plain(piece.group(), part.start(name) + piece.start())
            if quoted is not None:
                self.end_run()
        elif part["minus"]:
            if stems := tuple(analysis.tokens(quoted if quoted is not None else part["plain"]).stems):
                self.excluded.append(stems)
            self.end_run()
        elif quoted is not None:
            if stems := tuple(analysis.tokens(quoted).stems):
                self.phrases.append(stems)
            self.end_run()
        else:
            self._take_plain(part["plain"], part.start("plain"))

    def _take_plain(self, plain: str, position: int) -> None:
        found = list(analysis.words(plain))
        if _DOTTED.fullmatch(plain) and len(found) > 1:
            # V.C.S.E. is one word, whoever dots it.
            found = [("".join(word for word, _, _ in found), found[0][1], found[-1][2])]
        # What is between the words of one stretch without spaces: hyphens alone make a compound.
        between = {plain[end:start] for (_, _, end), (_, start, _) in pairwise(found)}
        compound = None
        if between and between <= _HYPHENS:
            compound = _compound([word for word, _, _ in found])
        elif self.run and len(found) == 1 and analysis.folded(self.run[-1].word) in JOINING:
            # Written apart: the word before is a part of this one.
            compound = _compound([self.run[-1].word, found[0][0]])
            self.run[-1] = replace(self.run[-1], compound=compound)
        for word, start, end in found:
            for stem in analysis.stems(word):
                self.run.append(_Typed(stem, word, position + start, position + end, compound))
            self.last_word = (word, position + end)

    def end_run(self) -> None:
        """Take the words gathered since the last quote or exclusion, with the terms that stand in them."""
        stems = [typed.stem for typed in self.run]
        place = 0
        while place < len(stems):
            match = self.synonyms.match(stems, place, self.run[place].word.isupper())
            if match is None:
                self._take_word(self.run[place], ())
                place += 1
                continue
            ways = tuple(_way(way) for way in match.ways)
            for typed in self.run[place : place + match.length]:
                self._take_word(typed, ways, is_term=True, is_alone=match.length == 1)
            place += match.length
        self.runs.append(tuple(stems))
        self.run = []

    def _take_word(self, typed: _Typed, ways: tuple[Way, ...], is_term: bool = False, is_alone: bool = False) -> None:
        if typed.end <= self.kind_end:
            return
        if not is_alone and analysis.is_common(typed.word) and not self._is_short_form(typed):
            self.common.append(typed)
            if typed.compound:
                # "well-being" is worth searching although neither "well" nor "being" is.
                joined = typed.compound.joined
                whole = _Typed(analysis.stems(joined)[0], joined, typed.start, typed.end)
                self._take_word(whole, (_way(typed.compound.stems),))
            return
        known = self.words.get(typed.stem)
        if known is not None:
            merged = tuple(dict.fromkeys((*known.ways, *ways)))
            self.words[typed.stem] = replace(
                known, ways=merged, count=known.count + 1, is_term=known.is_term or is_term
            )
        elif len(self.words) < MOST_WORDS:
            folded = analysis.folded(typed.word)
            distinct = dict.fromkeys(
                way for way in (*_spelt(folded, typed.compound), *ways) if way.stems != (typed.stem,)
            )
            self.words[typed.stem] = Word(typed.stem, folded, typed.start, typed.end, tuple(distinct), is_term=is_term)

    def _is_short_form(self, typed: _Typed) -> bool:
        """Whether a common word is typed in capitals among others that are not: WHO guidance, IT strategy."""
        return len(typed.word) > 1 and typed.word.isupper() and not self.is_shouted

    def take_common_words(self) -> None:
        """Search for common words, as nothing else was typed: side by side as they were typed, where signs are meant."""
        for typed in self.common[:MOST_WORDS]:
            self.words.setdefault(typed.stem, Word(typed.stem, analysis.folded(typed.word), typed.start, typed.end))
        if self.are_signs_meant:
            self.phrases = [run for run in self.runs if len(run) > 1]

    def unfinished_word(self, text: str) -> tuple[str | None, str | None]:
        """The last word and its stem if the text ends in it and it can be the beginning of something else."""
        if self.last_word is None or self.last_word[1] != len(text):
            return None, None
        word = self.last_word[0]
        stems, folded = analysis.stems(word), analysis.folded(word)
        if len(stems) != 1 or stems[0] not in self.words or len(folded) < SHORTEST_PREFIX or not folded.isalpha():
            return None, None
        return folded, stems[0]


def _way(stems: Sequence[str]) -> Way:
    """The score of a phrase is the sum of its words', so it is brought down to that of one word."""
    return Way(tuple(stems), 1 / len(stems))


def _spelt(folded: str, compound: _Compound | None) -> Iterator[Way]:
    """The other ways to spell a word: of another country, in two words, or as the compound that it is a part of."""
    for other in variants(folded):
        yield from (_way((stem,)) for stem in analysis.stems(other))
    for part, rest in parts(folded):
        yield _way((*analysis.stems(part), *analysis.stems(rest)))
    if compound:
        yield from (_way((stem,)) for stem in analysis.stems(compound.joined))


def _compound(words: Sequence[str]) -> _Compound | None:
    joined = "".join(words)
    if len(analysis.stems(joined)) != 1 or analysis.is_common(joined):
        return None
    return _Compound(joined, tuple(stem for word in words for stem in analysis.stems(word)))
