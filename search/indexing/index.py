"""The site's one search engine, opened where the settings say, and the feeding of it from the database."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.conf import settings

from cms.access.models import AudiencePage

from ..engine import Engine, ResourceDocument
from ..engine.model import WHAT_TO_DO
from ..engine.schema import SCHEMA_VERSION
from ..kinds import KINDS
from ..meaning.filling import fill, forget_unused
from ..meaning.stage import MeaningStage, stage_at
from ..opensearch.store import OpenSearchStore, client_of
from .resources import document_of, resources_of

BATCH = 200


@lru_cache(maxsize=2)
def _engine(place: str, process_id: int, stage: MeaningStage | None) -> Engine:
    if "://" not in place:
        return Engine(Path(place), stage)
    client, name = client_of(place)
    return Engine(OpenSearchStore(client, name, SCHEMA_VERSION), stage)


@lru_cache(maxsize=2)
def _stage(folder: Path, process_id: int) -> MeaningStage | None:
    return stage_at(folder)


def meaning_stage() -> MeaningStage | None:
    """Return the stage that finds by meaning; None when its packages are not installed or SEARCH_BY_MEANING says no.

    Its vectors lie beside the index, below SEARCH_INDEX_DIR, and serve every version of its schema.
    """
    if not settings.SEARCH_BY_MEANING:
        return None
    return _stage(Path(settings.SEARCH_INDEX_DIR) / "meaning", os.getpid())


def make_vectors(seconds: float | None = None, progress: Callable[[int], None] = lambda done: None) -> int:
    """Make the vectors that passages of the index lack, for so many seconds at most; returns how many were made."""
    stage = meaning_stage()
    return fill(engine().snapshot(), stage, seconds, progress) if stage else 0


def forget_vectors() -> int:
    """Forget the vectors of passages that the index does not hold any more; returns how many."""
    stage = meaning_stage()
    return forget_unused(engine().snapshot(), stage) if stage else 0


def index_directory() -> Path:
    """Return the folder of this version's index, below SEARCH_INDEX_DIR.

    Each version of the schema has its own: so a release builds its index while the release before it still serves from
    the old one, and neither reads what it does not understand.
    """
    return Path(settings.SEARCH_INDEX_DIR) / f"schema-{SCHEMA_VERSION}"


def remove_other_versions() -> list[Path]:
    """Remove the indexes of other versions of the schema; returns their folders. Only when no older release serves any more."""
    own = index_directory()
    others = [path for path in own.parent.glob("schema-*") if path.is_dir() and path != own]
    for path in others:
        shutil.rmtree(path, ignore_errors=True)
    return others


def engine() -> Engine:
    """Return the engine over this version's index: one for each process, since an opened index does not survive a fork.

    SEARCH_URL chooses an index in OpenSearch, otherwise it lies in SEARCH_INDEX_DIR.
    """
    return _engine(settings.SEARCH_URL or str(index_directory()), os.getpid(), meaning_stage())


def all_documents() -> Iterator[ResourceDocument]:
    """Read everything that can be found from the database, a batch at a time, so that memory stays flat."""
    for model in KINDS:
        uuids = model._default_manager.live().order_by("pk").values_list("translation_key", flat=True)
        yield from live_documents(model, list(uuids))


def live_documents(model: type[AudiencePage], uuids: Sequence[UUID]) -> Iterator[ResourceDocument]:
    """Read the entries of those pages of `model` that are live now, a batch at a time."""
    for start in range(0, len(uuids), BATCH):
        yield from map(document_of, resources_of(model, uuids[start : start + BATCH]).live())


def documents_of_keys(keys: Iterable[str]) -> Iterator[ResourceDocument]:
    """Read the entries of these keys that stand for something live; the others stand for nothing any more."""
    by_name: dict[str, list[UUID]] = {}
    for key in keys:
        name, _, uuid = key.partition(":")
        by_name.setdefault(name, []).append(UUID(uuid))
    for model, kind in KINDS.items():
        yield from live_documents(model, by_name.get(kind.name, []))


def rebuild(progress: Callable[[int], None] | None = None) -> int:
    """Build the whole index beside the live one and swap it in; returns the number of resources."""
    return engine().rebuild(all_documents(), progress, documents_of_keys)


def bring_up_to_date(keys: Collection[str]) -> None:
    """Bring the entries of these keys (see `resources.key_of`) to what the database says now: put them, or take them out."""
    if keys:
        engine().replace(keys, documents_of_keys(keys))


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
