"""`rebuild_index`: builds the search index anew from the database beside the live one and swaps; or checks and mends it."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from search.engine import EngineUnavailable
from search.indexing.index import engine, is_ready, make_vectors, meaning_stage, rebuild, remove_other_versions
from search.indexing.reconcile import find_drift, mend
from search.kinds import KINDS

MOST_KEYS_SHOWN = 20
_Result = TypeVar("_Result")


class Command(BaseCommand):
    help = "Build passages and the search index from the database, beside the live index, then switch to it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what else than building can be done."""
        parser.add_argument(
            "--check",
            action="store_true",
            help="Build nothing: list differences between the index and the database (exit code 1 if there are any).",
        )
        parser.add_argument("--mend", action="store_true", help="With --check: correct the differences.")
        parser.add_argument("--if-needed", action="store_true", help="Build only if there is no working index.")
        parser.add_argument(
            "--remove-old",
            action="store_true",
            help="Afterwards remove indexes that older releases made for themselves.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["mend"] and not options["check"]:
            raise CommandError("Use --mend together with --check. Without --check the whole index is built again.")
        try:
            if options["check"]:
                self._check(options["mend"])
            elif not options["if_needed"] or not is_ready()[0]:
                self._build()
            if options["remove_old"]:
                for path in remove_other_versions():
                    self.stdout.write(f"Removed {path.name}, which an older release made.")
        except EngineUnavailable as error:
            raise CommandError(str(error)) from error

    def _build(self) -> None:
        began = time.monotonic()
        expected = sum(model._default_manager.live().count() for model in KINDS)
        _with_bar("Indexing", rebuild, expected)
        counted = engine().count()
        self.stdout.write(
            f"{counted['resources']} resources, {counted['passages']} passages in {time.monotonic() - began:.1f} s."
        )
        if meaning_stage() is not None:
            began = time.monotonic()
            entries = engine().snapshot().passages.num_docs
            made = _with_bar("Reading for meaning", lambda progress: make_vectors(progress=progress), entries)
            self.stdout.write(f"{made} new vectors in {time.monotonic() - began:.1f} s.")

    def _check(self, is_to_be_mended: bool) -> None:
        drift = _with_bar("Comparing", find_drift, sum(model._default_manager.live().count() for model in KINDS))
        self.stdout.write(f"Index and database: {drift}.")
        for key in drift.keys[:MOST_KEYS_SHOWN]:
            self.stdout.write(f"  {key}")
        if drift and is_to_be_mended:
            drift = mend(drift)
            self.stdout.write(f"After mending: {drift}.")
        if drift:
            raise CommandError("The search index differs from the database. Run `rebuild_index --check --mend`.")


def _with_bar(what: str, act: Callable[[Callable[[int], None]], _Result], expected: int) -> _Result:
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=sys.stderr)) as bar:
        task = bar.add_task(what, total=expected)
        return act(lambda done: bar.update(task, completed=done))
