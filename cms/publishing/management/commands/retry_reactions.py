"""`retry_reactions`: runs again what failed after a change, e.g. once the disk has room again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from cms.publishing.models import Reaction, ReactionStatus
from cms.publishing.tasks import retry_failed


class Command(BaseCommand):
    help = "Run failed and abandoned reactions again."

    def handle(self, *args: Any, **options: Any) -> None:
        count = retry_failed()
        failed = Reaction.objects.filter(status=ReactionStatus.FAILED)
        waiting = Reaction.objects.filter(status=ReactionStatus.WAITING).count()
        self.stdout.write(f"{count} set to run again; {failed.count()} failed, {waiting} left to a worker.")
        for reaction in failed[:20]:
            self.stdout.write(self.style.ERROR(f"  {reaction}: {reaction.error.splitlines()[0]}"))
