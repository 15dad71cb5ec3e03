"""Takes up, without anybody's hand, what a killed process left and what failed: reactions and the rows of django-tasks.

django-tasks tries a task once, and one whose worker was killed runs for ever in its table. The clock gives both another try:
a task that has been running for longer than a lease has no worker any more. Tasks are short for that reason (see
`tasks.MAX_SECONDS`); what takes longer is claimed by rows of its own.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.management import call_command
from django.db.models import Q, QuerySet
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from .clock import register_periodic
from .database_clock import database_now
from .leases import claimable, lease
from .tasks import run_waiting_reactions

logger = logging.getLogger(__name__)
MAX_TASK_TRIES = 8
# What failed longer ago was left to rest by an earlier release, or by hand.
TRIED_AGAIN_FOR = timedelta(days=1)
RESULTS_KEPT_DAYS, FAILED_RESULTS_KEPT_DAYS = 1, 30


def has_worker() -> bool:
    """Whether what follows a change is left to a worker (`TASKS_BACKEND=database`)."""
    return settings.TASKS["default"]["BACKEND"] == "django_tasks_db.DatabaseBackend"


@register_periodic(
    "heal_work",
    timedelta(seconds=15),
    "Picks up work that a stopped process left, and tries failed work again.",
    abandoned_after=timedelta(minutes=1),
)
def heal_work() -> None:
    """Give abandoned and failed work another try; run here what waits for a worker that does not come."""
    count = heal_tasks(database_now())
    if count:
        logger.warning("%s tasks whose worker was killed, or that failed, are tried again", count)
    if claimable().exists():
        run_waiting_reactions.call()


def heal_tasks(now: datetime) -> int:
    """Set tasks ready again that are abandoned or failed at the moment `now`, each after a pause; return how many."""
    count = 0
    for task in [*abandoned_tasks(now), *_failed_tasks(now)]:
        tries = len(task.worker_ids)
        is_resting = tries >= MAX_TASK_TRIES
        status = TaskResultStatus.FAILED if is_resting else TaskResultStatus.READY
        changed = DBTaskResult.objects.filter(pk=task.pk, status=task.status, started_at=task.started_at).update(
            status=status,
            run_after=now + timedelta(seconds=min(2**tries, 60) if task.status == TaskResultStatus.FAILED else 0),
            **({"finished_at": now, "traceback": "Its worker was killed every time."} if is_resting else {}),
        )
        count += changed and not is_resting
    return count


def abandoned_tasks(now: datetime) -> QuerySet[DBTaskResult]:
    """Return the tasks that have been running for longer than a lease; one that began in the future had a wrong clock."""
    is_over = Q(started_at__lte=now - lease()) | Q(started_at__gt=now + lease())
    return DBTaskResult.objects.filter(is_over, status=TaskResultStatus.RUNNING)


def _failed_tasks(now: datetime) -> list[DBTaskResult]:
    recent = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED, finished_at__gt=now - TRIED_AGAIN_FOR)
    return [task for task in recent if len(task.worker_ids) < MAX_TASK_TRIES]


@register_periodic("clear_task_results", timedelta(hours=1), "Removes results of tasks that are long over.")
def clear_task_results() -> None:
    """Keep the table of task results from growing without end; failed ones are kept longer, to be looked at."""
    if has_worker():
        call_command(
            "prune_db_task_results",
            queue_name="*",
            min_age_days=RESULTS_KEPT_DAYS,
            failed_min_age_days=FAILED_RESULTS_KEPT_DAYS,
            verbosity=0,
        )


@register_periodic("clear_sessions", timedelta(hours=6), "Removes sessions that have ended.", goes_by_date=True)
def clear_sessions() -> None:
    """Keep the table of sessions from growing without end."""
    call_command("clearsessions")
