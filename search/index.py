"""The site's one search engine, opened where the settings say, and the feeding of it from the database."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from cms.access.models import AudiencePage

from .engine import Engine, ResourceDocument
from .engine.store import WHAT_TO_DO
from .resources import KINDS, document_of, resources_of

BATCH = 200


@lru_cache(maxsize=2)
def _engine(directory: str, process_id: int) -> Engine:
    return Engine(Path(directory))


def engine() -> Engine:
    """Return the engine over SEARCH_INDEX_DIR: one for each process, since an opened index does not survive a fork."""
    return _engine(str(settings.SEARCH_INDEX_DIR), os.getpid())


def all_documents() -> Iterator[ResourceDocument]:
    """Read everything that can be found from the database, a batch at a time, so that memory stays flat."""
    for model in KINDS:
        pks = list(model._default_manager.live().order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(pks), BATCH):
            yield from map(document_of, resources_of(model, pks[start : start + BATCH]))


def rebuild(progress: Callable[[int], None] | None = None) -> int:
    """Build the whole index beside the live one and swap it in; returns the number of resources."""
    return engine().rebuild(all_documents(), progress)


def is_ready() -> tuple[bool, str]:
    """Whether searches find what there is, and a sentence for operators; raises only when the database does.

    An index whose folder was lost is made anew, and empty: it answers every search, with nothing.
    """
    is_healthy, sentence = engine().is_healthy()
    if not is_healthy:
        return False, sentence
    if engine().count()["resources"] == 0 and any(model._default_manager.live().exists() for model in KINDS):
        return False, f"The search index is empty and the site is not. {WHAT_TO_DO}"
    return True, sentence


def refresh(pages: Iterable[AudiencePage]) -> None:
    """Bring the index up to the database for these pages: what is live is put, what is not is taken out."""
    put: list[ResourceDocument] = []
    delete: list[str] = []
    for page in pages:
        document = document_of(page)
        if page.live:
            put.append(document)
        else:
            delete.append(document.key)
    if put:
        engine().put(put)
    if delete:
        engine().delete(delete)
