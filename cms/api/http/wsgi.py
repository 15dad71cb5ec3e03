"""Answers the API straight from the web server's interface: of Django's way from request to response it needs nothing.

What Django's middlewares would do for it is done here: the host's name is checked, and the headers of safety are set. Whatever
is not plain (another address, a host that is not ours, HTTP where HTTPS is asked for) goes the whole way through Django. A
test holds both ways together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from cms.middleware import VISITOR_POLICY
from cms.replay import Answer, Fingerprint, ReplayCache, fingerprint_of

from .callers import read_state
from .endpoint import GraphQLEndpoint
from .messages import ApiHttpRequest
from .replayable import replayable
from .statement_timeout import give_back_connection

PATH = "/graphql/"
StartResponse = Callable[[str, list[tuple[str, str]]], Any]
Application = Callable[..., Iterable[bytes]]


class ApiFirst:
    """A WSGI application that answers the API itself and leaves everything else to `site`."""

    def __init__(self, site: Application, endpoint: GraphQLEndpoint) -> None:
        self.site = site
        self.endpoint = endpoint
        self.replays = ReplayCache(read_state)
        # Read once: of the time that a replay takes, reading them each time would be a tenth.
        self.secure_mark: tuple[str, str] | None = settings.SECURE_PROXY_SSL_HEADER
        self.wants_https: bool = settings.SECURE_SSL_REDIRECT

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != PATH or environ.get("SCRIPT_NAME"):
            return self.site(environ, start_response)
        is_by_https = self.is_secure(environ)
        host = environ.get("HTTP_HOST")
        if not host or not is_ours(host) or (self.wants_https and not is_by_https):
            return self.site(environ, start_response)
        request = ApiHttpRequest(environ)
        credentials = request.credentials
        fingerprint = fingerprint_of(
            environ, is_by_https, None if credentials is None else (credentials.scheme, credentials.key_hash)
        )
        replayed = self.replays.answer(fingerprint, environ)
        status, headers, body = replayed or self._by_endpoint(request, fingerprint, is_by_https)
        start_response(status, headers)
        return [body]

    def is_secure(self, environ: dict[str, Any]) -> bool:
        """Whether the request came by HTTPS, as our proxy tells when the settings say that one does."""
        if self.secure_mark:
            name, value = self.secure_mark
            if name in environ:
                return environ[name].split(",")[0].strip() == value
        return environ.get("wsgi.url_scheme") == "https"

    def _by_endpoint(self, request: ApiHttpRequest, fingerprint: Fingerprint | None, is_by_https: bool) -> Answer:
        response = self.endpoint.answer(request)
        give_back_connection()
        headers = [*safety_headers(is_by_https), *response.headers.items()]
        if "Content-Length" not in response.headers and response.status not in (204, 304):
            headers.append(("Content-Length", str(len(response.body))))
        status = f"{response.status} {HTTPStatus(response.status).phrase}"
        if fingerprint is not None and (entry := replayable(self.endpoint, response, status, headers)) is not None:
            self.replays.learn(fingerprint, entry)
        return status, headers, response.body


@lru_cache(maxsize=200)
def is_ours(host: str) -> bool:
    """Whether ALLOWED_HOSTS holds the host."""
    domain, _ = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


@lru_cache(maxsize=2)
def safety_headers(is_by_https: bool) -> tuple[tuple[str, str], ...]:
    """Return the headers that Django's middlewares set on every answer."""
    headers = {
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
        "Content-Security-Policy": VISITOR_POLICY,
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
    }
    if settings.SECURE_CONTENT_TYPE_NOSNIFF:
        headers["X-Content-Type-Options"] = "nosniff"
    if is_by_https and settings.SECURE_HSTS_SECONDS:
        words = [f"max-age={settings.SECURE_HSTS_SECONDS}"]
        words += ["includeSubDomains"] if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS else []
        words += ["preload"] if settings.SECURE_HSTS_PRELOAD else []
        headers["Strict-Transport-Security"] = "; ".join(words)
    return tuple(headers.items())
