"""The report "Who sees what": every page with its audience, to be filtered and taken along as a table."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.ui.tables.pages import PageStatusColumn
from wagtail.admin.views.pages.listing import GenericPageFilterSet
from wagtail.admin.views.reports import PageReportView
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from .listings import AUDIENCE_COLUMN, DescribedMixin, audience_filters

RIGHTS = ["add", "change", "publish"]


class AudienceReportFilterSet(WagtailFilterSet):
    """The audience, the organisation, whether a page is live, and its type."""

    audience = audience_filters()["audience"]
    shared_with = audience_filters()["shared_with"]
    live = django_filters.BooleanFilter(label="Live")
    content_type = GenericPageFilterSet.base_filters["content_type"]

    class Meta:
        model = Page
        fields: list[str] = []


class AudienceReportView(DescribedMixin, PageReportView):
    """Lists the pages that the editor may work on."""

    page_title = "Who sees what"
    header_icon = "view"
    results_template_name = "wagtailadmin/reports/base_report_results.html"
    filterset_class = AudienceReportFilterSet
    index_url_name = "academy_audience_report"
    index_results_url_name = "academy_audience_report_results"
    any_permission_required = RIGHTS
    default_ordering = "title"
    columns = [
        TitleColumn(
            "title",
            label="Title",
            sort_key="title",
            accessor="get_admin_display_title",
            get_url=lambda page: reverse("wagtailadmin_pages:edit", args=[page.pk]),
        ),
        AUDIENCE_COLUMN,
        PageStatusColumn("status", label="Status", sort_key="live", width="12%"),
        Column("type", label="Type", accessor="page_type_display_name", width="12%"),
        DateColumn("latest_revision_created_at", label="Updated", sort_key="latest_revision_created_at", width="12%"),
    ]
    list_export = [
        "title",
        "audience_words",
        "status_string",
        "page_type_display_name",
        "latest_revision_created_at",
        "url",
    ]
    export_headings = {
        "audience_words": "Who sees it",
        "status_string": "Status",
        "page_type_display_name": "Type",
        "latest_revision_created_at": "Updated",
    }

    def get_filename(self) -> str:
        return "who-sees-what"

    def get_base_queryset(self) -> QuerySet[Page]:
        pages = PagePermissionPolicy().instances_user_has_any_permission_for(self.request.user, RIGHTS)
        pages = pages.filter(depth__gt=1).prefetch_related("content_type", "sites_rooted_here")
        return pages.defer_streamfields().specific().annotate_approved_schedule()


class AudienceReportMenuItem(MenuItem):
    def is_shown(self, request: Any) -> bool:
        return PagePermissionPolicy().user_has_any_permission(request.user, RIGHTS)


@hooks.register("register_reports_menu_item")
def audience_report_menu_item() -> MenuItem:
    """Return the report's place in the menu."""
    return AudienceReportMenuItem(
        "Who sees what", reverse("academy_audience_report"), name="who-sees-what", icon_name="view", order=100
    )


@hooks.register("register_admin_urls")
def audience_report_urls() -> list:
    """Return the report's addresses."""
    return [
        path("reports/audiences/", AudienceReportView.as_view(), name="academy_audience_report"),
        path(
            "reports/audiences/results/",
            AudienceReportView.as_view(results_only=True),
            name="academy_audience_report_results",
        ),
    ]
