"""The Access menu of the admin, and links in rich text that show only what may be seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.staticfiles import versioned_static
from wagtail.models import Page
from wagtail.rich_text.pages import PageLinkHandler
from wagtail.snippets.models import register_snippet

# Wagtail finds hooks in modules of this one's name only: these register theirs when they are imported.
from .admin import (
    bulk,  # noqa: F401
    bulk_pages,  # noqa: F401
    calendars,  # noqa: F401
    consequences,  # noqa: F401
    creating,  # noqa: F401
    keys,  # noqa: F401
    listings,  # noqa: F401
    organisations,  # noqa: F401
    report,  # noqa: F401
    trail,  # noqa: F401
    usage,  # noqa: F401
)
from .admin.viewsets import AccessGroup
from .models import AudiencePage
from .parts import narrower_parts
from .principals import current_principal

SHOWN_PARTS = 5


class VisiblePageLinkHandler(PageLinkHandler):
    """Writes the address of a linked page only for those who may see the page; for others the words stay, unlinked."""

    @classmethod
    def get_many(cls, attrs_list: list[dict]) -> list[Page | None]:
        """Return the page of each link, or None where it is hidden from (or missing for) the current principal."""
        # An id that is no number comes from pasted markup; it links to nothing.
        numbered = [
            {**attrs, "id": attrs["id"] if re.fullmatch(r"[0-9]{1,18}", str(attrs.get("id", ""))) else None}
            for attrs in attrs_list
        ]
        pages = super().get_many(numbered)
        by_type: dict[type[Page], set[int]] = {}
        for page in filter(None, pages):
            by_type.setdefault(type(page), set()).add(page.pk)
        visible: set[int] = set()
        for model, pks in by_type.items():
            if issubclass(model, AudiencePage):
                rows = model._default_manager.filter(pk__in=pks).visible_to(current_principal())
                visible.update(rows.values_list("pk", flat=True))
        return [page if page is not None and page.pk in visible else None for page in pages]

    @classmethod
    def extract_references(cls, attrs: dict) -> Iterator[tuple]:
        """Give what a link refers to, for the usage of pages; nothing for a link without a number."""
        if str(attrs.get("id", "")).isdecimal():
            yield from super().extract_references(attrs)


@hooks.register("register_rich_text_features", order=100)
def use_visible_page_links(features: Any) -> None:
    """Replace Wagtail's handler, which links to any page, live or not."""
    features.register_link_type(VisiblePageLinkHandler)


register_snippet(AccessGroup)


@hooks.register("insert_global_admin_js")
def name_landmarks() -> SafeString:
    """Return the script that tells the searches of a list page apart."""
    return format_html('<script src="{}"></script>', versioned_static("access/landmarks.js"))


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def tell_of_narrower_parts(request: HttpRequest, page: Page) -> None:
    """Say after saving what the page shows that some of those who may see it would not see."""
    told = narrower_parts(page.get_latest_revision_as_object()) if isinstance(page, AudiencePage) else []
    if told:
        more = f" And {len(told) - SHOWN_PARTS} more." if len(told) > SHOWN_PARTS else ""
        messages.warning(request, f"Shared wider than what it shows: {' '.join(told[:SHOWN_PARTS])}{more}")
