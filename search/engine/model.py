"""Why: what goes into the search engine and what comes out of it is plain frozen data, so no caller needs to know
Tantivy."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, make_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

import orjson

from search.facets import CAPTIONED, FACETS
from search.language.passages import Passage
from search.language.queries import Hint

WHAT_TO_DO = "Run `python manage.py rebuild_index` to build it again. No content is lost."


class EngineUnavailable(RuntimeError):
    """The index cannot be read or written; the message says what is wrong and what to do."""


@dataclass(frozen=True)
class ResourceDocument:
    """One thing that can be found, with all its text.

    `key` is stable and unique ("recording:UUID"). It is visible to a principal when any of `audience_tokens` is among
    the principal's tokens and the moment of the search lies in `visible_from` ≤ now < `visible_until` (None: no
    limit; naive times are UTC). The slugs are what filters and facets go by; the names are what is searched.
    `caption_origins` tell who made the captions ("human", "machine", "imported"); `forms` what a thing is more narrowly
    than its kind ("slides", "handout", "video"), for those who ask for "slides about …". `facet_values` are those of facets
    that no field here stands for, by the facet's name.
    """

    key: str
    kind: str
    title: str
    summary: str = ""
    url_path: str = ""
    people: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    topic_slugs: tuple[str, ...] = ()
    programme_slugs: tuple[str, ...] = ()
    people_slugs: tuple[str, ...] = ()
    core_areas: tuple[str, ...] = ()
    organisation_slugs: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    is_captioned: bool = False
    caption_origins: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    audience_tokens: tuple[str, ...] = ()
    visible_from: datetime | None = None
    visible_until: datetime | None = None
    date: date | None = None
    duration_seconds: float | None = None
    facet_values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    passages: tuple[Passage, ...] = ()

    def fingerprint(self) -> str:
        """A short text that is the same for equal documents only: how an index is compared with what it was made from."""
        try:
            content = orjson.dumps(self)
        except orjson.JSONEncodeError:  # lone surrogates have no UTF-8 form
            content = repr(self).encode("utf-8", "backslashreplace")
        return hashlib.blake2b(content, digest_size=12).hexdigest()


_FilterFields: Any = make_dataclass(
    "_FilterFields",
    [
        *((facet.filter_name, tuple[str, ...], ()) for facet in FACETS),
        ("date_from", date | None, None),
        ("date_to", date | None, None),
        ("is_captioned", bool | None, None),
    ],
    frozen=True,
)


class SearchFilters(_FilterFields):
    """What narrows a search: any of the values within a field, all of the fields together. An empty field does not
    narrow.

    There is a field for each facet, by its `filter_name`: `SearchFilters(kinds=("recording",), years=("2026",))`. Beside
    them `date_from` and `date_to` are days, both included, and `is_captioned` is True or False to narrow, None not to.
    """

    def narrowed(self) -> dict[str, tuple[str, ...]]:
        """Return the dimensions that are narrowed, with the values that are let through; days are no dimension."""
        chosen = {facet.name: tuple(getattr(self, facet.filter_name)) for facet in FACETS}
        if self.is_captioned is not None:
            chosen[CAPTIONED] = ("yes" if self.is_captioned else "no",)
        return {name: values for name, values in chosen.items() if values}


NO_FILTERS = SearchFilters()


class SearchSort(Enum):
    """The order of hits; resources without a date, or without a length, come last in both directions."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    LONGEST = "longest"
    SHORTEST = "shortest"


@dataclass(frozen=True)
class Correction:
    """A query that was probably mistyped: the text as typed, and as it was probably meant.

    `html` is `text` escaped, with <mark> around the words that were changed. When `is_applied` the hits are those of
    `text` ("Showing results for … / search instead for …"); otherwise those of `original` ("Did you mean …").
    """

    original: str
    text: str
    html: str
    is_applied: bool


@dataclass(frozen=True)
class Moment:
    """A place inside a resource: a second of a recording (the start of the cue in which the match begins) or a page.

    `text` is plain; `html` is the same text escaped, in which only `<mark>` stands. `score` compares within one
    resource. `language` is that of the captions it stands in, "" elsewhere.
    """

    text: str
    html: str
    start_seconds: float | None
    end_seconds: float | None
    page_number: int | None
    speaker: str
    score: float
    section: str = ""
    language: str = ""


@dataclass(frozen=True)
class Hit:
    """A resource that was found, with its best moments, the best first. The two html strings are safe; only `<mark>`
    stands. `is_by_meaning`: none of the words is shown, it says something near to them."""

    key: str
    kind: str
    score: float
    title_html: str
    moments: tuple[Moment, ...] = ()
    summary_html: str = ""
    url_path: str = ""
    is_by_meaning: bool = False


@dataclass(frozen=True)
class SearchResult:
    """One page of hits, and exact counts of all visible resources that match.

    `facets` maps a dimension (the name of a facet, or "captioned") to (value, count), most frequent first. A dimension is
    counted under the query, visibility and all filters but its own. `words` are those that were searched, in lower case,
    as they were typed (or corrected).
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    hint: Hint | None = None
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    correction: Correction | None = None
    words: tuple[str, ...] = ()
