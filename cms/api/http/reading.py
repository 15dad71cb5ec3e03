"""Reads what a request asks for, out of a POST's body or a GET's address, and turns away what cannot be understood."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

import orjson
from django.http import RawPostDataException
from django.http.request import UnreadablePostError

from ..loading.errors import ApiError, bad_input, limit_exceeded
from ..queries.limits import limits
from .messages import ApiHttpRequest, Refused

ALLOWED_METHODS = "GET, HEAD, POST, OPTIONS"
MAX_ADDRESS_CHARACTERS = 16_000
# Short addresses are asked again and again: what they say is remembered.
MAX_REMEMBERED_CHARACTERS = 1_000
_ADDRESS_NAMES = {"documentId", "variables", "operationName", "extensions"}
_DOCUMENT_ID = re.compile(r"(?:sha256:)?([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """What a request asks: a query, or the id of one, with variables.

    `text` is the query as sent. `document_id` names a trusted document. `persisted_id` is the hash of automatic persisted
    queries. `canonical` are the variables as JSON with sorted keys, which tell one answer from another.
    """

    text: str | None = None
    document_id: str | None = None
    persisted_id: str | None = None
    variables: dict[str, Any] = field(default_factory=dict)
    canonical: bytes = b"{}"
    operation_name: str | None = None


def read(request: ApiHttpRequest) -> GraphQLRequest:
    """Return what the request asks for; raises Refused."""
    if request.method != "POST":
        query_string = request.query_string
        if len(query_string) > MAX_ADDRESS_CHARACTERS:
            raise Refused(414, _too_long("the characters of an address", MAX_ADDRESS_CHARACTERS, len(query_string)))
        return (
            _short_address(query_string) if len(query_string) <= MAX_REMEMBERED_CHARACTERS else _address(query_string)
        )
    return _checked(_body(request))


def check_method_and_type(request: ApiHttpRequest) -> None:
    """Turn away other methods (405), what is no JSON (415), and a POST with anything in its address (400)."""
    if request.method in ("GET", "HEAD"):
        return
    if request.method != "POST":
        raise Refused(405, bad_input(f"Use one of: {ALLOWED_METHODS}. {_HOW_TO_POST}"), Allow=ALLOWED_METHODS)
    media_type, _, parameters = request.environ.get("CONTENT_TYPE", "").partition(";")
    if media_type.strip().lower() != "application/json":
        raise Refused(415, bad_input("Send the query as JSON, with the header `Content-Type: application/json`."))
    if not _is_utf8(parameters):
        raise Refused(415, bad_input("Send the body in UTF-8."))
    if request.query_string:
        raise Refused(400, bad_input("With POST, send query and variables in the body; the address takes none."))


_HOW_TO_POST = (
    'Send a POST with `Content-Type: application/json` and a body like {"query": "{ academy { shortName } }"}. '
    "The schema is at /graphql/schema.graphql."
)


def _is_utf8(parameters: str) -> bool:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower() in {"utf-8", "utf8"}
    return True


def _body(request: ApiHttpRequest) -> Any:
    most = limits()["body_bytes"]
    declared = request.environ.get("CONTENT_LENGTH") or "0"
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > most:
        raise Refused(413, _too_long("the bytes of a request's body", most, int(declared[:20])))
    try:
        raw = request.read(most + 1)
    except (UnreadablePostError, RawPostDataException, OSError):
        raise Refused(400, bad_input("The body broke off. Send it again.")) from None
    if len(raw) > most:
        raise Refused(413, _too_long("the bytes of a request's body", most, None))
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise Refused(400, bad_input("The body is no JSON in UTF-8, or is nested too deeply.")) from None


def _too_long(what: str, most: int, value: int | None) -> ApiError:
    return limit_exceeded(what, limit=most, value=value, advice="Split the query.")


@lru_cache(maxsize=500)
def _short_address(query_string: str) -> GraphQLRequest:
    return _address(query_string)


def _address(query_string: str) -> GraphQLRequest:
    """Return what a GET asks for: only queries that are known already, so that no link makes the server do just anything."""
    try:
        pairs = parse_qsl(
            query_string, keep_blank_values=True, strict_parsing=bool(query_string), errors="strict", max_num_fields=10
        )
    except ValueError:
        raise Refused(400, bad_input("The address cannot be read: write its values in UTF-8 as %XX.")) from None
    given = dict(pairs)
    if "query" in given:
        raise Refused(400, bad_input(f"A query in the address is not taken. {_HOW_TO_POST}"))
    if unknown := given.keys() - _ADDRESS_NAMES:
        raise Refused(
            400,
            bad_input(f"The address says {sorted(unknown)[0][:50]!r}; known are {', '.join(sorted(_ADDRESS_NAMES))}."),
        )
    if len(given) != len(pairs):
        raise Refused(400, bad_input("The address says one thing twice."))
    if not given.keys() & {"documentId", "extensions"}:
        raise Refused(400, bad_input(f"A GET names a trusted document: ?documentId=…&variables=…. {_HOW_TO_POST}"))
    body: dict[str, Any] = dict(given)
    for name in ("variables", "extensions"):
        if name in body:
            try:
                body[name] = orjson.loads(body[name] or "null")
            except orjson.JSONDecodeError:
                raise Refused(400, bad_input(f"`{name}` in the address is no JSON.")) from None
    body["operationName"] = body.get("operationName") or None
    return _checked(body)


def _checked(body: Any) -> GraphQLRequest:
    """Return what an object with the right members asks for; raises Refused for anything else."""
    if isinstance(body, list):
        raise Refused(400, bad_input("Several requests in one body (batching) are not taken. Send one object."))
    if not isinstance(body, dict):
        raise Refused(400, bad_input('Send a JSON object like {"query": "…", "variables": {…}}.'))
    text, variables, name = body.get("query"), body.get("variables"), body.get("operationName")
    document_id, persisted_id = _document_id(body.get("documentId")), _persisted_id(body.get("extensions"))
    if document_id is not None and (text is not None or persisted_id is not None):
        raise Refused(400, bad_input("Send a query or the id of one, not both."))
    if (
        document_id is None
        and (text is not None or persisted_id is None)
        and not (isinstance(text, str) and text.strip())
    ):
        raise Refused(400, bad_input("There is no query: send it as the text `query`."))
    if not isinstance(variables, dict | None):
        raise Refused(400, bad_input("`variables` must be an object, or left out."))
    if not isinstance(name, str | None):
        raise Refused(400, bad_input("`operationName` must be text, or left out."))
    try:
        canonical = orjson.dumps(variables, option=orjson.OPT_SORT_KEYS) if variables else b"{}"
    except orjson.JSONEncodeError:
        raise Refused(400, bad_input("`variables` are nested too deeply.")) from None
    return GraphQLRequest(text, document_id, persisted_id, variables or {}, canonical, name)


def _document_id(value: Any) -> str | None:
    if value is None:
        return None
    match = _DOCUMENT_ID.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise Refused(
            400, bad_input("`documentId` is the SHA-256 of the query's text: 64 hexadecimal digits in lower case.")
        )
    return match[1]


def _persisted_id(extensions: Any) -> str | None:
    """Return the hash in `extensions.persistedQuery`; other extensions are for others, and left alone."""
    if not isinstance(extensions, dict | None):
        raise Refused(400, bad_input("`extensions` must be an object, or left out."))
    persisted = (extensions or {}).get("persistedQuery")
    if persisted is None:
        return None
    value = persisted.get("sha256Hash") if isinstance(persisted, dict) and persisted.get("version") == 1 else None
    if not isinstance(value, str) or not re.fullmatch("[0-9a-f]{64}", value):
        raise Refused(
            400,
            bad_input(
                "`extensions.persistedQuery` needs `version` 1 and `sha256Hash`, 64 hexadecimal digits in lower case."
            ),
        )
    return value
