"""What a list shows of a thing, whatever its kind: title, who, when and how long, in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from .dates import day_words, names_in_words


@dataclass(frozen=True, slots=True)
class Card:
    """One entry of a list. `facts` are short words shown after the others, such as "2 pages" or "captions in English".

    `status` is what changed against the plan ("Cancelled."), `calendar_url` the calendar file of what lies ahead.
    """

    kind: str
    kind_label: str
    title: str
    url: str
    summary: str = ""
    people: tuple[str, ...] = ()
    people_slugs: tuple[str, ...] = ()
    when: str = ""
    when_iso: str = ""
    length: str = ""
    length_iso: str = ""
    facts: tuple[str, ...] = ()
    status: str = ""
    calendar_url: str = ""
    picture: Any = None
    page: Any = field(default=None, compare=False, repr=False)

    @property
    def people_words(self) -> str:
        """The names as they are said: `A, B and C`."""
        return names_in_words(self.people)

    @property
    def people_links(self) -> list[NamedPerson]:
        """The same names, each with the slug of its page."""
        slugs = (*self.people_slugs, *[""] * len(self.people))
        last = len(self.people) - 1
        return [
            NamedPerson("" if not place else " and " if place == last else ", ", name, slugs[place])
            for place, name in enumerate(self.people)
        ]


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """Somebody on a card: the words before the name ("", ", " or " and "), the name, and the slug of their page."""

    before: str
    name: str
    slug: str


def day_or_nothing(day: dt.date | None) -> tuple[str, str]:
    """Return a day in words and in ISO form, or two empty strings."""
    return (day_words(day), day.isoformat()) if day else ("", "")
