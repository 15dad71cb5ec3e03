"""The library's list: what a visitor chose from the filters, and the pages that fit, the latest first.

Plain, it shows recordings and materials; narrowed by anything it shows all that fits, programmes and sessions as well, so
that a topic's or a person's page holds everything under it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import CharField, DateTimeField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, TruncDate

from cms.site.cards import Card
from cms.site.paging import PAGE_SIZE, Paging, paging
from cms.site.requests import VisitorRequest
from programmes.cards import programme_cards, session_cards
from programmes.models import ProgrammePage, SessionPage

from ..cards import material_cards, recording_cards
from ..models import MaterialKind, MaterialPage, RecordingMaterial, RecordingPage
from .narrowing import FILTER_OF_NAME, Filter

SORTS = {
    "newest": "Latest added",
    "recent": "Latest date",
    "oldest": "Earliest date",
    "title": "Title, A to Z",
}
_ORDERS: dict[str, tuple[Any, ...]] = {
    "newest": ("-added", "title"),
    "recent": (F("day").desc(nulls_last=True), "title"),
    "oldest": (F("day").asc(nulls_last=True), "title"),
    "title": ("title",),
}
# A slug is no longer than this; what is longer names nothing.
LONGEST_VALUE = 255
KIND = "kind"


@dataclass(frozen=True, slots=True)
class ListedKind:
    """A kind of page that the list shows: what it is called there, the `day` it is of (an expression), and its cards.

    `forms` are what things of the kind are more narrowly, (value, label) pairs of its field `kind`; each is a choice of its
    own. `is_kept` says that the library keeps such things, so that its plain list shows them.
    """

    label: str
    model: Any
    day: Any
    cards: Callable[[QuerySet[Any], VisitorRequest], list[Card]]
    forms: tuple[tuple[str, str], ...] = ()
    is_kept: bool = True

    def visible(self, request: VisitorRequest) -> QuerySet[Any]:
        """Return the rows of this kind that the visitor may see, with their `day`."""
        return self.model._default_manager.visible_to(request.principal).annotate(day=self.day)


# By the name of the kind; apps above this one add theirs with `list_kind`.
LISTED: dict[str, ListedKind] = {}


def list_kind(name: str, listed: ListedKind) -> None:
    """Let the library's list show pages of this kind, under its name in addresses and on its cards, e.g. "recording"."""
    LISTED[name] = listed


_ADDED_ON = TruncDate(F("first_published_at"))
list_kind("recording", ListedKind("Recordings", RecordingPage, Coalesce("recorded_on", _ADDED_ON), recording_cards))
list_kind(
    "material",
    ListedKind(
        "All materials", MaterialPage, _ADDED_ON, material_cards,
        forms=tuple((kind.value, str(kind.label)) for kind in MaterialKind),
    ),
)  # fmt: skip
list_kind("session", ListedKind("Sessions", SessionPage, TruncDate("starts_at"), session_cards, is_kept=False))
list_kind("programme", ListedKind("Programmes", ProgrammePage, _ADDED_ON, programme_cards, is_kept=False))


@dataclass(frozen=True, slots=True)
class LibraryChoice:
    """The filters of the list, by name; an empty choice lets everything through. `kind` is a listed kind or one of its forms.

    `within` is what the page itself is about (a topic's page, a person's): it narrows, and is no filter that can be dropped.
    """

    values: tuple[tuple[str, str], ...] = ()
    kind: str = ""
    sort: str = "newest"
    within: tuple[tuple[str, str], ...] = ()

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter is set."""
        return bool(self.kind or self.values)

    def value_of(self, name: str) -> str:
        """Return the value that is chosen of a filter; "" for none."""
        return self.kind if name == KIND else dict(self.values).get(name, "")

    def narrowing(self, without: str = "") -> list[tuple[Filter, str]]:
        """Return the filters to be applied with their values, but for the one named."""
        chosen = [pair for pair in self.values if pair[0] != without]
        return [(FILTER_OF_NAME[name], value) for name, value in (*self.within, *chosen)]

    def shows(self, name: str) -> bool:
        """Whether the list shows pages of the kind of that name."""
        listed = LISTED[name]
        if self.kind:
            return self.kind == name or self.kind in dict(listed.forms)
        return listed.is_kept or bool(self.values or self.within)

    def query_string(self, **changes: Any) -> str:
        """Return the address's query for this choice with `changes`, `?` included; "?" for the plain list."""
        chosen = {KIND: self.kind, **dict(self.values), "sort": self.sort, **changes}
        wanted = {name: value for name, value in chosen.items() if value and (name, value) != ("sort", "newest")}
        if wanted.get("page") == 1:
            del wanted["page"]
        return f"?{urlencode(wanted)}" if wanted else "?"


def kind_choices() -> list[tuple[str, str]]:
    """Return the kinds to choose from, with what people call them."""
    return [choice for name, listed in LISTED.items() for choice in ((name, listed.label), *listed.forms)]


def read_choice(query: Mapping[str, str], within: tuple[tuple[str, str], ...] = ()) -> LibraryChoice:
    """Return the choice that an address makes; values that mean nothing are left out."""
    fixed = dict(within)
    clean = {
        name: query.get(name, "").replace("\0", "").strip()[:LONGEST_VALUE]
        for name in (KIND, *FILTER_OF_NAME)
        if name not in fixed
    }
    kind = clean.pop(KIND, "")
    sort = query.get("sort", "")
    return LibraryChoice(
        values=tuple((name, value) for name, value in clean.items() if value and _can_be(name, value)),
        kind=kind if kind in dict(kind_choices()) else "",
        sort=sort if sort in SORTS else "newest",
        within=within,
    )


def _can_be(name: str, value: str) -> bool:
    names = FILTER_OF_NAME[name].names
    return names is None or value in names


def list_cards(
    choice: LibraryChoice, page: str | None, request: VisitorRequest, size: int = PAGE_SIZE, is_grouped: bool = False
) -> tuple[list[Card], Paging]:
    """Return the cards of one page of the list, and which page it is. The number of queries does not grow with the list.

    A grouped list leaves out the materials that are shown with a recording.
    """
    rows = _matching(choice, request, is_grouped)
    where = paging(page, rows.count(), size)
    shown = rows.order_by(*_ORDERS[choice.sort], "pk")[where.offset : where.offset + where.size]
    keys = [(row["of_kind"], row["pk"]) for row in shown]
    return _cards(keys, request), where


def _matching(choice: LibraryChoice, request: VisitorRequest, is_grouped: bool) -> QuerySet[Any, dict[str, Any]]:
    found: list[QuerySet[Any, dict[str, Any]]] = []
    for name in filter(choice.shows, LISTED):
        rows = fitting(name, choice, request)
        if choice.kind in dict(LISTED[name].forms):
            rows = rows.filter(kind=choice.kind)
        if is_grouped and name == "material":
            recordings = RecordingPage.objects.visible_to(request.principal)
            links = RecordingMaterial.objects.filter(material=OuterRef("pk"), recording__in=recordings)
            rows = rows.exclude(Exists(links))
        rows = rows.annotate(of_kind=Value(name, CharField()), added=Cast("first_published_at", DateTimeField()))
        # Without an order of their own: SQLite takes none inside a union.
        found.append(rows.order_by().values("of_kind", "pk", "day", "added", "title"))
    return found[0].union(*found[1:], all=True) if len(found) > 1 else found[0]


def fitting(name: str, choice: LibraryChoice, request: VisitorRequest, without: str = "") -> QuerySet[Any]:
    """Return the visible rows of a kind that fit all filters (but for the one named, and but for the kind)."""
    rows = LISTED[name].visible(request)
    for narrowing, value in choice.narrowing(without):
        rows = narrowing.narrow(rows, name, value, request)
    return rows


def _cards(keys: list[tuple[str, int]], request: VisitorRequest) -> list[Card]:
    by_key: dict[tuple[str, int], Card] = {}
    for name, listed in LISTED.items():
        pks = [pk for kind, pk in keys if kind == name]
        if pks:
            rows = listed.model._default_manager.visible_to(request.principal).filter(pk__in=pks)
            by_key |= {(name, card.page.pk): card for card in listed.cards(rows, request)}
    return [by_key[key] for key in keys if key in by_key]
