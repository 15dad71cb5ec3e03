"""Asks the API over HTTP in all its ways: by POST, by the address of a GET, with headers, and looks at the answer as it is."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import orjson
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.access.models import document_id_of

__all__ = ["document_id_of", "get", "head", "options", "persisted", "post_json", "trusted"]


class Got:
    """An answer: status, headers, body as bytes and as JSON, and the SQL statements it took."""

    def __init__(self, response: Any, statements: list[str]) -> None:
        self.status = response.status_code
        self.headers = response.headers
        self.content = response.content
        self.statements = statements

    @property
    def json(self) -> Any:
        return orjson.loads(self.content)

    @property
    def code(self) -> str:
        return self.json["errors"][0]["extensions"]["code"]

    def header(self, name: str) -> str:
        return self.headers.get(name, "")


def _send(method: str, address: str, key: str | None, headers: dict[str, str], body: bytes | None = None) -> Got:
    if key is not None:
        headers = {**headers, "Authorization": f"Bearer {key}"}
    sent = {} if body is None else {"data": body, "content_type": "application/json"}
    with CaptureQueriesContext(connection) as captured:
        response = Client().generic(method, "/graphql/", QUERY_STRING=address, headers=headers, **sent)
    return Got(response, [one["sql"] for one in captured])


def get(parameters: dict[str, Any], *, key: str | None = None, method: str = "GET", **headers: str) -> Got:
    """GET with members that are written as JSON where they are no text; header names have `_` for `-`."""
    flat = {
        name: value if isinstance(value, str) else orjson.dumps(value).decode() for name, value in parameters.items()
    }
    return _send(method, urlencode(flat), key, _named(headers))


def head(parameters: dict[str, Any], **more: Any) -> Got:
    return get(parameters, method="HEAD", **more)


def post_json(body: dict[str, Any], *, key: str | None = None, **headers: str) -> Got:
    return _send("POST", "", key, _named(headers), orjson.dumps(body))


def options(**headers: str) -> Got:
    return _send("OPTIONS", "", None, _named(headers))


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def trusted(text: str, **variables: Any) -> dict[str, Any]:
    """The members that name a trusted document."""
    return {"documentId": document_id_of(text), **({"variables": variables} if variables else {})}


def persisted(text: str) -> dict[str, Any]:
    """The extensions of automatic persisted queries."""
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": document_id_of(text)}}}
