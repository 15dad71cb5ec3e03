"""Runs reactions after the commit: in order, each on its own, each tracked, so that one failure stops no other."""

from __future__ import annotations

import logging
import traceback
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django_tasks import task

from . import registry
from .models import Reaction, ReactionStatus

logger = logging.getLogger(__name__)
# A reaction that has been running for longer belonged to a process that died: it is taken up again.
ABANDONED_AFTER = timedelta(minutes=15)
MAX_ERROR_CHARACTERS = 4_000


@task()
def run_waiting_reactions() -> int:
    """Run every waiting reaction, oldest change first, and return how many were run."""
    count = 0
    while (reaction := _claim()) is not None:
        _run(reaction)
        count += 1
    return count


def retry_failed() -> int:
    """Set failed and abandoned reactions waiting again and run them; return how many were set."""
    stale = Q(status=ReactionStatus.RUNNING, started_at__lt=timezone.now() - ABANDONED_AFTER)
    count = Reaction.objects.filter(Q(status=ReactionStatus.FAILED) | stale).update(status=ReactionStatus.WAITING)
    run_waiting_reactions.enqueue()
    return count


def _claim() -> Reaction | None:
    """Take the next waiting reaction for this process. The conditional update is what makes two workers share."""
    for pk in Reaction.objects.filter(status=ReactionStatus.WAITING).values_list("pk", flat=True)[:20]:
        taken = Reaction.objects.filter(pk=pk, status=ReactionStatus.WAITING).update(
            status=ReactionStatus.RUNNING, started_at=timezone.now(), tries=F("tries") + 1
        )
        if taken:
            return Reaction.objects.select_related("change").get(pk=pk)
    return None


def _run(reaction: Reaction) -> None:
    registered = registry.reaction(reaction.name)
    error = ""
    if registered is not None:
        try:
            # A savepoint: a reaction that fails half-way leaves nothing of itself behind in the database.
            with transaction.atomic():
                registered.run(reaction.change)
        except Exception as caught:
            logger.exception("Reaction %s failed after change %s", reaction.name, reaction.change_id)
            error = f"{type(caught).__name__}: {caught}\n\n{traceback.format_exc()}"[:MAX_ERROR_CHARACTERS]
    Reaction.objects.filter(pk=reaction.pk).update(
        status=ReactionStatus.FAILED if error else ReactionStatus.DONE, error=error, finished_at=timezone.now()
    )
