"""Tells words that people spell rightly from misspellings, whatever a small library happens to hold.

A word that no talk has said yet is not misspelt: *maternity* must not become *maturity*. Known are the words of English in
British and American spelling (SCOWL's lists up to size 70, see words/COPYRIGHT.txt), what is regularly made of them
(plurals, compounds such as *whistleblowing*, joined prefixes such as *telehealth*), and whatever names the caller of
the search gives. Other languages have no list here: in those, only what is typed with a capital is safe.
"""

from __future__ import annotations

import lzma
from collections.abc import Container
from functools import lru_cache
from pathlib import Path

from search.language.variants import JOINING, variants

_LIST = Path(__file__).parent / "words" / "english.txt.xz"
SHORTEST_PART = 5
# What takes a meaning back or turns it round. A correction never puts one before a word, nor takes one away.
NEGATIONS = ("anti", "counter", "dis", "il", "im", "in", "ir", "mal", "mis", "non", "un")
SHORTEST_NEGATED = 3


@lru_cache(maxsize=1)
def _english() -> dict[bytes, bytes]:
    """Return the list by its words' first two letters, each part as one text: 1.3 MB, where a set of it would take 12."""
    parts: dict[bytes, list[bytes]] = {}
    for word in lzma.decompress(_LIST.read_bytes()).split():
        parts.setdefault(word[:2], []).append(word)
    return {letters: b"\n".join([b"", *words, b""]) for letters, words in parts.items()}


def _is_word(word: str) -> bool:
    """Whether the list has the word, not only as a name."""
    return f"\n{word}\n".encode("ascii") in _english().get(word[:2].encode("ascii"), b"")


def _is_listed(word: str) -> bool:
    return _is_word(word) or _is_word(f"{word}^")


@lru_cache(maxsize=16_384)
def is_english(word: str) -> bool:
    """Whether `word` (folded: lower case, no accents) is English, or made of English words as English makes them."""
    if not word.isascii() or not word.isalpha():
        return False
    forms = (word, word.removesuffix("s"), word.removesuffix("es"), *variants(word))
    return any(len(form) > 2 and _is_listed(form) for form in forms) or _is_compound(word)


def _is_compound(word: str) -> bool:
    """Whether the word is a joined prefix and a word, or two words in one."""
    parts = [(word[:place], word[place:]) for place in range(1, len(word) - SHORTEST_PART + 1)]
    return any(
        (first in JOINING or (len(first) >= SHORTEST_PART and _is_word(first))) and _is_word(rest)
        for first, rest in parts
    )


def is_known(word: str, names: Container[str] = frozenset()) -> bool:
    """Whether `word` (folded) is spelt rightly as far as anybody here can know; `names` are folded words."""
    return word in names or is_english(word)


def is_negation(word: str, other: str) -> bool:
    """Whether one of two words is the other with a prefix that turns its meaning round, or both with different ones."""
    if word == other:
        return False
    roots = {word, *_without_negation(word)} & {other, *_without_negation(other)}
    return bool(roots)


def _without_negation(word: str) -> list[str]:
    return [
        word[len(prefix) :]
        for prefix in NEGATIONS
        if word.startswith(prefix) and len(word) - len(prefix) >= SHORTEST_NEGATED
    ]
