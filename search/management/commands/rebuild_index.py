"""`rebuild_index`: builds the search index anew from the database, beside the live one, and swaps it in."""

from __future__ import annotations

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from search.engine import EngineUnavailable
from search.index import engine, rebuild
from search.resources import KINDS


class Command(BaseCommand):
    help = "Build passages and the search index from the database, beside the live index, then swap."

    def handle(self, *args: Any, **options: Any) -> None:
        expected = sum(model._default_manager.live().count() for model in KINDS)
        began = time.monotonic()
        console = Console(file=sys.stderr)
        columns = (TextColumn("Indexing"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        try:
            with Progress(*columns, console=console) as bar:
                task = bar.add_task("index", total=expected)
                rebuild(lambda done: bar.update(task, completed=done))
            counted = engine().count()
        except EngineUnavailable as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{counted['resources']} resources, {counted['passages']} passages in {time.monotonic() - began:.1f} s."
        )
