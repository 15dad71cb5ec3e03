"""The real migrations, run once on an empty database: all other tests make their tables from the models, which is faster."""

from __future__ import annotations

import json
import os

import pytest
from django.db import connection

from .serving import create_database, drop_database, environment_of, manage

OWN_TABLES = ("access_", "api_", "home_", "library_", "programmes_", "publishing_", "search_")
# Run here and there, so it stands as text: what the database says of its tables, and the rows that every site begins with.
DESCRIBE = f"""
import json
from django.db import connection
from wagtail.models import Collection, Locale, Page, Site

def shape(cursor, table):
    columns = [[c.name, str(c.type_code), bool(c.null_ok)] for c in connection.introspection.get_table_description(cursor, table)]
    constraints = connection.introspection.get_constraints(cursor, table).values()
    kinds = ("columns", "primary_key", "unique", "foreign_key", "check", "index")
    return [sorted(columns), sorted(json.dumps([c[kind] for kind in kinds]) for c in constraints)]

with connection.cursor() as cursor:
    own = [name for name in connection.introspection.table_names(cursor) if name.startswith({OWN_TABLES!r})]
    tables = {{name: shape(cursor, name) for name in own}}
    if connection.vendor == "sqlite":
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE sql LIKE '%%indexentry_fts%%' ORDER BY name")
        tables["Wagtail's search in the admin"] = [list(row) for row in cursor.fetchall()]
pages = Page.objects.order_by("path").values_list("path", "title", "slug", "url_path", "numchild", "live", "show_in_menus",
                                                  "content_type__model", "locale__language_code")
rows = [
    [list(page) for page in pages],
    [list(site) for site in Site.objects.values_list("hostname", "port", "root_page__path", "is_default_site")],
    [list(locale) for locale in Locale.objects.values_list("language_code")],
    [list(collection) for collection in Collection.objects.values_list("name", "path", "numchild")],
]
described = json.dumps([tables, rows])
"""


def described_here() -> str:
    names: dict[str, str] = {}
    exec(DESCRIBE, names)
    return names["described"]


@pytest.fixture
def empty_database(tmp_path):
    """The environment of an empty database of the kind that the tests run on."""
    if connection.vendor == "sqlite":
        yield environment_of(tmp_path)
        return
    url = f"{os.environ['TEST_DATABASE_URL'].rpartition('/')[0]}/academy_migrated_{os.getpid()}"
    create_database(url)
    try:
        yield environment_of(tmp_path, url)
    finally:
        drop_database(url)


@pytest.mark.slow
@pytest.mark.django_db
def test_migrations_make_the_tables_that_the_models_ask_for_and_the_rows_that_tests_begin_with(empty_database):
    manage(empty_database, "migrate", "--verbosity", "0")
    printed = manage(empty_database, "shell", "--verbosity", "0", "-c", f"{DESCRIBE}\nprint(described)")
    migrated_tables, migrated_rows = json.loads(printed.splitlines()[-1])
    tables, rows = json.loads(described_here())
    assert migrated_rows == rows
    assert len(tables) > 30 and sorted(migrated_tables) == sorted(tables)
    for name, shape in tables.items():
        assert migrated_tables[name] == shape, name
