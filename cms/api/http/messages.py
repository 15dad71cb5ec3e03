"""What comes to the API's endpoint and what goes out of it, alike for Django and for the web server's own interface."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

from ..loading.errors import ApiError, formatted

JSON = "application/json; charset=utf-8"
# For whatever must not be met again: errors, previews, and answers to a POST, which no cache could tell apart.
NO_STORE = "no-store"


@dataclass(slots=True)
class ApiHttpRequest:
    """One HTTP request. `environ` is a WSGI environment (Django's `request.META` is one); `read` reads its body."""

    environ: dict[str, Any]
    read: Callable[[int], bytes]

    @property
    def method(self) -> str:
        return self.environ["REQUEST_METHOD"]

    @property
    def query_string(self) -> str:
        return self.environ.get("QUERY_STRING", "")

    @property
    def origin(self) -> str | None:
        """The website whose page asks, when a browser asks across sites."""
        return self.environ.get("HTTP_ORIGIN")


@dataclass(slots=True)
class ApiHttpResponse:
    """One HTTP answer."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    # What the answer rests on, when a kept one was sent.
    basis: Validators | None = None


@dataclass(frozen=True, slots=True)
class Validators:
    """What a kept answer rests on: while `state_now(prefix)` tells `state`, the same request gets the same, until `until`.

    `key` is where it is kept, `cost` what a repetition costs. `rate` and `client_id` are the caller's.
    """

    prefix: str
    state: tuple[Any, ...]
    key: bytes
    encoding: str
    cost: int
    rate: Any
    client_id: int | None
    until: float


class Refused(Exception):
    """A request that is turned away at the endpoint."""

    def __init__(self, status: int, error: ApiError, **headers: str) -> None:
        super().__init__(error.message)
        self.status = status
        self.error = error
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    @property
    def reply(self) -> ApiHttpResponse:
        """The JSON answer that says what is wrong."""
        return json_reply({"errors": formatted([self.error])}, self.status, self.headers)


def as_json(body: dict[str, Any]) -> bytes:
    """Return a body as JSON in UTF-8."""
    return orjson.dumps(body, option=orjson.OPT_PASSTHROUGH_SUBCLASS, default=str)


def json_reply(body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> ApiHttpResponse:
    """Return a JSON answer that nobody keeps."""
    return ApiHttpResponse(status, as_json(body), {"Content-Type": JSON, "Cache-Control": NO_STORE, **(headers or {})})
