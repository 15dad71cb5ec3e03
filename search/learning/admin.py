"""The report on searches in the admin, and what editors do about it: promote a page, note a word, settle a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView
from wagtail import hooks
from wagtail.admin.auth import permission_required
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views.snippets import CreateView, SnippetViewSet

from cms.access.admin.choosers import PermittedChooserViewSet

from ..language.normalised import normalised
from ..models import LoggedQuery, PromotedResult, SearchSettings, SettledQuery
from .proposals import proposals_for
from .report import PERIODS, Day, report_of

PROMOTED_POLICY = ModelPermissionPolicy(PromotedResult)


class PromotedCreateView(CreateView):
    """A new promotion, with the words of the report's line filled in."""

    def get_initial_form_instance(self) -> Any:
        """Return the instance that the empty form shows."""
        instance = super().get_initial_form_instance() or self.model()
        instance.words = normalised(self.request.GET.get("words", "")) or ""
        return instance


class PromotedResultViewSet(SnippetViewSet):
    model = PromotedResult
    icon = "pick"
    menu_label = "Promoted results"
    chooser_viewset_class = PermittedChooserViewSet
    list_display = ["words", "page", "sort_order", "note", "updated_at"]
    add_view_class = PromotedCreateView
    ordering = ["words", "sort_order"]


@dataclass(frozen=True, slots=True)
class Bar:
    """A day's bar where the chart draws it, in the units of the drawing."""

    day: Day
    x: int

    @property
    def top(self) -> float:
        """The y of the bar's upper end; the chart is 100 high."""
        return round(100 - self.day.height, 1)

    @property
    def top_of_nothing(self) -> float:
        """The y of the upper end of the part that found nothing."""
        return round(100 - self.day.height_of_nothing, 1)


class ReportView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """What was searched for, with what success, over 7, 30 or 90 days."""

    page_title = "Searches"
    header_icon = "search"
    template_name = "search/admin/report.html"
    permission_policy = ModelPermissionPolicy(LoggedQuery)
    permission_required = "view"
    _show_breadcrumbs = True

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Return the way to here."""
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the report of the period asked for."""
        asked = self.request.GET.get("days", "")
        days = int(asked) if asked in map(str, PERIODS) else PERIODS[1]
        report = report_of(days)
        return super().get_context_data(
            **kwargs,
            report=report,
            periods=PERIODS,
            log_days=SearchSettings.load().log_days,
            bars=[Bar(day, number) for number, day in enumerate(report.by_day)],
            chart_width=len(report.by_day),
            proposals=proposals_for(report.in_vain),
            may_edit=PROMOTED_POLICY.user_has_permission(self.request.user, "add"),
            promote_url_name="wagtailsnippets_search_promotedresult:add",
            tables=[
                ("Most searched for", report.top, "What visitors come for."),
                ("More than before", report.rising, f"Compared with the {days} days before."),
                (
                    "Seldom opened",
                    report.unopened,
                    "These searches found results, but few people opened them. You could promote another page.",
                ),
            ],
        )


@require_POST
@permission_required("search.add_promotedresult")
def settle_query(request: HttpRequest) -> HttpResponse:
    """Take a query off the list of those that found nothing."""
    words = normalised(request.POST.get("words", ""))
    if words is None:
        return HttpResponseBadRequest("Say which words are settled.")
    SettledQuery.objects.update_or_create(words=words)
    days = request.POST.get("days", "")
    return redirect(reverse("search_report") + (f"?days={days}" if days in map(str, PERIODS) else ""))


class ReportMenuItem(MenuItem):
    """Shown to those who may read it."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether this user may read the report."""
        return ReportView.permission_policy.user_has_permission(request.user, "view")


@hooks.register("register_reports_menu_item")
def report_menu_item() -> MenuItem:
    return ReportMenuItem("Searches", reverse("search_report"), icon_name="search", order=700)


@hooks.register("register_admin_urls")
def report_urls() -> list:
    return [
        path("reports/searches/", ReportView.as_view(), name="search_report"),
        path("reports/searches/settle/", settle_query, name="search_settle_query"),
    ]
