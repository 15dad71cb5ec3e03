"""Lets readers look at the content version only every few milliseconds, and nobody who knows of a change meet what was before.

What is kept in answer to a request holds as long as the content version does, and reading that from the database for each of
thousands of requests a second costs more than everything else about them. So a process may go by a glance that is at most
`STATE_TTL_SECONDS` old. In return a change is told to nobody before every glance from before it has run out: its writer gets its
commit back that much later, and those who follow changes (the feed, webhooks) hear of it that much later. Whoever has been
told of a change therefore finds it in every process, on every machine, without any of them knowing of the others; only spans
of time are measured, so no clocks need to agree.
"""

from __future__ import annotations

import time
from threading import Lock

from django.db import transaction

STATE_TTL_SECONDS = 0.005


def wait_after_commit() -> None:
    """Let the running transaction's commit return to its writer only when no glance from before it is in use any more.

    To be called inside each transaction that changes what answers rest on; once in a transaction is enough.
    """
    connection = transaction.get_connection()
    if not any(after is _wait for _, after, *_ in connection.run_on_commit):
        transaction.on_commit(_wait)


def _wait() -> None:
    time.sleep(STATE_TTL_SECONDS)


class Newest:
    """The newest content version that this process has told of, and when that may be done; safe for threads."""

    def __init__(self) -> None:
        self._version = 0
        self._settled_at = 0.0
        self._lock = Lock()

    def settle(self, version: int, present: int) -> None:
        """Wait until changes up to `version` may be told of; `present` is the content version as it was read just now.

        One that is lower than what was told of is another history: the database was brought back from a backup.
        """
        now = time.monotonic()
        with self._lock:
            if present < self._version:
                self._version = 0
            if version > self._version:
                self._version, self._settled_at = version, now + STATE_TTL_SECONDS
            left = self._settled_at - now
        if left > 0:
            time.sleep(left)


newest = Newest()
