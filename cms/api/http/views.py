"""The API as Django's views: the endpoint for requests that come through all of Django, and the schema as text."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt
from django.views.defaults import bad_request as page_of_bad_request
from graphql import print_schema

from ..loading.errors import bad_input
from .endpoint import GraphQLEndpoint
from .explorer import is_reader, to_explorer
from .messages import ApiHttpRequest
from .refusals import reads_only, refusal

DRAINED_BYTES = 1_000_000


class GraphQLView:
    """Serves one schema. Cookies are not looked at, so no answer depends on them and no other site can use a visitor's."""

    csrf_exempt = True

    def __init__(self, schema: Any) -> None:
        self.endpoint = GraphQLEndpoint(schema)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_reader(request):
            return to_explorer()
        answer = self.endpoint.answer(ApiHttpRequest(request.META, request.read))
        response = HttpResponse(answer.body, status=answer.status, headers=answer.headers)
        if "Content-Type" not in answer.headers:
            del response["Content-Type"]
        return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer what Django itself turns away, such as a host's name that is not ours: in JSON where JSON was asked for."""
    if not request.path.startswith(reverse("graphql")):
        return page_of_bad_request(request, exception)
    return refusal(400, bad_input("We cannot accept this request. Check its address and its `Host` header."))


@lru_cache(maxsize=1)
def _schema_text() -> str:
    # Named in the settings, since this layer may not import the schema above it.
    return print_schema(import_string(settings.GRAPHENE["SCHEMA"]).graphql_schema)


@reads_only
def sdl(request: HttpRequest) -> HttpResponse:
    """The schema as text, for people and code generators."""
    response = HttpResponse(_schema_text(), "text/plain; charset=utf-8")
    response["Cache-Control"] = "public, max-age=300"
    return response


@csrf_exempt
def without_slash(request: HttpRequest) -> HttpResponse:
    """Lead /graphql to /graphql/ with a redirect that keeps method and body: after a 301 clients would ask with GET and nothing."""
    query = request.META.get("QUERY_STRING", "")
    # What was sent is read, or the next request on the same connection would begin in the middle of it.
    request.read(DRAINED_BYTES)
    return HttpResponsePermanentRedirect(reverse("graphql") + (f"?{query}" if query else ""), preserve_request=True)
