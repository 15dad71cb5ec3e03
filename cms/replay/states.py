"""What one process read of the content and of the keys a moment ago."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings

# What an answer rests on: while it stays the same, so do the content and the caller's key.
State = tuple[Any, ...]
# Beyond this many keys everything is forgotten; reading a state anew costs little.
MAX_STATES = 1_000


class StateCache:
    """The states that one process read within the last `API_REPLAY_SECONDS`; safe for threads, bounded in memory."""

    def __init__(self, read: Callable[[str], State | None]) -> None:
        self._read = read
        self._states: dict[str, tuple[float, State | None]] = {}

    def state(self, prefix: str) -> State | None:
        """Return what `read` returns for the key with this prefix, or returned within the last `API_REPLAY_SECONDS`."""
        now = time.monotonic()
        known = self._states.get(prefix)
        if known is not None and now - known[0] < settings.API_REPLAY_SECONDS:
            return known[1]
        state = self._read(prefix)
        if len(self._states) >= MAX_STATES:
            self._states.clear()
        # Its age counts from before the statement, which may have seen the database as it was when it began.
        self._states[prefix] = now, state
        return state
