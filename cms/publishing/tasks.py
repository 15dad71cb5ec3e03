"""Runs reactions after the commit: in order, each on its own, each tracked, so that one failure stops no other."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django_tasks import task

from . import leases, registry
from .models import ContentChange, Reaction, ReactionStatus
from .registry import RegisteredReaction

logger = logging.getLogger(__name__)
MAX_ERROR_CHARACTERS = 4_000
# A task ends after so long and leaves the rest to the next, so that no task that works looks like one whose process died.
MAX_SECONDS = 20.0


@task()
def run_waiting_reactions() -> int:
    """Run what waits, withdrawals first and then by age, and return how many reactions that were."""
    count, began = 0, time.monotonic()
    while reactions := leases.claim():
        _run(reactions)
        count += len(reactions)
        if time.monotonic() - began > MAX_SECONDS and leases.claimable().exists():
            run_waiting_reactions.enqueue()
            break
    return count


def retry_failed() -> int:
    """Set failed and abandoned reactions waiting again, with all their tries, and run them; return how many were set."""
    is_over = Q(due_at__lte=Now()) | Q(due_at=None)
    stale = Q(is_over, status=ReactionStatus.RUNNING)
    count = Reaction.objects.filter(Q(status=ReactionStatus.FAILED) | stale).update(
        status=ReactionStatus.WAITING, due_at=None, claim=None, tries=0
    )
    run_waiting_reactions.enqueue()
    return count


def _run(reactions: Sequence[Reaction]) -> None:
    """Run claimed reactions of one name, once for each thing, and write down how it went."""
    registered = registry.reaction(reactions[0].name)
    by_thing: dict[tuple[str, str], list[Reaction]] = {}
    for reaction in sorted(reactions, key=lambda waiting: waiting.change_id):
        by_thing.setdefault((reaction.change.model_label, reaction.change.object_pk), []).append(reaction)
    if registered is None or (len(by_thing) > 1 and _run_together(registered, by_thing.values())):
        leases.finish(reactions)
        return
    for group in by_thing.values():
        leases.finish(group, _run_alone(registered, group[-1].change))


def _run_together(registered: RegisteredReaction, groups: Iterable[list[Reaction]]) -> bool:
    """Run a reaction for several things at once; False when it failed, and each must be tried by itself."""
    assert registered.run_together is not None
    changes = [group[-1].change for group in groups]
    try:
        with transaction.atomic():
            registered.run_together(changes)
    except Exception:
        logger.warning("Reaction %s failed for %s changes at once", registered.name, len(changes), exc_info=True)
        return False
    return True


def _run_alone(registered: RegisteredReaction, change: ContentChange) -> str:
    """Run a reaction for one change and return its error, empty when there was none."""
    try:
        # A savepoint: a reaction that fails half-way leaves nothing of itself behind in the database.
        with transaction.atomic():
            registered.run(change)
    except Exception as caught:
        logger.exception("Reaction %s failed after change %s", registered.name, change.pk)
        return f"{type(caught).__name__}: {caught}\n\n{traceback.format_exc()}"[:MAX_ERROR_CHARACTERS]
    return ""
