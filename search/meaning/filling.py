"""Why: vectors follow the index a little later, since making them takes longer than a publish may wait.

Which are wanted, the index says: each entry of a passage bears the key of its text.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from search.engine.clauses import Clause, ClauseFactory, FieldType
from search.engine.protocol import Searcher, Snapshot
from search.engine.schema import MOST_NUMBER, has_passage, schema, unpacked, unpacked_passage
from search.language.meaning_texts import meaning_text
from search.meaning.stage import MeaningStage

# So many entries are looked at, and so many vectors made, at a time.
SLICE_ENTRIES = 5_000
BATCH_TEXTS = 64

Wanted = list[tuple[int, str]]


def fill(
    snapshot: Snapshot,
    stage: MeaningStage,
    seconds: float | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Make the vectors that passages of the index lack, for so many seconds at most; returns how many were made.

    `progress` is called with the number of entries that have been looked at.
    """
    ends = None if seconds is None else time.monotonic() + seconds
    known = set(stage.vectors.keys())
    made = looked = 0
    for addresses in _slices(snapshot.passages):
        wanted = list(_wanted(snapshot, addresses, known))
        for start in range(0, len(wanted), BATCH_TEXTS):
            batch = wanted[start : start + BATCH_TEXTS]
            stage.vectors.add([key for key, _ in batch], stage.encoder.vectors([text for _, text in batch]))
            made += len(batch)
            progress(looked + len(addresses) * (start + len(batch)) // len(wanted))
            if ends is not None and time.monotonic() > ends:
                return made
        looked += len(addresses)
        progress(looked)
    return made


def forget_unused(snapshot: Snapshot, stage: MeaningStage) -> int:
    """Forget the vectors of texts that no passage of the index holds any more; returns how many."""
    keys: set[int] = set()
    for addresses in _slices(snapshot.passages):
        keys.update(int(key) for key in snapshot.passages.fast_field_values("meaning", addresses))
    return stage.vectors.keep_only(keys)


def _slices(passages: Searcher) -> Iterator[list[Any]]:
    """The addresses of all entries, in slices: numbers are drawn at random, so equal ranges hold about equally many."""
    count = max(1, -(-passages.num_docs // SLICE_ENTRIES))
    for place in range(count):
        within = _range(place * MOST_NUMBER // count, (place + 1) * MOST_NUMBER // count)
        size = passages.search(within, 1, count=True).count or 0
        if size:
            yield passages.search(within, size).addresses


def _range(first: int, end: int) -> Clause:
    return ClauseFactory.range_query(schema(), "number", FieldType.Integer, first, end, include_upper=False)


def _wanted(snapshot: Snapshot, addresses: Sequence[Any], known: set[int]) -> Iterator[tuple[int, str]]:
    """Key and text of each entry in the slice that has no vector; each key once."""
    keys = snapshot.passages.fast_field_values("meaning", addresses)
    numbers = snapshot.passages.fast_field_values("number", addresses)
    resources: dict[int, dict[str, Any] | None] = {}
    for address, key, number in zip(addresses, map(int, keys), map(int, numbers), strict=True):
        if key in known:
            continue
        if number not in resources:
            resources[number] = _resource(snapshot.resources, number)
        if (resource := resources[number]) is not None:
            known.add(key)
            yield key, _text(snapshot.passages.doc(address), resource)


def _resource(resources: Searcher, number: int) -> dict[str, Any] | None:
    """What the resource of this number stores; None when its passages belong to nobody any more."""
    hits = resources.search(ClauseFactory.term_query(schema(), "number", number), 1).hits
    return unpacked(resources.doc(hits[0][1])) if hits else None


def _text(entry: Any, resource: dict[str, Any]) -> str:
    """The text that the entry's key stands for; see `schema.entries`, which makes both."""
    if not has_passage(entry):
        return meaning_text(resource["title"], "", resource["summary"])
    passage = unpacked_passage(entry)
    return meaning_text(resource["title"], passage.section, passage.text)
