"""What editors read about searches: the most made, those in vain, those whose results nobody opened, and how it goes over time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.utils import timezone

from ..models import LoggedQuery, SettledQuery

PERIODS = (7, 30, 90)
ROWS = 25
# Below this number of searches a share of clicks says nothing.
FEWEST_SEARCHES = 5
LOW_SHARE_OF_CLICKS = 0.2


@dataclass(frozen=True, slots=True)
class QueryRow:
    """One query over the whole period. `clicks_share` is clicks for each search that found something, 0 to 1 and more."""

    words: str
    searches: int
    people: int
    found_nothing: int
    clicks: int
    before: int = 0

    @property
    def clicks_share(self) -> float:
        """Clicks for each search that found something."""
        return self.clicks / max(self.searches - self.found_nothing, 1)

    @property
    def clicks_percent(self) -> int:
        """The same for people: 40 for two clicks in five searches."""
        return round(100 * self.clicks_share)


@dataclass(frozen=True, slots=True)
class Day:
    """One bar of the chart; heights are per cent of the tallest day."""

    day: dt.date
    searches: int
    found_nothing: int
    height: float
    height_of_nothing: float


@dataclass(frozen=True, slots=True)
class SearchReport:
    """Everything on the page of one period."""

    days: int
    searches: int
    people: int
    found_nothing: int
    clicks: int
    by_day: list[Day]
    top: list[QueryRow]
    in_vain: list[QueryRow]
    unopened: list[QueryRow]
    rising: list[QueryRow]
    clicks_by_rank: list[tuple[str, int]]


def report_of(days: int, today: dt.date | None = None) -> SearchReport:
    """Return the report of the last `days` days, today included: a fixed number of statements."""
    today = today or timezone.localdate()
    first = today - dt.timedelta(days=days - 1)
    rows = LoggedQuery.objects.filter(day__gte=first, day__lte=today)
    totals = rows.aggregate(*(Sum(name) for name in ("searches", "people", "found_nothing", "clicks")))
    return SearchReport(
        days=days,
        **{name: totals[f"{name}__sum"] or 0 for name in ("searches", "people", "found_nothing", "clicks")},
        by_day=_by_day(rows, first, days),
        top=_rows(rows, "-number_of_searches"),
        in_vain=in_vain(rows),
        unopened=_unopened(rows),
        rising=_rising(rows, first, days),
        clicks_by_rank=_clicks_by_rank(rows),
    )


def _summed(rows: QuerySet) -> QuerySet:
    return rows.values("words").annotate(
        number_of_searches=Sum("searches"),
        number_of_people=Sum("people"),
        in_vain=Sum("found_nothing"),
        number_of_clicks=Sum("clicks"),
    )


def _rows(rows: QuerySet, *order: str, where: Q | None = None) -> list[QueryRow]:
    summed = _summed(rows).order_by(*order, "words")
    return [_row(query) for query in (summed.filter(where) if where is not None else summed)[:ROWS]]


def _row(summed: dict[str, Any], before: int = 0) -> QueryRow:
    return QueryRow(
        summed["words"],
        summed["number_of_searches"],
        summed["number_of_people"],
        summed["in_vain"],
        summed["number_of_clicks"],
        before,
    )


def in_vain(rows: QuerySet) -> list[QueryRow]:
    """Return what never found anything for the public, or for members, and is not settled, the most wanted first.

    What members find is of no help to the public, so a success of the ones does not hide that the others search in vain.
    """
    sums = {"number_of_searches": Sum("searches"), "in_vain": Sum("found_nothing")}
    failing = rows.order_by().values("words", "searchers").annotate(**sums)
    failing = failing.filter(in_vain=F("number_of_searches"), in_vain__gt=0)
    open_rows = rows.exclude(words__in=SettledQuery.objects.values("words"))
    return _rows(open_rows.filter(words__in=failing.values("words")), "-number_of_people", "-in_vain")


def _unopened(rows: QuerySet) -> list[QueryRow]:
    enough = Q(number_of_searches__gte=FEWEST_SEARCHES) & Q(number_of_searches__gt=F("in_vain"))
    candidates = _summed(rows).filter(enough).order_by("-number_of_searches", "words")
    found = (_row(candidate) for candidate in candidates[: 20 * ROWS])
    return [row for row in found if row.clicks_share <= LOW_SHARE_OF_CLICKS][:ROWS]


def _rising(rows: QuerySet, first: dt.date, days: int) -> list[QueryRow]:
    """Return what is searched for much more than in the period before."""
    now = list(
        _summed(rows).filter(number_of_searches__gte=FEWEST_SEARCHES).order_by("-number_of_searches")[: 20 * ROWS]
    )
    earlier = LoggedQuery.objects.filter(
        day__gte=first - dt.timedelta(days=days), day__lt=first, words__in=[query["words"] for query in now]
    )
    before = dict(_summed(earlier).values_list("words", "number_of_searches"))
    found = [_row(query, before.get(query["words"], 0)) for query in now]
    risen = [row for row in found if row.searches >= 2 * row.before + 3]
    return sorted(risen, key=lambda row: (row.before - row.searches, row.words))[:ROWS]


def _by_day(rows: QuerySet, first: dt.date, days: int) -> list[Day]:
    counted = {
        day["day"]: (day["all"], day["vain"])
        for day in rows.values("day").annotate(all=Sum("searches"), vain=Sum("found_nothing"))
    }
    tallest = max([1, *(searches for searches, _ in counted.values())])
    chart = []
    for number in range(days):
        day = first + dt.timedelta(days=number)
        searches, vain = counted.get(day, (0, 0))
        chart.append(Day(day, searches, vain, round(100 * searches / tallest, 1), round(100 * vain / tallest, 1)))
    return chart


def _clicks_by_rank(rows: QuerySet) -> list[tuple[str, int]]:
    counts: dict[int, int] = {}
    for by_rank in rows.filter(clicks__gt=0).values_list("clicks_by_rank", flat=True)[:5_000]:
        for rank, number in by_rank.items():
            counts[int(rank)] = counts.get(int(rank), 0) + number
    return [(str(rank), counts[rank]) for rank in sorted(counts)[:10]]
