"""Pages of whatever type: which of them a caller may see, and how each is shown, for links, blocks, paths and search hits."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from wagtail.models import Page, get_page_models

from cms.access.models import AudiencePage

from .planning import Plan, Selection, draft_nonce, is_shown


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


def visible_pages(plan: Plan) -> QuerySet:
    """Return the base rows of all pages of all types that the caller may see: one statement, whatever the types."""
    seen = (Q(pk__in=plan.visible(model).values("pk")) for model in audience_page_models())
    return Page.objects.filter(reduce(or_, seen, Q(pk__in=[])))


def load_resources(plan: Plan, pks: Collection[int], selection: Selection) -> dict[int, Any]:
    """Return what may be seen of these pages, each as the thing its own GraphQL type shows, by key."""
    if not pks:
        return {}
    return _load(plan, plan.fetch(Page.objects.filter(pk__in=pks).values_list("pk", "content_type_id")), selection)


def load_resources_by_id(plan: Plan, ids: Collection[str], selection: Selection) -> dict[str, Any]:
    """Return what may be seen of the pages with these public ids, each as its own type shows it, by id."""
    if not ids:
        return {}
    rows = plan.fetch(
        Page.objects.filter(translation_key__in=ids).values_list("pk", "content_type_id", "translation_key")
    )
    found = _load(plan, [(pk, type_id) for pk, type_id, _ in rows], selection)
    return {str(key): found[pk] for pk, _, key in rows if pk in found}


def _load(plan: Plan, rows: Iterable[tuple[int, int]], selection: Selection) -> dict[int, Any]:
    by_type: dict[int, list[int]] = {}
    for pk, content_type_id in rows:
        by_type.setdefault(content_type_id, []).append(pk)
    found: dict[int, Any] = {}
    for content_type_id, pks in by_type.items():
        model = ContentType.objects.get_for_id(content_type_id).model_class()
        if model is None or not issubclass(model, AudiencePage):
            continue
        if is_shown(model):
            found.update({row.pk: row for row in plan.fetch(plan.rows(model, selection).filter(pk__in=pks))})
        else:
            found.update({row.pk: PlainPage(row) for row in plan.fetch(plan.visible(model).filter(pk__in=pks))})
    return found
