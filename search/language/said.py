"""Cuts a text into words as they are said: what a stem forgets, and what a sign inside a word means, is kept.

Beside the stems there is a second stream of words, folded and in lower case, with only a regular plural taken off:
*kindness* is not *kind* there. Apostrophes keep words apart that would be one without (*we'll*, *well*). A short form in
capitals that is spelt like a common word has a word of its own (WHO is `^who`), and so has what belongs together across
signs: C++, C#, .NET, 1.18, v2.0, A&E; U.S. is US, and 1,000 is 1000. Chinese, Japanese, Korean, Thai and the like, which
are written without spaces, are cut into overlapping pairs of characters.

Index and queries are cut by this one module. A word of this stream is told from a stem by the MARK before it, wherever
both may stand.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import NamedTuple

from search.language import analysis
from search.language.analysis import Tokens

MARK = "="
CAPITAL = "^"
LONGEST_TOKEN = 80

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_LETTER = r"[^\W\d_]"
_APOSTROPHE = f"[{analysis.APOSTROPHES}]"
_PIECE = rf"(?:(?![{_UNSPACED}])[^\W_])"
_UNIT = re.compile(
    rf"""
      (?P<unspaced>[{_UNSPACED}]+)
    | (?P<signed>(?<![\w.])\.[A-Z]{{2,}}(?!\w) | (?<!\w){_LETTER}\w{{0,9}}\+\+(?!\w) | (?<!\w)[A-Za-z]\#(?!\w))
    | (?P<pair>(?<!\w)[A-Z]&[A-Z](?!\w))
    | (?P<dotted>(?<!\w)(?:(?:{_LETTER}\.)+{_LETTER}(?!\w)\.? | [A-Z][a-z]{{1,2}}\.[A-Z](?!\w)\.? | [A-Z]\.[A-Z][a-z]{{1,2}}(?!\w)))
    | (?P<number>(?<!\w)[vV]?\d+(?:[.,]\d+)+[A-Za-z]{{0,2}}(?!\w))
    | (?P<word>{_PIECE}+(?:(?:[\u0300-\u036f{analysis.INVISIBLE}]+|{_APOSTROPHE}(?=[^\W_])){_PIECE}*)*)
    """,
    re.VERBOSE,
)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
# A and E, Q and A: the two letters of a name, not what stands after "Plan A" or before "I".
_LETTERS_WITH_AND = re.compile(r"(?<![\w&])([A-HJ-Z])(?: and | AND | ?& ?)([A-HJ-Z])(?![\w&'’])")
_CHUNK = re.compile(r"\S+")
_SHORT_FORMS = re.compile("[A-Z]{2,6}s")
# What these are without their apostrophe is another word.
_APART = frozenset(["cant", "hed", "hell", "id", "ill", "shed", "shell", "wed", "well", "were", "whore", "wont"])
_NO_PLURALS = frozenset(["always", "lens", "news", "perhaps", "series", "species", "whereas", "yes"])
# Words that stand for something else in capitals are short.
LONGEST_CAPITALS = 4


class Said(NamedTuple):
    """One word as said, with the characters it stands on; `is_special` when it means more than its letters."""

    token: str
    start: int
    end: int
    is_special: bool = False


def singular(word: str) -> str:
    """Return the word (in lower case) without a regular plural's ending; what is left need not be a word."""
    if len(word) < 4 or word in _NO_PLURALS or not word.isascii():
        return word
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        if word.endswith("ies") and len(word) > 4:
            return word[:-3] + "y"
        if word.endswith("oes") and len(word) > 5:
            return word[:-2]
        word = word[:-1]
    # boxes, box; caches, cache
    return word[:-1] if word.endswith(("sse", "she", "che", "xe", "zze")) and len(word) > 3 else word


@lru_cache(maxsize=32_768)
def token_of(word: str) -> str:
    """Return the word as the stream of what is said holds it, whatever its capitals mean."""
    written = unicodedata.normalize("NFC", analysis.without_unseen(word))
    for sign in analysis.APOSTROPHES:
        written = written.replace(sign, "'")
    head, apostrophe, tail = written.rpartition("'")
    if apostrophe and tail in ("s", "S"):
        return analysis.folded(head)
    joined = analysis.folded(written)
    if apostrophe and joined in _APART:
        return written.lower()
    if _SHORT_FORMS.fullmatch(written):
        return joined[:-1]
    return joined if written.isupper() and len(written) <= LONGEST_CAPITALS else singular(joined)


def _capital(word: str) -> str:
    """Return the token of a word in capitals that is spelt like a common one; "" for any other."""
    is_short = 2 <= len(word) <= LONGEST_CAPITALS and word.isupper()
    return CAPITAL + word.lower() if is_short and word.lower() in analysis.COMMON_WORDS else ""


@lru_cache(maxsize=32_768)
def _units(chunk: str, are_capitals_meant: bool) -> tuple[Said, ...]:
    """Return the words of a stretch without spaces."""
    found: list[Said] = []
    for match in _UNIT.finditer(chunk):
        text, (start, end) = match.group(), match.span()
        match match.lastgroup:
            case "unspaced":
                pairs = [(place, place + 2) for place in range(len(text) - 1)] or [(0, 1)]
                found += (Said(text[first:last], start + first, start + last, True) for first, last in pairs)
            case "word":
                capital = _capital(text) if are_capitals_meant else ""
                if token := capital or token_of(text):
                    found.append(Said(token, start, end, bool(capital)))
            case "dotted":
                letters = text.replace(".", "")
                capital = _capital(letters)
                found.append(Said(capital or analysis.folded(letters), start, end, True))
            case "number":
                number = text.replace(",", "") if _THOUSANDS.fullmatch(text) else text.lower()
                found.append(Said(number, start, end, True))
            case _:
                found.append(Said(text.lower(), start, end, True))
    return tuple(unit for unit in found if len(unit.token) <= LONGEST_TOKEN)


def units(text: str, are_capitals_meant: bool | None = None) -> Iterator[Said]:
    """Return the words of a text as said, in their order; capitals mean nothing where all is written in them."""
    if are_capitals_meant is None:
        are_capitals_meant = not is_shouted(text)
    joined = {match.start(): match for match in _LETTERS_WITH_AND.finditer(text)}
    inside = -1
    for chunk in _CHUNK.finditer(text):
        if chunk.start() < inside:
            continue
        if (pair := joined.get(chunk.start())) is not None and pair.end() > chunk.end():
            inside = pair.end()
            yield Said(f"{pair[1]}&{pair[2]}".lower(), pair.start(), pair.end(), True)
            continue
        for token, start, end, is_special in _units(chunk.group(), are_capitals_meant):
            yield Said(token, chunk.start() + start, chunk.start() + end, is_special)


def is_shouted(text: str) -> bool:
    """Whether all of a text is written in capitals, so that they mean nothing: some captions are."""
    if not text.isupper():
        return False
    return text.count(" ") >= 4 or any(len(word) > LONGEST_CAPITALS for word, _, _ in analysis.words(text))


@lru_cache(maxsize=32_768)
def _written(chunk: str, are_capitals_meant: bool) -> str:
    return " ".join(unit.token for unit in _units(chunk, are_capitals_meant))


def said_text(text: str) -> str:
    """Return the words of a text as said, with spaces between them: how the index is given them."""
    text = analysis.composed(text)
    if "&" in text or " and " in text or " AND " in text:
        text = _LETTERS_WITH_AND.sub(r"\1&\2", text)
    are_capitals_meant = not is_shouted(text)
    return " ".join(filter(None, [_written(chunk, are_capitals_meant) for chunk in text.split()]))


def cut_as_wanted(text: str, wanted: Collection[str]) -> Tokens:
    """Return the stems of a text with their places; where a word stands that is wanted as said, that behind its MARK."""
    tokens = analysis.tokens(text)
    if not any(token.startswith(MARK) for token in wanted):
        return tokens
    said = [unit for unit in units(text) if f"{MARK}{unit.token}" in wanted]
    if not said:
        return tokens
    stems: list[str] = []
    spans: list[tuple[int, int]] = []
    place = 0
    for unit in said:
        while place < len(tokens.spans) and tokens.spans[place][1] <= unit.start:
            stems.append(tokens.stems[place])
            spans.append(tokens.spans[place])
            place += 1
        stems.append(f"{MARK}{unit.token}")
        spans.append((unit.start, unit.end))
        while place < len(tokens.spans) and tokens.spans[place][0] < unit.end:
            # A run of characters without spaces is one stem, of which the unit is a part.
            if tokens.spans[place][1] > unit.end:
                break
            place += 1
    stems += tokens.stems[place:]
    spans += tokens.spans[place:]
    return Tokens(stems, spans)
