"""Django's cache in Redis, apart from `shared_memory` so that it is loaded only where the settings ask for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache

from .shared_memory import Result, memory_at, options


class OpenRedisCache(RedisCache):
    """Django's cache in Redis, which holds nothing while Redis does not answer instead of failing every page."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, {**params, "OPTIONS": {**options(), **params.get("OPTIONS", {})}})
        self._memory = memory_at(server)

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
