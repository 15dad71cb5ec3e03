"""Tells the time by the database's clock: the one clock that all machines of the academy share.

Due times and leases are written and compared by it, so that a machine whose own clock is wrong neither does things early nor
stops the others. With SQLite the database is a part of this process, and so is its clock.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

Row = TypeVar("Row", bound=Model)
# What is a wrong clock, and not a slow network.
MAX_SKEW = timedelta(seconds=30)


def database_now() -> datetime:
    """Return the moment by the database's clock, in one statement."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT STATEMENT_TIMESTAMP()")
        (now,) = cursor.fetchone()
    return now


def read_with_now(rows: QuerySet[Row]) -> tuple[list[Row], datetime]:
    """Return all of `rows` and the moment by the database's clock at which they were read, in one statement."""
    if connection.vendor != "postgresql":
        return list(rows), timezone.now()
    found: list[Any] = list(rows.annotate(read_at=Now()))
    return found, found[0].read_at if found else database_now()


def skew_from(database_time: datetime) -> timedelta:
    """Return how far this machine's clock is ahead of `database_time`, read just now; below 0 when it is behind."""
    return timezone.now() - database_time


def is_wrong(skew: timedelta) -> bool:
    """Whether a difference between two clocks is more than a slow network makes it."""
    return abs(skew) > MAX_SKEW


def skew_in_words(skew: timedelta) -> str:
    """Return e.g. `3 hours ahead of` or `2 minutes behind`, to be followed by the name of the other clock."""
    seconds = abs(int(skew.total_seconds()))
    units = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
    size, unit = next(((size, unit) for size, unit in units if seconds >= size), units[-1])
    count = round(seconds / size)
    return f"{count} {unit}{'s'[: count != 1]} {'ahead of' if skew > timedelta(0) else 'behind'}"
