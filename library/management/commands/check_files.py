"""`check_files`: lists files that no row names and rows whose file is gone, and mends what can be mended."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from library.media.leftovers import YOUNG, lost_files, orphaned_files


class Command(BaseCommand):
    help = (
        "List files that no database row uses, and rows whose file is missing. The exit code is 1 when there is "
        "something left to do. "
        f"Files younger than {YOUNG} are ignored, because an upload may be in progress. You can stop it and run it "
        f"again at any time."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--mend",
            action="store_true",
            help="move files that no row uses to one side, and delete rows of picture sizes whose file is missing",
        )
        parser.add_argument(
            "--after", default="", metavar="NAME", help="go on after this file, where a run was stopped"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        lost = 0 if options["after"] else self._lost(options["mend"])
        orphaned = self._orphaned(options["after"], options["mend"])
        self.stdout.write(
            f"{orphaned} files without a row{', moved aside' if options['mend'] and orphaned else ''}; "
            f"{lost} rows without their file."
        )
        if lost or (orphaned and not options["mend"]):
            raise SystemExit(1)

    def _lost(self, is_mending: bool) -> int:
        left = 0
        for row in lost_files():
            if is_mending and row.can_be_mended:
                row.instance.delete()
                self.stdout.write(f"Row removed. The picture will be made again when it is needed: {row}")
            else:
                left += 1
                self.stdout.write(f"File missing: {row}. Bring it back from a backup, or upload it again.")
        return left

    def _orphaned(self, after: str, is_mending: bool) -> int:
        count, last = 0, after
        try:
            for file in orphaned_files(after):
                told, last = str(file), file.name
                count += 1
                if is_mending:
                    self.stdout.write(f"Moved to {file.move_aside()}: {told}")
                else:
                    self.stdout.write(f"No row names: {told}")
        except KeyboardInterrupt:
            self.stderr.write(
                f"Stopped. To continue, run: check_files --after '{last}'{' --mend' if is_mending else ''}"
            )
            raise SystemExit(130) from None
        return count
