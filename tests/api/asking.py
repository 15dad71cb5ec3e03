"""Asks the API as a partner does: over HTTP, with JSON and a key. Whatever is asked here, both executors must answer alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from graphql import execute
from graphql.execution.values import get_variable_values

from cms.access.bearer import principal_of_header
from cms.access.principals import VISITOR, Principal, acting_for
from cms.api.http.statement_timeout import unbind_statements
from cms.api.loading.request import ApiRequest
from cms.api.queries.documents import Documents
from cms.schema import schema


@dataclass
class ApiHttpResponse:
    status: int
    body: dict[str, Any]
    headers: Any
    statements: list[str]

    @property
    def data(self) -> dict[str, Any]:
        """The data of an answer without errors."""
        assert "errors" not in self.body, self.body["errors"]
        return self.body["data"]

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.body.get("errors", [])]

    @property
    def messages(self) -> str:
        return " ".join(error["message"] for error in self.body.get("errors", []))


def post(
    body: bytes | Any, *, key: str | None = None, path: str = "/graphql/", client: Client | None = None, **headers: str
) -> ApiHttpResponse:
    """Send a body, as it is when it is bytes, else as JSON; a client that is given spares making one for each request."""
    if not isinstance(body, bytes):
        body = orjson.dumps(body)
    if key is not None:
        headers["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    content_type = headers.pop("content_type", "application/json")
    with CaptureQueriesContext(connection) as captured:
        response = (client or Client()).post(path, body, content_type=content_type, **headers)
    return ApiHttpResponse(
        response.status_code, orjson.loads(response.content), response.headers, [one["sql"] for one in captured]
    )


def ask(query: str, *, key: str | None = None, **variables: Any) -> ApiHttpResponse:
    """Send a query with variables."""
    reply = post({"query": query, "variables": variables}, key=key)
    if reply.status == 200 and "errors" not in reply.body:
        assert_both_ways_alike(query, variables, VISITOR if key is None else principal_of_header(f"Bearer {key}"))
    return reply


DOCUMENTS = Documents(schema.graphql_schema)


def assert_both_ways_alike(query: str, variables: dict[str, Any], principal: Principal) -> bool:
    """Hold the compiled answer against that of graphql-core's executor, byte by byte; return whether there is one."""
    document = DOCUMENTS.get(query)
    operation = document.operation(None)
    given = get_variable_values(DOCUMENTS.schema, operation.variable_definitions or (), variables)
    assert isinstance(given, dict), given
    compiled = DOCUMENTS.compiled(document, operation, given)
    if compiled is None:
        assert "__schema" in query or "__type(" in query, "only introspection is left to the executor"
        return False
    first, second = (ApiRequest(principal, deadline_seconds=300.0) for _ in range(2))
    second.at = first.at
    with acting_for(principal):
        executed = execute(DOCUMENTS.schema, document.node, context_value=second, variable_values=variables)
        try:
            data = compiled.answer(first, given)
        except Exception as error:
            assert executed.errors, f"the executor answers what the compiled path does not: {error!r}"
            return False
    assert not executed.errors, executed.errors
    assert orjson.dumps(data) == orjson.dumps(executed.data)
    assert first.answer_valid_until == second.answer_valid_until
    return True


@contextmanager
def deadline_of(seconds: float) -> Iterator[None]:
    """Give requests so much time; afterwards the test's own statements, which clean up, have all they need again."""
    with override_settings(API_LIMITS={"deadline_seconds": seconds}):
        try:
            yield
        finally:
            unbind_statements()
