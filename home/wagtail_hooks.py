"""The academy's own screens in the admin: what waits for an editor, and looking at a page as somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin.userbar import BaseItem
from wagtail.admin.widgets.button import Button

from cms.access.models import AudiencePage

from .see_as.views import see_as, see_page_as

# Wagtail finds hooks in modules of this one's name only: these register theirs when they are imported.
from .waiting import lists, panel  # noqa: F401

LABEL = "See it as …"


@hooks.register("register_admin_urls")
def see_as_urls() -> list:
    """Return the addresses of the screen and of the frame in it."""
    return [
        path("pages/<int:page_id>/see-as/", see_as, name="academy_see_as"),
        path("pages/<int:page_id>/see-as/page/", see_page_as, name="academy_see_page_as"),
    ]


def may_look(page: Any, user: Any) -> bool:
    """Whether `user` may look at `page` as somebody else: whoever may edit it."""
    return isinstance(page, AudiencePage) and bool(page.pk) and page.permissions_for_user(user).can_edit()


@hooks.register("register_page_header_buttons")
@hooks.register("register_page_listing_more_buttons")
def see_as_button(page: Any, user: Any, next_url: str | None = None, view_name: str = "") -> Iterator[Button]:
    """Offer it in the menu of a page, on its own screens and in lists."""
    if may_look(page, user):
        yield Button(LABEL, reverse("academy_see_as", args=[page.pk]), icon_name="view", priority=12)


class SeeAsItem(BaseItem):
    """The line in the bar that editors have on the site's pages."""

    template_name = "home/userbar_see_as.html"

    def __init__(self, page: AudiencePage) -> None:
        self.page = page


@hooks.register("construct_wagtail_userbar")
def see_as_in_userbar(request: Any, items: list, page: Any) -> None:
    """Offer it on the page itself."""
    if may_look(page, request.user) and not getattr(request, "in_preview_panel", False):
        items.append(SeeAsItem(page))
