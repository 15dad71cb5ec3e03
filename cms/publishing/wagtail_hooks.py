"""Shows what follows each change in the admin, with a button to run failed reactions again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import register_permission_policy

# Wagtail finds hooks in modules of this one's name only: these register theirs when they are imported.
from . import clock_admin, troubles_admin  # noqa: F401
from .models import Reaction, ReactionStatus
from .policies import LookOnlyPolicy
from .tasks import retry_failed
from .webhooks.admin import actions, trail, viewsets  # noqa: F401

register_permission_policy(Reaction, LookOnlyPolicy(Reaction))


def _next_try(reaction: Reaction) -> str:
    if reaction.status != ReactionStatus.FAILED:
        return ""
    return f"{timezone.localtime(reaction.due_at):%-d %b, %H:%M:%S}" if reaction.due_at else "Only by hand"


class ReactionIndexView(IndexView):
    """The list of reactions: newest first, a filter for failures, nothing to edit."""

    page_title = "Reactions to changes"
    any_permission_required = ["view"]
    list_filter = ["status", "name"]

    def get_base_queryset(self) -> QuerySet[Reaction]:
        return Reaction.objects.select_related("change").order_by("-pk")

    def get_edit_url(self, instance: Reaction) -> None:
        return None

    @property
    def columns(self) -> list[Column]:
        return [
            Column("change", label="Change"),
            Column("name", label="Reaction"),
            Column("status", label="Status", accessor="get_status_display"),
            Column("tries", label="Tries"),
            Column("error", label="Last error", accessor=lambda reaction: reaction.error.split("\n", 1)[0][:160]),
            DateColumn("finished_at", label="Finished"),
            Column("due_at", label="Tried again", accessor=_next_try),
        ]


class ReactionViewSet(ModelViewSet):
    model = Reaction
    icon = "history"
    menu_label = "Reactions"
    add_to_settings_menu = True
    index_view_class = ReactionIndexView
    form_fields = ["status"]
    list_filter = ["status", "name"]
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields = [
        "change",
        "name",
        "status",
        "is_urgent",
        "tries",
        "due_at",
        "error",
        "started_at",
        "finished_at",
    ]


@hooks.register("register_admin_viewset")
def register_reactions() -> ReactionViewSet:
    return ReactionViewSet("reactions")


@permission_required("publishing.change_reaction")
@require_POST
def retry(request: HttpRequest) -> HttpResponse:
    """Run failed reactions again and say how it went."""
    count = retry_failed()
    failed = Reaction.objects.filter(status=ReactionStatus.FAILED).count()
    if failed:
        messages.error(request, f"{count} run again; {failed} failed again. Open them to see why.")
    else:
        messages.success(request, f"{count} run again, none failed.")
    return redirect("wagtailadmin_home")


@hooks.register("register_admin_urls")
def register_urls() -> list:
    return [path("reactions-retry/", retry, name="retry_reactions")]


class FailedReactionsPanel(Component):
    """Says on the admin's first page that something did not follow a change, and offers to try again."""

    order = 50
    template_name = "publishing/failed_reactions_panel.html"

    def get_context_data(self, parent_context: dict) -> dict:
        failed = Reaction.objects.filter(status=ReactionStatus.FAILED)
        return {
            # A component is rendered without the request, so Django adds no token of its own.
            "csrf_token": get_token(parent_context["request"]),
            "count": failed.count(),
            "latest": failed.select_related("change").order_by("-pk").first(),
            "list_url": reverse("reactions:index"),
        }


@hooks.register("construct_homepage_panels")
def add_failed_reactions_panel(request: HttpRequest, panels: list) -> None:
    user: Any = request.user
    if user.has_perm("publishing.change_reaction") and Reaction.objects.filter(status=ReactionStatus.FAILED).exists():
        panels.append(FailedReactionsPanel())
