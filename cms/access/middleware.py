"""Gives each page request its principal, lazily, so that anonymous and static requests cost no query, and keeps answers apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject
from wagtail.contrib.redirects.middleware import RedirectMiddleware, get_redirect
from wagtail.contrib.redirects.models import Redirect

from .bearer import WrongKeyError, principal_of_header
from .models import AudiencePage
from .principals import VISITOR, Principal, acting_for, principal_of_request

# What one caller may see must not wait in a shared cache, or on a shared desk, for the next one.
PRIVATE_CACHE = "private, no-store"


class PrincipalMiddleware:
    """Set `request.principal` and the current principal for the time of the request.

    The API under /graphql/ knows no cookies: its view finds the principal by the key alone. Elsewhere a key in the
    Authorization header counts before any cookie, so that a partner's server can fetch the files that the API names.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        principal: Any
        asked: list[Principal] = []

        def found() -> Principal:
            asked.append(principal_of_request(request))
            return asked[0]

        if request.path.startswith("/graphql/"):
            request.principal = VISITOR  # type: ignore[attr-defined]
            return self.get_response(request)
        header = request.headers.get("Authorization", "")
        # Other schemes belong to whatever stands before the site, e.g. a staging server that asks for a password.
        if header.lower().startswith("bearer"):
            try:
                principal = principal_of_header(header)
                asked.append(principal)
            except WrongKeyError as error:
                challenge = {"WWW-Authenticate": 'Bearer realm="academy"'}
                return HttpResponse(f"{error}\n", status=401, content_type="text/plain", headers=challenge)
        else:
            principal = SimpleLazyObject(found)
        request.principal = principal  # type: ignore[attr-defined]
        with acting_for(principal):
            response = self.get_response(request)
        if asked and not response.has_header("Cache-Control"):
            keep_apart(response, asked[0])
        return response


def keep_apart(response: HttpResponse, principal: Principal) -> None:
    """Tell caches that the answer depends on who asked, and to keep none that was made for somebody in particular."""
    patch_vary_headers(response, ["Cookie", "Authorization"])
    if principal != VISITOR:
        response.headers["Cache-Control"] = PRIVATE_CACHE


class VisibleRedirectMiddleware(RedirectMiddleware):
    """Wagtail's redirects, without those to a page that the caller may not see: they would tell its present address."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Return the redirect for a 404, or the 404 itself when it would lead to a hidden page."""
        answer = super().process_response(request, response)
        if answer is response:
            return response
        path = Redirect.normalise_path(request.get_full_path(), decode_unicode=False)
        redirect = get_redirect(request, path) or get_redirect(request, urlsplit(path).path)
        page = redirect.redirect_page.specific if redirect is not None and redirect.redirect_page else None
        if isinstance(page, AudiencePage):
            rows = type(page)._default_manager.filter(pk=page.pk)
            if not rows.visible_to(request.principal).exists():  # type: ignore[attr-defined]
                return response
        return answer
