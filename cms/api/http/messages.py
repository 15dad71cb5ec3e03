"""What comes to the API's endpoint and what goes out of it, alike for Django and for the web server's own interface."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from cms.access.models import hash_key

from ..loading.errors import ApiError, formatted
from ..loading.quota import Rate
from .negotiation import PLAIN_ANSWER, AnswerType, answer_type

# For whatever must not be met again: errors, previews, and answers to a POST, which no cache could tell apart.
NO_STORE = "no-store"


class Credentials(NamedTuple):
    """An `Authorization` header: its scheme in lower case, the key's text, and the hash under which a key is stored."""

    scheme: str
    text: str
    key_hash: str


@dataclass(slots=True)
class ApiHttpRequest:
    """One HTTP request. `environ` is a WSGI environment (Django's `request.META` is one).

    `reader` reads so many bytes of its body at most; without one, the environment's own stream is read.
    """

    environ: dict[str, Any]
    reader: Callable[[int], bytes] | None = None
    _credentials: Credentials | None = None

    def read(self, most_bytes: int) -> bytes:
        """Return the body, or its first `most_bytes`."""
        return (self.reader or self.environ["wsgi.input"].read)(most_bytes)

    @property
    def method(self) -> str:
        return self.environ["REQUEST_METHOD"]

    @property
    def query_string(self) -> str:
        return self.environ.get("QUERY_STRING", "")

    @property
    def credentials(self) -> Credentials | None:
        """What its `Authorization` header says; None without one."""
        if self._credentials is None and (header := self.environ.get("HTTP_AUTHORIZATION")) is not None:
            scheme, _, text = header.partition(" ")
            text = text.strip()
            self._credentials = Credentials(scheme.lower(), text, hash_key(text))
        return self._credentials

    @property
    def answer_type(self) -> AnswerType:
        """How the answer goes out, by its `Accept` header."""
        return answer_type(self.environ.get("HTTP_ACCEPT"))

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
    # What the answer rests on, when a cached one was sent.
    validators: Validators | None = None


@dataclass(frozen=True, slots=True)
class Validators:
    """What a cached answer rests on: while `state_now(prefix)` is `state`, the same request gets the same, until `until`.

    `key` is where it is cached, `cost` what a repetition costs. `rate` and `client_id` are the caller's.
    """

    prefix: str
    state: tuple[Any, ...]
    key: bytes
    encoding: str
    cost: int
    rate: Rate
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
    def response(self) -> ApiHttpResponse:
        """The JSON answer that says what is wrong."""
        return json_response({"errors": formatted([self.error])}, self.status, self.headers)


def as_json(body: dict[str, Any]) -> bytes:
    """Return a body as JSON in UTF-8."""
    return orjson.dumps(body, option=orjson.OPT_PASSTHROUGH_SUBCLASS, default=str)


def json_response(body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> ApiHttpResponse:
    """Return a JSON answer that nobody may cache."""
    return ApiHttpResponse(
        status, as_json(body), {"Content-Type": PLAIN_ANSWER.content_type, "Cache-Control": NO_STORE, **(headers or {})}
    )
