"""What API clients use, as a chart and a table: drawn on the server, so that it needs no script and can be read aloud."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncDate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.auth import permission_required
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from cms.access.models import ApiClient, ApiUsage

SPANS = {7: "7 days", 30: "30 days", 90: "90 days"}
USUAL_SPAN = 30
FIGURES = ("requests", "cost", "cached", "unchanged", "errors", "limited", "sent_bytes")
# The drawing's measures, in its own units; it scales with the page.
WIDTH, HEIGHT = 720, 160


@dataclass(frozen=True, slots=True)
class DayOfUse:
    """The figures of one day (the academy's time), and where its bar stands in the chart."""

    day: date
    figures: dict[str, int]
    left: float
    width: float
    fresh_height: float
    cached_height: float
    error_height: float

    @property
    def cached_top(self) -> float:
        """Where the part answered from caches begins, from above."""
        return HEIGHT - self.error_height - self.fresh_height - self.cached_height

    @property
    def fresh_top(self) -> float:
        """Where the part answered anew begins, from above."""
        return HEIGHT - self.error_height - self.fresh_height

    @property
    def error_top(self) -> float:
        """Where the part that went wrong begins, from above."""
        return HEIGHT - self.error_height


def since(days: int) -> datetime:
    """Return the beginning of the first of the last `days` days, today included."""
    first = timezone.localdate() - timedelta(days=days - 1)
    return timezone.make_aware(datetime.combine(first, time.min))


def use_by_day(rows: QuerySet[ApiUsage], days: int) -> list[DayOfUse]:
    """Return the last days, oldest first, days without use included; one statement."""
    found = (
        rows.filter(starts_at__gte=since(days))
        .order_by()
        .annotate(day=TruncDate("starts_at"))
        .values("day")
        .annotate(**{f"all_{name}": Sum(name) for name in FIGURES})
    )
    by_day = {row["day"]: {name: row[f"all_{name}"] or 0 for name in FIGURES} for row in found}
    most = max((figures["requests"] for figures in by_day.values()), default=0) or 1
    step, today = WIDTH / days, timezone.localdate()
    drawn = []
    for place in range(days):
        day = today - timedelta(days=days - 1 - place)
        figures = by_day.get(day, dict.fromkeys(FIGURES, 0))
        scale = (HEIGHT - 8) / most
        cached = min(figures["cached"] + figures["unchanged"], figures["requests"])
        wrong = min(figures["errors"], figures["requests"] - cached)
        fresh = figures["requests"] - cached - wrong
        drawn.append(
            DayOfUse(
                day, figures, place * step + 1, step - 2, *(round(count * scale, 2) for count in (fresh, cached, wrong))
            )
        )
    return drawn


class UsageChart(Component):
    """The use of one client, of the public, or of all, over the last days."""

    template_name = "access/usage_chart.html"
    order = 300

    def __init__(self, rows: QuerySet[ApiUsage], days: int, whose: str) -> None:
        self.rows, self.days, self.whose = rows, days, whose

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        days = use_by_day(self.rows, self.days)
        totals = {name: sum(day.figures[name] for day in days) for name in FIGURES}
        return {
            "days": days,
            "totals": totals,
            "most": max(day.figures["requests"] for day in days),
            "spared": totals["cached"] + totals["unchanged"],
            "width": WIDTH,
            "height": HEIGHT,
            "span": self.days,
            "spans": SPANS,
            "whose": self.whose,
        }


def asked_span(request: HttpRequest) -> int:
    """Return the number of days that the address asks for; the usual one when it asks for none that is offered."""
    text = request.GET.get("days", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 and int(text) in SPANS else USUAL_SPAN


def clients_with_use(days: int) -> QuerySet[ApiClient]:
    """Return all clients with their figures of the last days, the busiest first; one statement."""
    lately = Q(usage__starts_at__gte=since(days))
    sums = {f"all_{name}": Coalesce(Sum(f"usage__{name}", filter=lately), 0) for name in FIGURES}
    return (
        ApiClient.objects.select_related("organisation")
        .annotate(**sums)
        .order_by("-all_requests", "organisation__name")
    )


@permission_required("access.view_apiusage")
def usage_report(request: HttpRequest) -> HttpResponse:
    """Show the use of the API by everybody, and who of the clients uses how much."""
    days = asked_span(request)
    public = ApiUsage.objects.filter(client__isnull=True, starts_at__gte=since(days)).order_by()
    context = {
        "chart": UsageChart(ApiUsage.objects.all(), days, "everybody"),
        "clients": clients_with_use(days),
        "public": public.aggregate(**{f"all_{name}": Coalesce(Sum(name), 0) for name in FIGURES}),
        "span": days,
    }
    return render(request, "access/usage_report.html", context)


class _UsageMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return user.has_perm("access.view_apiusage")


@hooks.register("register_access_menu_item")
def usage_menu_item() -> MenuItem:
    """Lead to the report from the Access menu."""
    return _UsageMenuItem("Use of the API", reverse("access_usage"), icon_name="history", order=900)


@hooks.register("register_admin_urls")
def register_usage_url() -> list:
    """The report's address."""
    return [path("api-usage/", usage_report, name="access_usage")]
