"""Reads the feed for one principal: what concerns it after a place, oldest first, in two statements.

Whatever leaves this module may be announced: each function waits until every process would answer from after what it returns
(see `cms.replay`). Nobody else reads the feed's tables in order to announce something.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery

from cms.replay import wait_until_visible

from ..versions import ContentVersion
from .models import FeedEntry, FeedHorizon, FeedThing


@dataclass(frozen=True, slots=True)
class FeedPosition:
    """A place in the feed: after entry `entry` of version `version`, in a following that began at version `start`.

    Tombstones from before `start` are of no use to a follower: it began without the things they stand for.
    """

    version: int
    entry: int
    start: int


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A thing that changed: its keys, when that was, whether the principal still sees it, and the place after this row."""

    model_label: str
    object_pk: str
    object_uuid: uuid.UUID
    changed_at: dt.datetime
    is_visible: bool
    place: FeedPosition


@dataclass(frozen=True, slots=True)
class FeedState:
    """What there is to know before reading: the newest version, and whether an expiry waits to be recorded."""

    newest: int
    newest_seen: int
    horizon: int
    has_due_expiry: bool


def state_for(tokens: Iterable[str], at: dt.datetime) -> FeedState:
    """Return the state of the feed for a holder of `tokens` at the moment `at`, in one statement.

    `newest_seen` is the newest version that concerned these tokens, `horizon` the one before which their tombstones are gone.
    """
    own = {"token__in": list(tokens)}
    newest_seen = FeedEntry.objects.filter(**own).order_by("-version").values("version")[:1]
    horizon = FeedHorizon.objects.filter(**own).order_by("-version").values("version")[:1]
    row = (
        ContentVersion.objects.filter(pk=1)
        .values_list("number", Subquery(newest_seen), Subquery(horizon), Exists(due_expiries(at)))
        .first()
    )
    newest, seen, oldest, is_due = row or (0, 0, 0, False)
    wait_until_visible(newest, newest)
    return FeedState(newest, seen or 0, oldest or 0, is_due)


def due_expiries(at: dt.datetime) -> QuerySet[FeedThing]:
    """Return the things that nobody sees any more at `at` and of which that is not yet recorded."""
    return FeedThing.objects.filter(visible_until__lte=at)


def _entries_after(tokens: Iterable[str], place: FeedPosition) -> QuerySet[FeedEntry]:
    """Return the entries for a holder of `tokens` after a place, each thing once, where it changed last for any of them."""
    tokens = list(tokens)
    same = FeedEntry.objects.filter(thing=OuterRef("thing"), token__in=tokens)
    later = same.filter(Q(version__gt=OuterRef("version")) | Q(version=OuterRef("version"), pk__gt=OuterRef("pk")))
    after = Q(version__gt=place.version) | Q(version=place.version, pk__gt=place.entry)
    return (
        FeedEntry.objects.filter(after, ~Exists(later), token__in=tokens)
        .annotate(is_seen=Exists(same.filter(is_visible=True)))
        .filter(Q(is_seen=True) | Q(version__gt=place.start))
        .order_by("version", "pk")
    )


def rows_after(tokens: Iterable[str], place: FeedPosition, first: int) -> list[FeedRow]:
    """Return the first rows after a place, in one statement."""
    names = ("pk", "version", "changed_at", "is_seen", "thing__model_label", "thing__object_pk", "thing__object_uuid")
    found = list(_entries_after(tokens, place).annotate(present=_present()).values_list("present", *names)[:first])
    if found:
        wait_until_visible(version=found[-1][2], present=found[-1][0] or 0)
    return [
        FeedRow(label, object_pk, object_uuid, changed_at, is_seen, FeedPosition(version, pk, place.start))
        for _, pk, version, changed_at, is_seen, label, object_pk, object_uuid in found
    ]


def count_after(tokens: Iterable[str], place: FeedPosition) -> int:
    """Return how many rows there are after a place, in one statement."""
    entries = _entries_after(tokens, place).annotate(present=_present())
    found = entries.aggregate(count=Count("pk"), newest=Max("version"), version_now=Max("present"))
    if found["newest"] is not None:
        wait_until_visible(version=found["newest"], present=found["version_now"] or 0)
    return found["count"]


def _present() -> Subquery:
    """Return the content version as it is when the statement reads it."""
    return Subquery(ContentVersion.objects.filter(pk=1).values("number")[:1])
