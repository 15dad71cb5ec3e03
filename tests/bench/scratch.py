"""A database for benches that need one, made before and dropped after; files and index lie in the test settings' folder."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import django


@contextmanager
def scratch_database() -> Iterator[None]:
    """Set Django up with an empty migrated database for the `with` block."""
    django.setup()
    logging.getLogger("wagtail").setLevel(logging.WARNING)
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases, teardown_test_environment

    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        yield
    finally:
        teardown_databases(databases, verbosity=0)
        teardown_test_environment()
