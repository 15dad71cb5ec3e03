"""Runs what must happen as time passes, not after a change: each job on one machine at a time, however many clocks run."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, close_old_connections, connection
from django.db.models import F

from .database_clock import database_now, is_wrong, read_with_now, skew_from, skew_in_words
from .models import PeriodicJob

logger = logging.getLogger(__name__)
Run = Callable[[], object]
MAX_ERROR_CHARACTERS = 4_000
# Jobs of one loop that run beside each other: a long one (mail, a compaction) must not hold up scheduled publishing.
MAX_RUNNING_JOBS = 8
# Set when the loop is asked to end. A job that works through a long queue looks at it now and then.
stopping = threading.Event()


@dataclass(frozen=True, slots=True)
class RegisteredJob:
    """Something to do again and again. Its name is stored with its row, so keep names stable."""

    name: str
    every: timedelta
    run: Run
    description: str
    abandoned_after: timedelta
    goes_by_date: bool = False

    @property
    def latest_due(self) -> timedelta:
        """How far from now the job can be due at most; a later due time was written by a clock that was wrong."""
        return self.every + self.abandoned_after


_jobs: dict[str, RegisteredJob] = {}
_told_of_skew: dict[str, float] = {}


def register_periodic(
    name: str,
    every: timedelta,
    description: str,
    *,
    abandoned_after: timedelta = timedelta(minutes=15),
    goes_by_date: bool = False,
) -> Callable[[Run], Run]:
    """Register the decorated function, which takes nothing, to be run `every` so often by one machine at a time.

    It must be safe to run twice: when it takes longer than `abandoned_after`, or its process is killed, it is started
    again once that time is over. An exception is logged and shown in the admin; the next run comes when it is due.
    `goes_by_date` is for what acts on dates that people chose: a machine whose clock is wrong leaves it to the others.
    """

    def decorate(run: Run) -> Run:
        if name in _jobs and _jobs[name].run is not run:
            raise ValueError(f"A periodic job named {name!r} is registered already; names must be unique.")
        _jobs[name] = RegisteredJob(name, every, run, description, abandoned_after, goes_by_date)
        return run

    return decorate


def jobs() -> tuple[RegisteredJob, ...]:
    """Return the registered jobs by name."""
    return tuple(sorted(_jobs.values(), key=lambda registered: registered.name))


def job(name: str) -> RegisteredJob | None:
    """Return the job of that name, or None when no app registers it any more."""
    return _jobs.get(name)


def run_due() -> list[str]:
    """Run every job that is due, one after the other, and return their names."""
    ensure_rows()
    names = []
    for row in claim_due():
        run_claimed(row)
        names.append(row.name)
    return names


def run_loop(tick_seconds: float, stop: threading.Event = stopping) -> None:
    """Look every `tick_seconds` for jobs that are due and run them beside each other, until `stop` is set.

    A database that is away is waited for: a clock that ends with it would have to be started by hand.
    """
    has_rows = False
    with ThreadPoolExecutor(MAX_RUNNING_JOBS, thread_name_prefix="clock") as pool:
        while not stop.is_set():
            try:
                if not has_rows:
                    ensure_rows()
                    has_rows = True
                for row in claim_due():
                    pool.submit(_run_in_thread, row)
            except DatabaseError:
                logger.exception("The clock cannot read its jobs; it tries again")
            close_old_connections()
            stop.wait(tick_seconds)


def ensure_rows() -> None:
    """Make the row of each registered job that has none; a new job is due at once."""
    known = set(PeriodicJob.objects.values_list("name", flat=True))
    missing = [job.name for job in jobs() if job.name not in known]
    if missing:
        now = database_now()
        rows = [PeriodicJob(name=name, next_due_at=now) for name in missing]
        PeriodicJob.objects.bulk_create(rows, ignore_conflicts=True)


def claim_due() -> Iterator[PeriodicJob]:
    """Yield the rows of due jobs, each claimed for this process; one read when nothing is due.

    A claim puts the next due time behind the time after which the job counts as abandoned. The update asks for the due
    time that was read, so of several machines one gets the row, and a killed one loses it when that time is over.
    All times are the database's. A job that is due later than it can be was claimed by a clock that was wrong: it is due.
    """
    rows, read_at = read_with_now(PeriodicJob.objects.filter(name__in=list(_jobs)).order_by("next_due_at"))
    skew = skew_from(read_at)
    if is_wrong(skew):
        _tell_of_skew(skew)
    for row in rows:
        job = _jobs[row.name]
        if read_at < row.next_due_at <= read_at + job.latest_due or (job.goes_by_date and is_wrong(skew)):
            continue
        now = database_now()
        claimed_until = now + job.abandoned_after
        is_ours = PeriodicJob.objects.filter(pk=row.pk, next_due_at=row.next_due_at).update(
            next_due_at=claimed_until,
            started_at=now,
            finished_at=None,
            runs=F("runs") + 1,
            skew_seconds=skew.total_seconds(),
        )
        if is_ours:
            row.next_due_at, row.started_at = claimed_until, now
            yield row


def _tell_of_skew(skew: timedelta) -> None:
    """Write to the log, once a minute at most, that this machine's clock is wrong."""
    now = time.monotonic()
    if now - _told_of_skew.get("at", -60.0) >= 60:
        _told_of_skew["at"] = now
        logger.error(
            "This machine's clock is %s the database's. Jobs that go by dates are not run here", skew_in_words(skew)
        )


def run_claimed(row: PeriodicJob) -> None:
    """Run a claimed job and write down how it went and when it is due again."""
    registered, error = _jobs[row.name], ""
    try:
        registered.run()
    except Exception as caught:
        logger.exception("Periodic job %s failed", row.name)
        error = f"{type(caught).__name__}: {caught}\n\n{traceback.format_exc()}"[:MAX_ERROR_CHARACTERS]
    _finish(row, registered.every, error)


def _finish(row: PeriodicJob, every: timedelta, error: str) -> None:
    now = database_now()
    started_at: datetime = row.started_at or now
    # Somebody who took it up in the meantime, because this run took too long, has written another due time.
    PeriodicJob.objects.filter(pk=row.pk, next_due_at=row.next_due_at).update(
        next_due_at=max(started_at + every, now),
        finished_at=now,
        error=error,
        failures_in_row=F("failures_in_row") + 1 if error else 0,
    )


def _run_in_thread(row: PeriodicJob) -> None:
    try:
        run_claimed(row)
    except DatabaseError:
        logger.exception("How periodic job %s went cannot be written down", row.name)
    finally:
        connection.close()
