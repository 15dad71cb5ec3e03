"""Says on the admin's first page what is wrong with the work behind the pages, to those who may look at it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.ui.components import Component

from .troubles import Trouble, find_troubles

# Panels of their own say these, with a button (`wagtail_hooks.FailedReactionsPanel`, `clock_admin.ClockPanel`).
TOLD_ELSEWHERE = ("clock", "failed")


class TroublesPanel(Component):
    """The sentences of what is wrong."""

    order = 45
    template_name = "publishing/troubles_panel.html"

    def __init__(self, troubles: list[Trouble]) -> None:
        self.troubles = troubles

    def get_context_data(self, parent_context: Any) -> dict:
        return {"troubles": self.troubles}


@hooks.register("construct_homepage_panels")
def add_troubles_panel(request: HttpRequest, panels: list) -> None:
    """Add the panel when there is something to say."""
    user: Any = request.user
    if not user.has_perm("publishing.view_periodicjob"):
        return
    troubles = [trouble for trouble in find_troubles() if trouble.part not in TOLD_ELSEWHERE]
    if troubles:
        panels.append(TroublesPanel(troubles))
