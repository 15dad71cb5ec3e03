"""Why: visitors type questions, half words, quotes and symbols; this understands them, and never fails on any of them.

Understood are: plain words, "quoted phrases" (must stand there word for word), -word and -"phrase" (must not stand
there), and the unfinished last word. Everything else is punctuation. What is quoted is taken as it stands; other words
also count in their other ways of being written or said (see `search.language.variants`, `search.language.synonyms`).
What is written with signs, or in capitals, means just that (see `search.language.said`); a query of nothing but common
words is searched for as it stands, and then for its words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from search.language import analysis
from search.language.kind_intent import KindIntent, asked_kind
from search.language.said import MARK, Said, is_shouted, token_of, units
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
# Endings that make another word of a word, rather than another form of it.
_DERIVED = re.compile("(?:ness|ing|ity|ment|ship|hood|ful|less|ism|ist|er|or|ation|ance|ence|ive|ous|al|able|ible)$")
_CAPITAL_LETTER = re.compile("[A-HJ-Z]")
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
    tells that it belongs to a term that the glossary knows. `said` is the word as the stream of what is said has it, and
    `said_elsewhere` as it is spelt in other countries; a word that counts as said only has it, behind a MARK, for its stem.
    """

    stem: str
    folded: str
    start: int
    end: int
    ways: tuple[Way, ...] = ()
    count: int = 1
    is_term: bool = False
    said: str = ""
    said_elsewhere: tuple[str, ...] = ()

    @property
    def is_derived(self) -> bool:
        """Whether the word is made of another one and means something else: kindness, meaning, caring."""
        return len(self.said) > len(self.stem) + 1 and _DERIVED.search(self.said) is not None

    @property
    def is_said_only(self) -> bool:
        """Whether other words of the same stem are not this word."""
        return self.stem.startswith(MARK)


@dataclass(frozen=True, slots=True)
class UserQuery:
    """A query as understood.

    `words` are the distinct words worth searching, in their order. `prefix` is the unfinished last word, folded and
    unstemmed; its stem is that of the last of `words`. The rest are stems: `phrases` must stand there, `excluded` must
    not, `runs` are the stretches of unquoted words, common ones included, for phrase ranking; `alike_runs` are the same
    with words that nothing holds replaced by like ones that something does, since people mishear. Stems that begin with
    MARK are words as said; `said_runs` has each stretch wholly as said. `meant` is what was
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
    said_runs: Mapping[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
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

    def said_only(self, stems: Collection[str]) -> UserQuery:
        """Return the query with the words of these stems counting only as they are said."""
        if not stems:
            return self
        own = {word.stem: f"{MARK}{word.said}" for word in self.words if word.stem in stems}
        words = tuple(replace(word, stem=own.get(word.stem, word.stem)) for word in self.words)
        runs = {
            run: tuple(said if stem in own else stem for stem, said in zip(run, self.said_runs[run], strict=True))
            for run in self.runs
        }
        said_runs = {**self.said_runs, **{runs[run]: self.said_runs[run] for run in self.runs}}
        return replace(
            self,
            words=words,
            runs=tuple(runs.values()),
            said_runs=said_runs,
            prefix_stem=own.get(self.prefix_stem or "", self.prefix_stem),
        )

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
    kind_end = asked.end if asked and asked.is_led else 0
    reading = _Reading(synonyms, are_signs_meant and not is_prose, kind_end, not is_shouted(text))
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
    hint = Hint.TOO_LONG if is_too_long else None
    searchable = bool(reading.words or reading.phrases)
    if not searchable:
        hint = Hint.NO_WORDS
    return UserQuery(
        words=tuple(reading.words.values()),
        prefix=prefix,
        prefix_stem=prefix_stem,
        phrases=tuple(reading.phrases),
        excluded=tuple(reading.excluded),
        runs=tuple(run for run in reading.runs if len(run) > 1),
        said_runs=reading.runs,
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
    """One stem of what was typed, with the word it comes from, and the compound that it is a part of.

    `said` is how the word is said. What counts as said only has that, behind a MARK, for its stem.
    """

    stem: str
    word: str
    start: int
    end: int
    compound: _Compound | None = None
    said: str = ""

    @property
    def is_special(self) -> bool:
        """Whether it means more than its letters."""
        return self.stem.startswith(MARK)


class _Reading:
    """The parts of a query, gathered from left to right."""

    def __init__(
        self, synonyms: Synonyms, are_signs_meant: bool, kind_end: int = 0, are_capitals_meant: bool = True
    ) -> None:
        self.synonyms = synonyms
        self.kind_end = kind_end  # up to here the query names a kind of thing, which is not searched for
        self.are_signs_meant = are_signs_meant
        self.are_capitals_meant = are_capitals_meant
        self.words: dict[str, Word] = {}  # by stem, in their order
        self.phrases: list[tuple[str, ...]] = []
        self.excluded: list[tuple[str, ...]] = []
        self.runs: dict[tuple[str, ...], tuple[str, ...]] = {}  # each with the same as said
        self.run: list[_Typed] = []
        self.meant: list[str] = []
        self.common: list[_Typed] = []  # unquoted words that are too common to be searched for beside others
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
            if said := self._as_said(quoted if quoted is not None else part["plain"]):
                self.excluded.append(said)
            self.end_run()
        elif quoted is not None:
            if said := self._as_said(quoted):
                self.phrases.append(said)
            self.end_run()
        else:
            self._take_plain(part["plain"], part.start("plain"))

    def _as_said(self, text: str) -> tuple[str, ...]:
        return tuple(f"{MARK}{unit.token}" for unit in units(text, self.are_capitals_meant))

    def _take_plain(self, plain: str, position: int) -> None:
        found = _cut(plain, self.are_capitals_meant)
        # What is between the words of one stretch without spaces: hyphens alone make a compound.
        between = {plain[first.end : second.start] for first, second in pairwise(found)}
        compound = None
        if between and between <= _HYPHENS:
            compound = _compound([unit.written for unit in found])
        elif self.run and len(found) == 1 and analysis.folded(self.run[-1].word) in JOINING:
            # Written apart: the word before is a part of this one.
            compound = _compound([self.run[-1].word, found[0].written])
            self.run[-1] = replace(self.run[-1], compound=compound)
        for unit in found:
            start, end = position + unit.start, position + unit.end
            if self._is_letter_after_and(unit.written):
                first = self.run[-2]
                del self.run[-2:]
                said = f"{first.word}&{unit.written}".lower()
                self.run.append(_Typed(MARK + said, said, first.start, end, None, said))
                continue
            for stem, said in unit.stems:
                self.run.append(_Typed(stem, unit.written, start, end, compound, said))
            self.last_word = (unit.written, end)

    def _is_letter_after_and(self, word: str) -> bool:
        """Whether this and the two words before are two letters with "and" between them, such as A and E."""
        return (
            len(self.run) > 1
            and self.run[-1].word.lower() == "and"
            and all(_CAPITAL_LETTER.fullmatch(letter) for letter in (self.run[-2].word, word))
        )

    def take_common_words(self) -> None:
        """Search for the common words themselves, all together if there are several: there is nothing else."""
        if self.are_signs_meant:
            self.phrases = [run for run in self.runs.values() if len(run) > 1]
        for typed in self.common[:MOST_WORDS]:
            stem = MARK + typed.said
            self.words.setdefault(
                stem, Word(stem, analysis.folded(typed.word), typed.start, typed.end, said=typed.said)
            )

    def end_run(self) -> None:
        """Take the words gathered since the last quote or exclusion, with the terms that stand in them."""
        # A glossary's names are stems, so a word with signs counts as those of its letters here.
        stems = [(stem, place) for place, typed in enumerate(self.run) for stem in _plain_stems(typed)]
        flat = [stem for stem, _ in stems]
        firsts = {place: number for number, (_, place) in reversed(list(enumerate(stems)))}
        place = 0
        while place < len(self.run):
            match = (
                self.synonyms.match(flat, firsts[place], self.run[place].word.isupper()) if place in firsts else None
            )
            last = stems[firsts[place] + match.length - 1][1] if match else place
            ways = tuple(_way(way) for way in match.ways) if match else ()
            for typed in self.run[place : last + 1]:
                self._take_word(typed, ways, is_term=bool(match), is_alone=bool(match) and place == last)
            place = last + 1
        if self.run:
            ids = tuple(typed.stem for typed in self.run)
            self.runs[ids] = tuple(MARK + (typed.said or typed.stem) for typed in self.run)
        self.run = []

    def _take_word(self, typed: _Typed, ways: tuple[Way, ...], is_term: bool = False, is_alone: bool = False) -> None:
        if typed.end <= self.kind_end:
            return
        is_common = not is_alone and not typed.is_special and analysis.is_common(typed.word)
        if is_common or (typed.compound and _is_letter(typed.word)):
            self.common.append(typed)
            if typed.compound:
                # "well-being" is worth searching although neither "well" nor "being" is; of "e-mail" the "e" is not.
                joined = typed.compound.joined
                whole = _Typed(analysis.stems(joined)[0], joined, typed.start, typed.end, None, token_of(joined))
                self._take_word(whole, (_way(typed.compound.stems),))
            return
        known = self.words.get(typed.stem)
        if known is not None:
            merged = tuple(dict.fromkeys((*known.ways, *ways)))
            self.words[typed.stem] = replace(
                known, ways=merged, count=known.count + 1, is_term=known.is_term or is_term
            )
        elif len(self.words) < MOST_WORDS:
            folded = typed.said if typed.is_special and not typed.word.isalpha() else analysis.folded(typed.word)
            spelt = () if typed.is_special else _spelt(folded, typed.compound)
            distinct = dict.fromkeys(way for way in (*spelt, *ways) if way.stems != (typed.stem,))
            self.words[typed.stem] = Word(
                typed.stem,
                folded,
                typed.start,
                typed.end,
                tuple(distinct),
                is_term=is_term,
                said=typed.said,
                said_elsewhere=() if typed.is_special else tuple(map(token_of, variants(folded))),
            )

    def unfinished_word(self, text: str) -> tuple[str | None, str | None]:
        """The last word and its stem if the text ends in it and it can be the beginning of something else."""
        if self.last_word is None or self.last_word[1] != len(text):
            return None, None
        word = self.last_word[0]
        stems, folded = analysis.stems(word), analysis.folded(word)
        if len(stems) != 1 or stems[0] not in self.words or len(folded) < SHORTEST_PREFIX or not folded.isalpha():
            return None, None
        return folded, stems[0]


@dataclass(frozen=True, slots=True)
class _Cut:
    """A word of a stretch without spaces: as written, where, and its stems, each with how it is said."""

    written: str
    start: int
    end: int
    stems: tuple[tuple[str, str], ...]


def _cut(plain: str, are_capitals_meant: bool) -> list[_Cut]:
    """Return the words of a stretch without spaces, cut as the index cuts them."""
    if _DOTTED.fullmatch(plain):
        # V.C.S.E. is a word, whoever dots it.
        letters = plain.replace(".", "")
        return [replace(unit, start=0, end=len(plain)) for unit in _cut(letters, True)]
    return [_cut_of(unit, plain) for unit in units(plain, are_capitals_meant)]


def _cut_of(unit: Said, plain: str) -> _Cut:
    written = plain[unit.start : unit.end]
    is_dotted = "." in written and unit.token.isalpha()
    if unit.token.startswith("^") or (unit.is_special and not is_dotted) or _is_letter(unit.token):
        is_common = len(unit.token) == 1 and analysis.is_common(unit.token)
        stem = unit.token if is_common else MARK + unit.token
        return _Cut(written.replace(".", "") if is_dotted else written, unit.start, unit.end, ((stem, unit.token),))
    word = written.replace(".", "") if is_dotted else written
    stems = analysis.stems(word)
    # A word that is cut finer has no form of its own as said.
    return _Cut(word, unit.start, unit.end, tuple((stem, unit.token if len(stems) == 1 else stem) for stem in stems))


def _is_letter(word: str) -> bool:
    return len(word) == 1 and word.isascii() and word.isalpha()


def _plain_stems(typed: _Typed) -> tuple[str, ...]:
    """The stems of what was typed, signs and capitals aside."""
    return tuple(analysis.tokens(typed.word).stems) if typed.is_special else (typed.stem,)


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
