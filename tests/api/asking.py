"""Asks the API as a partner does: over HTTP, with JSON and a key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


@dataclass
class Reply:
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


def post(body: bytes | Any, *, key: str | None = None, path: str = "/graphql/", **headers: str) -> Reply:
    """Send a body, as it is when it is bytes, else as JSON."""
    if not isinstance(body, bytes):
        body = orjson.dumps(body)
    if key is not None:
        headers["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    content_type = headers.pop("content_type", "application/json")
    with CaptureQueriesContext(connection) as captured:
        response = Client().post(path, body, content_type=content_type, **headers)
    return Reply(
        response.status_code, orjson.loads(response.content), response.headers, [one["sql"] for one in captured]
    )


def ask(query: str, *, key: str | None = None, **variables: Any) -> Reply:
    """Send a query with variables."""
    return post({"query": query, "variables": variables}, key=key)
