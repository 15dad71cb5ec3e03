"""Brings what people typed into one form for counting and comparing, and leaves out what could tell of a person."""

from __future__ import annotations

import re
import unicodedata

from search.language import analysis
from search.language.queries import understand

LONGEST_WORDS = 80
MOST_WORDS = 12
# An address, a link, or a number as long as a telephone's or a patient's: these tell of people, never of subjects.
_PERSONAL = re.compile(r"@|://|\bwww\.|\d(?:[\s./-]?\d){5,}", re.IGNORECASE)


def normalised(text: str) -> str | None:
    """Return the words of a query in lower case with single spaces, without signs; None when it is none for the log.

    None for a query that excludes something (without its signs it is another query), for no words, for more than 12 words
    or 80 characters (long texts are pasted, and may hold anything), and for what looks like an address or a number of
    somebody.
    """
    if _PERSONAL.search(text) or understand(text).excluded:
        return None
    text = unicodedata.normalize("NFKC", analysis.normalise(text)).casefold()
    words = [word for word, _, _ in analysis.words(text)]
    joined = " ".join(words)
    if not words or len(words) > MOST_WORDS or len(joined) > LONGEST_WORDS:
        return None
    return joined
