"""The library's list: what a visitor chose from the filters, and the recordings and materials that fit, newest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Coalesce, TruncDate

from cms.site.cards import Card
from cms.site.paging import PAGE_SIZE, Paging, paging
from cms.site.requests import VisitorRequest
from programmes.models import ProgrammePage, Topic

from .cards import material_cards, recording_cards
from .models import MaterialKind, MaterialPage, RecordingPage

SORTS = {"newest": "Newest first", "oldest": "Oldest first", "title": "Title, A to Z"}
# A slug is no longer than this; what is longer names nothing.
LONGEST_VALUE = 255


@dataclass(frozen=True, slots=True)
class ListedKind:
    """A kind of page that the list shows: what it is called there, the `day` it is sorted by (an expression), and its cards.

    `forms` are what things of the kind are more narrowly, (value, label) pairs of its field `kind`; each is a choice of its
    own. A type without topics, or without a programme, is left out where a visitor chooses one.
    """

    label: str
    model: Any
    day: Any
    cards: Callable[[QuerySet[Any], VisitorRequest], list[Card]]
    forms: tuple[tuple[str, str], ...] = ()

    def matching(self, choice: LibraryChoice, request: VisitorRequest) -> QuerySet[Any]:
        """Return the visible rows of this kind for a choice of topic and programme, with their `day`."""
        rows = self.model._default_manager.visible_to(request.principal).annotate(day=self.day)
        fields = {field.name for field in self.model._meta.get_fields()}
        if choice.topic:
            rows = rows.filter(topics__slug=choice.topic) if "topics" in fields else rows.none()
        if choice.programme:
            # By the programmes that the visitor may see: a filter must not confirm that a hidden one exists.
            programmes = ProgrammePage.objects.visible_to(request.principal).filter(slug=choice.programme)
            rows = rows.filter(programme__in=programmes.values("pk")) if "programme" in fields else rows.none()
        return rows


# By the name of the kind; apps above this one add theirs with `list_kind`.
LISTED: dict[str, ListedKind] = {}


def list_kind(name: str, listed: ListedKind) -> None:
    """Let the library's list show pages of this kind, under its name in addresses and on its cards, e.g. "recording"."""
    LISTED[name] = listed


list_kind(
    "recording",
    ListedKind("Recordings", RecordingPage, Coalesce("recorded_on", TruncDate("first_published_at")), recording_cards),
)
list_kind(
    "material",
    ListedKind(
        "All materials", MaterialPage, TruncDate(F("first_published_at")), material_cards,
        forms=tuple((kind.value, str(kind.label)) for kind in MaterialKind),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LibraryChoice:
    """The filters of the list; an empty one lets everything through. `kind` is the name of a listed kind or one of its forms."""

    kind: str = ""
    topic: str = ""
    programme: str = ""
    sort: str = "newest"

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter is set."""
        return bool(self.kind or self.topic or self.programme)

    def query_string(self, **changes: Any) -> str:
        """Return the address's query for this choice with `changes`, `?` included; "" for the plain list."""
        chosen = {"kind": self.kind, "topic": self.topic, "programme": self.programme, "sort": self.sort, **changes}
        wanted = {name: value for name, value in chosen.items() if value and (name, value) != ("sort", "newest")}
        if wanted.get("page") == 1:
            del wanted["page"]
        return f"?{urlencode(wanted)}" if wanted else "?"


def kind_choices() -> list[tuple[str, str]]:
    """Return the kinds to choose from, with what people call them."""
    return [choice for name, listed in LISTED.items() for choice in ((name, listed.label), *listed.forms)]


def read_choice(query: Mapping[str, str]) -> LibraryChoice:
    """Return the choice that an address makes; values that mean nothing are left out."""
    clean = {
        name: query.get(name, "").replace("\0", "").strip()[:LONGEST_VALUE] for name in ("kind", "topic", "programme")
    }
    if clean["kind"] not in dict(kind_choices()):
        clean["kind"] = ""
    sort = query.get("sort", "")
    return LibraryChoice(**clean, sort=sort if sort in SORTS else "newest")


def list_cards(
    choice: LibraryChoice, page: str | None, request: VisitorRequest, size: int = PAGE_SIZE
) -> tuple[list[Card], Paging]:
    """Return the cards of one page of the list, and which page it is. The number of queries does not grow with the list."""
    rows = _matching(choice, request)
    where = paging(page, rows.count(), size)
    order = {"newest": ("-day", "title"), "oldest": ("day", "title"), "title": ("title",)}[choice.sort]
    shown = rows.order_by(*order, "pk")[where.offset : where.offset + where.size]
    keys = [(row["of_kind"], row["pk"]) for row in shown]
    return _cards(keys, request), where


def _matching(choice: LibraryChoice, request: VisitorRequest) -> QuerySet[Any, dict[str, Any]]:
    found: list[QuerySet[Any, dict[str, Any]]] = []
    for name, listed in LISTED.items():
        if choice.kind not in ("", name, *dict(listed.forms)):
            continue
        rows = listed.matching(choice, request).annotate(of_kind=Value(name, CharField()))
        if choice.kind in dict(listed.forms):
            rows = rows.filter(kind=choice.kind)
        # Without an order of their own: SQLite takes none inside a union.
        found.append(rows.order_by().values("of_kind", "pk", "day", "title"))
    return found[0].union(*found[1:], all=True) if len(found) > 1 else found[0]


def _cards(keys: list[tuple[str, int]], request: VisitorRequest) -> list[Card]:
    by_key: dict[tuple[str, int], Card] = {}
    for name, listed in LISTED.items():
        pks = [pk for kind, pk in keys if kind == name]
        if pks:
            rows = listed.model._default_manager.visible_to(request.principal).filter(pk__in=pks)
            by_key |= {(name, card.page.pk): card for card in listed.cards(rows, request)}
    return [by_key[key] for key in keys if key in by_key]


def chosen_filters(choice: LibraryChoice, request: VisitorRequest) -> list[tuple[str, str]]:
    """Return (label, address without it) for each filter that is set."""
    labels = {
        "kind": dict(kind_choices()).get(choice.kind, ""),
        "topic": Topic.objects.filter(slug=choice.topic).values_list("name", flat=True).first() if choice.topic else "",
        "programme": ProgrammePage.objects.visible_to(request.principal)
        .filter(slug=choice.programme)
        .values_list("title", flat=True)
        .first()
        if choice.programme
        else "",
    }
    return [
        (labels[name] or getattr(choice, name), replace(choice, **{name: ""}).query_string())
        for name in labels
        if getattr(choice, name)
    ]
