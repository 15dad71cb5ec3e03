"""Why: the engine's clauses as OpenSearch's query DSL, and an entry's fields as its documents and mappings."""

from __future__ import annotations

from typing import Any

from search.engine.clauses import (
    All,
    Boolean,
    Boost,
    Clause,
    ConstantScore,
    DisjunctionMax,
    Near,
    Occur,
    Phrase,
    Range,
    TermClause,
    TermSet,
)
from search.language import analysis

# These hold stems with a space between them: OpenSearch has nothing to analyse, and so nothing to analyse differently.
STEMMED = ("all", "title", "context", "passage", "speaker")
# These come cut already.
CUT = tuple(f"said_{name}" for name in STEMMED)
# These hold each word once, as it is written.
UNSTEMMED = ("words", "title_words")
NUMBERS = (
    "number", "meaning", "passage_count", "kind_number", "visible_from", "visible_until", "day",
    "newest_order", "oldest_order", "longest_order", "shortest_order",
)  # fmt: skip
# Results are paged far; an academy's library is small for OpenSearch.
MAX_RESULT_WINDOW = 1_100_000

MAPPINGS: dict[str, Any] = {
    "dynamic": "strict",
    "properties": {
        **{name: {"type": "keyword"} for name in ("key", "tags", "facets", *UNSTEMMED)},
        **{name: {"type": "text", "analyzer": "whitespace"} for name in (*STEMMED, *CUT)},
        **{name: {"type": "long"} for name in NUMBERS},
        "is_moment": {"type": "boolean"},
        "payload": {"type": "keyword", "index": False, "doc_values": False},
    },
}
SETTINGS: dict[str, Any] = {
    "index": {
        "number_of_shards": 1,  # scores are comparable within a shard only, and one shard holds many millions of passages
        "refresh_interval": "-1",  # what is written is seen when it is complete: each commit refreshes
        "max_result_window": MAX_RESULT_WINDOW,
    }
}


def source_of(fields: dict[str, Any]) -> dict[str, Any]:
    """Return an entry's fields (see `search.engine.schema`) as the document that OpenSearch is sent."""
    source = dict(fields)
    for name in STEMMED:
        if name in source:
            source[name] = " ".join(analysis.stemmed(source[name]))
    for name in UNSTEMMED:
        if name in source:
            source[name] = sorted(set(analysis.unstemmed(source[name])))
    if "payload" in source:
        source["payload"] = source["payload"].decode()
    return source


def dsl_of(clause: Clause, boost: float = 1.0) -> dict[str, Any]:
    """Return a clause in the query DSL, its score times `boost`."""
    weight = {} if boost == 1.0 else {"boost": boost}
    match clause:
        case TermClause(field, value):
            return {"term": {field: {"value": value, **weight}}}
        case TermSet(field, values):
            return {"terms": {field: list(values), **weight}}
        case Near(field, word, edits, is_prefix):
            # A beginning with a letter wrong is more than OpenSearch asks for at once: there, only whole words are forgiven.
            if is_prefix and not edits:
                return {"prefix": {field: {"value": word, **weight}}}
            return {"fuzzy": {field: {"value": word, "fuzziness": edits, "transpositions": True, **weight}}}
        case Phrase(field, stems, gap):
            # A gap somewhere instead of there: as near as it goes.
            slop = {} if gap is None else {"slop": 1}
            return {"match_phrase": {field: {"query": " ".join(stems), **slop, **weight}}}
        case Range():
            return {"range": {clause.field: {**_bounds(clause), **weight}}}
        case DisjunctionMax(queries):
            return {"dis_max": {"queries": [dsl_of(query) for query in queries], **weight}}
        case Boost(query, factor):
            return dsl_of(query, boost * factor)
        case ConstantScore(query, score):
            return {"constant_score": {"filter": dsl_of(query), "boost": score * boost}}
        case Boolean():
            return {"bool": {**_boolean(clause), **weight}}
        case All():
            return {"match_all": weight}


def _bounds(clause: Range) -> dict[str, int]:
    bounds = {}
    if clause.lower is not None:
        bounds["gte" if clause.include_lower else "gt"] = clause.lower
    if clause.upper is not None:
        bounds["lte" if clause.include_upper else "lt"] = clause.upper
    return bounds


def _boolean(clause: Boolean) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for occur, inner in clause.clauses:
        # What must match and adds nothing to the score is a filter: OpenSearch keeps its results.
        if occur is Occur.Must and isinstance(inner, ConstantScore) and inner.score == 0.0:
            body.setdefault("filter", []).append(dsl_of(inner.query))
        else:
            body.setdefault(occur.value, []).append(dsl_of(inner))
    if clause.minimum is not None:
        body["minimum_should_match"] = clause.minimum
    return body
