"""The panel "What waits for you" on the admin's first page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.ui.components import Component

from cms.publishing.models import Reaction, ReactionStatus
from search.learning.report import in_vain
from search.models import LoggedQuery

from .lists import pictures_without_description
from .needs import NEEDS, pages_of

SEARCHES_OF = dt.timedelta(days=30)


def lines_for(user: Any) -> list[tuple[str, str]]:
    """Return what waits for `user`, each a sentence with its count and the address of the list behind it."""
    return [*_pages(user), *_pictures(user), *_searches(user), *_failed(user)]


def _pages(user: Any) -> Iterator[tuple[str, str]]:
    """Count all needs in one statement."""
    counts = {need.key.replace("-", "_"): Count("pk", filter=need.condition()) for need in NEEDS}
    found = pages_of(user).order_by().aggregate(**counts)
    for need in NEEDS:
        if count := found[need.key.replace("-", "_")]:
            yield need.told(count), f"{reverse('academy_waiting')}?{urlencode({'need': need.key})}"


def _pictures(user: Any) -> Iterator[tuple[str, str]]:
    if count := pictures_without_description(user).count():
        noun = "picture" if count == 1 else "pictures"
        yield f"{count} {noun} without a description", reverse("academy_pictures")


def _searches(user: Any) -> Iterator[tuple[str, str]]:
    if not user.has_perm("search.view_loggedquery"):
        return
    if count := len(in_vain(LoggedQuery.objects.filter(day__gte=timezone.localdate() - SEARCHES_OF))):
        yield f"{count} {'search' if count == 1 else 'searches'} that found nothing", reverse("search_report")


def _failed(user: Any) -> Iterator[tuple[str, str]]:
    if not user.has_perm("publishing.view_reaction"):
        return
    if count := Reaction.objects.filter(Q(status=ReactionStatus.FAILED)).count():
        url = reverse("reactions:index")
        noun = "follow-up" if count == 1 else "follow-ups"
        yield f"{count} {noun} that failed", f"{url}?{urlencode({'status': ReactionStatus.FAILED})}"


class WaitingPanel(Component):
    """The lines; where there is none, a word that nothing waits."""

    order = 60
    template_name = "home/waiting_panel.html"

    def __init__(self, lines: list[tuple[str, str]]) -> None:
        self.lines = lines

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"lines": self.lines}


@hooks.register("construct_homepage_panels")
def add_waiting_panel(request: HttpRequest, panels: list) -> None:
    """Add the panel for whoever works on pages."""
    user: Any = request.user
    if user.is_superuser or pages_of(user).exists():
        panels.append(WaitingPanel(lines_for(user)))
