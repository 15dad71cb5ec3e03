"""Why: what is indexed, what is asked and what is marked must be cut into words and reduced to stems in one and the
same way.

Text is normalised (composed Unicode, no invisible characters, no apostrophes inside words: don’t = don't = dont),
then Tantivy cuts it at everything that is no letter or digit, folds accents (café = cafe), lowers the case and stems
it as English.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import tantivy

ENGLISH = "academy_english"
PLAIN = "academy_plain"
# The text comes cut already (`search.language.said`), with spaces between its words.
SAID = "academy_said"
# Longer "words" are encoded data, not language; they would only swell the dictionary.
LONGEST_WORD_BYTES = 80

INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff"
APOSTROPHES = "'’‘ʼ＇`´"
_INNER_APOSTROPHE = re.compile(rf"(?<=[^\W_])[{APOSTROPHES}]+(?=[^\W_])")
_UNSEEN = re.compile(rf"[{INVISIBLE}]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
# A run of letters and digits, going on over marks and invisible characters, and over an apostrophe before more letters.
_WORD = re.compile(rf"[^\W_]+(?:(?:[\u0300-\u036f{INVISIBLE}]+|[{APOSTROPHES}](?=[^\W_]))[^\W_]*)*")

_GROUP, _SPAN = re.Match.group, re.Match.span

# Words too common to find anything by. They stay in the index, so that phrases keep every word, but a question is not
# searched for them.
_COMMON = """
    a about actually all also am an and any anyone are arent as at be because been being both but by can cannot
    cant could couldnt did didnt do does doesnt doing dont each either else etc ever every for from had hadnt
    has hasnt have havent having he hed her here hers herself hes him himself his how hows i id if ill im in
    into is isnt it itd itll its itself ive just let lets like may me might mine must my myself no nor not of
    off on once only onto or other our ours ourselves out over own please quite rather really said same say says
    shall she shed shes should shouldnt so some such than that thatll thats the their theirs them themselves
    then there theres these they theyd theyll theyre theyve this those though through to too under until up upon
    us very via was wasnt we wed well were werent weve what whats when where wheres whether which while who whom
    whose whos why will with within without wont would wouldnt yes you youd youll your youre yours yourself
    yourselves youve
"""
COMMON_WORDS = frozenset(_COMMON.split())


class Tokens(NamedTuple):
    """The stems of a text in their order, and of each the characters it stands on (start and end)."""

    stems: list[str]
    spans: list[tuple[int, int]]


def _analyser(is_stemmed: bool) -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for each in (
        tantivy.Filter.remove_long(LONGEST_WORD_BYTES),
        tantivy.Filter.ascii_fold(),
        tantivy.Filter.lowercase(),
    ):
        builder = builder.filter(each)
    return (builder.filter(tantivy.Filter.stemmer("english")) if is_stemmed else builder).build()


_said = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
_english = _analyser(is_stemmed=True)
_plain = _analyser(is_stemmed=False)


def register(index: tantivy.Index) -> None:
    """Make the analysers known to an opened index; Tantivy keeps only their names, so every process must do this."""
    index.register_tokenizer(ENGLISH, _english)
    index.register_tokenizer(PLAIN, _plain)
    index.register_tokenizer(SAID, _said)


def without_surrogates(text: str) -> str:
    """The text with lone surrogates (undecodable file names, broken JSON) replaced, because they have no UTF-8 form."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def without_unseen(text: str) -> str:
    """The text without characters that nobody sees, such as soft hyphens."""
    return text if text.isascii() else _UNSEEN.sub("", text)


def composed(text: str) -> str:
    """The text in composed Unicode, without what nobody sees and without lone surrogates. Offsets change."""
    return text if text.isascii() else unicodedata.normalize("NFC", without_unseen(without_surrogates(text)))


def normalise(text: str) -> str:
    """The text as it is given to the index: see the module's first words. Offsets change; use `tokens` where they
    matter."""
    return _INNER_APOSTROPHE.sub("", composed(text))


@lru_cache(maxsize=65_536)
def stems(word: str) -> tuple[str, ...]:
    """The stems of one word; mostly one, none when it is over-long, several when Tantivy cuts it finer than we do."""
    return tuple(_english.analyze(normalise(word)))


@lru_cache(maxsize=65_536)
def folded(word: str) -> str:
    """The word in lower case and without accents, unstemmed, as the prefix dictionary holds it; parts are joined."""
    return "".join(_plain.analyze(normalise(word)))


def stemmed(normalised: str) -> list[str]:
    """The stems of a text that `normalise` gave, as the index cuts it."""
    return list(_english.analyze(normalised))


def unstemmed(normalised: str) -> list[str]:
    """The folded words of a text that `normalise` gave, as the dictionary of the index holds them."""
    return list(_plain.analyze(normalised))


def is_common(word: str) -> bool:
    """Whether the word is too common in English to find anything by."""
    return folded(word) in COMMON_WORDS


def words(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of a text with the characters they stand on."""
    for match in _WORD.finditer(text):
        yield match.group(), match.start(), match.end()


def tokens(text: str) -> Tokens:
    """The stems of a text, each with its characters; a word that is cut finer gives several on the same characters."""
    # Thousands of words pass here in each search: what can be done in one go is.
    matches = list(_WORD.finditer(text))
    cut = list(map(stems, map(_GROUP, matches)))
    spans = list(map(_SPAN, matches))
    if list(map(len, cut)).count(1) < len(cut):
        spans = [span for span, own in zip(spans, cut, strict=True) for _ in own]
    return Tokens(list(chain.from_iterable(cut)), spans)


COMMON_STEMS = frozenset(stem for word in COMMON_WORDS for stem in stems(word))
