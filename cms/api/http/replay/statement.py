"""Carries out the one statement that every request to the API begins with, in as little time as can be.

On PostgreSQL it is prepared once a connection and sent by the driver's own cursor: this is most of what a kept answer costs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from ..statement_timeout import bound_statements

# Stands in a statement for the text that each request puts there.
OPEN = "?"


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


class Prepared:
    """What was prepared on one connection, and the cursor that carries it out."""

    __slots__ = ("commands", "connection", "cursor")

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.cursor = connection.cursor()
        self.commands: dict[str, str] = {}

    def row(self, statement: PreparedRow, text: str) -> tuple[Any, ...] | None:
        """Carry a statement out."""
        command = self.commands.get(statement.name)
        if command is None:
            self.cursor.execute(statement.prepared)
            command = f"EXECUTE {statement.name}{'(%s)' if statement.takes_text else ''}"
            self.commands[statement.name] = command
        self.cursor.execute(command, (text,) if text else None)
        return self.cursor.fetchone()


def row_of(statement_for: Callable[[str], PreparedRow], text: str = "") -> tuple[Any, ...] | None:
    """Carry out the statement for the database's vendor on this thread's connection.

    When that fails it is tried once more on a new one: the database may have closed the old one meanwhile, or have been
    changed under what was prepared.
    """
    # Looking the thread's connection up costs more than one thinks, so it is done once.
    own = connections[DEFAULT_DB_ALIAS]
    statement = statement_for(own.vendor)
    try:
        return _read(own, statement, text)
    except (DatabaseError, InterfaceError):
        if own.in_atomic_block:
            raise
        own.close()
        return _read(own, statement, text)


def _read(own: BaseDatabaseWrapper, statement: PreparedRow, text: str) -> tuple[Any, ...] | None:
    bound_statements(own)
    if own.vendor != "postgresql" or own.queries_logged or own.execute_wrappers:
        with own.cursor() as cursor:
            cursor.execute(statement.sql, statement.filled(text))
            return cursor.fetchone()
    with own.wrap_database_errors:
        prepared = getattr(own, "_api_prepared", None)
        if prepared is None or prepared.connection is not own.connection:
            prepared = own._api_prepared = Prepared(own.connection)
        return prepared.row(statement, text)
