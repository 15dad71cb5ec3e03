"""Gives each page request its principal, lazily, so that anonymous and static requests cost no query."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from .principals import VISITOR, acting_for, principal_of_request


class PrincipalMiddleware:
    """Set `request.principal` and the current principal for the time of the request.

    The API under /graphql/ knows no cookies: its view finds the principal by the key alone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/graphql/"):
            request.principal = VISITOR  # type: ignore[attr-defined]
            return self.get_response(request)
        request.principal = SimpleLazyObject(lambda: principal_of_request(request))  # type: ignore[attr-defined]
        with acting_for(request.principal):  # type: ignore[attr-defined]
            return self.get_response(request)
