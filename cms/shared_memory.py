"""Redis, when there is one, as something that may always be missing: whatever is wrong with it, the caller goes on without."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings

if TYPE_CHECKING:
    import redis

logger = logging.getLogger(__name__)
Result = TypeVar("Result")
# On one network Redis answers within a millisecond. Who waits longer for a cache had better do the work.
SOCKET_SECONDS = 0.25
# After a failure Redis is left alone for this long, so that a stopped one costs one wait and not one for each request.
REST_SECONDS = 5.0


def options() -> dict[str, Any]:
    """Return how connections are made. The client is loaded only where there is a Redis: it takes megabytes of memory."""
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return {
        "socket_timeout": SOCKET_SECONDS,
        "socket_connect_timeout": SOCKET_SECONDS,
        "retry": Retry(NoBackoff(), 0),
    }


class SharedMemory:
    """A Redis server behind a switch that opens when it fails; safe for threads."""

    def __init__(self, url: str) -> None:
        import redis

        self.client = redis.Redis.from_url(url, **options())
        self._failures = (redis.RedisError, OSError)
        self._rests_until = 0.0

    def tried(self, act: Callable[[redis.Redis], Result], otherwise: Result) -> Result:
        """Return what `act` returns, or `otherwise` when Redis cannot be reached or failed a moment ago."""
        if time.monotonic() < self._rests_until:
            return otherwise
        try:
            return act(self.client)
        except self._failures as error:
            self._rests_until = time.monotonic() + REST_SECONDS
            logger.warning("Redis does not answer (%s); going on without it for %d seconds", error, REST_SECONDS)
            return otherwise


@lru_cache(maxsize=4)
def memory_at(url: str) -> SharedMemory:
    """Return the Redis at an address, one for each process."""
    return SharedMemory(url)


def shared_memory() -> SharedMemory | None:
    """Return the Redis that the settings name; None when they name none."""
    return memory_at(settings.REDIS_URL) if settings.REDIS_URL else None
