"""Waits while the database restarts, so that an import loses no part of its work to a pause of some seconds."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.db import InterfaceError, OperationalError, connection

logger = logging.getLogger(__name__)
LONGEST_WAIT_SECONDS = 120.0
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 10.0


def wait_out_restarts(
    work: Callable[[], None],
    *,
    is_done: Callable[[], bool] = lambda: False,
    longest_seconds: float = LONGEST_WAIT_SECONDS,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Do `work`, again from its beginning when the database went away under it, until it answers again.

    An error with a connection that still works is not the database's absence and is raised at once; so is the last one
    after `longest_seconds` of waiting. `is_done` tells whether work that ended without an answer was done after all.
    Inside a transaction of the caller's nothing is repeated.
    """
    waited, pause = 0.0, _FIRST_PAUSE_SECONDS
    while True:
        try:
            if waited and is_done():
                return
            work()
            return
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block or not _is_lost() or waited >= longest_seconds:
                raise
            if waited == 0:
                logger.warning("The database does not answer (%s): the import waits for it.", error.__class__.__name__)
            connection.close()
            sleep(pause)
            waited, pause = waited + pause, min(pause * 2, _LONGEST_PAUSE_SECONDS)


def _is_lost() -> bool:
    """Whether the connection is gone; one that an error has closed is, too."""
    return connection.connection is None or not connection.is_usable()
