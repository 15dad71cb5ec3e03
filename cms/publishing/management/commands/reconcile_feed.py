"""`reconcile_feed`: brings the feed of changes up to the database, after fixtures, a restored backup or SQL by hand."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cms.publishing.feed.compaction import start_over
from cms.publishing.feed.reconciling import reconcile


class Command(BaseCommand):
    help = "Find differences between the feed of changes and the database, and record them for partners that follow it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--restored",
            action="store_true",
            help="after you restore a backup: make every partner that follows the feed start again",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["restored"]:
            start_over()
            self.stdout.write("Every partner that follows the feed has to start again.")
        count = reconcile()
        self.stdout.write(f"{count} differed and were recorded." if count else "The feed is as the database has it.")
