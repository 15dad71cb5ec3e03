"""Records a change, in the change's own transaction, and sets the reactions going once it is committed."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import F, Model

from cms.access.models import AudienceMixin
from cms.access.principals import EDITORS_TOKEN, PUBLIC_TOKEN

from . import registry
from .models import ChangeAction, ContentChange, ContentVersion, Reaction


def current_version() -> int:
    """Return the content version (one indexed read): it differs whenever any answer could differ."""
    row = ContentVersion.objects.filter(pk=1).values_list("number", flat=True).first()
    return row or 0


def advance_version() -> int:
    """Count the content version up, as part of the running transaction, and return the new number."""
    if not ContentVersion.objects.filter(pk=1).update(number=F("number") + 1):
        ContentVersion.objects.get_or_create(pk=1)
        ContentVersion.objects.filter(pk=1).update(number=F("number") + 1)
    return current_version()


def audiences_now(instance: Model, action: str) -> list[str]:
    """Return the audience tokens under which `instance` can be seen after `action`; none when it is not live."""
    if action != ChangeAction.SAVED or not getattr(instance, "live", True):
        return []
    if isinstance(instance, AudienceMixin):
        return list(instance.audience_tokens())
    return [PUBLIC_TOKEN, EDITORS_TOKEN]


def record_change(instance: Model, action: str) -> ContentChange:
    """Write the ContentChange and one Reaction for each registered reaction; they run after the commit.

    The audiences before are those after the last recorded change, so a follower can be told that a thing left its sight.
    """
    label = instance._meta.label_lower
    last = ContentChange.objects.filter(model_label=label, object_pk=str(instance.pk)).order_by("-pk").first()
    with transaction.atomic():
        change = ContentChange.objects.create(
            model_label=label,
            object_pk=str(instance.pk),
            object_uuid=getattr(instance, "translation_key", None) or getattr(instance, "uuid", None),
            title=str(instance)[:255],
            action=action,
            audiences_before=last.audiences_after if last else [],
            audiences_after=audiences_now(instance, action),
            version=advance_version(),
        )
        Reaction.objects.bulk_create(
            Reaction(change=change, name=one.name, order=one.order) for one in registry.reactions()
        )
    transaction.on_commit(_start)
    return change


def _start() -> None:
    """Enqueue the task that runs what waits; once for all changes of a transaction is enough, more does no harm."""
    from .tasks import run_waiting_reactions

    if connection.in_atomic_block:  # pragma: no cover - a guard against being called too early
        raise RuntimeError("Reactions must be started after the commit.")
    run_waiting_reactions.enqueue()
