"""Finds who calls and the content version in one statement, so that the end of a key or a page bites everywhere at once."""

from __future__ import annotations

import datetime as dt
import hmac
import logging
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Subquery
from django.utils.dateparse import parse_datetime

from cms.access.bearer import MAX_KEY_CHARACTERS, WrongKeyError
from cms.access.models import ApiKey, hash_key
from cms.access.models.clients import is_key_usable, is_use_worth_noting, prefix_of
from cms.access.principals import VISITOR, Principal, PrincipalKind
from cms.publishing.models import ContentVersion

from .calls import Call, Refused
from .database import bound_statements
from .errors import ApiError, ErrorCode

logger = logging.getLogger(__name__)
_ANY_PREFIX = "?"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and the content version, where it came along. `origins` and the rates are those of the API client."""

    principal: Principal
    version: int | None = None
    origins: frozenset[str] = frozenset()
    cost_per_minute: int | None = None
    cost_burst: int | None = None


PUBLIC = Caller(VISITOR)


def version_now() -> int:
    """Read the content version."""
    row = _row(_version_statement(connection.vendor))
    return row[0] if row else 0


def caller_of(call: Call) -> Caller:
    """Return who calls, by the key or as the public without one; Refused (401) for a key that is no good."""
    header = call.environ.get("HTTP_AUTHORIZATION")
    if header is None:
        return PUBLIC
    scheme, _, text = header.partition(" ")
    caller = _caller_with(text.strip()) if scheme.lower() == "bearer" else None
    if caller is None:
        told = ApiError(str(WrongKeyError()), ErrorCode.UNAUTHENTICATED)
        raise Refused(401, told, WWW_Authenticate='Bearer realm="graphql"')
    return caller


def _caller_with(text: str) -> Caller | None:
    prefix = prefix_of(text) if len(text) <= MAX_KEY_CHARACTERS else None
    if prefix is None:
        return None
    row = _row(_key_statement(connection.vendor), prefix)
    if row is None or not hmac.compare_digest(row[1], hash_key(text)):
        return None
    (
        pk,
        _,
        expires_at,
        revoked_at,
        last_used_at,
        client_id,
        name,
        origins,
        per_minute,
        burst,
        org_id,
        uuid,
        org,
        version,
    ) = row
    if not is_key_usable(expires_at=_moment(expires_at), revoked_at=_moment(revoked_at)):
        return None
    if is_use_worth_noting(_moment(last_used_at)):
        _note_use(pk)
    uuid_text = str(uuid if isinstance(uuid, UUID) else UUID(uuid))
    principal = Principal(PrincipalKind.CLIENT, org_id, uuid_text, org, client_id, name)
    return Caller(principal, version or 0, frozenset(origins.split()), per_minute, burst)


def _note_use(pk: int) -> None:
    try:
        ApiKey(pk=pk).note_use()
    except DatabaseError:
        # A busy database must not turn readers away.
        logger.warning("The use of an API key could not be noted", exc_info=True)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with places for at most one text; `prepared` is the same as PostgreSQL prepares it."""

    name: str
    sql: str
    parameters: tuple[Any, ...]

    def filled(self, text: str) -> tuple[Any, ...]:
        """Return the parameters with the text in its place."""
        return tuple(text if one == _ANY_PREFIX else one for one in self.parameters)

    @property
    def prepared(self) -> str:
        """The command that prepares it: its numbers are written out, its text is left open."""
        filled = self.sql % tuple("$1" if one == _ANY_PREFIX else int(one) for one in self.parameters)
        return f"PREPARE {self.name}{'(text)' if _ANY_PREFIX in self.parameters else ''} AS {filled}"


@lru_cache(maxsize=4)
def _version_statement(vendor: str) -> Statement:
    rows = ContentVersion.objects.filter(pk=1).values_list("number")
    return Statement("academy_version", *rows.query.sql_with_params())


@lru_cache(maxsize=4)
def _key_statement(vendor: str) -> Statement:
    """Return the statement that reads a key, its client and organisation, and the content version.

    Django writes it once; making it anew for each request would take longer than carrying it out.
    """
    version = ContentVersion.objects.filter(pk=1).values("number")[:1]
    rows = ApiKey.objects.filter(prefix=_ANY_PREFIX).order_by().annotate(version=Subquery(version))
    client, organisation = "client__", "client__organisation__"
    names = (
        "pk", "secret_hash", "expires_at", "revoked_at", "last_used_at", "client_id", f"{client}name",
        f"{client}allowed_origins", f"{client}cost_per_minute", f"{client}cost_burst", f"{client}organisation_id",
        f"{organisation}uuid", f"{organisation}name", "version",
    )  # fmt: skip
    return Statement("academy_key", *rows.values_list(*names).query.sql_with_params())


def _row(statement: Statement, text: str = "") -> tuple[Any, ...] | None:
    """Carry out a statement that reads one row. When that fails it is tried once more on a new connection.

    The database may have closed the old one meanwhile, or have been changed under what was prepared.
    """
    # Looking the thread's connection up costs more than one thinks, so it is done once.
    own = connections[DEFAULT_DB_ALIAS]
    try:
        return _read(own, statement, text)
    except (DatabaseError, InterfaceError):
        if own.in_atomic_block:
            raise
        own.close()
        return _read(own, statement, text)


def _read(own: BaseDatabaseWrapper, statement: Statement, text: str) -> tuple[Any, ...] | None:
    bound_statements(own)
    if own.vendor != "postgresql" or own.queries_logged or own.execute_wrappers:
        with own.cursor() as cursor:
            cursor.execute(statement.sql, statement.filled(text))
            return cursor.fetchone()
    # Prepared once a connection and by the driver's own cursor: this is most of what a kept answer costs.
    with own.wrap_database_errors, own.connection.cursor() as plain:
        prepared = getattr(own, "_api_prepared", None)
        if prepared is None or prepared[0] is not own.connection:
            names: set[str] = set()
            prepared = own._api_prepared = own.connection, names
        if statement.name not in prepared[1]:
            plain.execute(statement.prepared)
            prepared[1].add(statement.name)
        if text:
            plain.execute(f"EXECUTE {statement.name}(%s)", (text,))
        else:
            plain.execute(f"EXECUTE {statement.name}")
        return plain.fetchone()


def _moment(value: Any) -> dt.datetime | None:
    """Return a moment with its offset: SQLite keeps moments in UTC and does not say so."""
    read = parse_datetime(value) if isinstance(value, str) else value
    return read.replace(tzinfo=dt.UTC) if read is not None and read.tzinfo is None else read
