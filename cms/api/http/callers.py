"""Finds who calls and the content version in one statement, so that the end of a key or a page bites everywhere at once."""

from __future__ import annotations

import datetime as dt
import hmac
import logging
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection
from django.db.models import Subquery
from django.db.models.expressions import RawSQL
from django.utils.dateparse import parse_datetime

from cms.access.bearer import MAX_KEY_CHARACTERS, WrongKeyError
from cms.access.models import ApiClient, ApiKey, MemberOrganisation
from cms.access.models.clients import is_key_usable, is_use_worth_noting, prefix_of
from cms.access.principals import VISITOR, Principal, PrincipalKind
from cms.publishing.models import ContentVersion
from cms.replay import OPEN, PreparedRow, State, row_of

from ..loading.errors import ApiError, ErrorCode
from .messages import ApiHttpRequest, Credentials, Refused
from .statement_timeout import bound_statements, give_back_connection

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and the content version, where it came along. `origins` and the rates are those of the API client.

    `state` is what `state_now` would have returned at that moment. `usable_until` (seconds of the epoch) is when the key runs out.
    """

    principal: Principal
    version: int | None = None
    origins: frozenset[str] = frozenset()
    cost_per_minute: int | None = None
    cost_burst: int | None = None
    prefix: str = ""
    state: State = ()
    usable_until: float = math.inf


PUBLIC = Caller(VISITOR)


def version_now() -> int:
    """Return the content version as it is now."""
    row = row_of(_version_statement, make_ready=bound_statements)
    return row[0] if row else 0


def state_now(prefix: str) -> State | None:
    """Return what a cached answer rests on: as long as it stays the same, so do the content and the key with this prefix.

    Without a prefix it is the content version alone. PostgreSQL says which transaction wrote the rows of the key, its client and
    its organisation, which is quicker to read than all that stands in them and changes with whatever is written.
    """
    if not prefix:
        return row_of(_version_statement, make_ready=bound_statements)
    return row_of(_state_statement, prefix, make_ready=bound_statements)


def read_state(prefix: str) -> State | None:
    """Return `state_now(prefix)` to somebody outside a request to the endpoint, and give the connection back."""
    try:
        return state_now(prefix)
    finally:
        give_back_connection()


def caller_of(request: ApiHttpRequest) -> Caller:
    """Return who calls, by the key or as the public without one; Refused (401) for a key that is no good."""
    credentials = request.credentials
    if credentials is None:
        return PUBLIC
    caller = _caller_with(credentials) if credentials.scheme == "bearer" else None
    if caller is None:
        error = ApiError(str(WrongKeyError()), ErrorCode.UNAUTHENTICATED)
        raise Refused(401, error, WWW_Authenticate='Bearer realm="graphql"')
    return caller


def _caller_with(credentials: Credentials) -> Caller | None:
    prefix = prefix_of(credentials.text) if len(credentials.text) <= MAX_KEY_CHARACTERS else None
    if prefix is None:
        return None
    row = row_of(_key_statement, prefix, make_ready=bound_statements)
    if row is None or not hmac.compare_digest(row[1], credentials.key_hash):
        return None
    pk, _, expires_at, revoked_at, last_used_at, client_id, name, origins = row[:8]
    per_minute, burst, organisation_id, uuid, organisation, version = row[8:14]
    ends = [moment for moment in (_moment(expires_at), _moment(revoked_at)) if moment is not None]
    if not is_key_usable(expires_at=_moment(expires_at), revoked_at=_moment(revoked_at)):
        return None
    if is_use_worth_noting(_moment(last_used_at)):
        _note_use(pk)
    uuid_text = str(uuid if isinstance(uuid, UUID) else UUID(uuid))
    principal = Principal(PrincipalKind.CLIENT, organisation_id, uuid_text, organisation, client_id, name)
    return Caller(
        principal, version or 0, frozenset(origins.split()), per_minute, burst, prefix,
        state=row[13:] if connection.vendor == "postgresql" else row,
        usable_until=min((moment.timestamp() for moment in ends), default=math.inf),
    )  # fmt: skip


def _note_use(pk: int) -> None:
    try:
        ApiKey(pk=pk).note_use()
    except DatabaseError:
        # A busy database must not turn readers away.
        logger.warning("The use of an API key could not be noted", exc_info=True)


@lru_cache(maxsize=4)
def _version_statement(vendor: str) -> PreparedRow:
    rows = ContentVersion.objects.filter(pk=1).values_list("number")
    return PreparedRow("academy_version", *rows.query.sql_with_params())


@lru_cache(maxsize=4)
def _key_statement(vendor: str) -> PreparedRow:
    """Return the statement that reads a key, its client and organisation, and the content version.

    Django writes it once; making it anew for each request would take longer than carrying it out.
    """
    client, organisation = "client__", "client__organisation__"
    names = (
        "pk", "secret_hash", "expires_at", "revoked_at", "last_used_at", "client_id", f"{client}name",
        f"{client}allowed_origins", f"{client}cost_per_minute", f"{client}cost_burst", f"{client}organisation_id",
        f"{organisation}uuid", f"{organisation}name",
    )  # fmt: skip
    version = Subquery(ContentVersion.objects.filter(pk=1).values("number")[:1])
    rows = ApiKey.objects.filter(prefix=OPEN).order_by().annotate(version=version)
    marks = _marks() if vendor == "postgresql" else {}
    return PreparedRow(
        "academy_key", *rows.annotate(**marks).values_list(*names, "version", *marks).query.sql_with_params()
    )


def _marks() -> dict[str, RawSQL]:
    """Return for each of the three rows the transaction that wrote it."""
    # Names of our own tables only.
    tables = [model._meta.db_table for model in (ApiKey, ApiClient, MemberOrganisation)]
    return {f"mark_{table}": RawSQL(f"{table}.xmin", ()) for table in tables}  # noqa: S611


@lru_cache(maxsize=4)
def _state_statement(vendor: str) -> PreparedRow:
    """Return the statement of `state_now` for a key."""
    if vendor != "postgresql":
        return _key_statement(vendor)
    version, key, client, organisation = (
        model._meta.db_table for model in (ContentVersion, ApiKey, ApiClient, MemberOrganisation)
    )
    # Names of our own tables only.
    sql = f"""SELECT v.number, k.xmin, c.xmin, o.xmin FROM {version} v, {key} k, {client} c, {organisation} o
        WHERE v.id = %s AND k.prefix = %s AND c.id = k.client_id AND o.id = c.organisation_id"""  # noqa: S608
    return PreparedRow("academy_state", sql, (1, OPEN))


def _moment(value: Any) -> dt.datetime | None:
    """Return a moment with its offset: SQLite keeps moments in UTC and does not say so."""
    read = parse_datetime(value) if isinstance(value, str) else value
    return read.replace(tzinfo=dt.UTC) if read is not None and read.tzinfo is None else read
