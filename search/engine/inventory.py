"""Why: an index is checked against the database by what it holds, hidden entries included; nothing here is for visitors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from search.engine.clauses import ClauseFactory, FieldType, Occur
from search.engine.protocol import Searcher
from search.engine.schema import schema, unpacked

BATCH = 10_000


def stored_resources(resources: Searcher) -> Iterator[dict[str, Any]]:
    """What the entry of each resource stores (see `schema.unpacked`), in no particular order."""
    for start in range(0, resources.num_docs, BATCH):
        for _, address in resources.search(ClauseFactory.all_query(), BATCH, offset=start).hits:
            yield unpacked(resources.doc(address))


def count_orphans(resources: Searcher, passages: Searcher) -> int:
    """How many passages belong to no resource: a killed writer's leavings, which no search ever shows."""
    numbers: list[int] = []
    for start in range(0, resources.num_docs, BATCH):
        addresses = resources.search(ClauseFactory.all_query(), BATCH, offset=start).addresses
        numbers += [int(value or 0) for value in resources.fast_field_values("number", addresses)]
    anything = ClauseFactory.range_query(schema(), "number", FieldType.Integer, 0, None)
    owned = ClauseFactory.term_set_query(schema(), "number", numbers)
    orphans = ClauseFactory.boolean_query([(Occur.Must, anything), (Occur.MustNot, owned)])
    return passages.search(orphans, 1, count=True).count or 0
