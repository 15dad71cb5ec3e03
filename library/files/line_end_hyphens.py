"""Tells a hyphen that is a word's own from one that only breaks it at the end of a line: "self-/management"."""

from __future__ import annotations

# ruff: noqa: SIM905 - long word lists are read most easily as lines of words
import re

# PDFium marks a hyphen at a line's end as U+FFFE or U+0002, before it leaves out the line break.
_BREAK = re.compile(
    r"([^\W_]+(?:[-\u2010\u2011][^\W_]+)*)[\ufffe\x02](?:[^\S\n]*\r?\n)?(?=([^\W_]+)([-\u2010\u2011\ufffe\x02]?))"
)
_WORD = re.compile(r"[^\W\d_]{2,}")
# What stands in front of a hyphen in English far more often than it is the first half of a longer word.
_FIRST_PARTS = frozenset(
    """self co non long short well ill full part half ex cross face step end up day high low mid semi quasi all anti-racist
    one two three four five six seven eight nine ten twenty thirty forty fifty first second third fourth large small medium
    evidence person people patient decision peer follow check work real whole place trauma value problem world life
    health care best better good hard soft open multi-agency single double cost time user service system year week
    in on off over-the out go know how so called age old new near far north south east west vice""".split()
)


def keep_own_hyphens(text: str) -> str:
    """Return a page's text with a plain hyphen wherever a word broken at a line's end has one of its own."""
    if "\ufffe" not in text and "\x02" not in text:
        return text
    known = {word.casefold() for word in _WORD.findall(text)}
    folded = text.casefold()

    def judged(match: re.Match[str]) -> str:
        left, right = match[1].casefold(), match[2].casefold()
        last = re.split(r"[-\u2010\u2011]", left)[-1]
        is_own = (
            len(last) == 1
            or last != left
            or match[3] in ("-", "\u2010", "\u2011")
            or last in _FIRST_PARTS
            or left.isdecimal()
            or f"{left}-{right}" in folded
            # Both halves are words of this page, and the whole is not.
            or (
                len(right) > 3
                and len(left) > 3
                and left in known - {right}
                and _stands_alone(right, text)
                and left + right not in folded
            )
        )
        return f"{match[1]}-" if is_own else match[0]

    return _BREAK.sub(judged, text)


def _stands_alone(word: str, text: str) -> bool:
    """Tell whether a word is on the page elsewhere than behind the broken hyphen."""
    return bool(re.search(rf"(?<![\w\ufffe\x02\n-]){re.escape(word)}(?![\w\ufffe\x02-])", text, re.IGNORECASE))
