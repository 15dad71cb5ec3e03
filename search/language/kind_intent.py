"""Why: people name the kind of thing they want ("slides about trust", "a talk by Ana", "trust handout"); that is a wish about
the order, not a word to be found in the text.

Knows no Django and no index; the words are those that the registered kinds bring (`search.kinds`). A kind is named by its
word before "about", "on", "by" and the like; then it is not searched for. At either end of a short query a word that is used
for hardly anything else tells the kind as well; there it is searched for too, since titles end like that. Nothing is left out
on account of a kind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from search.kinds import SaidWords, said_words

# Words that are about something as often as they name a kind ("minutes", "talk", "report") count only before these.
_LEADING = "about by from on regarding with"
_WORD = re.compile(r"\w+")
LONGEST_SHORT_QUERY = 6


@lru_cache(maxsize=4)
def _led(said: SaidWords) -> re.Pattern[str]:
    """The beginning of a query in which a word for a kind leads on to the subject."""
    return re.compile(
        rf"[^\w\"“„«”]*(?:(?:any|find|give|me|my|please|show|some|the|a|all|are|do|have|is|there|you|your|i|need|want)\s+)*"
        rf"(?P<kind>{'|'.join(said.tags) or '(?!)'})\s+(?:{'|'.join(_LEADING.split())})\s+(?=\w)",
        re.IGNORECASE,
    )


@dataclass(frozen=True, slots=True)
class KindIntent:
    """The kind that a query asks for: its tag, and where the word for it ends; `is_led` when a word that leads on to the
    subject follows, so that the kind is surely meant."""

    tag: str
    end: int
    is_led: bool


def asked_kind(text: str) -> KindIntent | None:
    """The kind of thing that a query asks for; None when it names none, or nothing beside it, or has signs in it."""
    said = said_words()
    led = _led(said).match(text)
    if led is not None:
        return KindIntent(said.tags[led["kind"].lower()], led.end("kind"), True)
    words = list(_WORD.finditer(text))
    if not 2 <= len(words) <= LONGEST_SHORT_QUERY or '"' in text:
        return None
    for word in (words[-1], words[0]):
        name = word.group().lower()
        if name in said.alone and not text[: word.start()].endswith("-"):
            return KindIntent(said.tags[name], word.end(), False)
    return None
