"""Why: people name the kind of thing they want ("slides about trust", "a talk by Ana", "trust handout"); that is a wish about
the order, not a word to be found in the text.

Knows no Django and no index. A kind is named by its word before "about", "on", "by" and the like; then it is not searched
for. At either end of a short query a word that is used for hardly anything else tells the kind as well; there it is searched
for too, since titles end like that. Nothing is left out on account of a kind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# What people call things, and the tags (see `search.engine.schema`) that things of that kind bear.
_CALLED = {
    "form:slides": "slide slides deck decks slideshow slideshows powerpoint powerpoints presentation presentations",
    "form:handout": "handout handouts worksheet worksheets",
    "form:notes": "notes minutes",
    "form:toolkit": "toolkit toolkits",
    "form:publication": "publication publications report reports paper papers",
    "form:video": "video videos film films",
    "form:audio": "audio podcast podcasts",
    "kind:recording": "recording recordings talk talks webinar webinars lecture lectures",
    "kind:session": "session sessions workshop workshops event events",
    "kind:programme": "programme programmes program programs course courses",
}
_TAG_OF = {word: tag for tag, called in _CALLED.items() for word in called.split()}
# Words that are about something as often as they name a kind ("minutes", "talk", "report") count only before these.
_LEADING = "about by from on regarding with"
_ALONE = """
    slide slides deck powerpoint handout handouts worksheet worksheets toolkit video videos recording recordings webinar
    webinars podcast
"""
_TELLING = frozenset(_ALONE.split())
_LED = re.compile(
    rf"[^\w\"“„«”]*(?:(?:any|find|give|me|my|please|show|some|the|a|all|are|do|have|is|there|you|your|i|need|want)\s+)*"
    rf"(?P<kind>{'|'.join(_TAG_OF)})\s+(?:{'|'.join(_LEADING.split())})\s+(?=\w)",
    re.IGNORECASE,
)  # fmt: skip
_WORD = re.compile(r"\w+")
LONGEST_SHORT_QUERY = 6


@dataclass(frozen=True, slots=True)
class KindIntent:
    """The kind that a query asks for: its tag, and where the word for it ends; `is_led` when a word that leads on to the
    subject follows, so that the kind is surely meant."""

    tag: str
    end: int
    is_led: bool


def asked_kind(text: str) -> KindIntent | None:
    """The kind of thing that a query asks for; None when it names none, or nothing beside it, or has signs in it."""
    led = _LED.match(text)
    if led is not None:
        return KindIntent(_TAG_OF[led["kind"].lower()], led.end("kind"), True)
    words = list(_WORD.finditer(text))
    if not 2 <= len(words) <= LONGEST_SHORT_QUERY or '"' in text:
        return None
    for word in (words[-1], words[0]):
        name = word.group().lower()
        if name in _TELLING and not text[: word.start()].endswith("-"):
            return KindIntent(_TAG_OF[name], word.end(), False)
    return None
