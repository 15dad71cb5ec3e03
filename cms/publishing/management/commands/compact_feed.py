"""`compact_feed`: forgets tombstones and records of changes that are too old, as the clock does once a day."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from cms.publishing.feed.compaction import CHANGES_KEPT, TOMBSTONES_KEPT, compact


class Command(BaseCommand):
    help = f"Delete tombstones after {TOMBSTONES_KEPT.days} days and records of changes after {CHANGES_KEPT.days} days."

    def handle(self, *args: Any, **options: Any) -> None:
        gone = compact()
        self.stdout.write(
            f"Deleted: {gone.tombstones} tombstones, {gone.things} items, {gone.changes} records of changes."
        )
