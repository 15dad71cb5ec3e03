"""The screen "See it as …" and the frame in it: for whoever may edit the page, by GET only, and kept by no cache."""

from __future__ import annotations

import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe
from wagtail.models import Page

from cms.access.models import AudiencePage, MemberOrganisation
from cms.access.models.viewpoints import Viewpoint, fixed_viewpoints, viewpoint_of, viewpoint_of_organisation
from cms.middleware import VISITOR_POLICY

from .answers import api_answer, page_answer, search_answer
from .withheld import is_visible, withheld_of

MAX_SEARCH_CHARACTERS = 200
PRIVATE = "private, no-store"
# The frame runs no scripts; without them the browser has nothing to complain of either.
SCRIPT = re.compile(rb"<script\b[^>]*>.*?</script\s*>", re.DOTALL | re.IGNORECASE)


@require_safe
def see_as(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show what somebody gets of a page, and what is withheld from them; without `as` it asks as whom."""
    page, viewpoint = _asked(request, page_id)
    text = request.GET.get("q", "").strip()[:MAX_SEARCH_CHARACTERS] or page.title
    context: dict[str, Any] = {
        "page": page,
        "viewpoint": viewpoint,
        "fixed": fixed_viewpoints(),
        "organisations": [viewpoint_of_organisation(organisation) for organisation in MemberOrganisation.objects.all()],
        "text": text,
    }
    if viewpoint is not None:
        context |= {
            "is_seen": is_visible(page, viewpoint.principal),
            "withheld": withheld_of(page, viewpoint.principal),
            "api": api_answer(page, viewpoint),
            "found": search_answer(page, viewpoint, text, request),
        }
    response = render(request, "home/see_as.html", context)
    response["Cache-Control"] = PRIVATE
    return response


@require_safe
@xframe_options_sameorigin
def see_page_as(request: HttpRequest, page_id: int) -> HttpResponse:
    """Answer the page as they get it, for the frame: no script runs in it, and its links lead nowhere."""
    page, viewpoint = _asked(request, page_id)
    if viewpoint is None:
        raise Http404
    response = page_answer(page, viewpoint, request.get_host())
    if response.get("Content-Type", "").startswith("text/html") and not response.streaming:
        # Links would lead to the site as the editor sees it: they want a new window, which the frame may not open.
        still = SCRIPT.sub(b"", response.content)
        response.content = still.replace(b"<head>", b'<head><base target="_blank">', 1)
    # The frame shows their answer; its status is told beside it, and is none of this screen's own.
    response.status_code = 200
    response["Cache-Control"] = PRIVATE
    response["Content-Security-Policy"] = f"{VISITOR_POLICY}; sandbox allow-same-origin"
    return response


def _asked(request: HttpRequest, page_id: int) -> tuple[AudiencePage, Viewpoint | None]:
    """Return the page and the viewpoint; 404 for a page that this editor has no rights on, as for one that is not there."""
    page = get_object_or_404(Page, pk=page_id).specific
    permissions = page.permissions_for_user(request.user)
    if not isinstance(page, AudiencePage) or not (permissions.can_edit() or permissions.can_publish()):
        raise Http404
    key = request.GET.get("as", "")
    viewpoint = viewpoint_of(key) if key else None
    if key and viewpoint is None:
        raise Http404
    return page, viewpoint
