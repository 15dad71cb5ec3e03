"""Why: what is searched for is written down once, for whichever engine carries it out (Tantivy here, OpenSearch there).

The names and arguments are Tantivy's, whose queries are Lucene's: terms, phrases, ranges, and their combinations, scored by
BM25. Each backend turns these trees into its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Occur(Enum):
    """What a clause means for the whole: needed, welcome, or ruled out."""

    Must = "must"
    Should = "should"
    MustNot = "must_not"


class FieldType(Enum):
    """The type of a range's bounds; the index knows whole numbers only."""

    Integer = "integer"


@dataclass(frozen=True, slots=True)
class TermClause:
    """Holds this very token (a stem, a tag, a number, or true)."""

    field: str
    value: str | int | bool


@dataclass(frozen=True, slots=True)
class TermSet:
    """Holds any of these tokens; no token, no match."""

    field: str
    values: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """Holds a token at most `edits` letters away from the word (a swap is one); `is_prefix`: or one that begins so."""

    field: str
    word: str
    edits: int
    is_prefix: bool


@dataclass(frozen=True, slots=True)
class Phrase:
    """Holds these stems one after the other; with `gap`, some one word stands before the stem of that place."""

    field: str
    stems: tuple[str, ...]
    gap: int | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """Holds a number between two bounds; None is no bound."""

    field: str
    lower: int | None
    upper: int | None
    include_lower: bool = True
    include_upper: bool = True


@dataclass(frozen=True, slots=True)
class Boolean:
    """All that must match do, none that must not, and at least `minimum` of those that should (None: one, if nothing must)."""

    clauses: tuple[tuple[Occur, Clause], ...]
    minimum: int | None = None


@dataclass(frozen=True, slots=True)
class DisjunctionMax:
    """Any of them matches; the best score counts."""

    queries: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Boost:
    """The same, its score times a factor. A word of a query is one, and is asked for a dozen times: what a backend makes of
    it is kept with it in `made`."""

    query: Clause
    factor: float
    made: list[Any] = field(default_factory=list, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ConstantScore:
    """The same, with this score whatever matches."""

    query: Clause
    score: float


@dataclass(frozen=True, slots=True)
class All:
    """Everything."""


Clause = TermClause | TermSet | Near | Phrase | Range | Boolean | DisjunctionMax | Boost | ConstantScore | All


class ClauseFactory:
    """Makes clauses. The first argument of some is the schema, which only Tantivy asks for, and which is not looked at."""

    @staticmethod
    def all_query() -> Clause:
        return All()

    @staticmethod
    def term_query(schema: Any, field: str, value: str | int | bool) -> Clause:
        return TermClause(field, value)

    @staticmethod
    def term_set_query(schema: Any, field: str, values: Sequence[str] | Sequence[int]) -> Clause:
        return TermSet(field, tuple(values))

    @staticmethod
    def fuzzy_term_query(schema: Any, field: str, word: str, distance: int, prefix: bool) -> Clause:
        return Near(field, word, distance, prefix)

    @staticmethod
    def phrase_query(schema: Any, field: str, stems: Sequence[str], gap: int | None = None) -> Clause:
        return Phrase(field, tuple(stems), gap)

    @staticmethod
    def range_query(
        schema: Any, field: str, field_type: FieldType, lower: int | None, upper: int | None,
        include_lower: bool = True, include_upper: bool = True,
    ) -> Clause:  # fmt: skip
        return Range(field, lower, upper, include_lower, include_upper)

    @staticmethod
    def boolean_query(
        clauses: Sequence[tuple[Occur, Clause]], minimum_number_should_match: int | None = None
    ) -> Clause:
        return Boolean(tuple(clauses), minimum_number_should_match)

    @staticmethod
    def disjunction_max_query(queries: Sequence[Clause]) -> Clause:
        return DisjunctionMax(tuple(queries))

    @staticmethod
    def boost_query(query: Clause, factor: float) -> Clause:
        return Boost(query, factor)

    @staticmethod
    def const_score_query(query: Clause, score: float) -> Clause:
        return ConstantScore(query, score)
