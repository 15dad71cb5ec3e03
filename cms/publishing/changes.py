"""Records a change, in the change's own transaction, and sets the reactions going once it is committed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db import connection, transaction
from django.db.models import Model

from . import registry
from .feed.audiences import OPEN, covers
from .feed.links import key_of
from .feed.recording import Noted, note, noted_before
from .models import ChangeAction, ContentChange, Reaction
from .tasks import run_waiting_reactions
from .versions import advance_version

BATCH = 500


def record_change(instance: Model, action: str) -> ContentChange:
    """Record one change; see `record_changes`."""
    return record_changes(lambda: [instance], action)[0]


def record_changes(
    find: Callable[[], Iterable[Model]], action: str, *, is_in_feed: bool = False
) -> list[ContentChange]:
    """Write a ContentChange for each instance that `find` returns, bring the feed up to it, and queue the reactions.

    `find` is called when the content version has been advanced, which lets one writer in at a time: what it reads of the
    database then is what the record will be true of. The reactions run after the commit. All changes share one version.
    `is_in_feed` is for things that showed what was deleted: the feed has them already, and only the reactions need their names.
    """
    with transaction.atomic():
        version = advance_version()
        instances = list(find())
        is_gone = action == ChangeAction.DELETED
        noted = noted_before(instances) if is_in_feed else note(instances, version, are_gone=is_gone)
        changes = ContentChange.objects.bulk_create(
            (_change_of(instance, action, version, noted) for instance in instances), batch_size=BATCH
        )
        Reaction.objects.bulk_create(
            (
                Reaction(
                    change=change,
                    name=reaction.name,
                    order=reaction.order,
                    is_urgent=is_in_feed or _withdraws(change),
                )
                for change in changes
                for reaction in registry.reactions()
            ),
            batch_size=BATCH,
        )
    transaction.on_commit(_start)
    return changes


def _change_of(instance: Model, action: str, version: int, noted: dict[str, Noted]) -> ContentChange:
    known = noted.get(key_of(type(instance), instance.pk))
    is_open = known is None or registry.is_embedded_only(known.thing.model_label)
    after = [] if action == ChangeAction.DELETED else list(OPEN)
    return ContentChange(
        model_label=instance._meta.label_lower,
        object_pk=str(instance.pk),
        object_uuid=getattr(instance, "translation_key", None) or getattr(instance, "uuid", None),
        title=str(instance)[:255],
        action=action,
        # Settings and files have no audience of their own: whoever sees what shows them can notice.
        audiences_before=list(OPEN) if is_open or known is None else known.before,
        audiences_after=after if is_open or known is None else known.after,
        version=version,
    )


def _withdraws(change: ContentChange) -> bool:
    """Whether a change takes something from somebody who could see it: what follows overtakes everything else."""
    if change.action != ChangeAction.SAVED:
        return True
    return any(not covers(token, change.audiences_after) for token in change.audiences_before)


def _start() -> None:
    """Enqueue the task that runs what waits; once for all changes of a transaction is enough, more does no harm."""
    if connection.in_atomic_block:  # pragma: no cover - a guard against being called too early
        raise RuntimeError("Reactions must be started after the commit.")
    run_waiting_reactions.enqueue()
