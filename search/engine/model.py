"""Why: what goes into the search engine and what comes out of it is plain frozen data, so no caller needs to know
Tantivy."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

import orjson

from search.passages import Passage
from search.queries import Hint

KINDS = ("recording", "material", "session", "programme", "page")


class EngineUnavailable(RuntimeError):
    """The index cannot be read or written; the message says what is wrong and what to do."""


@dataclass(frozen=True)
class ResourceDocument:
    """One thing that can be found, with all its text.

    `key` is stable and unique ("recording:UUID"). It is visible to a principal when any of `audience_tokens` is among
    the principal's tokens and the moment of the search lies in `visible_from` ≤ now < `visible_until` (None: no
    limit; naive times are UTC). The slugs are what filters and facets go by; the names are what is searched.
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
    language: str = ""
    is_captioned: bool = False
    audience_tokens: tuple[str, ...] = ()
    visible_from: datetime | None = None
    visible_until: datetime | None = None
    date: date | None = None
    duration_seconds: float | None = None
    passages: tuple[Passage, ...] = ()

    def fingerprint(self) -> str:
        """A short text that is the same for equal documents only: how an index is compared with what it was made from."""
        try:
            content = orjson.dumps(self)
        except orjson.JSONEncodeError:  # lone surrogates have no UTF-8 form
            content = repr(self).encode("utf-8", "backslashreplace")
        return hashlib.blake2b(content, digest_size=12).hexdigest()


@dataclass(frozen=True)
class SearchFilters:
    """What narrows a search: any of the values within a field, all of the fields together. An empty field does not
    narrow."""

    kinds: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    core_areas: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    date_from: date | None = None
    date_to: date | None = None
    is_captioned: bool | None = None


NO_FILTERS = SearchFilters()


class SearchSort(Enum):
    """The order of hits; resources without a date come last in both orders of time."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True)
class Moment:
    """A place inside a resource: a second of a recording (the start of the cue in which the match begins) or a page.

    `text` is plain; `html` is the same text escaped, in which only `<mark>` stands. `score` compares within one
    resource.
    """

    text: str
    html: str
    start_seconds: float | None
    end_seconds: float | None
    page_number: int | None
    speaker: str
    score: float
    section: str = ""


@dataclass(frozen=True)
class Hit:
    """A resource that was found, with its best moments, the best first. The two html strings are safe; only `<mark>`
    stands."""

    key: str
    kind: str
    score: float
    title_html: str
    moments: tuple[Moment, ...] = ()
    summary_html: str = ""
    url_path: str = ""


@dataclass(frozen=True)
class SearchResult:
    """One page of hits, and exact counts of all visible resources that match.

    `facets` maps a dimension (kind, topic, programme, person, core_area, language, year, length, captioned) to
    (value, count), most frequent first. A dimension is counted under the query, visibility and all filters but its
    own.
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    hint: Hint | None = None
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
