"""Runs the one statement that every request to the API begins with, in as little time as possible.

On PostgreSQL it is prepared once a connection and sent by the driver's own cursor: this is most of what a cached answer costs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

# Stands in a statement for the text that each request puts there.
OPEN = "?"
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class PreparedRow:
    """A statement that reads one row, with places for at most one text."""

    name: str
    sql: str
    parameters: tuple[Any, ...] = ()

    @property
    def takes_text(self) -> bool:
        return OPEN in self.parameters

    def filled(self, text: str) -> tuple[Any, ...]:
        """Return the parameters with the text in its place."""
        return tuple(text if parameter == OPEN else parameter for parameter in self.parameters)

    @property
    def prepared(self) -> str:
        """The command by which PostgreSQL prepares it: its numbers are written out, its text is left open."""
        filled = self.sql % tuple("$1" if parameter == OPEN else int(parameter) for parameter in self.parameters)
        return f"PREPARE {self.name}{'(text)' if self.takes_text else ''} AS {filled}"


class PreparedCursor:
    """A cursor of one connection of the driver's, and the statements that were prepared on it."""

    __slots__ = ("commands", "connection", "cursor")

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.cursor = connection.cursor()
        self.commands: dict[str, str] = {}

    def row(self, statement: PreparedRow, text: str) -> Row | None:
        """Run a statement and return its row, or None."""
        command = self.commands.get(statement.name)
        if command is None:
            self.cursor.execute(statement.prepared)
            command = f"EXECUTE {statement.name}{'(%s)' if statement.takes_text else ''}"
            self.commands[statement.name] = command
        self.cursor.execute(command, (text,) if text else None)
        return self.cursor.fetchone()


def row_of(
    statement_for: Callable[[str], PreparedRow], text: str = "", *, make_ready: Callable[[BaseDatabaseWrapper], None]
) -> Row | None:
    """Run the statement for the database's vendor on this thread's connection, which `make_ready` is given before.

    When that fails it is tried once more on a new one: the database may have closed the old one meanwhile, or have been
    changed under what was prepared.
    """
    # Looking the thread's connection up costs more than one thinks, so it is done once.
    own = connections[DEFAULT_DB_ALIAS]
    statement = statement_for(own.vendor)
    try:
        make_ready(own)
        return _read(own, statement, text)
    except (DatabaseError, InterfaceError):
        if own.in_atomic_block:
            raise
        own.close()
        make_ready(own)
        return _read(own, statement, text)


def _read(own: BaseDatabaseWrapper, statement: PreparedRow, text: str) -> Row | None:
    is_prepared = settings.API_REPLAY_SECONDS and own.vendor == "postgresql"
    if not is_prepared or own.queries_logged or own.execute_wrappers:
        with own.cursor() as cursor:
            cursor.execute(statement.sql, statement.filled(text))
            return cursor.fetchone()
    with own.wrap_database_errors:
        prepared = getattr(own, "_api_prepared", None)
        if prepared is None or prepared.connection is not own.connection:
            prepared = own._api_prepared = PreparedCursor(own.connection)
        return prepared.row(statement, text)
