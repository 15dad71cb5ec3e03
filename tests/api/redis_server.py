"""A Redis for tests that need a real one; without one they skip, or in CI fail (set TEST_REDIS_URL to name it)."""

from __future__ import annotations

import os

import pytest
import redis


@pytest.fixture
def redis_url(settings):
    """The address of an empty Redis database, which the settings name for the time of the test."""
    address, _, number = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/2").rpartition("/")
    # A database for each of xdist's workers (Redis has 16): they empty it under each other's hands otherwise.
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    url = f"{address}/{(int(number) + worker) % 16}"
    client = redis.Redis.from_url(url, socket_connect_timeout=1)
    try:
        client.flushdb()
    except redis.RedisError:
        word = "no Redis listens; set TEST_REDIS_URL to name one"
        pytest.fail(word) if os.environ.get("CI") else pytest.skip(word)
    settings.REDIS_URL = url
    yield url
    client.flushdb()
    client.close()
