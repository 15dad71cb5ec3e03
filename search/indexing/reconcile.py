"""Finds where the search index and the database have come apart, and mends it: the database is the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .index import all_documents, bring_up_to_date, documents_of_keys, engine


@dataclass(frozen=True, slots=True)
class Drift:
    """Keys of entries that are missing, made from an older state, or of nothing live any more; and passages of nobody."""

    missing: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()
    ghosts: tuple[str, ...] = ()
    orphans: int = 0

    def __bool__(self) -> bool:
        return bool(self.missing or self.outdated or self.ghosts)

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key whose entry is not as it should be."""
        return (*self.missing, *self.outdated, *self.ghosts)

    def __str__(self) -> str:
        return (
            f"{len(self.missing)} missing, {len(self.outdated)} outdated, {len(self.ghosts)} for content that is not "
            f"live, {self.orphans} passages without an entry"
        )


def find_drift(progress: Callable[[int], None] = lambda done: None) -> Drift:
    """Compare every live page with its entry; `progress` is called with the number of pages compared.

    What differs is looked at once more at the end: while this reads, pages change and their entries follow.
    """
    held = engine().fingerprints()
    seen: set[str] = set()
    doubtful: list[str] = []
    for done, document in enumerate(all_documents(), start=1):
        seen.add(document.key)
        if held.get(document.key) != document.fingerprint():
            doubtful.append(document.key)
        progress(done)
    return _compared([*doubtful, *(held.keys() - seen)])


def _compared(keys: list[str]) -> Drift:
    wanted = {document.key: document.fingerprint() for document in documents_of_keys(keys)}
    held = engine().fingerprints()
    return Drift(
        missing=tuple(key for key in keys if key in wanted and key not in held),
        outdated=tuple(key for key in keys if key in wanted and key in held and held[key] != wanted[key]),
        ghosts=tuple(key for key in keys if key not in wanted and key in held),
        orphans=engine().orphans(),
    )


def mend(drift: Drift) -> Drift:
    """Bring the entries that differ to what the database says, and return what still differs."""
    bring_up_to_date(drift.keys)
    return _compared(list(drift.keys))
