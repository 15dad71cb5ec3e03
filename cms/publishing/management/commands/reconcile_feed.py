"""`reconcile_feed`: brings the feed of changes up to the database, after fixtures, a restored backup or SQL by hand."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from cms.publishing.feed.reconciling import reconcile


class Command(BaseCommand):
    help = "Find what the feed of changes and the database differ in, and record it for partners that follow."

    def handle(self, *args: Any, **options: Any) -> None:
        count = reconcile()
        self.stdout.write(f"{count} differed and were recorded." if count else "The feed is as the database has it.")
