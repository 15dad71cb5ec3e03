"""Redis, when there is one, as something that may always be missing: whatever is wrong with it, the caller goes on without."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

import redis
from django.conf import settings
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)
Result = TypeVar("Result")
# On one network Redis answers within a millisecond. Who waits longer for a cache had better do the work.
SOCKET_SECONDS = 0.25
# After a failure Redis is left alone for this long, so that a stopped one costs one wait and not one for each request.
REST_SECONDS = 5.0
OPTIONS: dict[str, Any] = {
    "socket_timeout": SOCKET_SECONDS,
    "socket_connect_timeout": SOCKET_SECONDS,
    "retry": Retry(NoBackoff(), 0),
}


class SharedMemory:
    """A Redis server behind a switch that opens when it fails; safe for threads."""

    def __init__(self, url: str) -> None:
        self.client = redis.Redis.from_url(url, **OPTIONS)
        self._rests_until = 0.0

    def tried(self, act: Callable[[redis.Redis], Result], otherwise: Result) -> Result:
        """Return what `act` returns, or `otherwise` when Redis cannot be reached or failed a moment ago."""
        if time.monotonic() < self._rests_until:
            return otherwise
        try:
            return act(self.client)
        except (redis.RedisError, OSError) as error:
            self._rests_until = time.monotonic() + REST_SECONDS
            logger.warning("Redis does not answer (%s); going on without it for %d seconds", error, REST_SECONDS)
            return otherwise


@lru_cache(maxsize=4)
def _at(url: str) -> SharedMemory:
    return SharedMemory(url)


def shared_memory() -> SharedMemory | None:
    """Return the Redis that the settings name; None when they name none."""
    return _at(settings.REDIS_URL) if settings.REDIS_URL else None


class OpenRedisCache(RedisCache):
    """Django's cache in Redis, which holds nothing while Redis does not answer instead of failing every page."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, {**params, "OPTIONS": {**OPTIONS, **params.get("OPTIONS", {})}})
        self._memory = _at(server)

    def _tried(self, act: Callable[[], Result], otherwise: Result) -> Result:
        return self._memory.tried(lambda client: act(), otherwise)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        """Say that it was stored when Redis does not answer: who adds a lock goes on."""
        return self._tried(lambda: RedisCache.add(self, key, value, timeout, version), True)

    def get(self, key: str, default: Any = None, version: Any = None) -> Any:
        return self._tried(lambda: RedisCache.get(self, key, default, version), default)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> None:
        self._tried(lambda: RedisCache.set(self, key, value, timeout, version), None)

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        return self._tried(lambda: RedisCache.touch(self, key, timeout, version), False)

    def delete(self, key: str, version: Any = None) -> bool:
        return self._tried(lambda: RedisCache.delete(self, key, version), False)

    def get_many(self, keys: Any, version: Any = None) -> dict[str, Any]:
        return self._tried(lambda: RedisCache.get_many(self, keys, version), {})

    def has_key(self, key: str, version: Any = None) -> bool:
        return self._tried(lambda: RedisCache.has_key(self, key, version), False)

    def incr(self, key: str, delta: int = 1, version: Any = None) -> int:
        return self._tried(lambda: RedisCache.incr(self, key, delta, version), delta)

    def set_many(self, data: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> list[str]:
        return self._tried(lambda: RedisCache.set_many(self, data, timeout, version), list(data))

    def delete_many(self, keys: Any, version: Any = None) -> None:
        self._tried(lambda: RedisCache.delete_many(self, keys, version), None)

    def clear(self) -> None:
        self._tried(lambda: RedisCache.clear(self), None)
