"""Why: an opened Tantivy index behind the few calls that the engine makes (see `protocol`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import tantivy

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
from search.engine.model import WHAT_TO_DO, EngineUnavailable
from search.engine.protocol import StoreHits
from search.engine.schema import schema

_Result = TypeVar("_Result")
_Arguments = ParamSpec("_Arguments")

_OCCUR = {Occur.Must: tantivy.Occur.Must, Occur.Should: tantivy.Occur.Should, Occur.MustNot: tantivy.Occur.MustNot}


def tantivy_query(clause: Clause) -> tantivy.Query:
    """Return a clause as Tantivy carries it out."""
    match clause:
        case TermClause(field, value):
            return tantivy.Query.term_query(schema(), field, value)
        case TermSet(field, values) if values and isinstance(values[0], int):
            # Tantivy walks the whole dictionary for a set; for numbers, of which there are many, looking each up is
            # quicker: 1.2 instead of 6.6 ms for 300 of a million.
            terms = [(tantivy.Occur.Should, tantivy.Query.term_query(schema(), field, value)) for value in values]
            return tantivy.Query.boolean_query(terms)
        case TermSet(field, values):
            return tantivy.Query.term_set_query(schema(), field, list(values))
        case Near(field, word, edits, is_prefix):
            return tantivy.Query.fuzzy_term_query(schema(), field, word, distance=edits, prefix=is_prefix)
        case Phrase(field, stems, gap):
            places = range(len(stems)) if gap is None else [place + (place >= gap) for place in range(len(stems))]
            return tantivy.Query.phrase_query(schema(), field, list(zip(places, stems, strict=True)))
        case Range(field, lower, upper, include_lower, include_upper):
            return tantivy.Query.range_query(
                schema(), field, tantivy.FieldType.Integer, lower, upper, include_lower, include_upper
            )
        case Boolean(clauses, None) if any(occur is Occur.Must and _is_of_few(one) for occur, one in clauses):
            return _one_by_one(clauses)
        case Boolean(clauses, minimum):
            inner = [(_OCCUR[occur], tantivy_query(one)) for occur, one in clauses]
            return tantivy.Query.boolean_query(inner, minimum_number_should_match=minimum)
        case DisjunctionMax(queries):
            return tantivy.Query.disjunction_max_query([tantivy_query(one) for one in queries])
        case Boost(query, factor, made):
            if not made:
                made.append(tantivy.Query.boost_query(tantivy_query(query), factor))
            return made[0]
        case ConstantScore(query, score):
            return tantivy.Query.const_score_query(tantivy_query(query), score)
        case All():
            return tantivy.Query.all_query()


def _is_of_few(clause: Clause) -> bool:
    match clause:
        case ConstantScore(TermSet(_, values), _):
            return bool(values) and isinstance(values[0], int)
        case _:
            return False


def _one_by_one(clauses: Sequence[tuple[Occur, Clause]]) -> tantivy.Query:
    """What must match, and then one clause after the other that scores it.

    Several that only score would be a union, which Tantivy fills for thousands of entries around each that it is asked
    for. A single one is asked for no others.
    """
    scored = tantivy.Query.boolean_query(
        [(_OCCUR[occur], tantivy_query(one)) for occur, one in clauses if occur is not Occur.Should]
    )
    for occur, one in clauses:
        if occur is Occur.Should:
            pair = [(tantivy.Occur.Must, scored), (tantivy.Occur.Should, tantivy_query(one))]
            scored = tantivy.Query.boolean_query(pair)
    return scored


def is_of_tantivy(error: BaseException) -> bool:
    """Whether Tantivy met what cannot be: a panic, which its binding raises beside all of Python's exceptions, or bad data."""
    return isinstance(error, OSError | ValueError) or type(error).__name__ == "PanicException"


def _read(method: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Let `method` tell of damaged files as of an index that is not to be had, rather than end its thread by a panic."""

    @wraps(method)
    def guarded(*args: _Arguments.args, **options: _Arguments.kwargs) -> _Result:
        try:
            return method(*args, **options)
        except BaseException as error:
            if not is_of_tantivy(error):
                raise
            raise EngineUnavailable(f"The search index is damaged ({error}). {WHAT_TO_DO}") from error

    return guarded


class TantivySearcher:
    """One index at one commit; what is read through it does not change."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        self._searcher = searcher

    @property
    def num_docs(self) -> int:
        """How many entries there are."""
        return self._searcher.num_docs

    @_read
    def search(
        self,
        query: Clause,
        limit: int,
        count: bool = False,
        offset: int = 0,
        order_by_field: str | None = None,
        is_falling: bool = True,
    ) -> StoreHits:
        """The entries at places `offset` to `offset + limit`, by score or by a number; `count` counts all that match."""
        order = tantivy.Order.Desc if is_falling else tantivy.Order.Asc
        found: Any = self._searcher.search(
            tantivy_query(query), limit, count=count, offset=offset, order_by_field=order_by_field, order=order
        )
        return StoreHits(found.hits, int(found.count) if count else None)

    @_read
    def doc(self, address: tantivy.DocAddress) -> tantivy.Document:
        """What an entry stores."""
        return self._searcher.doc(address)

    @_read
    def fast_field_values(self, field: str, addresses: Sequence[tantivy.DocAddress]) -> list[Any]:
        """The values of a numeric field for entries that were found."""
        return self._searcher.fast_field_values(field, list(addresses))

    @_read
    def facet_counts(self, query: Clause, field: str, most: int) -> list[tuple[str, int]]:
        """How many matching entries hold each value of a field, for the `most` frequent values."""
        answer = self._searcher.aggregate(tantivy_query(query), {"values": {"terms": {"field": field, "size": most}}})
        return [(bucket["key"], int(bucket["doc_count"])) for bucket in answer["values"]["buckets"]]

    @_read
    def doc_freqs(self, field: str, terms: Sequence[str]) -> dict[str, int]:
        """How many entries hold each term, whoever may see them."""
        return {term: self._searcher.doc_freq(field, term) for term in terms}

    @_read
    def terms_with_prefix(
        self, field: str, prefix: str, filter_query: Clause | None = None, limit: int = 100
    ) -> list[tuple[str, int]]:
        """The terms that begin with `prefix`, with the number of matching entries that hold them, most frequent first."""
        narrowed = None if filter_query is None else tantivy_query(filter_query)
        return self._searcher.terms_with_prefix(field, prefix, filter_query=narrowed, limit=limit)


class TantivyWriter:
    """One index being written; nothing is seen before `commit`."""

    def __init__(self, writer: tantivy.IndexWriter) -> None:
        self._writer = writer
        self.commit = writer.commit
        self.rollback = writer.rollback
        self.garbage_collect_files = writer.garbage_collect_files
        self.wait_merging_threads = writer.wait_merging_threads

    def add_document(self, fields: dict[str, Any]) -> None:
        """Add an entry with these fields."""
        self._writer.add_document(tantivy.Document.from_dict(fields, schema()))

    def delete_documents_by_term(self, field: str, value: str) -> None:
        """Take out what holds this token, of what was there before."""
        self._writer.delete_documents_by_term(field, value)

    def delete_documents_by_query(self, query: Clause) -> None:
        """Take out what matches, of what was there before."""
        self._writer.delete_documents_by_query(tantivy_query(query))
