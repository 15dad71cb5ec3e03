"""Previews on a front end: what stands in an editor's form is stored under a nonce, and a signed token opens it for 15 minutes.

A token opens one page as one editor saw it, as long as that editor may edit it. Nothing else that is hidden comes with it.
"""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from wagtail.models import Page

LIFETIME = dt.timedelta(minutes=15)
MAX_TOKEN_CHARACTERS = 200
SUBJECT = "preview"
MODE = "on:"


def modes() -> list[tuple[str, str]]:
    """Return the further preview modes of a page as pairs of inner name and words for the editor."""
    return [(f"{MODE}{name}", f"On {name}") for name in settings.HEADLESS_PREVIEWS]


def front_end(mode_name: str) -> str | None:
    """Return the address of the front end that a preview mode means; None for any other mode."""
    return settings.HEADLESS_PREVIEWS.get(mode_name.removeprefix(MODE)) if mode_name.startswith(MODE) else None


def token_of(nonce: str) -> str:
    """Return the token that opens the preview with this nonce for `LIFETIME`."""
    return _signer().sign(nonce)


def nonce_of(token: str) -> str | None:
    """Return the nonce that a token opens; None for a token that is not ours or has run out."""
    if len(token) > MAX_TOKEN_CHARACTERS:
        return None
    try:
        return _signer().unsign(token, max_age=LIFETIME)
    except BadSignature:
        return None


def show(request: HttpRequest, page: Page, base: str, token: str) -> HttpResponse:
    """Return the answer to an editor's preview: a redirect to the front end, or a frame for the panel beside the form."""
    url = address(base, page, token)
    response: HttpResponse
    if getattr(request, "in_preview_panel", False):
        # The panel reaches into what it shows, which browsers allow on our own pages only: hence a frame in a page of ours.
        response = render(request, "access/preview_frame.html", {"url": url})
        parts = urlsplit(base)
        response["Content-Security-Policy"] = (
            f"default-src 'none'; style-src 'unsafe-inline'; frame-src {parts.scheme}://{parts.netloc}; frame-ancestors 'self'"
        )
    else:
        response = HttpResponseRedirect(url)
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def address(base: str, page: Page, token: str) -> str:
    """Return a front end's address with what it needs to ask the API: kind, slug, path and token."""
    parts = page.get_url_parts()
    asked = {
        "kind": str(page._meta.verbose_name),
        "slug": page.slug,
        "path": parts[2] if parts else "",
        "previewToken": token,
    }
    return f"{base}{'&' if urlsplit(base).query else '?'}{urlencode(asked)}"


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="cms.access.previews")
