"""Counts what each API client asks, in memory, and writes it down every few seconds, never in the way of an answer."""

from __future__ import annotations

import atexit
import datetime as dt
import logging
from dataclasses import dataclass, fields
from threading import Event, Lock, Thread

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from cms.access.models import ApiClient, ApiUsage, TrustedDocument

logger = logging.getLogger(__name__)
Who = tuple[int | None, int]
HOUR = 3_600
# With more than this waiting the database has been away for long: the oldest hours are given up.
MAX_WAITING = 10_000


@dataclass(slots=True)
class Tally:
    """What is counted, in the order of the columns."""

    requests: int = 0
    cost: int = 0
    cached: int = 0
    unchanged: int = 0
    errors: int = 0
    limited: int = 0
    sent_bytes: int = 0

    def add(self, other: Tally) -> None:
        """Add what another tally counted."""
        self.requests += other.requests
        self.cost += other.cost
        self.cached += other.cached
        self.unchanged += other.unchanged
        self.errors += other.errors
        self.limited += other.limited
        self.sent_bytes += other.sent_bytes


COLUMNS = tuple(field.name for field in fields(Tally))


class Usage:
    """What one process has counted and not yet written down; safe for threads."""

    def __init__(self) -> None:
        self._waiting: dict[Who, Tally] = {}
        self._documents: set[int] = set()
        self._lock = Lock()
        self._stop = Event()
        self._writer: Thread | None = None

    def note(self, client_id: int | None, now: float, tally: Tally, sent_bytes: int = 0) -> None:
        """Count one request of a client (None: the public) at `now`, in seconds of the epoch.

        `sent_bytes` come on top of what the tally says.
        """
        who = client_id, int(now) // HOUR * HOUR
        with self._lock:
            known = self._waiting.get(who)
            if known is None:
                known = self._waiting[who] = Tally()
            known.add(tally)
            known.sent_bytes += sent_bytes
        self._see_that_somebody_writes()

    def note_document(self, pk: int) -> None:
        """Remember that a trusted document was used."""
        with self._lock:
            self._documents.add(pk)

    def flush(self) -> None:
        """Write down what was counted. When the database does not take it, it waits for the next time."""
        with self._lock:
            waiting, self._waiting = self._waiting, {}
            documents, self._documents = self._documents, set()
        try:
            write(waiting)
            if documents:
                TrustedDocument.objects.filter(pk__in=documents).update(last_used_at=timezone.now())
        except DatabaseError as error:
            logger.warning("Use of the API could not be written down (%s); trying again later", error)
            self._take_back(waiting)

    def _take_back(self, waiting: dict[Who, Tally]) -> None:
        with self._lock:
            for who, tally in waiting.items():
                if who in self._waiting:
                    tally.add(self._waiting[who])
                self._waiting[who] = tally
            for who in sorted(self._waiting, key=lambda who: who[1])[: max(0, len(self._waiting) - MAX_WAITING)]:
                del self._waiting[who]

    def _see_that_somebody_writes(self) -> None:
        """Start this process's writer with its first request (a thread does not live on in a forked process)."""
        if self._writer is None and settings.API_USAGE_SECONDS > 0:
            with self._lock:
                if self._writer is None:
                    self._writer = Thread(target=self._write_now_and_then, name="api-usage", daemon=True)
                    self._writer.start()
                    atexit.register(self._write_the_rest)

    def _write_now_and_then(self) -> None:
        while not self._stop.wait(settings.API_USAGE_SECONDS):
            close_old_connections()
            self.flush()

    def _write_the_rest(self) -> None:
        self._stop.set()
        self.flush()
        connection.close()


def write(waiting: dict[Who, Tally]) -> None:
    """Add tallies to the rows of their hours: one statement for all clients, one for the public."""
    clients = {who: tally for who, tally in waiting.items() if who[0] is not None}
    public = {who: tally for who, tally in waiting.items() if who[0] is None}
    if clients:
        # A client that was deleted meanwhile takes its counts along.
        known = set(ApiClient.objects.filter(pk__in={who[0] for who in clients}).values_list("pk", flat=True))
        clients = {who: tally for who, tally in clients.items() if who[0] in known}
    for rows, target in ((clients, "(client_id, starts_at)"), (public, "(starts_at) WHERE client_id IS NULL")):
        if rows:
            _add(rows, target)


def _add(rows: dict[Who, Tally], target: str) -> None:
    table = ApiUsage._meta.db_table
    names = ", ".join(("client_id", "starts_at", *COLUMNS))
    places = ", ".join(f"({', '.join(['%s'] * (2 + len(COLUMNS)))})" for _ in rows)
    sums = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in COLUMNS)
    adapt = connection.ops.adapt_datetimefield_value
    values = [
        value
        for (client_id, starts_at), tally in rows.items()
        for value in (
            client_id,
            adapt(dt.datetime.fromtimestamp(starts_at, dt.UTC)),
            *(getattr(tally, name) for name in COLUMNS),
        )
    ]
    with connection.cursor() as cursor:
        # Names of our own tables and columns only.
        insert = f"INSERT INTO {table} ({names}) VALUES {places}"  # noqa: S608
        cursor.execute(f"{insert} ON CONFLICT {target} DO UPDATE SET {sums}", values)


usage = Usage()
