"""The door of the API: POST with JSON, a key in a header or none, and a JSON answer to whatever comes."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, RawPostDataException
from django.http.request import UnreadablePostError
from django.utils.module_loading import import_string
from graphql import print_schema

from cms.access.bearer import WrongKeyError, principal_of_header
from cms.access.principals import VISITOR, Principal, acting_for

from .documents import Documents
from .errors import ApiError, ErrorCode, bad_input, formatted, internal_error, limit_exceeded
from .execution import answer
from .limits import limits
from .request import ApiRequest

logger = logging.getLogger(__name__)
ALLOWED_METHODS = ["POST", "OPTIONS"]


class Refused(Exception):
    """A request that is turned away at the door."""

    def __init__(self, status: int, error: ApiError, **headers: str) -> None:
        super().__init__(error.message)
        self.status = status
        self.error = error
        self.headers = headers


class GraphQLView:
    """Serves one schema. Cookies are not looked at, so no answer depends on them and no other site can use a visitor's."""

    csrf_exempt = True

    def __init__(self, schema: Any) -> None:
        self.documents = Documents(schema.graphql_schema)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            if request.method == "OPTIONS":
                return HttpResponse(status=204, headers={"Allow": ", ".join(ALLOWED_METHODS)})
            return self._post(request)
        except Refused as refused:
            response = as_json({"errors": formatted([refused.error])}, refused.status)
            for name, value in refused.headers.items():
                response[name.replace("_", "-")] = value
            return response
        except Exception as error:
            return as_json({"errors": formatted([internal_error(error)])}, 500)

    def _post(self, request: HttpRequest) -> HttpResponse:
        check_method_and_type(request)
        principal = principal_of_key(request)
        body = read_body(request)
        api_request = ApiRequest(principal, deadline_seconds=limits()["deadline_seconds"])
        with acting_for(principal):
            done = answer(
                self.documents, api_request, body["query"], body.get("variables") or {}, body.get("operationName")
            )
        return as_json(done.body, 200 if done.is_executed else 400)


def as_json(body: dict[str, Any], status: int = 200) -> HttpResponse:
    """Return a JSON answer that nobody keeps: who may see what can change at any moment."""
    response = HttpResponse(
        orjson.dumps(body, option=orjson.OPT_PASSTHROUGH_SUBCLASS, default=str),
        "application/json; charset=utf-8",
        status,
    )
    response["Cache-Control"] = "no-store"
    return response


def check_method_and_type(request: HttpRequest) -> None:
    """Turn away what is no POST of JSON (405, 415), or says things in its address that belong in its body (400)."""
    if request.method != "POST":
        hint = bad_input(
            "Send a POST with `Content-Type: application/json` and a body like "
            '{"query": "{ academy { shortName } }"}. The schema is at /graphql/schema.graphql.'
        )
        raise Refused(405, hint, Allow=", ".join(ALLOWED_METHODS))
    if request.content_type != "application/json":
        raise Refused(415, bad_input("Send the query as JSON, with the header `Content-Type: application/json`."))
    if (request.content_params or {}).get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
        raise Refused(415, bad_input("Send the body in UTF-8."))
    if request.META.get("QUERY_STRING"):
        raise Refused(400, bad_input("Send query and variables in the body; the address takes none."))


def principal_of_key(request: HttpRequest) -> Principal:
    """Return whom the request's key stands for, the public without one; a key that is no good is 401, never the public."""
    header = request.META.get("HTTP_AUTHORIZATION")
    if header is None:
        return VISITOR
    try:
        return principal_of_header(header)
    except WrongKeyError as error:
        told = ApiError(str(error), ErrorCode.UNAUTHENTICATED)
        raise Refused(401, told, WWW_Authenticate='Bearer realm="graphql"') from error


def read_body(request: HttpRequest) -> dict[str, Any]:
    """Return the request's JSON object with a text `query`; raises Refused for anything else."""
    most = limits()["body_bytes"]
    declared = request.META.get("CONTENT_LENGTH") or "0"
    if declared.isascii() and declared.isdigit() and int(declared) > most:
        raise Refused(413, _too_large(most, int(declared)))
    try:
        raw = request.read(most + 1)
    except (UnreadablePostError, RawPostDataException, OSError):
        raise Refused(400, bad_input("The body broke off. Send it again.")) from None
    if len(raw) > most:
        raise Refused(413, _too_large(most, None))
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise Refused(400, bad_input("The body is no JSON in UTF-8, or is nested too deeply.")) from None
    check_members(body)
    return body


def _too_large(most: int, value: int | None) -> ApiError:
    return limit_exceeded("the bytes of a request's body", limit=most, value=value, advice="Split the query.")


def check_members(body: Any) -> None:
    """Refuse a body that is no object with the right members; raises Refused."""
    if isinstance(body, list):
        raise Refused(400, bad_input("Several requests in one body (batching) are not taken. Send one object."))
    if not isinstance(body, dict):
        raise Refused(400, bad_input('Send a JSON object like {"query": "…", "variables": {…}}.'))
    if not isinstance(body.get("query"), str) or not body["query"].strip():
        raise Refused(400, bad_input("There is no query: send it as the text `query`."))
    if not isinstance(body.get("variables"), dict | None):
        raise Refused(400, bad_input("`variables` must be an object, or left out."))
    if not isinstance(body.get("operationName"), str | None):
        raise Refused(400, bad_input("`operationName` must be text, or left out."))


@lru_cache(maxsize=1)
def _schema_text() -> str:
    # Named in the settings, since this layer may not import the schema above it.
    return print_schema(import_string(settings.GRAPHENE["SCHEMA"]).graphql_schema)


def sdl(request: HttpRequest) -> HttpResponse:
    """The schema as text, for people and code generators."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    response = HttpResponse(_schema_text(), "text/plain; charset=utf-8")
    response["Cache-Control"] = "public, max-age=300"
    return response
