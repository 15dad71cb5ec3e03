"""Bounds the time of a statement for the API on PostgreSQL, where one slow statement would outlive the request's deadline."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse

from .limits import limits

# PostgreSQL's word for a statement that was ended because its time was over.
QUERY_CANCELED = "57014"
# The greatest value PostgreSQL takes, some 24 days.
MAX_MILLISECONDS = 2**31 - 1


def bound_statements() -> None:
    """Let PostgreSQL end the statements of this thread's connection after the API's deadline; set once a connection."""
    if connection.vendor != "postgresql":
        return
    milliseconds = min(max(1, int(limits()["deadline_seconds"] * 1000)), MAX_MILLISECONDS)
    connection.ensure_connection()
    bound = connection.connection, milliseconds
    if getattr(connection, "_api_bound", None) == bound:
        return
    # By the driver's own cursor: this is no reading of data, and statements of data are counted.
    with connection.connection.cursor() as cursor:
        cursor.execute(f"SET statement_timeout = {milliseconds}")
    connection._api_bound = bound


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


def is_out_of_time(error: BaseException | None) -> bool:
    """Whether a database error says that a statement's time was over."""
    return getattr(getattr(error, "__cause__", None), "pgcode", None) == QUERY_CANCELED


class UnboundStatementsMiddleware:
    """Takes the bound off before a page of the site or the admin is made in a thread that served the API."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/graphql/"):
            unbind_statements()
        return self.get_response(request)
