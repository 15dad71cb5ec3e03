"""Previews on a front end: what stands in an editor's form is kept under a nonce, and a signed token opens it for 15 minutes.

A token opens one page as one editor saw it, as long as that editor may edit it. Nothing else that is hidden comes with it.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from .principals import EDITOR, Principal
from .signed_urls import signs_for
from .visibility import Audience

if TYPE_CHECKING:
    from .models import AudiencePage, Preview
    from .viewpoints import Viewpoint

LIFETIME = dt.timedelta(minutes=15)
# The panel beside the form makes one after each change. The newest few are the ones still on somebody's screen.
MOST_KEPT = 30
MAX_TOKEN_CHARACTERS = 200
SUBJECT = "preview"
MODE = "on:"
AS = "as:"
# The list of modes is for looking, not for searching: the screen "See it as …" has all organisations.
MOST_ORGANISATIONS = 10


def modes() -> list[tuple[str, str]]:
    """Return the further preview modes of a page as pairs of inner name and words for the editor."""
    return [(f"{MODE}{name}", f"On {name}") for name in settings.HEADLESS_PREVIEWS]


def viewpoint_modes(page: AudiencePage) -> list[tuple[str, str]]:
    """Return the modes that show a page as others will get it: the public, any member, and the first chosen organisations."""
    from .viewpoints import fixed_viewpoints, viewpoint_of_organisation

    chosen = list(page.audience_organisations.all())[:MOST_ORGANISATIONS] if page.audience == Audience.CHOSEN else []
    viewpoints = [*fixed_viewpoints(), *map(viewpoint_of_organisation, chosen)]
    return [(f"{AS}{viewpoint.key}", f"As {viewpoint.label}") for viewpoint in viewpoints]


def viewpoint_of_mode(mode_name: str) -> Viewpoint | None:
    """Return as whom a preview mode shows the page; None for any other mode."""
    from .viewpoints import viewpoint_of

    return viewpoint_of(mode_name.removeprefix(AS)) if mode_name.startswith(AS) else None


def show_as(request: HttpRequest, page: AudiencePage, viewpoint: Viewpoint) -> HttpResponse:
    """Answer the page in the form as somebody will get it once it is published, or say that they will not."""
    from .viewpoints import looking_as

    response: Any
    with looking_as(request, viewpoint):
        if viewpoint.principal.audience_tokens.isdisjoint(page.audience_tokens()):
            response = render(request, "access/preview_hidden.html", {"viewpoint": viewpoint})
        else:
            response = page.serve(request)
            if hasattr(response, "render"):
                response.render()
    response["Cache-Control"] = "private, no-store"
    return response


def front_end(mode_name: str) -> str | None:
    """Return the address of the front end that a preview mode means; None for any other mode."""
    return settings.HEADLESS_PREVIEWS.get(mode_name.removeprefix(MODE)) if mode_name.startswith(MODE) else None


def start(page: AudiencePage, user: Any) -> str:
    """Keep `page` as it stands in memory, saved or not, for `user`'s previews and return the token that opens it."""
    from .models import Preview

    now = timezone.now()
    Preview.objects.filter(expires_at__lte=now).delete()
    for old in Preview.objects.filter(user=user).values_list("pk", flat=True)[MOST_KEPT - 1 :]:
        Preview.objects.filter(pk=old).delete()
    preview = Preview.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(page),
        page_id=page.pk,
        parent=page.get_parent() if page.pk is None else None,
        content=page.serializable_data(),
        created_at=now,
        expires_at=now + LIFETIME,
    )
    return _signer().sign(preview.nonce)


def find(token: str, at: dt.datetime) -> Preview | None:
    """Return what a token opens at the moment `at`; None for whatever reason it opens nothing."""
    if len(token) > MAX_TOKEN_CHARACTERS:
        return None
    try:
        nonce = _signer().unsign(token, max_age=LIFETIME)
    except BadSignature:
        return None
    return find_by_nonce(nonce, at)


def find_by_nonce(nonce: str, at: dt.datetime) -> Preview | None:
    """Return the preview with this nonce if it may be shown at the moment `at`; None otherwise."""
    from .models import Preview

    preview = Preview.objects.select_related("user", "page", "parent", "content_type").filter(nonce=nonce).first()
    return preview if preview is not None and preview.is_good(at) else None


@signs_for(SUBJECT)
def principal_of_preview(nonce: str, at: dt.datetime) -> Principal | None:
    """Return an editor, who opens any one file, for the files of a page that is being previewed."""
    return EDITOR if find_by_nonce(nonce, at) else None


def show(request: HttpRequest, page: AudiencePage, base: str) -> HttpResponse:
    """Answer an editor's preview: lead to the front end, or hold it in a frame for the panel beside the form."""
    url = address(base, page, start(page, request.user))
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


def address(base: str, page: AudiencePage, token: str) -> str:
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
