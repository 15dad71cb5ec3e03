"""Response headers that hold for every page: visitors' pages load nothing from elsewhere and run no inline script."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

VISITOR_POLICY = (
    "default-src 'self'; img-src 'self' data:; media-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self'; "
    "frame-src https://www.youtube-nocookie.com https://www.youtube.com https://player.vimeo.com; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)


class PageGZipMiddleware(GZipMiddleware):
    """Compresses pages. The API compresses its own answers, by the caller's choice, and keeps them so."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return response if request.path == "/graphql/" else super().process_response(request, response)


class ContentSecurityPolicyMiddleware:
    """Set Content-Security-Policy on visitors' pages; the Wagtail admin needs inline scripts and keeps its own rules."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith("/admin/"):
            response.headers.setdefault("Content-Security-Policy", VISITOR_POLICY)
        return response
