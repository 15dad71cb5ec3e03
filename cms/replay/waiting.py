"""Lets nobody know of a change before every process would answer from after it; see the package for why that is enough."""

from __future__ import annotations

import time
from threading import Lock

from django.conf import settings
from django.db import transaction


def wait_after_commit() -> None:
    """Let the running transaction's commit return to its writer only when no state from before it is in use any more.

    To be called inside each transaction that changes what answers rest on; once in a transaction is enough.
    """
    if not settings.API_REPLAY_SECONDS:
        return
    connection = transaction.get_connection()
    if not any(after is _wait for _, after, *_ in connection.run_on_commit):
        transaction.on_commit(_wait)


def _wait() -> None:
    time.sleep(settings.API_REPLAY_SECONDS)


class AnnouncedVersions:
    """The newest content version that this process has announced, and when that may be done; safe for threads."""

    def __init__(self) -> None:
        self._version = 0
        self._visible_at = 0.0
        self._lock = Lock()

    def wait_until_visible(self, version: int, present: int) -> None:
        """Wait until changes up to `version` may be announced; `present` is the content version as it was read just now.

        One that is lower than what was announced is another history: the database was restored from a backup.
        """
        seconds = settings.API_REPLAY_SECONDS
        if not seconds:
            return
        now = time.monotonic()
        with self._lock:
            if present < self._version:
                self._version = 0
            if version > self._version:
                self._version, self._visible_at = version, now + seconds
            left = self._visible_at - now
        if left > 0:
            time.sleep(left)


_announced = AnnouncedVersions()
wait_until_visible = _announced.wait_until_visible
