"""What the home page shows: what is on next, what is new and what the academy is about."""

from __future__ import annotations

from typing import Any

from cms.site.page_context import context_of
from cms.site.requests import VisitorRequest
from library.lists.listing import LibraryChoice, list_cards
from library.lists.offering import slugs_in_use
from programmes.cards import session_cards
from programmes.models import CoreArea, SessionPage
from programmes.views import upcoming

from .models import HomePage

MOST_UPCOMING = 3
MOST_NEW = 6


@context_of(HomePage)
def home_context(page: HomePage, request: VisitorRequest) -> dict[str, Any]:
    """Return the `upcoming` sessions, the `newest` recordings and materials, and the `core_areas`."""
    sessions = upcoming(SessionPage.objects.visible_to(request.principal))
    # A recording brings its materials along: they do not push other recordings out.
    newest, _ = list_cards(LibraryChoice(), None, request, size=MOST_NEW, is_grouped=True)
    return {
        "upcoming": session_cards(sessions[:MOST_UPCOMING], request),
        "newest": newest,
        "core_areas": CoreArea.objects.visible_to(request.principal),
        "areas_in_use": slugs_in_use("core_area", request),
    }
