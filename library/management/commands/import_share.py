"""Turns a shared folder of recordings, captions and documents into library pages: first the plan, then the act."""

from __future__ import annotations

import json
import logging
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from filelock import FileLock, Timeout
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cms.access.visibility import Audience
from library.ingest.importer import ImportReport, NoLibraryError, apply_plan, known_now
from library.ingest.items import ImportPlan
from library.ingest.manifest import scan_share
from library.ingest.plan import make_plan
from library.ingest.rendering import printable, render, to_json

Step = Callable[[int, int, str], None]
# Words and stills that looking at the folder finds are kept for the import up to here; of what is more, each is read again.
MOST_KEPT_BYTES = 256 * 1024 * 1024


class Command(BaseCommand):
    help = (
        "Show what importing a shared folder would do, or import it (--apply). The exit code is 0 when nothing "
        "failed, 1 when files had problems (each is listed) and 2 when the command was used incorrectly."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="the folder to import; it is only read")
        parser.add_argument("--apply", action="store_true", help="carry the plan out; without it nothing is changed")
        parser.add_argument(
            "--publish", action="store_true", help="publish what is imported (default: everything is a draft)"
        )
        parser.add_argument(
            "--audience",
            choices=[Audience.PUBLIC.value, Audience.MEMBERS.value],
            default=Audience.PUBLIC.value,
            help="who can see the imported content when it is published (default: public)",
        )
        parser.add_argument("--json", type=Path, metavar="FILE", help="write the plan, and what was done, as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="replace")  # A name must not end an import because a terminal cannot show it.
        folder, json_file = options["folder"], options["json"]
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder. Give the path of the folder to import.", returncode=2)
        if json_file:
            _check_writable(json_file)
        with _only_import_running() if options["apply"] else nullcontext():
            plan, report = self._plan_and_act(folder, options)
        if json_file:
            json_file.write_text(json.dumps(_data(plan, report), ensure_ascii=False, indent=1), encoding="utf-8")
        if plan.problems or (report and report.failures):
            raise SystemExit(1)

    def _plan_and_act(self, folder: Path, options: dict[str, Any]) -> tuple[ImportPlan, ImportReport | None]:
        known = known_now()
        with _progress("Looking") as step:
            keep_bytes = MOST_KEPT_BYTES if options["apply"] else 0
            plan = make_plan(scan_share(folder, step, known_hashes=known.hashes, keep_bytes=keep_bytes), known)
        self.stdout.write(render(plan))
        if not options["apply"]:
            self.stdout.write("Nothing was changed. Add --apply to carry this out.")
            return plan, None
        # One line a page would drown the plan and the progress bar.
        logging.getLogger("wagtail").setLevel(logging.WARNING)
        try:
            with _progress("Importing") as step:
                report = apply_plan(
                    plan, folder, publish=options["publish"], audience=Audience(options["audience"]), progress=step
                )
        except NoLibraryError as error:
            raise CommandError(str(error), returncode=2) from error
        self._tell(report, options)
        return plan, report

    def _tell(self, report: ImportReport, options: dict[str, Any]) -> None:
        for failure in report.failures:
            self.stdout.write(printable(f"! {failure.title}: {failure.reason}"))
        for title in report.left_as_drafts:
            self.stdout.write(printable(f"“{title}” was left as a draft, because it has unpublished changes."))
        state = "published" if options["publish"] else "as drafts"
        counts = report.counts
        done = (
            f"{counts['created']} created and {counts['updated']} updated, {state}"
            if any(counts.values())
            else "0 changes"
        )
        failed = f"; {len(report.failures)} failed" if report.failures else ""
        self.stdout.write(f"Done: {done}{failed}.")


def _check_writable(file: Path) -> None:
    """Find out before the import, not after it, that its account cannot be written."""
    if not file.parent.is_dir():
        raise CommandError(f"{file} cannot be written: there is no folder {file.parent}.", returncode=2)
    try:
        file.open("a").close()
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error.strerror}.", returncode=2) from error


@contextmanager
def _only_import_running() -> Iterator[None]:
    lock = FileLock(Path(settings.VAR_DIR) / "import.lock")
    try:
        with lock.acquire(timeout=0):
            yield
    except Timeout as error:
        raise CommandError("Another import is running. Wait until it has ended.", returncode=2) from error


@contextmanager
def _progress(word: str) -> Iterator[Step]:
    columns = (
        TextColumn(word),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def step(done: int, total: int, name: str) -> None:
            # Square brackets in a name would be read as styles.
            bar.update(task, completed=done, total=total, description=printable(name)[-60:].replace("[", "("))

        yield step


def _data(plan: ImportPlan, report: ImportReport | None) -> dict[str, Any]:
    data = to_json(plan)
    if report is not None:
        data["done"] = {
            **report.counts,
            "left_as_drafts": report.left_as_drafts,
            "failures": [{"title": failure.title, "reason": failure.reason} for failure in report.failures],
        }
    return data
