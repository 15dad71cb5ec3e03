"""The site with two constant answers beside it, on one server: what the API's kept answers are measured against."""

from __future__ import annotations

from cms.wsgi import application as site

# isort: split
# Django is set up by now, which whatever follows needs.
from django.http import HttpRequest, HttpResponse
from django.urls import path

from cms import urls

BARE, THROUGH_DJANGO = "/constant/", "/constant/django/"
KILOBYTES = 90
BODY = (b'{"title":"Recording"},' * (KILOBYTES * 1000 // 22 + 1))[: KILOBYTES * 1000]
HEADERS = [("Content-Type", "application/json; charset=utf-8"), ("Content-Length", str(len(BODY)))]


def constant(request: HttpRequest) -> HttpResponse:
    return HttpResponse(BODY, "application/json; charset=utf-8")


urls.urlpatterns.insert(0, path(THROUGH_DJANGO.lstrip("/"), constant))


def application(environ, start_response):
    """Answer the bare constant at once; everything else is the site's."""
    if environ["PATH_INFO"] == BARE:
        start_response("200 OK", HEADERS)
        return [BODY]
    return site(environ, start_response)
