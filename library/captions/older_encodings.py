"""Guesses which of the encodings from before Unicode a text is in, by how its words would look in each."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

# The first is what most tools write, and wins unless another reads clearly better.
_CANDIDATES = (
    "windows-1252",
    "mac_roman",
    "windows-1250",
    "windows-1251",
    "windows-1253",
    "windows-1254",
    "windows-1255",
    "windows-1256",
    "koi8_r",
)
_LOOKED_AT_BYTES = 200_000
_FOREIGN_BYTES_WITH_NEIGHBOURS = re.compile(rb"[A-Za-z'\x80-\xff]*[\x80-\xff][A-Za-z'\x80-\xff]*")
_PUNCTUATION = frozenset("’‘“”„–—…«»£€•·°©®™¿¡ ")
_MARGIN = 3


def likely_encoding(data: bytes) -> str:
    """Return the Python name of the encoding in which the words of `data` look most like words."""
    words = _FOREIGN_BYTES_WITH_NEIGHBOURS.findall(data[:_LOOKED_AT_BYTES])[:2_000]
    scores = [sum(_score(word.decode(name, "replace")) for word in words) for name in _CANDIDATES]
    best = max(range(len(scores)), key=lambda place: (scores[place], -place))
    return _CANDIDATES[best if scores[best] >= scores[0] + _MARGIN else 0]


def _score(word: str) -> int:
    """Return how much a word looks like one: letters of one script, capitals in front, signs at its edges."""
    score = 0
    for before, letter, after in zip(" " + word, word, word[1:] + " ", strict=False):
        if letter.isascii():
            continue
        if not letter.isalpha():
            is_inside = before.isalpha() and after.isalpha()
            score += 1 if letter in _PUNCTUATION and (letter in "’·" or not is_inside) else -3
            continue
        score += 1
        if any(beside.isalpha() and _script(beside) != _script(letter) for beside in (before, after)):
            score -= 4
        elif not before.isascii() and before.isalpha():
            # Two accented letters side by side are rare; two Cyrillic ones are the rule.
            score += -2 if _script(letter) == "LATIN" else 1
        if letter.isupper() and before.islower():
            score -= 3
    return score


@cache
def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").split(" ")[0]
