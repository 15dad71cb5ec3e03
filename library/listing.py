"""The library's list: what a visitor chose from the filters, and the recordings and materials that fit, newest first."""

from __future__ import annotations

from collections.abc import Mapping
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
RECORDINGS = "recording"
MATERIALS = "material"
# A slug is no longer than this; what is longer names nothing.
LONGEST_VALUE = 255


@dataclass(frozen=True, slots=True)
class LibraryChoice:
    """The filters of the list; an empty one lets everything through. `kind` is `recording`, `material` or a kind of material."""

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
    return [
        (RECORDINGS, "Recordings"),
        (MATERIALS, "All materials"),
        *((kind.value, str(kind.label)) for kind in MaterialKind),
    ]


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
    recordings = RecordingPage.objects.visible_to(request.principal).annotate(
        of_kind=Value(RECORDINGS, CharField()), day=Coalesce("recorded_on", TruncDate("first_published_at"))
    )
    materials = MaterialPage.objects.visible_to(request.principal).annotate(
        of_kind=Value(MATERIALS, CharField()), day=TruncDate(F("first_published_at"))
    )
    if choice.topic:
        recordings, materials = (rows.filter(topics__slug=choice.topic) for rows in (recordings, materials))
    if choice.programme:
        # By the programmes that the visitor may see: a filter must not confirm that a hidden one exists.
        programmes = ProgrammePage.objects.visible_to(request.principal).filter(slug=choice.programme)
        recordings, materials = (rows.filter(programme__in=programmes.values("pk")) for rows in (recordings, materials))
    if choice.kind in MaterialKind.values:
        materials = materials.filter(kind=choice.kind)
    fields = ("of_kind", "pk", "day", "title")
    # Without an order of their own: SQLite takes none inside a union.
    recordings, materials = (rows.order_by().values(*fields) for rows in (recordings, materials))
    if choice.kind == RECORDINGS:
        return recordings
    return materials if choice.kind else recordings.union(materials, all=True)


def _cards(keys: list[tuple[str, int]], request: VisitorRequest) -> list[Card]:
    recordings = [pk for kind, pk in keys if kind == RECORDINGS]
    materials = [pk for kind, pk in keys if kind == MATERIALS]
    cards: list[Card] = []
    if recordings:
        cards += recording_cards(RecordingPage.objects.visible_to(request.principal).filter(pk__in=recordings), request)
    if materials:
        cards += material_cards(MaterialPage.objects.visible_to(request.principal).filter(pk__in=materials), request)
    by_key = {(card.kind, card.page.pk): card for card in cards}
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
