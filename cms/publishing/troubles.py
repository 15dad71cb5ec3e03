"""Finds what is wrong with the work behind the pages: dead workers and clocks, wrong clocks, backlogs, failures, full disks."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from . import clock
from .database_clock import MAX_SKEW, database_now, is_wrong, skew_from, skew_in_words
from .healing import abandoned_tasks, has_worker
from .models import DeliveryStatus, PeriodicJob, Reaction, ReactionStatus, WebhookDelivery

# What waits for longer waits for somebody who does not come.
BACKLOG_AFTER = timedelta(minutes=1)
# A clock may be a timer that fires once a minute.
STANDS_STILL_AFTER = timedelta(seconds=90)
LEAST_FREE = 0.10
PARTS = ("worker", "clock", "time", "backlog", "failed", "disk")


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong: the part of the system it concerns (one of `PARTS`), and a sentence for people."""

    part: str
    sentence: str


def find_troubles() -> list[Trouble]:
    """Return what is wrong now, by a fixed number of statements; nothing when all is well."""
    now = database_now()
    finders = (_worker(now), _clock(now), _time(now), _backlog(now), _failed(now), _disk())
    return [trouble for finder in finders for trouble in finder]


def overdue_jobs(now: datetime) -> list[PeriodicJob]:
    """Return the registered jobs that nobody has claimed for too long, the longest due first."""
    names = [job.name for job in clock.jobs()]
    due = PeriodicJob.objects.filter(name__in=names, next_due_at__lt=now - STANDS_STILL_AFTER)
    return list(due.order_by("next_due_at"))


def _worker(now: datetime) -> Iterator[Trouble]:
    if not has_worker():
        return
    is_due = Q(run_after__lte=now - BACKLOG_AFTER) | Q(run_after__year=9999)
    waiting = DBTaskResult.objects.filter(is_due, status=TaskResultStatus.READY, enqueued_at__lte=now - BACKLOG_AFTER)
    oldest = waiting.order_by("enqueued_at").first()
    if oldest is not None:
        since = _in_words(now - oldest.enqueued_at)
        yield Trouble(
            "worker", f"No worker is running tasks: the oldest has waited for {since}. Start a worker (make worker)."
        )


def _clock(now: datetime) -> Iterator[Trouble]:
    overdue = overdue_jobs(now)
    if overdue:
        since = _in_words(now - overdue[0].next_due_at)
        yield Trouble(
            "clock",
            f"Scheduled jobs are not running: '{overdue[0]}' has been due for {since}. Start the clock (make worker, "
            "or manage.py run_due --loop 2).",
        )
    elif not PeriodicJob.objects.exists():
        yield Trouble("clock", "The clock has never run. Start it (make worker, or manage.py run_due --loop 2).")


def _time(now: datetime) -> Iterator[Trouble]:
    own = skew_from(now)
    if is_wrong(own):
        yield Trouble("time", f"The clock of this server is {skew_in_words(own)} the database's. Use NTP to set it.")
    recent = PeriodicJob.objects.filter(started_at__gt=now - timedelta(minutes=10))
    limit = MAX_SKEW.total_seconds()
    wrong = recent.filter(Q(skew_seconds__gt=limit) | Q(skew_seconds__lt=-limit)).order_by("-started_at").first()
    if wrong is not None:
        skew = skew_in_words(timedelta(seconds=wrong.skew_seconds))
        yield Trouble(
            "time", f"The clock of a machine that runs periodic jobs is {skew} the database's. Use NTP to set it."
        )


def _backlog(now: datetime) -> Iterator[Trouble]:
    late = now - BACKLOG_AFTER
    waiting = Reaction.objects.filter(status=ReactionStatus.WAITING, change__changed_at__lt=late)
    abandoned = Reaction.objects.filter(status=ReactionStatus.RUNNING, due_at__lt=late)
    count = waiting.count() + abandoned.count()
    if count:
        yield Trouble("backlog", f"{count} follow-ups of changes have waited for longer than a minute.")
    open_way = Q(subscription__disabled_at=None) & (
        Q(subscription__paused_until=None) | Q(subscription__paused_until__lt=late)
    )
    status = Q(status__in=(DeliveryStatus.WAITING, DeliveryStatus.SENDING), next_try_at__lt=late)
    count = WebhookDelivery.objects.filter(open_way, status).count()
    if count:
        yield Trouble("backlog", f"{count} webhook messages have been due for longer than a minute.")
    count = abandoned_tasks(late).count() if has_worker() else 0
    if count:
        yield Trouble(
            "backlog",
            f"{count} tasks were left unfinished by a worker that was stopped, and no worker has picked them up.",
        )


def _failed(now: datetime) -> Iterator[Trouble]:
    failed = Reaction.objects.filter(status=ReactionStatus.FAILED)
    count, resting = failed.count(), failed.filter(due_at=None).count()
    if count:
        rest = f"; {resting} will not be tried again by itself" if resting else "; it is tried again by itself"
        yield Trouble("failed", f"{count} follow-ups of changes failed{rest}.")
    count = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED, finished_at__gt=now - timedelta(days=1)).count()
    if count:
        yield Trouble("failed", f"{count} tasks failed since yesterday.")
    names = [job.name for job in clock.jobs()]
    for row in PeriodicJob.objects.filter(name__in=names).exclude(error="").order_by("name"):
        yield Trouble("failed", f"The periodic job '{row}' failed.")


def _disk() -> Iterator[Trouble]:
    for name, folder in _folders().items():
        try:
            usage = shutil.disk_usage(_existing(folder))
        except OSError:
            yield Trouble("disk", f"The disk of {name} cannot be read.")
            continue
        share = usage.free / (usage.used + usage.free or 1)
        if share < LEAST_FREE:
            yield Trouble(
                "disk",
                f"The disk of {name} is nearly full: {share:.0%} is free. Delete files you do not need, or "
                f"add more space.",
            )


def _folders() -> dict[str, Path]:
    """Return what the server writes to, by a name for people; folders on one disk are told of together."""
    found = {
        "pictures": Path(settings.MEDIA_ROOT),
        "recordings and documents": Path(settings.PRIVATE_MEDIA_ROOT),
        "uploads under way": Path(settings.FILE_UPLOAD_TEMP_DIR or tempfile.gettempdir()),
    }
    if not settings.SEARCH_URL:
        found["the search index"] = Path(settings.SEARCH_INDEX_DIR)
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        found["the database"] = Path(settings.DATABASES["default"]["NAME"]).parent
    by_device: dict[int, tuple[list[str], Path]] = {}
    for name, folder in found.items():
        by_device.setdefault(_existing(folder).stat().st_dev, ([], folder))[0].append(name)
    return {
        " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names): path
        for names, path in by_device.values()
    }


def _existing(folder: Path) -> Path:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _in_words(time: timedelta) -> str:
    minutes = int(time.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} minute{'s'[: minutes != 1]}"
    return f"{minutes // 60} hours"
