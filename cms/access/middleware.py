"""Gives each page request its principal, lazily, so that anonymous and static requests cost no query."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from .bearer import WrongKeyError, principal_of_header
from .principals import VISITOR, acting_for, principal_of_request


class PrincipalMiddleware:
    """Set `request.principal` and the current principal for the time of the request.

    The API under /graphql/ knows no cookies: its view finds the principal by the key alone. Elsewhere a key in the
    Authorization header counts before any cookie, so that a partner's server can fetch the files that the API names.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        principal: Any
        if request.path.startswith("/graphql/"):
            request.principal = VISITOR  # type: ignore[attr-defined]
            return self.get_response(request)
        header = request.headers.get("Authorization", "")
        # Other schemes belong to whatever stands before the site, e.g. a staging server that asks for a password.
        if header.lower().startswith("bearer"):
            try:
                principal = principal_of_header(header)
            except WrongKeyError as error:
                challenge = {"WWW-Authenticate": 'Bearer realm="academy"'}
                return HttpResponse(f"{error}\n", status=401, content_type="text/plain", headers=challenge)
        else:
            principal = SimpleLazyObject(lambda: principal_of_request(request))
        request.principal = principal  # type: ignore[attr-defined]
        with acting_for(principal):
            return self.get_response(request)
