"""What a page shows of other things with an audience: so that an editor hears when it is shared wider than one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import ForeignKey, ManyToManyField, Model
from modelcluster.models import get_all_child_relations
from wagtail.models import Page

from .audiences import in_sentence, is_shown_now, is_wider, words_for
from .models import AudienceMixin

# A page that shows more than this has no list that anybody reads to the end.
MOST_PARTS = 200
# Relations that are no content of the page.
_NOT_SHOWN = {
    "audience_organisations",
    "latest_revision",
    "live_revision",
    "owner",
    "locked_by",
    "alias_of",
    "content_type",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A thing that a page shows or names, and the field that brings it in."""

    thing: Any
    field: str

    @property
    def noun(self) -> str:
        return str(self.thing._meta.verbose_name)


def parts_of(page: Any) -> list[Part]:
    """Return what `page`, as it stands in memory, shows of pages and people, each once."""
    found: dict[tuple[type[Model], int], Part] = {}
    for thing, field in _referenced(page):
        specific = thing.specific if isinstance(thing, Page) else thing
        if isinstance(specific, AudienceMixin) and (type(specific), specific.pk) != (type(page), page.pk):
            found.setdefault((type(specific), specific.pk), Part(specific, field))
        if len(found) == MOST_PARTS:
            break
    return list(found.values())


def _referenced(holder: Any) -> Iterator[tuple[Any, str]]:
    for field in holder._meta.get_fields():
        if field.name in _NOT_SHOWN or getattr(getattr(field, "remote_field", None), "parent_link", False):
            continue
        label = str(getattr(field, "verbose_name", field.name))
        if isinstance(field, ForeignKey) and not field.auto_created:
            if _carries_audience(field.related_model) and (thing := getattr(holder, field.name)) is not None:
                yield thing, label
        elif isinstance(field, ManyToManyField):
            if _carries_audience(field.related_model):
                yield from ((thing, label) for thing in getattr(holder, field.name).all())
        elif hasattr(field, "extract_references"):
            yield from ((thing, label) for thing in _in_text(field, holder))
    for relation in get_all_child_relations(type(holder)):
        if relation.related_model._meta.app_label.startswith("wagtail"):
            continue  # Comments of editors, and the like.
        for child in getattr(holder, relation.get_accessor_name()).all():
            yield from _referenced(child)


def _carries_audience(model: Any) -> bool:
    return isinstance(model, type) and (issubclass(model, AudienceMixin) or model is Page)


def _in_text(field: Any, holder: Any) -> Iterator[Any]:
    """Yield what blocks and links of a text field lead to; what was deleted since is left out."""
    for model, object_id, *_ in field.extract_references(field.value_from_object(holder)):
        if _carries_audience(model) and (thing := model._default_manager.filter(pk=object_id).first()) is not None:
            yield thing


def narrower_parts(page: Any) -> list[str]:
    """Return a line for each thing that some who may see `page` would not see on it, by the audiences as they stand."""
    return [line for part in parts_of(page) if (line := _narrower(page, part))]


def _narrower(page: Any, part: Part) -> str:
    name = f"“{part.thing}” ({part.noun})"
    if not is_shown_now(part.thing):
        return f"{name} is not live, so nobody sees it here."
    if is_wider(page, part.thing):
        return f"{name} is shared with {in_sentence(words_for(part.thing))} only."
    return ""
