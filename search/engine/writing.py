"""Why: the order of commits is what makes a change whole (see `store`), so it is written down in one place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from search.engine.clauses import Clause, ClauseFactory, Occur
from search.engine.model import ResourceDocument
from search.engine.protocol import Writers
from search.engine.schema import entries, schema
from search.language import analysis


def putting(documents: Iterable[ResourceDocument], writers: Writers) -> None:
    """Add the documents, or replace those of the same key."""
    numbers: dict[str, int] = {}
    for document in documents:
        key = analysis.without_surrogates(document.key)
        new = entries(document)
        numbers[key] = new.number
        for passage in new.passages:
            writers.passages.add_document(passage)
        writers.resources.delete_documents_by_term("key", key)
        writers.resources.add_document(new.resource)
    writers.passages.commit()
    writers.resources.commit()  # here the change happens
    for key, number in numbers.items():
        writers.passages.delete_documents_by_query(_passages_but(key, number))
    writers.passages.commit()


def deleting(keys: Iterable[str], writers: Writers) -> None:
    """Take out the resources of these keys, then their passages."""
    sound_keys = [analysis.without_surrogates(key) for key in keys]
    for writer in (writers.resources, writers.passages):
        for key in sound_keys:
            writer.delete_documents_by_term("key", key)
        writer.commit()


def replacing(keys: Collection[str], documents: Iterable[ResourceDocument], writers: Writers) -> None:
    """Make the documents all there is under these keys: what is there is put, the rest of the keys is taken out.

    The documents are read here, with the writer's lock held: of two changes of one thing the later one reads last, so an
    older state can never be written over a newer one.
    """
    found: dict[str, None] = {}

    def noted() -> Iterable[ResourceDocument]:
        for document in documents:
            found[document.key] = None
            yield document

    putting(noted(), writers)
    if gone := [key for key in keys if key not in found]:
        deleting(gone, writers)


def filling(documents: Iterable[ResourceDocument], progress: Callable[[int], None], writers: Writers) -> int:
    """Write all documents into an empty generation that nobody reads yet; of equal keys the last counts."""
    seen: set[str] = set()
    for document in documents:
        key = analysis.without_surrogates(document.key)
        if key in seen:
            writers.resources.delete_documents_by_term("key", key)
            writers.passages.delete_documents_by_term("key", key)
        seen.add(key)
        new = entries(document)
        writers.resources.add_document(new.resource)
        for passage in new.passages:
            writers.passages.add_document(passage)
        progress(len(seen))
    writers.passages.commit()
    writers.resources.commit()
    return len(seen)


def _passages_but(key: str, number: int) -> Clause:
    """The passages of the key that bear another number."""
    return ClauseFactory.boolean_query(
        [
            (Occur.Must, ClauseFactory.term_query(schema(), "key", key)),
            (Occur.MustNot, ClauseFactory.term_query(schema(), "number", number)),
        ]
    )
