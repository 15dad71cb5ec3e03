"""Shows the periodic jobs in the admin, and says on its first page when one fails or when no clock runs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import register_permission_policy

from . import clock
from .database_clock import database_now
from .models import PeriodicJob
from .policies import LookOnlyPolicy
from .troubles import overdue_jobs

register_permission_policy(PeriodicJob, LookOnlyPolicy(PeriodicJob))


def _interval(every: timedelta) -> str:
    """Return an interval in its largest whole unit, e.g. `20 min`."""
    seconds = int(every.total_seconds())
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds and seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _moment(at: datetime) -> str:
    """Return a moment in the academy's time; the lists' own words are for what is past."""
    return f"{timezone.localtime(at):%-d %b, %H:%M:%S}"


def _state(row: PeriodicJob) -> str:
    if row.started_at and not row.finished_at:
        return "Running"
    if row.error:
        return f"Failed {row.failures_in_row} time{'s'[: row.failures_in_row != 1]} in a row"
    return "Done" if row.finished_at else "Not run yet"


class PeriodicJobIndexView(IndexView):
    """The list of jobs that are registered now; nothing to edit."""

    page_title = "Periodic jobs"
    any_permission_required = ["view"]

    def get_base_queryset(self) -> QuerySet[PeriodicJob]:
        return PeriodicJob.objects.filter(name__in=[job.name for job in clock.jobs()])

    def get_edit_url(self, instance: PeriodicJob) -> None:
        return None

    @property
    def columns(self) -> list[Column]:
        return [
            Column("name", label="Job"),
            Column("what", label="What it does", accessor=lambda row: getattr(clock.job(row.name), "description", "")),
            Column(
                "every",
                label="Every",
                accessor=lambda row: _interval(getattr(clock.job(row.name), "every", timedelta(0))),
            ),
            Column("state", label="State", accessor=_state),
            Column("error", label="Last error", accessor=lambda row: row.error.split("\n", 1)[0][:160]),
            DateColumn("started_at", label="Last start"),
            Column("next_due_at", label="Due again", accessor=lambda row: _moment(row.next_due_at)),
        ]


class PeriodicJobViewSet(ModelViewSet):
    model = PeriodicJob
    icon = "time"
    menu_label = "Periodic jobs"
    add_to_settings_menu = True
    index_view_class = PeriodicJobIndexView
    form_fields = ["name"]
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields = [
        "name",
        "next_due_at",
        "started_at",
        "finished_at",
        "runs",
        "failures_in_row",
        "skew_seconds",
        "error",
    ]


@hooks.register("register_admin_viewset")
def register_periodic_jobs() -> PeriodicJobViewSet:
    return PeriodicJobViewSet("periodic_jobs", url_prefix="periodic-jobs")


class ClockPanel(Component):
    """Says that a periodic job failed, or that nothing is run at all."""

    order = 55
    template_name = "publishing/clock_panel.html"

    def __init__(self, failing: list[PeriodicJob], oldest_due: PeriodicJob | None) -> None:
        self.failing, self.oldest_due = failing, oldest_due

    def get_context_data(self, parent_context: Any) -> dict:
        return {
            "failing": self.failing,
            "oldest_due": self.oldest_due,
            "list_url": reverse("periodic_jobs:index"),
        }


@hooks.register("construct_homepage_panels")
def add_clock_panel(request: HttpRequest, panels: list) -> None:
    """Add the panel for those who may look at the jobs, when there is something to say."""
    user: Any = request.user
    if not user.has_perm("publishing.view_periodicjob"):
        return
    rows = list(PeriodicJob.objects.filter(name__in=[job.name for job in clock.jobs()]).order_by("next_due_at"))
    still = overdue_jobs(database_now())
    failing = [row for row in rows if row.error]
    if still or failing:
        panels.append(ClockPanel(failing, still[0] if still else None))
