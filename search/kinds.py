"""The one declaration of a kind of thing that can be found: whatever differs between kinds is asked of its `Kind`.

Knows no Django: page types and functions are handed in by the apps that register their kinds, so a kind of an app above this
one is as complete as one of the library.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of resource, e.g. recordings.

    `name` stands in addresses, keys of the index and the API ("recording"); `label` is what people read over several of
    them. `build` makes the index entry of a page; `select` and `prefetch` are the paths that it reads, so that rows are read
    without a query each, and a change of what lies on such a path brings the entry up to date. `cards` makes the cards of
    pages (rows, visitor's request). `said` maps tags of the index ("kind:recording", "form:slides") to the words that people
    call such things; of these, `said_alone` name the kind without "about" or "by" after them as well. `searched_inside` is the
    place on its page where a search inside it is shown, "" for kinds that have none.
    """

    name: str
    label: str
    build: Callable[[Any], Any]
    cards: Callable[[Any, Any], list[Any]]
    select: tuple[str, ...] = ()
    prefetch: tuple[str, ...] = ()
    said: Mapping[str, str] = field(default_factory=dict)
    said_alone: str = ""
    searched_inside: str = ""


# By page type, in the order in which they are registered, which is the order of the API's enum.
KINDS: dict[type[Any], Kind] = {}


def register_kind(model: type[Any], kind: Kind) -> None:
    """Let pages of `model` be found, listed, narrowed to and promoted; ValueError for a name that another type has."""
    if any(known.name == kind.name for other, known in KINDS.items() if other is not model):
        raise ValueError(f"A kind named {kind.name!r} is registered already; give this one a name of its own.")
    KINDS[model] = kind
    said_words.cache_clear()


def kind_names() -> list[str]:
    """Return the names of all kinds, e.g. ["recording", "material"]."""
    return [kind.name for kind in KINDS.values()]


def kind_labels() -> dict[str, str]:
    """Return what people call each kind, by its name: {"recording": "Recordings"}."""
    return {kind.name: kind.label for kind in KINDS.values()}


def kind_named(name: str) -> Kind | None:
    """Return the kind of that name; None when there is none."""
    return next((kind for kind in KINDS.values() if kind.name == name), None)


@dataclass(frozen=True, eq=False)
class SaidWords:
    """What people call kinds: the tag of each word, and the words that name a kind by themselves."""

    tags: Mapping[str, str]
    alone: frozenset[str]


@cache
def said_words() -> SaidWords:
    """Return the words of all kinds, in lower case."""
    tags = {word: tag for kind in KINDS.values() for tag, words in kind.said.items() for word in words.split()}
    return SaidWords(tags, frozenset(word for kind in KINDS.values() for word in kind.said_alone.split()))
