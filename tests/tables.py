"""Makes what only migrations make of the tables, for tests that do not run them."""

from __future__ import annotations

from importlib import import_module

from django.db import connection
from django.db.migrations import SeparateDatabaseAndState

ADMIN_SEARCH = "wagtailsearch_indexentry_fts"


def make_table_of_admin_search() -> None:
    """Give SQLite the full-text table of Wagtail's search in the admin: made from the model, it is a plain one."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [ADMIN_SEARCH])
        if cursor.fetchone()[0].startswith("CREATE VIRTUAL TABLE"):
            return
        cursor.execute(f"DROP TABLE {ADMIN_SEARCH}")
        migration = import_module("wagtail.search.migrations.0006_customise_indexentry").Migration
        (in_database,) = [made for made in migration.operations if isinstance(made, SeparateDatabaseAndState)]
        for statement in in_database.database_operations:
            cursor.execute(statement.sql)
