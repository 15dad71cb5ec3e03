"""What the feed does as time passes: it notices expiries, mends itself, and forgets what is too old."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from ..clock import register_periodic
from .compaction import compact
from .expiry import record_expiries
from .reconciling import reconcile
from .unrecorded import record_unrecorded


@register_periodic(
    "record_expiries",
    timedelta(minutes=1),
    "Records what has expired, so that search, partners and caches follow.",
    goes_by_date=True,
)
def record_due_expiries() -> None:
    """Record what has expired by now; whoever reads the feed in between records it earlier."""
    record_expiries(timezone.now())


@register_periodic(
    "record_unrecorded",
    timedelta(minutes=1),
    "Records what was withdrawn, shared or deleted without the models, by SQL or a queryset's update.",
    goes_by_date=True,
)
def record_what_was_unrecorded() -> None:
    """Let nobody go on being told of what was withdrawn, whoever withdrew it."""
    record_unrecorded()


@register_periodic(
    "reconcile_feed", timedelta(days=1), "Corrects differences between the feed of changes and the database."
)
def reconcile_feed() -> None:
    """Bring the feed up to what was written behind the models' back."""
    reconcile()


@register_periodic("compact_feed", timedelta(days=1), "Forgets tombstones and records of changes that are too old.")
def compact_feed() -> None:
    """Keep the feed and the record of changes from growing without end."""
    compact()
