"""Why: what an engine needs of the place its index lies in, so that one engine serves from a local disk or from a service.

A store gives snapshots to read, and takes changes; Tantivy's is `search.engine.store`, OpenSearch's `search.opensearch`. One
conformance test-suite holds for both.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from search.engine.clauses import Clause

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class StoreHits:
    """What a search gives: (score, address) in order, and how many match when that was asked."""

    hits: list[tuple[float, Any]]
    count: int | None = None

    @property
    def addresses(self) -> list[Any]:
        """Where the entries lie, in the same order."""
        return [address for _, address in self.hits]


class Searcher(Protocol):
    """One index to read from: the resources or the passages, as they were at one moment."""

    @property
    def num_docs(self) -> int:
        """How many entries there are."""

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

    def doc(self, address: Any) -> Any:
        """What an entry stores; `get_first("payload")` of it gives the bytes."""

    def fast_field_values(self, field: str, addresses: Sequence[Any]) -> list[Any]:
        """The values of a numeric field for entries that were found."""

    def facet_counts(self, query: Clause, field: str, most: int) -> list[tuple[str, int]]:
        """How many matching entries hold each value of a field, for the `most` frequent values."""

    def doc_freqs(self, field: str, terms: Sequence[str]) -> dict[str, int]:
        """How many entries hold each term, whoever may see them."""

    def terms_with_prefix(
        self, field: str, prefix: str, filter_query: Clause | None = None, limit: int = 100
    ) -> list[tuple[str, int]]:
        """The terms that begin with `prefix`, with the number of matching entries that hold them, most frequent first."""


class Writer(Protocol):
    """One index to write to; nothing is seen before `commit`."""

    def add_document(self, fields: dict[str, Any]) -> None:
        """Add an entry with these fields (see `search.engine.schema`)."""

    def delete_documents_by_term(self, field: str, value: str) -> None:
        """Take out what holds this token, of what was there before."""

    def delete_documents_by_query(self, query: Clause) -> None:
        """Take out what matches, of what was there before."""

    def commit(self) -> None:
        """Make everything since the last commit seen."""

    def rollback(self) -> None:
        """Forget everything since the last commit."""


class Snapshot(Protocol):
    """Both indexes as they were at one moment."""

    @property
    def resources(self) -> Searcher:
        """One entry for each resource."""

    @property
    def passages(self) -> Searcher:
        """One entry for each passage."""

    @property
    def generation(self) -> int:
        """Counted up with each rebuild."""


class Writers(Protocol):
    """The open writers of both indexes."""

    @property
    def resources(self) -> Writer:
        """One entry for each resource."""

    @property
    def passages(self) -> Writer:
        """One entry for each passage."""


class Store(Protocol):
    """Where an index lies. Every method may raise EngineUnavailable, whose message says what is wrong and what to do."""

    def snapshot(self) -> Snapshot:
        """The newest committed state; an empty index is made where there is none."""

    def check(self) -> None:
        """Raise EngineUnavailable when the index cannot be read, or is damaged, though a process may still serve from it."""

    def write(self, change: Callable[[Any], _Result], keys: Iterable[str] = ()) -> _Result:
        """Let `change` write and commit, no two at a time; `keys` are those of the resources it changes."""

    def rebuild(
        self, fill: Callable[[Any], _Result], catch_up: Callable[[Collection[str]], Callable[[Any], object]]
    ) -> _Result:
        """Let `fill` write a new index beside the present one; then `catch_up` with the keys written meanwhile; then swap."""
