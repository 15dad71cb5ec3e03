"""A Redis for tests that need a real one; they skip where none listens (set TEST_REDIS_URL to name it)."""

from __future__ import annotations

import os

import pytest
import redis


@pytest.fixture
def redis_url(settings):
    """The address of an empty Redis database, which the settings name for the time of the test."""
    url = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/2")
    client = redis.Redis.from_url(url, socket_connect_timeout=1)
    try:
        client.flushdb()
    except redis.RedisError:
        pytest.skip("no Redis listens; set TEST_REDIS_URL to name one")
    settings.REDIS_URL = url
    yield url
    client.flushdb()
    client.close()
