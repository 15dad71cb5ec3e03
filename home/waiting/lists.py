"""The lists behind the counts: pages by what they need, and pictures without a description."""

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
from wagtail.admin.views.reports import PageReportView, ReportView
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail.permissions import policy_registry

from cms.access.admin.listings import AUDIENCE_COLUMN, DescribedMixin

from .needs import NEEDS, need_of, pages_of


class NeedFilterSet(WagtailFilterSet):
    """Which need."""

    need = django_filters.ChoiceFilter(
        label="What it needs",
        choices=[(need.key, need.words_for_many.capitalize()) for need in NEEDS],
        method="with_need",
        empty_label="Anything",
    )

    class Meta:
        model = Page
        fields: list[str] = []

    def with_need(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Return the pages with the chosen need."""
        need = need_of(value)
        return queryset.filter(need.condition()) if need else queryset


class WaitingPagesView(DescribedMixin, PageReportView):
    """Pages that need something, the latest changed first."""

    page_title = "What waits"
    header_icon = "list-ul"
    results_template_name = "wagtailadmin/reports/base_report_results.html"
    filterset_class = NeedFilterSet
    index_url_name = "academy_waiting"
    index_results_url_name = "academy_waiting_results"
    any_permission_required = ["add", "change", "publish"]
    default_ordering = "-latest_revision_created_at"
    columns = [
        TitleColumn(
            "title",
            label="Title",
            sort_key="title",
            accessor="get_admin_display_title",
            get_url=lambda page: reverse("wagtailadmin_pages:edit", args=[page.pk]),
        ),
        Column("type", label="Type", accessor="page_type_display_name", width="12%"),
        AUDIENCE_COLUMN,
        PageStatusColumn("status", label="Status", sort_key="live", width="12%"),
        DateColumn("latest_revision_created_at", label="Updated", sort_key="latest_revision_created_at", width="12%"),
    ]
    list_export = ["title", "page_type_display_name", "audience_words", "status_string", "latest_revision_created_at"]
    export_headings = {
        "page_type_display_name": "Type",
        "audience_words": "Who sees it",
        "status_string": "Status",
        "latest_revision_created_at": "Updated",
    }

    def get_base_queryset(self) -> QuerySet[Page]:
        anything = NEEDS[0].condition()
        for need in NEEDS[1:]:
            anything |= need.condition()
        pages = pages_of(self.request.user).filter(anything)
        pages = pages.prefetch_related("content_type", "sites_rooted_here").defer_streamfields()
        return pages.specific().annotate_approved_schedule()


def pictures_without_description(user: Any) -> QuerySet:
    """Return the pictures that `user` may change and that say nothing to those who cannot see them."""
    policy = policy_registry.get_by_type(get_image_model())
    return policy.instances_user_has_permission_for(user, "change").filter(description="")


class PicturesView(ReportView):
    """Pictures without a description, the newest first."""

    page_title = "Pictures without a description"
    header_icon = "image"
    model = get_image_model()
    any_permission_required = ["add", "change"]
    index_url_name = "academy_pictures"
    index_results_url_name = "academy_pictures_results"
    default_ordering = "-created_at"
    columns = [
        TitleColumn("title", label="Title", get_url=lambda picture: reverse("wagtailimages:edit", args=[picture.pk])),
        Column("filename", label="File"),
        DateColumn("created_at", label="Uploaded", sort_key="created_at"),
    ]

    def get_base_queryset(self) -> QuerySet:
        return pictures_without_description(self.request.user)


@hooks.register("register_admin_urls")
def waiting_urls() -> list:
    """Return the addresses of the lists."""
    return [
        path("reports/waiting/", WaitingPagesView.as_view(), name="academy_waiting"),
        path("reports/waiting/results/", WaitingPagesView.as_view(results_only=True), name="academy_waiting_results"),
        path("reports/pictures/", PicturesView.as_view(), name="academy_pictures"),
        path("reports/pictures/results/", PicturesView.as_view(results_only=True), name="academy_pictures_results"),
    ]


class WaitingMenuItem(MenuItem):
    def is_shown(self, request: Any) -> bool:
        return pages_of(request.user).exists()


@hooks.register("register_reports_menu_item")
def waiting_menu_item() -> MenuItem:
    """Return the list's place in the menu."""
    return WaitingMenuItem("What waits", reverse("academy_waiting"), name="what-waits", icon_name="list-ul", order=90)
