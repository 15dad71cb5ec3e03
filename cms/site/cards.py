"""What a list shows of a thing, whatever its kind: title, who, when and how long, in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from .dates import day_words, names_in_words


@dataclass(frozen=True, slots=True)
class Card:
    """One entry of a list. `facts` are short words shown after the others, such as "2 pages" or "captions in English"."""

    kind: str
    kind_label: str
    title: str
    url: str
    summary: str = ""
    people: tuple[str, ...] = ()
    when: str = ""
    when_iso: str = ""
    length: str = ""
    length_iso: str = ""
    facts: tuple[str, ...] = ()
    picture: Any = None
    page: Any = field(default=None, compare=False, repr=False)

    @property
    def people_words(self) -> str:
        """The names as they are said: `A, B and C`."""
        return names_in_words(self.people)


def day_or_nothing(day: dt.date | None) -> tuple[str, str]:
    """Return a day in words and in ISO form, or two empty strings."""
    return (day_words(day), day.isoformat()) if day else ("", "")
