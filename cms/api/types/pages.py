"""Pages of whatever type: which of them a caller may see, and how each is shown, for links, blocks, paths and search hits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from wagtail.models import Page, get_page_models

from cms.access.models import AudiencePage

from ..loading.planning import LoadPlan, LoadQuery, Selection, draft_nonce, has_api_type
from ..loading.statements import OneOf

ResourcesLoading = Generator[Sequence[LoadQuery], list[list[Any]], dict[Any, Any]]


@dataclass(eq=False)
class PlainPage:
    """A page shown by the general type Page rather than by a type of its own."""

    page: Any
    api_type = "Page"

    @property
    def pk(self) -> int:
        return self.page.pk

    @property
    def preview_nonce(self) -> str | None:
        return draft_nonce(self.page)


def audience_page_models() -> list[type[AudiencePage]]:
    """Return the page types that carry an audience: all there are, as a system check makes sure."""
    return [model for model in get_page_models() if issubclass(model, AudiencePage)]


def visible_pages(plan: LoadPlan) -> QuerySet:
    """Return the base rows of all pages of all types that the caller may see: one statement, whatever the types."""
    seen = (Q(pk__in=plan.visible(model).values("pk")) for model in audience_page_models())
    return Page.objects.filter(reduce(or_, seen, Q(pk__in=[])))


def paths_of_pages(plan: LoadPlan, keys: Any) -> QuerySet:
    """Return key and `url_path` of those of these pages that the caller may see (see LoadPlan.prepared)."""
    return visible_pages(plan).filter(OneOf("pk", keys)).order_by().values_list("pk", "url_path")


def load_resources(plan: LoadPlan, pks: Collection[int], selection: Selection) -> ResourcesLoading:
    """Return what may be seen of these pages, each as the thing its own GraphQL type shows, by key.

    This is a generator, for a relation to `yield from`; by itself it is run by `plan.run`.
    """
    if not pks:
        return {}
    (rows,) = yield [Page.objects.filter(pk__in=pks).order_by().values_list("pk", "content_type_id")]
    return (yield from _load(plan, rows, selection))


def load_resources_by_id(
    plan: LoadPlan, ids: Collection[str], selection: Selection, *, also: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return what may be seen of the pages with these public ids, each as its own type shows it, by id.

    `also` are columns that are read besides those that the selection reads.
    """
    return plan.run(_load_by_id(plan, ids, selection, also)) if ids else {}


def _load_by_id(plan: LoadPlan, ids: Collection[str], selection: Selection, also: tuple[str, ...]) -> ResourcesLoading:
    (rows,) = yield [
        Page.objects.filter(translation_key__in=ids).order_by().values_list("pk", "content_type_id", "translation_key")
    ]
    found = yield from _load(plan, [(pk, type_id) for pk, type_id, _ in rows], selection, also)
    return {str(key): found[pk] for pk, _, key in rows if pk in found}


def _load(
    plan: LoadPlan, rows: Iterable[Sequence[int]], selection: Selection, also: tuple[str, ...] = ()
) -> ResourcesLoading:
    by_type: dict[int, list[int]] = {}
    for pk, content_type_id in rows:
        by_type.setdefault(content_type_id, []).append(pk)
    queries: list[QuerySet] = []
    makers: list[Callable[[Any], Any]] = []
    for content_type_id, pks in by_type.items():
        model = ContentType.objects.get_for_id(content_type_id).model_class()
        if model is None or not issubclass(model, AudiencePage):
            continue
        is_own = has_api_type(model)
        rows_of_type = plan.rows(model, selection, also=also) if is_own else plan.visible(model)
        queries.append(rows_of_type.filter(pk__in=pks).order_by())
        makers.append((lambda row: row) if is_own else PlainPage)
    found = (yield queries) if queries else []
    return {row.pk: make(row) for make, group in zip(makers, found, strict=True) for row in group}
