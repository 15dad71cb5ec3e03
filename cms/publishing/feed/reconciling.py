"""Finds what the feed and the database disagree on, and records it: after a first migration, a fixture, or a statement by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from django.apps import apps
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from .. import registry
from ..changes import record_changes
from ..models import ChangeAction
from ..versions import advance_version
from .audiences import audiences_of
from .links import key_of, links_of
from .models import FeedLink, FeedThing
from .recording import note

# So many rows are looked at in one transaction, during which other writers wait.
BATCH = 100


def reconcile() -> int:
    """Bring the feed up to the database and return how many things differed. Followers get the differences as changes."""
    return sum(_reconcile_rows(model) + _reconcile_gone(model) for model in registry.recorded_models())


def _reconcile_rows(model: type[Model]) -> int:
    count = 0
    pks = model._default_manager.order_by("pk").values_list("pk", flat=True).iterator()
    while batch := list(islice(pks, BATCH)):
        with transaction.atomic():
            found = list(differing(model._default_manager.filter(pk__in=batch)))
            if found:
                # Looked at once more when no other writer is at work.
                version = advance_version()
                fresh = model._default_manager.filter(pk__in=[instance.pk for instance in found])
                note(list(differing(fresh)), version)
        count += len(found)
    return count


def differing(instances: Iterable[Model]) -> Iterator[Model]:
    """Keep the instances whose audiences, expiry or links are not as the feed has them."""
    found = {key_of(type(instance), instance.pk): instance for instance in instances}
    things = {thing.key: thing for thing in FeedThing.objects.filter(key__in=found)}
    links: dict[str, set[str]] = {}
    for key, target in FeedLink.objects.filter(owner__key__in=found).values_list("owner__key", "target"):
        links.setdefault(key, set()).add(target)
    for key, instance in found.items():
        if _differs(instance, things.get(key), links.get(key, set())):
            yield instance


def _differs(instance: Model, thing: FeedThing | None, links: set[str]) -> bool:
    if registry.is_embedded_only(instance._meta.label_lower):
        return links_of(instance) != links
    audiences = audiences_of(instance, timezone.now())
    if thing is None:
        return bool(audiences)
    if set(audiences) != set(thing.audiences):
        return True
    until = getattr(instance, "expire_at", None)
    return bool(audiences) and (until != thing.visible_until or bool(links_of(instance) - links))


def _reconcile_gone(model: type[Model]) -> int:
    """Record as gone what the feed knows and the database has no more."""
    label = model._meta.label_lower
    if registry.is_embedded_only(label):
        return 0
    known = FeedThing.objects.filter(model_label=label).exclude(audiences=[])
    there = {str(pk) for pk in model._default_manager.values_list("pk", flat=True)}
    gone = [pk for pk in known.values_list("object_pk", flat=True) if pk not in there]
    for start in range(0, len(gone), BATCH):
        record_gone(known.filter(object_pk__in=gone[start : start + BATCH]))
    return len(gone)


def record_gone(things: QuerySet[FeedThing]) -> None:
    """Record that what the feed knows as `things` is gone although nobody recorded its deletion; nothing when there are none."""
    found = list(things)
    if found:
        record_changes(lambda: [_shadow(thing) for thing in found], ChangeAction.DELETED)


def _shadow(thing: FeedThing) -> Model:
    """Return an unsaved instance with the keys of a row that is no more, for the record to know it by."""
    model = apps.get_model(thing.model_label)
    shadow = model(pk=model._meta.pk.to_python(thing.object_pk))
    name = "translation_key" if hasattr(shadow, "translation_key") else "uuid"
    setattr(shadow, name, thing.object_uuid)
    return shadow
