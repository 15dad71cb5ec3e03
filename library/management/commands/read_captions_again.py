"""Reads kept caption files again, for when the reader has become better; captions edited since are left as they are."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from library.ingest.rereading import Rereading, read_again
from library.models import RecordingPage


class Command(BaseCommand):
    help = (
        "Read the original caption files of recordings again. Without --apply, only show what would change. Captions "
        "that people have edited are not changed. Changes are saved as drafts, unless you add --publish."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--recording", type=int, metavar="ID", help="only this recording (the number of its page)")
        parser.add_argument("--apply", action="store_true", help="save the changes (default: nothing is changed)")
        parser.add_argument("--publish", action="store_true", help="publish the changes, unless the page has a draft")

    def handle(self, *args: Any, **options: Any) -> None:
        pages = RecordingPage.objects.order_by("pk")
        if options["recording"] is not None:
            pages = pages.filter(pk=options["recording"])
        changed = 0
        for page in pages.iterator():
            for outcome in read_again(page, apply=options["apply"], publish=options["publish"]):
                changed += outcome.has_changed
                self._tell(outcome)
        verb = "read anew" if options["apply"] else "would change (--apply writes them)"
        self.stdout.write(f"{changed} caption tracks {verb}.")

    def _tell(self, outcome: Rereading) -> None:
        self.stdout.write(f"{outcome.title} ({outcome.language}): {outcome.told}")
