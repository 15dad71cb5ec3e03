"""Bounds the time of a statement for the API on PostgreSQL, where one slow statement would outlive the request's deadline."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponse

from ..loading.errors import DeadlineExceededError
from ..queries.limits import deadline_seconds

if TYPE_CHECKING:
    from ..loading.request import ApiRequest

# PostgreSQL's word for a statement that was ended because its time was over.
QUERY_CANCELED = "57014"
# The greatest value PostgreSQL takes, some 24 days.
MAX_MILLISECONDS = 2**31 - 1


def bound_statements(own: BaseDatabaseWrapper) -> None:
    """Let PostgreSQL end the statements of a thread's connection after the API's deadline; set once a connection."""
    if own.vendor != "postgresql":
        return
    seconds = deadline_seconds()
    known = getattr(own, "_api_bound", None)
    if known is not None and own.connection is known[0] and known[1] == seconds:
        return
    own.ensure_connection()
    # By the driver's own cursor: this is no reading of data, and statements of data are counted.
    with own.connection.cursor() as cursor:
        cursor.execute(f"SET statement_timeout = {min(max(1, int(seconds * 1000)), MAX_MILLISECONDS)}")
    own._api_bound = own.connection, seconds


def unbind_statements() -> None:
    """Give the other users of this thread's connection (the admin, what follows a change) the time they need."""
    bound = getattr(connection, "_api_bound", None)
    if bound is None:
        return
    connection._api_bound = None
    if connection.connection is not bound[0]:
        return
    try:
        with connection.connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout")
    except connection.Database.Error:
        # The database closed it meanwhile: a new one has no bound.
        connection.close()


def give_back_connection() -> None:
    """Close this thread's connection when it is old or broken, as Django does around each of its own requests."""
    own = connections[DEFAULT_DB_ALIAS]
    if own.in_atomic_block:
        # Somebody around us goes on with it.
        return
    if own.errors_occurred or (own.close_at is not None and time.monotonic() >= own.close_at):
        own.close_if_unusable_or_obsolete()


@contextmanager
def within_time_of(request: ApiRequest) -> Iterator[None]:
    """Let every statement in the block keep to the request's deadline; raises DeadlineExceededError when one does not."""

    def timely(execute: Callable[..., Any], *arguments: Any) -> Any:
        request.check_deadline()
        try:
            return execute(*arguments)
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", None) == QUERY_CANCELED:
                raise DeadlineExceededError from error
            raise

    bound_statements(connections[DEFAULT_DB_ALIAS])
    with connection.execute_wrapper(timely):
        yield


class UnboundStatementsMiddleware:
    """Takes the bound off before a page of the site or the admin is made in a thread that served the API."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/graphql/"):
            unbind_statements()
        return self.get_response(request)
