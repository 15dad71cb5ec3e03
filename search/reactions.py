"""Keeps the index in step: after each change the pages it touches are read anew from the database and put or taken out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.apps import apps
from django.db.models import Model

from cms.access.models import AudiencePage
from cms.publishing.models import ContentChange
from cms.publishing.registry import register_holders, register_reaction, watch

from .indexing.holders import holders
from .indexing.index import bring_up_to_date
from .kinds import KINDS
from .models import GlossaryTerm, PromotedResult

# Glossary and promotions change answers, but stand in no entry: nothing is indexed anew for them.
watch(GlossaryTerm, PromotedResult)


@register_holders
def holders_of(thing: Model) -> Iterator[AudiencePage]:
    """Find the live pages whose entries hold words of `thing`, so that its deletion takes them out."""
    for holder, path in holders().get(thing._meta.label_lower, ()):
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
    for holder, path in holders().get(change.model_label, ()):
        pages = holder._default_manager.filter(**{path: change.object_pk}).distinct()
        keys += (f"{KINDS[holder].name}:{uuid}" for uuid in pages.values_list("translation_key", flat=True))
    return keys
