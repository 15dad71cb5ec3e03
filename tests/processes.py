"""Lets processes of their own, which tests start and kill, work on the test's database."""

from __future__ import annotations

from urllib.parse import quote

from django.db import connection


def address_of_database() -> str:
    """The test's database, as the child is told it."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    user = f"{quote(facts['USER'] or '')}:{quote(facts['PASSWORD'] or '')}@" if facts["USER"] else ""
    return f"postgres://{user}{quote(facts['HOST'] or '', safe='')}:{facts['PORT'] or 5432}/{facts['NAME']}"
