"""Keeps the feed and the record of changes from growing without end: what is old enough is forgotten, and cursors know of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from .. import registry
from ..models import ContentChange, ContentVersion, Reaction, ReactionStatus
from ..versions import advance_version
from .models import FeedEntry, FeedHorizon, FeedThing

# A follower that has not asked for longer starts anew.
TOMBSTONES_KEPT = dt.timedelta(days=400)
# The record that people look at; the feed does not need it.
CHANGES_KEPT = dt.timedelta(days=90)
# More changes than can have been lost with what came after a backup.
LOST_VERSIONS = 1_000_000
BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Compacted:
    """How many rows of each kind were forgotten."""

    tombstones: int
    things: int
    changes: int


def compact(at: dt.datetime | None = None) -> Compacted:
    """Forget what is too old at the moment `at` (now unless given). Safe beside writers and readers, and to run twice."""
    at = at or timezone.now()
    return Compacted(*_clear_tombstones(at - TOMBSTONES_KEPT), _clear_changes(at - CHANGES_KEPT))


def _clear_tombstones(before: dt.datetime) -> tuple[int, int]:
    """Forget tombstones from `before`, remember up to which version, and return how many of them and of things went."""
    with transaction.atomic():
        # The writers' lock: what is a tombstone now must not come to life while it is cleared away.
        list(ContentVersion.objects.select_for_update().filter(pk=1))
        old = FeedEntry.objects.filter(is_visible=False, changed_at__lt=before)
        horizons = [
            FeedHorizon(token=row["token"], version=row["newest"])
            for row in old.order_by().values("token").annotate(newest=Max("version"))
        ]
        FeedHorizon.objects.bulk_create(
            horizons, update_conflicts=True, unique_fields=["token"], update_fields=["version"]
        )
        tombstones, _ = old.delete()
        things = FeedThing.objects.filter(audiences=[], entries=None, links=None).exclude(
            model_label__in=registry.embedded_only_labels()
        )
        count = things.count()
        things.delete()
    return tombstones, count


def _clear_changes(before: dt.datetime) -> int:
    """Forget the record of changes from `before` whose reactions are all done; return how many that were."""
    unfinished = Reaction.objects.exclude(status=ReactionStatus.DONE).values("change")
    count = 0
    while True:
        pks = list(
            ContentChange.objects.filter(changed_at__lt=before)
            .exclude(pk__in=unfinished)
            .order_by("pk")
            .values_list("pk", flat=True)[:BATCH]
        )
        if not pks:
            return count
        ContentChange.objects.filter(pk__in=pks).delete()
        count += len(pks)


def start_over() -> None:
    """Make every follower start anew, after a backup was brought back: cursors from the time that was lost must not be followed.

    All entries move to a version that no cursor can have reached, and everything before it is beyond the horizon.
    """
    with transaction.atomic():
        version = advance_version(by=LOST_VERSIONS)
        FeedEntry.objects.filter(is_visible=False).delete()
        FeedEntry.objects.update(version=version)
        tokens = FeedEntry.objects.order_by().values_list("token", flat=True).distinct()
        FeedHorizon.objects.all().delete()
        FeedHorizon.objects.bulk_create([FeedHorizon(token=token, version=version) for token in tokens])


def forget_tokens(tokens: Collection[str]) -> None:
    """Forget audience tokens that nobody will ever hold again, those of organisations that were deleted."""
    things = list(FeedThing.objects.filter(entries__token__in=tokens).distinct())
    for thing in things:
        thing.audiences = [token for token in thing.audiences if token not in tokens]
    FeedThing.objects.bulk_update(things, ["audiences"], batch_size=BATCH)
    FeedEntry.objects.filter(token__in=tokens).delete()
    FeedHorizon.objects.filter(token__in=tokens).delete()
