"""Search as partners use it: the engine finds and counts, the database is asked once more what may be shown."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from cms.api.connections import (
    Connection,
    after_argument,
    checked_first,
    connection_type,
    first_argument,
    nodes_selection,
)
from cms.api.errors import ApiError, ErrorCode, bad_input
from cms.api.fields import Shown, many
from cms.api.ordering import bad_cursor, decode_cursor, encode_cursor
from cms.api.pages import load_resources_by_id
from cms.api.planning import Plan, Selection
from cms.api.roots import Root, some_argument
from cms.api.types import Resource, page_of
from programmes.models import Person, ProgrammePage

from .engine import EngineUnavailable, SearchFilters, SearchResult
from .engine import Hint as HintChoices
from .engine import SearchSort as SortChoices
from .engine.model import KINDS
from .glossary import Entry, definitions, glossary
from .glossary_graphql import GlossaryQuery, GlossaryTerm
from .index import engine
from .queries import LONGEST_QUERY_CHARACTERS

logger = logging.getLogger(__name__)
MAX_MOMENTS = 20
MAX_OFFSET = 100_000
_HINT_WORDS = {
    HintChoices.NO_WORDS: "There was no word to search for, only symbols or words to leave out.",
    HintChoices.ONLY_COMMON_WORDS: "There were only words as common as `the`.",
    HintChoices.TOO_LONG: "Only the first 1,000 characters were searched.",
    HintChoices.SOME_WORDS: "Nothing has most of the words; these have some.",
}
SearchHint = graphene.Enum.from_enum(
    HintChoices, name="SearchHint", description=lambda one: _HINT_WORDS[one] if one else "What to tell the searcher."
)
_SORT_WORDS = {
    "RELEVANCE": "Best first.",
    "NEWEST": "Newest first; undated last.",
    "OLDEST": "Oldest first; undated last.",
    "LONGEST": "Longest recordings first; what has no length last.",
    "SHORTEST": "Shortest recordings first; what has no length last.",
}
SearchSort = graphene.Enum.from_enum(
    SortChoices, name="SearchSort", description=lambda one: _SORT_WORDS[one.name] if one else "The order of hits."
)
ResourceKind = graphene.Enum(
    "ResourceKind", [(kind.upper(), kind) for kind in KINDS],
    description=lambda one: f"A {one.value}." if one else "What kind of thing can be found.",
)  # fmt: skip


def _slugs(description: str) -> graphene.InputField:
    return graphene.InputField(graphene.List(graphene.NonNull(graphene.String)), description=description)


class SearchFilter(graphene.InputObjectType):
    """Narrows a search: any of the values within a field, all of the fields together."""

    kinds = graphene.InputField(graphene.List(graphene.NonNull(ResourceKind)), description="Only these kinds of thing.")
    topics = _slugs("Only about any of these topics (slugs).")
    programmes = _slugs("Only of any of these programmes (slugs).")
    people = _slugs("Only with any of these people (slugs).")
    core_areas = _slugs("Only of any of these core areas (slugs).")
    languages = _slugs("Only with captions in any of these languages (codes, e.g. `en`).")
    from_day = graphene.InputField(
        graphene.Date, name="from", description="Only of this day or later, e.g. `2026-01-31`."
    )
    to = graphene.InputField(graphene.Date, description="Only of this day or earlier, e.g. `2026-12-31`.")
    captioned_only = graphene.InputField(graphene.Boolean, description="Only recordings with captions.")


class Moment(graphene.ObjectType):
    """A place inside a thing that was found: a second of a recording or a page of a document."""

    start_seconds = Shown(
        graphene.Float, lambda one, request: one.moment.start_seconds, required=False,
        description="Where to start playing, in seconds; null in documents.",
    )  # fmt: skip
    end_seconds = Shown(
        graphene.Float, lambda one, request: one.moment.end_seconds, required=False,
        description="Where the moment ends, in seconds; null in documents.",
    )  # fmt: skip
    page_number = Shown(
        graphene.Int, lambda one, request: one.moment.page_number, required=False,
        description="Page or slide, counted from 1; null in recordings.",
    )  # fmt: skip
    speaker = Shown(
        graphene.String, lambda one, request: one.moment.speaker or None, required=False,
        description="Who speaks, as the captions name them.",
    )  # fmt: skip
    text = Shown(graphene.String, lambda one, request: one.moment.text, description="The words, as plain text.")
    html = Shown(
        graphene.String, lambda one, request: one.moment.html,
        description="The words as safe HTML in which only `<mark>` stands, around what matched.",
    )  # fmt: skip
    url = Shown(
        graphene.String,
        lambda one, request: one.url(request),
        description="Full address that opens the thing at this place.",
    )


@dataclass(eq=False)
class ShownMoment:
    """A moment and the page of the thing that it is in."""

    moment: Any
    page: Any

    def url(self, request: Any) -> str:
        """Return the page's address with the second (whole, never after the moment) or the page number."""
        address = request.page_url(self.page.url_path)
        if self.moment.start_seconds is not None:
            return f"{address}?t={int(self.moment.start_seconds)}"
        return f"{address}?page={self.moment.page_number}" if self.moment.page_number else address


@dataclass(eq=False)
class ShownHit:
    """A hit whose resource the database has been asked for once more."""

    hit: Any
    resource: Any
    api_type = "SearchHit"


def moments_of(one: ShownHit, request: Any, first: int) -> list[ShownMoment]:
    checked_first(first, MAX_MOMENTS)
    return [ShownMoment(moment, page_of(one.resource)) for moment in one.hit.moments[:first]]


class SearchHit(graphene.ObjectType):
    """A thing that was found, with its best moments."""

    resource = Shown(Resource, "resource", description="The thing itself.")
    score = Shown(graphene.Float, "hit.score", description="How well it matches; compares within one search only.")
    title_html = Shown(
        graphene.String,
        "hit.title_html",
        description="Title as safe HTML in which only `<mark>` stands, around what matched.",
    )
    summary_html = Shown(
        graphene.String,
        "hit.summary_html",
        description="Summary as safe HTML in which only `<mark>` stands; may be empty.",
    )
    moments = Shown(
        many(Moment), moments_of, first=graphene.Argument(
            graphene.Int, default_value=3, description=f"How many moments to return at most, 0 to {MAX_MOMENTS}."
        ),
        description="The best places inside it, the best first; empty when only the title or summary matched.",
    )  # fmt: skip


SearchConnection, SearchEdge = connection_type(
    SearchHit, "Search", "hits",
    hint=Shown(
        SearchHint, lambda page, request: page.extra["hint"], required=False,
        description="What to tell the searcher about the query; null when there is nothing to tell.",
    ),
    definitions=Shown(
        many(GlossaryTerm), lambda page, request: page.extra["definitions"],
        description="The glossary terms that the query names, to be explained above the hits.",
    ),
)  # fmt: skip


def resolve_search(
    root: Any, info: GraphQLResolveInfo, query: str, first: int, sort: Any, after: str | None = None, filter: Any = None
) -> Connection:
    plan, selection = Plan.of(info)
    first, offset = checked_first(first), _offset(after)
    below = nodes_selection(selection, "Search")
    filters = _filters(plan, filter or {})
    result = SearchResult() if filters is None else _search(plan, query, filters, sort, first, offset, below)
    hits = _shown(plan, result, below.under("SearchHit", "resource"))
    return Connection(
        [hit for _, hit in hits],
        lambda hit, place: encode_cursor(["search", hits[place][0] + offset + 1]),
        has_next=offset + len(result.hits) < result.total,
        has_previous=after is not None,
        total=result.total,
        extra={"hint": result.hint, "definitions": _definitions(selection, query)},
    )


def _definitions(selection: Selection, query: str) -> list[Entry]:
    if not selection.asks("SearchConnection", "definitions"):
        return []
    return definitions(glossary().asked_about(query[:LONGEST_QUERY_CHARACTERS]))


def _search(
    plan: Plan, query: str, filters: SearchFilters, sort: Any, first: int, offset: int, below: Selection
) -> SearchResult:
    asked = [
        checked_first(one.arguments["first"], MAX_MOMENTS) for one in below.of("SearchHit") if one.name == "moments"
    ]
    try:
        return engine().search(
            query,
            plan.request.principal.audience_tokens,
            filters=filters,
            sort=sort if isinstance(sort, SortChoices) else SortChoices(sort),
            first=first,
            offset=offset,
            moments_per_hit=max(asked, default=0),
            now=plan.request.at,
        )
    except EngineUnavailable:
        logger.exception("The search index cannot be read")
        raise ApiError("Search cannot answer just now. Try again in a minute.", ErrorCode.INTERNAL) from None


def _shown(plan: Plan, result: SearchResult, selection: Selection) -> list[tuple[int, ShownHit]]:
    """Return the hits that the database still shows, each with its place: one that was hidden this second is left out."""
    ids = [hit.key.rpartition(":")[2] for hit in result.hits]
    found = load_resources_by_id(plan, ids, selection)
    plan.fill(found.values(), selection)
    return [
        (place, ShownHit(hit, found[key]))
        for place, (hit, key) in enumerate(zip(result.hits, ids, strict=True))
        if key in found
    ]


def _offset(after: str | None) -> int:
    if after is None:
        return 0
    parts = decode_cursor(after)
    if len(parts) != 2 or parts[0] != "search" or type(parts[1]) is not int or not 0 <= parts[1] <= MAX_OFFSET:
        raise bad_cursor()
    return parts[1]


def _filters(plan: Plan, given: dict[str, Any]) -> SearchFilters | None:
    """Return the filters for the engine; None when they can match nothing that the caller may see.

    Slugs of hidden programmes and people are dropped: through them one could learn what they belong to.
    """
    slugs: dict[str, tuple[str, ...]] = {}
    for name, model in (("programmes", ProgrammePage), ("people", Person)):
        if given.get(name):
            seen = plan.fetch(plan.visible(model).filter(slug__in=given[name]).values_list("slug", flat=True))
            if not seen:
                return None
            slugs[name] = tuple(seen)
    kinds = tuple(getattr(kind, "value", kind) for kind in given.get("kinds") or ())
    first_day: dt.date | None = given.get("from_day")
    last_day: dt.date | None = given.get("to")
    if first_day and last_day and first_day > last_day:
        raise bad_input("`from` is after `to`, so nothing can lie between them.")
    return SearchFilters(
        kinds=kinds,
        topics=tuple(given.get("topics") or ()),
        core_areas=tuple(given.get("core_areas") or ()),
        languages=tuple(given.get("languages") or ()),
        date_from=first_day,
        date_to=last_day,
        is_captioned=True if given.get("captioned_only") else None,
        **slugs,
    )


class SearchQuery(GlossaryQuery):
    """The root fields of this app."""

    # The index follows the database a moment later, so an answer may be older than the content version says.
    search = Root(
        SearchConnection, resolve_search, is_cacheable=False,
        query=graphene.Argument(
            graphene.String, required=True,
            description='Words, a question, "a phrase" or -a word to leave out, e.g. `difficult conversations`.',
        ),
        first=first_argument(), after=after_argument(),
        filter=some_argument(SearchFilter, "Narrows the search."),
        sort=some_argument(SearchSort, "The order; best first when left out.", default_value=SortChoices.RELEVANCE),
        description="Find recordings to the second, documents to the page, and programmes, sessions and pages.",
    )  # fmt: skip
