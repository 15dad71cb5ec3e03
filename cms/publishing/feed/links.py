"""Finds out which things an instance names: by its foreign keys, its lists, its inline parts, its text and its blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import DataError, transaction
from django.db.models import Model
from modelcluster.models import ClusterableModel, get_all_child_relations
from wagtail.models import Page

from .. import registry

# Who may see a thing is no part of what is shown of it.
AUDIENCE_FIELD = "audience_organisations"


def key_of(model: type[Model], pk: Any) -> str:
    """Return the key of a row in the feed: one name for all types of pages, since links to pages hold no type."""
    label = "wagtailcore.page" if issubclass(model, Page) else model._meta.label_lower
    return f"{label}:{pk}"


def links_of(instance: Model) -> set[str]:
    """Return the keys of the things that `instance` names, as it is in memory."""
    return {key for key in _named_by(instance) if key != key_of(type(instance), instance.pk)}


def _named_by(instance: Model) -> Iterator[str]:
    field: Any
    for field in instance._meta.get_fields():
        # Fields of Wagtail's own (owner, locale, alias) show nothing.
        if field.auto_created or getattr(field, "model", None) is Page:
            continue
        if hasattr(field, "extract_references"):
            value = field.value_from_object(instance)
            if value is not None:
                yield from _referred_to(field, value)
        elif field.many_to_one and _is_named(field.related_model):
            pk = getattr(instance, field.attname)
            if pk is not None:
                yield key_of(field.related_model, pk)
        elif field.many_to_many and field.name != AUDIENCE_FIELD and _is_named(field.related_model):
            yield from _keys(getattr(instance, field.name).all())
    if isinstance(instance, ClusterableModel):
        for relation in get_all_child_relations(type(instance)):
            if relation.field.model._meta.app_label != "wagtailcore":
                for part in getattr(instance, relation.get_accessor_name()).all():
                    yield from _named_by(part)


def _referred_to(field: Any, value: Any) -> list[str]:
    """Return the keys of what a text or a body names; a body that holds an impossible key names nothing."""
    try:
        with transaction.atomic():  # a key beyond all numbers is an error of the database, and must not end the change
            return [key_of(model, pk) for model, pk, _, _ in field.extract_references(value) if _is_named(model)]
    except (ValueError, TypeError, OverflowError, DataError):
        return []


def _is_named(model: Any) -> bool:
    return isinstance(model, type) and (issubclass(model, Page) or registry.is_recorded(model))


def _keys(things: Iterable[Model]) -> Iterator[str]:
    return (key_of(type(thing), thing.pk) for thing in things)
