"""Finds what was written behind the models' back (SQL by hand, a queryset's `update`, a fixture), and records it soon.

Whatever goes through Wagtail's actions, the models' `save` and `delete`, or a queryset's `delete` is recorded in its own
transaction by `signals`. A statement that tells no model of itself cannot be; so the clock compares, for everything the feed
knows, who may see it with whom the feed told of it. That is the part that must not wait for the nightly comparison: nobody
may go on being told of what was withdrawn.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils import timezone

from cms.access.models import AudienceMixin, tokens_for
from cms.access.visibility import Audience

from .. import registry
from ..changes import record_changes
from ..models import ChangeAction
from .models import FeedThing
from .reconciling import differing, record_gone

# So many in one transaction; the rest follow in the next.
BATCH = 200
State = tuple[frozenset[str], dt.datetime | None]
NOBODY: State = (frozenset(), None)


def record_unrecorded() -> int:
    """Record every thing that others may see now than the feed has it; return how many that were."""
    return sum(_record_unrecorded(model) for model in registry.recorded_models())


def _record_unrecorded(model: type[Model]) -> int:
    if registry.is_embedded_only(model._meta.label_lower):
        return 0
    known = FeedThing.objects.filter(model_label=model._meta.label_lower)
    told = {
        pk: (frozenset(audiences), until if audiences else None)
        for pk, audiences, until in known.values_list("object_pk", "audiences", "visible_until")
    }
    now = {str(pk): state for pk, state in _states(model, timezone.now())}
    gone = [pk for pk, state in told.items() if state != NOBODY and pk not in now]
    pks = [pk for pk, state in now.items() if state != told.get(pk, NOBODY)]
    for start in range(0, len(gone), BATCH):
        record_gone(known.filter(object_pk__in=gone[start : start + BATCH]))
    for start in range(0, len(pks), BATCH):
        rows = model._default_manager.filter(pk__in=pks[start : start + BATCH])
        # Looked at once more when no other writer is at work: an edit under way is recorded by itself.
        record_changes(partial(_still_differing, rows), ChangeAction.SAVED)
    return len(gone) + len(pks)


def _still_differing(rows: QuerySet[Model]) -> list[Model]:
    return list(differing(rows.all()))


def _states(model: type[Model], at: dt.datetime) -> Iterator[tuple[Any, State]]:
    """Yield for each row who sees it at the moment `at` and until when, in two statements however many there are."""
    rows = model._default_manager.order_by()
    if not issubclass(model, AudienceMixin):
        for pk in rows.values_list("pk", flat=True):
            yield pk, (frozenset(tokens_for(Audience.PUBLIC, ())), None)
        return
    chosen = _chosen(model)
    for pk, live, expire_at, audience in rows.values_list("pk", "live", "expire_at", "audience"):
        is_seen = live and (expire_at is None or expire_at > at)
        yield pk, (frozenset(tokens_for(audience, chosen[pk])), expire_at) if is_seen else NOBODY


def _chosen(model: type[Model]) -> dict[Any, list[UUID]]:
    """Return the chosen organisations' UUIDs of every row that has any."""
    field: Any = model._meta.get_field("audience_organisations")
    pairs = field.remote_field.through._default_manager.values_list(
        f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}__uuid"
    )
    found: dict[Any, list[UUID]] = defaultdict(list)
    for pk, uuid in pairs:
        found[pk].append(uuid)
    return found
