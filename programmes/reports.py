"""A report of the sessions whose clocks are not the site's, so that somebody can look whether their times are meant so."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.reports import PageReportView
from wagtail.models import Page
from wagtail.permissions import policy_registry

from cms.site.dates import when_words

from .models import SessionPage

NEEDED = ["add", "change", "publish"]


class SessionsElsewhereView(PageReportView):
    """Lists sessions outside the site's time zone, with their times there and here."""

    page_title = "Sessions in other time zones"
    header_icon = "time"
    results_template_name = "programmes/sessions_elsewhere_results.html"
    index_url_name = "sessions_elsewhere"
    index_results_url_name = "sessions_elsewhere_results"
    any_permission_required = NEEDED
    list_export = ["title", "time_zone", "starts_at", "ends_at", "live"]
    export_headings = {"time_zone": "Time zone", "starts_at": "Starts (UTC)", "ends_at": "Ends (UTC)", "live": "Live"}

    def get_queryset(self) -> QuerySet[SessionPage]:
        """Return the sessions that the user may edit, the next ones first."""
        mine = policy_registry.get_by_type(Page).instances_user_has_permission_for(self.request.user, "change")
        elsewhere = SessionPage.objects.exclude(time_zone=settings.TIME_ZONE).exclude(starts_at=None)
        return elsewhere.filter(pk__in=mine.values("pk")).order_by("-starts_at", "pk")

    def decorate_paginated_queryset(self, object_list: Any) -> Any:
        """Put the times in words beside each session."""
        for session in object_list:
            session.when_there = when_words(session.starts_at, session.ends_at, session.time_zone, settings.TIME_ZONE)
            session.when_here = when_words(session.starts_at, session.ends_at, settings.TIME_ZONE, settings.TIME_ZONE)
        return object_list


class _ReportMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return policy_registry.get_by_type(Page).user_has_any_permission(request.user, NEEDED)


@hooks.register("register_reports_menu_item")
def sessions_elsewhere_menu_item() -> MenuItem:
    """Lead to the report from the Reports menu."""
    return _ReportMenuItem(
        SessionsElsewhereView.page_title, reverse("sessions_elsewhere"), icon_name="time", order=1_100
    )


@hooks.register("register_admin_urls")
def register_report_urls() -> list:
    """The report's addresses."""
    base = "reports/sessions-elsewhere/"
    return [
        path(base, SessionsElsewhereView.as_view(), name="sessions_elsewhere"),
        path(f"{base}results/", SessionsElsewhereView.as_view(results_only=True), name="sessions_elsewhere_results"),
    ]
