"""Content that is slow to make, made once for a module in folders and an index of its own, and rolled back after it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings

from .graph import Graph, build
from .keeping import carried_out, clock, endpoint, keeping  # noqa: F401
from .many import make_library
from .redis_server import redis_url  # noqa: F401


@pytest.fixture(autouse=True)
def forget_what_was_cached():
    """Wagtail remembers renditions and site roots beyond the transaction in which a test made them."""
    cache.clear()


@contextmanager
def own_world() -> Iterator[None]:
    with tempfile.TemporaryDirectory(prefix="academy-world-") as name:
        folder = Path(name)
        private = {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(folder / "private"), "base_url": None},
        }
        own = override_settings(
            MEDIA_ROOT=str(folder / "media"),
            PRIVATE_MEDIA_ROOT=folder / "private",
            SEARCH_INDEX_DIR=folder / "search-index",
            STORAGES={**settings.STORAGES, "private": private},
        )
        with own, transaction.atomic():
            yield
            transaction.set_rollback(True)


@pytest.fixture(scope="module")
def graph(django_db_setup, django_db_blocker) -> Iterator[Graph]:
    with django_db_blocker.unblock(), own_world():
        yield build()


@pytest.fixture(scope="module")
def hundred(django_db_setup, django_db_blocker) -> Iterator[None]:
    """A hundred recordings."""
    with django_db_blocker.unblock(), own_world():
        make_library(100)
        yield
