"""Makes a change of every expiry that has passed, so that no follower keeps what nobody may see any more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.apps import apps
from django.db import transaction
from django.db.models import Model

from ..changes import record_changes
from ..models import ChangeAction
from .reading import due_expiries

# So many in one transaction; the rest follow in the next.
BATCH = 200


def record_expiries(at: dt.datetime) -> int:
    """Record what has expired by `at` and is not recorded yet, once whoever asks; return how many things that were.

    The writer's lock decides between several that notice at once: the later ones find nothing left and write nothing.
    """
    count = 0
    while recorded := _record_some(at):
        count += recorded
    return count


def _record_some(at: dt.datetime) -> int:
    found: list[Model] = []

    def find() -> list[Model]:
        found.extend(_due(at))
        return found

    if not due_expiries(at).exists():
        return 0
    with transaction.atomic():
        record_changes(find, ChangeAction.EXPIRED)
        if not found:
            # Somebody else was faster. The version that was counted up for nothing is given back.
            transaction.set_rollback(True)
    return len(found)


def _due(at: dt.datetime) -> Iterator[Model]:
    """Find the expired things as they are now."""
    by_model: dict[str, list[str]] = {}
    for label, pk in due_expiries(at).order_by("visible_until").values_list("model_label", "object_pk")[:BATCH]:
        by_model.setdefault(label, []).append(pk)
    for label, pks in by_model.items():
        yield from apps.get_model(label)._default_manager.filter(pk__in=pks)
