"""What the library's list is narrowed by, declared once: where each kind of page keeps it, and which values occur.

Whoever stands between a page and a value (the programme that has the core area, the person who has the organisation) counts
only where the visitor may see it: a filter must not confirm that something hidden exists. All values of all filters are
read in one statement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast, ExtractYear

from cms.site.requests import VisitorRequest
from programmes.models import Person, ProgrammePage, SessionPage

from ..languages import LANGUAGES
from ..models import CaptionTrack

Rows = QuerySet[Any]
SHORT_SECONDS, MEDIUM_SECONDS = 15 * 60, 60 * 60
LENGTHS = {"short": "Under 15 minutes", "medium": "15 minutes to an hour", "long": "An hour and more"}
# What stands in the way from a page to a value, by the name of the relation.
_BETWEEN: Mapping[str, Any] = {"programme": ProgrammePage, "session": SessionPage, "speakers": Person, "person": Person}


@dataclass(frozen=True, slots=True)
class Filter:
    """One thing to narrow by. `paths` lead, for each kind of page, to what has a slug; others are a `value` of each row.

    `name` stands in addresses; `label` is what people read, and `every` what they choose to leave it open; `title` is the
    field that names what a path leads to.
    """

    name: str
    label: str
    every: str
    paths: Mapping[str, tuple[str, ...]] | None = None
    title: str = "name"
    value: Callable[[str], Any] | None = None
    names: Mapping[str, str] | None = None

    def narrow(self, rows: Rows, kind: str, value: str, request: VisitorRequest) -> Rows:
        """Return the rows of this kind that have the value; none of a kind that cannot have it."""
        if self.value is not None:
            expression = self.value(kind)
            return rows.none() if expression is None else rows.alias(narrowed=expression).filter(narrowed=value)
        found = Q()
        for path in (self.paths or {}).get(kind, ()):
            matching = rows.model._default_manager.filter(_may_be_seen(path, request), **{_slug_of(path): value})
            found |= Q(pk__in=matching.order_by().values("pk"))
        return rows.filter(found) if found else rows.none()

    def values(self, rows: Rows, kind: str, request: VisitorRequest) -> list[Rows]:
        """Return querysets of (filter, value, called) for the values that rows of this kind have."""
        if self.value is not None:
            expression = self.value(kind)
            if expression is None:
                return []
            found = [
                rows.annotate(choice=expression).exclude(choice=None).values_list(_text(self.name), "choice", _text())
            ]
            return [queryset.order_by().distinct() for queryset in found]
        querysets = []
        for path in (self.paths or {}).get(kind, ()):
            seen = rows.model._default_manager.filter(_may_be_seen(path, request), pk__in=rows.order_by().values("pk"))
            named = seen.exclude(**{_slug_of(path): None})
            querysets.append(
                named.order_by().values_list(_text(self.name), F(_slug_of(path)), F(f"{path}__{self.title}")).distinct()
            )
        return querysets


def _text(words: str = "") -> Any:
    return Value(words, CharField())


def _slug_of(path: str) -> str:
    return f"{path}__slug"


def _may_be_seen(path: str, request: VisitorRequest) -> Q:
    """Return the condition that the visitor sees whatever the path goes through."""
    steps = path.split("__")
    condition = Q()
    for place, step in enumerate(steps):
        if step in _BETWEEN:
            visible = _BETWEEN[step]._default_manager.visible_to(request.principal).order_by().values("pk")
            condition &= Q(**{"__".join([*steps[: place + 1], "in"]): visible})
    return condition


def _year(kind: str) -> Any:
    return None if kind == "programme" else Cast(ExtractYear("day"), CharField())


def _length(kind: str) -> Any:
    if kind != "recording":
        return None
    return Case(
        When(media__duration__lt=SHORT_SECONDS, then=_text("short")),
        When(media__duration__lt=MEDIUM_SECONDS, then=_text("medium")),
        When(media__duration__gte=MEDIUM_SECONDS, then=_text("long")),
        output_field=CharField(),
    )


def _captioned(kind: str) -> Any:
    if kind != "recording":
        return None
    tracks = CaptionTrack.objects.filter(recording=OuterRef("pk")).exclude(webvtt="")
    return Case(When(Exists(tracks), then=_text("yes")), output_field=CharField())


def _language(kind: str) -> Any:
    return F("caption_tracks__language") if kind == "recording" else None


def _same(*kinds: str, path: str) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(kinds, (path,))


_THROUGH_PROGRAMME = ("recording", "material", "session")
FILTERS = (
    Filter("topic", "Topic", "All topics", _same(*_THROUGH_PROGRAMME, "programme", path="topics")),
    Filter("programme", "Programme", "All programmes", _same(*_THROUGH_PROGRAMME, path="programme"), title="title"),
    Filter(
        "core_area", "Core area", "All core areas",
        {**_same(*_THROUGH_PROGRAMME, path="programme__core_areas"), "programme": ("core_areas",)},
    ),
    Filter(
        "priority_group", "Priority group", "All priority groups",
        {**_same(*_THROUGH_PROGRAMME, path="programme__priority_groups"), "programme": ("priority_groups",)},
    ),
    # Who spoke in a session is heard in its recording.
    Filter(
        "person", "Person", "Everybody",
        {"recording": ("speakers", "session__people__person"), "session": ("people__person",)},
    ),
    Filter(
        "organisation", "Organisation", "All organisations",
        {"recording": ("speakers__organisation", "session__people__person__organisation"),
         "session": ("people__person__organisation",)},
    ),
    Filter("year", "Year", "All years", value=_year),
    Filter("length", "Length", "Any length", value=_length, names=LENGTHS),
    Filter("captioned", "Captions", "With or without", value=_captioned, names={"yes": "With captions"}),
    Filter("language", "Language of captions", "All languages", value=_language, names=dict(LANGUAGES)),
)  # fmt: skip
FILTER_OF_NAME = {declared.name: declared for declared in FILTERS}
