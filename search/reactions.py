"""Keeps the index in step: after each change the pages it touches are read anew from the database and put or taken out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.apps import apps
from django.db.models import Model

from cms.access.models import AudiencePage
from cms.publishing.models import ContentChange
from cms.publishing.registry import register_holders, register_reaction, watch
from library.models import MaterialPage, RecordingPage
from programmes.models import ProgrammePage, SessionPage

from .indexing.index import bring_up_to_date
from .indexing.resources import KINDS
from .models import GlossaryTerm, PromotedResult

# Glossary and promotions change answers, but stand in no entry: nothing is indexed anew for them.
watch(GlossaryTerm, PromotedResult)

# Which pages' entries hold words of a thing of this type: (page model, path from the page to the thing).
_HOLDERS: dict[str, tuple[tuple[type[AudiencePage], str], ...]] = {
    "programmes.person": ((RecordingPage, "speakers"), (SessionPage, "people__person")),
    "programmes.topic": (
        (RecordingPage, "topics"),
        (MaterialPage, "topics"),
        (SessionPage, "topics"),
        (ProgrammePage, "topics"),
    ),
    "programmes.corearea": (
        (ProgrammePage, "core_areas"),
        (RecordingPage, "programme__core_areas"),
        (SessionPage, "programme__core_areas"),
        (MaterialPage, "programme__core_areas"),
    ),
    "programmes.programmepage": (
        (RecordingPage, "programme"),
        (SessionPage, "programme"),
        (MaterialPage, "programme"),
    ),
    # Entries name the organisations of speakers, and who may find them.
    "access.memberorganisation": (
        (RecordingPage, "speakers__organisation"),
        (SessionPage, "people__person__organisation"),
        *((page, "audience_organisations") for page in (RecordingPage, MaterialPage, SessionPage, ProgrammePage)),
    ),
    "library.recordingmedia": ((RecordingPage, "media"),),
    "library.materialdocument": ((MaterialPage, "document"),),
}


@register_holders
def holders_of(thing: Model) -> Iterator[AudiencePage]:
    """Find the live pages whose entries hold words of `thing`, so that its deletion takes them out."""
    for holder, path in _HOLDERS.get(thing._meta.label_lower, ()):
        yield from holder._default_manager.live().filter(**{path: thing.pk}).distinct()


def update_search_together(changes: Sequence[ContentChange]) -> None:
    """Do for many changes at once what `update_search` does: one writing of the index instead of one for each."""
    keys = [key for change in changes for key in _keys_touched_by(change)]
    bring_up_to_date(list(dict.fromkeys(keys)))


@register_reaction(
    "search", order=10, description="Bring the search index up to the change.", run_together=update_search_together
)
def update_search(change: ContentChange) -> None:
    """Put, replace or take out the entries of the changed thing and of every page whose entry holds its words."""
    bring_up_to_date(list(dict.fromkeys(_keys_touched_by(change))))


def _keys_touched_by(change: ContentChange) -> list[str]:
    model = apps.get_model(change.model_label)
    keys = [f"{KINDS[model].name}:{change.object_uuid}"] if model in KINDS else []
    for holder, path in _HOLDERS.get(change.model_label, ()):
        pages = holder._default_manager.filter(**{path: change.object_pk}).distinct()
        keys += (f"{KINDS[holder].name}:{uuid}" for uuid in pages.values_list("translation_key", flat=True))
    return keys
