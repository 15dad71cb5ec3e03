"""Search as partners use it: the engine finds and counts, the database is asked once more what may be shown."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from cms.api.loading.connections import (
    Connection,
    after_argument,
    checked_first,
    connection_type,
    first_argument,
    nodes_selection,
)
from cms.api.loading.errors import ApiError, ErrorCode
from cms.api.loading.fields import ApiField, many
from cms.api.loading.ordering import bad_cursor, decode_cursor, encode_cursor
from cms.api.loading.planning import LoadPlan, Selection
from cms.api.loading.roots import Root, some_argument
from cms.api.types.pages import load_resources_by_id
from cms.api.types.resources import Resource, page_of

from ..engine import EngineUnavailable, SearchResult
from ..engine import Hint as HintChoices
from ..engine import SearchSort as SortChoices
from ..facets import FACETS
from ..glossary import Entry, definitions, glossary
from ..indexing.index import engine
from ..pages.moment_address import moment_address
from .facets import SearchCorrection, SearchFacet, facets_shown
from .filters import SearchFilter, filters_of
from .glossary import GlossaryQuery, GlossaryTerm
from .suggestions import SuggestQuery

logger = logging.getLogger(__name__)
MAX_MOMENTS = 20
MAX_OFFSET = 100_000
_HINT_WORDS = {
    HintChoices.NO_WORDS: "There was no word to search for, only symbols or words to leave out.",
    HintChoices.ONLY_COMMON_WORDS: "There were only words as common as `the`.",
    HintChoices.TOO_LONG: "Only the first 1,000 characters were searched.",
    HintChoices.SOME_WORDS: "Nothing has most of the words. These results have some of them.",
    HintChoices.BY_MEANING: "Nothing has any of the words. These results have a similar meaning.",
}
SearchHint = graphene.Enum.from_enum(
    HintChoices,
    name="SearchHint",
    description=lambda choice: _HINT_WORDS[choice] if choice else "A message for the person who searches.",
)
_SORT_WORDS = {
    "RELEVANCE": "Best first.",
    "NEWEST": "Newest first, then items without a date.",
    "OLDEST": "Oldest first, then items without a date.",
    "LONGEST": "Longest recordings first, then items without a length.",
    "SHORTEST": "Shortest recordings first, then items without a length.",
}
SearchSort = graphene.Enum.from_enum(
    SortChoices,
    name="SearchSort",
    description=lambda choice: _SORT_WORDS[choice.name] if choice else "The order of hits.",
)


class Moment(graphene.ObjectType):
    """A place in a result: a second in a recording, or a page in a document."""

    start_seconds = ApiField(
        graphene.Float, lambda shown, request: shown.moment.start_seconds, required=False,
        description="Where to start playing, in seconds; null in documents.",
    )  # fmt: skip
    end_seconds = ApiField(
        graphene.Float, lambda shown, request: shown.moment.end_seconds, required=False,
        description="Where the moment ends, in seconds; null in documents.",
    )  # fmt: skip
    page_number = ApiField(
        graphene.Int, lambda shown, request: shown.moment.page_number, required=False,
        description="Page or slide, counted from 1; null in recordings.",
    )  # fmt: skip
    speaker = ApiField(
        graphene.String, lambda shown, request: shown.moment.speaker or None, required=False,
        description="Who speaks, as the captions name them.",
    )  # fmt: skip
    language = ApiField(
        graphene.String, lambda shown, request: shown.moment.language or None, required=False,
        description="Language of the captions it comes from, e.g. `en`. Null when it does not come from captions.",
    )  # fmt: skip
    text = ApiField(graphene.String, lambda shown, request: shown.moment.text, description="The words, as plain text.")
    html = ApiField(
        graphene.String, lambda shown, request: shown.moment.html,
        description="The words as safe HTML. `<mark>` is the only tag, around what matched.",
    )  # fmt: skip
    url = ApiField(
        graphene.String,
        lambda shown, request: shown.url(request),
        description="Full address that opens the result at this place, with the captions that have these words.",
    )


@dataclass(eq=False)
class ShownMoment:
    """A moment and the page that it is on."""

    moment: Any
    page: Any

    def url(self, request: Any) -> str:
        """Return the page's address with the second and the captions, or the page number."""
        return moment_address(request.page_url(self.page.url_path), self.moment)


@dataclass(eq=False)
class ShownHit:
    """A hit whose resource the database has been asked for once more."""

    hit: Any
    resource: Any
    api_type = "SearchHit"


def moments_of(hit: ShownHit, request: Any, first: int) -> list[ShownMoment]:
    checked_first(first, MAX_MOMENTS)
    return [ShownMoment(moment, page_of(hit.resource)) for moment in hit.hit.moments[:first]]


def rounded_score(hit: ShownHit, request: Any) -> float:
    """The score to two digits: more would tell how common a word is among what the caller may not see."""
    return float(f"{hit.hit.score:.2g}")


class SearchHit(graphene.ObjectType):
    """A search result with its best moments."""

    resource = ApiField(Resource, "resource", description="The thing itself.")
    score = ApiField(
        graphene.Float, rounded_score,
        description="How well it matches, to two digits, e.g. `12.0`. Only compare scores within one search.",
    )  # fmt: skip
    title_html = ApiField(
        graphene.String,
        "hit.title_html",
        description="Title as safe HTML. `<mark>` is the only tag, around what matched.",
    )
    summary_html = ApiField(
        graphene.String,
        "hit.summary_html",
        description="Summary as safe HTML. `<mark>` is the only tag. May be empty.",
    )
    is_by_meaning = ApiField(
        graphene.Boolean, "hit.is_by_meaning",
        description="Whether it was found because its meaning is similar to the query, although none of the words "
        "match.",
    )  # fmt: skip
    moments = ApiField(
        many(Moment), moments_of, first=graphene.Argument(
            graphene.Int, default_value=3, description=f"How many moments to return at most, 0 to {MAX_MOMENTS}."
        ),
        description="The best places inside it, best first. Empty when only the title or summary matched.",
    )  # fmt: skip


SearchConnection, SearchEdge = connection_type(
    SearchHit, "Search", "hits",
    hint=ApiField(
        SearchHint, lambda page, request: page.extra["hint"], required=False,
        description="A message about the query for the person who searches. Null when there is none.",
    ),
    definitions=ApiField(
        many(GlossaryTerm), lambda page, request: page.extra["definitions"],
        description="The glossary terms that the query names, to be explained above the hits.",
    ),
    correction=ApiField(
        SearchCorrection, lambda page, request: page.extra["correction"], required=False,
        description="What the query probably means, when a word seems misspelt. Otherwise null.",
    ),
    facets=ApiField(
        many(SearchFacet), lambda page, request: page.extra["facets"], size=len(FACETS),
        description="How many hits there are of each kind, topic, programme, person, year and so on.",
    ),
)  # fmt: skip


def resolve_search(
    root: Any, info: GraphQLResolveInfo, query: str, first: int, sort: Any, after: str | None = None, filter: Any = None,
    exact: bool = False,
) -> Connection:  # fmt: skip
    plan, selection = LoadPlan.of(info)
    first, offset = checked_first(first), _offset(after)
    below = nodes_selection(selection, "Search")
    filters = filters_of(plan, filter or {})
    window = {"sort": sort if isinstance(sort, SortChoices) else SortChoices(sort), "first": first, "offset": offset}
    result = (
        SearchResult()
        if filters is None
        else _search(plan, query, below, filters=filters, is_corrected=not exact, **window)
    )
    hits = _shown(plan, result, below.under("SearchHit", "resource"))
    return Connection(
        [hit for _, hit in hits],
        lambda hit, place: encode_cursor(["search", hits[place][0] + offset + 1]),
        has_next=offset + len(result.hits) < result.total,
        has_previous=after is not None,
        total=result.total,
        extra={
            "hint": result.hint,
            "definitions": _definitions(selection, query),
            "correction": result.correction,
            "facets": _facets(plan, selection, result),
        },
    )


def _definitions(selection: Selection, query: str) -> list[Entry]:
    if not selection.asks("SearchConnection", "definitions"):
        return []
    return definitions(glossary().asked_about(query))


def _facets(plan: LoadPlan, selection: Selection, result: SearchResult) -> list[Any]:
    return facets_shown(result, plan.request.principal) if selection.asks("SearchConnection", "facets") else []


def _search(plan: LoadPlan, query: str, below: Selection, **asked_for: Any) -> SearchResult:
    asked = [
        checked_first(field.arguments["first"], MAX_MOMENTS)
        for field in below.of("SearchHit")
        if field.name == "moments"
    ]
    words = glossary()
    try:
        words = glossary()
        return engine().search(
            query,
            plan.request.principal.audience_tokens,
            moments_per_hit=max(asked, default=0),
            now=plan.request.at,
            synonyms=words.synonyms,
            names=words.known_words,
            **asked_for,
        )
    except EngineUnavailable:
        logger.exception("The search index cannot be read")
        raise ApiError("Search cannot answer just now. Try again in a minute.", ErrorCode.INTERNAL) from None


def _shown(plan: LoadPlan, result: SearchResult, selection: Selection) -> list[tuple[int, ShownHit]]:
    """Return the hits that the database still shows, each with its place: one that was hidden this second is left out."""
    ids = [hit.key.rpartition(":")[2] for hit in result.hits]
    # The address of a moment begins with that of the page.
    found = load_resources_by_id(plan, ids, selection, also=("url_path",))
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


class SearchQuery(GlossaryQuery, SuggestQuery):
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
        exact=graphene.Argument(
            graphene.Boolean, default_value=False, description="Whether to search for the words as they are typed, "
            "uncorrected."
        ),
        sort=some_argument(SearchSort, "The order; best first when left out.", default_value=SortChoices.RELEVANCE),
        description="Find recordings by the second, documents by the page, and programmes, sessions and pages.",
    )  # fmt: skip
