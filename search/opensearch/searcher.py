"""Why: the engine reads an OpenSearch index through the same few calls as a Tantivy one; here each becomes a request."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from search.engine.clauses import All, Clause
from search.engine.protocol import StoreHits

from .dsl import dsl_of
from .errors import told

# A bucket aggregation gives at most so many values at a time.
PAGE_OF_TERMS = 10_000
MOST_TERMS = 300_000
# The numbers that the ranking looks at.
READ = ("number", "meaning", "passage_count", "kind_number", "newest_order")
_SPECIAL = re.compile(r'([.?+*|{}\[\]()"\\#@&<>~^$-])')


@dataclass(frozen=True, slots=True)
class OpenSearchHit:
    """An entry that was found, with what it stores."""

    numbers: dict[str, int]
    payload: bytes

    def get_first(self, field: str) -> bytes:
        """What the entry stores under `payload`, the one field that is asked for."""
        return self.payload


class OpenSearchSearcher:
    """One index (the resources, or the passages) as it is now."""

    def __init__(self, client: Any, index: str) -> None:
        self.client = client
        self.index = index

    @property
    def num_docs(self) -> int:
        """How many entries there are."""
        return self._count(All())

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
        body: dict[str, Any] = {
            "query": dsl_of(query),
            "from": offset,
            "size": limit,
            "_source": [*READ, "payload"],
            "track_total_hits": count,
        }
        if order_by_field:
            body["sort"] = [{order_by_field: {"order": "desc" if is_falling else "asc"}}]
        answer = self._answer(body)["hits"]
        hits = [
            (
                float(hit["_score"] or 0.0),
                OpenSearchHit(
                    {name: int(hit["_source"].get(name, 0)) for name in READ},
                    hit["_source"].get("payload", "{}").encode(),
                ),
            )
            for hit in answer["hits"]
        ]
        return StoreHits(hits, int(answer["total"]["value"]) if count else None)

    def doc(self, address: OpenSearchHit) -> OpenSearchHit:
        """What an entry stores; it came along when it was found."""
        return address

    def fast_field_values(self, field: str, addresses: Sequence[OpenSearchHit]) -> list[int]:
        """One number of each entry, of those that came along when it was found."""
        return [address.numbers[field] for address in addresses]

    def facet_counts(self, query: Clause, field: str, most: int) -> list[tuple[str, int]]:
        """How many matching entries hold each value of a field, for the `most` frequent values."""
        aggregation = {"values": {"terms": {"field": field, "size": most}}}
        return _buckets(self._aggregated(query, aggregation)["values"])

    def doc_freqs(self, field: str, terms: Sequence[str]) -> dict[str, int]:
        """How many entries hold each term, whoever may see them."""
        if not terms:
            return {}
        filters = {term: {"term": {field: {"value": term}}} for term in terms}
        answer = self._aggregated(All(), {"terms": {"filters": {"filters": filters}}})
        return {term: int(bucket["doc_count"]) for term, bucket in answer["terms"]["buckets"].items()}

    def terms_with_prefix(
        self, field: str, prefix: str, filter_query: Clause | None = None, limit: int = 100
    ) -> list[tuple[str, int]]:
        """The terms that begin with `prefix`, with the number of matching entries that hold them, most frequent first."""
        if limit > PAGE_OF_TERMS:
            return self._all_terms(field, min(limit, MOST_TERMS))
        terms: dict[str, Any] = {"field": field, "size": max(limit, 1)}
        if prefix:
            terms["include"] = _SPECIAL.sub(r"\\\1", prefix) + ".*"
        return _buckets(self._aggregated(filter_query or All(), {"terms": {"terms": terms}})["terms"])[:limit]

    def _all_terms(self, field: str, limit: int) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        after: dict[str, Any] = {}
        while len(found) < limit:
            sources = [{"term": {"terms": {"field": field}}}]
            page = {"composite": {"size": PAGE_OF_TERMS, "sources": sources, **after}}
            answer = self._aggregated(All(), {"terms": page})["terms"]
            found += ((bucket["key"]["term"], int(bucket["doc_count"])) for bucket in answer["buckets"])
            if "after_key" not in answer:
                break
            after = {"after": answer["after_key"]}
        return sorted(found, key=lambda value: (-value[1], value[0]))

    def _aggregated(self, query: Clause, aggregations: dict[str, Any]) -> dict[str, Any]:
        body = {"query": dsl_of(query), "size": 0, "aggs": aggregations, "track_total_hits": False}
        answer: dict[str, Any] = self._answer(body)["aggregations"]
        return answer

    def _answer(self, body: dict[str, Any]) -> dict[str, Any]:
        with told("read"):
            answer: dict[str, Any] = self.client.search(index=self.index, body=body)
            return answer

    def _count(self, query: Clause) -> int:
        with told("read"):
            return int(self.client.count(index=self.index, body={"query": dsl_of(query)})["count"])


def _buckets(answer: dict[str, Any]) -> list[tuple[str, int]]:
    return [(bucket["key"], int(bucket["doc_count"])) for bucket in answer["buckets"]]
