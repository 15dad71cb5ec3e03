"""`run_due`: the clock. Once from a timer, or as a loop beside the server or the worker."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.publishing import clock


class Command(BaseCommand):
    help = "Run the periodic jobs that are due: scheduled publishing, webhooks, tidying."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--loop", type=float, metavar="SECONDS", help="keep running, and check every SECONDS seconds, until stopped"
        )
        parser.add_argument(
            "--while-parent",
            type=int,
            metavar="PID",
            help="with --loop: end as soon as the process that started this one, PID, has ended",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["loop"] is None:
            names = clock.run_due()
            self.stdout.write(f"Run: {', '.join(names)}." if names else "Nothing was due.")
            return
        if options["loop"] <= 0:
            raise CommandError("--loop takes a number of seconds above 0, e.g. --loop 2.")
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: clock.stopping.set())
        if options["while_parent"]:
            threading.Thread(target=_watch_parent, args=(options["while_parent"],), daemon=True).start()
        clock.run_loop(options["loop"])


def _watch_parent(pid: int) -> None:
    """Stop the loop once `pid` is no longer the parent: a killed server cannot say goodbye to its clock."""
    while os.getppid() == pid:
        if clock.stopping.wait(0.5):
            return
    clock.stopping.set()
